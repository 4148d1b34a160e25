//! The laws of the core, each stated once and tried on tables, on fixtures and on seeded random input.
//! `REFINIRE_SEED` chooses another seed; a failure prints the one it had.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers"
)]

mod answer;
mod batches;
#[cfg(test)]
mod call_ids;
mod chunking;
mod decode;
mod fixture;
#[path = "../fixtures/mod.rs"]
#[allow(dead_code)]
mod fixtures;
mod json_corpus;
mod json_grammar;
mod json_merge;
mod json_select;
mod json_text;
mod json_value;
mod json_write;
mod limit;
mod naive_sse;
mod ndjson;
mod no_panic;
mod overlap;
mod seam;
mod seed;
mod sources;
mod sse;
mod template;
mod think;
