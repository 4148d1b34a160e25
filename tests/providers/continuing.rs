//! How each provider is asked to go on from an answer that was cut.

use refinire_web::json::Value;
use refinire_web::message::Role;

use crate::config;
use crate::fixtures::over_http;
use crate::support::say;

/// The turns of the request that asks to go on from `text`: the role, "model" for the model's, and what is said.
fn turns(provider: &str, text: &str, prefill: bool) -> Vec<(String, String)> {
    let options = format!(r#"{{"model":"m","provider":"{provider}","baseUrl":"/api"}}"#);
    let call = config::resolved(&options).unwrap().call(&[say(Role::User, "Hi")], text, prefill, true);
    let body = Value::parse(call.body.as_bytes()).unwrap();
    let turns = ["messages", "input", "contents"].iter().flat_map(|key| body.list(key));
    let words = |turn: &Value| turn.list("parts").first().unwrap_or(turn).to_owned();
    let said = |turn: &Value| words(turn).text("content").or(words(turn).text("text")).unwrap().to_owned();
    let role = |turn: &Value| turn.text("role").unwrap().replace("assistant", "model");
    turns.map(|turn| (role(turn), said(turn))).collect()
}

fn turn(role: &str, text: &str) -> (String, String) {
    (role.to_owned(), text.to_owned())
}

#[test]
fn those_that_can_find_the_answer_as_the_last_turn_without_white_space_behind_it() {
    for protocol in over_http().filter(|protocol| protocol.prefill) {
        assert_eq!(
            turns(protocol.name, "Hello \n", true),
            [turn("user", "Hi"), turn("model", "Hello")],
            "{}",
            protocol.name
        );
    }
}

#[test]
fn all_can_be_told_to_go_on_from_the_answer_as_it_stands() {
    for protocol in over_http() {
        let turns = turns(protocol.name, "Hello \n", false);
        assert_eq!(turns[..2], [turn("user", "Hi"), turn("model", "Hello \n")], "{}", protocol.name);
        assert_eq!((turns.len(), turns[2].0.as_str()), (3, "user"));
        assert!(turns[2].1.contains("exactly where it stops"));
    }
}

#[test]
fn what_has_no_beginning_is_asked_as_it_was() {
    for protocol in over_http() {
        assert_eq!(turns(protocol.name, "", protocol.prefill), [turn("user", "Hi")], "{}", protocol.name);
    }
}
