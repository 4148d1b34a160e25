//! The turns of a conversation.

use super::{Attachment, GeneratedFile, Source, ToolCall};
use crate::json::Value;

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

/// A turn kept in the conversation, one field for each member of its record.
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
    /// What came with a question. It is sent again with the turn.
    pub attachments: Vec<Attachment>,
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
            attachments: Vec::new(),
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
