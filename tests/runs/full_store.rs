//! A store that is full, or has no room for what is to be kept.

use refinire_web::conversation::{save, Conversation, Store, KEY_PREFIX};
use refinire_web::error::Code;
use refinire_web::message::{ModelTurn, Role};

use crate::memory_store::{at, conversation, found, head_key, lines, said, Failing, MemoryStore};

/// A turn is about 280 bytes with its key.
const WORDS: usize = 100;

fn words(name: &str) -> String {
    format!("{name} ").repeat(WORDS / (name.len() + 1) + 1)[..WORDS].to_owned()
}

/// Adds turns to a conversation, each named after it and its number, at these moments.
fn fill(store: &MemoryStore, id: &str, moments: &[usize]) {
    let mut talk = found(store, id);
    for (number, moment) in moments.iter().enumerate() {
        talk.add(said(Role::User, &words(&format!("{id}{number}")), &at(*moment)));
    }
    save(store, &mut talk).unwrap();
}

/// The names of the turns that are kept of a conversation.
fn names(store: &MemoryStore, id: &str) -> Vec<String> {
    let first = |line: String| line.split_whitespace().next().unwrap_or_default().to_owned();
    lines(&found(store, id)).into_iter().map(first).collect()
}

fn close(store: &MemoryStore) {
    store.room.set(store.used());
    store.recount();
}

/// What was removed, in short: the moment of a turn and its conversation, or the conversation alone.
fn removed(store: &MemoryStore) -> Vec<String> {
    let short = |key: &String| {
        let place = key.strip_prefix(&format!("{KEY_PREFIX}/")).map(|rest| format!("{} ", &rest[20..23]));
        format!("{}{}", place.unwrap_or_default(), key.rsplit(':').next().unwrap())
    };
    let calls = store.recount();
    calls.iter().filter(|(what, _)| *what == "remove").map(|(_, key)| short(key)).collect()
}

const FOREIGN: [&str; 6] =
    ["", "theirs", "refinire-website", "refinire-web", "refinire-web/old", "refinire-web-unreadable:old"];

#[test]
fn a_full_store_gives_up_the_oldest_turns_of_the_conversation_that_changed_least_lately() {
    let store = MemoryStore::default();
    for key in FOREIGN {
        store.set(key, &words("foreign")).unwrap();
    }
    fill(&store, "own", &[4, 5]);
    fill(&store, "early", &[0, 90]);
    fill(&store, "mid", &[20, 21]);
    fill(&store, "old", &[10, 11]);
    let mut talk = found(&store, "own");
    let mut seen = Vec::new();
    for number in 2..10 {
        close(&store);
        talk.add(said(Role::User, &words(&format!("own{number}")), &at(98 + number)));
        let told = save(&store, &mut talk).expect_err("something had to go");
        assert_eq!((told.code, talk.is_kept()), (Code::Storage, true));
        assert!(told.message.contains("the oldest turns went, 1 of them"), "{told}");
        seen.push(removed(&store).join(", "));
        assert!(names(&store, "own").ends_with(&[format!("own{number}")]));
    }
    let wanted = ["010 old", "011 old", "020 mid", "021 mid", "000 early", "090 early", "004 own", "005 own"];
    let turns: Vec<_> = seen.iter().flat_map(|line| line.split(", ")).filter(|one| one.contains(' ')).collect();
    assert_eq!(turns, wanted);
    for key in FOREIGN {
        assert_eq!(store.get(key).unwrap(), Some(words("foreign")), "{key:?}");
    }
    assert_eq!(talk.messages().len(), 10, "who talks still sees everything");
    assert_eq!(names(&store, "own"), (2..10).map(|number| format!("own{number}")).collect::<Vec<_>>());
}

#[test]
fn a_turn_that_needs_the_room_of_many_takes_it_and_with_the_last_turn_goes_the_head() {
    let store = MemoryStore::default();
    fill(&store, "old", &[0, 1, 2, 3]);
    fill(&store, "mid", &[10, 11, 12, 13]);
    fill(&store, "own", &[20, 21]);
    close(&store);
    let mut talk = found(&store, "own");
    talk.add(said(Role::User, &words("large").repeat(11), &at(30)));
    let told = save(&store, &mut talk).unwrap_err();
    assert!(talk.is_kept());
    assert!(names(&store, "old").is_empty() && store.get(&head_key("old")).unwrap().is_none());
    assert_eq!(names(&store, "own"), ["own0", "own1", "large"]);
    assert!(names(&store, "mid").ends_with(&["mid3".to_owned()]), "no more than twice what was needed: {told}");
}

