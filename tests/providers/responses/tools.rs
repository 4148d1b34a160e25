//! Calls of tools: what goes back to the server, and what comes.

use refinire_web::message::{FinishReason, Role};
use refinire_web::provider::Prompt;

use super::{events, DONE};
use crate::support::{assert_body, call, prompt_with_tools, say, tool};

/// <https://platform.openai.com/docs/guides/function-calling?api-mode=responses>
#[test]
fn calls_and_what_tools_answered_are_items_of_their_own() {
    let messages = [
        say(Role::User, "Weather?"),
        call("", &[("call_1", "weather", r#"{"city":"Oslo"}"#)]),
        tool("call_1", "rain"),
        call("And the time:", &[("call_2", "time", "{}")]),
        tool("call_2", "noon"),
    ];
    assert_body(
        "openai-responses",
        &Prompt { stream: false, ..prompt_with_tools("m", &messages) },
        r#"{
            "model": "m",
            "input": [
                {"role": "user", "content": "Weather?"},
                {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": "{\"city\":\"Oslo\"}"},
                {"type": "function_call_output", "call_id": "call_1", "output": "rain"},
                {"role": "assistant", "content": "And the time:"},
                {"type": "function_call", "call_id": "call_2", "name": "time", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "call_2", "output": "noon"}
            ]
        }"#,
    );
}

#[test]
fn items_are_told_apart_by_their_ids_where_there_is_no_index() {
    let answer = events(&[
        r#"{"type":"response.output_item.added","item":{"id":"x","type":"function_call","call_id":"c1","name":"f"}}"#,
        r#"{"type":"response.output_item.added","item":{"id":"y","type":"function_call","call_id":"c2","name":"g"}}"#,
        r#"{"type":"response.function_call_arguments.delta","item_id":"x","delta":"[1]"}"#,
        r#"{"type":"response.function_call_arguments.delta","item_id":"y","delta":"[2]"}"#,
        r#"{"type":"response.function_call_arguments.done","item_id":"y","arguments":"[2]"}"#,
        r#"{"type":"response.function_call_arguments.done","item_id":"x","arguments":"[1]"}"#,
        DONE,
    ]);
    assert_eq!(answer.called(), [("f", "[1]"), ("g", "[2]")]);
}

#[test]
fn an_item_that_begins_is_another_one_even_at_the_same_index_or_by_the_same_id() {
    for (one, other) in [(("x", 0), ("y", 0)), (("x", 0), ("x", 1))] {
        let event = |kind: &str, (id, index): (&str, u8), rest: &str| {
            format!(r#"{{"type":"response.{kind}","output_index":{index},"item_id":"{id}",{rest}}}"#)
        };
        let added = |at: (&str, u8), name: &str| {
            let item =
                format!(r#""item":{{"id":"{}","type":"function_call","call_id":"{name}","name":"{name}"}}"#, at.0);
            event("output_item.added", at, &item)
        };
        let answer = events(&[
            &added(one, "f"),
            &added(other, "g"),
            &event("function_call_arguments.delta", one, r#""delta":"[1""#),
            &event("function_call_arguments.delta", other, r#""delta":"[2]""#),
            &event("function_call_arguments.delta", one, r#""delta":"]""#),
            &event("function_call_arguments.done", one, r#""arguments":"[1]""#),
            &event("function_call_arguments.done", other, r#""arguments":"[2]""#),
            DONE,
        ]);
        assert_eq!(answer.called(), [("f", "[1]"), ("g", "[2]")]);
    }
}

#[test]
fn parallel_calls_keep_their_arguments_apart() {
    let answer = events(&[
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"weather","arguments":"","status":"in_progress"}}"#,
        r#"{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","id":"fc_2","call_id":"call_2","name":"time","arguments":""}}"#,
        r#"{"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":0,"delta":"{\"city\":"}"#,
        r#"{"type":"response.function_call_arguments.delta","item_id":"fc_2","output_index":1,"delta":"{"}"#,
        r#"{"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":0,"delta":"\"Oslo\"}"}"#,
        r#"{"type":"response.function_call_arguments.delta","item_id":"fc_2","output_index":1,"delta":"}"}"#,
        r#"{"type":"response.function_call_arguments.done","item_id":"fc_1","output_index":0,"arguments":"{\"city\":\"Oslo\"}"}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"weather","arguments":"{\"city\":\"Oslo\"}"}}"#,
        r#"{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","id":"fc_2","call_id":"call_2","name":"time","arguments":"{}"}}"#,
        r#"{"type":"response.completed","response":{"output":[{"type":"function_call","id":"fc_1","call_id":"call_1","name":"weather","arguments":"{\"city\":\"Oslo\"}"},{"type":"function_call","id":"fc_2","call_id":"call_2","name":"time","arguments":"{}"}]}}"#,
    ]);
    assert_eq!(answer.called(), [("weather", r#"{"city":"Oslo"}"#), ("time", "{}")]);
    assert_eq!((&*answer.calls[0].id, &*answer.calls[1].id), ("call_1", "call_2"));
    assert_eq!(answer.calls_ended, 2);
    assert_eq!(answer.finished(), Some((FinishReason::ToolCalls, "completed")));
}

#[test]
fn arguments_come_once_from_a_server_that_sends_no_deltas() {
    let start = r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":""}}"#;
    let part = r#"{"type":"response.function_call_arguments.done","item_id":"fc","output_index":0,"arguments":"[1]"}"#;
    let item = r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"[1]"}}"#;
    let end = r#"{"type":"response.completed","response":{"output":[{"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"[1]"}]}}"#;
    let ways = [
        &[start, part, item, end][..],
        &[start, part, DONE],
        &[start, item, DONE],
        &[start, end],
        &[item, DONE],
        &[end],
    ];
    for payloads in ways {
        let answer = events(payloads);
        assert_eq!(answer.called(), [("f", "[1]")], "{payloads:?}");
        assert_eq!((&*answer.calls[0].id, answer.calls_ended), ("c", 1), "{payloads:?}");
    }
}

#[test]
fn arguments_of_a_call_that_was_not_announced_come_with_its_end() {
    let answer = events(&[
        r#"{"type":"response.function_call_arguments.delta","item_id":"fc","output_index":0,"delta":"[1]"}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"[1]"}}"#,
        DONE,
    ]);
    assert_eq!(answer.called(), [("f", "[1]")]);
    assert_eq!(answer.raw_count, 1);
}

#[test]
fn a_call_that_is_never_ended_ends_with_the_response() {
    let answer = events(&[
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc","call_id":"c","name":"f"}}"#,
        r#"{"type":"response.function_call_arguments.delta","item_id":"fc","output_index":0,"delta":"{}"}"#,
        DONE,
    ]);
    assert_eq!((answer.called(), answer.calls_ended), (vec![("f", "{}")], 1));
}
