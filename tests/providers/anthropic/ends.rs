//! How an answer ends: what its stop reason means.

use refinire_web::message::FinishReason;

use super::{read, STOP};

#[test]
fn refusal() {
    let answer = read(&[
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello.."}}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"refusal","stop_sequence":null,"stop_details":{"type":"refusal","category":"cyber","explanation":"no"}},"usage":{"output_tokens":5}}"#,
        STOP,
    ]);
    assert_eq!(answer.text, "Hello..");
    assert_eq!(answer.finished(), Some((FinishReason::ContentFilter, "refusal")));
}

#[test]
fn every_stop_reason_has_a_meaning() {
    for (raw, reason) in [
        ("end_turn", FinishReason::Stop),
        ("stop_sequence", FinishReason::Stop),
        ("max_tokens", FinishReason::Length),
        ("model_context_window_exceeded", FinishReason::Length),
        ("tool_use", FinishReason::ToolCalls),
        ("refusal", FinishReason::ContentFilter),
        ("pause_turn", FinishReason::Other),
        ("something new", FinishReason::Other),
    ] {
        let delta = [r#"{"type":"message_delta","delta":{"stop_reason":""#, raw, r#""}}"#].concat();
        assert_eq!(read(&[&delta, STOP]).finished(), Some((reason, raw)));
    }
}

#[test]
fn a_stop_reason_stands_until_there_is_another() {
    let reason = r#"{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}"#;
    let answer = read(&[reason, r#"{"type":"message_delta","delta":{"stop_reason":null}}"#, STOP]);
    assert_eq!(answer.finished(), Some((FinishReason::Length, "max_tokens")));
}

#[test]
fn the_stop_reason_is_a_finish_reason_but_no_end() {
    let answer = read(&[r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}"#]);
    assert_eq!((answer.finished(), answer.ended), (Some((FinishReason::Stop, "end_turn")), false));
}
