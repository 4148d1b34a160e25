//! Conversations in the page's real storages.

use js_sys::Array;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Storage;

use crate::support::{
    context, get, invoke, js, json, listed, record, recorded, replace_in_page, same, set, told_in, RefinireError,
};

/// A storage with nothing of ours in it, and somebody else's key.
fn storage(name: &str) -> Storage {
    let window = web_sys::window().unwrap();
    let storage = if name == "session" { window.session_storage() } else { window.local_storage() };
    let storage = storage.unwrap().unwrap();
    storage.clear().unwrap();
    storage.set_item("theme", "dark").unwrap();
    storage
}

fn keys(storage: &Storage) -> Vec<String> {
    let mut keys: Vec<_> = (0..storage.length().unwrap()).map(|at| storage.key(at).unwrap().unwrap()).collect();
    keys.sort();
    keys
}

fn add(context: &JsValue, text: &str) {
    invoke(context, "addUserMessage", &[&text.into()]).unwrap();
}

async fn kept(id: &str, name: &str) -> JsValue {
    let (context, problems) = context(id, name);
    add(&context, "Why? 👋🏽");
    set(&get(&context, "sharedState"), "step", &1.into());
    told_in(&context, "save").await.unwrap();
    assert_eq!(problems.length(), 0);
    context
}

fn free(context: &JsValue) {
    invoke(context, "free", &[]).unwrap();
}