#[test]
fn with_a_turn_its_pieces_go() {
    let store = MemoryStore::default();
    let mut other = Conversation::new("other");
    for end in [10, 50, 100] {
        other.grow(&words("grown")[..end], &at(0));
        save(&store, &mut other).unwrap();
    }
    fill(&store, "own", &[20]);
    close(&store);
    let mut talk = found(&store, "own");
    talk.add(said(Role::User, &words("own1"), &at(30)));
    assert!(save(&store, &mut talk).is_err());
    let left = |key: &String| key.contains("other") && !key.ends_with(&head_key("other"));
    assert_eq!(store.keys().unwrap().into_iter().filter(left).count(), 0);
}

#[test]
fn records_of_schema_1_go_before_what_has_changed_since() {
    let store = MemoryStore::default();
    let record = format!(r#"{{"schema":1,"messages":[{{"role":"user","content":"{}"}}]}}"#, words("first").repeat(3));
    store.set(&head_key("first"), &record).unwrap();
    fill(&store, "other", &[10]);
    fill(&store, "own", &[20]);
    close(&store);
    let mut talk = found(&store, "own");
    talk.add(said(Role::User, &words("own1"), &at(30)));
    let _ = save(&store, &mut talk);
    assert!(talk.is_kept());
    assert_eq!((names(&store, "first").len(), names(&store, "other").len()), (0, 1));
}

#[test]
fn a_store_that_refuses_loses_nothing() {
    let store = MemoryStore::default();
    fill(&store, "other", &[0, 1]);
    fill(&store, "own", &[2]);
    let before = store.records.borrow().clone();
    let mut talk = found(&store, "own");
    talk.add(said(Role::User, "more", &at(30)));
    store.recount();
    store.failing.set(Failing::Sets);
    let told = save(&store, &mut talk).unwrap_err();
    assert_eq!((&*told.message, talk.is_kept()), ("denied", false));
    assert_eq!(*store.records.borrow(), before);
    assert!(removed(&store).is_empty());
}

#[test]
fn a_turn_too_large_for_the_store_waits_for_room_and_what_comes_behind_it_does_not() {
    let store = MemoryStore::default();
    fill(&store, "own", &[0, 1]);
    store.room.set(1_500);
    let mut talk = found(&store, "own");
    talk.add(said(Role::User, &words("large").repeat(30), &at(10)));
    let told = save(&store, &mut talk).unwrap_err();
    assert_eq!((&*told.message, talk.is_kept()), ("full", false));
    assert_eq!(names(&store, "own").last().map(String::as_str), Some("own1"), "the newest never goes");
    talk.add(said(Role::User, &words("small"), &at(11)));
    assert!(save(&store, &mut talk).is_err() && !talk.is_kept());
    assert_eq!(names(&store, "own").last().map(String::as_str), Some("small"));
    // The page itself goes on with all of it.
    assert_eq!(talk.messages().len(), 4);
    store.room.set(usize::MAX);
    save(&store, &mut talk).unwrap();
    assert!(talk.is_kept());
    assert!(names(&store, "own").ends_with(&["large".to_owned(), "small".to_owned()]));
}

#[test]
fn an_answer_that_grows_into_a_full_store_stays_whole() {
    let store = MemoryStore::default();
    fill(&store, "other", &[0, 1, 2, 3]);
    fill(&store, "own", &[10, 11]);
    let mut talk = found(&store, "own").by("aaaa");
    talk.grow("begun ", &at(20));
    save(&store, &mut talk).unwrap();
    // Another page has added a newer turn meanwhile.
    let mut second = found(&store, "own").by("bbbb");
    second.add(said(Role::User, "newer", &at(30)));
    save(&store, &mut second).unwrap();
    close(&store);
    for count in 1..=4 {
        talk.grow(&format!("begun {}", words("more").repeat(count)), &at(31));
        let _ = save(&store, &mut talk);
        assert!(talk.is_kept(), "{count}");
        let kept = lines(&found(&store, "own"));
        assert!(kept.contains(&format!("begun {}…", words("more").repeat(count))), "{kept:?}");
    }
    while names(&store, "own").len() > 2 {
        talk.grow(&format!("{}{}", talk.messages().last().unwrap().content, words("more")), &at(32));
        let _ = save(&store, &mut talk);
        let answer = format!("{}…", talk.messages().last().unwrap().content);
        let kept = lines(&found(&store, "own"));
        assert!(kept.contains(&answer) || !talk.is_kept(), "{kept:?}");
        assert!(kept.contains(&"newer".to_owned()));
    }
}

#[test]
fn the_only_turn_of_a_full_store_is_not_given_up_for_its_head() {
    let store = MemoryStore::with_room(200);
    let mut talk = conversation("own", &[(Role::User, "hi", &at(0))]);
    talk.set_shared_state(crate::memory_store::parse(&format!("{{\"a\":\"{}\"}}", words("state"))));
    let told = save(&store, &mut talk).unwrap_err();
    assert_eq!((&*told.message, talk.is_kept()), ("full", false));
    assert_eq!(names(&store, "own"), ["hi"]);
}

/// What is kept under all keys of these conversations.
fn everything(store: &MemoryStore, ids: &[&str]) -> Vec<(String, String)> {
    let of = |key: &str| ids.contains(&key.rsplit(':').next().unwrap_or_default());
    store.records.borrow().clone().into_iter().filter(|(key, _)| of(key)).collect()
}

/// A conversation whose answer grows, in pieces, in another page.
fn fill_growing(store: &MemoryStore, id: &str) {
    let mut talk = found(store, id);
    for end in [20, 60, WORDS] {
        talk.grow(&words(id)[..end], &at(95));
        save(store, &mut talk).unwrap();
    }
}

#[test]
fn a_turn_that_does_not_fit_even_alone_costs_no_other_one() {
    let store = MemoryStore::default();
    for (number, id) in ["old", "mid"].iter().enumerate() {
        fill(&store, id, &[10 * number, 10 * number + 1, 10 * number + 2]);
    }
    fill_growing(&store, "grown");
    fill(&store, "own", &[80, 81]);
    close(&store);
    let before = store.records.borrow().clone();
    let mut talk = found(&store, "own");
    talk.add(said(Role::User, &words("large").repeat(100), &at(90)));
    let told = save(&store, &mut talk).unwrap_err();
    assert_eq!((&*told.message, talk.is_kept()), ("full", false));
    assert_eq!(*store.records.borrow(), before, "what went in vain is there again");
    // Nor is it tried again and again, also where there is more to be kept.
    store.recount();
    for _ in 0..3 {
        let _ = save(&store, &mut talk);
    }
    talk.set_shared_state(crate::memory_store::parse(&format!("{{\"a\":\"{}\"}}", words("state").repeat(100))));
    let _ = save(&store, &mut talk);
    assert_eq!(*store.records.borrow(), before);
    store.recount();
    let _ = save(&store, &mut talk);
    assert!(removed(&store).is_empty());
    // What fits is kept, and the room for it is taken only then.
    talk.add(said(Role::User, &words("small"), &at(91)));
    let told = save(&store, &mut talk).unwrap_err();
    assert!(told.message.contains("the oldest turns went, 1 of them"), "{told}");
    assert_eq!(names(&store, "old"), ["old1", "old2"]);
    assert_eq!(names(&store, "own"), ["own0", "own1", "small"]);
    assert_eq!(everything(&store, &["mid", "grown"]).len(), 8, "{:?}", store.keys());
}

#[test]
fn an_answer_that_outgrows_the_store_costs_nothing_more_from_then_on() {
    let store = MemoryStore::default();
    fill(&store, "own", &[0]);
    fill(&store, "other", &[1, 2]);
    close(&store);
    let mut talk = found(&store, "own");
    let mut sets = Vec::new();
    for count in 1..=40 {
        talk.grow(&words("more").repeat(count), &at(20));
        store.recount();
        let _ = save(&store, &mut talk);
        sets.push(store.recount().len());
    }
    talk.answer(ModelTurn::new(words("more").repeat(41)), false, at(21));
    let _ = save(&store, &mut talk);
    assert!(!talk.is_kept());
    assert_eq!(sets[20..], [1; 20], "one attempt each");
    let kept = lines(&found(&store, "own")).pop().unwrap();
    assert!(kept.len() > WORDS && kept.starts_with(&words("more")), "what there was room for: {kept}");
    store.room.set(usize::MAX);
    save(&store, &mut talk).unwrap();
    assert_eq!(lines(&found(&store, "own")).pop().unwrap(), words("more").repeat(41));
}

#[test]
fn a_store_that_fails_while_it_makes_room_has_what_it_had() {
    for failing in 0.. {
        let store = MemoryStore::default();
        fill(&store, "old", &[0, 1, 2]);
        fill_growing(&store, "grown");
        fill(&store, "own", &[80]);
        close(&store);
        let before = store.records.borrow().clone();
        let mut talk = found(&store, "own");
        talk.add(said(Role::User, &words("large").repeat(3), &at(90)));
        store.recount();
        store.failing.set(Failing::At(failing));
        let told = save(&store, &mut talk).unwrap_err();
        if talk.is_kept() {
            assert!(failing > 5, "{told}");
            break;
        }
        assert_eq!(*store.records.borrow(), before, "failed at {failing}: {told}");
    }
}

#[test]
fn what_a_turn_that_has_gone_left_behind_goes_first_and_is_not_counted() {
    let store = MemoryStore::default();
    fill(&store, "old", &[0, 1]);
    fill_growing(&store, "crashed");
    store.records.borrow_mut().retain(|key, _| !key.starts_with("refinire-web/") || !key.ends_with(":crashed"));
    fill(&store, "own", &[80]);
    close(&store);
    let mut talk = found(&store, "own");
    talk.add(said(Role::User, "short", &at(90)));
    let _ = save(&store, &mut talk);
    assert!(talk.is_kept());
    let pieces = store.keys().unwrap().into_iter().filter(|key| key.starts_with("refinire-web+"));
    assert_eq!((names(&store, "old").len(), pieces.count()), (2, 0));
}

#[test]
fn an_answer_that_grows_stays_where_what_is_said_behind_it_needs_room() {
    let store = MemoryStore::default();
    fill(&store, "own", &[0, 1]);
    let mut talk = found(&store, "own");
    talk.grow(&words("grown"), &at(10));
    save(&store, &mut talk).unwrap();
    talk.grow(&words("grown").repeat(2), &at(11));
    save(&store, &mut talk).unwrap();
    for number in 2..6 {
        close(&store);
        talk.add(said(Role::User, &words(&format!("own{number}")), &at(10 + number)));
        let _ = save(&store, &mut talk);
    }
    let kept = lines(&found(&store, "own"));
    assert!(kept.contains(&format!("{}…", words("grown").repeat(2))), "{kept:?}");
    assert_eq!(names(&store, "own")[1..], ["own4", "own5"]);
}

#[test]
fn the_head_is_kept_also_where_a_turn_does_not_fit() {
    let store = MemoryStore::with_room(1_000);
    let mut talk = Conversation::new("own");
    talk.add(said(Role::User, &words("large").repeat(30), &at(0)));
    assert!(save(&store, &mut talk).is_err() && store.keys().unwrap().is_empty(), "nor is there one without turns");
    talk.add(said(Role::User, "small", &at(1)));
    assert!(save(&store, &mut talk).is_err());
    assert!(store.get(&head_key("own")).unwrap().is_some());
    // But for one that holds the turns itself: they have no room beside it.
    let message = |name: &str| format!(r#"{{"role":"user","content":"{}"}}"#, words(name).repeat(5));
    let record = format!(r#"{{"schema":1,"messages":[{},{}]}}"#, message("first"), message("second"));
    let store = MemoryStore::default();
    store.set(&head_key("own"), &record).unwrap();
    close(&store);
    let mut talk = found(&store, "own");
    talk.set_shared_state(crate::memory_store::parse(r#"{"a":1}"#));
    assert!(save(&store, &mut talk).is_err());
    assert_eq!(names(&store, "own"), ["first", "second"]);
}

#[test]
fn an_answer_that_grows_into_a_full_store_makes_room_for_a_good_while_at_once() {
    let store = MemoryStore::default();
    fill(&store, "other", &(0..80).collect::<Vec<_>>());
    fill(&store, "own", &[90]);
    let mut talk = found(&store, "own");
    talk.grow("begun ", &at(95));
    save(&store, &mut talk).unwrap();
    close(&store);
    let before = names(&store, "other").len();
    let mut told = 0;
    for count in 1..=64 {
        talk.grow(&format!("begun {}", words("more").repeat(count)), &at(96));
        told += usize::from(save(&store, &mut talk).is_err());
        assert!(talk.is_kept());
    }
    assert!((1..=4).contains(&told), "{told}");
    let gone = before - names(&store, "other").len();
    assert!(gone * 280 < 80 * 170, "not more than that: {gone}");
    // A turn that is written at once takes what it needs, and no more.
    close(&store);
    let before = names(&store, "other").len();
    talk.add(said(Role::User, &words("short"), &at(97)));
    let _ = save(&store, &mut talk);
    assert_eq!(before - names(&store, "other").len(), 1);
}
