//! A store that is full, or has no room for what is to be kept.

use refinire_web::conversation::{save, Conversation, Store, KEY_PREFIX};
use refinire_web::error::Code;
use refinire_web::message::{ModelTurn, Role};

use crate::shelf::{at, conversation, found, head_key, lines, said, Failing, Shelf};

/// A turn is about 280 bytes with its key.
const WORDS: usize = 100;

fn words(name: &str) -> String {
    format!("{name} ").repeat(WORDS / (name.len() + 1) + 1)[..WORDS].to_owned()
}

/// Adds turns to a conversation, each named after it and its number, at these moments.
fn fill(shelf: &Shelf, id: &str, moments: &[usize]) {
    let mut talk = found(shelf, id);
    for (number, moment) in moments.iter().enumerate() {
        talk.add(said(Role::User, &words(&format!("{id}{number}")), &at(*moment)));
    }
    save(shelf, &mut talk).unwrap();
}

/// The names of the turns that are kept of a conversation.
fn names(shelf: &Shelf, id: &str) -> Vec<String> {
    let first = |line: String| line.split_whitespace().next().unwrap_or_default().to_owned();
    lines(&found(shelf, id)).into_iter().map(first).collect()
}

fn close(shelf: &Shelf) {
    shelf.room.set(shelf.used());
    shelf.recount();
}

/// What was removed, in short: the moment of a turn and its conversation, or the conversation alone.
fn removed(shelf: &Shelf) -> Vec<String> {
    let short = |key: &String| {
        let place = key.strip_prefix(&format!("{KEY_PREFIX}/")).map(|rest| format!("{} ", &rest[20..23]));
        format!("{}{}", place.unwrap_or_default(), key.rsplit(':').next().unwrap())
    };
    let calls = shelf.recount();
    calls.iter().filter(|(what, _)| *what == "remove").map(|(_, key)| short(key)).collect()
}

const FOREIGN: [&str; 6] =
    ["", "theirs", "refinire-website", "refinire-web", "refinire-web/old", "refinire-web-unreadable:old"];

#[test]
fn a_full_store_gives_up_the_oldest_turns_of_the_conversation_that_changed_least_lately() {
    let shelf = Shelf::default();
    for key in FOREIGN {
        shelf.set(key, &words("foreign")).unwrap();
    }
    fill(&shelf, "own", &[4, 5]);
    fill(&shelf, "early", &[0, 90]);
    fill(&shelf, "mid", &[20, 21]);
    fill(&shelf, "old", &[10, 11]);
    let mut talk = found(&shelf, "own");
    let mut seen = Vec::new();
    for number in 2..10 {
        close(&shelf);
        talk.add(said(Role::User, &words(&format!("own{number}")), &at(98 + number)));
        let told = save(&shelf, &mut talk).expect_err("something had to go");
        assert_eq!((told.code, talk.is_kept()), (Code::Storage, true));
        assert!(told.message.contains("the oldest turns went, 1 of them"), "{told}");
        seen.push(removed(&shelf).join(", "));
        assert!(names(&shelf, "own").ends_with(&[format!("own{number}")]));
    }
    let wanted = ["010 old", "011 old", "020 mid", "021 mid", "000 early", "090 early", "004 own", "005 own"];
    let turns: Vec<_> = seen.iter().flat_map(|line| line.split(", ")).filter(|one| one.contains(' ')).collect();
    assert_eq!(turns, wanted);
    for key in FOREIGN {
        assert_eq!(shelf.get(key).unwrap(), Some(words("foreign")), "{key:?}");
    }
    assert_eq!(talk.messages().len(), 10, "who talks still sees everything");
    assert_eq!(names(&shelf, "own"), (2..10).map(|number| format!("own{number}")).collect::<Vec<_>>());
}

#[test]
fn a_turn_that_needs_the_room_of_many_takes_it_and_with_the_last_turn_goes_the_head() {
    let shelf = Shelf::default();
    fill(&shelf, "old", &[0, 1, 2, 3]);
    fill(&shelf, "mid", &[10, 11, 12, 13]);
    fill(&shelf, "own", &[20, 21]);
    close(&shelf);
    let mut talk = found(&shelf, "own");
    talk.add(said(Role::User, &words("large").repeat(11), &at(30)));
    let told = save(&shelf, &mut talk).unwrap_err();
    assert!(talk.is_kept());
    assert!(names(&shelf, "old").is_empty() && shelf.get(&head_key("old")).unwrap().is_none());
    assert_eq!(names(&shelf, "own"), ["own0", "own1", "large"]);
    assert!(names(&shelf, "mid").ends_with(&["mid3".to_owned()]), "no more than twice what was needed: {told}");
}

