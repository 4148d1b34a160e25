//! Anthropic's Messages API: <https://platform.claude.com/docs/en/api/messages/create>,
//! <https://platform.claude.com/docs/en/build-with-claude/streaming>

use refinire_web::message::{FinishReason, Role, Usage};
use refinire_web::provider::Protocol;

use crate::support::{
    assert_body, call, cited, events, prompt, prompt_with_tools, say, stream, tool, url, whole, Answer,
};

const STOP: &str = r#"{"type":"message_stop"}"#;

fn read(payloads: &[&str]) -> Answer {
    events("anthropic", payloads)
}

#[test]
fn a_question_is_written_with_the_bound_that_the_format_wants() {
    assert_body(
        "anthropic",
        &prompt("claude-sonnet-4-5", &[say(Role::User, "Hello")]),
        r#"{"model":"claude-sonnet-4-5","max_tokens":4096,"messages":[{"role":"user","content":"Hello"}],"stream":true}"#,
    );
}

#[test]
fn instructions_and_system_messages_are_the_system_prompt() {
    let messages = [say(Role::User, "Hello"), say(Role::System, "It is late."), say(Role::Assistant, "Hi")];
    let mut prompt = prompt("m", &messages);
    prompt.instructions = "Be brief.";
    prompt.temperature = Some("0.5");
    prompt.max_tokens = Some(100);
    prompt.stream = false;
    assert_body(
        "anthropic",
        &prompt,
        r#"{"model":"m","max_tokens":100,"system":"Be brief.\n\nIt is late.","messages":[
            {"role":"user","content":"Hello"},{"role":"assistant","content":"Hi"}],"temperature":0.5}"#,
    );
}

// https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls
#[test]
fn tool_calls_are_blocks_and_their_results_are_one_message() {
    let messages = [
        say(Role::User, "Weather?"),
        call("I look.", &[("toolu_1", "weather", r#"{"city":"Rome"}"#), ("toolu_2", "clock", "")]),
        tool("toolu_1", "sunny"),
        tool("toolu_2", ""),
        say(Role::User, "And tomorrow?"),
        call("", &[("toolu_3", "weather", "not JSON"), ("toolu_4", "clock", "[1]")]),
        tool("toolu_3", "rain"),
    ];
    assert_body(
        "anthropic",
        &prompt_with_tools("m", &messages),
        r#"{"model":"m","max_tokens":4096,"messages":[
            {"role":"user","content":"Weather?"},
            {"role":"assistant","content":[
                {"type":"text","text":"I look."},
                {"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Rome"}},
                {"type":"tool_use","id":"toolu_2","name":"clock","input":{}}]},
            {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"toolu_1","content":"sunny"},
                {"type":"tool_result","tool_use_id":"toolu_2","content":""}]},
            {"role":"user","content":"And tomorrow?"},
            {"role":"assistant","content":[
                {"type":"tool_use","id":"toolu_3","name":"weather","input":{}},
                {"type":"tool_use","id":"toolu_4","name":"clock","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_3","content":"rain"}]}
        ],"stream":true}"#,
    );
}

#[test]
fn what_the_api_refuses_is_left_out() {
    let messages = [
        say(Role::Assistant, "How can I help?"),
        tool("toolu_0", "an answer to a call that is no longer there"),
        say(Role::User, " "),
        say(Role::User, "Hello"),
        say(Role::Assistant, ""),
        say(Role::User, "Are you there?"),
        say(Role::Assistant, "Yes, \n"),
    ];
    assert_body(
        "anthropic",
        &prompt_with_tools("m", &messages),
        r#"{"model":"m","max_tokens":4096,"messages":[
            {"role":"user","content":"Hello"},{"role":"user","content":"Are you there?"},
            {"role":"assistant","content":"Yes,"}],"stream":true}"#,
    );
}

