//! Text, thinking and usage of an answer, in a stream and whole.

use refinire_web::message::{FinishReason, Usage};

use super::{read, STOP};
use crate::support::{stream, whole};

#[test]
fn text_arrives_in_increments() {
    let answer = stream(
        "anthropic",
        r#"event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: ping
data: {"type":"ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"!\n\ud83d\ude00"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":15}}

event: message_stop
data: {"type":"message_stop"}

"#,
    );
    assert_eq!(answer.text, "Hello!\n😀");
    assert_eq!(answer.finished(), Some((FinishReason::Stop, "end_turn")));
    assert_eq!((answer.usage.input_tokens, answer.usage.output_tokens), (Some(25), Some(15)));
    assert_eq!((answer.usage_count, answer.raw_count, answer.ended), (2, 0, true));
}

#[test]
fn a_block_may_begin_with_text() {
    let answer =
        read(&[r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hello"}}"#, STOP]);
    assert_eq!(answer.text, "Hello");
}

#[test]
fn thinking_then_text() {
    let answer = read(&[
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"First"}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":" one."}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB"}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"EmwK"}}"#,
        r#"{"type":"content_block_stop","index":1}"#,
        r#"{"type":"content_block_start","index":2,"content_block":{"type":"thinking","thinking":"Then"}}"#,
        r#"{"type":"content_block_delta","index":2,"delta":{"type":"thinking_delta","thinking":" the other."}}"#,
        r#"{"type":"content_block_stop","index":2}"#,
        r#"{"type":"content_block_start","index":3,"content_block":{"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"Done."}}"#,
        STOP,
    ]);
    assert_eq!(answer.reasoning, "First one.\n\nThen the other.");
    assert_eq!(answer.text, "Done.");
    assert_eq!(answer.raw_count, 2, "the signature and what was redacted");
}

#[test]
fn usage_is_added_up_and_later_figures_replace_earlier_ones() {
    let answer = read(&[
        r#"{"type":"message_start","message":{"content":[],"usage":{"input_tokens":10,"cache_creation_input_tokens":200,"cache_read_input_tokens":3000,"output_tokens":1}}}"#,
        r#"{"type":"message_delta","delta":{},"usage":{"input_tokens":50,"cache_creation_input_tokens":null,"cache_read_input_tokens":null,"output_tokens":7}}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9,"output_tokens_details":{"thinking_tokens":4}}}"#,
        STOP,
    ]);
    assert_eq!(
        answer.usage,
        Usage {
            input_tokens: Some(3250),
            output_tokens: Some(9),
            total_tokens: None,
            reasoning_tokens: Some(4),
            cached_input_tokens: Some(3000),
            ..Usage::default()
        }
    );
}

#[test]
fn a_message_may_begin_twice_and_with_blocks_that_are_whole() {
    let start = r#"{"type":"message_start","message":{"content":[
        {"type":"text","text":"So far. "},{"type":"tool_use","id":"toolu_1","name":"a","input":{}}],"usage":{"input_tokens":17,"output_tokens":1}}}"#
        .replace('\n', " ");
    let delta = r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"And on."}}"#;
    let answer = read(&[&start, &start, delta, STOP]);
    assert_eq!(answer.text, "So far. And on.");
    assert_eq!(answer.called(), [("a", "{}")]);
    assert_eq!(answer.usage.input_tokens, Some(17));
}

#[test]
fn key_order_does_not_matter() {
    let answer = read(&[
        r#"{"message":{"usage":{"output_tokens":1,"input_tokens":2},"content":[]},"type":"message_start"}"#,
        r#"{"content_block":{"input":{},"name":"a","id":"toolu_1","type":"tool_use"},"index":0,"type":"content_block_start"}"#,
        r#"{"delta":{"partial_json":"{}","type":"input_json_delta"},"index":0,"type":"content_block_delta"}"#,
        r#"{"index":0,"type":"content_block_stop"}"#,
        r#"{"delta":{"text":"Hello","type":"text_delta"},"index":1,"type":"content_block_delta"}"#,
        r#"{"usage":{"output_tokens":3},"delta":{"stop_reason":"tool_use"},"type":"message_delta"}"#,
        STOP,
    ]);
    assert_eq!(answer.text, "Hello");
    assert_eq!(answer.called(), [("a", "{}")]);
    assert_eq!(answer.finished(), Some((FinishReason::ToolCalls, "tool_use")));
    assert_eq!((answer.usage.input_tokens, answer.usage.output_tokens), (Some(2), Some(3)));
}

#[test]
fn the_name_of_the_event_stands_in_for_a_missing_type() {
    let answer = stream(
        "anthropic",
        "event: content_block_delta\ndata: {\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\nevent: message_stop\ndata: {}\n\n",
    );
    assert_eq!((answer.text.as_str(), answer.ended), ("Hi", true));
}

#[test]
fn unknown_event_is_raw() {
    let answer = read(&[
        r#"{"type":"content_block_hint","index":0,"hint":{}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"compaction","content":null}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"compaction_delta","content":"x"}}"#,
        r#"{"type":"ping","more":true}"#,
        STOP,
    ]);
    assert_eq!((answer.raw_count, answer.text.as_str()), (3, ""));
}

#[test]
fn a_response_without_streaming() {
    let answer = whole(
        "anthropic",
        r#"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[
            {"type":"thinking","thinking":"Hm.","signature":"EqQB"},
            {"type":"text","text":"I look."},
            {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}},
            {"type":"tool_use","id":"toolu_1","name":"weather","input":{ "city": "Rome" }},
            {"type":"tool_use","id":"toolu_2","name":"clock","input":{}}],
            "stop_reason":"tool_use","stop_sequence":null,
            "usage":{"input_tokens":5,"cache_read_input_tokens":7,"output_tokens":11}}"#,
    );
    assert_eq!((answer.reasoning.as_str(), answer.text.as_str()), ("Hm.", "I look."));
    assert_eq!(answer.called(), [("weather", r#"{ "city": "Rome" }"#), ("clock", "{}")]);
    assert_eq!(answer.finished(), Some((FinishReason::ToolCalls, "tool_use")));
    assert_eq!((answer.usage.input_tokens, answer.usage.output_tokens), (Some(12), Some(11)));
    assert_eq!((answer.raw_count, answer.ended), (1, true));
}
