//! Calls of tools: what goes back to the server, and what comes, also in pieces.

use refinire_web::message::{FinishReason, Role};

use super::{end, parts, read};
use crate::support::{assert_body, call, prompt_with_tools, say, tool};

// https://ai.google.dev/gemini-api/docs/function-calling, https://ai.google.dev/gemini-api/docs/thought-signatures
#[test]
fn function_calls_and_their_responses_are_parts() {
    let messages = [
        say(Role::User, "Weather?"),
        call("I look.", &[("call_1", "weather", r#"{"city":"Rome"}"#), ("call_2", "clock", "")]),
        tool("call_2", r#"{"time":"12:00"}"#),
        tool("call_1", "sunny"),
        say(Role::User, "And now?"),
    ];
    assert_body(
        "gemini",
        &prompt_with_tools("m", &messages),
        r#"{"contents":[
            {"role":"user","parts":[{"text":"Weather?"}]},
            {"role":"model","parts":[{"text":"I look."},
                {"functionCall":{"name":"weather","args":{"city":"Rome"}},"thoughtSignature":"skip_thought_signature_validator"},
                {"functionCall":{"name":"clock","args":{}}}]},
            {"role":"user","parts":[
                {"functionResponse":{"name":"clock","response":{"time":"12:00"}}},
                {"functionResponse":{"name":"weather","response":{"output":"sunny"}}},
                {"text":"And now?"}]}]}"#,
    );
}

#[test]
fn parallel_tool_calls() {
    let answer = read(&[
        &parts(
            r#"{"text":"I look."},{"functionCall":{"name":"weather","args":{"city" : "Rome"}}},{"functionCall":{"id":"x7","name":"clock"},"thoughtSignature":"AY8"}"#,
        ),
        &parts(r#"{"functionCall":{"args":{"city":"Oslo"},"name":"weather"}}"#),
        &end("STOP"),
    ]);
    assert_eq!(answer.text, "I look.");
    assert_eq!(
        answer.called(),
        [("weather", r#"{"city" : "Rome"}"#), ("clock", "{}"), ("weather", r#"{"city":"Oslo"}"#)]
    );
    assert_eq!(answer.calls[1].id, "x7");
    assert_eq!(answer.calls_ended, 3);
    assert_eq!(answer.finished(), Some((FinishReason::Stop, "STOP")));
}

#[test]
fn a_call_parts_the_thoughts_around_it_and_needs_no_name() {
    let answer = read(&[&parts(
        r#"{"thought":true,"text":"One."},{"functionCall":{"args":{}}},{"thought":true,"text":"Two."}"#,
    )]);
    assert_eq!(answer.reasoning, "One.\n\nTwo.");
    assert_eq!(answer.called(), [("", "{}")]);
}

#[test]
fn arguments_may_be_a_string_that_contains_them() {
    let answer = read(&[
        &parts(r#"{"functionCall":{"name":"a","args":"{\"x\":1}"}},{"functionCall":{"name":"b","args":"{x"}}"#),
        &end("STOP"),
    ]);
    // What is no JSON is kept, for the model to be told.
    assert_eq!(answer.called(), [("a", r#"{"x":1}"#), ("b", "{x")]);
}

// https://googleapis.github.io/js-genai/release_docs/interfaces/types.PartialArg.html
#[test]
fn arguments_in_pieces_are_put_together() {
    let answer = read(&[
        &parts(r#"{"functionCall":{"name":"order","willContinue":true}}"#),
        &parts(
            r#"{"functionCall":{"partialArgs":[{"jsonPath":"$.who.name","stringValue":"A","willContinue":true}],"willContinue":true}}"#,
        ),
        &parts(
            r#"{"functionCall":{"willContinue":true,"partialArgs":[{"stringValue":"\"nn","jsonPath":"$.who.name"},{"jsonPath":"$.n","numberValue":1.50}]}}"#,
        ),
        &parts(
            r#"{"functionCall":{"partialArgs":[{"jsonPath":"$.list[0]['it.em']","boolValue":true},{"jsonPath":"$.list[1]","nullValue":"NULL_VALUE"}],"willContinue":true}}"#,
        ),
        &parts(r#"{"functionCall":{}}"#),
        &parts(
            r#"{"functionCall":{"name":"next","willContinue":true,"partialArgs":[{"jsonPath":"$.a","stringValue":"b"}]}}"#,
        ),
        &parts(r#"{"functionCall":{"name":"last","willContinue":true}}"#),
        &end("STOP"),
    ]);
    assert_eq!(
        answer.called(),
        [
            ("order", r#"{"who":{"name":"A\"nn"},"n":1.50,"list":[{"it.em":true},null]}"#),
            ("next", r#"{"a":"b"}"#),
            ("last", "{}"),
        ]
    );
    assert_eq!(answer.calls_ended, 3);
    assert_eq!(answer.input_count, 9, "every piece shows that the answer lives");
}

#[test]
fn the_last_piece_may_bring_values_and_a_beginning_may_bring_members() {
    let answer = read(&[
        &parts(r#"{"functionCall":{"name":"a","args":{"x":"1"},"willContinue":true}}"#),
        &parts(r#"{"functionCall":{"partialArgs":[{"jsonPath":"$.x","stringValue":"2"}]}}"#),
        &parts(r#"{"functionCall":{"name":"b","willContinue":true}}"#),
        &parts(r#"{"functionCall":{"args":{"y":3}}}"#),
    ]);
    assert_eq!(answer.called(), [("a", r#"{"x":"12"}"#), ("b", r#"{"y":3}"#)]);
    assert_eq!(answer.calls_ended, 2);
}

#[test]
fn paths_that_lead_nowhere_do_no_harm() {
    let deep = ["$.deep", &"[0]".repeat(100_000)].concat();
    let mut pieces = String::from(
        r#"{"jsonPath":"$.a","stringValue":"kept"},{"jsonPath":"$.a"},{"stringValue":"lost"},{"jsonPath":"$.b"},7"#,
    );
    for path in ["", "$", "x", "$x", "$[0]", "$.a[", "$.a[-1]", "$.a['b", "$.a['b'", "$.b[99999999999]", &deep] {
        pieces.push_str(&[r#",{"jsonPath":""#, path, r#"","numberValue":1}"#].concat());
    }
    let call = [r#"{"functionCall":{"name":"a","willContinue":true,"partialArgs":["#, &pieces, "]}}"].concat();
    let answer = read(&[&parts(&call), &end("STOP")]);
    assert_eq!(answer.called(), [("a", r#"{"a":"kept","b":[1]}"#)]);
}
