//! A host of flows: functions and agents from a script, in virtual time. All that happens is written down in one list.

mod context;
mod steps;

pub(crate) use context::Context;
pub(crate) use steps::{
    agent, branches, call, condition, fails, flow, gives, input, is_same, nested, node, waits, Agent, Call, Given, Step,
};

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use futures::future::LocalBoxFuture;
use refinire_web::conversation::Conversation;
use refinire_web::error::{Code, Error};
use refinire_web::event::{Event, HostValue, RunResult, Thrown};
use refinire_web::flow::{run, Asked, Doing, Host, Past, Plan, Question, Steer, Trail, Verdict};
use refinire_web::json::Value;
use refinire_web::run::{StopSignal, TextChunk};
use serde_json::Value as Json;

use crate::time::Time;

/// What happens in a run, and who takes what comes of it.
#[derive(Clone, Default)]
pub(crate) struct World(Rc<Facts>);

impl Deref for World {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) time: Time,
    pub(crate) log: RefCell<Vec<String>>,
    /// How long whoever takes chunks needs for each.
    pub(crate) slow: Cell<f64>,
    /// Nothing more is taken.
    pub(crate) is_over: Cell<bool>,
    /// How many functions of the caller's run.
    pub(crate) functions: Cell<usize>,
}

/// What a run came to.
pub(crate) struct Done {
    pub(crate) log: Vec<String>,
    pub(crate) result: Result<RunResult, Thrown>,
    pub(crate) at: f64,
}

impl Done {
    pub(crate) fn ok(&self) -> &RunResult {
        self.result.as_ref().expect("a result")
    }

    pub(crate) fn content(&self) -> Json {
        json_of(self.ok().content.as_ref().expect("a content"))
    }

    /// The line about what it failed with.
    pub(crate) fn error(&self) -> String {
        told(self.result.as_ref().expect_err("an error"))
    }

    /// What was written down that begins like that, without it.
    pub(crate) fn all(&self, beginning: &str) -> Vec<&str> {
        self.log.iter().filter_map(|line| line.strip_prefix(beginning)).collect()
    }
}

/// A flow with its context, and what its runs leave.
pub(crate) struct Talk {
    pub(crate) world: World,
    pub(crate) plan: Rc<Plan<Step>>,
    pub(crate) past: Rc<Past>,
    pub(crate) context: Rc<Context>,
}

impl Talk {
    pub(crate) fn new(plan: Plan<Step>) -> Self {
        Self::within(plan, Context::new("talk"))
    }

    pub(crate) fn within(plan: Plan<Step>, context: Rc<Context>) -> Self {
        Self { world: World::default(), plan: Rc::new(plan), past: Rc::default(), context }
    }

    /// The same flow in another page, which has read what is kept of the conversation.
    pub(crate) fn reload(&self) -> Self {
        let other = Self {
            world: World::default(),
            plan: self.plan.clone(),
            past: Rc::default(),
            context: self.context.reload(),
        };
        other.past.recall(&other.plan, &other.context.conversation().borrow());
        other
    }

    pub(crate) fn ask(&self, input: &str) -> Done {
        self.run(input, false, None)
    }

    pub(crate) fn answer(&self, answer: &str) -> Done {
        self.run(answer, true, None)
    }

    /// The step that asks the user.
    pub(crate) fn awaits(&self) -> Option<String> {
        let awaiting = self.past.awaiting(&self.plan, &self.context.conversation().borrow());
        awaiting.map(|awaiting| awaiting.path.join("/"))
    }

    /// Each step that ran, as `name status`, those in it behind it in brackets.
    pub(crate) fn history(&self) -> String {
        steps::told_of(&self.past.history())
    }

