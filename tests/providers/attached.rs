//! Images and files that belong to the question, and what a format refuses.

use refinire_web::error::Error;
use refinire_web::message::{Attachment, AttachmentSource, Message, Role};
use refinire_web::provider::{Prompt, Protocol, PROTOCOLS};

use super::config;
use super::fixtures::over_http;
use super::support::{assert_body, call, file, link, prompt, prompt_with_tools, say, schema, showing, tool, weather};

fn image() -> Attachment {
    file("image/png", "aW1n", "")
}

/// A picture may be all that is asked; an empty text would be refused.
#[test]
fn a_question_may_be_nothing_but_what_is_attached() {
    let messages = [showing(" ", &[image()])];
    let prompt = Prompt { stream: false, ..prompt("m", &messages) };
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
    let question = showing("It?", &[image()]);
    let messages = [say(Role::User, "First"), question, call("", &[("c", "f", "{}")]), tool("c", "1")];
    for protocol in over_http().filter(|protocol| protocol.tools && !protocol.media.is_empty()) {
        let body = protocol.encode("", &prompt_with_tools("m", &messages)).body;
        assert_eq!(body.matches("aW1n").count(), 1, "{body}");
        let place = |words: &str| body.find(words).unwrap();
        assert!(place("First") < place("aW1n") && place("aW1n") < place("\"f\""), "{body}");
    }
}

/// Bytes that are stored elsewhere, and were not found there.
fn missing(name: &str) -> Attachment {
    Attachment { source: AttachmentSource::Stored, ..file("image/png", "", name) }
}

fn in_history(attachments: &[Attachment]) -> [Message; 3] {
    [showing("It?", attachments), say(Role::Assistant, "A cat."), showing("And this?", &[image()])]
}

#[test]
fn what_is_attached_to_earlier_questions_is_sent_with_them() {
    for protocol in over_http().filter(|protocol| !protocol.media.is_empty()) {
        let messages = in_history(&[file("image/png", "ZWFybGllcg==", "a.png")]);
        let body = protocol.encode("", &prompt("m", &messages)).body;
        let place = |words: &str| body.find(words).unwrap_or_else(|| panic!("{words} is not in {body}"));
        assert!(place("ZWFybGllcg==") < place("A cat.") && place("A cat.") < place("aW1n"), "{body}");
        assert!(!body.contains("[attachment"), "{body}");
    }
}

/// Another provider may have taken it; the bytes of a stored one may be gone.
#[test]
fn what_cannot_be_sent_with_an_earlier_question_is_named_in_its_text() {
    let object = file("model/obj", "eA==", "cat.obj");
    for protocol in over_http().filter(|protocol| !protocol.takes(&object)) {
        let messages = in_history(&[object.clone(), missing("gone.png"), missing("")]);
        let body = protocol.encode("", &prompt("m", &messages)).body;
        let text = r"It?\n[attachment: cat.obj]\n[attachment: gone.png]\n[attachment: image/png]";
        // A relay is told nothing but the question, in some formats.
        assert!(body.contains(text) || !body.contains("A cat."), "{body}");
        assert!(!body.contains("eA=="), "{body}");
    }
    let messages = [showing(" ", &[missing("gone.png")])];
    assert!(Protocol::named("openai")
        .unwrap()
        .encode("", &prompt("m", &messages))
        .body
        .contains(r#""[attachment: gone.png]""#));
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
    let cases = [
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
    ];
    for protocol in PROTOCOLS.iter().filter(|protocol| !protocol.media.is_empty()) {
        let is_there = cases.iter().any(|(provider, ..)| *provider == protocol.name);
        assert!(is_there, "no case above says what provider {} takes", protocol.name);
    }
    for (provider, media_type, by_data, by_url) in cases {
        let refused = refusal(provider, file(media_type, "eA==", "x"));
        let message = format!("provider \"{provider}\" takes no attachment of type \"{media_type}\"");
        assert_eq!(refused, (!by_data).then(|| message.clone()));
        let refused = refusal(provider, link(media_type, "https://a.example/x"));
        assert_eq!(refused, (!by_url).then(|| message + " by its URL"));
    }
}

#[test]
fn a_format_without_attachments_or_tools_refuses_them() {
    let told = |error: Option<Error>| error.map(|error| error.message.to_string());
    for protocol in PROTOCOLS {
        let name = protocol.name;
        let no_image = format!("provider \"{name}\" takes no attachment of type \"image/png\"");
        assert_eq!(told(protocol.refuses(&[image()])), protocol.media.is_empty().then_some(no_image));
        let no_tools = format!("provider \"{name}\" takes no tools");
        assert_eq!(told(protocol.refuses_tools(&[weather()])), (!protocol.tools).then_some(no_tools));
        assert!(protocol.refuses_tools(&[]).is_none());
    }
    for name in ["relay", "websocket"] {
        let protocol = Protocol::named(name).unwrap();
        assert!(protocol.media.is_empty() && !protocol.tools, "{name}");
    }
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
    let body = schema(&plan.call(&[showing("What is it?", &[image()])], "", false, true).body);
    assert_eq!(body.list("tools").len(), 2);
    assert!(body.get("response_format").is_some());
    assert_eq!(body.list("messages")[0].list("content").len(), 2);
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
