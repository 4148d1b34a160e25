//! Takes the steps of a flow one after the other.

mod asking;
mod nested;

use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures::future::LocalBoxFuture;

use super::cursor::{Cursor, Next, Outcome, Verdict};
use super::host::{Doing, Host, Steer, Trail};
use super::plan::{Kind, Node, Plan};
use super::record::{Status, StepRecord};
use super::scope::{check, Failure, FlowContext, ResumePoint, Scope};
use crate::error::Error;
use crate::event::{Event, HostValue, Thrown};

/// A walk through the steps of a flow.
pub(super) struct Walker<H: Host> {
    flow: Rc<FlowContext<H>>,
    plan: Rc<Plan<H::Step>>,
    scope: Scope<H>,
    cursor: Cursor,
    input: Rc<str>,
}

impl<H: Host> Walker<H> {
    pub(super) fn new(flow: Rc<FlowContext<H>>, plan: Rc<Plan<H::Step>>, scope: Scope<H>, input: Rc<str>) -> Self {
        let cursor = Cursor::new(plan.graph.clone());
        Self { flow, plan, scope, cursor, input }
    }

    /// Walks to the end, from the first step or from the one after a step that asked the user.
    pub(super) fn walk(mut self, from: Option<ResumePoint>) -> LocalBoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move {
            let mut next = match from {
                Some(from) => self.go_on(&from).await?,
                None => self.cursor.start()?,
            };
            while let Next::Run(place) = next {
                next = self.take(place, None).await?;
            }
            Ok(())
        })
    }

    /// Goes on where the user has answered, which may be inside a nested flow. Returns what comes next.
    async fn go_on(&mut self, from: &ResumePoint) -> Result<Next, Failure> {
        let (name, rest) = from.path.split_first().map_or(("", &[][..]), |(name, rest)| (&**name, rest));
        let Some((place, node)) =
            self.plan.find(name).and_then(|at| self.plan.nodes.get(at).cloned().map(|node| (at, node)))
        else {
            return Ok(self.cursor.start_at(name)?);
        };
        self.go_back_to(place);
        if !rest.is_empty() {
            self.cursor.start_at(name)?;
            return self.take(place, Some(ResumePoint { path: rest.into(), answer: from.answer.clone() })).await;
        }
        self.conclude(&node, self.flow.host.text(&from.answer));
        self.leave(&node).await.map_err(|failure| self.named(failure, &node))?;
        let outcome = self.outcome(None);
        self.cursor.go_on_after(name, &outcome).map_err(|error| self.named(error.into(), &node))
    }

    /// Drops the steps after this one from the path: the walk goes on from here.
    fn go_back_to(&self, place: usize) {
        let mut path = self.scope.path.borrow_mut();
        let at = path.iter().rposition(|other| *other == place).unwrap_or(path.len());
        path.truncate(at);
        path.push(place);
    }

    /// Takes a step, and retries it as often as it allows. Returns what comes next. With `from`, the step goes on after the user's
    /// answer.
    async fn take(&mut self, place: usize, from: Option<ResumePoint>) -> Result<Next, Failure> {
        let Some(node) = self.plan.nodes.get(place).cloned() else { return Ok(Next::End) };
        if from.is_none() {
            self.scope.path.borrow_mut().push(place);
        }
        let mut attempt = 1;
        loop {
            let failure = match self.run(&node, from.as_ref()).await {
                Ok(verdict) => {
                    let outcome = self.outcome(verdict);
                    return self.cursor.done(&outcome).map_err(|error| self.named(error.into(), &node));
                }
                Err(failure) => failure,
            };
            // What a failed step said about the next step does not count.
            self.outcome(None);
            let error = match &failure {
                Failure::Failed { error, .. } if !self.scope.signal.is_stopped() => error.clone(),
                _ => return Err(failure),
            };
            let next = self.cursor.failed().map_err(|error| self.named(error.into(), &node))?;
            let Some(next) = next else { return Err(failure) };
            attempt += 1;
            if next == Next::Again {
                self.tell(&node, Event::StepRetry { attempt, error });
                continue;
            }
            self.tell(&node, Event::StepFallback { error });
            if let Some(value) = node.on_error.as_ref().and_then(|on_error| on_error.value.clone()) {
                self.conclude(&node, value);
                self.store(&node)?;
            }
            return Ok(next);
        }
    }

    /// Runs a step, with its record in the history, its events and hooks.
    async fn run(&mut self, node: &Rc<Node<H::Step>>, from: Option<&ResumePoint>) -> Result<Option<Verdict>, Failure> {
        let host = self.flow.host.clone();
        let mut record = self.record(node, from.is_some());
        let began = host.now();
        let done = self.run_within(node, from, &mut record).await;
        let done = match done {
            Err(Failure::Failed { error, is_named }) => {
                let stopped = check(&self.scope.signal).err();
                record.status = if stopped.is_some() { Status::Aborted } else { Status::Failed };
                record.error = Some(host.describe(&error));
                Err(match stopped {
                    Some(reason) => Failure::Failed { error: reason, is_named: true },
                    None => self.named(Failure::Failed { error, is_named }, node),
                })
            }
            done => done,
        };
        record.duration_ms += host.now() - began;
        let (duration_ms, status) = (record.duration_ms, record.status);
        self.scope.history.borrow_mut().push(record);
        host.changed(&self.scope.context);
        if status != Status::Aborted {
            self.tell(node, Event::StepFinish { duration_ms, is_failed: status == Status::Failed });
        }
        done
    }

    /// The record of a step that begins. A step that asked the user continues its earlier record.
    fn record(&self, node: &Node<H::Step>, goes_on: bool) -> StepRecord {
        let mut history = self.scope.history.borrow_mut();
        let is_last = |last: &StepRecord| *last.step == *node.name && last.status == Status::Completed;
        let last = if goes_on && history.last().is_some_and(is_last) { history.pop() } else { None };
        last.unwrap_or_else(|| StepRecord::new(&node.name, self.flow.host.timestamp()))
    }

    async fn run_within(
        &mut self,
        node: &Rc<Node<H::Step>>,
        from: Option<&ResumePoint>,
        record: &mut StepRecord,
    ) -> Result<Option<Verdict>, Failure> {
        check(&self.scope.signal)?;
        self.tell(node, Event::StepStart);
        if from.is_none() {
            if let Some(before) = &self.plan.hooks.before {
                let hook = self.flow.host.hook(before, &node.name, &self.scope.context);
                self.until(hook).await?;
            }
        }
        let verdict = self.work(node, from, record).await?;
        self.leave(node).await?;
        Ok(verdict)
    }

    /// Stores the result of a step and calls the hook after it.
    async fn leave(&self, node: &Node<H::Step>) -> Result<(), Failure> {
        self.store(node)?;
        if let Some(after) = &self.plan.hooks.after {
            let hook = self.flow.host.hook(after, &node.name, &self.scope.context);
            self.until(hook).await?;
        }
        Ok(())
    }

    fn store(&self, node: &Node<H::Step>) -> Result<(), Thrown> {
        let key = node.store_result_key.as_deref();
        key.map_or(Ok(()), |key| self.flow.host.share(&self.scope.context, key))
    }

    /// Does the work of the step. Returns its verdict, if it has one.
    async fn work(
        &mut self,
        node: &Rc<Node<H::Step>>,
        from: Option<&ResumePoint>,
        record: &mut StepRecord,
    ) -> Result<Option<Verdict>, Failure> {
        let host = self.flow.host.clone();
        let context = &self.scope.context;
        match &node.kind {
            Kind::Function(function) => {
                let call = host.call(function, &self.input, context, &self.scope.signal);
                if let Some(content) = self.until(call).await? {
                    self.conclude(node, content);
                }
            }
            Kind::Agent { agent, .. } => self.ask_agent(node, agent).await?,
            Kind::Condition { condition, .. } => {
                let verdict = self.until(host.judge(condition, context)).await?;
                let wanted = "a condition must give true, false or the name of a step";
                return Ok(Some(verdict.ok_or_else(|| Error::invalid(wanted))?));
            }
            Kind::Parallel(branches) => {
                let (history, done) = self.run_branches(node, &branches.nodes).await;
                record.steps = Some(history);
                let members = done?;
                self.conclude(node, host.object(members));
            }
            Kind::Input(prompt) => return Err(self.ask_user(node, prompt).await?),
            Kind::Flow(plan) => self.run_nested(node, plan, from, record).await?,
        }
        Ok(None)
    }

    /// Sets the content that a step has produced.
    fn conclude(&mut self, node: &Node<H::Step>, content: HostValue) {
        self.flow.host.conclude(&self.scope.context, content);
        self.scope.source = Some(node.name.clone());
    }

    /// Takes what the step said about the next one.
    fn outcome(&self, verdict: Option<Verdict>) -> Outcome {
        let said = self.flow.host.steer(&self.scope.context, Steer::Nothing);
        match said {
            // No step follows a branch.
            _ if self.plan.is_branch => Outcome { verdict, ..Outcome::default() },
            Steer::Nothing | Steer::Over => Outcome { verdict, ..Outcome::default() },
            Steer::Goto(step) => Outcome { goto: Some(step), verdict, ..Outcome::default() },
            Steer::Finish => Outcome { finish: true, verdict, ..Outcome::default() },
        }
    }

    /// The failure with the name of this step, unless it has the name of a nested step already.
    fn named(&self, failure: Failure, node: &Node<H::Step>) -> Failure {
        match failure {
            Failure::Failed { error, is_named: false } => {
                Failure::Failed { error: self.flow.host.named(error, &node.name), is_named: true }
            }
            failure => failure,
        }
    }

    fn tell(&self, node: &Node<H::Step>, event: Event) {
        self.flow.host.tell(event, &self.trail(node));
    }

    fn trail(&self, node: &Node<H::Step>) -> Trail {
        let outer = &self.scope.outer;
        let steps = if outer.is_empty() { Rc::default() } else { outer.iter().chain([&node.name]).cloned().collect() };
        Trail { step: node.name.clone(), steps }
    }

    /// Waits for a function of the caller. If the flow is stopped first, fails at once with the reason of the stop.
    async fn until<T>(&self, mut work: Doing<T>) -> Result<T, Thrown> {
        let signal = &self.scope.signal;
        poll_fn(|context| {
            let done = work.as_mut().poll(context);
            if let Err(reason) = check(signal) {
                return Poll::Ready(Err(reason));
            }
            signal.register(context);
            done
        })
        .await
    }
}
