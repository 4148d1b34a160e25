//! What keeping costs, and what is there after a crash at any point, or seen by another page.

use std::cell::RefCell;
use std::rc::Rc;

use refinire_web::conversation::{apply, load, save, Conversation, Store, KEY_PREFIX};
use refinire_web::error::Error;
use refinire_web::json::Text;
use refinire_web::message::{Delta, Message, ModelTurn, Role};
use refinire_web::response::{Answer, Batch};

use crate::memory_store::{at, found, head_key, lines, said, Failing, MemoryStore, Records};

#[test]
fn a_turn_is_one_write_whatever_the_length_of_the_conversation() {
    let cost = |turns: usize| {
        let store = MemoryStore::default();
        let mut talk = Conversation::new("talk");
        (0..turns).for_each(|n| talk.add(said(Role::User, "hello", &at(n))));
        save(&store, &mut talk).unwrap();
        store.recount();
        talk.add(said(Role::User, "one more", &at(turns)));
        assert!(!talk.is_kept());
        save(&store, &mut talk).unwrap();
        assert!(talk.is_kept());
        let written = store.written.get();
        let calls = store.recount();
        assert_eq!(calls.iter().map(|(what, _)| *what).collect::<Vec<_>>(), ["set"]);
        save(&store, &mut talk).unwrap();
        assert!(store.recount().is_empty(), "what is kept is not kept again");
        written
    };
    let one = cost(1);
    assert!(one < 250, "{one} bytes");
    assert_eq!((cost(10), cost(2_000)), (one, one));
}

#[test]
fn an_answer_that_grows_is_kept_by_what_it_has_grown_by() {
    let text = "Some words of 漢字 \u{1F600}. ".repeat(300);
    let ends: Vec<_> = text.char_indices().map(|(at, _)| at).skip(1).step_by(7).chain([text.len()]).collect();
    let store = MemoryStore::default();
    let mut talk = Conversation::new("talk");
    talk.add(said(Role::User, "?", &at(0)));
    save(&store, &mut talk).unwrap();
    let mut kept = 0;
    let mut written = 0;
    for (step, end) in ends.iter().enumerate() {
        store.recount();
        talk.grow(&text[..*end], &at(1));
        save(&store, &mut talk).unwrap();
        written += store.written.get();
        let calls = store.recount();
        let [("set", key)] = calls.as_slice() else { panic!("{calls:?}") };
        let value = store.get(key).unwrap().unwrap();
        if step > 0 {
            assert_eq!(value, text[kept..*end], "piece {step}");
        }
        kept = *end;
        assert_eq!(lines(&found(&store, "talk")), ["?", &format!("{}…", &text[..kept])]);
    }
    assert!(written < text.len() + 100 * ends.len() + 100, "{written} bytes for {}", text.len());
    talk.answer(ModelTurn::new(&text), false, at(2));
    save(&store, &mut talk).unwrap();
    assert_eq!(lines(&found(&store, "talk")), ["?", &text]);
    assert_eq!(store.keys().unwrap().len(), 3, "a head and two turns: the pieces have gone");
}

#[test]
fn nothing_is_kept_before_there_is_something_nor_again_where_nothing_has_come() {
    let store = MemoryStore::default();
    let mut talk = Conversation::new("talk");
    talk.grow("", &at(0));
    save(&store, &mut talk).unwrap();
    assert!(store.recount().is_empty() && talk.messages().is_empty());
    for _ in 0..3 {
        talk.grow("a", &at(1));
        save(&store, &mut talk).unwrap();
    }
    assert_eq!(store.recount().len(), 2, "a turn and the head");
}

/// The longest beginning of at most so many UTF-16 units.
fn beginning(text: &str, units: usize) -> &str {
    let ends = text.char_indices().map(|(at, char)| at + char.len_utf8());
    let fits = |end: &usize| text[..*end].encode_utf16().count() <= units;
    &text[..ends.take_while(fits).last().unwrap_or_default()]
}

