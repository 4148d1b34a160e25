//! A conversation: its turns, the state its steps share, and how it is kept.

mod record;
mod store;
mod trim;

pub use store::{erase, list, load, save, Store, KEY_PREFIX};
pub use trim::{estimate, trimmed};

use crate::json::Value;
use crate::message::{Message, Role, ToolCall};

/// The turns of a conversation, with its name and what its steps share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    id: String,
    messages: Vec<Message>,
    shared_state: Value,
    updated_at: String,
    /// Grows with every change of the messages.
    version: u32,
}

impl Conversation {
    /// An empty conversation of that name.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            messages: Vec::new(),
            shared_state: Value::object(),
            updated_at: String::new(),
            version: 0,
        }
    }

    /// Its name in the store.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Takes over everything but the name.
    pub fn replace(&mut self, other: Self) {
        self.messages = other.messages;
        self.shared_state = other.shared_state;
        self.updated_at = other.updated_at;
        self.version += 1;
    }

    /// Its turns, oldest first.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// When it last changed, as ISO 8601 in UTC; empty where it never did.
    #[must_use]
    pub fn updated_at(&self) -> &str {
        &self.updated_at
    }

    /// A number that changes whenever the messages do.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// What its steps share, a JSON object.
    #[must_use]
    pub fn shared_state(&self) -> &Value {
        &self.shared_state
    }

    /// Replaces what its steps share.
    pub fn set_shared_state(&mut self, state: Value) {
        self.shared_state = state;
    }

    /// Adds a turn, at the time it bears.
    pub fn add(&mut self, message: Message) {
        self.updated_at.clone_from(&message.timestamp);
        self.messages.push(message);
        self.version += 1;
    }

    /// Forgets every turn and what the steps share.
    pub fn clear(&mut self, timestamp: String) {
        self.messages.clear();
        self.shared_state = Value::object();
        self.updated_at = timestamp;
        self.version += 1;
    }

    /// Adds the question, unless it is the last turn already, and gives what to send: the newest `history` turns before
    /// it, and it; what the system said before them is sent, too.
    pub fn ask(&mut self, input: &str, history: usize, timestamp: String) -> Vec<Message> {
        let asked = self.messages.last().is_some_and(|last| last.role == Role::User && last.content == input);
        if !asked {
            let mut question = Message::new(Role::User, input);
            question.timestamp = timestamp;
            self.add(question);
        }
        selected(&self.messages, self.messages.len().saturating_sub(history.saturating_add(1)))
    }

    /// What to send to go on from the interrupted answer that it ends with, but for the answer, and the answer; `None`
    /// where it ends with none.
    #[must_use]
    pub fn interrupted(&self, history: usize) -> Option<(Vec<Message>, &str)> {
        let (last, _) =
            self.messages.split_last().filter(|(last, _)| last.interrupted && last.role == Role::Assistant)?;
        let (_, before) = self.messages.split_last()?;
        Some((selected(before, before.len().saturating_sub(history.saturating_add(1))), &last.content))
    }

    /// Adds an answer, if there is anything in it; in the place of the interrupted one, if it goes on from one of the
    /// words `begun`.
    pub fn answer(&mut self, begun: &str, text: &str, tool_calls: Vec<ToolCall>, interrupted: bool, timestamp: String) {
        if text.is_empty() && tool_calls.is_empty() {
            return;
        }
        let mut answer = Message::new(Role::Assistant, text);
        answer.timestamp = timestamp;
        answer.interrupted = interrupted;
        answer.tool_calls = tool_calls;
        let is_begun = |message: &Message| message.interrupted && !begun.is_empty() && message.content == begun;
        match self.messages.iter().rposition(is_begun).and_then(|place| self.messages.get_mut(place)) {
            Some(message) => {
                self.updated_at.clone_from(&answer.timestamp);
                answer.metadata = std::mem::replace(&mut message.metadata, Value::object());
                *message = answer;
                self.version += 1;
            }
            None => self.add(answer),
        }
    }
}

/// The turns from that place on, and of those before it what the system said; without what providers refuse: calls of
/// tools that the turns right behind do not answer, and answers to calls that are not right before. An answer of which
/// nothing is left is left out.
fn selected(messages: &[Message], from: usize) -> Vec<Message> {
    let mut kept = Vec::new();
    let mut open: &[ToolCall] = &[];
    for (place, message) in messages.iter().enumerate() {
        if place < from && message.role != Role::System {
            continue;
        }
        let mut turn = message.clone();
        if turn.role == Role::Tool {
            if !open.iter().any(|call| answers(message, call)) {
                continue;
            }
        } else {
            open = &message.tool_calls;
            turn.tool_calls.clear();
            for call in open {
                if is_answered(call, messages.get(place + 1..).unwrap_or_default()) {
                    turn.tool_calls.push(call.clone());
                }
            }
            if !open.is_empty() && turn.tool_calls.is_empty() && turn.content.is_empty() {
                continue;
            }
        }
        kept.push(turn);
    }
    kept
}

fn is_answered(call: &ToolCall, after: &[Message]) -> bool {
    for message in after {
        if message.role != Role::Tool {
            break;
        }
        if answers(message, call) {
            return true;
        }
    }
    false
}

fn answers(message: &Message, call: &ToolCall) -> bool {
    message.tool_call_id.as_ref() == Some(&call.id)
}
