//! An answer that grows in one page and is forgotten by another one meanwhile.

use refinire_web::conversation::{apply, erase, load, save, Conversation, Store};
use refinire_web::message::{ModelTurn, Role};

use crate::shelf::{at, found, lines, said, Records, Shelf};

/// Tells these pages what has changed in the store, or forgotten there, since the last time.
fn tell(shelf: &Shelf, before: &mut Records, pages: &mut [&mut Conversation]) {
    let now = shelf.records.borrow().clone();
    // Those of its turn go first, as pages do it.
    let keys: Vec<_> = before.keys().chain(now.keys()).filter(|key| before.get(*key) != now.get(*key)).collect();
    for key in keys {
        for page in pages.iter_mut() {
            apply(page, key, now.get(key).map(String::as_str)).unwrap();
        }
    }
    *before = now;
}

fn pieces(shelf: &Shelf) -> usize {
    shelf.keys().unwrap().iter().filter(|key| key.starts_with("refinire-web+")).count()
}

const GROWN: [&str; 3] = ["one ", "one two ", "one two three "];

/// A page whose answer has grown so far, and was kept.
fn growing(shelf: &Shelf) -> Conversation {
    let mut talk = Conversation::new("talk").by("aaaa");
    talk.add(said(Role::User, "?", &at(0)));
    for text in GROWN {
        talk.grow(text, &at(1));
        save(shelf, &mut talk).unwrap();
    }
    talk
}

/// How another page makes it go.
type Forgets = fn(&Shelf);

const FORGETS: [Forgets; 4] = [
    |shelf| {
        let mut other = found(shelf, "talk");
        other.clear(at(2));
        save(shelf, &mut other).unwrap();
    },
    |shelf| erase(shelf, &mut Conversation::new("talk")).unwrap(),
    |shelf| shelf.records.borrow_mut().clear(),
    |shelf| {
        let mut other = Conversation::new("other");
        other.add(said(Role::User, &"large".repeat(40), &at(2)));
        shelf.room.set(shelf.used());
        assert!(save(shelf, &mut other).is_err() && other.is_kept());
        shelf.room.set(usize::MAX);
    },
];

#[test]
fn it_is_kept_whole_with_what_comes_next_and_grows_in_other_pages() {
    for (number, forgets) in FORGETS.into_iter().enumerate() {
        for is_told in [true, false] {
            let shelf = Shelf::default();
            let mut talk = growing(&shelf);
            let mut listener = found(&shelf, "talk");
            let mut before = shelf.records.borrow().clone();
            forgets(&shelf);
            if is_told {
                tell(&shelf, &mut before, &mut [&mut talk, &mut listener]);
            } else {
                load(&shelf, &mut talk).unwrap();
                load(&shelf, &mut listener).unwrap();
            }
            before = shelf.records.borrow().clone();
            assert_eq!(pieces(&shelf), 0, "by {number}");
            let mut text = GROWN[2].to_owned();
            grows_on(&shelf, &mut talk, &mut listener, &mut before, &mut text, &format!("by {number}, {is_told}"));
            talk.answer(ModelTurn::new(&text), false, at(4));
            save(&shelf, &mut talk).unwrap();
            tell(&shelf, &mut before, &mut [&mut listener]);
            assert_eq!(lines(&listener).pop(), Some(text));
            assert_eq!(pieces(&shelf), 0);
        }
    }
}

/// What it grows by from now on is kept, and told to the listener, each time.
fn grows_on(
    shelf: &Shelf,
    talk: &mut Conversation,
    listener: &mut Conversation,
    before: &mut Records,
    text: &mut String,
    case: &str,
) {
    for more in ["four ", "five ", "six ", "seven "] {
        text.push_str(more);
        talk.grow(text, &at(3));
        save(shelf, talk).unwrap();
        tell(shelf, before, &mut [&mut *listener]);
        let seen = [lines(&found(shelf, "talk")).pop(), lines(listener).pop()];
        assert_eq!(seen, [Some(format!("{text}…")), Some(format!("{text}…"))], "{case}");
    }
}

#[test]
fn what_it_had_grown_by_is_never_taken_for_what_it_grows_by_then() {
    // It is put back, or a piece is written before the page is told.
    for is_put_back in [true, false] {
        let shelf = Shelf::default();
        let mut talk = growing(&shelf);
        let mut listener = found(&shelf, "talk");
        let mut before = shelf.records.borrow().clone();
        let restored = before.clone();
        FORGETS[2](&shelf);
        let mut text = GROWN[2].to_owned();
        if !is_put_back {
            text.push_str("early ");
            talk.grow(&text, &at(2));
            save(&shelf, &mut talk).unwrap();
        }
        tell(&shelf, &mut before, &mut [&mut talk, &mut listener]);
        if is_put_back {
            *shelf.records.borrow_mut() = restored;
            tell(&shelf, &mut before, &mut [&mut talk, &mut listener]);
            assert_eq!(lines(&listener), ["?", &format!("{text}…")]);
        }
        grows_on(&shelf, &mut talk, &mut listener, &mut before, &mut text, &format!("put back: {is_put_back}"));
        talk.answer(ModelTurn::new(&text), false, at(4));
        save(&shelf, &mut talk).unwrap();
        assert_eq!(pieces(&shelf), 0);
    }
}

#[test]
fn what_a_crash_left_of_it_goes_when_the_conversation_is_forgotten() {
    let shelf = Shelf::default();
    let mut talk = growing(&shelf);
    FORGETS[0](&shelf);
    talk.grow("one two three four", &at(3));
    save(&shelf, &mut talk).unwrap();
    let mut next = found(&shelf, "talk");
    assert_eq!((lines(&next).len(), pieces(&shelf)), (0, 1), "a piece without its turn");
    next.clear(at(4));
    save(&shelf, &mut next).unwrap();
    assert_eq!(pieces(&shelf), 0);
}

#[test]
fn who_has_erased_it_takes_it_when_it_is_told_anew_and_does_not_forget_it_again() {
    let shelf = Shelf::default();
    let mut talk = growing(&shelf);
    let mut other = found(&shelf, "talk");
    let mut before = shelf.records.borrow().clone();
    other.clear(at(2));
    erase(&shelf, &mut other).unwrap();
    tell(&shelf, &mut before, &mut [&mut talk]);
    talk.answer(ModelTurn::new("one two three four"), false, at(3));
    save(&shelf, &mut talk).unwrap();
    tell(&shelf, &mut before, &mut [&mut other]);
    assert_eq!(lines(&other), ["one two three four"]);
    other.add(said(Role::User, "mine", &at(4)));
    save(&shelf, &mut other).unwrap();
    assert_eq!(lines(&found(&shelf, "talk")), ["one two three four", "mine"]);
}

#[test]
fn a_late_message_does_not_show_again_what_was_forgotten_here_and_news_is_shown() {
    let shelf = Shelf::default();
    let mut own = Conversation::new("talk").by("aaaa");
    own.add(said(Role::User, "first", &at(0)));
    save(&shelf, &mut own).unwrap();
    let mut other = found(&shelf, "talk").by("bbbb");
    other.add(said(Role::User, "late", &at(1)));
    save(&shelf, &mut other).unwrap();
    // Its messages are on their way.
    let late = shelf.records.borrow().clone();
    own.clear(at(2));
    erase(&shelf, &mut own).unwrap();
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