#[wasm_bindgen_test]
async fn what_is_kept_is_there_again() {
    for name in ["local", "session"] {
        let _storage = storage(name);
        let conversation = kept("one", name).await;
        let (again, problems) = context("one", name);
        assert_eq!((record(&again), problems.length()), (record(&conversation), 0));
        assert_eq!(recorded(&again, "messages.0.content"), r#""Why? 👋🏽""#);
        assert_eq!(json(&get(&again, "sharedState")), r#"{"step":1}"#);
        free(&again);
        free(&conversation);
    }
}

#[wasm_bindgen_test]
async fn a_conversation_is_a_key_and_one_for_each_turn_under_the_prefix() {
    for name in ["local", "session"] {
        let storage = storage(name);
        let conversation = kept("one", name).await;
        let keys = keys(&storage);
        assert_eq!((keys.len(), &*keys[1], &*keys[2]), (3, "refinire-web:one", "theme"));
        assert!(keys[0].starts_with("refinire-web/") && keys[0].ends_with(":one"), "{}", keys[0]);
        assert_eq!(format!("[{}]", storage.get_item(&keys[0]).unwrap().unwrap()), recorded(&conversation, "messages"));
        let head = storage.get_item("refinire-web:one").unwrap().unwrap();
        assert!(
            head.starts_with(r#"{"schema":2,"updatedAt":""#) && head.ends_with(r#","sharedState":{"step":1}}"#),
            "{head}"
        );
        free(&conversation);
    }
}

#[wasm_bindgen_test]
async fn storages_know_nothing_of_each_other() {
    let (local, session) = (storage("local"), storage("session"));
    let one = kept("one", "local").await;
    assert_eq!((keys(&local).len(), keys(&session).len()), (3, 1));
    assert_eq!(recorded(&context("one", "session").0, "messages"), "[]");
    let two = kept("two", "session").await;
    for (name, id) in [("local", "one"), ("session", "two")] {
        let rows = listed(name).await.unwrap();
        assert_eq!((get(&rows, "length").as_f64(), get(&rows, "0.id").as_string().as_deref()), (Some(1.0), Some(id)));
    }
    free(&one);
    free(&two);
}

#[wasm_bindgen_test]
async fn memory_leaves_the_storages_alone() {
    let (local, session) = (storage("local"), storage("session"));
    kept("one", "memory").await;
    assert_eq!((keys(&local), keys(&session)), (vec!["theme".to_owned()], vec!["theme".to_owned()]));
}

#[wasm_bindgen_test]
async fn erasing_takes_one_conversation_and_nothing_else() {
    let storage = storage("local");
    let conversation = kept("one", "local").await;
    let two = kept("two", "local").await;
    storage.set_item("one", "somebody's").unwrap();
    told_in(&conversation, "delete").await.unwrap();
    let left = keys(&storage);
    assert_eq!((left.len(), &*left[0], &*left[2], &*left[3]), (4, "one", "refinire-web:two", "theme"));
    assert!(left[1].ends_with(":two"), "{}", left[1]);
    assert_eq!(storage.get_item("theme").unwrap().unwrap(), "dark");
    free(&conversation);
    free(&two);
}

#[wasm_bindgen_test]
async fn the_list_has_the_newest_first_and_leaves_out_what_is_none_of_ours() {
    let storage = storage("local");
    for (id, day) in [("old", 1), ("new", 3), ("middle", 2)] {
        let record = format!(
            r#"{{"schema":1,"id":"{id}","updatedAt":"2025-01-0{day}T00:00:00.000Z","sharedState":{{}},"messages":[{{"role":"user","content":"{id}?"}}]}}"#
        );
        storage.set_item(&format!("refinire-web:{id}"), &record).unwrap();
    }
    storage.set_item("refinire-web:broken", "nonsense").unwrap();
    let row = |id, day| {
        format!(r#"{{"id":"{id}","updatedAt":"2025-01-0{day}T00:00:00.000Z","messages":1,"preview":"{id}?"}}"#)
    };
    let rows = [row("new", 3), row("middle", 2), row("old", 1)].join(",");
    assert_eq!(json(&listed("local").await.unwrap()), format!("[{rows}]"));
    assert_eq!(storage.get_item("refinire-web:broken").unwrap().unwrap(), "nonsense");
}

#[wasm_bindgen_test]
async fn a_record_that_cannot_be_read_is_set_aside() {
    for record in ["nonsense", r#"{"schema":4,"messages":[]}"#] {
        let storage = storage("local");
        storage.set_item("refinire-web:one", record).unwrap();
        let (conversation, problems) = context("one", "local");
        assert_eq!(recorded(&conversation, "messages"), "[]");
        assert!(problems.get(0).is_instance_of::<RefinireError>());
        assert_eq!(get(&problems.get(0), "code"), "storage");
        let (again, told) = context("one", "local");
        assert_eq!(told.length(), 0, "it is told once");
        assert_eq!(keys(&storage), ["refinire-web-unreadable:one", "theme"]);
        assert_eq!(storage.get_item("refinire-web-unreadable:one").unwrap().unwrap(), record);
        told_in(&conversation, "save").await.unwrap();
        assert_eq!(storage.get_item("refinire-web-unreadable:one").unwrap().unwrap(), record);
        free(&conversation);
        free(&again);
    }
}

#[wasm_bindgen_test]
async fn a_full_storage_is_a_problem_that_loses_nothing() {
    let storage = storage("local");
    let conversation = kept("one", "local").await;
    let before = storage.get_item("refinire-web:one").unwrap();
    add(&conversation, &"long ".repeat(1_200_000));
    let problem = told_in(&conversation, "save").await.unwrap_err();
    assert!(problem.is_instance_of::<RefinireError>());
    assert_eq!(get(&problem, "code"), "storage");
    let message = get(&problem, "message").as_string().unwrap();
    assert!(message.starts_with("the conversation could not be kept: "), "{message}");
    assert_eq!(get(&problem, "cause.name"), "QuotaExceededError");
    assert_eq!(storage.get_item("refinire-web:one").unwrap(), before);
    invoke(&conversation, "clear", &[]).unwrap();
    assert!(told_in(&conversation, "save").await.is_ok());
    free(&conversation);
}

#[wasm_bindgen_test]
async fn where_storage_is_denied_memory_takes_its_place() {
    for (name, property) in [("local", "localStorage"), ("session", "sessionStorage")] {
        let cause = js("new DOMException('denied', 'SecurityError')");
        let getter = js("(cause) => ({ get() { throw cause; } })");
        let getter: js_sys::Function = getter.unchecked_into();
        let restore = replace_in_page(property, &getter.call1(&JsValue::NULL, &cause).unwrap());
        let (conversation, problems) = context("one", name);
        add(&conversation, "Why?");
        let after = told_in(&conversation, "save").await;
        restore.call0(&JsValue::NULL).unwrap();
        let problem = problems.get(0);
        assert_eq!(get(&problem, "code"), "storage");
        assert!(same(&get(&problem, "cause"), &cause));
        assert!(after.is_ok() && problems.length() == 1);
        assert_eq!(get(&problem, "message"), "storage is denied, the conversation is kept in memory: denied");
        assert_eq!(recorded(&conversation, "messages.0.content"), r#""Why?""#);
    }
}

#[wasm_bindgen_test]
fn a_page_without_storage_is_told_so() {
    let restore = replace_in_page("localStorage", &js("({ value: null })"));
    let (_, problems) = context("one", "local");
    restore.call0(&JsValue::NULL).unwrap();
    assert_eq!(get(&problems, "0.message"), "there is no storage here: the conversation is kept in memory");
}

/// A page whose local storage throws this.
fn throwing(cause: &JsValue, storage: &str) -> js_sys::Function {
    let make: js_sys::Function = js(&format!("(cause) => ({{ value: {storage} }})")).unchecked_into();
    replace_in_page("localStorage", &make.call1(&JsValue::NULL, cause).unwrap())
}

#[wasm_bindgen_test]
async fn whatever_a_storage_throws_is_the_cause_of_an_error_that_says_what_failed() {
    let cause = js("new Error('lost')");
    let restore = throwing(
        &cause,
        "{ 'refinire-web:one': '', getItem() { throw cause; }, setItem() { throw cause; }, removeItem() { throw cause; } }",
    );
    let (conversation, problems) = context("one", "local");
    add(&conversation, "Why?");
    let saved = told_in(&conversation, "save").await;
    told_in(&conversation, "delete").await.unwrap();
    restore.call0(&JsValue::NULL).unwrap();
    for (problem, what) in [(problems.get(0), "read"), (saved.unwrap_err(), "kept"), (problems.pop(), "deleted")] {
        assert!(problem.is_instance_of::<RefinireError>());
        assert_eq!(get(&problem, "code"), "storage");
        assert_eq!(get(&problem, "message"), format!("the conversation could not be {what}: lost").as_str());
        assert!(same(&get(&problem, "cause"), &cause));
    }
    free(&conversation);
}

#[wasm_bindgen_test]
async fn a_storage_that_cannot_be_listed_gives_the_error_for_the_list() {
    let cause = js("new Error('lost')");
    let restore = throwing(&cause, "new Proxy({}, { ownKeys() { throw cause; } })");
    let problem = listed("local").await.unwrap_err();
    restore.call0(&JsValue::NULL).unwrap();
    assert!(problem.is_instance_of::<RefinireError>());
    assert_eq!(get(&problem, "message"), "the conversations could not be listed: lost");
    assert!(same(&get(&problem, "cause"), &cause));
}

/// An adapter over a map, at once or later.
const ADAPTER: &str = "(isLate) => { const held = new Map(); const done = (value) => (isLate ? Promise.resolve(value) : value); \
    return { held, getItem: (key) => done(held.get(key) ?? null), setItem: (key, value) => done(void held.set(key, value)), \
    removeItem: (key) => done(void held.delete(key)), keys: () => done([...held.keys()]) }; }";

#[wasm_bindgen_test]
async fn an_adapter_is_read_and_written_behind_what_is_done() {
    for is_late in [false, true] {
        let adapter = js(ADAPTER).unchecked_into::<js_sys::Function>();
        let adapter = adapter.call1(&JsValue::NULL, &is_late.into()).unwrap();
        let open = || {
            let options = crate::support::object(&[("id", &"one".into()), ("storage", &adapter)]);
            refinire_web::web::Context::make(&options).unwrap()
        };
        let one = open();
        let ready = crate::support::settled(get(&one, "ready")).await.unwrap();
        assert!(same(&ready, &one));
        add(&one, "Why?");
        told_in(&one, "save").await.unwrap();
        assert_eq!(get(&adapter, "held.size"), 2.0);
        let two = open();
        assert_eq!(json(&get(&two, "messages")), "[]");
        crate::support::settled(get(&two, "ready")).await.unwrap();
        assert_eq!(get(&two, "messages.0.content"), "Why?");
        free(&one);
        free(&two);
    }
    let refused = Array::of1(&js("({ getItem() {} })"));
    let options = crate::support::object(&[("storage", &refused.get(0))]);
    assert_eq!(get(&refinire_web::web::Context::make(&options).unwrap_err(), "code"), "invalid-argument");
}
