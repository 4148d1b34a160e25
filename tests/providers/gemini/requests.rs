//! What is asked, and where.

use refinire_web::message::Role;
use refinire_web::provider::{select, Protocol};

use crate::support::{assert_body, prompt, prompt_with_tools, say, tool, url};

#[test]
fn a_question_is_written_as_contents() {
    let messages = [say(Role::User, "Hello"), say(Role::System, "It is late."), say(Role::Assistant, "Hi")];
    assert_body(
        "gemini",
        &prompt("gemini-2.5-flash", &messages[..1]),
        r#"{"contents":[{"role":"user","parts":[{"text":"Hello"}]}]}"#,
    );
    let mut prompt = prompt("gemini-2.5-flash", &messages);
    prompt.instructions = "Be brief.";
    prompt.temperature = Some("0.5");
    prompt.max_tokens = Some(100);
    assert_body(
        "gemini",
        &prompt,
        r#"{"systemInstruction":{"parts":[{"text":"Be brief.\n\nIt is late."}]},
            "contents":[{"role":"user","parts":[{"text":"Hello"}]},{"role":"model","parts":[{"text":"Hi"}]}],
            "generationConfig":{"temperature":0.5,"maxOutputTokens":100}}"#,
    );
}

#[test]
fn what_the_api_refuses_is_left_out() {
    let messages = [
        say(Role::Assistant, "How can I help?"),
        tool("call_0", "an answer to a call that is no longer there"),
        say(Role::User, "Hello"),
        say(Role::Assistant, ""),
        say(Role::User, "Are you there?"),
    ];
    assert_body(
        "gemini",
        &prompt_with_tools("m", &messages),
        r#"{"contents":[{"role":"user","parts":[{"text":"Hello"},{"text":"Are you there?"}]}]}"#,
    );
}

#[test]
fn the_model_stands_in_the_address() {
    let messages = [say(Role::User, "Hello")];
    let base = Protocol::named("gemini").unwrap().base_url.unwrap();
    assert_eq!(
        url("gemini", base, &prompt("gemini-2.5-flash", &messages)),
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"
    );
    let mut whole = prompt("tunedModels/my-model", &messages);
    whole.stream = false;
    assert_eq!(url("gemini", "/g/", &whole), "/g/tunedModels/my-model:generateContent");
    whole.model = "models/a b?c/é";
    assert_eq!(url("gemini", "/g?x=1", &whole), "/g/models/a%20b%3Fc%2F%C3%A9:generateContent?x=1");
}

#[test]
fn it_is_reached_by_two_schemes_and_by_name() {
    for model in ["gemini://gemini-2.5-flash", "google://gemini-2.5-flash", "gemini-2.5-flash"] {
        let selection = select(model, None).unwrap();
        assert_eq!((selection.protocol.name, selection.model.as_str()), ("gemini", "gemini-2.5-flash"));
    }
}
