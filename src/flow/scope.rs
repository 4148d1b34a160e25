//! What a walk through the steps of a flow works with, and what may end it.

use std::cell::RefCell;
use std::rc::Rc;

use super::host::{AnswerTarget, Host};
use super::record::StepRecord;
use super::totals::Totals;
use crate::error::{Code, Error};
use crate::event::Thrown;
use crate::run::{StopSignal, Write};

/// The member of a turn's metadata that says that the original conversation, of which a branch has a copy, has the turn already.
pub(super) const IS_KEPT: &str = "isKept";

/// What all walks of a flow's run share.
pub(super) struct FlowContext<H: Host> {
    pub(super) host: Rc<H>,
    /// The name of the flow.
    pub(super) name: Rc<str>,
    /// The steps that ran, without the steps nested in them.
    pub(super) history: History,
    pub(super) totals: RefCell<Totals>,
}

/// The steps that ran.
pub(super) type History = Rc<RefCell<Vec<StepRecord>>>;

/// What one walk works with.
pub(super) struct Scope<H: Host> {
    pub(super) context: H::Context,
    /// In a branch, where answers go.
    pub(super) answer_target: Option<AnswerTarget<H::Context>>,
    pub(super) signal: StopSignal,
    pub(super) write: Write,
    /// The walk adds the record of each step that it ran, and to `path` the step's index in the plan.
    pub(super) history: History,
    pub(super) path: Rc<RefCell<Vec<usize>>>,
    /// The names of the steps that the walk is nested in.
    pub(super) outer: Rc<[Rc<str>]>,
    /// The step that the content comes from, once there is one.
    pub(super) source: Option<Rc<str>>,
}

/// Where a walk goes on: after the step of that path, which asked the user, with the user's answer.
#[derive(Clone)]
pub(super) struct ResumePoint {
    pub(super) path: Rc<[String]>,
    pub(super) answer: Rc<str>,
}

/// Why a step did not come to its end.
pub(super) enum Failure {
    /// The user has to be asked first.
    Asked(String),
    /// The step failed. `is_named`: the error already has the name of a step.
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

/// Fails with the reason of the stop if the signal has been stopped.
pub(super) fn check(signal: &StopSignal) -> Result<(), Thrown> {
    if !signal.is_stopped() {
        return Ok(());
    }
    Err(signal.reason().map_or_else(|| Error::new(Code::Step, "the flow was stopped").into(), Thrown::Host))
}
