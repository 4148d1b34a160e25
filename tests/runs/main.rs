//! Whole runs in a scripted world: a network that says what a script says, a clock that moves only when everybody waits,
//! and somebody who takes the answer. No sleeps, no wall clock.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::float_cmp,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers, and says its seed; virtual time is exact"
)]

mod attached;
mod attachments;
mod branches;
mod changes;
mod continuing;
mod conversation;
mod endings;
mod errors;
mod fallback;
#[path = "../fixtures/mod.rs"]
#[allow(dead_code)]
mod fixtures;
mod forgotten;
mod full_store;
mod keeping;
mod laws;
mod limits;
mod list;
mod live;
mod memory_store;
mod migration;
mod old_tab;
mod pacing;
mod pages;
mod queueing;
mod reading;
mod records;
mod regenerating;
mod rejected;
mod resuming;
mod resuming_tools;
mod retries;
mod saving;
#[path = "../laws/seed.rs"]
#[allow(dead_code, reason = "what the laws use of it")]
mod seed;
mod settings;
mod settling;
mod several;
mod socket;
mod sources;
mod state;
mod stops;
mod thinking;
mod timers;
mod titles;
mod tools;
mod trimming;
mod two_writers;
mod unread;
mod world;
