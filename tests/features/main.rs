//! What a run does besides asking, with everything of the host's made up: tools, answers that are JSON, evaluation, routing,
//! guardrails.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers"
)]

mod evaluation;
mod guardrails;
mod helper;
mod host;
mod routing;
mod structured;
mod template;
mod tools;
mod words;