#[test]
fn a_page_may_ask_the_public_endpoint() {
    let protocol = Protocol::named("anthropic").unwrap();
    for header in [("anthropic-version", "2023-06-01"), ("anthropic-dangerous-direct-browser-access", "true")] {
        assert!(protocol.headers.contains(&header), "{header:?}");
    }
    let messages = [say(Role::User, "Hello")];
    let at = |base| url("anthropic", base, &prompt("m", &messages));
    assert_eq!(at(protocol.base_url.unwrap()), "https://api.anthropic.com/v1/messages");
    assert_eq!(at("/proxy/v1/"), "/proxy/v1/messages");
}

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
fn parallel_tool_calls() {
    let answer = read(&[
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}}"#,
        r#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_2","name":"clock","input":{}}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}"#,
        r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"zone\": \"UTC\"}"}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":" \"Rome\"}"}}"#,
        r#"{"type":"content_block_stop","index":2}"#,
        r#"{"type":"content_block_stop","index":1}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":89}}"#,
        STOP,
    ]);
    assert_eq!(answer.called(), [("weather", r#"{"city": "Rome"}"#), ("clock", r#"{"zone": "UTC"}"#)]);
    assert_eq!((answer.calls[0].id.as_str(), answer.calls[1].id.as_str()), ("toolu_1", "toolu_2"));
    assert_eq!(answer.calls_ended, 2);
    assert_eq!(answer.finished(), Some((FinishReason::ToolCalls, "tool_use")));
}

#[test]
fn input_given_with_the_beginning_of_a_call_is_taken_as_it_stands() {
    let answer = read(&[
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"a","input":{"x" : 1.0}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_2","name":"b","input":{"x":1}}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
        STOP,
    ]);
    assert_eq!(answer.called(), [("a", r#"{"x" : 1.0}"#), ("b", "{}")]);
    assert_eq!(answer.calls_ended, 2, "the end of the message ends the second one");
}

#[test]
fn a_call_without_arguments_has_none() {
    let answer = read(&[
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"a","input":{}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
    ]);
    assert_eq!((answer.called(), answer.calls_ended), (vec![("a", "")], 1));
}

#[test]
fn tools_that_the_server_runs_are_raw_and_what_they_find_is_a_source() {
    let answer = read(&[
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","title":"text","url":"https://example.com"}]}}"#,
        r#"{"type":"content_block_stop","index":1}"#,
        r#"{"type":"content_block_start","index":2,"content_block":{"citations":[],"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","cited_text":"no"}}}"#,
        r#"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"found"}}"#,
        STOP,
    ]);
    assert_eq!(answer.text, "found");
    assert_eq!(answer.called(), []);
    assert_eq!(answer.raw_count, 2);
    assert_eq!(cited(&answer), ["https://example.com|text|", "||no"]);
}

/// <https://platform.claude.com/docs/en/build-with-claude/citations>
#[test]
fn the_blocks_of_a_whole_message_cite() {
    let answer = whole(
        "anthropic",
        r#"{"content":[{"type":"text","text":"so","citations":[{"type":"char_location","cited_text":"It is so.","document_title":"D","start_char_index":3,"end_char_index":9}]},{"type":"text","text":".","citations":null}],"stop_reason":"end_turn"}"#,
    );
    assert_eq!((answer.text.as_str(), answer.raw_count), ("so.", 0));
    assert_eq!(cited(&answer), ["|D|It is so."]);
    assert_eq!(answer.spans, [], "those are places in the document");
}

#[test]
fn what_a_servers_tool_fails_with_is_raw() {
    let answer = read(&[
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"s","content":{"type":"web_search_tool_result_error","error_code":"unavailable"}}}"#,
        STOP,
    ]);
    assert_eq!((answer.raw_count, answer.sources.len()), (1, 0));
}

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
fn bad_json_is_a_protocol_error_with_its_place() {
    let cut = r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x}"#;
    let answer = read(&[cut]);
    assert_eq!(answer.failed(), Some(("protocol", false)));
    assert_eq!(answer.error.unwrap().offset, Some(cut.len()));
    assert_eq!(read(&[r#"{"type":"ping"} x"#]).error.unwrap().offset, Some(16));
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

#[test]
fn a_response_without_streaming_may_be_an_error_or_something_else() {
    let error = whole("anthropic", r#"{"type":"error","error":{"type":"api_error","message":"Internal"}}"#);
    assert_eq!(error.failed(), Some(("provider", true)));
    assert_eq!(whole("anthropic", r#"{"hello":"world"}"#).failed(), Some(("protocol", false)));
    assert_eq!(whole("anthropic", r#"{"content":[}"#).error.unwrap().offset, Some(12));
    assert_eq!(whole("anthropic", "[]").failed(), Some(("protocol", false)));
}
