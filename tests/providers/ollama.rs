//! Ollama's /api/chat.

use refinire_web::message::{FinishReason, Role};
use refinire_web::provider::Prompt;

use super::support::{self, assert_body, call, prompt, prompt_with_tools, say, tool, url, Answer};

const STOP: Option<(FinishReason, &str)> = Some((FinishReason::Stop, "stop"));

fn events(lines: &[&str]) -> Answer {
    support::events("ollama", lines)
}

fn whole(body: &str) -> Answer {
    support::whole("ollama", body)
}

/// <https://docs.ollama.com/api/chat>
#[test]
fn a_question_with_everything_is_written_as_documented() {
    let messages = [say(Role::User, "Hi"), say(Role::Assistant, "Hello!"), say(Role::User, "And now?")];
    let prompt = Prompt {
        instructions: "Be brief.",
        temperature: Some("0.2"),
        max_tokens: Some(100),
        ..prompt("llama3.1:8b", &messages)
    };
    assert_body(
        "ollama",
        &prompt,
        r#"{
            "model": "llama3.1:8b",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": "And now?"}
            ],
            "stream": true,
            "options": {"temperature": 0.2, "num_predict": 100}
        }"#,
    );
    assert_eq!(url("ollama", "http://localhost:11434", &prompt), "http://localhost:11434/api/chat");
}

/// "if `false` the response will be returned as a single response object": the default is to stream.
#[test]
fn an_answer_without_streaming_has_to_be_asked_for() {
    let messages = [say(Role::User, "Hi")];
    assert_body(
        "ollama",
        &Prompt { stream: false, ..prompt("m", &messages) },
        r#"{"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": false}"#,
    );
}

