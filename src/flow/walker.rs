//! Takes the steps of a flow one after the other.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures::future::LocalBoxFuture;

use super::cursor::{Cursor, Next, Outcome, Verdict};
use super::host::{Doing, Host, Question, Steer, Trail};
use super::parallel;
use super::plan::{Kind, Node, Plan, Prompt};
use super::record::{Awaiting, Status, StepRecord, AWAITING};
use super::scope::{check, Behind, Failure, History, Scope, World, IS_KEPT};
use crate::error::Error;
use crate::event::{Event, HostValue, Thrown};
use crate::json::Value;
use crate::message::{Message, Role};
use crate::text::concat;

/// A walk through the steps of a flow.
pub(super) struct Walker<H: Host> {
    world: Rc<World<H>>,
    plan: Rc<Plan<H::Step>>,
    scope: Scope<H>,
    cursor: Cursor,
    input: Rc<str>,
}

impl<H: Host> Walker<H> {
    pub(super) fn new(world: Rc<World<H>>, plan: Rc<Plan<H::Step>>, scope: Scope<H>, input: Rc<str>) -> Self {
        let cursor = Cursor::new(plan.graph.clone());
        Self { world, plan, scope, cursor, input }
    }

    /// Walks to the end, from the first step or from behind one that asked the user.
    pub(super) fn walk(mut self, behind: Option<Behind>) -> LocalBoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move {
            let mut next = match behind {
                Some(behind) => self.go_on(&behind).await?,
                None => self.cursor.start()?,
            };
            while let Next::Run(place) = next {
                next = self.take(place, None).await?;
            }
            Ok(())
        })
    }

    /// Goes on where the user has answered, which may be in a step of this one. Gives the step that follows.
    async fn go_on(&mut self, behind: &Behind) -> Result<Next, Failure> {
        let (name, rest) = behind.path.split_first().map_or(("", &[][..]), |(name, rest)| (&**name, rest));
        let Some((place, node)) =
            self.plan.find(name).and_then(|at| self.plan.nodes.get(at).cloned().map(|node| (at, node)))
        else {
            return Ok(self.cursor.start_at(name)?);
        };
        self.go_back_to(place);
        if !rest.is_empty() {
            self.cursor.start_at(name)?;
            return self.take(place, Some(Behind { path: rest.into(), answer: behind.answer.clone() })).await;
        }
        self.conclude(&node, self.world.host.text(&behind.answer));
        self.leave(&node).await.map_err(|failure| self.named(failure, &node))?;
        let outcome = self.outcome(None);
        self.cursor.go_on_behind(name, &outcome).map_err(|error| self.named(error.into(), &node))
    }

    /// What was tried behind a step before is no part of the way.
    fn go_back_to(&self, place: usize) {
        let mut path = self.scope.path.borrow_mut();
        let at = path.iter().rposition(|other| *other == place).unwrap_or(path.len());
        path.truncate(at);
        path.push(place);
    }

    /// Takes a step, again where it fails and may; gives the next one. With `from` it is one that the user was asked in.
    async fn take(&mut self, place: usize, from: Option<Behind>) -> Result<Next, Failure> {
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
            // Of what a step said that has failed nothing counts.
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

    /// Runs a step, with its place in the history, its events and hooks.
    async fn run(&mut self, node: &Rc<Node<H::Step>>, from: Option<&Behind>) -> Result<Option<Verdict>, Failure> {
        let host = self.world.host.clone();
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

    /// The record of a step that begins. One that asked the user goes on in its place.
    fn record(&self, node: &Node<H::Step>, goes_on: bool) -> StepRecord {
        let mut history = self.scope.history.borrow_mut();
        let is_last = |last: &StepRecord| *last.step == *node.name && last.status == Status::Completed;
        let last = if goes_on && history.last().is_some_and(is_last) { history.pop() } else { None };
        last.unwrap_or_else(|| StepRecord::new(&node.name, self.world.host.timestamp()))
    }

    async fn run_within(
        &mut self,
        node: &Rc<Node<H::Step>>,
        from: Option<&Behind>,
        record: &mut StepRecord,
    ) -> Result<Option<Verdict>, Failure> {
        check(&self.scope.signal)?;
        self.tell(node, Event::StepStart);
        if from.is_none() {
            if let Some(before) = &self.plan.hooks.before {
                let hook = self.world.host.hook(before, &node.name, &self.scope.context);
                self.until(hook).await?;
            }
        }
        let verdict = self.work(node, from, record).await?;
        self.leave(node).await?;
        Ok(verdict)
    }

    /// What goes with the end of a step.
    async fn leave(&self, node: &Node<H::Step>) -> Result<(), Failure> {
        self.store(node)?;
        if let Some(after) = &self.plan.hooks.after {
            let hook = self.world.host.hook(after, &node.name, &self.scope.context);
            self.until(hook).await?;
        }
        Ok(())
    }

    fn store(&self, node: &Node<H::Step>) -> Result<(), Thrown> {
        let key = node.store_result_key.as_deref();
        key.map_or(Ok(()), |key| self.world.host.share(&self.scope.context, key))
    }

    /// Does what the step is for; gives its verdict, if it has one.
    async fn work(
        &mut self,
        node: &Rc<Node<H::Step>>,
        from: Option<&Behind>,
        record: &mut StepRecord,
    ) -> Result<Option<Verdict>, Failure> {
        let host = self.world.host.clone();
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

    async fn ask_agent(&mut self, node: &Node<H::Step>, agent: &H::Step) -> Result<(), Failure> {
        let host = self.world.host.clone();
        let scope = &self.scope;
        let question = Question {
            input: self.input.clone(),
            prompt: self.prompt_of_agent()?,
            context: scope.context.clone(),
            book: scope.book.clone(),
            signal: scope.signal.clone(),
            write: scope.write.clone(),
            trail: self.trail(node),
        };
        let result = host.ask(agent, question).await?;
        let text = result.text.clone();
        self.world.totals.borrow_mut().add(result);
        if self.scope.book.is_some() && !text.is_empty() {
            // What follows in the branch knows of it, too.
            self.add_assistant(text, Value::object().with(IS_KEPT, Value::bool(true)))?;
        }
        self.scope.source = Some(node.name.clone());
        Ok(())
    }

    /// What an agent is asked: the input, and the content of the step before, where there is one, under its name.
    fn prompt_of_agent(&self) -> Result<String, Thrown> {
        // The content may have been cleared.
        let (Some(source), Some(content)) = (&self.scope.source, self.world.host.content(&self.scope.context)) else {
            return Ok((*self.input).to_owned());
        };
        Ok(concat(&[&self.input, "\n\n# ", source, "\n\n", &self.world.host.text_of(&content)?]))
    }

    async fn run_nested(
        &mut self,
        node: &Node<H::Step>,
        plan: &Rc<Plan<H::Step>>,
        from: Option<&Behind>,
        record: &mut StepRecord,
    ) -> Result<(), Failure> {
        let host = self.world.host.clone();
        let before = host.result_number(&self.scope.context);
        let history: History = Rc::new(RefCell::new(record.steps.take().unwrap_or_default()));
        let scope = self.inner_scope(node, history.clone());
        let walker = Walker::new(self.world.clone(), plan.clone(), scope, self.input.clone());
        let done = walker.walk(from.cloned()).await;
        record.steps = Some(history.take());
        done?;
        if host.result_number(&self.scope.context) != before {
            self.scope.source = Some(node.name.clone());
        }
        Ok(())
    }

    /// The scope of what runs in a step.
    fn inner_scope(&self, node: &Node<H::Step>, history: History) -> Scope<H> {
        let Scope { context, book, signal, write, outer, source, .. } = &self.scope;
        Scope {
            context: context.clone(),
            book: book.clone(),
            signal: signal.clone(),
            write: write.clone(),
            history,
            path: Rc::default(),
            outer: outer.iter().chain([&node.name]).cloned().collect(),
            source: source.clone(),
        }
    }

    /// Gives what each branch did, and the content of each.
    async fn run_branches(
        &self,
        node: &Rc<Node<H::Step>>,
        nodes: &[Rc<Node<H::Step>>],
    ) -> (Vec<StepRecord>, Result<parallel::Contents, Failure>) {
        let mut plans = Vec::new();
        for branch in nodes {
            match self.plan.branch(branch) {
                Ok(plan) => plans.push(Rc::new(plan)),
                Err(error) => return (Vec::new(), Err(error.into())),
            }
        }
        let history = History::default();
        let walk = |plan: &Rc<Plan<H::Step>>, own: parallel::Own<H>| {
            let mut scope = self.inner_scope(node, own.history);
            (scope.context, scope.book, scope.signal, scope.write) =
                (own.context, Some(own.book), own.signal, own.write);
            Walker::new(self.world.clone(), plan.clone(), scope, self.input.clone()).walk(None)
        };
        let done = parallel::run(&self.world.host, node, &plans, &self.scope, &walk, &history).await;
        (history.take(), done)
    }

    /// Asks the user; gives that as what ends the walk.
    async fn ask_user(&self, node: &Node<H::Step>, prompt: &Prompt<H::Step>) -> Result<Failure, Failure> {
        let host = &self.world.host;
        let text = match prompt {
            Prompt::Text(text) => text.clone(),
            Prompt::Made(prompt) => self.until(host.prompt(prompt, &self.scope.context)).await?,
        };
        let path: Vec<String> = self.scope.outer.iter().chain([&node.name]).map(|name| (**name).to_owned()).collect();
        // What it did before goes on behind the answer, also where that comes in another page.
        let mut history = self.world.history.borrow().clone();
        history.push(StepRecord::new(path.first().map_or("", String::as_str), host.timestamp()));
        let awaiting = Awaiting {
            flow: (*self.world.name).to_owned(),
            path,
            input: (*self.input).to_owned(),
            prompt: text.clone(),
            history,
        };
        self.add_assistant(text.clone(), Value::object().with(AWAITING, awaiting.to_value()))?;
        self.tell(node, Event::UserInput { prompt: text.clone() });
        Ok(Failure::Asked(text))
    }

    fn add_assistant(&self, text: String, metadata: Value) -> Result<(), Thrown> {
        let host = &self.world.host;
        let mut message = Message::new(Role::Assistant, text);
        message.timestamp = host.timestamp();
        message.metadata = metadata;
        host.conversation(&self.scope.context)?.borrow_mut().add(message);
        host.changed(&self.scope.context);
        Ok(())
    }

    /// `content` is what came of a step.
    fn conclude(&mut self, node: &Node<H::Step>, content: HostValue) {
        self.world.host.conclude(&self.scope.context, content);
        self.scope.source = Some(node.name.clone());
    }

    /// What the step said of the next one, for once.
    fn outcome(&self, verdict: Option<Verdict>) -> Outcome {
        let said = self.world.host.steer(&self.scope.context, Steer::Nothing);
        match said {
            // Behind a branch there is no other step.
            _ if self.plan.is_branch => Outcome { verdict, ..Outcome::default() },
            Steer::Nothing | Steer::Over => Outcome { verdict, ..Outcome::default() },
            Steer::Goto(step) => Outcome { goto: Some(step), verdict, ..Outcome::default() },
            Steer::Finish => Outcome { finish: true, verdict, ..Outcome::default() },
        }
    }

    /// The failure with the name of its step, unless it bears that of a step in this one.
    fn named(&self, failure: Failure, node: &Node<H::Step>) -> Failure {
        match failure {
            Failure::Failed { error, is_named: false } => {
                Failure::Failed { error: self.world.host.named(error, &node.name), is_named: true }
            }
            failure => failure,
        }
    }

    fn tell(&self, node: &Node<H::Step>, event: Event) {
        self.world.host.tell(event, &self.trail(node));
    }

    fn trail(&self, node: &Node<H::Step>) -> Trail {
        let outer = &self.scope.outer;
        let steps = if outer.is_empty() { Rc::default() } else { outer.iter().chain([&node.name]).cloned().collect() };
        Trail { step: node.name.clone(), steps }
    }

    /// What a function of the caller's comes to; as soon as the flow is stopped, the reason of that: nobody waits for it then.
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
