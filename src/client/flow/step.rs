//! The steps of a flow, as they are declared.

use std::fmt::{self, Display};
use std::future::Future;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use super::{Flow, StepContext};
use crate::client::clock::TellingClock;
use crate::client::values::value;
use crate::client::Agent;
use crate::env::Clock;
use crate::error::{Code, Error};
use crate::event::HostValue;
use crate::flow::{Branches, Kind, NextStep, Node, OnError, Plan, Prompt};
use crate::json::Value;

type Function = dyn Fn(StepContext) -> LocalBoxFuture<'static, Result<HostValue, Error>>;
type Condition = dyn Fn(&StepContext) -> bool;

/// What a step does.
pub(super) enum Action {
    Agent(Agent),
    Function(Box<Function>),
    Condition(Box<Condition>),
}

/// A step of a [`Flow`]. The step that is declared next follows it, unless it names another one.
pub struct Step(Result<Node<Action>, Error>);

impl Step {
    fn of(name: &str, kind: Kind<Action>) -> Self {
        let next = NextStep::Declared;
        Self(Ok(Node { name: name.into(), kind, next, store_result_key: None, on_error: None }))
    }

    /// Asks an agent: the flow's input, followed by the result of the step before.
    #[must_use]
    pub fn agent(name: &str, agent: &Agent) -> Self {
        Self::of(name, Kind::Agent { agent: Action::Agent(agent.clone()), destinations: Vec::new() })
    }

    /// Calls an async function. Its value is the result of the step.
    pub fn function<F, O, E>(name: &str, function: impl Fn(StepContext) -> F + 'static) -> Self
    where
        F: Future<Output = Result<O, E>> + 'static,
        O: Into<Value>,
        E: Display,
    {
        let function = Action::Function(Box::new(move |step| {
            let running = function(step);
            Box::pin(async move {
                let done = running.await;
                done.map(|content| value(content.into())).map_err(|error| Error::new(Code::Step, error.to_string()))
            })
        }));
        Self::of(name, Kind::Function(function))
    }

    /// Continues with one of two steps.
    pub fn condition(
        name: &str,
        condition: impl Fn(&StepContext) -> bool + 'static,
        if_true: &str,
        if_false: &str,
    ) -> Self {
        let condition = Action::Condition(Box::new(condition));
        Self::of(name, Kind::Condition { condition, if_true: if_true.to_owned(), if_false: if_false.to_owned() })
    }

    /// Runs steps at the same time. The result is an object with the result of each step under its name. Their text is delivered
    /// in the order of declaration. If one step fails, the others are stopped.
    #[must_use]
    pub fn parallel(name: &str, steps: impl IntoIterator<Item = Step>) -> Self {
        let is_same = |one: &Action, other: &Action| match (one, other) {
            (Action::Agent(one), Action::Agent(other)) => one.is(other),
            _ => false,
        };
        let nodes: Result<_, _> = steps.into_iter().map(Self::into_node).collect();
        let branches = nodes.and_then(|nodes| Branches::new(name, nodes, &is_same));
        match branches {
            Ok(branches) => Self::of(name, Kind::Parallel(branches)),
            Err(error) => Self(Err(error)),
        }
    }

    /// Asks the user a question, and ends the run. [`Flow::resume`] continues after this step, with the user's answer as its result.
    #[must_use]
    pub fn input(name: &str, prompt: &str) -> Self {
        Self::of(name, Kind::Input(Prompt::Text(prompt.to_owned())))
    }

    /// Runs the steps of another flow, in the conversation of this flow.
    #[must_use]
    pub fn flow(flow: &Flow) -> Self {
        Self::of(flow.name(), Kind::Flow(flow.plan()))
    }

    fn with(self, change: impl FnOnce(&mut Node<Action>)) -> Self {
        Self(self.0.map(|mut node| {
            change(&mut node);
            node
        }))
    }

    /// The step of that name follows, not the one that is declared next.
    #[must_use]
    pub fn then(self, next: &str) -> Self {
        self.with(|node| node.next = NextStep::To(next.to_owned()))
    }

    /// No step follows.
    #[must_use]
    pub fn last(self) -> Self {
        self.with(|node| node.next = NextStep::End)
    }

    /// Also puts the result into the shared state, under that key: see [`StepContext::shared`].
    #[must_use]
    pub fn share_as(self, key: &str) -> Self {
        self.with(|node| node.store_result_key = Some(key.to_owned()))
    }

    fn on_error(self, change: impl FnOnce(&mut OnError)) -> Self {
        self.with(|node| change(node.on_error.get_or_insert_default()))
    }

    /// If the step fails, it is run again, at most this many times.
    #[must_use]
    pub fn retry(self, times: u64) -> Self {
        self.on_error(|on_error| on_error.retry = times)
    }

    /// If the step fails, that step follows.
    #[must_use]
    pub fn or_go_to(self, step: &str) -> Self {
        self.on_error(|on_error| on_error.goto = Some(step.to_owned()))
    }

    /// If the step fails, this is its result.
    #[must_use]
    pub fn or_give(self, content: impl Into<Value>) -> Self {
        let content = value(content.into());
        self.on_error(|on_error| on_error.value = Some(content))
    }

    pub(super) fn into_node(self) -> Result<Node<Action>, Error> {
        self.0
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("name", &self.0.as_ref().map(|node| &node.name)).finish_non_exhaustive()
    }
}

/// The clock of the flow's first agent. A flow without agents sets no timers: its clock only tells the time.
pub(super) fn clock_of(plan: &Plan<Action>) -> Rc<dyn Clock> {
    clock_in(&plan.nodes).unwrap_or_else(|| Rc::new(TellingClock))
}

fn clock_in(nodes: &[Rc<Node<Action>>]) -> Option<Rc<dyn Clock>> {
    nodes.iter().find_map(|node| match &node.kind {
        Kind::Agent { agent: Action::Agent(agent), .. } => Some(agent.env().clock.clone()),
        Kind::Parallel(branches) => clock_in(&branches.nodes),
        Kind::Flow(plan) => clock_in(&plan.nodes),
        _ => None,
    })
}
