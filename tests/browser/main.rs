//! What touches JavaScript, run in a real browser, without network: `make test SUITES=browser`.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::expect_used,
    clippy::float_cmp,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers; JavaScript counts in floats"
)]

mod clock;
#[path = "../runs/world/config.rs"]
mod config;
mod conversation;
mod decoding;
mod errors;
mod http;
mod locks;
mod memory;
mod options;
mod runs;
mod socket;
mod stopping;
mod storage;
mod stream;
mod support;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
