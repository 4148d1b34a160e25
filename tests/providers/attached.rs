//! Images and files that belong to the question, and what a format refuses.

use refinire_web::agent::Settings;
use refinire_web::error::Error;
use refinire_web::message::{Attachment, Message, Role};
use refinire_web::provider::{Prompt, Wire};

use super::support::{
    asked_with_json, assert_body, call, file, link, prompt, prompt_with_tools, say, schema, tool, weather,
};

fn question() -> [Message; 3] {
    [say(Role::User, "Hi"), say(Role::Assistant, "Hello!"), say(Role::User, "What is it?")]
}

/// Checks the body of a request with these attachments.
fn assert_attached(provider: &str, attachments: &[Attachment], expected: &str) {
    let messages = question();
    assert!(Wire::named(provider).unwrap().refuses(attachments).is_none());
    assert_body(provider, &Prompt { attachments, stream: false, ..prompt("m", &messages) }, expected);
}

/// <https://platform.openai.com/docs/guides/images-vision?api-mode=chat>, <https://platform.openai.com/docs/guides/audio>,
/// <https://platform.openai.com/docs/guides/file-inputs?api-mode=chat>
#[test]
fn chat_completions_have_parts_of_four_kinds() {
    assert_attached(
        "openai",
        &[
            file("image/png", "aW1n", "a.png"),
            link("image/jpeg", "https://a.example/b.jpg"),
            file("audio/wav", "d2F2", "c.wav"),
            file("audio/mpeg", "bXAz", "d.mp3"),
            file("application/pdf", "cGRm", "e.pdf"),
            file("application/pdf", "cGRm", ""),
        ],
        r#"{
            "model": "m",
            "messages": [
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": [
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,aW1n"}},
                    {"type": "image_url", "image_url": {"url": "https://a.example/b.jpg"}},
                    {"type": "input_audio", "input_audio": {"data": "d2F2", "format": "wav"}},
                    {"type": "input_audio", "input_audio": {"data": "bXAz", "format": "mp3"}},
                    {"type": "file", "file": {"filename": "e.pdf", "file_data": "data:application/pdf;base64,cGRm"}},
                    {"type": "file", "file": {"filename": "attachment", "file_data": "data:application/pdf;base64,cGRm"}},
                    {"type": "text", "text": "What is it?"}
                ]}
            ]
        }"#,
    );
}

/// <https://platform.openai.com/docs/guides/images-vision?api-mode=responses>,
/// <https://platform.openai.com/docs/guides/file-inputs?api-mode=responses>
#[test]
fn responses_have_images_and_files() {
    assert_attached(
        "openai-responses",
        &[
            file("image/png", "aW1n", "a.png"),
            link("image/jpeg", "https://a.example/b.jpg"),
            file("text/csv", "YSxi", "c.csv"),
            link("application/pdf", "https://a.example/d.pdf"),
        ],
        r#"{
            "model": "m",
            "input": [
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": [
                    {"type": "input_image", "image_url": "data:image/png;base64,aW1n"},
                    {"type": "input_image", "image_url": "https://a.example/b.jpg"},
                    {"type": "input_file", "filename": "c.csv", "file_data": "data:text/csv;base64,YSxi"},
                    {"type": "input_file", "file_url": "https://a.example/d.pdf"},
                    {"type": "input_text", "text": "What is it?"}
                ]}
            ]
        }"#,
    );
}

/// <https://platform.claude.com/docs/en/build-with-claude/vision>,
/// <https://platform.claude.com/docs/en/build-with-claude/pdf-support>
#[test]
fn anthropic_has_images_and_documents() {
    assert_attached(
        "anthropic",
        &[
            file("image/png", "aW1n", "a.png"),
            link("image/jpeg", "https://a.example/b.jpg"),
            file("application/pdf", "cGRm", "c.pdf"),
            link("application/pdf", "https://a.example/d.pdf"),
        ],
        r#"{
            "model": "m",
            "max_tokens": 4096,
            "messages": [
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": [
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aW1n"}},
                    {"type": "image", "source": {"type": "url", "url": "https://a.example/b.jpg"}},
                    {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "cGRm"}},
                    {"type": "document", "source": {"type": "url", "url": "https://a.example/d.pdf"}},
                    {"type": "text", "text": "What is it?"}
                ]}
            ]
        }"#,
    );
}