    /// Runs it; it is stopped at `stop_at`.
    pub(crate) fn run(&self, input: &str, resumes: bool, stop_at: Option<f64>) -> Done {
        let Self { world, plan, past, context } = self;
        world.log.borrow_mut().clear();
        world.is_over.set(false);
        let began = world.time.now();
        let signal = StopSignal::default();
        let asked = Asked { input: input.to_owned(), resumes, is_stale: false };
        let run = run(Rc::new(world.clone()), plan.clone(), past.clone(), context.clone(), asked, signal.clone());
        let stop = async {
            match stop_at {
                Some(at) => world.time.foreign(at).await,
                None => futures::future::pending().await,
            }
            world.is_over.set(true);
            signal.stop(Some(value("enough".into())));
            futures::future::pending::<()>().await;
        };
        let both = async {
            futures::pin_mut!(run, stop);
            match futures::future::select(run, stop).await {
                futures::future::Either::Left((ended, _)) => ended,
                futures::future::Either::Right(_) => panic!("the stop never ends"),
            }
        };
        let ended = world.time.run(|| {}, both);
        let is_stopped = signal.is_stopped();
        let delivered = world.log.borrow().iter().filter_map(|line| line.strip_prefix("chunk ")).map(str::len).sum();
        let result = ended.result(world, is_stopped, delivered);
        assert_eq!(world.functions.get(), 0, "nobody of the caller's runs any more");
        assert_eq!(world.time.pending(), 0, "no timer is left");
        Done { log: world.log.borrow().clone(), result, at: world.time.now() - began }
    }
}

impl World {
    pub(crate) fn note(&self, line: impl Into<String>) {
        self.log.borrow_mut().push(line.into());
    }

    /// Something of the caller's, which is in nobody's way once it is not waited for.
    fn nested<T: 'static>(&self, work: impl std::future::Future<Output = Result<T, Thrown>> + 'static) -> Doing<T> {
        struct Running(World);
        impl Drop for Running {
            fn drop(&mut self) {
                self.0.functions.set(self.0.functions.get() - 1);
            }
        }
        self.functions.set(self.functions.get() + 1);
        let running = Running(self.clone());
        Box::pin(async move {
            let done = work.await;
            drop(running);
            done
        })
    }
}

impl Host for World {
    type Step = Step;
    type Context = Rc<Context>;

    fn now(&self) -> f64 {
        self.time.now()
    }

    fn timestamp(&self) -> String {
        format!("2030-01-01T00:00:00.{:03}Z", self.time.now())
    }

    fn call(&self, function: &Step, input: &str, cx: &Rc<Context>, signal: &StopSignal) -> Doing<Option<HostValue>> {
        let Step::Function(function) = function else { panic!("no function") };
        let call =
            Call { input: input.to_owned(), context: cx.clone(), signal: signal.clone(), time: self.time.clone() };
        let given = function(call);
        self.nested(async move { given.await.map(|given| given.map(value)) })
    }

    fn judge(&self, condition: &Step, cx: &Rc<Context>) -> Doing<Option<Verdict>> {
        let Step::Condition(condition) = condition else { panic!("no condition") };
        let verdict = condition(cx.clone());
        self.nested(async move {
            Ok(match verdict? {
                Json::Bool(is) => Some(Verdict::Is(is)),
                Json::String(step) => Some(Verdict::Step(step)),
                _ => None,
            })
        })
    }

    fn prompt(&self, prompt: &Step, cx: &Rc<Context>) -> Doing<String> {
        let Step::Function(function) = prompt else { panic!("no prompt") };
        let call =
            Call { input: String::new(), context: cx.clone(), signal: StopSignal::default(), time: self.time.clone() };
        let given = function(call);
        self.nested(async move { Ok(given.await?.expect("a text").as_str().expect("a text").to_owned()) })
    }

    fn hook(&self, hook: &Step, step: &str, cx: &Rc<Context>) -> Doing<()> {
        let Step::Hook(name) = hook else { panic!("no hook") };
        self.note(format!("{name} {step} {}", cx.content_told()));
        let time = self.time.clone();
        self.nested(async move {
            time.sleep(1.0).await;
            Ok(())
        })
    }

    fn ask(&self, agent: &Step, question: Question<Self>) -> Doing<RunResult> {
        let Step::Agent(agent) = agent else { panic!("no agent") };
        Box::pin(agent.clone().run(self.clone(), question))
    }

    fn tell(&self, event: Event, trail: &Trail) {
        let path: Vec<&str> = trail.steps.iter().map(|name| &**name).collect();
        let at = if path.is_empty() { (*trail.step).to_owned() } else { path.join("/") };
        self.note(match event {
            Event::StepStart => format!("start {at}"),
            Event::StepFinish { is_failed, .. } => format!("{} {at}", if is_failed { "failed" } else { "finish" }),
            Event::StepRetry { attempt, error } => format!("retry {at} {attempt}: {}", told(&error)),
            Event::StepFallback { error } => format!("fallback {at}: {}", told(&error)),
            Event::UserInput { prompt } => format!("asks {at}: {prompt}"),
            event => panic!("{event:?}"),
        });
    }

