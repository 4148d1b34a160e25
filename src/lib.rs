//! Streaming AI answers in the browser.
//!
//! The way the data goes, one direction, nothing pointing left:
//!
//! ```text
//! bytes ──wire──▶ frames ──provider──▶ deltas ──agent──▶ events ──web──▶ ReadableStream · callback · promise
//!                                                 │
//!                                            conversation ──▶ store
//! ```

pub use refinire_scan::{error, wire};

pub mod advice;
pub mod agent;
pub mod conversation;
pub mod flow;
pub mod json;
pub mod message;
pub mod provider;
pub mod schema;
pub mod text;

#[cfg(target_arch = "wasm32")]
pub mod web;
