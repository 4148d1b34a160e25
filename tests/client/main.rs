//! What Rust code uses, in a scripted world with a virtual clock.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::float_cmp,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers; virtual time is exact"
)]

mod conversations;
mod flows;
mod reading;
mod stopping;
mod tools;
mod walk;
mod world;
