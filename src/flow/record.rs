//! The records of the steps that ran, and what is stored of a flow that waits for the user.

use crate::conversation::Conversation;
use crate::json::{decimal, unsigned, Value};
use crate::message::{Message, Role};
use crate::text::split_once;

/// The member of a question's metadata that holds an [`Awaiting`].
pub(super) const AWAITING: &str = "awaiting";
/// The member of an answer's metadata that names the flow that the answer resumes, as long as the answer is unused.
pub(super) const ANSWERS: &str = "answers";

/// How a step has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It completed.
    Completed,
    /// It failed.
    Failed,
    /// It was stopped.
    Aborted,
}

impl Status {
    /// The status as JavaScript callers see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Completed, Self::Failed, Self::Aborted].into_iter().find(|status| status.as_str() == name)
    }
}

/// A step that ran.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRecord {
    /// Its name.
    pub step: String,
    /// When it began, as ISO 8601 in UTC.
    pub started_at: String,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// How it has ended.
    pub status: Status,
    /// What it failed with, in a line.
    pub error: Option<String>,
    /// The steps that ran inside it: in a nested flow or in branches.
    pub steps: Option<Vec<StepRecord>>,
}

impl StepRecord {
    /// The record of a step that begins.
    pub(super) fn new(step: &str, started_at: String) -> Self {
        let status = Status::Completed;
        Self { step: step.to_owned(), started_at, duration_ms: 0.0, status, error: None, steps: None }
    }

    /// The value that is stored, and that JavaScript callers see.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = Value::object()
            .with("step", Value::string(&*self.step))
            .with("startedAt", Value::string(&*self.started_at))
            .with("durationMs", Value::Literal(decimal_of(self.duration_ms)))
            .with("status", Value::string(self.status.as_str()));
        if let Some(error) = &self.error {
            value.set("error", Value::string(&**error));
        }
        if let Some(steps) = &self.steps {
            value.set("steps", Value::Array(steps.iter().map(Self::to_value).collect()));
        }
        value
    }

    fn from_value(value: &Value) -> Self {
        let text = |key| value.text(key).unwrap_or_default().to_owned();
        Self {
            step: text("step"),
            started_at: text("startedAt"),
            duration_ms: value.get("durationMs").map_or(0.0, number_of),
            status: value.text("status").and_then(Status::parse).unwrap_or(Status::Completed),
            error: value.text("error").map(str::to_owned),
            steps: value.get("steps").map(|steps| steps.items().iter().map(Self::from_value).collect()),
        }
    }
}

/// Milliseconds with up to three decimal places.
fn decimal_of(ms: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Saturates: a time is at least 0.
    let micros = (ms * 1000.0).round() as u64;
    let mut text = decimal(micros / 1000);
    if micros % 1000 > 0 {
        let digits = decimal(1000 + micros % 1000);
        text.push('.');
        text.push_str(digits.get(1..).unwrap_or_default().trim_end_matches('0'));
    }
    text
}

fn number_of(value: &Value) -> f64 {
    let Value::Literal(text) = value else { return 0.0 };
    let (whole, fraction) = split_once(text, '.').unwrap_or((text, ""));
    let digits = fraction.get(..fraction.len().min(3)).unwrap_or_default();
    #[allow(clippy::cast_precision_loss)] // Nobody waits that long.
    let number = |text: &str| unsigned(text.as_bytes()).unwrap_or_default() as f64;
    let scale = [1.0, 10.0, 100.0, 1000.0].get(digits.len()).copied().unwrap_or(1000.0);
    number(whole) + number(digits.trim_start_matches('0')) / scale
}

/// What the user is asked, and where the flow goes on after the answer. Stored in the metadata of the question.
#[derive(Debug, Clone, PartialEq)]
pub struct Awaiting {
    /// The name of the flow.
    pub flow: String,
    /// The names of the steps from the outside in, with the step that asks last.
    pub path: Vec<String>,
    /// What the flow was asked.
    pub input: String,
    /// The question.
    pub prompt: String,
    /// The steps that ran before.
    pub history: Vec<StepRecord>,
}

impl Awaiting {
    /// The value that is stored, and that JavaScript callers see.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let step = self.path.last().map_or("", String::as_str);
        Value::object()
            .with("flow", Value::string(&*self.flow))
            .with("step", Value::string(step))
            .with("path", Value::Array(self.path.iter().map(|name| Value::string(&**name)).collect()))
            .with("input", Value::string(&*self.input))
            .with("prompt", Value::string(&*self.prompt))
            .with("history", Value::Array(self.history.iter().map(StepRecord::to_value).collect()))
    }

    fn from_value(value: &Value) -> Self {
        let text = |key| value.text(key).unwrap_or_default().to_owned();
        Self {
            flow: text("flow"),
            path: value.list("path").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            input: text("input"),
            prompt: text("prompt"),
            history: value.list("history").iter().map(StepRecord::from_value).collect(),
        }
    }
}

/// What the user is asked, if the conversation ends with a question of that flow: with no turn after it, or with an unused answer.
/// `is_open`: this page knows that the last answer is still unused, so more user turns may follow it. `is_running`: the flow itself
/// is running, and its answer does not count as unused.
pub(super) fn awaiting(conversation: &Conversation, flow: &str, is_open: bool, is_running: bool) -> Option<Awaiting> {
    let messages = conversation.messages();
    let is_answer = |turn: &Message| turn.metadata.text(ANSWERS) == Some(flow);
    let is_open = is_open || !is_running && messages.last().is_some_and(is_answer);
    let question = if is_open { messages.iter().rfind(|turn| turn.role != Role::User) } else { messages.last() };
    let awaiting = Awaiting::from_value(question?.metadata.get(AWAITING)?);
    (awaiting.flow == flow).then_some(awaiting)
}

/// The last answer has been used, or another question is asked: the answer no longer resumes a flow.
pub(super) fn settle(conversation: &mut Conversation) {
    let messages = conversation.messages();
    let from = messages.iter().rposition(|turn| turn.role != Role::User).map_or(0, |at| at + 1);
    for at in from..messages.len() {
        let metadata = conversation.messages().get(at).map(|turn| turn.metadata.clone());
        if let Some(Value::Object(mut members)) = metadata {
            let count = members.len();
            members.retain(|(key, _)| key != ANSWERS);
            if members.len() < count {
                conversation.set_metadata(at, Value::Object(members));
            }
        }
    }
}
