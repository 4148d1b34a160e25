//! The host of a flow's run in Rust, where the results of steps are JSON.

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};

use super::step::Action;
use super::stream::FlowEvent;
use super::{Shared, StepContext};
use crate::client::event_queue::{error_of, EventQueue, Item};
use crate::client::host::{AgentStep, Launch};
use crate::client::values::{json_of, value, JsonValues};
use crate::client::{Batch, Context};
use crate::conversation::Conversation;
use crate::env::Clock;
use crate::error::{Code, Error};
use crate::event::{Event, HostValue, RunResult, Thrown};
use crate::flow::{Doing, Host, Question, Steer, Trail, Verdict};
use crate::json::{quote, Value};
use crate::run::features::Values;
use crate::run::{write_to, Delivery, Listener, StopSignal, TextChunk, TextEvent, Wait, Write};
use crate::text::concat;

/// The conversation of a flow and the results of its steps there. Clones are the same.
#[derive(Clone)]
pub(super) struct Scope(Rc<Facts>);

struct Facts {
    context: Context,
    /// The input of the flow.
    input: RefCell<Rc<str>>,
    content: RefCell<Option<HostValue>>,
    /// How many results there have been.
    results: Cell<u64>,
    steer: RefCell<Steer>,
}

impl Scope {
    pub(super) fn new(context: Context) -> Self {
        Self(Rc::new(Facts {
            context,
            input: RefCell::new("".into()),
            content: RefCell::default(),
            results: Cell::default(),
            steer: RefCell::default(),
        }))
    }

    pub(super) fn context(&self) -> &Context {
        &self.0.context
    }

    pub(super) fn input(&self) -> Rc<str> {
        self.0.input.borrow().clone()
    }

    pub(super) fn set_input(&self, input: &str) {
        *self.0.input.borrow_mut() = input.into();
    }

    pub(super) fn content(&self) -> Option<HostValue> {
        self.0.content.borrow().clone()
    }

    /// The result as text.
    pub(super) fn text(&self) -> String {
        self.content().and_then(|content| JsonValues.text_of(&content).ok()).unwrap_or_default()
    }

    pub(super) fn shared_state(&self) -> Value {
        self.0.context.conversation().borrow().shared_state().clone()
    }

    fn set_shared_state(&self, state: Value) {
        self.0.context.conversation().borrow_mut().set_shared_state(state);
    }

    pub(super) fn share(&self, key: &str, value: Value) {
        self.set_shared_state(self.shared_state().with(key, value));
    }

    pub(super) fn steer(&self, next: Steer) -> Steer {
        self.0.steer.replace(next)
    }

    fn conclude(&self, content: HostValue) {
        *self.0.content.borrow_mut() = Some(content);
        self.0.results.set(self.0.results.get() + 1);
    }
}

/// Runs the steps of a flow that are Rust code: agents and functions.
pub(super) struct FlowHost {
    clock: Rc<dyn Clock>,
    delivery: Rc<Delivery>,
    events: Rc<EventQueue>,
    batch: Batch,
}

impl FlowHost {
    pub(super) fn new(clock: Rc<dyn Clock>, delivery: Rc<Delivery>, events: Rc<EventQueue>, batch: Batch) -> Self {
        Self { clock, delivery, events, batch }
    }
}

impl Host for FlowHost {
    type Step = Action;
    type Context = Scope;

    fn now(&self) -> f64 {
        self.clock.now()
    }

    fn timestamp(&self) -> String {
        self.clock.timestamp()
    }

    fn call(&self, function: &Action, input: &str, cx: &Scope, _: &StopSignal) -> Doing<Option<HostValue>> {
        let Action::Function(function) = function else { return ready(Ok(None)).boxed_local() };
        let running = function(StepContext::of(cx, input.into()));
        async move { Ok(Some(running.await?)) }.boxed_local()
    }

    fn judge(&self, condition: &Action, cx: &Scope) -> Doing<Option<Verdict>> {
        let Action::Condition(condition) = condition else { return ready(Ok(None)).boxed_local() };
        let is_so = condition(&StepContext::of(cx, cx.input()));
        ready(Ok(Some(Verdict::Is(is_so)))).boxed_local()
    }

    /// Questions are fixed texts: no step computes its own.
    fn prompt(&self, _: &Action, _: &Scope) -> Doing<String> {
        ready(Ok(String::new())).boxed_local()
    }

    /// Rust flows have no hooks.
    fn hook(&self, _: &Action, _: &str, _: &Scope) -> Doing<()> {
        ready(Ok(())).boxed_local()
    }

    fn ask(&self, agent: &Action, question: Question<Self>) -> Doing<RunResult> {
        let lost = || Thrown::from(Error::new(Code::Step, "the agent's run was lost"));
        let Action::Agent(agent) = agent else { return ready(Err(lost())).boxed_local() };
        let Question { input, prompt, context, answer_target, signal, write, trail } = question;
        let (taker, number) = match answer_target {
            Some(target) => (target.context.context().clone(), target.number),
            None => (context.context().clone(), 0),
        };
        let outcome: Shared<Option<Result<RunResult, Thrown>>> = Rc::default();
        let listener = StepListener { flow: self.delivery.clone(), write, trail, outcome: outcome.clone() };
        let asked = context.context().conversation().clone();
        let concluded = Box::new(move |result: &RunResult| {
            context.conclude(result.content.clone().unwrap_or_else(|| value(Value::string(&*result.text))));
        });
        let launch = Launch {
            agent: agent.clone(),
            regenerates: false,
            attachments: Vec::new(),
            question: Some((*input).to_owned()),
            batch: self.batch,
            context: Some(taker),
            step: Some(AgentStep { prompt, asked, number, concluded }),
        };
        let (driver, delivery) = launch.launch(Rc::new(listener));
        let stopping = Rc::downgrade(&delivery);
        signal.on_stop(move |reason| {
            if let Some(delivery) = stopping.upgrade() {
                delivery.abort(reason.unwrap_or_else(|| Rc::new(())));
            }
        });
        async move {
            delivery.start();
            driver.await;
            let done = outcome.borrow_mut().take();
            done.unwrap_or_else(|| Err(lost()))
        }
        .boxed_local()
    }

