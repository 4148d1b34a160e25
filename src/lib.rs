//! Streaming AI answers in the browser.
//!
//! Data and dependencies go in one direction, from left to right:
//!
//! ```text
//! bytes ──wire──▶ frames ──provider──▶ deltas ──response──▶ answer ──run──▶ events ──web──▶ ReadableStream · callback · promise
//!                                                                    │
//!                                                               conversation ──▶ store
//! ```

pub use refinire_scan::{error, wire};

pub mod address;
pub mod advice;
pub mod config;
pub mod conversation;
pub mod env;
pub mod event;
pub mod flow;
pub mod json;
pub mod message;
pub mod provider;
pub mod queue;
pub mod response;
pub mod run;
pub mod schema;
pub mod slots;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;

#[cfg(target_arch = "wasm32")]
pub mod web;
