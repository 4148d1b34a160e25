//! What there is to say of the conversations of a store.

use refinire_web::conversation::{list, save, Store};
use refinire_web::message::Role;

use crate::memory_store::{at, conversation, head_key, Failing, MemoryStore};

fn rows(store: &MemoryStore) -> Vec<(String, String, usize, String)> {
    let row = |row: refinire_web::conversation::Listed| (row.id, row.updated_at, row.messages, row.preview);
    list(store).unwrap().into_iter().map(row).collect()
}

fn row(id: &str, updated_at: &str, messages: usize, preview: &str) -> (String, String, usize, String) {
    (id.to_owned(), updated_at.to_owned(), messages, preview.to_owned())
}

#[test]
fn the_one_that_changed_last_comes_first_with_its_first_question() {
    let store = MemoryStore::default();
    let long = "é".repeat(200);
    for (id, turns) in [
        ("old", vec![(Role::System, "Be brief.", at(0)), (Role::User, "Why?", at(1)), (Role::User, "And?", at(9))]),
        ("new", vec![(Role::Assistant, "Hello!", at(3)), (Role::User, &long, at(4))]),
        ("twin", vec![(Role::User, "Same time", at(4))]),
        ("silent", vec![(Role::System, "Be brief.", at(2))]),
    ] {
        let turns: Vec<_> = turns.iter().map(|(role, content, at)| (*role, *content, at.as_str())).collect();
        save(&store, &mut conversation(id, &turns)).unwrap();
    }
    let wanted = [
        row("old", &at(9), 3, "Why?"),
        row("new", &at(4), 2, &"é".repeat(80)),
        row("twin", &at(4), 1, "Same time"),
        row("silent", &at(2), 1, ""),
    ];
    assert_eq!(rows(&store), wanted);
}

#[test]
fn records_of_schema_1_are_among_them_and_what_is_none_of_ours_is_not() {
    let store = MemoryStore::default();
    let first = r#"{"schema":1,"updatedAt":"2025-01-01T00:00:00.000Z","messages":[{"role":"assistant","content":"a"},{"role":"user","content":"b"}]}"#;
    for (key, value) in [
        (head_key("first"), first),
        (head_key("empty"), r#"{"schema":2,"updatedAt":"2025-01-02T00:00:00.000Z"}"#),
        (head_key("bad"), "nonsense"),
        (head_key("newer"), r#"{"schema":99}"#),
        (head_key("none"), r#"{"schema":0}"#),
        ("refinire-web-unreadable:old".to_owned(), first),
        ("refinire-website:theirs".to_owned(), first),
        ("refinire-web/nowhere:theirs".to_owned(), first),
        ("theirs".to_owned(), first),
    ] {
        store.set(&key, value).unwrap();
    }
    let wanted = [row("empty", "2025-01-02T00:00:00.000Z", 0, ""), row("first", "2025-01-01T00:00:00.000Z", 2, "b")];
    assert_eq!(rows(&store), wanted);
}

#[test]
fn no_more_is_read_than_is_shown_and_a_store_that_fails_is_an_error() {
    let store = MemoryStore::default();
    let turns: Vec<_> = (0..20).map(|number| (Role::User, "x", at(number))).collect();
    let turns: Vec<_> = turns.iter().map(|(role, content, at)| (*role, *content, at.as_str())).collect();
    save(&store, &mut conversation("talk", &turns)).unwrap();
    store.recount();
    assert_eq!(rows(&store)[0].2, 20);
    let calls: Vec<_> = store.recount().into_iter().map(|(what, _)| what).collect();
    assert_eq!(calls, ["keys", "get", "get"]);
    for call in 0..3 {
        store.recount();
        store.failing.set(Failing::At(call));
        assert!(list(&store).is_err(), "{call}");
    }
}
