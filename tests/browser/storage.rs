//! Conversations in the page's real storages.

use refinire_web::web::Conversation;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Storage;

use crate::support::{get, js, json, replace_in_page, same, RefinireError};

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
    let conversation = Conversation::new(id, name);
    conversation.add("user", "Why? 👋🏽", "{}");
    conversation.keep(r#"{"step":1}"#);
    conversation
}

#[wasm_bindgen_test]
fn what_is_kept_is_there_again() {
    for name in ["local", "session"] {
        let _storage = storage(name);
        let conversation = kept("one", name);
        assert!(conversation.problem().is_undefined());
        let again = Conversation::new("one", name);
        assert!(again.problem().is_undefined());
        assert_eq!(again.record(), conversation.record());
        assert_eq!(again.last_user_input().as_deref(), Some("Why? 👋🏽"));
        assert_eq!(again.shared_state(), r#"{"step":1}"#);
    }
}

#[wasm_bindgen_test]
fn a_conversation_is_one_key_under_the_prefix() {
    for name in ["local", "session"] {
        let storage = storage(name);
        let conversation = kept("one", name);
        assert_eq!(keys(&storage), ["refinire-web:one", "theme"]);
        assert_eq!(storage.get_item("refinire-web:one").unwrap().unwrap(), conversation.record());
        assert!(conversation.record().starts_with(r#"{"schema":1,"id":"one","#));
    }
}

#[wasm_bindgen_test]
fn storages_know_nothing_of_each_other() {
    let (local, session) = (storage("local"), storage("session"));
    kept("one", "local");
    assert_eq!((keys(&local).len(), keys(&session).len()), (2, 1));
    assert_eq!(Conversation::new("one", "session").messages(), "[]");
    kept("two", "session");
    // Four fields each, one behind the other.
    assert_eq!(get(&Conversation::list("local").unwrap(), "length"), 4.0);
    assert_eq!(get(&Conversation::list("session").unwrap(), "0"), "two");
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
    let conversation = Conversation::new("one", "local");
    conversation.add("user", "Why?", "{}");
    assert_eq!(keys(&storage), ["theme"]);
}

#[wasm_bindgen_test]
fn erasing_takes_one_conversation_and_nothing_else() {
    let storage = storage("local");
    let conversation = kept("one", "local");
    kept("two", "local");
    storage.set_item("one", "somebody's").unwrap();
    conversation.erase();
    assert!(conversation.problem().is_undefined());
    assert_eq!(keys(&storage), ["one", "refinire-web:two", "theme"]);
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
    let rows = json(&Conversation::list("local").unwrap());
    let row = |id, day| format!(r#""{id}","2025-01-0{day}T00:00:00.000Z","1","{id}?""#);
    assert_eq!(rows, format!("[{},{},{}]", row("new", 3), row("middle", 2), row("old", 1)));
    assert_eq!(storage.get_item("refinire-web:broken").unwrap().unwrap(), "nonsense");
}

#[wasm_bindgen_test]
fn a_record_that_cannot_be_read_is_set_aside() {
    for record in ["nonsense", r#"{"schema":2,"messages":[]}"#] {
        let storage = storage("local");
        storage.set_item("refinire-web:one", record).unwrap();
        let conversation = Conversation::new("one", "local");
        assert_eq!(conversation.messages(), "[]");
        let problem = conversation.problem();
        assert!(problem.is_instance_of::<RefinireError>());
        assert_eq!(get(&problem, "code"), "storage");
        assert!(conversation.problem().is_undefined(), "it is told once");
        assert_eq!(keys(&storage), ["refinire-web-unreadable:one", "theme"]);
        assert_eq!(storage.get_item("refinire-web-unreadable:one").unwrap().unwrap(), record);
        conversation.keep("{}");
        assert_eq!(storage.get_item("refinire-web-unreadable:one").unwrap().unwrap(), record);
    }
}

#[wasm_bindgen_test]
fn a_full_storage_is_a_problem_that_loses_nothing() {
    let storage = storage("local");
    let conversation = kept("one", "local");
    let before = storage.get_item("refinire-web:one").unwrap();
    conversation.add("assistant", &"long ".repeat(1_200_000), "{}");
    conversation.keep("{}");
    let problem = conversation.problem();
    assert_eq!(get(&problem, "code"), "storage");
    assert_eq!(get(&problem, "cause.name"), "QuotaExceededError");
    assert_eq!(storage.get_item("refinire-web:one").unwrap(), before);
    conversation.clear();
    conversation.keep("{}");
    assert!(conversation.problem().is_undefined());
}

#[wasm_bindgen_test]
fn where_storage_is_denied_memory_takes_its_place() {
    for (name, property) in [("local", "localStorage"), ("session", "sessionStorage")] {
        let cause = js("new DOMException('denied', 'SecurityError')");
        let getter = js("(cause) => ({ get() { throw cause; } })");
        let getter: js_sys::Function = getter.unchecked_into();
        let restore = replace_in_page(property, &getter.call1(&JsValue::NULL, &cause).unwrap());
        let conversation = Conversation::new("one", name);
        let problem = conversation.problem();
        conversation.add("user", "Why?", "{}");
        conversation.keep("{}");
        let after = conversation.problem();
        let listed = Conversation::list(name);
        restore.call0(&JsValue::NULL).unwrap();
        assert_eq!(get(&problem, "code"), "storage");
        assert!(same(&get(&problem, "cause"), &cause));
        assert!(after.is_undefined());
        assert_eq!(conversation.last_user_input().as_deref(), Some("Why?"));
        assert_eq!(json(&listed.unwrap()), "[]");
    }
}

#[wasm_bindgen_test]
fn a_page_without_storage_is_told_so() {
    let restore = replace_in_page("localStorage", &js("({ value: null })"));
    let problem = Conversation::new("one", "local").problem();
    restore.call0(&JsValue::NULL).unwrap();
    assert_eq!(get(&problem, "message"), "there is no storage here: the conversation is kept in memory");
}
