//! What every format of the list writes of the same questions: it stands in `requests.json` among its fixtures. To add a
//! format, see `refinire_web::provider`; these tests then say what is missing.

use std::fs;
use std::path::Path;

use refinire_web::json::Value;
use refinire_web::message::{Attachment, FinishReason, Message, Role};
use refinire_web::provider::{select, Auth, Prompt, Protocol, PROTOCOLS};

use crate::fixtures::{over_http, read, Events};
use crate::support::{
    assert_body, call, failure, file, link, prompt, prompt_with_tools, say, schema, showing, tool, weather, whole,
};

/// `export type Provider = "…" | "…";`
#[test]
fn the_types_name_the_formats_of_the_list() {
    let types = include_str!("../../src/web/types.d.ts");
    let line = types.lines().find_map(|line| line.strip_prefix("export type Provider = ")).unwrap();
    let named: Vec<_> = line.trim_end_matches(';').split(" | ").map(|name| name.trim_matches('"')).collect();
    assert_eq!(named, PROTOCOLS.iter().map(|protocol| protocol.name).collect::<Vec<_>>());
}

#[test]
fn one_format_is_that_of_models_whose_names_say_nothing() {
    let defaults: Vec<_> = PROTOCOLS.iter().filter(|protocol| protocol.is_default).collect();
    let [default] = defaults[..] else { panic!("there are {} defaults", defaults.len()) };
    let selection = select("mistral-large", None).unwrap();
    assert_eq!((selection.protocol.name, selection.is_guess), (default.name, true));
}

#[test]
fn every_folder_of_fixtures_is_that_of_a_format() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap());
    for folder in entries.filter(|entry| entry.path().is_dir()) {
        let name = folder.file_name().into_string().unwrap();
        assert!(Protocol::named(&name).is_some(), "there is no provider {name}");
    }
}

/// What a format writes of one of these questions.
fn expected(protocol: &Protocol, question: &str) -> String {
    let found = read(protocol, "requests.json").get(question).map(Value::to_json);
    found.unwrap_or_else(|| panic!("{}/requests.json: no {question}", protocol.name))
}

#[test]
fn a_question_has_its_address_its_headers_its_key_and_its_options_where_the_format_wants_them() {
    let messages = [say(Role::User, "Hi")];
    let prompt =
        Prompt { instructions: "Be brief.", temperature: Some("0.7"), max_tokens: Some(50), ..prompt("m", &messages) };
    for protocol in over_http() {
        let call = protocol.encode("/b", &prompt);
        let headers = call.headers.chunks(2).fold(Value::object(), |headers, pair| headers.with(&pair[0], &*pair[1]));
        let key = match call.auth {
            Auth::Bearer => ["authorization", "Bearer KEY"],
            Auth::Header(name) => [name, "KEY"],
            Auth::None => panic!("{}: a request has a key", protocol.name),
        };
        let found = Value::object()
            .with("url", &*call.url)
            .with("headers", headers)
            .with("key", key.map(Value::string).to_vec())
            .with("body", schema(&call.body));
        assert_eq!(found.to_json(), expected(protocol, "question"), "{}", protocol.name);
    }
}

/// As Zod writes it.
const CITY: &str = r#"{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "people": {"anyOf": [{"type": "integer", "exclusiveMinimum": 0}, {"type": "null"}]},
        "kind": {"type": "string", "const": "city"},
        "since": {"type": "string", "format": "date", "pattern": "^\\d{4}"},
        "also": {"type": "array", "items": {"type": "object", "properties": {"minLength": {"type": "string"}}}, "maxItems": 3}
    },
    "required": ["name", "people"],
    "additionalProperties": false
}"#;

#[test]
fn a_schema_of_the_answer_is_what_the_format_has_for_it() {
    let (messages, city) = ([say(Role::User, "Rome?")], schema(CITY));
    let prompt = Prompt { schema: Some(&city), stream: false, ..prompt("m", &messages) };
    for protocol in over_http() {
        assert_body(protocol.name, &prompt, &expected(protocol, "schema"));
    }
}

/// One question, two calls at once and what they answered, one of them an error.
#[test]
fn tools_are_offered_and_a_round_with_them_goes_back() {
    let calls = [("call_a", "weather", r#"{"city":"Rome"}"#), ("call_b", "weather", "")];
    let messages = [
        say(Role::User, "Weather?"),
        call("I look.", &calls),
        tool("call_a", "sunny"),
        failure("call_b", "`city` is missing"),
    ];
    for protocol in over_http() {
        let refusal = protocol.refuses_tools(&[weather()]);
        assert_eq!(refusal.is_none(), protocol.tools, "{}", protocol.name);
        if protocol.tools {
            let prompt = Prompt { stream: false, ..prompt_with_tools("m", &messages) };
            assert_body(protocol.name, &prompt, &expected(protocol, "tools"));
        }
    }
}

/// Servers refuse calls and results in a request without tools.
#[test]
fn without_tools_calls_and_results_are_text_of_turns_that_alternate() {
    let messages = tools_were_used();
    for protocol in over_http() {
        assert_body(protocol.name, &prompt("m", &messages), &expected(protocol, "toolsAsText"));
    }
}

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

#[test]
fn nothing_of_a_call_is_left_but_text() {
    let messages = tools_were_used();
    for protocol in over_http() {
        let body = protocol.encode("", &prompt("m", &messages)).body;
        for word in ["tool", "function", "c1", "call_id"] {
            assert!(!body.contains(word), "{word} in {body}");
        }
    }
}

#[test]
fn a_result_whose_call_is_gone_is_left_out() {
    let messages = [say(Role::User, "Hi"), tool("gone", "?"), say(Role::User, "And now?")];
    for protocol in over_http() {
        let body = protocol.encode("", &prompt("m", &messages)).body;
        assert!(!body.contains('?') || !body.contains("returned"), "{body}");
    }
}

#[test]
fn an_answer_without_streaming_says_what_a_stream_would() {
    for events in Events::all() {
        assert_eq!(events.whole.is_some(), events.protocol.non_streaming, "{}", events.protocol.name);
        if let Some(body) = &events.whole {
            let answer = whole(events.protocol.name, &body.to_json());
            let reason = answer.finish.map(|(reason, _)| reason);
            assert_eq!((&*answer.text, reason), ("Hello", Some(FinishReason::Stop)), "{}", events.protocol.name);
        }
    }
}

/// What a person may want to show.
fn attachments() -> [Attachment; 9] {
    [
        file("image/png", "aW1n", "a.png"),
        link("image/jpeg", "https://a.example/b.jpg"),
        file("image/jpeg", "anBn", "c.jpg"),
        file("audio/wav", "d2F2", "d.wav"),
        file("audio/mpeg", "bXAz", "d.mp3"),
        file("application/pdf", "cGRm", "e.pdf"),
        link("application/pdf", "https://a.example/f.pdf"),
        file("text/csv", "YSxi", ""),
        file("video/mp4", "bXA0", "h.mp4"),
    ]
}

#[test]
fn what_a_format_takes_is_attached_to_the_question() {
    for protocol in over_http().filter(|protocol| !protocol.media.is_empty()) {
        let mut attachments = attachments().to_vec();
        attachments.retain(|attachment| protocol.refuses(std::slice::from_ref(attachment)).is_none());
        let question = showing("What is it?", &attachments);
        let messages = [say(Role::User, "Hi"), say(Role::Assistant, "Hello!"), question];
        let prompt = Prompt { stream: false, ..prompt("m", &messages) };
        assert_body(protocol.name, &prompt, &expected(protocol, "attachments"));
    }
}
