//! How an answer ends: with which finish reason, with `[DONE]`, or with a refusal.

use refinire_web::message::FinishReason;

use super::{events, whole, STOP};

#[test]
fn a_stream_that_ends_with_done_only_is_whole() {
    let answer = events(&[r#"{"choices":[{"delta":{"content":"Hi"}}]}"#, "[DONE]"]);
    assert_eq!(answer.finished(), Some((FinishReason::Stop, "")));
    assert!(answer.ended);
}

#[test]
fn a_stream_that_ends_with_a_finish_reason_only_is_whole() {
    let answer = events(&[r#"{"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#]);
    assert_eq!(answer.finished(), STOP);
}

#[test]
fn a_whole_completion_without_a_finish_reason_is_whole_all_the_same() {
    let answer = whole(r#"{"choices":[{"message":{"content":"Hi"}}]}"#);
    assert_eq!((&*answer.text, answer.finished()), ("Hi", Some((FinishReason::Stop, ""))));
}

#[test]
fn the_last_finish_reason_counts_and_done_is_none() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"content":"H"},"finish_reason":"stop"}]}"#,
        r#"{"choices":[{"delta":{"content":"i"},"finish_reason":"length"}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":null}]}"#,
        "[DONE]",
    ]);
    assert_eq!((&*answer.text, answer.finished()), ("Hi", Some((FinishReason::Length, "length"))));
}

#[test]
fn an_empty_finish_reason_is_none() {
    let answer = events(&[r#"{"choices":[{"delta":{"content":"Hi"},"finish_reason":""}]}"#]);
    assert_eq!(answer.finished(), None);
}

#[test]
fn every_finish_reason_has_its_meaning() {
    for (raw, reason) in [
        ("stop", FinishReason::Stop),
        ("length", FinishReason::Length),
        ("content_filter", FinishReason::ContentFilter),
        ("tool_calls", FinishReason::ToolCalls),
        ("function_call", FinishReason::ToolCalls),
        ("insufficient_system_resource", FinishReason::Other),
    ] {
        let answer = events(&[&[r#"{"choices":[{"finish_reason":""#, raw, r#"","delta":{}}]}"#].concat()]);
        assert_eq!(answer.finished(), Some((reason, raw)));
    }
}

/// <https://docs.mistral.ai/api/>, <https://docs.z.ai/api-reference/llm/chat-completion>,
/// <https://huggingface.co/docs/text-generation-inference/reference/api_reference>, and vendors' own words behind gateways.
#[test]
fn servers_have_words_of_their_own_for_a_finish_reason() {
    for (raw, reason) in [
        ("eos_token", FinishReason::Stop),
        ("STOP", FinishReason::Stop),
        ("COMPLETE", FinishReason::Stop),
        ("model_length", FinishReason::Length),
        ("MAX_TOKENS", FinishReason::Length),
        ("model_context_window_exceeded", FinishReason::Length),
        ("sensitive", FinishReason::ContentFilter),
        ("SAFETY", FinishReason::ContentFilter),
        ("tool_use", FinishReason::ToolCalls),
        ("insufficient_system_resource", FinishReason::Other),
    ] {
        let chunk = format!(r#"{{"choices":[{{"delta":{{"content":"Hi"}},"finish_reason":"{raw}"}}]}}"#);
        assert_eq!(events(&[&chunk]).finished(), Some((reason, raw)));
    }
}

/// <https://platform.openai.com/docs/guides/structured-outputs#refusals>
#[test]
fn a_refusal_is_text_and_ends_as_one() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"role":"assistant","content":null,"refusal":""}}]}"#,
        r#"{"choices":[{"delta":{"refusal":"I'm sorry, "}}]}"#,
        r#"{"choices":[{"delta":{"refusal":"no."}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!(answer.text, "I'm sorry, no.");
    assert_eq!(answer.finished(), Some((FinishReason::ContentFilter, "stop")));
}

#[test]
fn a_refusal_ends_as_one_also_with_done_only() {
    let answer = events(&[r#"{"choices":[{"delta":{"refusal":"No."}}]}"#, "[DONE]"]);
    assert_eq!(answer.finished(), Some((FinishReason::ContentFilter, "")));
}
