//! What another page has kept, as this one is told of it; the keys; and the listing.

use refinire_web::conversation::{apply, erase, load, save, Conversation, Store, KEY_PREFIX};
use refinire_web::error::Code;
use refinire_web::message::{ModelTurn, Role};

use crate::memory_store::{at, conversation, found, head_key, lines, parse, said, MemoryStore, Records};

/// Every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let longer = |order: Vec<usize>| {
        (0..count).map(move |at| {
            let mut order = order.clone();
            order.insert(at, count - 1);
            order
        })
    };
    orders(count - 1).into_iter().flat_map(longer).collect()
}

/// A question and an answer that has grown in three steps, with what is shared.
fn growing() -> (MemoryStore, Conversation) {
    let store = MemoryStore::default();
    let mut talk = Conversation::new("talk");
    talk.add(said(Role::User, "?", &at(0)));
    talk.set_shared_state(parse(r#"{"step":1}"#));
    for text in ["a", "ab", "abc"] {
        talk.grow(text, &at(1));
        save(&store, &mut talk).unwrap();
    }
    (store, talk)
}

fn told(records: &Records, order: &[usize], listener: &mut Conversation) {
    let records: Vec<_> = records.iter().collect();
    for at in order {
        apply(listener, records[*at].0, Some(records[*at].1)).unwrap();
    }
}

#[test]
fn whatever_order_another_pages_writes_are_told_in_the_conversation_is_what_was_kept() {
    let (store, mut talk) = growing();
    let open = store.records.borrow().clone();
    talk.answer(ModelTurn::new("abcd"), false, at(2));
    save(&store, &mut talk).unwrap();
    let done = store.records.borrow().clone();
    assert_eq!((open.len(), done.len()), (5, 3));
    for records in [&open, &done] {
        let wanted = found(&MemoryStore::of(records), "talk");
        for order in orders(records.len()) {
            let mut listener = Conversation::new("talk");
            told(records, &order, &mut listener);
            assert_eq!(listener.messages(), wanted.messages(), "{order:?}");
            assert_eq!(listener.shared_state(), wanted.shared_state());
            assert_eq!(listener.updated_at(), wanted.updated_at());
            let version = listener.version();
            told(records, &order, &mut listener);
            assert_eq!(listener.messages(), wanted.messages(), "told twice: {order:?}");
            assert_eq!(listener.version(), version, "nothing has changed");
            load(&MemoryStore::of(records), &mut listener).unwrap();
            assert_eq!(listener.messages(), wanted.messages(), "and read: {order:?}");
            assert_eq!(listener.version(), version, "nothing has changed");
        }
    }
    // Late news of what has grown since, or has come to its end.
    let mut listener = found(&store, "talk");
    told(&open, &[0, 1, 2, 3, 4], &mut listener);
    assert_eq!(lines(&listener), ["?", "abcd"]);
}

/// What a store holds, after each write to it.
fn written(work: &mut dyn FnMut(&MemoryStore) -> bool, store: &MemoryStore) -> Vec<(String, String)> {
    let mut changes = Vec::new();
    loop {
        let before = store.records.borrow().clone();
        let goes_on = work(store);
        for (key, value) in store.records.borrow().iter() {
            if before.get(key) != Some(value) {
                changes.push((key.clone(), value.clone()));
            }
        }
        if !goes_on {
            return changes;
        }
    }
}

#[test]
fn an_answer_that_is_gone_on_with_grows_in_other_pages_and_late_news_take_nothing_back() {
    let store = MemoryStore::default();
    let mut talk = Conversation::new("talk");
    talk.add(said(Role::User, "?", &at(0)));
    let mut step = 0;
    let changes = written(
        &mut |store| {
            match step {
                0 => talk.grow("ab", &at(1)),
                1 => talk.grow("abc", &at(1)),
                2 => talk.answer(ModelTurn::new("abc"), true, at(2)),
                3 => assert_eq!(talk.go_on(9, &at(3)).unwrap().1.content, "abc"),
                4 => talk.grow("abcd", &at(3)),
                5 => talk.grow("abcde", &at(3)),
                _ => talk.answer(ModelTurn::new("abcdef"), false, at(4)),
            }
            save(store, &mut talk).unwrap();
            step += 1;
            step < 7
        },
        &store,
    );
    // Told as they happen, the text only grows.
    let mut listener = Conversation::new("talk");
    let mut seen = Vec::new();
    for (key, value) in &changes {
        apply(&mut listener, key, Some(value)).unwrap();
        seen.extend(lines(&listener).get(1).cloned());
    }
    seen.dedup();
    assert_eq!(seen, ["ab…", "abc…", "abcd…", "abcde…", "abcdef"]);
    // Told by two ways, one of them late by any number of changes, nothing that was seen goes.
    for late in 1..changes.len() {
        let mut listener = Conversation::new("talk");
        let mut longest = 0;
        for at in 0..changes.len() + late {
            for place in [Some(at), at.checked_sub(late)].into_iter().flatten() {
                let Some((key, value)) = changes.get(place) else { continue };
                apply(&mut listener, key, Some(value)).unwrap();
                let length = listener.messages().get(1).map_or(0, |answer| answer.content.len());
                assert!(length >= longest, "{length} of {longest} at {at}, late by {late}");
                longest = length;
            }
        }
        assert_eq!(lines(&listener), ["?", "abcdef"], "late by {late}");
    }
}

#[test]
fn what_steps_shared_is_forgotten_with_the_head_unless_this_page_has_changed_it() {
    let (store, _) = growing();
    for by_news in [true, false] {
        let forget = |listener: &mut Conversation| {
            if by_news {
                apply(listener, &head_key("talk"), None).unwrap();
            } else {
                load(&MemoryStore::default(), listener).unwrap();
            }
        };
        let mut listener = found(&store, "talk");
        assert_eq!(listener.shared_state().to_json(), r#"{"step":1}"#);
        forget(&mut listener);
        assert_eq!(listener.shared_state().to_json(), "{}", "{by_news}");
        let mut listener = found(&store, "talk");
        listener.set_shared_state(parse(r#"{"step":2}"#));
        forget(&mut listener);
        assert_eq!(listener.shared_state().to_json(), r#"{"step":2}"#, "{by_news}");
        // What is said then is kept with a head again.
        let after = MemoryStore::default();
        listener.add(said(Role::User, "again", &at(9)));
        save(&after, &mut listener).unwrap();
        assert_eq!(found(&after, "talk").shared_state().to_json(), r#"{"step":2}"#, "{by_news}");
    }
}

#[test]
fn what_another_page_has_forgotten_goes_and_what_is_not_kept_yet_stays() {
    let (store, _) = growing();
    let mut listener = found(&store, "talk");
    listener.add(said(Role::User, "mine", &at(9)));
    for key in store.keys().unwrap() {
        apply(&mut listener, &key, None).unwrap();
    }
    assert_eq!(lines(&listener), ["mine"]);
    save(&store, &mut listener).unwrap();
}

#[test]
fn an_answer_that_ended_while_its_beginning_was_forgotten_elsewhere_is_kept() {
    let (store, mut talk) = growing();
    talk.answer(ModelTurn::new("abcd"), false, at(2));
    let hidden = store.records.take();
    load(&store, &mut talk).unwrap();
    assert_eq!(lines(&talk), ["abcd"], "the end is not kept yet");
    save(&store, &mut talk).unwrap();
    assert_eq!(lines(&found(&store, "talk")), ["abcd"]);
    // Or the store did not tell the truth.
    for (key, value) in hidden {
        store.records.borrow_mut().entry(key).or_insert(value);
    }
    load(&store, &mut talk).unwrap();
    assert_eq!((lines(&talk), lines(&found(&store, "talk"))), (vec!["?".into(), "abcd".into()], lines(&talk)));
}

#[test]
fn what_this_page_is_writing_it_knows_better() {
    let (store, mut talk) = growing();
    let early = store.records.borrow().clone();
    talk.grow("abcdef", &at(3));
    told(&early, &[0, 1, 2, 3, 4], &mut talk);
    assert_eq!(lines(&talk), ["?", "abcdef…"]);
    talk.answer(ModelTurn::new("abcdefg"), false, at(4));
    told(&early, &[0, 1, 2, 3, 4], &mut talk);
    assert_eq!(lines(&talk), ["?", "abcdefg"]);
    talk.clear(at(5));
    told(&early, &[0, 1, 2, 3, 4], &mut talk);
    assert!(talk.messages().is_empty());
}

#[test]
fn what_is_not_of_this_conversation_changes_nothing_and_what_cannot_be_read_is_told() {
    let (store, talk) = growing();
    let turn = store.keys().unwrap().into_iter().find(|key| key.starts_with(&format!("{KEY_PREFIX}/"))).unwrap();
    let mut listener = found(&store, "talk");
    let version = listener.version();
    for key in ["", "theirs", "refinire-web", "refinire-web/", "refinire-web+:talk", "refinire-web:talkative"] {
        for value in [None, Some(""), Some("{"), Some(r#"{"role":"user","content":"no"}"#)] {
            apply(&mut listener, key, value).unwrap();
        }
    }
    apply(&mut listener, &turn.replace(":talk", ":other"), None).unwrap();
    apply(&mut listener, &turn.replace(":talk", ":other"), Some("{")).unwrap();
    for key in [&turn, &head_key("talk")] {
        for garbage in ["", "{", "null", "[1]"] {
            assert_eq!(apply(&mut listener, key, Some(garbage)).unwrap_err().code, Code::Storage, "{garbage}");
        }
    }
    assert_eq!((listener.messages(), listener.version()), (talk.messages(), version));
}

/// What looks like a key of ours and is none.
fn foreign_keys(id: &str) -> Vec<String> {
    let place = "2026-01-01T00:00:00.000Z000000aaaa";
    let broken = [
        "2026-01-01T00:00:00.000Z000000aaa".to_owned(),
        "2026-01-01T00:00:00.000Z000000aaaaa".to_owned(),
        "2026-01-01T00:00:00.000Z00000xaaaa".to_owned(),
        "2026-01-01T00:00:00.000Z000000aa:a".to_owned(),
        "2026-01-01 00:00:00.000Z000000aaaa".to_owned(),
        "yyyy-mm-ddThh:mm:ss.mmmZ000000aaaa".to_owned(),
        format!("{}xx", "\u{1F600}".repeat(8)),
        "x".repeat(34),
        String::new(),
    ];
    let turns = broken.iter().map(|place| format!("{KEY_PREFIX}/{place}:{id}"));
    let pieces = broken.iter().map(|place| format!("{KEY_PREFIX}+{place}000000:{id}"));
    let numbers = ["", "0", "00000x", "0000000", "-00001"].map(|number| format!("{KEY_PREFIX}+{place}{number}:{id}"));
    let heads = [format!("{KEY_PREFIX}{id}"), format!("{KEY_PREFIX}s:{id}"), id.to_owned()];
    turns.chain(pieces).chain(numbers).chain(heads).collect()
}

#[test]
fn keys_that_only_look_like_ours_are_never_read_nor_touched() {
    let store = MemoryStore::default();
    let ids = ["talk", "a"];
    let foreign: Vec<_> = ids.into_iter().flat_map(foreign_keys).collect();
    for key in &foreign {
        store.set(key, "theirs").unwrap();
    }
    let mut talk = conversation("talk", &[(Role::User, "hi", &at(0)), (Role::User, "ho", &at(1))]);
    save(&store, &mut talk).unwrap();
    assert_eq!(lines(&found(&store, "talk")), ["hi", "ho"]);
    // A full store leaves them as well.
    store.room.set(store.used());
    talk.add(said(Role::User, "hm", &at(2)));
    assert!(save(&store, &mut talk).is_err() && talk.is_kept());
    store.recount();
    talk.clear(at(3));
    save(&store, &mut talk).unwrap();
    erase(&store, &mut talk).unwrap();
    erase(&store, &mut Conversation::new("a")).unwrap();
    assert!(foreign.iter().all(|key| store.get(key).unwrap().as_deref() == Some("theirs")));
    let touched = store.recount().into_iter().filter(|(what, key)| *what != "get" && foreign.contains(key));
    assert_eq!(touched.count(), 0);
}

#[test]
fn any_name_is_a_name_of_its_own() {
    let place = "2026-01-01T00:00:00.000Z0000000000";
    let names = [
        "a",
        "a:b",
        ":",
        "::a",
        "/",
        "/a",
        "+",
        "b",
        "a:",
        ":b",
        "\u{1F600}",
        "\u{0}",
        " ",
        "-unreadable",
        "a/b",
        &format!("{place}:a"),
        &format!("/{place}:a"),
        &format!("{KEY_PREFIX}:a"),
        "é",
        "e\u{301}",
    ];
    let store = MemoryStore::default();
    for name in names {
        let mut talk = conversation(name, &[(Role::User, name, &at(0))]);
        talk.grow("answer", &at(1));
        save(&store, &mut talk).unwrap();
        talk.grow("answer to ", &at(1));
        talk.grow(&format!("answer to {name}"), &at(1));
        save(&store, &mut talk).unwrap();
    }
    for name in names {
        assert_eq!(lines(&found(&store, name)), [name, &format!("answer to {name}…")]);
    }
    for (gone, name) in names.iter().enumerate() {
        erase(&store, &mut Conversation::new(*name)).unwrap();
        assert_eq!(store.keys().unwrap().len(), 4 * (names.len() - gone - 1), "{name}");
    }
}

#[test]
fn turns_of_one_moment_and_of_a_clock_that_goes_back_stay_in_order() {
    let store = MemoryStore::default();
    let (mut one, mut other) = (Conversation::new("talk").by("aaaa"), Conversation::new("talk").by("bbbb"));
    for number in 0..20 {
        one.add(said(Role::User, &format!("one {number}"), &at(50 - number)));
        other.add(said(Role::User, &format!("other {number}"), &at(50)));
    }
    save(&store, &mut one).unwrap();
    save(&store, &mut other).unwrap();
    load(&store, &mut one).unwrap();
    load(&store, &mut other).unwrap();
    assert_eq!(one.messages(), other.messages());
    assert_eq!(one.messages(), found(&store, "talk").messages());
    for name in ["one", "other"] {
        let own: Vec<_> = lines(&one).into_iter().filter(|line| line.starts_with(&format!("{name} "))).collect();
        assert_eq!(own, (0..20).map(|number| format!("{name} {number}")).collect::<Vec<_>>());
    }
    // Whoever answers comes behind what it has seen, also with a clock that is late.
    one.add(said(Role::User, "behind", &at(0)));
    save(&store, &mut one).unwrap();
    assert_eq!(lines(&found(&store, "talk")).last().unwrap(), "behind");
}

#[test]
fn when_it_changed_last_is_known_from_the_turns_too() {
    let store = MemoryStore::default();
    let mut talk = conversation("talk", &[(Role::User, "hi", &at(0))]);
    save(&store, &mut talk).unwrap();
    talk.add(said(Role::User, "ho", &at(5)));
    save(&store, &mut talk).unwrap();
    assert_eq!(found(&store, "talk").updated_at(), at(5));
    talk.clear(at(9));
    save(&store, &mut talk).unwrap();
    assert_eq!(found(&store, "talk").updated_at(), at(9));
}
