//! The core of a context, as context.js uses it.

use js_sys::{Date, Function, JSON};
use refinire_web::web::Conversation;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{call, fleeting, get, js, json, RefinireError};

fn messages(conversation: &Conversation) -> JsValue {
    JSON::parse(&conversation.messages()).unwrap()
}

/// A question and its answer.
fn talked() -> Conversation {
    let conversation = fleeting();
    conversation.add("system", "Be brief.", "{}");
    conversation.add("user", "Why?", r#"{"from":"form"}"#);
    conversation.add("assistant", "Because 👋🏽.", "{}");
    conversation
}

#[wasm_bindgen_test]
fn messages_are_told_as_they_were_added() {
    let messages = messages(&talked());
    assert_eq!(get(&messages, "length"), 3.0);
    assert_eq!(get(&messages, "1.role"), "user");
    assert_eq!(get(&messages, "1.content"), "Why?");
    assert_eq!(get(&messages, "1.metadata.from"), "form");
    assert_eq!(get(&messages, "2.role"), "assistant");
    assert_eq!(get(&messages, "2.content"), "Because 👋🏽.");
}

#[wasm_bindgen_test]
fn a_message_bears_the_time_it_was_added() {
    let before = Date::now();
    let told = get(&messages(&talked()), "0.timestamp").as_string().unwrap();
    let time = Date::new(&told.as_str().into());
    assert_eq!(String::from(time.to_iso_string()), told);
    assert!((before..=Date::now()).contains(&time.get_time()));
}

#[wasm_bindgen_test]
fn the_version_changes_when_the_messages_do() {
    let conversation = talked();
    let version = conversation.version();
    conversation.keep(r#"{"step":1}"#);
    assert_eq!(conversation.version(), version);
    conversation.add("user", "And?", "{}");
    let added = conversation.version();
    assert_ne!(added, version);
    conversation.clear();
    assert!(![version, added].contains(&conversation.version()));
}

#[wasm_bindgen_test]
fn the_text_leaves_instructions_out_unless_they_are_wanted() {
    let conversation = talked();
    assert_eq!(conversation.text(false), "User: Why?\nAssistant: Because 👋🏽.");
    assert_eq!(conversation.text(true), "System: Be brief.\nUser: Why?\nAssistant: Because 👋🏽.");
}

#[wasm_bindgen_test]
fn the_last_question_is_known_until_all_is_forgotten() {
    let conversation = talked();
    assert_eq!(conversation.last_user_input().as_deref(), Some("Why?"));
    conversation.clear();
    assert_eq!(conversation.last_user_input(), None);
    assert_eq!(conversation.messages(), "[]");
}

#[wasm_bindgen_test]
fn clearing_forgets_what_the_steps_share() {
    let conversation = talked();
    conversation.keep(r#"{"step":1}"#);
    assert_eq!(conversation.shared_state(), r#"{"step":1}"#);
    conversation.clear();
    assert_eq!(conversation.shared_state(), "{}");
}

#[wasm_bindgen_test]
fn a_record_is_adopted_under_the_adopters_own_name() {
    let source = talked();
    source.keep(r#"{"step":1}"#);
    let conversation = Conversation::new("other", "memory");
    conversation.add("user", "Forgotten", "{}");
    let version = conversation.version();
    conversation.adopt(&source.record()).unwrap();
    assert_eq!(conversation.messages(), source.messages());
    assert_eq!(conversation.shared_state(), r#"{"step":1}"#);
    assert_ne!(conversation.version(), version);
    assert_eq!(get(&JSON::parse(&conversation.record()).unwrap(), "id"), "other");
}

#[wasm_bindgen_test]
fn what_is_no_record_is_refused_and_changes_nothing() {
    for nonsense in ["", "nonsense", "[]", "{}", r#"{"schema":99,"messages":[]}"#] {
        let conversation = talked();
        let before = conversation.record();
        let error = conversation.adopt(nonsense).unwrap_err();
        assert!(error.is_instance_of::<RefinireError>(), "{nonsense}");
        assert!(get(&error, "code") == "storage" || get(&error, "code") == "protocol", "{nonsense}");
        assert_eq!(conversation.record(), before, "{nonsense}");
    }
}

#[wasm_bindgen_test]
fn metadata_that_is_not_json_is_none() {
    let conversation = fleeting();
    conversation.add("user", "Why?", "nonsense");
    assert_eq!(json(&get(&messages(&conversation), "0.metadata")), "{}");
}

#[wasm_bindgen_test]
fn half_of_a_surrogate_pair_does_no_harm() {
    let conversation = JsValue::from(fleeting());
    let add = get(&conversation, "add").unchecked_into::<Function>();
    add.call3(&conversation, &"user".into(), &js(r"'a\ud83db'"), &"{}".into()).unwrap();
    let told = call(&conversation, "messages").unwrap().as_string().unwrap();
    assert_eq!(get(&JSON::parse(&told).unwrap(), "0.content"), "a\u{fffd}b");
}

#[wasm_bindgen_test]
fn a_conversation_in_memory_has_no_problem_and_is_its_own() {
    let conversation = talked();
    conversation.keep("{}");
    assert!(conversation.problem().is_undefined());
    assert_eq!(Conversation::new("fleeting", "memory").messages(), "[]");
    assert_eq!(get(&Conversation::list("memory").unwrap(), "length"), 0.0);
}
