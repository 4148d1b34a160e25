//! How conversations are kept, found again and listed.

use refinire_web::conversation::{erase, load, save, Conversation, Store, KEY_PREFIX};
use refinire_web::error::Code;
use refinire_web::json::Value;
use refinire_web::message::Role;

use crate::memory_store::{conversation, found, head_key, rich, Failing, MemoryStore};

#[test]
fn a_conversation_comes_back_from_its_record_as_it_was() {
    for mut original in [rich(), Conversation::new("empty")] {
        let store = MemoryStore::default();
        save(&store, &mut original).unwrap();
        assert!(original.is_kept());
        let loaded = found(&store, original.id());
        assert_eq!(loaded.to_value(), original.to_value());
        assert_eq!(loaded.messages(), original.messages());
        assert_eq!(loaded.updated_at(), original.updated_at());
        assert_eq!(loaded.shared_state(), original.shared_state());
        let keys = store.keys().unwrap();
        let turns = format!("{KEY_PREFIX}/2026-01-01T00:00:0");
        assert_eq!(keys.iter().filter(|key| key.starts_with(&turns)).count(), original.messages().len());
        let heads = usize::from(!original.messages().is_empty());
        assert_eq!(keys.iter().filter(|key| **key == head_key(original.id())).count(), heads, "{keys:?}");
    }
}

#[test]
fn what_was_never_kept_is_empty_and_what_was_forgotten_too() {
    let store = MemoryStore::default();
    save(&store, &mut conversation("a", &[(Role::User, "hi", "")])).unwrap();
    assert!(found(&store, "b").messages().is_empty());
    erase(&store, &mut Conversation::new("a")).unwrap();
    assert!(found(&store, "a").messages().is_empty());
    assert!(store.keys().unwrap().is_empty());
}

#[test]
fn what_a_record_lacks_is_empty_and_what_it_has_more_is_dropped() {
    let store = MemoryStore::default();
    let record = r#"{"schema":1,"more":1,"messages":[{"role":"user","content":"hi","more":2},{"role":"robot","content":"?"},
        {"role":"user"},7,{"role":"assistant","content":"ho","metadata":[],"interrupted":"yes","toolCalls":7}]}"#;
    store.set(&head_key("a"), record).unwrap();
    let loaded = found(&store, "a");
    let turns: Vec<_> = loaded.messages().iter().map(|turn| (turn.content.as_str(), turn.interrupted)).collect();
    assert_eq!(turns, [("hi", false), ("ho", false)]);
    assert_eq!(loaded.messages()[1].metadata, Value::object());
    assert_eq!(loaded.id(), "a", "it is called as it is kept");
    assert_eq!(loaded.shared_state(), &Value::object());
}

const UNREADABLE: [&str; 9] = [
    r#"{"schema":4,"id":"a","messages":[]}"#,
    r#"{"schema":1,"messages":[{"role":"user","content":"cut"#,
    r#"{"messages":[]}"#,
    r#"{"schema":0}"#,
    r#"{"schema":"1"}"#,
    "not JSON",
    "",
    "null",
    "[1]",
];

#[test]
fn a_record_that_is_newer_or_broken_is_set_aside_and_never_overwritten() {
    for record in UNREADABLE {
        let store = MemoryStore::default();
        store.set(&head_key("a"), record).unwrap();
        let problem = load(&store, &mut Conversation::new("a")).expect_err("somebody is told");
        assert_eq!(problem.code, Code::Storage);
        save(&store, &mut conversation("a", &[(Role::User, "hi", "")])).unwrap();
        let aside = format!("{KEY_PREFIX}-unreadable");
        let kept: Vec<_> = store.keys().unwrap().into_iter().filter(|key| key.starts_with(&aside)).collect();
        assert_eq!(kept.len(), 1, "{record}");
        assert_eq!(store.get(&kept[0]).unwrap().as_deref(), Some(record));
        assert!(problem.message.contains(&kept[0]), "{}", problem.message);
        assert_eq!(found(&store, "a").messages().len(), 1, "told once");
    }
}

#[test]
fn a_record_is_set_aside_also_where_there_is_no_room_for_two() {
    let record = "x".repeat(1_000);
    let store = MemoryStore::with_room(1_100);
    store.set(&head_key("a"), &record).unwrap();
    assert!(load(&store, &mut Conversation::new("a")).is_err());
    let _ = save(&store, &mut Conversation::new("a"));
    let values: Vec<_> = store.keys().unwrap().iter().filter_map(|key| store.get(key).unwrap()).collect();
    assert!(values.contains(&record), "{values:?}");
}

#[test]
fn a_record_that_cannot_be_set_aside_stays_where_it_is() {
    let record = "x".repeat(1_000);
    let store = MemoryStore::with_room(1_020);
    store.set(&head_key("a"), &record).unwrap();
    assert_eq!(load(&store, &mut Conversation::new("a")).unwrap_err().message, "full");
    assert_eq!(store.get(&head_key("a")).unwrap(), Some(record));
}

#[test]
fn a_store_that_fails_is_told_and_fails_nothing() {
    let store = MemoryStore::default();
    store.failing.set(Failing::From(0));
    assert_eq!(load(&store, &mut Conversation::new("a")).unwrap_err().message, "denied");
    let asked: Vec<_> = store.recount().into_iter().map(|(what, _)| what).collect();
    assert_eq!(asked, ["keys"], "what cannot be read is not written");
    for result in [save(&store, &mut rich()), erase(&store, &mut Conversation::new("a"))] {
        assert_eq!(result.unwrap_err().code, Code::Storage);
    }
    let full = MemoryStore::with_room(10);
    assert_eq!(save(&full, &mut rich()).unwrap_err().message, "full");
}

#[test]
fn a_conversation_takes_over_what_another_page_kept() {
    let mut here = conversation("a", &[(Role::User, "hi", "1")]);
    let version = here.version();
    here.replace(conversation("b", &[(Role::User, "hi", "1"), (Role::Assistant, "ho", "2")]), "3");
    assert_eq!((here.id(), here.messages().len(), here.updated_at()), ("a", 2, "2"));
    assert!(here.version() > version);
}
