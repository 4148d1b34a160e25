//! A context that is kept nowhere.

use js_sys::Array;
use refinire_web::web::Context;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{context, get, invoke, js, json, listed, object, recorded, same, set, told_in, RefinireError};

/// A question and its answer.
fn talked() -> JsValue {
    let (context, _) = context("talk", "memory");
    for (method, content) in
        [("addSystemMessage", "Be brief."), ("addUserMessage", "Why?"), ("addAssistantMessage", "Because 👋🏽.")]
    {
        invoke(&context, method, &[&content.into()]).unwrap();
    }
    context
}

#[wasm_bindgen_test]
fn messages_are_told_as_they_were_added() {
    let context = talked();
    invoke(&context, "addUserMessage", &[&"And?".into(), &js("({ from: 'form' })")]).unwrap();
    let messages = get(&context, "messages");
    assert_eq!(get(&messages, "length"), 4.0);
    assert_eq!(get(&messages, "2.role"), "assistant");
    assert_eq!(get(&messages, "2.content"), "Because 👋🏽.");
    assert_eq!(json(&get(&messages, "3.metadata")), r#"{"from":"form"}"#);
    let timestamp = json(&get(&messages, "3.timestamp"));
    assert_eq!(recorded(&context, "updatedAt"), timestamp);
    assert_eq!(get(&context, "lastUserInput"), "And?");
    let text = invoke(&context, "getConversationText", &[]).unwrap();
    assert_eq!(text, "User: Why?\nAssistant: Because 👋🏽.\nUser: And?");
    let last = invoke(&context, "getLastMessages", &[&2.into()]).unwrap();
    assert_eq!((get(&last, "length"), get(&last, "0.content")), (2.0.into(), "Because 👋🏽.".into()));
}

#[wasm_bindgen_test]
fn the_messages_are_the_same_frozen_array_until_they_change() {
    let context = talked();
    let messages = get(&context, "messages");
    set(&get(&context, "sharedState"), "step", &1.into());
    assert!(same(&get(&context, "messages"), &messages));
    assert!(js_sys::Object::is_frozen(messages.unchecked_ref::<js_sys::Object>()));
    invoke(&context, "addUserMessage", &[&"And?".into()]).unwrap();
    let added = get(&context, "messages");
    assert!(!same(&added, &messages));
    invoke(&context, "clear", &[]).unwrap();
    assert_eq!(json(&get(&context, "messages")), "[]");
}

#[wasm_bindgen_test]
fn clearing_forgets_the_messages_and_what_the_steps_share() {
    let context = talked();
    set(&get(&context, "sharedState"), "step", &1.into());
    assert_eq!(recorded(&context, "sharedState"), r#"{"step":1}"#);
    invoke(&context, "finish", &[]).unwrap();
    assert_eq!(get(&context, "finished"), true);
    invoke(&context, "clear", &[]).unwrap();
    assert_eq!(recorded(&context, "sharedState"), "{}");
    assert_eq!(recorded(&context, "messages"), "[]");
    assert_eq!(get(&context, "finished"), false);
}

#[wasm_bindgen_test]
fn a_record_is_taken_over_under_the_takers_own_name() {
    let source = talked();
    set(&get(&source, "sharedState"), "step", &1.into());
    let record = invoke(&source, "toJSON", &[]).unwrap();
    let options = object(&[("id", &"other".into()), ("storage", &"memory".into())]);
    let context = Context::from_json(&record, &options).unwrap();
    for path in ["messages", "sharedState", "updatedAt"] {
        assert_eq!(recorded(&context, path), recorded(&source, path), "{path}");
    }
    assert_eq!(recorded(&context, "id"), r#""other""#);
}

#[wasm_bindgen_test]
fn what_is_no_record_is_refused_with_what_was_wrong_with_it() {
    let options = object(&[("storage", &"memory".into())]);
    for nonsense in [
        "''",
        "undefined",
        "[]",
        "{}",
        "{ schema: 99, messages: [] }",
        "(() => { const a = {}; a.a = a; return a; })()",
    ] {
        let error = Context::from_json(&js(nonsense), &options).unwrap_err();
        assert!(error.is_instance_of::<RefinireError>(), "{nonsense}");
        assert_eq!(get(&error, "code"), "invalid-argument", "{nonsense}");
        let message = get(&error, "message").as_string().unwrap();
        assert!(message.starts_with("Context.fromJSON: "), "{message}");
        assert!(get(&error, "cause").is_instance_of::<RefinireError>(), "{nonsense}");
    }
}

#[wasm_bindgen_test]
fn what_is_no_message_is_refused_and_changes_nothing() {
    let context = talked();
    let before = json(&invoke(&context, "toJSON", &[]).unwrap());
    let deep = "[".repeat(200) + &"]".repeat(200);
    let cyclic = js("(() => { const a = {}; a.a = a; return a; })()");
    for (content, metadata, code) in [
        (1.into(), JsValue::UNDEFINED, "invalid-argument"),
        ("a".into(), js("() => {}"), "invalid-argument"),
        ("a".into(), cyclic, "invalid-argument"),
        ("a".into(), js(&format!("({{ deep: {deep} }})")), "protocol"),
    ] {
        let error = invoke(&context, "addUserMessage", &[&content, &metadata]).unwrap_err();
        assert_eq!(get(&error, "code"), code);
    }
    assert_eq!(json(&invoke(&context, "toJSON", &[]).unwrap()), before);
}

#[wasm_bindgen_test]
fn half_of_a_surrogate_pair_does_no_harm() {
    let (context, _) = context("talk", "memory");
    invoke(&context, "addUserMessage", &[&js(r"'a\ud83db'")]).unwrap();
    assert_eq!(get(&context, "messages.0.content"), "a\u{fffd}b");
}

#[wasm_bindgen_test]
async fn a_conversation_in_memory_has_no_problem_and_is_its_own() {
    let context = talked();
    assert!(told_in(&context, "save").await.is_ok());
    assert!(told_in(&context, "delete").await.is_ok());
    assert_eq!(json(&get(&context, "messages")), "[]");
    assert_eq!(json(&get(&talked(), "messages.length")), "3");
    let list = listed("memory").await.unwrap();
    assert_eq!(list.unchecked_into::<Array>().length(), 0);
}

#[wasm_bindgen_test]
fn listeners_are_told_and_one_that_frees_the_context_harms_nobody() {
    let context = talked();
    let log = Array::new();
    let note = js("(log, context, does) => (told) => { log.push(told === context); does?.(context); }");
    let listener =
        |does: &str| note.unchecked_ref::<js_sys::Function>().call3(&JsValue::NULL, &log, &context, &js(does)).unwrap();
    let ends = invoke(&context, "subscribe", &[&listener("undefined")]).unwrap();
    invoke(&context, "addUserMessage", &[&"1".into()]).unwrap();
    ends.unchecked_ref::<js_sys::Function>().call0(&JsValue::NULL).unwrap();
    invoke(&context, "addUserMessage", &[&"2".into()]).unwrap();
    assert_eq!(json(&log), "[true]");
    // What it adds is told as well, to those that listen by then.
    invoke(
        &context,
        "subscribe",
        &[&listener("(context) => { if (context.messages.length < 8) context.addUserMessage('more'); }")],
    )
    .unwrap();
    invoke(&context, "addUserMessage", &[&"3".into()]).unwrap();
    assert_eq!(get(&context, "messages.length"), 8.0);
    let other = invoke(&context, "subscribe", &[&listener("(context) => { try { context.free(); } catch {} }")]);
    invoke(&context, "subscribe", &[&listener("undefined")]).unwrap();
    let told = get(&log, "length").as_f64().unwrap();
    invoke(&context, "addUserMessage", &[&"4".into()]).unwrap();
    assert!(get(&log, "length").as_f64().unwrap() >= told + 3.0, "those behind it are told, too");
    assert!(invoke(&context, "addUserMessage", &[&"5".into()]).is_err());
    other.unwrap().unchecked_ref::<js_sys::Function>().call0(&JsValue::NULL).unwrap();
}
