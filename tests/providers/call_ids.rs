//! The ids of calls in a conversation that models of several vendors have had part in.

use refinire_web::json::Value;
use refinire_web::message::{Message, Role};
use refinire_web::provider::{IdForm, Protocol};

use crate::fixtures::{over_http, read};
use crate::support::{call, prompt_with_tools, say, tool};

fn kimi_was_here() -> Vec<Message> {
    vec![
        say(Role::User, "Weather?"),
        call("", &[("functions.f:0", "f", r#"{"a":1}"#), ("functions.f:1", "f", r#"{"a":2}"#)]),
        tool("functions.f:0", "one"),
        tool("functions.f:1", "two"),
        say(Role::Assistant, "Sunny."),
        say(Role::User, "And now?"),
    ]
}

/// The values of a member, wherever it stands.
fn values<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if name == key => found.push(text),
                    _ => values(value, key, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| values(item, key, found)),
        Value::Literal(_) | Value::String(_) => {}
    }
}

/// The ids of the calls that a request holds, and those of the results.
fn ids(provider: &str, base_url: &str, model: &str, messages: &[Message]) -> (Vec<String>, Vec<String>) {
    let protocol = Protocol::named(provider).unwrap();
    let body = Value::parse(protocol.encode(base_url, &prompt_with_tools(model, messages)).body.as_bytes()).unwrap();
    let names = read(protocol, "requests.json");
    let [Value::String(call), Value::String(result)] = names.list("callIds") else { panic!("{provider}: callIds") };
    let all = |key: &str| {
        let mut found = Vec::new();
        values(&body, key, &mut found);
        found.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    // Where both have the same name, the calls come first.
    let mut calls = all(call);
    let results = if result == call { calls.split_off(calls.len() / 2) } else { all(result) };
    (calls, results)
}

/// The formats that send ids with calls, under names that stand among their fixtures.
fn formats() -> impl Iterator<Item = &'static str> {
    over_http()
        .filter(|protocol| {
            protocol.tools && !read(protocol, "requests.json").get("callIds").unwrap().items().is_empty()
        })
        .map(|protocol| protocol.name)
}

#[test]
fn a_call_by_kimi_is_accepted_by_every_vendor() {
    for provider in formats() {
        let (calls, results) = ids(provider, "https://example.test/v1", "m", &kimi_was_here());
        assert_eq!(calls.len(), 2, "{provider}");
        assert_eq!(calls, results, "{provider}");
        assert_ne!(calls[0], calls[1], "{provider}");
        for id in &calls {
            assert!(IdForm::Common.fits(id), "{provider}: {id}");
            assert!(id.starts_with("functions_f_"), "one can still tell where it comes from: {id}");
        }
    }
}

#[test]
fn an_id_that_is_fine_goes_out_as_it_is() {
    let messages = [say(Role::User, "Go!"), call("", &[("toolu_01-A", "f", "{}")]), tool("toolu_01-A", "1")];
    for provider in formats() {
        assert_eq!(ids(provider, "", "m", &messages).0, ["toolu_01-A"], "{provider}");
    }
}

#[test]
fn ids_of_more_than_40_characters_are_shortened() {
    let long = ["x".repeat(41), format!("{}y", "x".repeat(40))];
    let calling = call("", &[(&long[0], "f", "{}"), (&long[1], "f", "{}")]);
    let messages = [say(Role::User, "Go!"), calling, tool(&long[0], "1"), tool(&long[1], "2")];
    let (calls, results) = ids("openai", "", "gpt-4o", &messages);
    assert_eq!(calls, results);
    assert!(calls[0] != calls[1] && calls.iter().all(|id| id.len() == 40), "{calls:?}");
}

/// Some servers begin each answer at `call_0`; Anthropic says "`tool_use` ids must be unique".
#[test]
fn an_id_that_is_used_again_in_a_later_turn_becomes_another() {
    let round = |text| [call("", &[("call_0", "f", "{}")]), tool("call_0", text)];
    let messages = [vec![say(Role::User, "Go!")], round("1").to_vec(), round("2").to_vec()].concat();
    for provider in formats() {
        let (calls, results) = ids(provider, "", "m", &messages);
        if provider == "gemini" {
            // It is sent none of our own.
            continue;
        }
        let mut all = [calls, results].concat();
        all.sort();
        assert!(all[0] == all[1] && all[1] != all[2] && all[2] == all[3], "{provider}: {all:?}");
        assert!(all.contains(&"call_0".to_owned()), "{provider}: {all:?}");
    }
}

#[test]
fn mistral_gets_nine_letters_or_digits() {
    let is_mistral = |base_url: &str, model: &str| {
        let (calls, results) = ids("openai", base_url, model, &kimi_was_here());
        assert_eq!(calls, results);
        calls.iter().all(|id| id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    assert!(is_mistral("https://api.mistral.ai/v1", "any"));
    assert!(is_mistral("https://codestral.mistral.ai/v1", "any"));
    for model in [
        "mistral-large-latest",
        "ministral-8b-2410",
        "magistral-medium",
        "codestral-latest",
        "devstral-small",
        "pixtral-12b",
        "open-mistral-nemo",
        "open-mixtral-8x22b",
        "mistralai/Mistral-7B-Instruct-v0.3",
    ] {
        assert!(is_mistral("https://openrouter.ai/api/v1", model), "{model}");
    }
    assert!(!is_mistral("https://openrouter.ai/api/v1?via=mistral.ai", "gpt-4o"));
    assert!(!is_mistral("https://notmistral.ai/v1", "gpt-4o"));
    assert!(!is_mistral("/api/openai/v1", "gpt-4o"));
}
