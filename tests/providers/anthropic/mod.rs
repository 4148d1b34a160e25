//! Anthropic's Messages API: <https://platform.claude.com/docs/en/api/messages/create>,
//! <https://platform.claude.com/docs/en/build-with-claude/streaming>

mod answers;
mod ends;
mod errors;
mod requests;
mod sources;
mod tools;

use crate::support::{events, Answer};

const STOP: &str = r#"{"type":"message_stop"}"#;

fn read(payloads: &[&str]) -> Answer {
    events("anthropic", payloads)
}
