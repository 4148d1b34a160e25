//! Tool turns as text, for a request without tools: servers refuse calls and results if the request has no tools
//! (<https://github.com/earendil-works/pi/issues/149>), and a relay has no tools at all. An agent without tools may be
//! used in a conversation in which another agent has used some.
//!
//! A call becomes text at the end of its turn, `[Called weather with {"city":"Rome"}]`. The results of a turn become
//! one turn of the user after it, `[weather returned: sunny]`, so that the roles still alternate.

use std::borrow::Cow;

use super::write::{answered, has_failed, input};
use crate::json::Value;
use crate::message::{Message, Role, ToolCall};
use crate::text::{concat, is_blank};

/// The turns without calls and without turns of tools.
pub(super) fn without_tool_turns(messages: &[Message]) -> Cow<'_, [Message]> {
    if !messages.iter().any(|message| message.role == Role::Tool || !message.tool_calls.is_empty()) {
        return messages.into();
    }
    let mut told: Vec<Message> = Vec::new();
    let mut earlier: Vec<&Message> = Vec::new();
    let mut follows_result = false;
    for message in messages {
        if message.role != Role::Tool {
            told.push(with_calls_as_text(message));
            follows_result = false;
        } else if let Some(call) = answered(&earlier, message) {
            let result = result(call, message);
            match told.last_mut().filter(|_| follows_result) {
                Some(results) => append(&mut results.content, &result),
                None => told.push(Message::new(Role::User, result)),
            }
            follows_result = true;
        }
        earlier.push(message);
    }
    told.into()
}

fn with_calls_as_text(message: &Message) -> Message {
    let mut told = message.clone();
    for call in std::mem::take(&mut told.tool_calls) {
        append(&mut told.content, &called(&call));
    }
    if !message.tool_calls.is_empty() {
        // What the provider needs back belongs to the calls.
        told.state = Value::object();
    }
    told
}

fn called(call: &ToolCall) -> String {
    concat(&["[Called ", &call.name, " with ", &input(call), "]"])
}

fn result(call: &ToolCall, message: &Message) -> String {
    let what = if has_failed(message) { "failed" } else { "returned" };
    concat(&["[", &call.name, " ", what, ": ", &message.content, "]"])
}

fn append(text: &mut String, more: &str) {
    if is_blank(text) {
        text.clear();
    } else {
        text.push('\n');
    }
    text.push_str(more);
}