/// <https://ai.google.dev/api/caching#Blob>, <https://ai.google.dev/api/caching#FileData>,
/// <https://ai.google.dev/gemini-api/docs/file-input-methods>
#[test]
fn gemini_has_data_of_any_kind() {
    assert_attached(
        "gemini",
        &[file("video/mp4", "bXA0", "a.mp4"), link("application/pdf", "https://a.example/b.pdf")],
        r#"{
            "contents": [
                {"role": "user", "parts": [{"text": "Hi"}]},
                {"role": "model", "parts": [{"text": "Hello!"}]},
                {"role": "user", "parts": [
                    {"inlineData": {"mimeType": "video/mp4", "data": "bXA0"}},
                    {"fileData": {"mimeType": "application/pdf", "fileUri": "https://a.example/b.pdf"}},
                    {"text": "What is it?"}
                ]}
            ]
        }"#,
    );
}

/// <https://docs.ollama.com/capabilities/vision>
#[test]
fn ollama_has_images_beside_the_words() {
    assert_attached(
        "ollama",
        &[file("image/png", "aW1n", "a.png"), file("image/jpeg", "anBn", "b.jpg")],
        r#"{
            "model": "m",
            "messages": [
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": "What is it?", "images": ["aW1n", "anBn"]}
            ],
            "stream": false
        }"#,
    );
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
    for wire in asked_with_json().filter(|wire| wire.name != "relay") {
        let body = wire.encode("", &Prompt { attachments: &image, ..prompt_with_tools("m", &messages) }).body;
        assert_eq!(body.matches("aW1n").count(), 1, "{body}");
        let place = |words: &str| body.find(words).unwrap();
        assert!(place("First") < place("aW1n") && place("aW1n") < place("\"f\""), "{body}");
    }
}

fn refusal(provider: &str, attachment: Attachment) -> Option<String> {
    let error: Option<Error> = Wire::named(provider).unwrap().refuses(&[file("image/png", "", ""), attachment]);
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
    let relay = Wire::named("relay").unwrap();
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
    let plan = Settings::read(&format!(r#"{{"provider": "openai", {OPTIONS}}}"#)).unwrap().plan;
    assert_eq!((plan.max_steps, plan.schema.clone()), (3, Some(schema(r#"{"type":"string"}"#))));
    let [first, second] = &*plan.tools else { panic!("{:?}", plan.tools) };
    assert_eq!(*first, weather());
    assert_eq!((&*second.name, &*second.description, second.executes), ("stop", "", false));
    assert_eq!(second.parameters, schema(r#"{"type":"object","properties":{}}"#));
    let image = [file("image/png", "aW1n", "")];
    let body = schema(&plan.call(&question(), &image, "", false, true).body);
    assert_eq!(body.list("tools").len(), 2);
    assert!(body.get("response_format").is_some());
    assert_eq!(body.list("messages")[2].list("content").len(), 2);
    assert!(plan.wire.refuses(&[file("video/mp4", "", "")]).is_some());
}

#[test]
fn an_agent_without_them_has_none_and_eight_steps() {
    let plan = Settings::read(r#"{"model":"gpt-5"}"#).unwrap().plan;
    assert_eq!((plan.tools.len(), plan.schema, plan.max_steps), (0, None, 8));
}

#[test]
fn an_agent_with_tools_over_a_relay_is_refused_at_once() {
    let error = Settings::read(&format!(r#"{{"provider": "relay", {OPTIONS}}}"#)).unwrap_err();
    assert_eq!((error.code.as_str(), &*error.message), ("invalid-argument", "provider \"relay\" takes no tools"));
}
