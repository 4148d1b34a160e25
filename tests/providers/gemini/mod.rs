//! Google's Gemini API: <https://ai.google.dev/api/generate-content>

mod answers;
mod ends;
mod errors;
mod requests;
mod sources;
mod tools;

use crate::support::{events, Answer};

fn read(payloads: &[&str]) -> Answer {
    events("gemini", payloads)
}

/// A response whose first candidate has these parts.
fn parts(parts: &str) -> String {
    [r#"{"candidates":[{"content":{"role":"model","parts":["#, parts, "]}}]}"].concat()
}

/// The last response of a stream, without a part.
fn end(reason: &str) -> String {
    [r#"{"candidates":[{"finishReason":""#, reason, r#""}]}"#].concat()
}