    fn is_over(&self) -> bool {
        self.is_over.get()
    }

    fn await_reader(&self) -> Option<LocalBoxFuture<'static, ()>> {
        None
    }

    fn deliver(&self, chunk: TextChunk<'_>) -> Option<LocalBoxFuture<'static, ()>> {
        self.note(format!("chunk {}", chunk.text));
        let ms = self.slow.get();
        (ms > 0.0).then(|| Box::pin(self.time.foreign(ms)) as LocalBoxFuture<'static, ()>)
    }

    fn named(&self, error: Thrown, step: &str) -> Thrown {
        match error {
            Thrown::Error(mut error) => {
                error.message = format!("{step}: {}", error.message).into();
                error.into()
            }
            Thrown::Host(value) => {
                Error::new(Code::Step, format!("{step}: the step failed: {}", json_of(&value))).caused_by(value).into()
            }
        }
    }

    fn describe(&self, error: &Thrown) -> String {
        told(error)
    }

    fn text(&self, text: &str) -> HostValue {
        value(text.into())
    }

    fn nothing(&self) -> HostValue {
        value(Json::Null)
    }

    fn object(&self, members: Vec<(Rc<str>, Option<HostValue>)>) -> HostValue {
        let members = members
            .into_iter()
            .map(|(name, value)| ((*name).to_owned(), value.map_or(Json::Null, |value| json_of(&value))));
        value(Json::Object(members.collect()))
    }

    fn text_of(&self, value: &HostValue) -> Result<String, Thrown> {
        Ok(match json_of(value) {
            Json::String(text) => text,
            other => other.to_string(),
        })
    }

    fn ready(&self, cx: &Rc<Context>) -> LocalBoxFuture<'static, ()> {
        Box::pin(self.time.foreign(cx.ready_after.get()))
    }

    fn refresh(&self, _: &Rc<Context>) {
        self.note("refreshed");
    }

    fn conversation(&self, cx: &Rc<Context>) -> Result<Rc<RefCell<Conversation>>, Thrown> {
        Ok(cx.alive()?)
    }

    fn changed(&self, cx: &Rc<Context>) {
        cx.saves.set(cx.saves.get() + 1);
    }

    fn conclude(&self, cx: &Rc<Context>, content: HostValue) {
        cx.conclude(json_of(&content));
    }

    fn content(&self, cx: &Rc<Context>) -> Option<HostValue> {
        cx.content.borrow().clone().map(value)
    }

    fn result_number(&self, cx: &Rc<Context>) -> u64 {
        cx.result.get()
    }

    fn steer(&self, cx: &Rc<Context>, next: Steer) -> Steer {
        cx.steer.replace(next)
    }

    fn share(&self, cx: &Rc<Context>, key: &str) -> Result<(), Thrown> {
        let content = cx.content.borrow().clone().expect("a content");
        cx.share(key, &content);
        Ok(())
    }

    fn shared_state(&self, cx: &Rc<Context>) -> Result<Value, Thrown> {
        Ok(cx.shared.borrow().clone())
    }

    fn set_shared_state(&self, cx: &Rc<Context>, state: &Value) {
        cx.shared.replace(state.clone());
    }

    fn fork(&self, cx: &Rc<Context>) -> Result<Rc<Context>, Thrown> {
        Ok(cx.fork()?)
    }

    fn free(&self, cx: &Rc<Context>) {
        cx.free();
    }
}

pub(crate) fn value(json: Json) -> HostValue {
    Rc::new(json)
}

pub(crate) fn json_of(value: &HostValue) -> Json {
    value.downcast_ref::<Json>().cloned().unwrap_or_else(|| match value.downcast_ref::<Error>() {
        Some(error) => error.to_string().into(),
        None => "?".into(),
    })
}

/// A line about an error.
pub(crate) fn told(error: &Thrown) -> String {
    match error {
        Thrown::Error(error) => error.to_string(),
        Thrown::Host(value) => json_of(value).as_str().unwrap_or("?").to_owned(),
    }
}
