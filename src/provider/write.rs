//! What the writers of several formats need.

use super::Prompt;
use crate::json::{kind_of, Kind, Writer};
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
pub(super) fn answered<'a>(earlier: &[&'a Message], answer: &Message) -> Option<&'a ToolCall> {
    let id = answer.tool_call_id.as_ref()?;
    earlier.iter().rev().find_map(|turn| turn.tool_calls.iter().find(|call| call.id == *id))
}

/// A call's arguments as the object that they have to be.
pub(super) fn input(call: &ToolCall) -> &str {
    match kind_of(&call.input_text) {
        Some(Kind::Object) => &call.input_text,
        _ => "{}",
    }
}

/// A turn that has nothing but words.
pub(super) fn turn(role: Role, content: &str, json: &mut Writer) {
    open_turn(role, content, json);
    json.add("}");
}

/// A turn that may have more than words.
pub(super) fn open_turn(role: Role, content: &str, json: &mut Writer) {
    json.add("{");
    json.text("role", role.as_str());
    json.text("content", content);
}

/// The instructions as a turn of their own, if there are any.
pub(super) fn first_turn(prompt: &Prompt<'_>, json: &mut Writer) {
    if !prompt.instructions.is_empty() {
        turn(Role::System, prompt.instructions, json);
    }
}

/// The temperature and the bound on the answer, where they are given.
pub(super) fn options(prompt: &Prompt<'_>, bound: &str, json: &mut Writer) {
    temperature(prompt, json);
    json.number(bound, prompt.max_tokens);
}

/// The same as an object of its own.
pub(super) fn options_in(key: &str, prompt: &Prompt<'_>, bound: &str, json: &mut Writer) {
    if prompt.temperature.is_some() || prompt.max_tokens.is_some() {
        json.member(key, "{");
        options(prompt, bound, json);
        json.add("}");
    }
}

/// The temperature, where it is given.
pub(super) fn temperature(prompt: &Prompt<'_>, json: &mut Writer) {
    if let Some(temperature) = prompt.temperature {
        json.member("temperature", temperature);
    }
}
