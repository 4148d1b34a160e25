//! Conversations in the page's real storages.

use refinire_web::web::Conversation;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Storage;

use crate::support::{
    add, get, js, json, listed, open, record, recorded, replace_in_page, same, storage_of, RefinireError, CLEAR, ERASE,
    SAVE, SHARE,
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

fn kept(id: &str, name: &str) -> Conversation {
    let (conversation, problem) = open(id, name);
    add(&conversation, "user", "Why? 👋🏽");
    for refused in [problem, conversation.change(SHARE, r#"{"sharedState":{"step":1}}"#), conversation.change(SAVE, "")]
    {
        assert!(refused.is_undefined());
    }
    conversation
}

fn list(name: &str) -> Result<JsValue, JsValue> {
    listed(&storage_of(name).0)
}

#[wasm_bindgen_test]
fn what_is_kept_is_there_again() {
    for name in ["local", "session"] {
        let _storage = storage(name);
        let conversation = kept("one", name);
        let (again, problem) = open("one", name);
        assert!(problem.is_undefined());
        assert_eq!(record(&again), record(&conversation));
        assert_eq!(recorded(&again, "messages.0.content"), r#""Why? 👋🏽""#);
        assert_eq!(recorded(&again, "sharedState"), r#"{"step":1}"#);
    }
}

#[wasm_bindgen_test]
fn a_conversation_is_a_key_and_one_for_each_turn_under_the_prefix() {
    for name in ["local", "session"] {
        let storage = storage(name);
        let conversation = kept("one", name);
        let keys = keys(&storage);
        assert_eq!((keys.len(), &*keys[1], &*keys[2]), (3, "refinire-web:one", "theme"));
        assert!(keys[0].starts_with("refinire-web/") && keys[0].ends_with("test:one"), "{}", keys[0]);
        assert_eq!(format!("[{}]", storage.get_item(&keys[0]).unwrap().unwrap()), recorded(&conversation, "messages"));
        let head = storage.get_item("refinire-web:one").unwrap().unwrap();
        assert!(
            head.starts_with(r#"{"schema":2,"updatedAt":""#) && head.ends_with(r#","sharedState":{"step":1}}"#),
            "{head}"
        );
    }
}

#[wasm_bindgen_test]
fn storages_know_nothing_of_each_other() {
    let (local, session) = (storage("local"), storage("session"));
    kept("one", "local");
    assert_eq!((keys(&local).len(), keys(&session).len()), (3, 1));
    assert_eq!(recorded(&open("one", "session").0, "messages"), "[]");
    kept("two", "session");
    for (name, id) in [("local", "one"), ("session", "two")] {
        let rows = list(name).unwrap();
        assert_eq!((get(&rows, "length").as_f64(), get(&rows, "0.id").as_string().as_deref()), (Some(1.0), Some(id)));
    }
}

#[wasm_bindgen_test]
fn memory_leaves_the_storages_alone() {
    let (local, session) = (storage("local"), storage("session"));
    kept("one", "memory");
    assert_eq!((keys(&local), keys(&session)), (vec!["theme".to_owned()], vec!["theme".to_owned()]));
}

#[wasm_bindgen_test]
fn an_added_message_is_not_kept_before_it_is_said() {
    let storage = storage("local");
    add(&open("one", "local").0, "user", "Why?");
    assert_eq!(keys(&storage), ["theme"]);
}

#[wasm_bindgen_test]
fn erasing_takes_one_conversation_and_nothing_else() {
    let storage = storage("local");
    let conversation = kept("one", "local");
    kept("two", "local");
    storage.set_item("one", "somebody's").unwrap();
    assert!(conversation.change(ERASE, "").is_undefined());
    let left = keys(&storage);
    assert_eq!((left.len(), &*left[0], &*left[2], &*left[3]), (4, "one", "refinire-web:two", "theme"));
    assert!(left[1].ends_with(":two"), "{}", left[1]);
    assert_eq!(storage.get_item("theme").unwrap().unwrap(), "dark");
}

#[wasm_bindgen_test]
fn the_list_has_the_newest_first_and_leaves_out_what_is_none_of_ours() {
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
    assert_eq!(json(&list("local").unwrap()), format!("[{rows}]"));
    assert_eq!(storage.get_item("refinire-web:broken").unwrap().unwrap(), "nonsense");
}

#[wasm_bindgen_test]
fn a_record_that_cannot_be_read_is_set_aside() {
    for record in ["nonsense", r#"{"schema":4,"messages":[]}"#] {
        let storage = storage("local");
        storage.set_item("refinire-web:one", record).unwrap();
        let (conversation, problem) = open("one", "local");
        assert_eq!(recorded(&conversation, "messages"), "[]");
        assert!(problem.is_instance_of::<RefinireError>());
        assert_eq!(get(&problem, "code"), "storage");
        assert!(open("one", "local").1.is_undefined(), "it is told once");
        assert_eq!(keys(&storage), ["refinire-web-unreadable:one", "theme"]);
        assert_eq!(storage.get_item("refinire-web-unreadable:one").unwrap().unwrap(), record);
        conversation.change(SAVE, "");
        assert_eq!(storage.get_item("refinire-web-unreadable:one").unwrap().unwrap(), record);
    }
}

#[wasm_bindgen_test]
fn a_full_storage_is_a_problem_that_loses_nothing() {
    let storage = storage("local");
    let conversation = kept("one", "local");
    let before = storage.get_item("refinire-web:one").unwrap();
    add(&conversation, "assistant", &"long ".repeat(1_200_000));
    let problem = conversation.change(SAVE, "");
    assert!(problem.is_instance_of::<RefinireError>());
    assert_eq!(get(&problem, "code"), "storage");
    let message = get(&problem, "message").as_string().unwrap();
    assert!(message.starts_with("the conversation could not be kept: "), "{message}");
    assert_eq!(get(&problem, "cause.name"), "QuotaExceededError");
    assert_eq!(storage.get_item("refinire-web:one").unwrap(), before);
    conversation.change(CLEAR, "");
    assert!(conversation.change(SAVE, "").is_undefined());
}

#[wasm_bindgen_test]
fn where_storage_is_denied_memory_takes_its_place() {
    for (name, property) in [("local", "localStorage"), ("session", "sessionStorage")] {
        let cause = js("new DOMException('denied', 'SecurityError')");
        let getter = js("(cause) => ({ get() { throw cause; } })");
        let getter: js_sys::Function = getter.unchecked_into();
        let restore = replace_in_page(property, &getter.call1(&JsValue::NULL, &cause).unwrap());
        let (conversation, problem) = open("one", name);
        add(&conversation, "user", "Why?");
        let after = conversation.change(SAVE, "");
        restore.call0(&JsValue::NULL).unwrap();
        assert_eq!(get(&problem, "code"), "storage");
        assert!(same(&get(&problem, "cause"), &cause));
        assert!(after.is_undefined());
        assert_eq!(get(&problem, "message"), "storage is denied, the conversation is kept in memory: denied");
        assert_eq!(recorded(&conversation, "messages.0.content"), r#""Why?""#);
    }
}

#[wasm_bindgen_test]
fn a_page_without_storage_is_told_so() {
    let restore = replace_in_page("localStorage", &js("({ value: null })"));
    let (_, problem) = open("one", "local");
    restore.call0(&JsValue::NULL).unwrap();
    assert_eq!(get(&problem, "message"), "there is no storage here: the conversation is kept in memory");
}

#[wasm_bindgen_test]
fn whatever_a_storage_throws_is_the_cause_of_an_error_that_says_what_failed() {
    let cause = js("new Error('lost')");
    let throwing: js_sys::Function =
        js("(cause) => ({ value: { 'refinire-web:one': '', getItem() { throw cause; }, setItem() { throw cause; }, removeItem() { throw cause; } } })").unchecked_into();
    let restore = replace_in_page("localStorage", &throwing.call1(&JsValue::NULL, &cause).unwrap());
    let (conversation, read) = open("one", "local");
    add(&conversation, "user", "Why?");
    let (kept, deleted) = (conversation.change(SAVE, ""), conversation.change(ERASE, ""));
    restore.call0(&JsValue::NULL).unwrap();
    for (problem, what) in [(read, "read"), (kept, "kept"), (deleted, "deleted")] {
        assert!(problem.is_instance_of::<RefinireError>());
        assert_eq!(get(&problem, "code"), "storage");
        assert_eq!(get(&problem, "message"), format!("the conversation could not be {what}: lost").as_str());
        assert!(same(&get(&problem, "cause"), &cause));
    }
}

#[wasm_bindgen_test]
fn a_storage_that_cannot_be_listed_gives_the_error_for_the_list() {
    let _storage = storage("local");
    kept("one", "local");
    let cause = js("new Error('lost')");
    let throwing: js_sys::Function =
        js("(cause) => ({ value: new Proxy({}, { ownKeys() { throw cause; } }) })").unchecked_into();
    let restore = replace_in_page("localStorage", &throwing.call1(&JsValue::NULL, &cause).unwrap());
    let problem = list("local").unwrap_err();
    restore.call0(&JsValue::NULL).unwrap();
    assert!(problem.is_instance_of::<RefinireError>());
    assert_eq!(get(&problem, "message"), "the conversations could not be listed: lost");
    assert!(same(&get(&problem, "cause"), &cause));
}
