//! What is asked, and where.

use refinire_web::message::Role;
use refinire_web::provider::Protocol;

use crate::support::{assert_body, prompt, prompt_with_tools, say, tool, url};

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
