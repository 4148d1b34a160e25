//! Records of older and newer versions, and what cannot be read.

use refinire_web::conversation::{load, save, Conversation, Store, KEY_PREFIX};
use refinire_web::error::Code;
use refinire_web::json::Value;
use refinire_web::message::Role;

use crate::memory_store::{at, found, head_key, lines, parse, rich, said, Failing, MemoryStore, Records};

/// What version 1 kept under the name of "rich".
fn record() -> String {
    let mut record = rich().to_value();
    record.set("schema", 1_u64.into());
    record.to_json()
}

fn store_with(key: &str, value: &str) -> MemoryStore {
    let store = MemoryStore::default();
    store.set(key, value).unwrap();
    store.recount();
    store
}

fn migrate(store: &MemoryStore) -> Conversation {
    let mut page = found(store, "rich");
    save(store, &mut page).unwrap();
    page
}

#[test]
fn a_record_of_schema_1_is_read_and_kept_as_schema_2() {
    let store = store_with(&head_key("rich"), &record());
    let page = found(&store, "rich");
    assert_eq!(page.messages(), rich().messages());
    assert_eq!((page.shared_state(), page.updated_at()), (rich().shared_state(), rich().updated_at()));
    assert!(!page.is_kept(), "it is to be kept anew");
    let page = migrate(&store);
    assert!(page.is_kept());
    let head = parse(&store.get(&head_key("rich")).unwrap().unwrap());
    assert_eq!((head.get("schema").and_then(Value::as_unsigned), head.get("messages")), (Some(2), None));
    assert_eq!(store.keys().unwrap().len(), 1 + rich().messages().len());
    let again = found(&store, "rich");
    assert_eq!(again.messages(), rich().messages());
    assert_eq!((again.shared_state(), again.updated_at()), (rich().shared_state(), rich().updated_at()));
    assert!(again.is_kept());
}

#[test]
fn two_pages_that_migrate_at_once_keep_each_turn_once() {
    let store = store_with(&head_key("rich"), &record());
    let (mut one, mut other) = (found(&store, "rich").by("aaaa"), found(&store, "rich").by("bbbb"));
    one.add(said(Role::User, "one", &at(2_000)));
    other.add(said(Role::User, "other", &at(2_000)));
    save(&store, &mut one).unwrap();
    save(&store, &mut other).unwrap();
    let wanted = [lines(&rich()), vec!["one".into(), "other".into()]].concat();
    for mut page in [one, other, Conversation::new("rich")] {
        load(&store, &mut page).unwrap();
        assert_eq!(lines(&page), wanted);
    }
}

#[test]
fn a_migration_that_fails_at_any_point_loses_nothing() {
    for failing in 0.. {
        for way in [Failing::At, Failing::From] {
            let store = store_with(&head_key("rich"), &record());
            let mut page = found(&store, "rich");
            store.recount();
            store.failing.set(way(failing));
            let is_whole = save(&store, &mut page).is_ok();
            assert_eq!(is_whole, page.is_kept());
            store.failing.set(Failing::Never);
            assert_eq!(found(&store, "rich").messages(), rich().messages(), "failed at {failing}");
            // Another page goes on, then the first one, if it is still there.
            assert_eq!(migrate(&store).messages(), rich().messages());
            save(&store, &mut page).unwrap();
            assert_eq!(found(&store, "rich").messages(), rich().messages(), "failed at {failing}");
            assert_eq!(store.keys().unwrap().len(), 1 + rich().messages().len());
            if is_whole {
                return;
            }
        }
    }
}

#[test]
fn what_is_forgotten_before_it_was_kept_anew_does_not_come_back() {
    let store = store_with(&head_key("rich"), &record());
    let mut page = found(&store, "rich");
    page.clear(at(5_000));
    load(&store, &mut page).unwrap();
    assert!(page.messages().is_empty(), "{:?}", lines(&page));
    save(&store, &mut page).unwrap();
    assert!(page.is_kept() && found(&store, "rich").messages().is_empty());
}

#[test]
fn turns_that_are_not_kept_yet_survive_a_look_into_the_store() {
    let store = store_with(&head_key("rich"), &record());
    let mut page = found(&store, "rich");
    for _ in 0..2 {
        load(&store, &mut page).unwrap();
        assert_eq!(page.messages(), rich().messages());
    }
}