#[test]
fn with_a_turn_its_pieces_go() {
    let shelf = Shelf::default();
    let mut other = Conversation::new("other");
    for end in [10, 50, 100] {
        other.grow(&words("grown")[..end], &at(0));
        save(&shelf, &mut other).unwrap();
    }
    fill(&shelf, "own", &[20]);
    close(&shelf);
    let mut talk = found(&shelf, "own");
    talk.add(said(Role::User, &words("own1"), &at(30)));
    assert!(save(&shelf, &mut talk).is_err());
    let left = |key: &String| key.contains("other") && !key.ends_with(&head_key("other"));
    assert_eq!(shelf.keys().unwrap().into_iter().filter(left).count(), 0);
}

#[test]
fn records_of_schema_1_go_before_what_has_changed_since() {
    let shelf = Shelf::default();
    let record = format!(r#"{{"schema":1,"messages":[{{"role":"user","content":"{}"}}]}}"#, words("first").repeat(3));
    shelf.set(&head_key("first"), &record).unwrap();
    fill(&shelf, "other", &[10]);
    fill(&shelf, "own", &[20]);
    close(&shelf);
    let mut talk = found(&shelf, "own");
    talk.add(said(Role::User, &words("own1"), &at(30)));
    let _ = save(&shelf, &mut talk);
    assert!(talk.is_kept());
    assert_eq!((names(&shelf, "first").len(), names(&shelf, "other").len()), (0, 1));
}

#[test]
fn a_store_that_refuses_loses_nothing() {
    let shelf = Shelf::default();
    fill(&shelf, "other", &[0, 1]);
    fill(&shelf, "own", &[2]);
    let before = shelf.records.borrow().clone();
    let mut talk = found(&shelf, "own");
    talk.add(said(Role::User, "more", &at(30)));
    shelf.recount();
    shelf.failing.set(Failing::Sets);
    let told = save(&shelf, &mut talk).unwrap_err();
    assert_eq!((&*told.message, talk.is_kept()), ("denied", false));
    assert_eq!(*shelf.records.borrow(), before);
    assert!(removed(&shelf).is_empty());
}

#[test]
fn a_turn_too_large_for_the_store_waits_for_room_and_what_comes_behind_it_does_not() {
    let shelf = Shelf::default();
    fill(&shelf, "own", &[0, 1]);
    shelf.room.set(1_500);
    let mut talk = found(&shelf, "own");
    talk.add(said(Role::User, &words("large").repeat(30), &at(10)));
    let told = save(&shelf, &mut talk).unwrap_err();
    assert_eq!((&*told.message, talk.is_kept()), ("full", false));
    assert_eq!(names(&shelf, "own").last().map(String::as_str), Some("own1"), "the newest never goes");
    talk.add(said(Role::User, &words("small"), &at(11)));
    assert!(save(&shelf, &mut talk).is_err() && !talk.is_kept());
    assert_eq!(names(&shelf, "own").last().map(String::as_str), Some("small"));
    // The page itself goes on with all of it.
    assert_eq!(talk.messages().len(), 4);
    shelf.room.set(usize::MAX);
    save(&shelf, &mut talk).unwrap();
    assert!(talk.is_kept());
    assert!(names(&shelf, "own").ends_with(&["large".to_owned(), "small".to_owned()]));
}

#[test]
fn an_answer_that_grows_into_a_full_store_stays_whole() {
    let shelf = Shelf::default();
    fill(&shelf, "other", &[0, 1, 2, 3]);
    fill(&shelf, "own", &[10, 11]);
    let mut talk = found(&shelf, "own").by("aaaa");
    talk.grow("begun ", &at(20));
    save(&shelf, &mut talk).unwrap();
    // Another page has added a newer turn meanwhile.
    let mut second = found(&shelf, "own").by("bbbb");
    second.add(said(Role::User, "newer", &at(30)));
    save(&shelf, &mut second).unwrap();
    close(&shelf);
    for count in 1..=4 {
        talk.grow(&format!("begun {}", words("more").repeat(count)), &at(31));
        let _ = save(&shelf, &mut talk);
        assert!(talk.is_kept(), "{count}");
        let kept = lines(&found(&shelf, "own"));
        assert!(kept.contains(&format!("begun {}…", words("more").repeat(count))), "{kept:?}");
    }
    while names(&shelf, "own").len() > 2 {
        talk.grow(&format!("{}{}", talk.messages().last().unwrap().content, words("more")), &at(32));
        let _ = save(&shelf, &mut talk);
        let answer = format!("{}…", talk.messages().last().unwrap().content);
        let kept = lines(&found(&shelf, "own"));
        assert!(kept.contains(&answer) || !talk.is_kept(), "{kept:?}");
        assert!(kept.contains(&"newer".to_owned()));
    }
}

#[test]
fn the_only_turn_of_a_full_store_is_not_given_up_for_its_head() {
    let shelf = Shelf::with_room(200);
    let mut talk = conversation("own", &[(Role::User, "hi", &at(0))]);
    talk.set_shared_state(crate::shelf::parse(&format!("{{\"a\":\"{}\"}}", words("state"))));
    let told = save(&shelf, &mut talk).unwrap_err();
    assert_eq!((&*told.message, talk.is_kept()), ("full", false));
    assert_eq!(names(&shelf, "own"), ["hi"]);
}

/// What is kept under all keys of these conversations.
fn everything(shelf: &Shelf, ids: &[&str]) -> Vec<(String, String)> {
    let of = |key: &str| ids.contains(&key.rsplit(':').next().unwrap_or_default());
    shelf.records.borrow().clone().into_iter().filter(|(key, _)| of(key)).collect()
}

/// A conversation whose answer grows, in pieces, in another page.
fn fill_growing(shelf: &Shelf, id: &str) {
    let mut talk = found(shelf, id);
    for end in [20, 60, WORDS] {
        talk.grow(&words(id)[..end], &at(95));
        save(shelf, &mut talk).unwrap();
    }
}

#[test]
fn a_turn_that_does_not_fit_even_alone_costs_no_other_one() {
    let shelf = Shelf::default();
    for (number, id) in ["old", "mid"].iter().enumerate() {
        fill(&shelf, id, &[10 * number, 10 * number + 1, 10 * number + 2]);
    }
    fill_growing(&shelf, "grown");
    fill(&shelf, "own", &[80, 81]);
    close(&shelf);
    let before = shelf.records.borrow().clone();
    let mut talk = found(&shelf, "own");
    talk.add(said(Role::User, &words("large").repeat(100), &at(90)));
    let told = save(&shelf, &mut talk).unwrap_err();
    assert_eq!((&*told.message, talk.is_kept()), ("full", false));
    assert_eq!(*shelf.records.borrow(), before, "what went in vain is there again");
    // Nor is it tried again and again, also where there is more to be kept.
    shelf.recount();
    for _ in 0..3 {
        let _ = save(&shelf, &mut talk);
    }
    talk.set_shared_state(crate::shelf::parse(&format!("{{\"a\":\"{}\"}}", words("state").repeat(100))));
    let _ = save(&shelf, &mut talk);
    assert_eq!(*shelf.records.borrow(), before);
    shelf.recount();
    let _ = save(&shelf, &mut talk);
    assert!(removed(&shelf).is_empty());
    // What fits is kept, and the room for it is taken only then.
    talk.add(said(Role::User, &words("small"), &at(91)));
    let told = save(&shelf, &mut talk).unwrap_err();
    assert!(told.message.contains("the oldest turns went, 1 of them"), "{told}");
    assert_eq!(names(&shelf, "old"), ["old1", "old2"]);
    assert_eq!(names(&shelf, "own"), ["own0", "own1", "small"]);
    assert_eq!(everything(&shelf, &["mid", "grown"]).len(), 8, "{:?}", shelf.keys());
}

#[test]
fn an_answer_that_outgrows_the_store_costs_nothing_more_from_then_on() {
    let shelf = Shelf::default();
    fill(&shelf, "own", &[0]);
    fill(&shelf, "other", &[1, 2]);
    close(&shelf);
    let mut talk = found(&shelf, "own");
    let mut sets = Vec::new();
    for count in 1..=40 {
        talk.grow(&words("more").repeat(count), &at(20));
        shelf.recount();
        let _ = save(&shelf, &mut talk);
        sets.push(shelf.recount().len());
    }
    talk.answer(ModelTurn::new(words("more").repeat(41)), false, at(21));
    let _ = save(&shelf, &mut talk);
    assert!(!talk.is_kept());
    assert_eq!(sets[20..], [1; 20], "one attempt each");
    let kept = lines(&found(&shelf, "own")).pop().unwrap();
    assert!(kept.len() > WORDS && kept.starts_with(&words("more")), "what there was room for: {kept}");
    shelf.room.set(usize::MAX);
    save(&shelf, &mut talk).unwrap();
    assert_eq!(lines(&found(&shelf, "own")).pop().unwrap(), words("more").repeat(41));
}

#[test]
fn a_store_that_fails_while_it_makes_room_has_what_it_had() {
    for failing in 0.. {
        let shelf = Shelf::default();
        fill(&shelf, "old", &[0, 1, 2]);
        fill_growing(&shelf, "grown");
        fill(&shelf, "own", &[80]);
        close(&shelf);
        let before = shelf.records.borrow().clone();
        let mut talk = found(&shelf, "own");
        talk.add(said(Role::User, &words("large").repeat(3), &at(90)));
        shelf.recount();
        shelf.failing.set(Failing::At(failing));
        let told = save(&shelf, &mut talk).unwrap_err();
        if talk.is_kept() {
            assert!(failing > 5, "{told}");
            break;
        }
        assert_eq!(*shelf.records.borrow(), before, "failed at {failing}: {told}");
    }
}

#[test]
fn what_a_turn_that_has_gone_left_behind_goes_first_and_is_not_counted() {
    let shelf = Shelf::default();
    fill(&shelf, "old", &[0, 1]);
    fill_growing(&shelf, "crashed");
    shelf.records.borrow_mut().retain(|key, _| !key.starts_with("refinire-web/") || !key.ends_with(":crashed"));
    fill(&shelf, "own", &[80]);
    close(&shelf);
    let mut talk = found(&shelf, "own");
    talk.add(said(Role::User, "short", &at(90)));
    let _ = save(&shelf, &mut talk);
    assert!(talk.is_kept());
    let pieces = shelf.keys().unwrap().into_iter().filter(|key| key.starts_with("refinire-web+"));
    assert_eq!((names(&shelf, "old").len(), pieces.count()), (2, 0));
}

#[test]
fn an_answer_that_grows_stays_where_what_is_said_behind_it_needs_room() {
    let shelf = Shelf::default();
    fill(&shelf, "own", &[0, 1]);
    let mut talk = found(&shelf, "own");
    talk.grow(&words("grown"), &at(10));
    save(&shelf, &mut talk).unwrap();
    talk.grow(&words("grown").repeat(2), &at(11));
    save(&shelf, &mut talk).unwrap();
    for number in 2..6 {
        close(&shelf);
        talk.add(said(Role::User, &words(&format!("own{number}")), &at(10 + number)));
        let _ = save(&shelf, &mut talk);
    }
    let kept = lines(&found(&shelf, "own"));
    assert!(kept.contains(&format!("{}…", words("grown").repeat(2))), "{kept:?}");
    assert_eq!(names(&shelf, "own")[1..], ["own4", "own5"]);
}

#[test]
fn the_head_is_kept_also_where_a_turn_does_not_fit() {
    let shelf = Shelf::with_room(1_000);
    let mut talk = Conversation::new("own");
    talk.add(said(Role::User, &words("large").repeat(30), &at(0)));
    assert!(save(&shelf, &mut talk).is_err() && shelf.keys().unwrap().is_empty(), "nor is there one without turns");
    talk.add(said(Role::User, "small", &at(1)));
    assert!(save(&shelf, &mut talk).is_err());
    assert!(shelf.get(&head_key("own")).unwrap().is_some());
    // But for one that holds the turns itself: they have no room beside it.
    let message = |name: &str| format!(r#"{{"role":"user","content":"{}"}}"#, words(name).repeat(5));
    let record = format!(r#"{{"schema":1,"messages":[{},{}]}}"#, message("first"), message("second"));
    let shelf = Shelf::default();
    shelf.set(&head_key("own"), &record).unwrap();
    close(&shelf);
    let mut talk = found(&shelf, "own");
    talk.set_shared_state(crate::shelf::parse(r#"{"a":1}"#));
    assert!(save(&shelf, &mut talk).is_err());
    assert_eq!(names(&shelf, "own"), ["first", "second"]);
}

#[test]
fn an_answer_that_grows_into_a_full_store_makes_room_for_a_good_while_at_once() {
    let shelf = Shelf::default();
    fill(&shelf, "other", &(0..80).collect::<Vec<_>>());
    fill(&shelf, "own", &[90]);
    let mut talk = found(&shelf, "own");
    talk.grow("begun ", &at(95));
    save(&shelf, &mut talk).unwrap();
    close(&shelf);
    let before = names(&shelf, "other").len();
    let mut told = 0;
    for count in 1..=64 {
        talk.grow(&format!("begun {}", words("more").repeat(count)), &at(96));
        told += usize::from(save(&shelf, &mut talk).is_err());
        assert!(talk.is_kept());
    }
    assert!((1..=4).contains(&told), "{told}");
    let gone = before - names(&shelf, "other").len();
    assert!(gone * 280 < 80 * 170, "not more than that: {gone}");
    // A turn that is written at once takes what it needs, and no more.
    close(&shelf);
    let before = names(&shelf, "other").len();
    talk.add(said(Role::User, &words("short"), &at(97)));
    let _ = save(&shelf, &mut talk);
    assert_eq!(before - names(&shelf, "other").len(), 1);
}
