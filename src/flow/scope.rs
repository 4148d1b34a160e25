//! What a walk through the steps of a flow is done with, and what may end it.

use std::cell::RefCell;
use std::rc::Rc;

use super::host::{AnswerTarget, Host, Write};
use super::record::StepRecord;
use super::totals::Totals;
use crate::error::{Code, Error};
use crate::event::Thrown;
use crate::run::StopSignal;

/// The member of a turn's metadata that says that the conversation has it already, which the turn's context is a copy of.
pub(super) const IS_KEPT: &str = "isKept";

/// What all walks of a flow's run have in common.
pub(super) struct FlowContext<H: Host> {
    pub(super) host: Rc<H>,
    /// The name of the flow.
    pub(super) name: Rc<str>,
    /// What ran in it, not counting what ran in its steps.
    pub(super) history: History,
    pub(super) totals: RefCell<Totals>,
}

/// What ran.
pub(super) type History = Rc<RefCell<Vec<StepRecord>>>;

/// What a walk is done with.
pub(super) struct Scope<H: Host> {
    pub(super) context: H::Context,
    /// In a branch.
    pub(super) answer_target: Option<AnswerTarget<H::Context>>,
    pub(super) signal: StopSignal,
    pub(super) write: Write,
    /// What it fills: what ran, and the places of that.
    pub(super) history: History,
    pub(super) path: Rc<RefCell<Vec<usize>>>,
    /// The names of the steps that it is in.
    pub(super) outer: Rc<[Rc<str>]>,
    /// The step that gave the content, once one has.
    pub(super) source: Option<Rc<str>>,
}

/// Where a walk goes on: behind the step of that path, which asked the user, with the answer.
#[derive(Clone)]
pub(super) struct ResumePoint {
    pub(super) path: Rc<[String]>,
    pub(super) answer: Rc<str>,
}

/// Why a step did not come to its end.
pub(super) enum Failure {
    /// The user is to be asked first.
    Asked(String),
    /// It failed, with an error that bears the name of a step already, or does not.
    Failed { error: Thrown, is_named: bool },
}

impl From<Thrown> for Failure {
    fn from(error: Thrown) -> Self {
        Self::Failed { error, is_named: false }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Thrown::from(error).into()
    }
}

/// What is thrown where it was stopped: the reason of that.
pub(super) fn check(signal: &StopSignal) -> Result<(), Thrown> {
    if !signal.is_stopped() {
        return Ok(());
    }
    Err(signal.reason().map_or_else(|| Error::new(Code::Step, "the flow was stopped").into(), Thrown::Host))
}
