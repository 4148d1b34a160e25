//! What a run may do besides asking a model: run tools, look at the whole answer, count tokens.

use futures::future::LocalBoxFuture;

use super::StopSignal;
use crate::error::Error;
use crate::event::{Evaluation, HostValue, Routing, RunResult, Thrown};
use crate::message::ToolCall;

/// What a run may do besides asking: tools, and a look at the whole answer.
pub trait Extras {
    /// Runs the tools that the model calls. `signal` is stopped when their results are no longer waited for.
    fn call(&self, calls: Vec<ToolCall>, signal: StopSignal) -> LocalBoxFuture<'_, Vec<ToolOutcome>>;

    /// Looks at a whole answer.
    fn review(&self, draft: RunResult, signal: StopSignal) -> LocalBoxFuture<'_, Result<Review, Thrown>>;
}

/// The outcome of a tool call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolOutcome {
    /// The id of the call.
    pub id: String,
    /// The text for the model.
    pub output: String,
    /// Whether the text explains why there is no result.
    pub is_error: bool,
}

/// The outcome of a look at an answer.
#[derive(Debug, Clone)]
pub enum Review {
    /// The answer is accepted, with what was found out about it.
    Accept {
        /// The value of a structured answer.
        content: Option<HostValue>,
        /// How it was judged.
        evaluation: Option<Evaluation>,
        /// Where the flow goes on.
        routing: Option<Routing>,
    },
    /// Another answer is wanted; this is the prompt for it.
    Again(String),
}

impl Default for Review {
    fn default() -> Self {
        Self::Accept { content: None, evaluation: None, routing: None }
    }
}

/// Counts the tokens of a text for the caller.
pub trait TokenCounter {
    /// How many tokens the text has; infinity if it could not be counted.
    fn count(&self, text: &str) -> f64;

    /// Why a text could not be counted.
    fn failure(&self) -> Option<Error>;
}
