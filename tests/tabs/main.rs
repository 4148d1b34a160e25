//! Several tabs of a site in a scripted world: channels, locks and adapters, and time that moves only when a
//! test says so.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::float_cmp,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers; virtual time is exact"
)]

mod adapters;
mod protocol;
mod turns;
mod world;
