//! The vocabulary that every stage shares: what a turn is, and what an answer is made of.

use std::borrow::Cow;
use std::rc::Rc;

use crate::json::{kind_of, Kind, Scanner, Text, Value};

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// Instructions.
    System,
    /// What a tool answered.
    Tool,
}

impl Role {
    /// The role's name, the same in JavaScript and in what is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::System => "system",
            Self::Tool => "tool",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::User, Self::Assistant, Self::System, Self::Tool].into_iter().find(|role| role.as_str() == name)
    }
}

/// A turn kept in the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who said it.
    pub role: Role,
    /// What was said.
    pub content: String,
    /// When, as ISO 8601 in UTC.
    pub timestamp: String,
    /// The caller's own members, a JSON object.
    pub metadata: Value,
    /// The answer was stopped or cut before it was whole.
    pub interrupted: bool,
    /// The tools that the model called in this turn.
    pub tool_calls: Vec<ToolCall>,
    /// In a tool's turn: the call that it answers.
    pub tool_call_id: Option<String>,
    /// What the model thought before it answered; empty where it told nothing of that.
    pub reasoning: String,
    /// What the answer cites or was drawn from.
    pub sources: Vec<Source>,
    /// What the model made besides text.
    pub files: Vec<GeneratedFile>,
    /// What the provider wants back with the turn: members of its own, a JSON object.
    pub state: Value,
    /// The API root that the turn came from; empty where that is not known. `state` and [`ToolCall::extra`] are sent back only there.
    pub api_root: String,
}

impl Message {
    /// A turn with nothing but its words.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            timestamp: String::new(),
            metadata: Value::object(),
            interrupted: false,
            tool_calls: Vec::new(),
            tool_call_id: None,
            reasoning: String::new(),
            sources: Vec::new(),
            files: Vec::new(),
            state: Value::object(),
            api_root: String::new(),
        }
    }
}

/// What the model gave in one turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelTurn {
    /// The text.
    pub text: String,
    /// See [`Message::reasoning`].
    pub reasoning: String,
    /// See [`Message::tool_calls`].
    pub tool_calls: Vec<ToolCall>,
    /// See [`Message::sources`].
    pub sources: Vec<Source>,
    /// See [`Message::files`].
    pub files: Vec<GeneratedFile>,
    /// See [`Message::state`].
    pub state: Value,
    /// See [`Message::api_root`].
    pub api_root: String,
}

impl ModelTurn {
    /// A turn that is nothing but text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            reasoning: String::new(),
            tool_calls: Vec::new(),
            sources: Vec::new(),
            files: Vec::new(),
            state: Value::object(),
            api_root: String::new(),
        }
    }

    /// Whether there is nothing in it that a reader or the model could want back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.tool_calls.is_empty() && self.sources.is_empty() && self.files.is_empty()
    }

    /// The turn as a message of the conversation.
    #[must_use]
    pub fn into_message(self) -> Message {
        let mut message = Message::new(Role::Assistant, self.text);
        message.reasoning = self.reasoning;
        message.tool_calls = self.tool_calls;
        message.sources = self.sources;
        message.files = self.files;
        message.state = self.state;
        message.api_root = self.api_root;
        message
    }
}

/// Something that the answer cites, or that a search found for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Source {
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The passage that is cited, or a snippet.
    pub text: Option<String>,
    /// Where in the answer's text the citation begins, in UTF-16 units.
    pub start: Option<usize>,
    /// Where it ends.
    pub end: Option<usize>,
}

/// Where a citation stands, as a provider counts: in the text of its own response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The part of the text from whose beginning it is counted, from 0: see [`Delta::TextPart`].
    pub part: usize,
    /// Where the citation begins.
    pub start: usize,
    /// Where it ends: behind its last character.
    pub end: usize,
    /// What is counted.
    pub unit: Unit,
}

/// What a provider counts where it says how far it is to a place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    /// Characters: Unicode code points.
    Chars,
}

/// A file that the model made: an image, a sound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GeneratedFile {
    /// Its media type, as `image/png`.
    pub media_type: String,
    /// Its bytes, in Base64. They are many, and stand in the event, in the result and in the conversation.
    pub data: Option<Rc<str>>,
    /// Its address, where it was not sent along.
    pub url: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// A call of a tool, as the model made it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolCall {
    /// The provider's name for the call, or one of ours where it gives none.
    pub id: String,
    /// The tool.
    pub name: String,
    /// The arguments as they were written, usually JSON.
    pub input_text: String,
    /// What the provider wants back with the call, as JSON of its own that no other one reads; mostly empty.
    pub extra: String,
}

