//! An answer that grows in one page and is forgotten by another one meanwhile.

use refinire_web::conversation::{apply, erase, load, save, Conversation, Store};
use refinire_web::message::{ModelTurn, Role};

use crate::memory_store::{at, found, lines, said, MemoryStore, Records};

/// Tells these pages what has changed in the store, or forgotten there, since the last time.
fn tell(store: &MemoryStore, before: &mut Records, pages: &mut [&mut Conversation]) {
    let now = store.records.borrow().clone();
    // Those of its turn go first, as pages do it.
    let keys: Vec<_> = before.keys().chain(now.keys()).filter(|key| before.get(*key) != now.get(*key)).collect();
    for key in keys {
        for page in pages.iter_mut() {
            apply(page, key, now.get(key).map(String::as_str)).unwrap();
        }
    }
    *before = now;
}

fn pieces(store: &MemoryStore) -> usize {
    store.keys().unwrap().iter().filter(|key| key.starts_with("refinire-web+")).count()
}

const GROWN: [&str; 3] = ["one ", "one two ", "one two three "];

/// A page whose answer has grown so far, and was kept.
fn growing(store: &MemoryStore) -> Conversation {
    let mut talk = Conversation::new("talk").by("aaaa");
    talk.add(said(Role::User, "?", &at(0)));
    for text in GROWN {
        talk.grow(text, &at(1));
        save(store, &mut talk).unwrap();
    }
    talk
}

/// How another page makes it go.
type Forgets = fn(&MemoryStore);

const FORGETS: [Forgets; 4] = [
    |store| {
        let mut other = found(store, "talk");
        other.clear(at(2));
        save(store, &mut other).unwrap();
    },
    |store| erase(store, &mut Conversation::new("talk")).unwrap(),
    |store| store.records.borrow_mut().clear(),
    |store| {
        let mut other = Conversation::new("other");
        other.add(said(Role::User, &"large".repeat(40), &at(2)));
        store.room.set(store.used());
        assert!(save(store, &mut other).is_err() && other.is_kept());
        store.room.set(usize::MAX);
    },
];

#[test]
fn it_is_kept_whole_with_what_comes_next_and_grows_in_other_pages() {
    for (number, forgets) in FORGETS.into_iter().enumerate() {
        for is_told in [true, false] {
            let store = MemoryStore::default();
            let mut talk = growing(&store);
            let mut listener = found(&store, "talk");
            let mut before = store.records.borrow().clone();
            forgets(&store);
            if is_told {
                tell(&store, &mut before, &mut [&mut talk, &mut listener]);
            } else {
                load(&store, &mut talk).unwrap();
                load(&store, &mut listener).unwrap();
            }
            before = store.records.borrow().clone();
            assert_eq!(pieces(&store), 0, "by {number}");
            let mut text = GROWN[2].to_owned();
            grows_on(&store, &mut talk, &mut listener, &mut before, &mut text, &format!("by {number}, {is_told}"));
            talk.answer(ModelTurn::new(&text), false, at(4));
            save(&store, &mut talk).unwrap();
            tell(&store, &mut before, &mut [&mut listener]);
            assert_eq!(lines(&listener).pop(), Some(text));
            assert_eq!(pieces(&store), 0);
        }
    }
}

/// What it grows by from now on is kept, and told to the listener, each time.
fn grows_on(
    store: &MemoryStore,
    talk: &mut Conversation,
    listener: &mut Conversation,
    before: &mut Records,
    text: &mut String,
    case: &str,
) {
    for more in ["four ", "five ", "six ", "seven "] {
        text.push_str(more);
        talk.grow(text, &at(3));
        save(store, talk).unwrap();
        tell(store, before, &mut [&mut *listener]);
        let seen = [lines(&found(store, "talk")).pop(), lines(listener).pop()];
        assert_eq!(seen, [Some(format!("{text}…")), Some(format!("{text}…"))], "{case}");
    }
}

#[test]
fn what_it_had_grown_by_is_never_taken_for_what_it_grows_by_then() {
    // It is put back, or a piece is written before the page is told.
    for is_put_back in [true, false] {
        let store = MemoryStore::default();
        let mut talk = growing(&store);
        let mut listener = found(&store, "talk");
        let mut before = store.records.borrow().clone();
        let restored = before.clone();
        FORGETS[2](&store);
        let mut text = GROWN[2].to_owned();
        if !is_put_back {
            text.push_str("early ");
            talk.grow(&text, &at(2));
            save(&store, &mut talk).unwrap();
        }
        tell(&store, &mut before, &mut [&mut talk, &mut listener]);
        if is_put_back {
            *store.records.borrow_mut() = restored;
            tell(&store, &mut before, &mut [&mut talk, &mut listener]);
            assert_eq!(lines(&listener), ["?", &format!("{text}…")]);
        }
        grows_on(&store, &mut talk, &mut listener, &mut before, &mut text, &format!("put back: {is_put_back}"));
        talk.answer(ModelTurn::new(&text), false, at(4));
        save(&store, &mut talk).unwrap();
        assert_eq!(pieces(&store), 0);
    }
}

