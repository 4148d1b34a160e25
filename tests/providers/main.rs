//! What every wire format writes and reads, one scenario a test.

mod chat;
mod chat_tools;
mod ollama;
mod relay;
mod responses;
mod responses_tools;
#[cfg(test)]
#[allow(dead_code)]
mod support;
