//! How a conversation is written down.
//!
//! Schema 1: `{"schema":1,"id","updatedAt","sharedState":{…},"messages":[{"role","content","timestamp","metadata":{…},
//! "interrupted"?:true,"toolCalls"?:[{"id","name","inputText"}],"toolCallId"?}]}`. What is missing is empty; what is
//! unknown is dropped.

use super::Conversation;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::message::{Message, Role, ToolCall};

/// The schema that this version writes.
const SCHEMA: u64 = 1;

impl Conversation {
    /// The conversation as JSON.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::object()
            .with("schema", SCHEMA)
            .with("id", self.id.as_str())
            .with("updatedAt", self.updated_at.as_str())
            .with("sharedState", self.shared_state.clone())
            .with("messages", self.messages.iter().map(message_value).collect::<Vec<_>>())
    }

    /// The conversation that `to_value` wrote.
    ///
    /// # Errors
    /// `storage` for a record of a newer version, or one that is none.
    pub fn from_value(value: &Value) -> Result<Self, Error> {
        match value.get("schema").and_then(Value::as_unsigned) {
            Some(SCHEMA) => {}
            Some(newer) if newer > SCHEMA => {
                return Err(Error::new(Code::Storage, "the conversation was kept by a newer version of refinire-web"));
            }
            _ => return Err(Error::new(Code::Storage, "what is kept there is no conversation")),
        }
        let text = |key| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let messages = value.get("messages").map(Value::items).unwrap_or_default();
        Ok(Self {
            id: text("id"),
            messages: messages.iter().filter_map(read_message).collect(),
            shared_state: object(value.get("sharedState")),
            updated_at: text("updatedAt"),
            version: 0,
        })
    }
}

impl Message {
    /// The message as JavaScript sees it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        message_value(self)
    }
}

fn message_value(message: &Message) -> Value {
    let mut value = Value::object()
        .with("role", message.role.as_str())
        .with("content", message.content.as_str())
        .with("timestamp", message.timestamp.as_str())
        .with("metadata", message.metadata.clone());
    if message.interrupted {
        value.set("interrupted", true.into());
    }
    if !message.tool_calls.is_empty() {
        let calls: Vec<Value> = message.tool_calls.iter().map(call_value).collect();
        value.set("toolCalls", calls.into());
    }
    if let Some(id) = &message.tool_call_id {
        value.set("toolCallId", id.as_str().into());
    }
    value
}

fn call_value(call: &ToolCall) -> Value {
    crate::agent::call_value(call).with("inputText", call.input_text.as_str())
}

/// `None` for what is no message: a turn of a role that does not exist helps nobody.
fn read_message(value: &Value) -> Option<Message> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let calls = value.get("toolCalls").map(Value::items).unwrap_or_default();
    Some(Message {
        role: Role::parse(text("role")?)?,
        content: text("content")?.to_owned(),
        timestamp: text("timestamp").unwrap_or_default().to_owned(),
        metadata: object(value.get("metadata")),
        interrupted: value.get("interrupted").is_some_and(Value::is_true),
        tool_calls: calls.iter().map(read_call).collect(),
        tool_call_id: text("toolCallId").map(str::to_owned),
    })
}

fn read_call(value: &Value) -> ToolCall {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    ToolCall { id: text("id"), name: text("name"), input_text: text("inputText") }
}

fn object(value: Option<&Value>) -> Value {
    value.filter(|value| matches!(value, Value::Object(_))).cloned().unwrap_or(Value::object())
}