#[test]
fn what_a_crash_left_of_it_goes_when_the_conversation_is_forgotten() {
    let store = MemoryStore::default();
    let mut talk = growing(&store);
    FORGETS[0](&store);
    talk.grow("one two three four", &at(3));
    save(&store, &mut talk).unwrap();
    let mut next = found(&store, "talk");
    assert_eq!((lines(&next).len(), pieces(&store)), (0, 1), "a piece without its turn");
    next.clear(at(4));
    save(&store, &mut next).unwrap();
    assert_eq!(pieces(&store), 0);
}

#[test]
fn who_has_erased_it_takes_it_when_it_is_told_anew_and_does_not_forget_it_again() {
    let store = MemoryStore::default();
    let mut talk = growing(&store);
    let mut other = found(&store, "talk");
    let mut before = store.records.borrow().clone();
    other.clear(at(2));
    erase(&store, &mut other).unwrap();
    tell(&store, &mut before, &mut [&mut talk]);
    talk.answer(ModelTurn::new("one two three four"), false, at(3));
    save(&store, &mut talk).unwrap();
    tell(&store, &mut before, &mut [&mut other]);
    assert_eq!(lines(&other), ["one two three four"]);
    other.add(said(Role::User, "mine", &at(4)));
    save(&store, &mut other).unwrap();
    assert_eq!(lines(&found(&store, "talk")), ["one two three four", "mine"]);
}

#[test]
fn a_late_message_does_not_show_again_what_was_forgotten_here_and_news_is_shown() {
    let store = MemoryStore::default();
    let mut own = Conversation::new("talk").by("aaaa");
    own.add(said(Role::User, "first", &at(0)));
    save(&store, &mut own).unwrap();
    let mut other = found(&store, "talk").by("bbbb");
    other.add(said(Role::User, "late", &at(1)));
    save(&store, &mut other).unwrap();
    // Its messages are on their way.
    let late = store.records.borrow().clone();
    own.clear(at(2));
    erase(&store, &mut own).unwrap();
    for (key, value) in &late {
        apply(&mut own, key, Some(value)).unwrap();
    }
    assert!(lines(&own).is_empty(), "{:?}", lines(&own));
    // What has changed since is none of that: a turn of later, an older one that was gone on with, one that grows.
    let mut records = Records::new();
    for (number, (timestamp, open)) in [(at(3), ""), (at(1), r#","open":true"#)].iter().enumerate() {
        let key = format!("refinire-web/2026-01-01T00:00:00.00{number}Z000000bbbb:talk");
        let turn = format!(r#"{{"role":"assistant","content":"news {number}","timestamp":"{timestamp}"{open}}}"#);
        records.insert(key, turn);
    }
    records.insert(
        "refinire-web/2026-01-01T00:00:00.003Z000000bbbb:talk".to_owned(),
        format!(r#"{{"role":"user","content":"later","timestamp":"{}"}}"#, at(0)),
    );
    for (key, value) in &records {
        apply(&mut own, key, Some(value)).unwrap();
    }
    assert_eq!(lines(&own), ["news 0", "news 1…", "later"]);
}

/// A page that removes what it knows of the conversation, or only its last turn.
const REMOVES: [fn(&mut Conversation, &MemoryStore); 3] = [
    |talk, store| {
        talk.clear(at(3));
        erase(store, talk).unwrap();
    },
    |talk, store| {
        talk.clear(at(3));
        save(store, talk).unwrap();
    },
    |talk, store| {
        talk.truncate(1, &at(3));
        save(store, talk).unwrap();
    },
];

/// The page knows both turns, but its view of the store does not have the second one yet. Gives the page, the key and the record.
fn ahead_of_its_view(store: &MemoryStore) -> (Conversation, String, String) {
    let talk = found(store, "talk");
    let key = store.keys().unwrap().into_iter().filter(|key| key.starts_with("refinire-web/")).max().unwrap();
    let record = store.records.borrow_mut().remove(&key).unwrap();
    (talk, key, record)
}

#[test]
fn a_record_that_comes_into_the_view_of_the_store_late_is_removed_again() {
    for removes in REMOVES {
        let store = MemoryStore::default();
        let mut own = Conversation::new("talk").by("aaaa");
        own.add(said(Role::User, "first", &at(0)));
        own.add(said(Role::Assistant, "second", &at(1)));
        save(&store, &mut own).unwrap();
        let (mut talk, key, record) = ahead_of_its_view(&store);
        removes(&mut talk, &store);
        store.set(&key, &record).unwrap();
        apply(&mut talk, &key, Some(&record)).unwrap();
        assert!(talk.take_to_be_saved_again());
        save(&store, &mut talk).unwrap();
        assert!(!store.keys().unwrap().contains(&key) && !lines(&talk).contains(&"second".to_owned()));
        assert!(!talk.take_to_be_saved_again());
    }
}

#[test]
fn a_late_record_of_an_answer_that_still_grew_stays() {
    for removes in REMOVES {
        let store = MemoryStore::default();
        let mut own = growing(&store);
        let (mut talk, key, open) = ahead_of_its_view(&store);
        removes(&mut talk, &store);
        store.set(&key, &open).unwrap();
        own.answer(ModelTurn::new("one two three."), false, at(2));
        save(&store, &mut own).unwrap();
        let whole = store.get(&key).unwrap().unwrap();
        apply(&mut talk, &key, Some(&whole)).unwrap();
        assert!(!talk.take_to_be_saved_again());
        save(&store, &mut talk).unwrap();
        assert_eq!(store.get(&key).unwrap(), Some(whole));
    }
}