impl ToolCall {
    /// The arguments as JSON; `None` where they are none. See [`input_of`].
    #[must_use]
    pub fn input(&self) -> Option<Cow<'_, str>> {
        input_of(&self.input_text)
    }

    /// The call as JavaScript sees it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = Value::object().with("id", self.id.as_str()).with("name", self.name.as_str());
        if let Some(input) = self.input() {
            value.set("input", Value::Literal(input.into_owned()));
        }
        value.with("inputText", self.input_text.as_str())
    }
}

/// The arguments of a call as JSON; `None` for what is no JSON. Arguments are an object: nothing, `null` and an empty
/// string are an empty one, and a string that contains an object is that object, which some models encode twice.
#[must_use]
pub fn input_of(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Some("{}".into());
    }
    match kind_of(text)? {
        Kind::Null => Some("{}".into()),
        Kind::String => {
            let inner = Scanner::new(text.as_bytes()).string().ok()??.read();
            let inner = inner.trim_ascii();
            match kind_of(inner) {
                Some(Kind::Object) => Some(inner.to_owned().into()),
                Some(Kind::Null) => Some("{}".into()),
                None if inner.is_empty() => Some("{}".into()),
                _ => Some(text.into()),
            }
        }
        _ => Some(text.into()),
    }
}

/// A function that the model may ask to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its name: letters, digits, `_` and `-`, up to 64 for most providers.
    pub name: String,
    /// What it does, for the model to read.
    pub description: String,
    /// The JSON Schema of its arguments, an object.
    pub parameters: Value,
    /// Whether the page runs it; the call of one that it does not ends the run.
    pub executes: bool,
}

impl Tool {
    /// The schema of a tool's arguments as providers want it: an object, with its `properties` even where there are none.
    #[must_use]
    pub fn parameters_of(given: Option<&Value>) -> Value {
        let mut parameters =
            given.filter(|given| matches!(given, Value::Object(_))).cloned().unwrap_or(Value::object());
        if parameters.get("type").is_none() {
            parameters.set("type", "object".into());
        }
        if !matches!(parameters.get("properties"), Some(Value::Object(_))) {
            parameters.set("properties", Value::object());
        }
        parameters
    }

    /// Whether the schema of its arguments says that there are none, or nothing about them.
    #[must_use]
    pub fn takes_nothing(&self) -> bool {
        let Value::Object(members) = &self.parameters else { return true };
        members.iter().all(|(key, value)| match &**key {
            "properties" => *value == Value::object(),
            "required" => value.items().is_empty(),
            "additionalProperties" => matches!(value, Value::Literal(_)),
            key => matches!(key, "type" | "$schema" | "title" | "description"),
        })
    }
}

/// An image or a file that belongs to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its media type, as `image/png`.
    pub media_type: String,
    /// The bytes, or where they are.
    pub source: AttachmentSource,
    /// The file's name; may be empty.
    pub name: String,
}

/// Where an attachment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentSource {
    /// Its bytes, in Base64.
    Data(String),
    /// An absolute URL, which the provider fetches.
    Url(String),
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    /// It is whole.
    Stop,
    /// The provider's bound on tokens was reached.
    Length,
    /// The provider held it back, or the model refused.
    ContentFilter,
    /// The model waits for tools.
    ToolCalls,
    /// `limits.maxChars` was reached.
    Limit,
    /// The caller stopped it.
    Aborted,
    /// A flow waits for the user.
    UserInput,
    /// The provider has another word for it.
    Other,
}

impl FinishReason {
    /// The reason as JavaScript callers see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ContentFilter => "content-filter",
            Self::ToolCalls => "tool-calls",
            Self::Limit => "limit",
            Self::Aborted => "aborted",
            Self::UserInput => "user-input",
            Self::Other => "other",
        }
    }
}

/// Tokens spent. The input includes what was cached, the output what was reasoned, however the provider counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Tokens of the request.
    pub input_tokens: Option<u64>,
    /// Tokens of the answer.
    pub output_tokens: Option<u64>,
    /// Both.
    pub total_tokens: Option<u64>,
    /// Those of the answer that were reasoning.
    pub reasoning_tokens: Option<u64>,
    /// Those of the request that came from a cache.
    pub cached_input_tokens: Option<u64>,
    /// The run was stopped before the provider had reported all of it.
    pub estimated: bool,
}

