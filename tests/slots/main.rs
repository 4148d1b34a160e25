//! Who may begin, and when: tasks in a queue, and connections over all tabs of a site.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers"
)]

mod connections;
mod queue;
mod world;
