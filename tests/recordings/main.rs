//! Streams that providers really sent, where they are at hand: `../shared/streams`, seen from the crate.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helpers"
)]

mod adjust;
#[path = "../laws/chunking.rs"]
#[allow(dead_code)]
mod chunking;
#[path = "../laws/decode.rs"]
#[allow(dead_code)]
mod decode;
mod recording;
#[path = "../laws/seed.rs"]
#[allow(dead_code)]
mod seed;

use std::io::{stderr, Write};
use std::path::Path;

use decode::Outcome;
use recording::Recording;
use refinire_web::json::Value;

/// What a recording says of its outcome.
const KEYS: [&str; 7] = ["text", "reasoning", "toolCalls", "finish", "inputTokens", "outputTokens", "error"];

/// Prints a line that is seen also where the test passes.
fn say(line: &str) {
    writeln!(stderr(), "{line}").expect("stderr can be written to");
}

#[test]
fn recorded_streams_are_decoded_as_recorded_in_every_chunking() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/streams");
    if !folder.is_dir() {
        // `make test` counts such lines as skipped tests.
        say("\nskipped: the recordings, as there is no folder ../shared/streams");
        return;
    }
    let mut rng = seed::rng();
    let recordings = Recording::all(&folder);
    for recording in &recordings {
        let expected = adjust::expected(recording);
        let whole = recording.decode(chunking::whole);
        is_as_expected(recording, &whole, &expected);
        for _ in 0..8 {
            let chunked = recording.decode(|body| chunking::random(body, &mut rng));
            assert!(chunked == whole, "{} depends on the chunking", recording.name);
        }
        is_as_expected(recording, &recording.with_keys_reversed().decode(chunking::whole), &expected);
    }
    adjust::all_were_needed(&recordings);
    assert!(!recordings.is_empty(), "the folder of recordings holds none");
    say(&format!("{} recordings ran", recordings.len()));
}

fn is_as_expected(recording: &Recording, outcome: &Outcome, expected: &Value) {
    let says = Recording::says(outcome);
    for key in KEYS {
        assert_eq!(says.get(key), expected.get(key), "{}: {key}", recording.name);
    }
}
