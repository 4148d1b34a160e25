//! One's own backend, as the FastAPI example of Refinire's streaming guide writes it.

use refinire_web::message::{FinishReason, Role};
use refinire_web::provider::Prompt;

use super::support::{self, assert_body, call, prompt, say, tool, url, Answer};

const END: Option<(FinishReason, &str)> = Some((FinishReason::Stop, ""));

fn events(payloads: &[&str]) -> Answer {
    support::events("relay", payloads)
}

#[test]
fn a_backend_is_told_the_question_the_conversation_and_the_model() {
    let messages = [
        say(Role::User, "Hi"),
        call("", &[("c1", "f", "{}")]),
        tool("c1", "42"),
        say(Role::Assistant, "Hello!"),
        say(Role::User, "And now?"),
    ];
    let prompt = Prompt { instructions: "Be brief.", temperature: Some("1"), ..prompt("my-model", &messages) };
    assert_body(
        "relay",
        &prompt,
        r#"{
            "message": "And now?",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "[Called f with {}]"},
                {"role": "user", "content": "[f returned: 42]"},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": "And now?"}
            ],
            "model": "my-model"
        }"#,
    );
    assert_eq!(url("relay", "/stream/?a=b", &prompt), "/stream/?a=b");
}

#[test]
fn the_question_is_the_last_thing_the_person_said() {
    let messages = [say(Role::User, "First"), say(Role::Assistant, "Half an ans")];
    assert_body(
        "relay",
        &prompt("", &messages),
        r#"{
            "message": "First",
            "messages": [{"role": "user", "content": "First"}, {"role": "assistant", "content": "Half an ans"}],
            "model": ""
        }"#,
    );
}

#[test]
fn chunks_are_text_until_it_is_complete() {
    let answer =
        events(&[r#"{"chunk": "Hel"}"#, r#"{"chunk": "lo \u00fc"}"#, r#"{"complete": true}"#, r#"{"chunk":"!"}"#]);
    assert_eq!((&*answer.text, answer.finished()), ("Hello ü", END));
    assert!(answer.ended);
    assert_eq!((answer.raw_count, answer.failed()), (0, None));
}

#[test]
fn a_chunk_and_the_end_may_come_together_in_either_order() {
    for payload in [r#"{"chunk":"Hi","complete":true}"#, r#"{"complete":true,"chunk":"Hi"}"#] {
        let answer = events(&[payload]);
        assert_eq!((&*answer.text, answer.finished(), answer.ended), ("Hi", END, true));
    }
}

#[test]
fn complete_is_the_end_only_where_it_is_true() {
    let answer = events(&[r#"{"complete": false}"#, r#"{"complete": null}"#, r#"{"chunk":"Hi","complete":"no"}"#]);
    assert_eq!((&*answer.text, answer.finished(), answer.raw_count), ("Hi", None, 0));
}

#[test]
fn done_and_complete_in_brackets_are_the_end_too() {
    for payload in ["[DONE]", "[COMPLETE]"] {
        let answer = events(&[r#"{"chunk":"Hi"}"#, payload]);
        assert_eq!((&*answer.text, answer.finished(), answer.ended), ("Hi", END, true));
    }
}

#[test]
fn what_is_no_json_object_is_text_as_it_stands() {
    for payload in [
        "Hello",
        " there ",
        "42",
        "\"hi\"",
        "null",
        "true",
        "[1, 2]",
        "{not json}",
        "{\"chunk\": ",
        "{\"chunk\":\"a\"} b",
        "\\u00fc",
        " ",
    ] {
        let answer = events(&[payload]);
        assert_eq!((&*answer.text, answer.raw_count), (payload, 0));
    }
}

#[test]
fn text_of_several_lines_keeps_them() {
    let answer = support::stream("relay", "data: one\ndata: two\ndata:\n\ndata: \n\ndata:three\n\n");
    assert_eq!((&*answer.text, answer.raw_count), ("one\ntwo\nthree", 0));
}

#[test]
fn an_empty_payload_is_nothing() {
    let answer = support::stream("relay", "data:\n\ndata\n\ndata: \n\n");
    assert!(answer.order.is_empty());
}

#[test]
fn event_names_do_not_matter() {
    let answer = support::stream(
        "relay",
        "event: error\ndata: {\"chunk\":\"Hi\"}\n\nevent: message\ndata: there\n\nevent: x\ndata: {\"complete\":true}\n\n",
    );
    assert_eq!((&*answer.text, answer.finished(), answer.failed()), ("Hithere", END, None));
}

#[test]
fn an_error_is_the_backends_be_it_a_string_or_an_object() {
    for (payload, retryable) in [
        (r#"{"error": "no quota"}"#, false),
        (r#"{"error": {"message": "no quota"}}"#, false),
        (r#"{"error": {"message": "no quota", "code": 503}}"#, true),
    ] {
        let answer = events(&[r#"{"chunk":"Hel"}"#, payload]);
        assert_eq!((&*answer.text, answer.failed()), ("Hel", Some(("provider", retryable))));
        assert_eq!(answer.error.unwrap().message, "no quota");
    }
}

#[test]
fn an_error_beside_a_chunk_loses_nothing_and_is_no_end() {
    let answer = events(&[r#"{"error":"broken","complete":true,"chunk":"lo"}"#]);
    assert_eq!((&*answer.text, answer.finished(), answer.failed()), ("lo", None, Some(("provider", false))));
}

#[test]
fn an_error_that_is_null_is_none() {
    let answer = events(&[r#"{"chunk":"Hi","error":null,"complete":true}"#]);
    assert_eq!((&*answer.text, answer.finished(), answer.failed()), ("Hi", END, None));
}

#[test]
fn a_chunk_that_is_no_string_is_shown_as_it_stands() {
    let answer = events(&[r#"{"chunk":42}"#, r#"{"chunk":null}"#, r#"{"chunk":""}"#, r#"{"chunk": {"a": [1]}}"#]);
    assert_eq!((&*answer.text, answer.raw_count), (r#"42{"a": [1]}"#, 0));
}

#[test]
fn an_object_with_none_of_the_keys_is_raw() {
    let answer = events(&[r#"{"status":"thinking"}"#, "{}", r#"{"chunk":"Hi","status":"talking"}"#]);
    assert_eq!((&*answer.text, answer.raw_count), ("Hi", 2));
}

#[test]
fn half_a_surrogate_pair_in_each_of_two_chunks_is_one_character() {
    assert_eq!(events(&[r#"{"chunk":"\ud83d"}"#, r#"{"chunk":"\ude00"}"#]).text, "😀");
}

#[test]
fn bytes_that_are_no_utf8_become_the_replacement_character() {
    let answer = support::stream("relay", b"data: a\xffb\n\ndata: {\"chunk\":\"\xc3\"}\n\n");
    assert_eq!(answer.text, "a\u{fffd}b\u{fffd}");
}
