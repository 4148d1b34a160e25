//! What is sent of a conversation that is too long.

use super::selection::selected;
use crate::message::{Message, Role};

/// About how many tokens a message costs besides its text.
const OVERHEAD: f64 = 4.0;

/// An estimate for any language and model: UTF-8 bytes / 4, rounded up.
#[must_use]
#[allow(clippy::cast_precision_loss)] // Nobody has that much to say.
pub fn estimate(text: &str) -> f64 {
    text.len().div_ceil(4) as f64
}

/// The newest of the messages to send that fit into `max` tokens, including the instructions. The last question,
/// everything after it and the system messages are always sent, whatever they cost. `count` returns how many tokens a
/// text has: it is called for what is sent, and for the first message that does not fit.
pub fn trimmed(messages: &[Message], max: f64, instructions: &str, count: &mut dyn FnMut(&str) -> f64) -> Vec<Message> {
    let question = messages.iter().rposition(|message| message.role == Role::User).unwrap_or_default();
    let mut left = max - OVERHEAD - count(instructions);
    let mut from = question;
    // What is always sent is counted first.
    for always in [true, false] {
        for (place, message) in messages.iter().enumerate().rev() {
            if always == (place >= question || message.role == Role::System) {
                left -= cost(message, count);
                if !always {
                    if left < 0.0 {
                        break;
                    }
                    from = place;
                }
            }
        }
    }
    selected(messages, from)
}

fn cost(message: &Message, count: &mut dyn FnMut(&str) -> f64) -> f64 {
    let mut tokens = OVERHEAD + count(&message.content);
    for call in &message.tool_calls {
        tokens += count(&call.name) + count(&call.input_text);
    }
    tokens
}