impl Usage {
    /// Takes over every figure that `newer` has.
    pub fn update(&mut self, newer: &Self) {
        self.input_tokens = newer.input_tokens.or(self.input_tokens);
        self.output_tokens = newer.output_tokens.or(self.output_tokens);
        self.total_tokens = newer.total_tokens.or(self.total_tokens);
        self.reasoning_tokens = newer.reasoning_tokens.or(self.reasoning_tokens);
        self.cached_input_tokens = newer.cached_input_tokens.or(self.cached_input_tokens);
    }

    /// Both together: a figure that only one of them has is that.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let sum = |one: Option<u64>, other: Option<u64>| match (one, other) {
            (Some(one), Some(other)) => Some(one.saturating_add(other)),
            (one, other) => one.or(other),
        };
        Self {
            input_tokens: sum(self.input_tokens, other.input_tokens),
            output_tokens: sum(self.output_tokens, other.output_tokens),
            total_tokens: sum(self.total_tokens, other.total_tokens),
            reasoning_tokens: sum(self.reasoning_tokens, other.reasoning_tokens),
            cached_input_tokens: sum(self.cached_input_tokens, other.cached_input_tokens),
            estimated: self.estimated || other.estimated,
        }
    }

    /// The same for an answer that was stopped, of which about `output_tokens` had come: the provider reports less while
    /// it streams, or nothing.
    #[must_use]
    pub fn of_stopped(&self, output_tokens: u64) -> Self {
        let output_tokens = Some(output_tokens.max(self.output_tokens.unwrap_or_default()));
        Self { output_tokens, total_tokens: None, estimated: true, ..*self }
    }

    /// The same, where the total is the sum if the provider gives none.
    #[must_use]
    pub fn with_total(self) -> Self {
        let sum = self.input_tokens.zip(self.output_tokens).map(|(input, output)| input.saturating_add(output));
        Self { total_tokens: self.total_tokens.or(sum), ..self }
    }
}

/// An increment of the answer, as a provider's decoder finds it.
#[derive(Debug)]
pub enum Delta<'a> {
    /// More of the answer's text.
    Text(Text<'a>),
    /// More of the reasoning.
    Reasoning(Text<'a>),
    /// The response's text so far, all of it once more: only what it has behind the text that has come is new, and nothing
    /// if it does not begin with that.
    TextSoFar(Text<'a>),
    /// The same of the reasoning.
    ReasoningSoFar(Text<'a>),
    /// The reasoning that follows is another part.
    ReasoningPart,
    /// The model begins to call a tool. `call` numbers the calls of one answer from 0; an empty id is one that the
    /// provider does not give.
    ToolStart {
        /// Which call.
        call: usize,
        /// The provider's id.
        id: String,
        /// The tool.
        name: String,
        /// What the provider wants back with the call: see [`ToolCall::extra`].
        extra: String,
    },
    /// More of a call's arguments.
    ToolInput {
        /// Which call.
        call: usize,
        /// What to append.
        text: Text<'a>,
    },
    /// A call's arguments are whole.
    ToolEnd {
        /// Which call.
        call: usize,
    },
    /// The text that follows is another part of it: the first part needs no such delta. Only for providers that count the
    /// places of citations from the beginning of a part.
    TextPart,
    /// Something that the answer cites, or that was found for it.
    Source {
        /// What is cited. Its `start` and `end` are left empty.
        source: Source,
        /// Where it is cited, if the provider says so.
        span: Option<Span>,
    },
    /// A file that the model made.
    File(GeneratedFile),
    /// What the provider wants back with this turn: a member of [`Message::state`]. A later value replaces an earlier one.
    State {
        /// The member's name, as the provider calls it.
        member: &'static str,
        /// Its value.
        value: Value,
    },
    /// The turn's reasoning is a member of [`Message::state`] under this name, even if it is empty, where tools are run.
    ReasoningState(&'static str),
    /// What the answer cost so far: later figures replace earlier ones.
    Usage(Usage),
    /// A finish reason: the answer may be whole, but more can follow, another reason too. The last one counts.
    Finish {
        /// Why it ended.
        reason: FinishReason,
        /// The provider's word for it; empty where it has none.
        raw: String,
    },
    /// A final terminal: nothing follows that matters, and the connection can be closed.
    End,
    /// The same where the tools are run that the model has called; else another response may follow behind this one.
    EndOfResponse,
    /// Another response follows behind one that has come to its end.
    NextTurn,
    /// An event that has no meaning here, as it came.
    Raw(&'a [u8]),
}
