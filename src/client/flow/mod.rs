//! Flows: agents and functions as steps that run one after the other, or at the same time.

mod host;
mod scope;
mod step;
mod stream;

use std::cell::RefCell;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use self::host::{FlowHost, Scope};
pub use self::scope::StepContext;
pub use self::step::Step;
use self::step::{clock_of, Action};
pub use self::stream::{FlowEvent, FlowStream};
use super::event_queue::EventQueue;
use super::stream::RunStream;
use super::{Batch, Context};
use crate::error::Error;
use crate::event::{RunResult, Thrown};
use crate::flow::{chart, conclude, run, stop_signal, Asked, Ended, Hooks, Options, Past, Plan, StepRecord};
use crate::run::{Batching, Delivery, Stopped};

/// A flow of steps in one conversation. Clones are the same flow.
///
/// ```
/// use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
/// use refinire_web::{Agent, AgentConfig, Env, Flow, Step, Value};
///
/// # let clock = VirtualClock::default();
/// # let server = ScriptedTransport::new(&clock, [Reply::answer("A long story."), Reply::answer("A story.")]);
/// # let writer = Agent::with_env(AgentConfig::new("gpt-5-mini"), Env::new(clock.clone(), server))?;
/// let flow = Flow::new("story", [
///     Step::agent("draft", &writer),
///     Step::condition("is it long?", |step| step.text().len() > 10, "shorten", "end"),
///     Step::agent("shorten", &writer),
///     Step::function("end", |step| async move { Ok::<_, String>(Value::object().with("story", step.text())) }),
/// ])?;
/// let result = clock.block_on(async { flow.run("Tell a story").await })?;
/// assert_eq!(result.json().unwrap().text("story"), Some("A story."));
/// # Ok::<(), refinire_web::Error>(())
/// ```
#[derive(Clone)]
pub struct Flow(Rc<Inner>);

struct Inner {
    plan: Rc<Plan<Action>>,
    past: Rc<Past>,
    scope: Scope,
}

impl Flow {
    /// A flow of these steps, which begins with the first one, in a new conversation.
    ///
    /// # Errors
    /// `invalid-argument` if there are no steps, if two have the same name, or if one leads to a step that does not exist.
    pub fn new(name: &str, steps: impl IntoIterator<Item = Step>) -> Result<Self, Error> {
        let nodes = steps.into_iter().map(Step::into_node).collect::<Result<_, _>>()?;
        let options = Options { start: None, max_steps: None, hooks: Hooks { before: None, after: None } };
        let plan = Rc::new(Plan::new(name, nodes, options)?);
        Ok(Self(Rc::new(Inner { plan, past: Rc::default(), scope: Scope::new(Context::in_memory()) })))
    }

    /// The same flow in that conversation.
    #[must_use]
    pub fn in_conversation(&self, context: &Context) -> Self {
        let plan = self.0.plan.clone();
        Self(Rc::new(Inner { plan, past: Rc::default(), scope: Scope::new(context.clone()) }))
    }

    /// The conversation of the flow.
    #[must_use]
    pub fn conversation(&self) -> &Context {
        self.0.scope.context()
    }

    /// A run of the flow. It begins when it is awaited, or when its stream is polled.
    pub fn run(&self, input: impl Into<String>) -> FlowAsk {
        FlowAsk { flow: self.clone(), input: input.into(), resumes: false, batch: Batch::default() }
    }

    /// A run that continues after the last run ended with a question, with the user's answer to it: see [`Step::input`].
    pub fn resume(&self, answer: impl Into<String>) -> FlowAsk {
        FlowAsk { resumes: true, ..self.run(answer) }
    }

    /// The question to the user that the flow waits for, if the conversation ends with one.
    #[must_use]
    pub fn awaits(&self) -> Option<String> {
        let Inner { plan, past, scope } = &*self.0;
        let awaiting = past.awaiting(plan, &scope.context().conversation().borrow());
        awaiting.map(|awaiting| awaiting.prompt)
    }

    /// The steps of the last run.
    #[must_use]
    pub fn history(&self) -> Vec<StepRecord> {
        self.0.past.history()
    }

    /// The steps as a Mermaid chart, with the path of the last run drawn thick.
    #[must_use]
    pub fn chart(&self) -> String {
        chart(&self.0.plan, &self.0.past.path())
    }

    pub(super) fn name(&self) -> &str {
        &self.0.plan.name
    }

    fn plan(&self) -> Rc<Plan<Action>> {
        self.0.plan.clone()
    }
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow").field("name", &self.0.plan.name).finish_non_exhaustive()
    }
}

/// A run of a flow that has not begun: await it for its result, or read its [`stream`](FlowAsk::stream).
#[derive(Debug, Clone)]
#[must_use = "a run begins when it is awaited, or its stream is polled"]
pub struct FlowAsk {
    flow: Flow,
    input: String,
    resumes: bool,
    batch: Batch,
}

impl FlowAsk {
    /// How the increments of the agents' answers become chunks.
    pub fn batch(mut self, batch: Batch) -> Self {
        self.batch = batch;
        self
    }

    /// The run as a stream of events. The run makes progress only while the stream is read.
    #[must_use]
    pub fn stream(self) -> FlowStream {
        let name = self.flow.name().to_owned();
        FlowStream::new(self.launch(true), name)
    }

    fn launch(self, hears: bool) -> RunStream {
        let events = Rc::new(EventQueue::new(!hears));
        let clock = clock_of(&self.flow.0.plan);
        let delivery = Delivery::new(clock.clone(), events.clone(), Batching::None, |_| ());
        let host = FlowHost::new(clock, delivery.clone(), events.clone(), self.batch);
        let driver: LocalBoxFuture<'static, ()> = Box::pin(drive(self, Rc::new(host), delivery.clone()));
        RunStream::of(driver, delivery, events, hears)
    }
}

impl IntoFuture for FlowAsk {
    type Output = Result<RunResult, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.launch(false).result())
    }
}

async fn drive(ask: FlowAsk, host: Rc<FlowHost>, delivery: Rc<Delivery>) {
    let FlowAsk { flow, input, resumes, .. } = ask;
    let Inner { plan, past, scope } = &*flow.0;
    let place = match delivery.until(scope.context().enter()).await {
        Some(Ok(place)) => place,
        Some(Err(error)) => return delivery.fail(error.into(), ""),
        None => return stopped_before(&delivery),
    };
    past.recall(plan, &scope.context().conversation().borrow());
    if !resumes {
        scope.set_input(&input);
    }
    let asked = Asked { input, resumes, is_stale: false };
    let signal = stop_signal(&delivery);
    let running = run(host.clone(), plan.clone(), past.clone(), scope.clone(), asked, signal);
    let ended = delivery.during(running).await;
    // The next run may begin before the reader of this one is polled again.
    drop(place);
    conclude(&*host, &delivery, ended);
}

fn stopped_before(delivery: &Delivery) {
    match delivery.stopped() {
        Some(Stopped::Threw(reason)) => delivery.fail(Thrown::Host(reason), ""),
        _ => delivery.end(delivery.finish(Ended::before_it_began())),
    }
}

type Shared<T> = Rc<RefCell<T>>;
