//! What a run may do besides asking a model: run tools, look at the whole answer, count tokens.

use futures::future::LocalBoxFuture;

use super::StopSignal;
use crate::error::Error;
use crate::event::{Evaluation, HostValue, Routing, RunResult, Thrown};
use crate::message::ToolCall;

/// What a run may do besides asking: tools, and a look at the whole answer.
pub trait Extras {
    /// Runs the tools that the model calls. `signal` stops when nobody waits for them any more.
    fn call(&self, calls: Vec<ToolCall>, signal: StopSignal) -> LocalBoxFuture<'_, Vec<ToolOutcome>>;

    /// Looks at a whole answer.
    fn review(&self, draft: RunResult, signal: StopSignal) -> LocalBoxFuture<'_, Result<Review, Thrown>>;
}

/// What a call of a tool came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolOutcome {
    /// The call's.
    pub id: String,
    /// What the model is told.
    pub output: String,
    /// Whether the text says why there is no result.
    pub is_error: bool,
}

/// What a look at an answer came to.
#[derive(Debug, Clone)]
pub enum Review {
    /// The answer is taken, with what was found out about it.
    Accept {
        /// The value of a structured answer.
        content: Option<HostValue>,
        /// How it was judged.
        evaluation: Option<Evaluation>,
        /// Where the flow goes on.
        routing: Option<Routing>,
    },
    /// Another answer is wanted, as this prompt says.
    Again(String),
}

impl Default for Review {
    fn default() -> Self {
        Self::Accept { content: None, evaluation: None, routing: None }
    }
}

/// Counts the tokens of a text for the caller.
pub trait TokenCounter {
    /// How many tokens the text has; infinity where it could not be counted.
    fn count(&self, text: &str) -> f64;

    /// Why a text could not be counted.
    fn failure(&self) -> Option<Error>;
}