/// <https://docs.ollama.com/capabilities/tool-calling>
#[test]
fn calls_carry_objects_and_what_tools_answered_carries_their_names() {
    let messages = [
        say(Role::User, "Weather?"),
        call("", &[("call_0", "weather", r#"{"city": "Oslo"}"#), ("call_1", "time", ""), ("call_2", "list", "[1]")]),
        tool("call_0", "rain"),
        tool("call_1", "noon"),
        tool("gone", "?"),
        call("", &[("call_0", "other", "{}")]),
        tool("call_0", "done"),
    ];
    assert_body(
        "ollama",
        &prompt_with_tools("m", &messages),
        r#"{
            "model": "m",
            "messages": [
                {"role": "user", "content": "Weather?"},
                {"role": "assistant", "content": "", "tool_calls": [
                    {"type": "function", "function": {"name": "weather", "arguments": {"city": "Oslo"}}},
                    {"type": "function", "function": {"name": "time", "arguments": {}}},
                    {"type": "function", "function": {"name": "list", "arguments": {}}}
                ]},
                {"role": "tool", "content": "rain", "tool_name": "weather"},
                {"role": "tool", "content": "noon", "tool_name": "time"},
                {"role": "tool", "content": "?"},
                {"role": "assistant", "content": "", "tool_calls": [
                    {"type": "function", "function": {"name": "other", "arguments": {}}}
                ]},
                {"role": "tool", "content": "done", "tool_name": "other"}
            ],
            "stream": true
        }"#,
    );
}

/// <https://docs.ollama.com/api/chat>
#[test]
fn text_comes_in_lines_and_usage_in_the_last() {
    let answer = events(&[
        r#"{"model":"llama3.2","created_at":"2023-08-04T08:52:19.385406455-07:00","message":{"role":"assistant","content":"The","images":null},"done":false}"#,
        r#"{"model":"llama3.2","message":{"role":"assistant","content":" sky"},"done":false}"#,
        r#"{"model":"llama3.2","created_at":"2023-08-04T19:22:45.499127Z","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":4883583458,"load_duration":1334875,"prompt_eval_count":26,"prompt_eval_duration":342546000,"eval_count":282,"eval_duration":4535599000}"#,
    ]);
    assert_eq!(answer.text, "The sky");
    assert_eq!(answer.finished(), STOP);
    assert_eq!(answer.tokens(), [Some(26), Some(282), None, None, None]);
    assert!(answer.ended);
    assert_eq!((answer.raw_count, answer.failed()), (0, None));
}

/// <https://docs.ollama.com/capabilities/thinking>
#[test]
fn a_line_with_everything_at_once_gives_everything_whatever_the_order_of_the_keys() {
    for line in [
        r#"{"message":{"role":"assistant","thinking":"Hm","content":"4","tool_calls":[{"function":{"name":"f","arguments":{}}}]},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":2}"#,
        r#"{"eval_count":2,"prompt_eval_count":1,"done_reason":"stop","done":true,"message":{"tool_calls":[{"function":{"arguments":{},"name":"f"}}],"content":"4","thinking":"Hm"}}"#,
    ] {
        let answer = events(&[line]);
        assert_eq!(answer.order, ["reasoning", "text", "tool", "usage", "finish", "end"]);
        assert_eq!((&*answer.reasoning, &*answer.text), ("Hm", "4"));
        assert_eq!((answer.called(), answer.calls_ended), (vec![("f", "{}")], 1));
        assert_eq!(answer.tokens()[..2], [Some(1), Some(2)]);
        assert_eq!(answer.finished(), Some((FinishReason::ToolCalls, "stop")));
    }
}

/// <https://docs.ollama.com/capabilities/tool-calling>
#[test]
fn several_calls_come_in_one_line_or_in_several() {
    let answer = events(&[
        r#"{"message":{"role":"assistant","content":"","tool_calls":[{"id":"call_x","function":{"index":0,"name":"a","arguments":{"city": "Oslo", "n": 1.50}}},{"function":{"index":1,"name":"b","arguments":{}}}]},"done":false}"#,
        r#"{"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"a","arguments":{"city":"\u00c5s"}}}]},"done":false}"#,
        r#"{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}"#,
    ]);
    assert_eq!(answer.called(), [("a", r#"{"city": "Oslo", "n": 1.50}"#), ("b", "{}"), ("a", r#"{"city":"\u00c5s"}"#)]);
    assert_eq!((&*answer.calls[0].id, &*answer.calls[1].id, answer.calls_ended), ("call_x", "", 3));
}

#[test]
fn arguments_in_a_string_are_what_it_says() {
    let answer = events(&[r#"{"message":{"tool_calls":[{"function":{"name":"a","arguments":"{\"b\":1}"}}]}}"#]);
    assert_eq!(answer.called(), [("a", r#"{"b":1}"#)]);
}

#[test]
fn every_reason_has_its_meaning() {
    for (raw, reason) in [
        ("stop", FinishReason::Stop),
        ("length", FinishReason::Length),
        ("load", FinishReason::Other),
        ("unload", FinishReason::Other),
    ] {
        let answer = events(&[&[r#"{"done":true,"done_reason":""#, raw, r#""}"#].concat()]);
        assert_eq!(answer.finished(), Some((reason, raw)));
    }
    assert_eq!(events(&[r#"{"done":true}"#]).finished(), Some((FinishReason::Stop, "")));
}

/// <https://docs.ollama.com/api/errors>
#[test]
fn an_error_in_the_stream_is_the_providers() {
    let answer = events(&[
        r#"{"message":{"role":"assistant","content":"Yes"},"done":false}"#,
        r#"{"error":"an error was encountered while running the model"}"#,
    ]);
    assert_eq!((&*answer.text, answer.failed()), ("Yes", Some(("provider", false))));
    assert_eq!(answer.error.unwrap().message, "an error was encountered while running the model");
}

#[test]
fn an_error_beside_a_message_loses_nothing_and_is_no_end() {
    let answer = events(&[r#"{"error":"out of memory","message":{"content":"Yes"},"done":true}"#]);
    assert_eq!((&*answer.text, answer.finished()), ("Yes", None));
    assert_eq!(answer.failed(), Some(("provider", false)));
}

#[test]
fn the_last_line_may_lack_its_end() {
    let answer = support::stream("ollama", r#"{"message":{"content":"Hi"},"done":true,"done_reason":"stop"}"#);
    assert_eq!((&*answer.text, answer.finished()), ("Hi", STOP));
}

#[test]
fn an_unknown_object_is_raw() {
    let answer = events(&[r#"{"status":"pulling manifest"}"#, r#"{"message":{"content":"Hi"},"done":false}"#]);
    assert_eq!((answer.raw_count, &*answer.text), (1, "Hi"));
}

#[test]
fn a_done_reason_is_a_finish_reason_but_no_end() {
    let answer = events(&[r#"{"message":{"content":"Hi"}}"#, r#"{"message":{"content":""},"done_reason":"length"}"#]);
    assert_eq!((answer.finished(), answer.ended), (Some((FinishReason::Length, "length")), false));
}

#[test]
fn bad_json_is_an_error_that_says_where() {
    let answer = events(&[r#"{"message":{"content":"Hi"}}"#, r#"{"message":oops}"#]);
    assert_eq!((&*answer.text, answer.failed()), ("Hi", Some(("protocol", false))));
    assert_eq!(answer.error.unwrap().offset, Some(11));
    assert_eq!(events(&[r#"{"done":true} {}"#]).failed(), Some(("protocol", false)));
}

#[test]
fn a_whole_response_is_the_same_object() {
    let answer = whole(
        r#"{"model":"m","message":{"role":"assistant","content":"Hello!","thinking":"Hm","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},"done_reason":"stop","done":true,"prompt_eval_count":26,"eval_count":298}"#,
    );
    assert_eq!((&*answer.reasoning, &*answer.text), ("Hm", "Hello!"));
    assert_eq!(answer.called(), [("f", r#"{"a":1}"#)]);
    assert_eq!(answer.finished(), Some((FinishReason::ToolCalls, "stop")));
    assert_eq!(answer.tokens()[..2], [Some(26), Some(298)]);
    assert!(answer.ended);
}

#[test]
fn a_whole_body_may_be_an_error_or_nothing_known() {
    assert_eq!(whole(r#"{"error":"model \"x\" not found"}"#).error.unwrap().message, "model \"x\" not found");
    assert_eq!(whole(r#"{"models":[]}"#).failed(), Some(("protocol", false)));
}

/// <https://docs.ollama.com/api/generate>
#[test]
fn the_response_of_the_generate_endpoint_is_text() {
    let answer = events(&[
        r#"{"model":"m","thinking":"Hm","response":"","done":false}"#,
        r#"{"model":"m","response":"Hi","done":false}"#,
        r#"{"model":"m","response":"","done":true,"done_reason":"stop"}"#,
    ]);
    assert_eq!((&*answer.text, &*answer.reasoning), ("Hi", "Hm"));
    assert_eq!(answer.raw_count, 0);
}

/// Calls come whole, each once.
#[test]
fn a_call_of_ollamas_that_comes_again_under_its_id_is_the_same_one() {
    let line = r#"{"message":{"role":"assistant","content":"","tool_calls":[{"id":"c0","function":{"name":"f","arguments":{"a":1}}},{"id":"c1","function":{"name":"f","arguments":{"a":1}}}]},"done":false}"#;
    let end = r#"{"message":{"role":"assistant","content":"","tool_calls":[{"id":"c0","function":{"name":"f","arguments":{"a":1}}}]},"done":true,"done_reason":"stop"}"#;
    assert_eq!(events(&[line, end]).called(), [("f", r#"{"a":1}"#), ("f", r#"{"a":1}"#)]);
    let twice = r#"{"message":{"tool_calls":[{"function":{"name":"f"}},{"function":{"name":"f"}}]},"done":true}"#;
    assert_eq!(events(&[twice]).called(), [("f", ""), ("f", "")]);
}
