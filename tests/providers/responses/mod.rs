//! OpenAI Responses.

mod answers;
mod tools;

use refinire_web::message::FinishReason;

use crate::support::{self, Answer};

const COMPLETED: Option<(FinishReason, &str)> = Some((FinishReason::Stop, "completed"));

const DONE: &str = r#"{"type":"response.completed","response":{"status":"completed","output":[],"usage":null}}"#;

fn events(payloads: &[&str]) -> Answer {
    support::events("openai-responses", payloads)
}

fn whole(body: &str) -> Answer {
    support::whole("openai-responses", body)
}
