//! Calls and results in the history of a request without tools: servers refuse them there, so they are text.

use refinire_web::message::{Message, Role};

use crate::support::{asked_with_json, assert_body, call, failure, prompt, say, tool};

fn tools_were_used() -> Vec<Message> {
    vec![
        say(Role::User, "Weather?"),
        call("I look.", &[("c1", "weather", r#"{"city":"Rome"}"#), ("c2", "clock", "")]),
        tool("c1", "sunny"),
        failure("c2", "it stands still"),
        say(Role::Assistant, "Sunny."),
        say(Role::User, "And tomorrow?"),
    ]
}

const CALLED: &str = r#"I look.\n[Called weather with {\"city\":\"Rome\"}]\n[Called clock with {}]"#;
const RETURNED: &str = r"[weather returned: sunny]\n[clock failed: it stands still]";

#[test]
fn calls_and_results_are_text_of_turns_that_alternate() {
    let turns = format!(
        r#"[{{"role":"user","content":"Weather?"}},{{"role":"assistant","content":"{CALLED}"}},{{"role":"user","content":"{RETURNED}"}},
        {{"role":"assistant","content":"Sunny."}},{{"role":"user","content":"And tomorrow?"}}]"#
    );
    let messages = tools_were_used();
    let expected = [
        (
            "openai",
            format!(r#"{{"model":"m","messages":{turns},"stream":true,"stream_options":{{"include_usage":true}}}}"#),
        ),
        ("openai-responses", format!(r#"{{"model":"m","input":{turns},"stream":true}}"#)),
        ("anthropic", format!(r#"{{"model":"m","max_tokens":4096,"messages":{turns},"stream":true}}"#)),
        ("ollama", format!(r#"{{"model":"m","messages":{turns},"stream":true}}"#)),
        ("relay", format!(r#"{{"message":"And tomorrow?","messages":{turns},"model":"m"}}"#)),
    ];
    for (provider, expected) in expected {
        assert_body(provider, &prompt("m", &messages), &expected);
    }
    assert_body(
        "gemini",
        &prompt("m", &messages),
        &format!(
            r#"{{"contents":[{{"role":"user","parts":[{{"text":"Weather?"}}]}},{{"role":"model","parts":[{{"text":"{CALLED}"}}]}},
            {{"role":"user","parts":[{{"text":"{RETURNED}"}}]}},{{"role":"model","parts":[{{"text":"Sunny."}}]}},
            {{"role":"user","parts":[{{"text":"And tomorrow?"}}]}}]}}"#
        ),
    );
}

#[test]
fn nothing_of_a_call_is_left_but_text() {
    let messages = tools_were_used();
    for wire in asked_with_json() {
        let body = wire.encode("", &prompt("m", &messages)).body;
        for word in ["tool", "function", "c1", "call_id"] {
            assert!(!body.contains(word), "{word} in {body}");
        }
    }
}

#[test]
fn a_result_whose_call_is_gone_is_left_out() {
    let messages = [say(Role::User, "Hi"), tool("gone", "?"), say(Role::User, "And now?")];
    for wire in asked_with_json() {
        let body = wire.encode("", &prompt("m", &messages)).body;
        assert!(!body.contains('?') || !body.contains("returned"), "{body}");
    }
}
