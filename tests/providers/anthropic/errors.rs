//! Errors within a stream, and bodies that are no message.

use super::read;
use crate::support::{stream, whole};

#[test]
fn error_mid_stream() {
    let answer = read(&[
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}"#,
        r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
    ]);
    assert_eq!((answer.text.as_str(), answer.raw_count), ("Hel", 0));
    assert_eq!(answer.failed(), Some(("provider", true)));
    assert_eq!(answer.error.unwrap().message, "Overloaded");
}

#[test]
fn an_error_that_stays_is_told_from_one_that_passes() {
    let answer = read(&[r#"{"error":{"message":"no such model","type":"not_found_error"},"type":"error"}"#]);
    assert_eq!(answer.failed(), Some(("provider", false)));
    assert!(answer.error.unwrap().refused);
}

#[test]
fn an_error_is_known_without_its_type() {
    assert_eq!(read(&[r#"{"error":{"message":"gateway"}}"#]).failed(), Some(("provider", false)));
    assert_eq!(stream("anthropic", "event: error\ndata: {\"message\":\"x\"}\n\n").failed(), Some(("provider", false)));
}

#[test]
fn bad_json_is_a_protocol_error_with_its_place() {
    let cut = r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x}"#;
    let answer = read(&[cut]);
    assert_eq!(answer.failed(), Some(("protocol", false)));
    assert_eq!(answer.error.unwrap().offset, Some(cut.len()));
    assert_eq!(read(&[r#"{"type":"ping"} x"#]).error.unwrap().offset, Some(16));
}

#[test]
fn a_response_without_streaming_may_be_an_error_or_something_else() {
    let error = whole("anthropic", r#"{"type":"error","error":{"type":"api_error","message":"Internal"}}"#);
    assert_eq!(error.failed(), Some(("provider", true)));
    assert_eq!(whole("anthropic", r#"{"hello":"world"}"#).failed(), Some(("protocol", false)));
    assert_eq!(whole("anthropic", r#"{"content":[}"#).error.unwrap().offset, Some(12));
    assert_eq!(whole("anthropic", "[]").failed(), Some(("protocol", false)));
}
