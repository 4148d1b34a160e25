//! How an answer ends: what its finish reason means, and what may follow.

use refinire_web::message::FinishReason;

use super::{end, parts, read};
use crate::support::whole;

#[test]
fn every_finish_reason_has_a_meaning() {
    for (raw, reason) in [
        ("STOP", FinishReason::Stop),
        ("MAX_TOKENS", FinishReason::Length),
        ("SAFETY", FinishReason::ContentFilter),
        ("RECITATION", FinishReason::ContentFilter),
        ("BLOCKLIST", FinishReason::ContentFilter),
        ("PROHIBITED_CONTENT", FinishReason::ContentFilter),
        ("SPII", FinishReason::ContentFilter),
        ("IMAGE_SAFETY", FinishReason::ContentFilter),
        ("MALFORMED_FUNCTION_CALL", FinishReason::Other),
        ("LANGUAGE", FinishReason::Other),
        ("OTHER", FinishReason::Other),
        ("SOMETHING_NEW", FinishReason::Other),
    ] {
        assert_eq!(read(&[&end(raw)]).finished(), Some((reason, raw)));
    }
    assert_eq!(read(&[&end("FINISH_REASON_UNSPECIFIED")]).finished(), None);
}

#[test]
fn a_blocked_prompt_ends_the_answer() {
    let answer = read(&[
        r#"{"promptFeedback":{"safetyRatings":[{"category":"X","probability":"HIGH"}],"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7}}"#,
    ]);
    assert_eq!(answer.finished(), Some((FinishReason::ContentFilter, "PROHIBITED_CONTENT")));
    assert_eq!((answer.usage.input_tokens, answer.raw_count), (Some(7), 0));
    let ratings_only = read(&[r#"{"promptFeedback":{"safetyRatings":[]}}"#]);
    assert_eq!((ratings_only.finished(), ratings_only.raw_count), (None, 0));
}

#[test]
fn figures_may_follow_the_end() {
    let answer = read(&[&parts(r#"{"text":"Hi"}"#), &end("STOP"), r#"{"usageMetadata":{"promptTokenCount":3}}"#]);
    assert_eq!((answer.text.as_str(), answer.usage.input_tokens), ("Hi", Some(3)));
}

#[test]
fn a_response_without_streaming_is_whole_without_a_finish_reason() {
    let answer = whole("gemini", &parts(r#"{"text":"Hi"}"#));
    assert_eq!((answer.finished(), answer.ended), (Some((FinishReason::Stop, "")), true));
}
