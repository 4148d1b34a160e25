//! The JSON Schema of the answer: how each format asks for it, alone and beside tools.

use refinire_web::json::Value;
use refinire_web::message::{Message, Role};
use refinire_web::provider::{Prompt, Protocol};

use super::fixtures::over_http;
use super::support::{assert_body, prompt, say, schema, weather};

fn question() -> [Message; 1] {
    [say(Role::User, "Rome?")]
}

/// The body of a request for an answer of that schema.
fn asked(provider: &str, model: &str, answer: &str, with_tools: bool) -> Value {
    let (messages, answer, tools) = (question(), schema(answer), [weather()]);
    let tools = if with_tools { &tools[..] } else { &[] };
    let prompt = Prompt { schema: Some(&answer), tools, ..prompt(model, &messages) };
    schema(&Protocol::named(provider).unwrap().encode("", &prompt).body)
}

const POINT: &str = r#"{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "at": {"type": "array", "items": {"type": "number"}},
        "label": {"anyOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "null"}]},
        "of": {"type": ["object", "null"], "properties": {}, "required": [], "additionalProperties": false}
    },
    "required": ["at", "label", "of"],
    "additionalProperties": false
}"#;

/// <https://platform.openai.com/docs/guides/structured-outputs#supported-schemas>: "all fields must be required",
/// "additionalProperties: false must always be set in objects".
#[test]
fn openai_is_strict_with_a_schema_that_it_can_be_strict_with_and_takes_any_other_as_it_is() {
    let strict = |answer: &str| {
        let chat = asked("openai", "gpt-4o", answer, false);
        let chat = chat.get("response_format").unwrap().get("json_schema").unwrap();
        let responses = asked("openai-responses", "gpt-4o", answer, false);
        let responses = responses.get("text").unwrap().get("format").unwrap();
        assert_eq!((chat.get("schema"), responses.get("schema")), (Some(&schema(answer)), Some(&schema(answer))));
        assert_eq!(responses.get("strict"), Some(&chat.get("strict").is_some().into()));
        chat.get("strict") == Some(&true.into())
    };
    assert!(strict(POINT));
    for (from, to) in [
        (r#""required": ["at", "label", "of"],"#, r#""required": ["at", "of"],"#),
        (r#""required": ["at", "label", "of"],"#, ""),
        (
            r#"["at", "label", "of"],
    "additionalProperties": false"#,
            r#"["at", "label", "of"]"#,
        ),
        ("false}", "true}"),
        (r#""properties": {}, "#, ""),
        (r#""items": {"type": "number"}"#, r#""items": {"type": "number", "minimum": 1}"#),
        (r#""items": {"type": "number"}"#, r#""items": {}"#),
        (r#", "items": {"type": "number"}"#, ""),
        (r#"{"type": "null"}]"#, r##"{"$ref": "#"}]"##),
        (r#""items": {"type": "number"}"#, r#""items": {"type": "object", "properties": {"x": {"type": "number"}}}"#),
    ] {
        let open = POINT.replacen(from, to, 1);
        assert_ne!(open, POINT, "{from}");
        assert!(!strict(&open), "{open}");
    }
    assert!(!strict(r#"{"type": "array", "items": {"type": "string"}}"#), "the whole has to be an object");
}

#[test]
fn the_configuration_of_gemini_has_the_options_too() {
    let (messages, answer) = (question(), schema(r#"{"type":["string","null"]}"#));
    let prompt =
        Prompt { schema: Some(&answer), temperature: Some("1"), max_tokens: Some(5), ..prompt("m", &messages) };
    assert_body(
        "gemini",
        &prompt,
        r#"{
            "contents": [{"role": "user", "parts": [{"text": "Rome?"}]}],
            "generationConfig": {"temperature": 1, "maxOutputTokens": 5, "responseMimeType": "application/json",
                "responseSchema": {"nullable": true, "type": "string"}}
        }"#,
    );
}

#[test]
fn a_relay_is_told_in_the_system_turn() {
    let (messages, answer) = (question(), schema(r#"{"type":"string"}"#));
    assert_body(
        "relay",
        &Prompt { schema: Some(&answer), instructions: "Be brief.", ..prompt("", &messages) },
        r#"{"message": "Rome?", "messages": [
            {"role": "system", "content":
                "Be brief.\n\nAnswer with JSON only, without a word around it, that fits this JSON Schema: {\"type\":\"string\"}"},
            {"role": "user", "content": "Rome?"}], "model": ""}"#,
    );
}

/// What neither the one nor the other can say of an answer.
const BEYOND: &[&str] = &[
    r##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##,
    r#"{"type":"object","properties":{"any":{}}}"#,
    r#"{"type":"array","items":{"type":"object","additionalProperties":{"type":"number"}}}"#,
    r#"{"type":"array","prefixItems":[{"type":"string"}],"items":false}"#,
    r#"{"anyOf":[{"type":"string"},{"allOf":[{"type":"string"}]}]}"#,
    r#"{"type":"object","properties":{"a":{"type":"string"}},"patternProperties":{"^b":{"type":"string"}}}"#,
];

/// <https://ai.google.dev/api/generate-content#generationconfig>: "While the full JSON Schema may be sent, not all
/// features are supported."
#[test]
fn gemini_gets_what_its_own_schemas_cannot_say_as_json_schema() {
    let own =
        [r#"{"enum":[1,2],"type":"integer"}"#, r#"{"type":["string","number"]}"#, r#"{"type":"null","const":null}"#];
    for answer in BEYOND.iter().chain(&own) {
        let body = asked("gemini", "m", answer, false);
        let config = body.get("generationConfig").unwrap();
        assert_eq!(config.get("responseSchema"), None);
        assert_eq!(config.get("responseJsonSchema"), Some(&schema(answer)));
        assert_eq!(config.text("responseMimeType"), Some("application/json"));
    }
}

/// <https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations>
#[test]
fn anthropic_is_told_in_words_what_its_schemas_cannot_say() {
    for answer in BEYOND.iter().chain(&[r#"{"type":"object"}"#]) {
        let body = asked("anthropic", "m", answer, false);
        assert_eq!(body.get("output_config"), None, "{answer}");
        assert!(body.text("system").unwrap().ends_with(&schema(answer).to_json()));
    }
    let says = [r#"{"enum":[1,2],"type":"integer"}"#, r#"{"type":["string","number"]}"#];
    for answer in says {
        let body = asked("anthropic", "m", answer, false);
        assert_eq!(body.get("system"), None);
        let format = body.get("output_config").and_then(|config| config.get("format")).unwrap();
        assert_eq!(format.get("schema"), Some(&schema(answer)));
    }
}

#[test]
fn tools_and_a_schema_go_together() {
    let answer = r#"{"type":"object","properties":{"name":{"type":"string"}}}"#;
    for protocol in over_http().filter(|protocol| protocol.tools) {
        let Value::Object(members) = asked(protocol.name, "m", answer, false) else { panic!("{}", protocol.name) };
        let both = asked(protocol.name, "m", answer, true);
        assert_eq!(both.list("tools").len(), 1, "{}", protocol.name);
        for (name, value) in members {
            assert_eq!(both.get(&name), Some(&value), "{}", protocol.name);
        }
    }
}

/// <https://github.com/googleapis/python-genai/issues/867>; Gemini 3 has both:
/// <https://ai.google.dev/gemini-api/docs/structured-output>
#[test]
fn gemini_before_3_is_told_in_words_where_there_are_tools() {
    let answer = r#"{"type":"string"}"#;
    for (model, with_tools, in_words) in [
        ("gemini-2.5-flash", true, true),
        ("models/gemini-1.5-pro", true, true),
        ("gemini-2.5-flash", false, false),
        ("gemini-3.5-flash", true, false),
        ("models/gemini-3.1-pro-preview", true, false),
        ("gemini-flash-latest", true, false),
    ] {
        let body = asked("gemini", model, answer, with_tools);
        assert_eq!(body.get("systemInstruction").is_some(), in_words, "{model}");
        assert_eq!(body.get("generationConfig").is_some(), !in_words, "{model}");
        assert_eq!(body.get("tools").is_some(), with_tools, "{model}");
    }
}
