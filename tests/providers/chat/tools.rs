//! Calls of tools: what goes back to the server, and what comes. Where calls are numbered badly, see `which_call`.

use refinire_web::message::{FinishReason, Role};
use refinire_web::provider::Prompt;

use super::events;
use crate::support::{assert_body, call, prompt_with_tools, say, tool};

/// <https://platform.openai.com/docs/guides/function-calling?api-mode=chat>
#[test]
fn calls_and_what_tools_answered_go_back_as_documented() {
    let messages = [
        say(Role::User, "Weather?"),
        call("", &[("call_1", "weather", r#"{"city":"Oslo"}"#), ("call_2", "time", "{}")]),
        tool("call_1", "rain"),
        tool("call_2", "noon"),
    ];
    assert_body(
        "openai",
        &Prompt { stream: false, ..prompt_with_tools("m", &messages) },
        r#"{
            "model": "m",
            "messages": [
                {"role": "user", "content": "Weather?"},
                {"role": "assistant", "content": "", "tool_calls": [
                    {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Oslo\"}"}},
                    {"id": "call_2", "type": "function", "function": {"name": "time", "arguments": "{}"}}
                ]},
                {"role": "tool", "content": "rain", "tool_call_id": "call_1"},
                {"role": "tool", "content": "noon", "tool_call_id": "call_2"}
            ]
        }"#,
    );
}

#[test]
fn a_call_may_lack_the_list_around_it_and_its_function() {
    for call in [
        r#"{"id":"c0","type":"function","function":{"name":"weather","arguments":"{}"}}"#,
        r#"[{"id":"c0","name":"weather","arguments":"{}"}]"#,
        r#"{"id":"c0","name":"weather","arguments":{}}"#,
        // What stands in `function` counts.
        r#"[{"id":"c0","function":{"name":"weather","arguments":"{}"},"name":null,"arguments":""}]"#,
    ] {
        let answer = events(&[
            &format!(r#"{{"choices":[{{"delta":{{"tool_calls":{call}}}}}]}}"#),
            r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
            "[DONE]",
        ]);
        assert_eq!(answer.called(), [("weather", "{}")], "{call}");
        assert_eq!(answer.calls[0].id, "c0");
    }
}

#[test]
fn parallel_calls_are_told_apart_by_their_index() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"c0","type":"function","function":{"name":"weather","arguments":""}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"c1","type":"function","function":{"name":"time","arguments":""}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{}"}},{"index":0,"function":{"arguments":"\"Oslo\"}"}}]}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
        "[DONE]",
    ]);
    assert_eq!(answer.called(), [("weather", r#"{"city":"Oslo"}"#), ("time", "{}")]);
    assert_eq!((&*answer.calls[0].id, &*answer.calls[1].id), ("c0", "c1"));
    assert_eq!(answer.finished(), Some((FinishReason::ToolCalls, "tool_calls")));
}

#[test]
fn calls_without_an_index_are_told_apart_by_their_ids() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"id":"c0","function":{"name":"weather","arguments":"{\"a\""}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":":1}"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"id":"c1","function":{"name":"time","arguments":"{}"}}]}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
    ]);
    assert_eq!(answer.called(), [("weather", r#"{"a":1}"#), ("time", "{}")]);
}

#[test]
fn several_whole_calls_in_one_chunk_without_index_or_id_are_several() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"a","arguments":"{}"}},{"function":{"name":"a","arguments":"{\"b\":1}"}}]},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!(answer.called(), [("a", "{}"), ("a", r#"{"b":1}"#)]);
}

#[test]
fn an_index_repeated_for_another_call_begins_another() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c0","function":{"name":"a","arguments":"{\"x\":"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"b","arguments":"{"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
    ]);
    assert_eq!(answer.called(), [("a", r#"{"x":1}"#), ("b", "{}")]);
}

#[test]
fn an_id_and_a_name_repeated_with_every_piece_are_the_same_call() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c0","function":{"name":"a","arguments":"{"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c0","function":{"name":"a","arguments":"}"}}]}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
    ]);
    assert_eq!(answer.called(), [("a", "{}")]);
}

#[test]
fn a_name_that_comes_behind_the_arguments_is_read() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{}","name":"a"},"id":"c0","index":0}]},"finish_reason":"tool_calls"}]}"#,
    ]);
    assert_eq!(answer.called(), [("a", "{}")]);
    assert_eq!(answer.calls[0].id, "c0");
}

#[test]
fn arguments_given_as_json_are_taken_as_they_stand() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c0","function":{"name":"a","arguments":{"x": [1, "\u00fc"]}}}]}}]}"#,
    ]);
    assert_eq!(answer.called(), [("a", r#"{"x": [1, "\u00fc"]}"#)]);
}

#[test]
fn arguments_may_go_on_behind_a_finish_reason() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c0","function":{"name":"a","arguments":"{\"x\""}}]},"finish_reason":"stop"}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"stop"}]}"#,
        "[DONE]",
    ]);
    assert_eq!(answer.called(), [("a", r#"{"x":1}"#)]);
}

#[test]
fn half_a_surrogate_pair_in_each_of_two_pieces_is_one_character() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"content":"\ud83d"}}]}"#,
        r#"{"choices":[{"delta":{"content":"\ude00"}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c0","function":{"name":"a","arguments":"\"\ud83d"}}]}}]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\ude00\""}}]}}]}"#,
    ]);
    assert_eq!(answer.text, "😀");
    assert_eq!(answer.called(), [("a", "\"😀\"")]);
}
