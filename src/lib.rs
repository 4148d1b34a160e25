//! Streaming AI answers in the browser.

#[cfg(target_arch = "wasm32")]
mod web;
