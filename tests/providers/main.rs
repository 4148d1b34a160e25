//! What every wire format writes and reads, one scenario a test.

mod anthropic;
#[cfg(test)]
mod attached;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod call_ids;
mod chat;
#[path = "../runs/world/config.rs"]
mod config;
#[cfg(test)]
mod continuing;
/// Errors in any shape.
#[cfg(not(target_arch = "wasm32"))]
mod errors;
#[cfg(test)]
#[path = "../fixtures/mod.rs"]
#[allow(dead_code)]
mod fixtures;
#[cfg(test)]
mod foreign;
mod gemini;
mod ollama;
mod relay;
#[cfg(test)]
mod requests;
mod responses;
#[cfg(test)]
mod role_order;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tools;
mod websocket;
