//! The core of a context, as context.js uses it.

use js_sys::{Function, JSON};
use refinire_web::web::Conversation;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    add, fleeting, get, js, json, open, record, recorded, storage_of, RefinireError, ADD, CLEAR, ERASE, SAVE, SHARE,
    TAKE,
};

/// A question and its answer.
fn talked() -> Conversation {
    let conversation = fleeting();
    add(&conversation, "system", "Be brief.");
    add(&conversation, "user", "Why?");
    add(&conversation, "assistant", "Because 👋🏽.");
    conversation
}

#[wasm_bindgen_test]
fn messages_are_told_as_they_were_added() {
    let conversation = talked();
    let message =
        r#"{"role":"user","content":"And?","timestamp":"2026-01-01T00:00:00.000Z","metadata":{"from":"form"}}"#;
    assert!(conversation.change(ADD, message).is_undefined());
    let messages = JSON::parse(&recorded(&conversation, "messages")).unwrap();
    assert_eq!(get(&messages, "length"), 4.0);
    assert_eq!(get(&messages, "2.role"), "assistant");
    assert_eq!(get(&messages, "2.content"), "Because 👋🏽.");
    assert_eq!(json(&get(&messages, "3")), message);
    assert_eq!(recorded(&conversation, "updatedAt"), r#""2026-01-01T00:00:00.000Z""#);
}

#[wasm_bindgen_test]
fn the_version_changes_when_the_messages_do() {
    let conversation = talked();
    let version = conversation.version();
    conversation.change(SHARE, r#"{"sharedState":{"step":1}}"#);
    conversation.change(SAVE, "");
    assert_eq!(conversation.version(), version);
    add(&conversation, "user", "And?");
    let added = conversation.version();
    assert_ne!(added, version);
    conversation.change(CLEAR, "");
    assert!(![version, added].contains(&conversation.version()));
}

#[wasm_bindgen_test]
fn clearing_forgets_the_messages_and_what_the_steps_share() {
    let conversation = talked();
    conversation.change(SHARE, r#"{"sharedState":{"step":1}}"#);
    assert_eq!(recorded(&conversation, "sharedState"), r#"{"step":1}"#);
    conversation.change(CLEAR, "2026-01-01T00:00:00.000Z");
    assert_eq!(recorded(&conversation, "sharedState"), "{}");
    assert_eq!(recorded(&conversation, "messages"), "[]");
    assert_eq!(recorded(&conversation, "updatedAt"), r#""2026-01-01T00:00:00.000Z""#);
}

#[wasm_bindgen_test]
fn a_record_is_taken_over_under_the_takers_own_name() {
    let source = talked();
    source.change(SHARE, r#"{"sharedState":{"step":1}}"#);
    let (conversation, _) = open("other", "memory");
    add(&conversation, "user", "Forgotten");
    let version = conversation.version();
    assert!(conversation.change(TAKE, &record(&source)).is_undefined());
    assert_eq!(recorded(&conversation, "messages"), recorded(&source, "messages"));
    assert_eq!(recorded(&conversation, "sharedState"), r#"{"step":1}"#);
    assert_ne!(conversation.version(), version);
    assert_eq!(recorded(&conversation, "id"), r#""other""#);
}

#[wasm_bindgen_test]
fn what_is_no_record_is_refused_and_changes_nothing() {
    for nonsense in ["", "nonsense", "[]", "{}", r#"{"schema":99,"messages":[]}"#] {
        let conversation = talked();
        let before = record(&conversation);
        let error = conversation.change(TAKE, nonsense);
        assert!(error.is_instance_of::<RefinireError>(), "{nonsense}");
        assert!(get(&error, "code") == "storage" || get(&error, "code") == "protocol", "{nonsense}");
        assert_eq!(record(&conversation), before, "{nonsense}");
    }
}

#[wasm_bindgen_test]
fn what_is_not_json_is_refused_and_changes_nothing() {
    let conversation = talked();
    let before = record(&conversation);
    for what in [ADD, SHARE] {
        for nonsense in ["", "nonsense", &"[".repeat(200)] {
            assert_eq!(get(&conversation.change(what, nonsense), "code"), "protocol", "{nonsense}");
        }
    }
    assert_eq!(record(&conversation), before);
}

#[wasm_bindgen_test]
fn half_of_a_surrogate_pair_does_no_harm() {
    let conversation = JsValue::from(fleeting());
    let change = get(&conversation, "change").unchecked_into::<Function>();
    let message = js(r#"'{"role":"user","content":"a\ud83db"}'"#);
    assert!(change.call2(&conversation, &ADD.into(), &message).unwrap().is_undefined());
    let told = crate::support::call(&conversation, "record").unwrap().as_string().unwrap();
    assert_eq!(get(&JSON::parse(&told).unwrap(), "messages.0.content"), "a\u{fffd}b");
}

#[wasm_bindgen_test]
fn a_conversation_in_memory_has_no_problem_and_is_its_own() {
    let conversation = talked();
    let before = record(&conversation);
    for what in [SAVE, ERASE] {
        assert!(conversation.change(what, "").is_undefined());
    }
    assert_eq!(record(&conversation), before);
    assert_eq!(recorded(&fleeting(), "messages"), "[]");
    let (storage, problem) = storage_of("memory");
    assert!(storage.is_undefined() && problem.is_undefined());
}
