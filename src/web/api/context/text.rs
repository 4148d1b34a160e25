//! A conversation as plain text.

use crate::message::{Message, Role};
use crate::text::concat;

/// The messages in plain text, each after the name of its role.
pub(super) fn text_of(messages: &[Message], includes_system: bool) -> String {
    let mut text = String::new();
    for message in messages {
        if includes_system || message.role != Role::System {
            let (role, line) = (message.role.as_str(), if text.is_empty() { "" } else { "\n" });
            let (first, rest) = role.split_at_checked(1).unwrap_or_default();
            text.push_str(&concat(&[line, &first.to_ascii_uppercase(), rest, ": ", &message.content]));
        }
    }
    text
}