    fn tell(&self, event: Event, trail: &Trail) {
        tell(&self.delivery, event, trail);
    }

    fn is_over(&self) -> bool {
        self.delivery.is_over()
    }

    /// Nothing: the reader of events asks for a chunk when it finds its event.
    fn await_reader(&self) -> Option<LocalBoxFuture<'static, ()>> {
        None
    }

    fn deliver(&self, chunk: TextChunk<'_>) -> Option<LocalBoxFuture<'static, ()>> {
        if self.events.hears_events() {
            self.events.push(Item::Text);
        }
        self.delivery.chunk(chunk).then(|| self.delivery.clone().taken().boxed_local())
    }

    fn named(&self, error: Thrown, step: &str) -> Thrown {
        let mut error = error_of(error);
        error.message = concat(&["step ", &quote(step), ": ", &error.message]).into();
        error.into()
    }

    fn describe(&self, error: &Thrown) -> String {
        error_of(error.clone()).told().into_owned()
    }

    fn text(&self, text: &str) -> HostValue {
        value(Value::string(text))
    }

    fn nothing(&self) -> HostValue {
        value(null())
    }

    fn object(&self, members: Vec<(Rc<str>, Option<HostValue>)>) -> HostValue {
        let member = |(name, content): (Rc<str>, Option<HostValue>)| {
            ((*name).to_owned(), content.as_ref().and_then(json_of).cloned().unwrap_or_else(null))
        };
        value(Value::Object(members.into_iter().map(member).collect()))
    }

    fn text_of(&self, value: &HostValue) -> Result<String, Thrown> {
        JsonValues.text_of(value).map_err(Thrown::Host)
    }

    /// Nothing to load: the conversation was read when the run got its turn.
    fn ready(&self, _: &Scope) -> LocalBoxFuture<'static, ()> {
        ready(()).boxed_local()
    }

    fn refresh(&self, _: &Scope) {}

    fn conversation(&self, cx: &Scope) -> Result<Rc<RefCell<Conversation>>, Thrown> {
        Ok(cx.context().conversation().clone())
    }

    fn changed(&self, cx: &Scope) {
        cx.context().changed();
    }

    fn conclude(&self, cx: &Scope, content: HostValue) {
        cx.conclude(content);
    }

    fn content(&self, cx: &Scope) -> Option<HostValue> {
        cx.content()
    }

    fn result_number(&self, cx: &Scope) -> u64 {
        cx.0.results.get()
    }

    fn steer(&self, cx: &Scope, next: Steer) -> Steer {
        cx.steer(next)
    }

    fn share(&self, cx: &Scope, key: &str) -> Result<(), Thrown> {
        cx.share(key, cx.content().as_ref().and_then(json_of).cloned().unwrap_or_else(null));
        Ok(())
    }

    fn shared_state(&self, cx: &Scope) -> Result<Value, Thrown> {
        Ok(cx.shared_state())
    }

    fn set_shared_state(&self, cx: &Scope, state: &Value) {
        cx.set_shared_state(state.clone());
    }

    fn fork(&self, cx: &Scope) -> Result<Scope, Thrown> {
        let record = cx.context().conversation().borrow().to_value();
        let fork = Scope::new(Context::of(Conversation::from_value("", &record)?));
        *fork.0.content.borrow_mut() = cx.content();
        fork.set_input(&cx.input());
        Ok(fork)
    }

    fn free(&self, _: &Scope) {}
}

fn null() -> Value {
    Value::Literal("null".to_owned())
}

/// Passes an event of a step on to the reader of the flow.
fn tell(delivery: &Delivery, event: Event, trail: &Trail) {
    let steps = trail.steps.iter().map(|step| (**step).to_owned()).collect();
    let told = FlowEvent { step: (*trail.step).to_owned(), steps, event };
    delivery.tell(&Event::Host(Rc::new(told)));
}

/// Takes the output of an agent that is a step.
struct StepListener {
    flow: Rc<Delivery>,
    write: Write,
    trail: Trail,
    outcome: Shared<Option<Result<RunResult, Thrown>>>,
}

impl Listener for StepListener {
    fn hears_events(&self) -> bool {
        self.flow.hears_events()
    }

    fn text_event(&self, text: &str) -> TextEvent {
        tell(&self.flow, Event::TextDelta { text: text.to_owned() }, &self.trail);
        TextEvent::default()
    }

    fn event(&self, event: &Event) -> Result<(), HostValue> {
        // The error of a step is the error of the flow.
        if !matches!(event, Event::Error { .. }) {
            tell(&self.flow, event.clone(), &self.trail);
        }
        Ok(())
    }

    fn chunk(&self, chunk: TextChunk<'_>) -> Result<Option<Wait>, HostValue> {
        Ok(write_to(&self.write, chunk.into()))
    }

    fn write(&self) -> Option<Write> {
        Some(self.write.clone())
    }

    fn settle(&self, outcome: Result<RunResult, Thrown>) {
        *self.outcome.borrow_mut() = Some(outcome);
    }
}