#[test]
fn a_record_of_schema_1_with_times_that_mean_nothing_keeps_its_order() {
    let times = [at(5), at(5), at(3), String::new(), "yesterday".to_owned(), at(9), at(5)];
    let turn =
        |(number, time): (usize, &String)| format!(r#"{{"role":"user","content":"{number}","timestamp":"{time}"}}"#);
    let turns: Vec<_> = times.iter().enumerate().map(turn).collect();
    let record = format!(r#"{{"schema":1,"messages":[{}]}}"#, turns.join(","));
    let store = store_with(&head_key("rich"), &record);
    let wanted: Vec<_> = (0..times.len()).map(|number| number.to_string()).collect();
    assert_eq!(lines(&migrate(&store)), wanted);
    let mut again = found(&store, "rich");
    assert_eq!(lines(&again), wanted);
    again.add(said(Role::User, "7", &at(0)));
    save(&store, &mut again).unwrap();
    assert_eq!(lines(&found(&store, "rich")).last().unwrap(), "7", "a clock that goes back changes no order");
}

#[test]
fn a_migration_into_a_full_store_keeps_the_newest() {
    let mut long = Conversation::new("rich");
    (0..20).for_each(|n| long.add(said(Role::User, &format!("{n} {}", "x".repeat(200)), &at(n))));
    let mut record = long.to_value();
    record.set("schema", 1_u64.into());
    for spare in (0..8_000).step_by(500) {
        let store = store_with(&head_key("rich"), &record.to_json());
        store.room.set(store.used() + spare);
        let mut page = found(&store, "rich");
        page.add(said(Role::User, "newest", &at(30)));
        let saved = save(&store, &mut page);
        let kept = lines(&found(&store, "rich"));
        assert_eq!(lines(&page).len(), 21, "who talks still sees everything");
        if page.is_kept() {
            assert!(lines(&page).ends_with(&kept) && !kept.is_empty(), "{kept:?}");
            assert_eq!(saved.is_ok(), kept.len() == 21, "{saved:?}");
        } else {
            assert!(saved.is_err());
            assert!(kept.starts_with(&lines(&page)[..20]), "the record of schema 1 stays while it is needed");
        }
    }
}

/// What was set aside, under the keys that it had.
fn aside(store: &MemoryStore) -> Records {
    let prefix = format!("{KEY_PREFIX}-unreadable");
    let records = store.records.borrow();
    let aside = records.iter().filter_map(|(key, value)| Some((key.strip_prefix(&prefix)?, value)));
    aside.map(|(rest, value)| (format!("{KEY_PREFIX}{rest}"), value.clone())).collect()
}

#[test]
fn what_a_newer_version_has_kept_is_set_aside_with_its_turns() {
    let store = MemoryStore::default();
    let mut talk = Conversation::new("talk");
    talk.add(said(Role::User, "hi", &at(0)));
    talk.grow("ho", &at(1));
    save(&store, &mut talk).unwrap();
    talk.grow("ho ho", &at(2));
    save(&store, &mut talk).unwrap();
    store.set(&head_key("talk"), r#"{"schema":4,"news":true}"#).unwrap();
    let before = store.records.borrow().clone();
    save(&store, &mut rich()).unwrap();
    let told = load(&store, &mut Conversation::new("talk")).unwrap_err();
    assert_eq!(told.code, Code::Storage);
    assert!(told.message.contains("newer version"), "{told}");
    assert_eq!(aside(&store), before);
    assert_eq!(found(&store, "rich").messages(), rich().messages(), "others are as they were");
    assert!(found(&store, "talk").messages().is_empty(), "told once");
}

/// A conversation of three turns with a head, and the key of the one in the middle.
fn three() -> (MemoryStore, String) {
    let store = MemoryStore::default();
    let mut talk = Conversation::new("talk");
    ["one", "two", "three"].iter().enumerate().for_each(|(n, turn)| talk.add(said(Role::User, turn, &at(n))));
    talk.set_shared_state(parse(r#"{"shared":1}"#));
    save(&store, &mut talk).unwrap();
    let key = store.keys().unwrap()[1].clone();
    (store, key)
}

#[test]
fn a_turn_that_cannot_be_read_is_set_aside_and_the_rest_stays() {
    for value in ["", "{", "null", "7", r#"{"role":"robot","content":"?"}"#, r#"{"role":"user"}"#] {
        let (store, key) = three();
        store.set(&key, value).unwrap();
        let mut talk = Conversation::new("talk");
        let told = load(&store, &mut talk).unwrap_err();
        assert_eq!(told.code, Code::Storage);
        assert_eq!(lines(&talk), ["one", "three"]);
        assert_eq!(talk.shared_state(), &parse(r#"{"shared":1}"#));
        assert_eq!(aside(&store), Records::from([(key.clone(), value.to_owned())]));
        assert_eq!(lines(&found(&store, "talk")), ["one", "three"], "told once");
        talk.add(said(Role::User, "four", &at(9)));
        save(&store, &mut talk).unwrap();
        assert_eq!(lines(&found(&store, "talk")), ["one", "three", "four"]);
    }
}

#[test]
fn a_head_that_cannot_be_read_is_set_aside_and_the_turns_stay() {
    let (store, _) = three();
    store.set(&head_key("talk"), "{").unwrap();
    let mut talk = Conversation::new("talk");
    assert_eq!(load(&store, &mut talk).unwrap_err().code, Code::Storage);
    assert_eq!(lines(&talk), ["one", "two", "three"]);
    assert_eq!(aside(&store), Records::from([(head_key("talk"), "{".to_owned())]));
}

#[test]
fn what_is_set_aside_twice_is_there_twice() {
    let (store, key) = three();
    for value in ["{", "[", "{"] {
        store.set(&key, value).unwrap();
        assert!(load(&store, &mut Conversation::new("talk")).is_err());
    }
    let values: Vec<_> = aside(&store).into_values().collect();
    assert!(values.contains(&"{".to_owned()) && values.contains(&"[".to_owned()), "{values:?}");
}

#[test]
fn setting_aside_that_fails_at_any_point_loses_nothing() {
    for failing in 0.. {
        let (store, key) = three();
        store.set(&key, "garbage").unwrap();
        store.recount();
        store.failing.set(Failing::From(failing));
        let is_over = load(&store, &mut Conversation::new("talk")).unwrap_err().message != "denied";
        let records = store.records.borrow();
        assert!(records.values().any(|value| value == "garbage"), "failed at {failing}");
        if is_over {
            break;
        }
    }
}
