//! What of a talk is sent where not all of it fits.

use super::selection::selected;
use crate::message::{Message, Role};

/// What a message costs beside its words, in tokens, about.
const OVERHEAD: f64 = 4.0;

/// An estimate for any language and model: UTF-8 bytes / 4, rounded up.
#[must_use]
#[allow(clippy::cast_precision_loss)] // Nobody has that much to say.
pub fn estimate(text: &str) -> f64 {
    text.len().div_ceil(4) as f64
}

/// Of what is to be sent the newest messages that fit into `max` tokens, the instructions counted; the last question with
/// all behind it and what the system says are among them whatever they cost. `count` says how many tokens a text has: it
/// is asked for what is sent and for the first that does not fit.
pub fn trimmed(messages: &[Message], max: f64, instructions: &str, count: &mut dyn FnMut(&str) -> f64) -> Vec<Message> {
    let question = messages.iter().rposition(|message| message.role == Role::User).unwrap_or_default();
    let mut left = max - OVERHEAD - count(instructions);
    let mut from = question;
    // What is sent whatever it costs is counted first.
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