#[test]
fn the_text_up_to_so_many_units_is_its_beginning_however_one_asks() {
    let text = "aé漢\u{1F600}\u{1F600}b".repeat(4);
    let units = text.encode_utf16().count();
    for max in [None, Some(3), Some(4), Some(5), Some(units - 1), Some(units)] {
        for step in 1..=7 {
            for piece in [1, 3, text.chars().count()] {
                let mut answer = Answer::new(Batch::Delta, false, max);
                let chars: Vec<char> = text.chars().collect();
                let mut asked = 0;
                for chars in chars.chunks(piece) {
                    let more: String = chars.iter().collect();
                    answer.take(Delta::Text(Text::verbatim(more.as_bytes())));
                    while asked <= answer.text().encode_utf16().count() + step {
                        assert_eq!(answer.text_up_to(asked), beginning(answer.text(), asked), "{asked} of {max:?}");
                        asked += step;
                    }
                    // Nobody has to ask for more each time.
                    for again in [0, asked, 1, asked.saturating_sub(step), usize::MAX] {
                        assert_eq!(answer.text_up_to(again), beginning(answer.text(), again), "{again} of {max:?}");
                    }
                }
            }
        }
    }
}

/// What a page does, one after the other, each followed by a save.
type Change = fn(&mut Conversation);

const TALK: [Change; 9] = [
    |talk| talk.add(said(Role::User, "one", &at(0))),
    |talk| talk.grow("a", &at(1)),
    |talk| talk.grow("abc", &at(2)),
    |talk| talk.grow("abcdef", &at(3)),
    |talk| talk.answer(ModelTurn::new("abcdefg"), false, at(4)),
    |talk| talk.add(said(Role::User, "two", &at(5))),
    |talk| talk.grow("x\u{1F600}", &at(6)),
    |talk| talk.grow("x\u{1F600}yz", &at(7)),
    |talk| talk.answer(ModelTurn::new("x\u{1F600}yz"), true, at(8)),
];

/// What a page holds, and what of it has been kept for sure.
#[derive(Debug, Default)]
struct Held {
    kept: Vec<Message>,
    all: Vec<Message>,
}

impl Held {
    /// Whoever looks now sees all that was kept, and nothing that is not held.
    fn is_seen_as(&self, seen: &[Message]) {
        let context = || format!("{self:#?} seen as {seen:#?}");
        assert!(self.kept.len() <= seen.len() && seen.len() <= self.all.len(), "{}", context());
        for (at, turn) in seen.iter().enumerate() {
            if let Some(kept) = self.kept.get(at) {
                assert!(turn.content.starts_with(&kept.content), "{}", context());
                assert!(kept.interrupted || !turn.interrupted, "{}", context());
            }
            let all = &self.all[at];
            assert!(all.content.starts_with(&turn.content), "{}", context());
            assert!(turn.interrupted || *turn == *all, "{}", context());
        }
    }
}

/// Does all of it, until a save fails, where `stops`. Gives what it held then.
fn play(store: &MemoryStore, changes: &[Change], stops: bool, held: &RefCell<Held>) -> Conversation {
    let mut talk = Conversation::new("talk");
    for change in changes {
        change(&mut talk);
        held.borrow_mut().all = talk.messages().to_vec();
        let saved: Result<(), Error> = save(store, &mut talk);
        assert_eq!(saved.is_ok(), talk.is_kept(), "{saved:?}");
        if saved.is_ok() {
            held.borrow_mut().kept = talk.messages().to_vec();
        } else if stops {
            break;
        }
    }
    talk
}

fn calls_of(changes: &[Change]) -> usize {
    let store = MemoryStore::default();
    play(&store, changes, true, &RefCell::default());
    let calls = store.recount().len();
    assert!(calls > changes.len());
    calls
}

#[test]
fn after_a_crash_at_any_point_everything_is_there_that_was_kept() {
    for crash in 0..=calls_of(&TALK) {
        let store = MemoryStore::default();
        store.failing.set(Failing::From(crash));
        let held = RefCell::default();
        play(&store, &TALK, true, &held);
        store.failing.set(Failing::Never);
        held.borrow().is_seen_as(found(&store, "talk").messages());
        // Who comes then goes on.
        let mut next = found(&store, "talk");
        let mut wanted = lines(&next);
        next.add(said(Role::User, "three", &at(9)));
        wanted.push("three".to_owned());
        save(&store, &mut next).unwrap();
        assert_eq!(lines(&found(&store, "talk")), wanted);
    }
}

