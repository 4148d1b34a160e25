//! What a run tells while it goes on, and what it comes to: the events and the result that users see, typed.

use std::any::Any;
use std::rc::Rc;

use crate::error::Error;
use crate::message::{FinishReason, GeneratedFile, Source, ToolCall, Usage};

/// A value of the host language: in a page any JavaScript value. The core passes it on unread.
pub type HostValue = Rc<dyn Any>;

/// What a run rejects with.
#[derive(Debug, Clone)]
pub enum Thrown {
    /// An error of the library's.
    Error(Error),
    /// A value of the host language that goes out unchanged: the reason of the caller's signal, or what the caller's code threw.
    Host(HostValue),
}

impl Thrown {
    /// It as the cause of an error: an [`Error`], or the host's value.
    #[must_use]
    pub fn into_cause(self) -> HostValue {
        match self {
            Self::Error(error) => Rc::new(error),
            Self::Host(value) => value,
        }
    }
}

impl From<Error> for Thrown {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Something that happened in a run. JavaScript callers receive it as a `StreamEvent`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A request is sent.
    Start {
        /// The wire format.
        provider: &'static str,
        /// The model.
        model: String,
        /// 1 for the first request.
        attempt: u32,
    },
    /// More of the answer.
    TextDelta {
        /// The new text.
        text: String,
    },
    /// More of the reasoning.
    ReasoningDelta {
        /// The new text.
        text: String,
    },
    /// The model begins to call a tool.
    ToolInputStart {
        /// The call's id.
        id: String,
        /// The tool's name.
        name: String,
    },
    /// More of a call's arguments.
    ToolInputDelta {
        /// The call's id.
        id: String,
        /// The new piece of JSON text.
        text: String,
    },
    /// A call is complete.
    ToolCall(ToolCall),
    /// A tool has run.
    ToolResult {
        /// The call's id.
        id: String,
        /// The tool's name.
        name: String,
        /// What the tool returned; for an error, its message.
        output: HostValue,
        /// Whether the tool failed.
        is_error: bool,
    },
    /// The value of a structured answer so far.
    Partial {
        /// A copy, which does not change later.
        value: HostValue,
    },
    /// A part of the value of a structured answer is final.
    Field {
        /// Where the part is: keys and indices from the outside in.
        path: HostValue,
        /// The part.
        value: HostValue,
    },
    /// A source was cited, or found by a search. It comes after the text that it refers to.
    Source(Source),
    /// The model made a file.
    File(GeneratedFile),
    /// The provider reported tokens: all so far.
    Usage(Usage),
    /// A request failed and is made again.
    Retry {
        /// The number of the next attempt.
        attempt: u32,
        /// How long it waits first, in milliseconds.
        delay_ms: u64,
        /// Why the request failed.
        error: Error,
    },
    /// A request without streaming is made instead.
    Fallback {
        /// Why the streaming request failed.
        error: Error,
    },
    /// The stream broke, and the model is asked to continue.
    Continue {
        /// How the stream broke.
        error: Error,
    },
    /// The judge has scored an answer.
    Evaluation(Evaluation),
    /// The model has chosen the next step of a flow.
    Routing(Routing),
    /// A step of a flow begins.
    StepStart,
    /// A step of a flow has failed and is run again.
    StepRetry {
        /// The number of the next attempt.
        attempt: u32,
        /// Why the step failed.
        error: Thrown,
    },
    /// A step of a flow has failed, and another step or a fixed value takes its place.
    StepFallback {
        /// Why the step failed.
        error: Thrown,
    },
    /// A step of a flow has ended.
    StepFinish {
        /// How long it took, in milliseconds.
        duration_ms: f64,
        /// Whether it failed.
        is_failed: bool,
    },
    /// A flow waits for the user.
    UserInput {
        /// What the user is asked.
        prompt: String,
    },
    /// A provider's event that is not interpreted here, or not completely.
    Raw {
        /// The event's payload.
        data: String,
    },
    /// The run is complete. The last event.
    Finish {
        /// Why the answer ended.
        reason: FinishReason,
        /// Tokens of the run, if they are known.
        usage: Option<Usage>,
        /// Sizes and times of the run.
        metrics: Metrics,
    },
    /// An event that the host has made itself.
    Host(HostValue),
    /// The run failed or was stopped. The last event.
    Error {
        /// What the run failed with, or the reason of the caller's signal.
        error: Thrown,
        /// The text that was delivered.
        partial_text: String,
    },
}

/// How a judge scored an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// From 0 to 100.
    pub score: f64,
    /// Whether the score reached the threshold.
    pub passed: bool,
    /// What the judge would improve.
    pub feedback: Option<String>,
}

/// The step of a flow that the model has chosen to run next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routing {
    /// The name of the step.
    pub next_route: String,
    /// Why.
    pub reasoning: Option<String>,
}

/// Sizes and times of a run. Times are in milliseconds, lengths in UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Metrics {
    /// Chunks delivered.
    pub chunks: u64,
    /// Length of the text, in UTF-16 units.
    pub chars: u64,
    /// Bytes received, without headers.
    pub bytes: u64,
    /// From the start of the run to the first chunk, in milliseconds; without a chunk, to its end.
    pub time_to_first_chunk_ms: f64,
    /// From the start of the run to its end, in milliseconds.
    pub duration_ms: f64,
    /// `chars` by the seconds of `duration_ms`; 0 if that is 0.
    pub chars_per_second: f64,
}

/// What a run comes to, one field for each member of `RunResult` in JavaScript.
#[derive(Debug, Clone)]
pub struct RunResult {
    /// The value of a structured answer, or what a step of a flow gave; none where the content is the text.
    pub content: Option<HostValue>,
    /// The text of the answer.
    pub text: String,
    /// The reasoning.
    pub reasoning: String,
    /// The calls of tools.
    pub tool_calls: Vec<ToolCall>,
    /// The sources.
    pub sources: Vec<Source>,
    /// The files.
    pub files: Vec<GeneratedFile>,
    /// Why it ended.
    pub finish_reason: FinishReason,
    /// The provider's own word for that; empty for none.
    pub raw_finish_reason: String,
    /// The tokens, where they are known.
    pub usage: Option<Usage>,
    /// The figures.
    pub metrics: Metrics,
    /// How the answer was judged.
    pub evaluation: Option<Evaluation>,
    /// Where the flow goes on.
    pub routing: Option<Routing>,
    /// Requests that were made.
    pub attempts: u32,
    /// Whether the answer is as good as it was to be.
    pub success: bool,
}
