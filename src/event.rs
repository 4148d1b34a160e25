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

/// Something that happened in a run, as `onEvent` is told of it. See `StreamEvent` in the types of the package.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[allow(missing_docs)] // The fields are the members of `StreamEvent`, which says what they are.
pub enum Event {
    /// A request is sent.
    Start { provider: &'static str, model: String, attempt: u32 },
    /// A chunk of the answer.
    TextDelta { text: String },
    /// A chunk of the reasoning.
    ReasoningDelta { text: String },
    /// The model begins to call a tool.
    ToolInputStart { id: String, name: String },
    /// More of the arguments.
    ToolInputDelta { id: String, text: String },
    /// A call is whole.
    ToolCall(ToolCall),
    /// A tool has run.
    ToolResult { id: String, name: String, output: HostValue, is_error: bool },
    /// The value of a structured answer so far.
    Partial { value: HostValue },
    /// A part of the value that is final. The path is a list of keys and places.
    Field { path: HostValue, value: HostValue },
    /// A source.
    Source(Source),
    /// A file.
    File(GeneratedFile),
    /// Tokens so far.
    Usage(Usage),
    /// The request is made again after a wait.
    Retry { attempt: u32, delay_ms: u64, error: Error },
    /// The request is made again without streaming.
    Fallback { error: Error },
    /// The answer is continued behind a cut.
    Continue { error: Error },
    /// The answer was judged.
    Evaluation(Evaluation),
    /// The model chose the next step.
    Routing(Routing),
    /// A step of a flow begins.
    StepStart,
    /// A step of a flow is run again: it has failed.
    StepRetry { attempt: u32, error: Thrown },
    /// Another step of a flow, or a value, stands in for one that has failed.
    StepFallback { error: Thrown },
    /// A step of a flow has ended.
    StepFinish { duration_ms: f64, is_failed: bool },
    /// The flow asks the user.
    UserInput { prompt: String },
    /// Something of the provider's that is not interpreted here.
    Raw { data: String },
    /// The run has ended with a result.
    Finish { reason: FinishReason, usage: Option<Usage>, metrics: Metrics },
    /// An event that the host has made itself.
    Host(HostValue),
    /// The run has failed, or was aborted.
    Error { error: Thrown, partial_text: String },
}

/// What a judge said of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// From 0 to 100.
    pub score: f64,
    /// Whether that is enough.
    pub passed: bool,
    /// What is to be improved.
    pub feedback: Option<String>,
}

/// Which step of a flow a model chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routing {
    /// The name of the step.
    pub next_route: String,
    /// Why.
    pub reasoning: Option<String>,
}

/// Figures of a run. Times are in milliseconds, lengths in UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[allow(missing_docs)] // They are those of `Metrics` in the types of the package.
pub struct Metrics {
    pub chunks: u64,
    pub chars: u64,
    pub bytes: u64,
    pub time_to_first_chunk_ms: f64,
    pub duration_ms: f64,
    pub chars_per_second: f64,
}

/// What a run comes to.
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
