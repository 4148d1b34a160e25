//! OpenAI Chat Completions, and the ways in which servers that say they speak it differ.

mod answers;
mod ends;
mod errors;
mod reasoning;
mod requests;
mod tools;
mod usage;
mod variants;
mod which_call;

use refinire_web::message::FinishReason;

use crate::support::{self, Answer};

const STOP: Option<(FinishReason, &str)> = Some((FinishReason::Stop, "stop"));

fn events(payloads: &[&str]) -> Answer {
    support::events("openai", payloads)
}

fn whole(body: &str) -> Answer {
    support::whole("openai", body)
}