#[test]
fn a_crash_leaves_nothing_behind_that_forgetting_does_not_take_away() {
    for crash in 0..=calls_of(&TALK) {
        let store = MemoryStore::default();
        store.failing.set(Failing::From(crash));
        play(&store, &TALK, true, &RefCell::default());
        let records = store.records.take();
        // Nor does another one, while it is forgotten.
        for second in 0.. {
            let store = MemoryStore::of(&records);
            let mut next = found(&store, "talk");
            next.clear(at(10));
            store.recount();
            store.failing.set(Failing::From(second));
            let is_whole = save(&store, &mut next).is_ok();
            store.failing.set(Failing::Never);
            let mut last = found(&store, "talk");
            last.clear(at(11));
            save(&store, &mut last).unwrap();
            assert_eq!(store.keys().unwrap(), [head_key("talk")], "crashed at {crash}, and at {second}");
            if is_whole {
                break;
            }
        }
    }
}

#[test]
fn a_store_that_fails_once_at_any_point_has_everything_in_the_end() {
    let clears: [Change; 6] = [
        TALK[0],
        TALK[1],
        TALK[2],
        |talk| talk.clear(at(3)),
        |talk| talk.add(said(Role::User, "anew", &at(4))),
        |talk| talk.grow("again", &at(5)),
    ];
    for changes in [TALK.as_slice(), &clears] {
        for failing in 0..calls_of(changes) {
            let store = MemoryStore::default();
            store.failing.set(Failing::At(failing));
            let mut talk = play(&store, changes, false, &RefCell::default());
            save(&store, &mut talk).unwrap();
            assert!(talk.is_kept());
            assert_eq!(found(&store, "talk").messages(), talk.messages(), "failed at {failing}");
            let pieces = store.keys().unwrap().into_iter().filter(|key| key.starts_with(&format!("{KEY_PREFIX}+")));
            assert_eq!(pieces.count(), 0, "failed at {failing}");
            // What is known already is not news.
            let before = talk.version();
            load(&store, &mut talk).unwrap();
            assert_eq!(talk.version(), before);
        }
    }
}

#[test]
fn a_store_that_cannot_be_read_at_some_point_is_read_the_next_time() {
    let whole = MemoryStore::default();
    let talk = play(&whole, &TALK[..8], true, &RefCell::default());
    for failing in 0.. {
        let store = MemoryStore::of(&whole.records.borrow());
        store.failing.set(Failing::At(failing));
        let mut reader = Conversation::new("talk");
        let is_read = load(&store, &mut reader).is_ok();
        store.failing.set(Failing::Never);
        load(&store, &mut reader).unwrap();
        assert_eq!(reader.messages(), talk.messages(), "failed at {failing}");
        assert_eq!(*store.records.borrow(), *whole.records.borrow(), "reading changes nothing");
        if is_read {
            break;
        }
    }
}

#[test]
fn another_page_that_looks_at_any_moment_sees_all_that_was_kept() {
    let store = MemoryStore::default();
    let held = Rc::new(RefCell::new(Held::default()));
    let (mut reader, mut listener) = (Conversation::new("talk"), Conversation::new("talk"));
    let mut before = Records::new();
    let seen = held.clone();
    let looks = Rc::new(RefCell::new(0));
    let count = looks.clone();
    *store.looker.borrow_mut() = Some(Box::new(move |now| {
        let fresh = found(&MemoryStore::of(now), "talk");
        seen.borrow().is_seen_as(fresh.messages());
        load(&MemoryStore::of(now), &mut reader).unwrap();
        assert_eq!(reader.messages(), fresh.messages(), "who has looked before");
        for key in before.keys().chain(now.keys()) {
            if before.get(key) != now.get(key) {
                apply(&mut listener, key, now.get(key).map(String::as_str)).unwrap();
            }
        }
        before.clone_from(now);
        assert_eq!(listener.messages(), fresh.messages(), "who is told");
        *count.borrow_mut() += 1;
    }));
    let talk = play(&store, &TALK, true, &held);
    assert_eq!(*looks.borrow(), store.recount().len());
    store.looker.take();
    assert_eq!(found(&store, "talk").messages(), talk.messages());
}
