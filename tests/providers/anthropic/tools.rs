//! Calls of tools: what goes back to the server, and what comes.

use refinire_web::message::{FinishReason, Role};

use super::{read, STOP};
use crate::support::{assert_body, call, prompt_with_tools, say, tool};

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
