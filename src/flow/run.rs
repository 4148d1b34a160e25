//! A run of a flow, from its input to its result.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::{poll_fn, Future};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use super::host::{Host, Steer};
use super::outlet::Outlet;
use super::record::{self, Awaiting, StepRecord, ANSWERS};
use super::scope::{check, Failure, FlowContext, History, ResumePoint, Scope};
use super::totals::Totals;
use super::walker::Walker;
use super::Plan;
use crate::conversation::Conversation;
use crate::error::Error;
use crate::event::{HostValue, RunResult, Thrown};
use crate::json::Value;
use crate::message::{FinishReason, Message, Role};
use crate::run::StopSignal;
use crate::text::{concat, join};

/// What the last run of a flow has left.
#[derive(Debug, Default)]
pub struct Past {
    /// The indices of the steps that ran.
    path: Rc<RefCell<Vec<usize>>>,
    /// The records of these steps.
    history: History,
    /// The user's last answer is still unused.
    is_open: Cell<bool>,
    is_running: Cell<bool>,
}

impl Past {
    /// What the user is asked, if the conversation ends with a question of that flow.
    #[must_use]
    pub fn awaiting<S>(&self, plan: &Plan<S>, conversation: &Conversation) -> Option<Awaiting> {
        record::awaiting(conversation, &plan.name, self.is_open.get(), self.is_running.get())
    }

    /// Takes over the history of a run in another page, which asked the user there.
    pub fn recall<S>(&self, plan: &Plan<S>, conversation: &Conversation) {
        let mut path = self.path.borrow_mut();
        if !path.is_empty() {
            return;
        }
        let Some(awaiting) = self.awaiting(plan, conversation) else { return };
        for entry in awaiting.history {
            // A step that was run again is one step of the path.
            if let Some(place) = plan.find(&entry.step).filter(|place| path.last() != Some(place)) {
                path.push(place);
            }
            self.history.borrow_mut().push(entry);
        }
    }

    /// The steps of the last run since its input.
    #[must_use]
    pub fn history(&self) -> Vec<StepRecord> {
        self.history.borrow().clone()
    }

    /// The indices of these steps, in their order.
    #[must_use]
    pub fn path(&self) -> Vec<usize> {
        self.path.borrow().clone()
    }
}

/// What a flow is asked.
#[derive(Debug)]
pub struct Asked {
    /// The input, or the answer to the flow's question.
    pub input: String,
    /// The flow goes on after the step that asked the user.
    pub resumes: bool,
    /// Other tabs may have added turns before it was this run's turn.
    pub is_stale: bool,
}

/// How a run of a flow has ended.
pub struct Ended {
    outcome: Result<Option<String>, Thrown>,
    text: String,
    totals: Totals,
    content: HostValue,
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ended").field("outcome", &self.outcome).field("text", &self.text).finish_non_exhaustive()
    }
}

impl Ended {
    /// The result of a run that was stopped before it began.
    #[must_use]
    pub fn before_it_began() -> RunResult {
        RunResult { finish_reason: FinishReason::Aborted, ..Totals::default().result(String::new()) }
    }

    /// How many bytes have come over the network.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.totals.bytes()
    }

    /// All text that was handed on; if the run failed or was stopped, only `delivered` UTF-16 units of it.
    #[must_use]
    pub fn text(&self, is_stopped: bool, delivered: usize) -> String {
        if is_stopped || self.outcome.is_err() {
            return up_to(&self.text, delivered).to_owned();
        }
        self.text.clone()
    }

    /// The result, or what the run failed with. `is_stopped`: the caller has stopped the run, after `delivered` UTF-16 units of the
    /// text.
    ///
    /// # Errors
    /// What the run failed with.
    pub fn result<H: Host>(self, host: &H, is_stopped: bool, delivered: usize) -> Result<RunResult, Thrown> {
        let text = self.text(is_stopped, delivered);
        let mut result = self.totals.result(text);
        if is_stopped {
            result.finish_reason = FinishReason::Aborted;
            result.content = Some(host.text(&result.text));
            return Ok(result);
        }
        result.content = Some(match self.outcome? {
            Some(prompt) => {
                result.finish_reason = FinishReason::UserInput;
                host.text(&prompt)
            }
            None => self.content,
        });
        Ok(result)
    }
}

fn up_to(text: &str, units: usize) -> &str {
    let mut left = units;
    for (at, char) in text.char_indices() {
        if left < char.len_utf16() {
            return text.get(..at).unwrap_or_default();
        }
        left -= char.len_utf16();
    }
    text
}

/// Runs a flow. `signal` stops it.
pub async fn run<H: Host>(
    host: Rc<H>,
    plan: Rc<Plan<H::Step>>,
    past: Rc<Past>,
    context: H::Context,
    asked: Asked,
    signal: StopSignal,
) -> Ended {
    let outlet = Rc::new(Outlet::new(host.clone()));
    let flow = Rc::new(FlowContext {
        host: host.clone(),
        name: plan.name.clone(),
        history: past.history.clone(),
        totals: RefCell::default(),
    });
    let run = Run { flow: flow.clone(), plan, past: past.clone(), context: context.clone(), signal: signal.clone() };
    let has_begun = Cell::new(false);
    let outcome = {
        let mut walk = pin!(run.walk(asked, outlet.clone(), &has_begun));
        poll_fn(|context| {
            outlet.pump(context);
            walk.as_mut().poll(context)
        })
        .await
    };
    {
        let mut flushed = pin!(outlet.flushed());
        poll_fn(|context| {
            signal.register(context);
            if signal.is_stopped() {
                Poll::Ready(())
            } else {
                flushed.as_mut().poll(context)
            }
        })
        .await;
    }
    let is_done = outcome.is_ok() && !signal.is_stopped();
    if has_begun.get() {
        run.end(is_done, matches!(outcome, Ok(None)));
    }
    Ended {
        outcome,
        text: outlet.text(),
        totals: flow.totals.take(),
        content: host.content(&context).unwrap_or_else(|| host.nothing()),
    }
}

