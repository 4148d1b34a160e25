//! Steps from a script.

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use refinire_web::error::{Code, Error};
use refinire_web::event::{Metrics, RunResult, Thrown};
use refinire_web::flow::{Branches, Hooks, Kind, NextStep, Node, Options, Plan, Prompt, Question, StepRecord};
use refinire_web::message::{FinishReason, ModelTurn, Source, Usage};
use refinire_web::run::{StopSignal, TextChunk};
use serde_json::Value as Json;

use super::{Context, World};
use crate::time::Time;

pub(crate) type Given = Result<Option<Json>, Thrown>;

/// What the host has for a step.
pub(crate) enum Step {
    Function(Rc<dyn Fn(Call) -> LocalBoxFuture<'static, Given>>),
    Condition(Rc<dyn Fn(Rc<Context>) -> Result<Json, Thrown>>),
    Agent(Rc<Agent>),
    Hook(&'static str),
}

/// What a function is called with.
pub(crate) struct Call {
    pub(crate) input: String,
    pub(crate) context: Rc<Context>,
    pub(crate) signal: StopSignal,
    pub(crate) time: Time,
}

/// An agent that says its words one after the other, each after so many milliseconds, and then fails, or not.
#[derive(Default)]
pub(crate) struct Agent {
    pub(crate) words: Vec<(f64, &'static str)>,
    pub(crate) failure: Option<&'static str>,
    pub(crate) sources: Vec<Source>,
}

impl Agent {
    pub(crate) async fn run(self: Rc<Self>, world: World, question: Question<World>) -> Result<RunResult, Thrown> {
        let Question { prompt, context, answer_target, signal, write, trail, .. } = question;
        let path: Vec<&str> = trail.steps.iter().map(|name| &**name).collect();
        world
            .note(format!("asked {}: {prompt}", if path.is_empty() { trail.step.to_string() } else { path.join("/") }));
        let (own, number) = answer_target.map_or((context.clone(), 0), |target| (target.context, target.number));
        let conversation = own.conversation();
        let mut text = String::new();
        let mut ended = self.failure.map_or(Ok(()), |failure| Err(Thrown::from(Error::new(Code::Truncated, failure))));
        for (ms, word) in &self.words {
            let sleep = world.time.sleep(*ms);
            futures::pin_mut!(sleep);
            let stopped = signal.stopped();
            futures::pin_mut!(stopped);
            if let futures::future::Either::Right(_) = futures::future::select(sleep, stopped).await {
                ended = Err(Thrown::Host(signal.reason().expect("a reason")));
                break;
            }
            text.push_str(word);
            conversation.borrow_mut().of_run(number).grow(&text, "2030-01-01T00:00:00.000Z");
            if let Some(wait) = write(TextChunk::from(*word).into()) {
                let stopped = signal.stopped();
                futures::pin_mut!(stopped);
                if let futures::future::Either::Right(_) = futures::future::select(wait, stopped).await {
                    ended = Err(Thrown::Host(signal.reason().expect("a reason")));
                    break;
                }
            }
        }
        conversation.borrow_mut().of_run(number).answer(
            ModelTurn::new(&*text),
            ended.is_err(),
            "2030-01-01T00:00:00.000Z".to_owned(),
        );
        ended?;
        context.conclude(Json::String(text.clone()));
        Ok(RunResult {
            content: None,
            text,
            reasoning: "thought".to_owned(),
            tool_calls: Vec::new(),
            sources: self.sources.clone(),
            files: Vec::new(),
            finish_reason: FinishReason::Stop,
            raw_finish_reason: "stop".to_owned(),
            usage: Some(Usage { input_tokens: Some(2), output_tokens: Some(1), ..Usage::default() }),
            metrics: Metrics { bytes: 10, ..Metrics::default() },
            evaluation: None,
            routing: None,
            attempts: 1,
            success: true,
        })
    }
}

pub(crate) fn node(name: &str, kind: Kind<Step>) -> Node<Step> {
    Node { name: name.into(), kind, next: NextStep::Declared, store_result_key: None, on_error: None }
}

pub(crate) fn flow(nodes: Vec<Node<Step>>) -> Plan<Step> {
    Plan::new("flow", nodes, Options { start: None, max_steps: None, hooks: Hooks { before: None, after: None } })
        .expect("a flow")
}

/// A function.
pub(crate) fn call<F>(function: impl Fn(Call) -> F + 'static) -> Kind<Step>
where
    F: std::future::Future<Output = Given> + 'static,
{
    Kind::Function(Step::Function(Rc::new(move |call| Box::pin(function(call)))))
}

/// A function that gives this.
pub(crate) fn gives(content: impl Into<Json>) -> Kind<Step> {
    let content = content.into();
    call(move |_| std::future::ready(Ok(Some(content.clone()))))
}

/// A function that needs so long, and gives this.
pub(crate) fn waits(ms: f64, content: impl Into<Json>) -> Kind<Step> {
    let content = content.into();
    call(move |call| {
        let content = content.clone();
        async move {
            call.time.foreign(ms).await;
            Ok(Some(content))
        }
    })
}

/// A function that throws so many times, and then gives that it worked.
pub(crate) fn fails(times: u32) -> Kind<Step> {
    let left = std::cell::Cell::new(times);
    call(move |_| {
        let is_left = left.get() > 0;
        left.set(left.get().saturating_sub(1));
        std::future::ready(if is_left {
            Err(Thrown::Host(super::value("boom".into())))
        } else {
            Ok(Some("worked".into()))
        })
    })
}

pub(crate) fn condition(
    verdict: impl Fn(Rc<Context>) -> Result<Json, Thrown> + 'static,
    if_true: &str,
    if_false: &str,
) -> Kind<Step> {
    Kind::Condition {
        condition: Step::Condition(Rc::new(verdict)),
        if_true: if_true.to_owned(),
        if_false: if_false.to_owned(),
    }
}

/// An agent that says these words, each after so many milliseconds.
pub(crate) fn agent(words: &[(f64, &'static str)]) -> Kind<Step> {
    Kind::Agent {
        agent: Step::Agent(Rc::new(Agent { words: words.to_vec(), ..Agent::default() })),
        destinations: Vec::new(),
    }
}

pub(crate) fn branches(nodes: Vec<Node<Step>>) -> Branches<Step> {
    Branches::new("both", nodes, &is_same).expect("branches")
}

pub(crate) fn is_same(one: &Step, other: &Step) -> bool {
    matches!((one, other), (Step::Agent(one), Step::Agent(other)) if Rc::ptr_eq(one, other))
}

pub(crate) fn input(prompt: &str) -> Kind<Step> {
    Kind::Input(Prompt::Text(prompt.to_owned()))
}

pub(crate) fn nested(nodes: Vec<Node<Step>>) -> Kind<Step> {
    Kind::Flow(Rc::new(flow(nodes)))
}

/// Each step that ran, as `name status`, those in it behind it in brackets.
pub(crate) fn told_of(records: &[StepRecord]) -> String {
    let told = |record: &StepRecord| {
        let inner = record.steps.as_ref().map_or(String::new(), |steps| format!(" [{}]", told_of(steps)));
        format!("{} {}{inner}", record.step, record.status.as_str())
    };
    records.iter().map(told).collect::<Vec<_>>().join(", ")
}
