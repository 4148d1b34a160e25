//! What every wire format writes and reads, one scenario a test.

#[cfg(test)]
#[allow(dead_code)]
mod support;
