//! What every wire format writes and reads, one scenario a test.

mod chat;
mod chat_tools;
#[cfg(test)]
#[allow(dead_code)]
mod support;
