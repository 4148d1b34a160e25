//! Images and files that belong to the question, and what a format refuses.

use refinire_web::error::Error;
use refinire_web::message::{Attachment, Message, Role};
use refinire_web::provider::{Prompt, Protocol};

use super::config;
use super::fixtures::over_http;
use super::support::{assert_body, call, file, link, prompt, prompt_with_tools, say, schema, tool, weather};

fn question() -> [Message; 3] {
    [say(Role::User, "Hi"), say(Role::Assistant, "Hello!"), say(Role::User, "What is it?")]
}

/// A picture may be all that is asked; an empty text would be refused.
#[test]
fn a_question_may_be_nothing_but_what_is_attached() {
    let messages = [say(Role::User, " ")];
    let prompt = Prompt { attachments: &[file("image/png", "aW1n", "")], stream: false, ..prompt("m", &messages) };
    let image = r#"{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aW1n"}}"#;
    let anthropic = r#"{"model": "m", "max_tokens": 4096, "messages": [{"role": "user", "content": [IMAGE]}]}"#;
    assert_body("anthropic", &prompt, &anthropic.replace("IMAGE", image));
    assert_body(
        "gemini",
        &prompt,
        r#"{"contents": [{"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "aW1n"}}]}]}"#,
    );
}

#[test]
fn what_is_attached_stays_with_the_question_while_tools_answer() {
    let messages = [say(Role::User, "First"), say(Role::User, "It?"), call("", &[("c", "f", "{}")]), tool("c", "1")];
    let image = [file("image/png", "aW1n", "")];
    for protocol in over_http().filter(|protocol| protocol.tools && !protocol.media.is_empty()) {
        let body = protocol.encode("", &Prompt { attachments: &image, ..prompt_with_tools("m", &messages) }).body;
        assert_eq!(body.matches("aW1n").count(), 1, "{body}");
        let place = |words: &str| body.find(words).unwrap();
        assert!(place("First") < place("aW1n") && place("aW1n") < place("\"f\""), "{body}");
    }
}

fn refusal(provider: &str, attachment: Attachment) -> Option<String> {
    let error: Option<Error> = Protocol::named(provider).unwrap().refuses(&[file("image/png", "", ""), attachment]);
    error.map(|error| {
        assert_eq!(error.code.as_str(), "invalid-argument");
        error.message.to_string()
    })
}

#[test]
fn what_a_format_has_no_place_for_is_refused_by_name() {
    for (provider, media_type, by_data, by_url) in [
        ("openai", "application/pdf", true, false),
        ("openai", "audio/wav", true, false),
        ("openai", "audio/ogg", false, false),
        ("openai", "text/plain", false, false),
        ("openai-responses", "application/json", true, true),
        ("openai-responses", "audio/mpeg", false, false),
        ("anthropic", "application/pdf", true, true),
        ("anthropic", "text/plain", false, false),
        ("gemini", "audio/ogg", true, true),
        ("ollama", "image/webp", true, false),
        ("ollama", "application/pdf", false, false),
    ] {
        let refused = refusal(provider, file(media_type, "eA==", "x"));
        let message = format!("provider \"{provider}\" takes no attachment of type \"{media_type}\"");
        assert_eq!(refused, (!by_data).then(|| message.clone()));
        let refused = refusal(provider, link(media_type, "https://a.example/x"));
        assert_eq!(refused, (!by_url).then(|| message + " by its URL"));
    }
}

#[test]
fn a_relay_takes_neither_attachments_nor_tools() {
    let relay = Protocol::named("relay").unwrap();
    let told = |error: Option<Error>| error.unwrap().message.to_string();
    let image = [file("image/png", "aW1n", "")];
    assert_eq!(told(relay.refuses(&image)), "provider \"relay\" takes no attachment of type \"image/png\"");
    assert_eq!(told(relay.refuses_tools(&[weather()])), "provider \"relay\" takes no tools");
    assert!(relay.refuses_tools(&[]).is_none());
}

const OPTIONS: &str = r#""baseUrl": "/api", "model": "m", "maxSteps": 3, "outputSchema": {"type": "string"}, "tools": [
    {"name": "weather", "description": "Tells the weather.", "executes": true,
     "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
    {"name": "stop"}]"#;

#[test]
fn an_agents_options_say_its_tools_its_schema_and_its_steps() {
    let plan = config::resolved(&format!(r#"{{"provider": "openai", {OPTIONS}}}"#)).unwrap();
    assert_eq!((plan.options.max_steps, plan.options.schema.clone()), (3, Some(schema(r#"{"type":"string"}"#))));
    let [first, second] = &*plan.options.tools else { panic!("{:?}", plan.options.tools) };
    assert_eq!(*first, weather());
    assert_eq!((&*second.name, &*second.description, second.executes), ("stop", "", false));
    assert_eq!(second.parameters, schema(r#"{"type":"object","properties":{}}"#));
    let image = [file("image/png", "aW1n", "")];
    let body = schema(&plan.call(&question(), &image, "", false, true).body);
    assert_eq!(body.list("tools").len(), 2);
    assert!(body.get("response_format").is_some());
    assert_eq!(body.list("messages")[2].list("content").len(), 2);
    assert!(plan.protocol.refuses(&[file("video/mp4", "", "")]).is_some());
}

#[test]
fn an_agent_without_them_has_none_and_eight_steps() {
    let plan = config::resolved(r#"{"model":"gpt-5"}"#).unwrap();
    assert_eq!((plan.options.tools.len(), plan.options.schema, plan.options.max_steps), (0, None, 8));
}

#[test]
fn an_agent_with_tools_over_a_relay_is_refused_at_once() {
    let error = config::resolved(&format!(r#"{{"provider": "relay", {OPTIONS}}}"#)).unwrap_err();
    assert_eq!((error.code.as_str(), &*error.message), ("invalid-argument", "provider \"relay\" takes no tools"));
}
