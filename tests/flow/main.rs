//! The core of a flow: what runs next, the order of chunks, what is shared.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::float_cmp,
    clippy::indexing_slicing,
    clippy::option_option,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers, and prints its seed; null is no missing member; virtual time is exact"
)]

mod asking;
mod branches;
mod declared;
mod drawing;
mod failing;
mod naive;
mod ordered_merge;
mod routes;
#[path = "../laws/seed.rs"]
#[allow(dead_code, reason = "what the laws use of it")]
mod seed;
mod share;
mod stopping;
#[path = "../runs/world/time.rs"]
#[allow(dead_code, reason = "what runs use of it")]
mod time;
mod walking;
mod world;
