//! Orders of roles that some servers refuse, corrected in the request.
//!
//! - Mistral: "Unexpected role 'user' after role 'tool'": <https://github.com/zed-industries/zed/pull/31736>. A run that was
//!   stopped after its tools had answered leaves such turns.
//! - Perplexity: "After the (optional) system message(s), user and assistant roles should be alternating":
//!   <https://github.com/perplexityai/api-discussion/issues/265>. A question that was never answered leaves such turns, and
//!   so do results of tools that are told in words.

use std::borrow::Cow;

use super::call_ids::{host, is_in_domain, IdForm};
use crate::message::{Message, Role};

/// The text of the assistant turn that is inserted between the results and the next question.
const BRIDGE: &str = "…";

/// The turns in an order that the server takes.
pub(super) fn in_order<'a>(messages: Cow<'a, [Message]>, api_root: &str, model: &str) -> Cow<'a, [Message]> {
    if IdForm::of(api_root, model) == IdForm::Mistral {
        return bridged(messages);
    }
    if is_in_domain(host(api_root), "perplexity.ai") || model.starts_with("perplexity/") {
        return alternating(messages);
    }
    messages
}

fn bridged(messages: Cow<'_, [Message]>) -> Cow<'_, [Message]> {
    let needs_bridge = |before: &Message, after: &Message| (before.role, after.role) == (Role::Tool, Role::User);
    if !pairs(&messages).any(|(before, after)| needs_bridge(before, after)) {
        return messages;
    }
    let mut bridged: Vec<Message> = Vec::new();
    for message in messages.iter() {
        if bridged.last().is_some_and(|before| needs_bridge(before, message)) {
            bridged.push(Message::new(Role::Assistant, BRIDGE));
        }
        bridged.push(message.clone());
    }
    bridged.into()
}

/// Joins successive turns of one role.
fn alternating(messages: Cow<'_, [Message]>) -> Cow<'_, [Message]> {
    let are_one = |before: &Message, after: &Message| {
        before.role == after.role && matches!(after.role, Role::User | Role::Assistant) && before.tool_calls.is_empty()
    };
    if !pairs(&messages).any(|(before, after)| are_one(before, after)) {
        return messages;
    }
    let mut joined: Vec<Message> = Vec::new();
    for message in messages.iter() {
        match joined.last_mut() {
            Some(before) if are_one(before, message) => {
                before.content.push_str("\n\n");
                before.content.push_str(&message.content);
                before.tool_calls.clone_from(&message.tool_calls);
                before.attachments.extend_from_slice(&message.attachments);
            }
            _ => joined.push(message.clone()),
        }
    }
    joined.into()
}

fn pairs(messages: &[Message]) -> impl Iterator<Item = (&Message, &Message)> {
    messages.iter().zip(messages.iter().skip(1))
}