struct Run<H: Host> {
    flow: Rc<FlowContext<H>>,
    plan: Rc<Plan<H::Step>>,
    past: Rc<Past>,
    context: H::Context,
    signal: StopSignal,
}

impl<H: Host> Run<H> {
    /// Returns the question if the run ends with one to the user.
    async fn walk(
        &self,
        asked: Asked,
        outlet: Rc<Outlet<H>>,
        has_begun: &Cell<bool>,
    ) -> Result<Option<String>, Thrown> {
        let host = &self.flow.host;
        {
            let mut ready = host.ready(&self.context);
            poll_fn(|context| {
                self.signal.register(context);
                if self.signal.is_stopped() {
                    Poll::Ready(())
                } else {
                    ready.as_mut().poll(context)
                }
            })
            .await;
            check(&self.signal)?;
        }
        // Fails if the context has been freed.
        host.conversation(&self.context)?;
        has_begun.set(true);
        if asked.is_stale {
            host.refresh(&self.context);
        }
        host.steer(&self.context, Steer::Nothing);
        let (input, from) = if asked.resumes { self.resume(&asked.input)? } else { self.begin(asked.input)? };
        let scope = Scope {
            context: self.context.clone(),
            answer_target: None,
            signal: self.signal.clone(),
            write: Rc::new(move |chunks| outlet.write(chunks)),
            history: self.past.history.clone(),
            path: self.past.path.clone(),
            outer: Rc::default(),
            source: None,
        };
        match Walker::new(self.flow.clone(), self.plan.clone(), scope, input).walk(from).await {
            Ok(()) => Ok(None),
            Err(Failure::Asked(prompt)) => Ok(Some(prompt)),
            Err(Failure::Failed { error, .. }) => Err(error),
        }
    }

    /// Begins a new run: adds the input as a turn.
    fn begin(&self, input: String) -> Result<(Rc<str>, Option<ResumePoint>), Thrown> {
        record::settle(&mut self.flow.host.conversation(&self.context)?.borrow_mut());
        self.add_user(&input, None)?;
        self.past.history.borrow_mut().clear();
        self.past.path.borrow_mut().clear();
        self.past.is_open.set(false);
        Ok((input.into(), None))
    }

    /// Resumes the run: adds the user's answer as a turn. The answer is the content for the next step.
    fn resume(&self, answer: &str) -> Result<(Rc<str>, Option<ResumePoint>), Thrown> {
        let name = &*self.plan.name;
        let conversation = self.flow.host.conversation(&self.context)?;
        let awaiting = self.past.awaiting(&self.plan, &conversation.borrow());
        let Some(awaiting) = awaiting else {
            let what = "resume: the conversation does not end with a question of the flow \"";
            return Err(Error::invalid(concat(&[what, name, "\""])).into());
        };
        if !self.plan.waits(&awaiting.path) {
            let step = join(&awaiting.path, " → ");
            return Err(Error::invalid(concat(&["resume: there is no step \"", &step, "\" that waits"])).into());
        }
        self.add_user(answer, Some(name))?;
        self.past.is_open.set(false);
        self.past.is_running.set(true);
        let from = ResumePoint { path: awaiting.path.into(), answer: answer.into() };
        Ok((awaiting.input.into(), Some(from)))
    }

    /// Adds a user turn, unless it is already the last one. `answers` names the flow whose question it answers.
    fn add_user(&self, input: &str, answers: Option<&str>) -> Result<(), Thrown> {
        let host = &self.flow.host;
        let conversation = host.conversation(&self.context)?;
        let now = host.timestamp();
        {
            let mut conversation = conversation.borrow_mut();
            let place = conversation.messages().len();
            let last = conversation.messages().last().filter(|last| last.role == Role::User && last.content == input);
            let mut metadata = last.map_or(Value::object(), |last| last.metadata.clone());
            let is_there = last.is_some();
            if let Some(flow) = answers {
                metadata.set(ANSWERS, Value::string(flow));
            }
            if is_there {
                conversation.set_metadata(place.saturating_sub(1), metadata);
            } else {
                let mut message = Message::new(Role::User, input);
                message.timestamp = now;
                message.metadata = metadata;
                conversation.add(message);
            }
        }
        host.changed(&self.context);
        Ok(())
    }

    fn end(&self, is_done: bool, is_over: bool) {
        let host = &self.flow.host;
        if is_done && is_over {
            host.steer(&self.context, Steer::Over);
        }
        if self.past.is_running.replace(false) {
            self.past.is_open.set(!is_done);
            if let Some(conversation) = host.conversation(&self.context).ok().filter(|_| is_done) {
                record::settle(&mut conversation.borrow_mut());
            }
        }
        host.changed(&self.context);
    }
}
