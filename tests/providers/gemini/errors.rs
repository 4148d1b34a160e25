//! Errors within a stream, and bodies that are no response.

use super::{parts, read};
use crate::support::{stream, whole};

#[test]
fn error_mid_stream() {
    let answer = read(&[
        &parts(r#"{"text":"Hel"}"#),
        r#"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#,
    ]);
    assert_eq!((answer.text.as_str(), answer.raw_count), ("Hel", 0));
    assert_eq!(answer.failed(), Some(("provider", true)));
    assert_eq!(answer.error.unwrap().message, "The model is overloaded.");
    let refused = read(&[r#"{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}"#]);
    assert_eq!(refused.failed(), Some(("provider", false)));
}

#[test]
fn bad_json_is_a_protocol_error_with_its_place() {
    let answer = read(&[r#"{"candidates":[{"content":{"parts":[{"text":"Hi"},}]}}]}"#]);
    assert_eq!(answer.failed(), Some(("protocol", false)));
    assert_eq!(answer.error.unwrap().offset, Some(50));
    assert_eq!(read(&["{} x"]).error.unwrap().offset, Some(3));
    assert_eq!(stream("gemini", "data: text\n\n").failed(), Some(("protocol", false)));
}

#[test]
fn a_response_without_streaming_may_be_an_error_or_something_else() {
    let error = r#"{"error":{"code":429,"message":"Quota exceeded.","status":"RESOURCE_EXHAUSTED"}}"#;
    assert_eq!(whole("gemini", error).failed(), Some(("provider", true)));
    assert_eq!(whole("gemini", &["[", error, "]"].concat()).failed(), Some(("provider", true)));
    assert_eq!(whole("gemini", r#"{"hello":"world"}"#).failed(), Some(("protocol", false)));
    assert_eq!(whole("gemini", "[]").failed(), Some(("protocol", false)));
    assert_eq!(whole("gemini", r#"[{"candidates":[]}] x"#).error.unwrap().offset, Some(20));
    assert_eq!(whole("gemini", r#"{"candidates":["#).error.unwrap().offset, Some(15));
}
