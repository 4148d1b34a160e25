//! The core of a flow: what runs next, the order of chunks, what is shared.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::option_option,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers, and prints its seed; null is no missing member"
)]

mod lanes;
mod naive;
mod routes;
#[path = "../laws/seed.rs"]
#[allow(dead_code, reason = "what the laws use of it")]
mod seed;
mod share;
