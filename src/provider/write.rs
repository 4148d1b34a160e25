//! What the writers of several formats need.

use crate::json::Value;
use crate::message::{Message, Role, ToolCall};
use crate::text::is_blank;

/// The conversation for formats in which a person speaks first and no turn may be empty: without system messages, without
/// what stands before the person's first words, and without answers to calls that are not in it.
pub(super) fn turns(messages: &[Message]) -> Vec<&Message> {
    let mut turns: Vec<&Message> = Vec::new();
    for message in messages {
        let says_something = !is_blank(&message.content);
        let kept = match message.role {
            Role::System => false,
            Role::User => says_something,
            Role::Assistant => !turns.is_empty() && (says_something || !message.tool_calls.is_empty()),
            Role::Tool => answered(&turns, message).is_some(),
        };
        if kept {
            turns.push(message);
        }
    }
    turns
}

/// The call that a tool's turn answers.
pub(super) fn answered<'a>(turns: &[&'a Message], answer: &Message) -> Option<&'a ToolCall> {
    let id = answer.tool_call_id.as_ref()?;
    turns.iter().rev().flat_map(|turn| &turn.tool_calls).find(|call| call.id == *id)
}

/// A call's arguments as the object that they have to be.
pub(super) fn input(call: &ToolCall) -> Value {
    Value::parse(call.input_text.as_bytes())
        .ok()
        .filter(|input| matches!(input, Value::Object(_)))
        .unwrap_or(Value::object())
}
