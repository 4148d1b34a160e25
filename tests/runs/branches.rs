//! Alternatives of a conversation: what is shown of them, and that pages which know the same show the same.

use refinire_web::conversation::{apply, list, save, Conversation, Progress};
use refinire_web::message::{ModelTurn, Role, ToolCall};

use crate::shelf::{at, conversation, found, lines, parse, said, Records, Shelf};

/// A key, and what is stored there from then on.
pub(crate) type Told = (String, Option<String>);

/// Questions and answers in turn, a millisecond after one another.
fn talk(said: &[&str]) -> Conversation {
    let mut talk = Conversation::new("talk").by("aaaa");
    for (number, text) in said.iter().enumerate() {
        add(&mut talk, text, number + 1);
    }
    talk
}

fn add(talk: &mut Conversation, text: &str, ms: usize) {
    let role = if text.starts_with('Q') { Role::User } else { Role::Assistant };
    talk.add(said(role, text, &at(ms)));
}

pub(crate) fn ids(talk: &Conversation) -> Vec<String> {
    talk.views().map(|view| view.id.to_owned()).collect()
}

/// Which alternatives there are: `1/2` where the first of two is shown.
pub(crate) fn marks(talk: &Conversation) -> Vec<String> {
    let mark = |view: refinire_web::conversation::View<'_>| {
        view.alternatives.map_or_else(String::new, |of| format!("{}/{}", of.index + 1, of.count))
    };
    talk.views().map(mark).collect()
}

fn select(talk: &mut Conversation, message: usize, index: usize, ms: usize) {
    let id = ids(talk).swap_remove(message);
    talk.select_alternative(&id, index, &at(ms)).unwrap();
}

/// Saves it; gives what other pages are told.
fn kept(shelf: &Shelf, talk: &mut Conversation) -> Vec<Told> {
    let before = shelf.records.borrow().clone();
    save(shelf, talk).unwrap();
    assert!(talk.is_kept());
    changes(&before, &shelf.records.borrow())
}

pub(crate) fn changes(before: &Records, after: &Records) -> Vec<Told> {
    let removed = before.keys().filter(|key| !after.contains_key(*key)).map(|key| (key.clone(), None));
    let set = after.iter().filter(|(key, value)| before.get(*key) != Some(value));
    removed.chain(set.map(|(key, value)| (key.clone(), Some(value.clone())))).collect()
}

pub(crate) fn hear(talk: &mut Conversation, told: &[Told]) {
    for (key, value) in told {
        apply(talk, key, value.as_deref()).unwrap();
    }
}

#[test]
fn what_is_cut_is_gone_in_the_store_and_in_other_pages_and_what_is_shared_stays() {
    let shelf = Shelf::default();
    let mut talk = talk(&["Q1", "A1", "Q2", "A2"]);
    talk.set_shared_state(parse(r#"{"a":1}"#));
    let mut other = Conversation::new("talk").by("bbbb");
    hear(&mut other, &kept(&shelf, &mut talk));
    let late = kept(&Shelf::default(), &mut talk.clone());
    talk.truncate(9, &at(10));
    assert_eq!(lines(&talk), ["Q1", "A1", "Q2", "A2"]);
    talk.truncate(2, &at(10));
    let told = kept(&shelf, &mut talk);
    hear(&mut other, &told);
    for page in [&talk, &other, &found(&shelf, "talk")] {
        assert_eq!(lines(page), ["Q1", "A1"]);
        assert_eq!(page.shared_state(), &parse(r#"{"a":1}"#));
    }
    // News from before is late.
    hear(&mut talk, &late);
    assert_eq!(lines(&talk), ["Q1", "A1"]);
    assert_eq!(list(&shelf).unwrap()[0].updated_at, at(10));
    talk.truncate(0, &at(11));
    kept(&shelf, &mut talk);
    assert_eq!(shelf.records.borrow().len(), 1, "only the head is left");
    assert_eq!(found(&shelf, "talk").shared_state(), &parse(r#"{"a":1}"#));
}

#[test]
fn what_follows_is_put_aside_until_a_message_begins_an_alternative() {
    let shelf = Shelf::default();
    let mut talk = talk(&["Q1", "A1", "Q2", "A2"]);
    kept(&shelf, &mut talk);
    let number = talk.branch(1);
    assert_eq!((lines(&talk), marks(&talk)), (vec!["Q1".to_owned()], vec![String::new()]));
    assert!(talk.is_kept(), "nothing is stored of that");
    talk.end_branch(number + 1);
    assert_eq!(lines(&talk), ["Q1"]);
    talk.end_branch(number);
    assert_eq!(lines(&talk), ["Q1", "A1", "Q2", "A2"]);
    talk.branch(1);
    add(&mut talk, "A1b", 5);
    add(&mut talk, "Q2b", 6);
    let expected = ["Q1", "A1b", "Q2b"].map(str::to_owned).to_vec();
    assert_eq!((lines(&talk), marks(&talk)), (expected, vec![String::new(), "2/2".to_owned(), String::new()]));
    kept(&shelf, &mut talk);
    let again = found(&shelf, "talk");
    assert_eq!((lines(&again), marks(&again)), (lines(&talk), marks(&talk)));
    assert_eq!(ids(&again), ids(&talk));
    assert_eq!(list(&shelf).unwrap()[0].messages, 6, "all of them are counted");
}

#[test]
fn another_alternative_is_shown_with_all_that_follows_it_in_every_page() {
    let shelf = Shelf::default();
    let mut talk = talk(&["Q1", "A1", "Q2", "A2"]);
    let mut other = Conversation::new("talk").by("bbbb");
    talk.branch(1);
    add(&mut talk, "A1b", 5);
    talk.branch(1);
    add(&mut talk, "A1c", 6);
    hear(&mut other, &kept(&shelf, &mut talk));
    let check = |pages: &[&Conversation], expected: &[&str], mark: &str| {
        for page in pages {
            assert_eq!(
                (lines(page), marks(page)[1].as_str()),
                (expected.iter().map(|&line| line.to_owned()).collect(), mark)
            );
        }
    };
    check(&[&talk, &other, &found(&shelf, "talk")], &["Q1", "A1c"], "3/3");
    for (index, expected) in [(0, &["Q1", "A1", "Q2", "A2"][..]), (1, &["Q1", "A1b"]), (0, &["Q1", "A1", "Q2", "A2"])] {
        let version = other.version();
        select(&mut talk, 1, index, 7);
        hear(&mut other, &kept(&shelf, &mut talk));
        assert_ne!(other.version(), version);
        check(&[&talk, &other, &found(&shelf, "talk")], expected, &format!("{}/3", index + 1));
    }
    // What is added belongs to the one that is shown, and does not change what is.
    add(&mut talk, "Q3", 8);
    hear(&mut other, &kept(&shelf, &mut talk));
    check(&[&talk, &other, &found(&shelf, "talk")], &["Q1", "A1", "Q2", "A2", "Q3"], "1/3");
    // A new one is shown, whatever was chosen before.
    other.branch(1);
    other.add(said(Role::Assistant, "A1d", &at(9)));
    hear(&mut talk, &kept(&shelf, &mut other));
    check(&[&talk, &other, &found(&shelf, "talk")], &["Q1", "A1d"], "4/4");
    let id = ids(&talk);
    for (id, index) in [(id[0].as_str(), 0), (id[1].as_str(), 4), ("nothing", 0)] {
        assert_eq!(talk.select_alternative(id, index, &at(9)).unwrap_err().code.as_str(), "invalid-argument");
    }
}

#[test]
fn the_first_question_and_what_is_in_an_alternative_have_alternatives_of_their_own() {
    let shelf = Shelf::default();
    let mut talk = talk(&["Q1", "A1", "Q2", "A2"]);
    talk.branch(0);
    for (number, text) in ["Q1b", "A1b", "Q2b", "A2b"].iter().enumerate() {
        add(&mut talk, text, 10 + number);
    }
    talk.branch(3);
    add(&mut talk, "A2c", 20);
    let all = |talk: &Conversation| (lines(talk), marks(talk));
    let strings = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(all(&talk), (strings(&["Q1b", "A1b", "Q2b", "A2c"]), strings(&["2/2", "", "", "2/2"])));
    select(&mut talk, 3, 0, 21);
    assert_eq!(all(&talk), (strings(&["Q1b", "A1b", "Q2b", "A2b"]), strings(&["2/2", "", "", "1/2"])));
    select(&mut talk, 0, 0, 22);
    assert_eq!(all(&talk), (strings(&["Q1", "A1", "Q2", "A2"]), strings(&["1/2", "", "", ""])));
    talk.branch(1);
    add(&mut talk, "A1c", 23);
    kept(&shelf, &mut talk);
    select(&mut talk, 0, 1, 24);
    assert_eq!(all(&talk).0, ["Q1b", "A1b", "Q2b", "A2b"], "what was chosen there is shown again");
    // Cut: the alternatives of what stays do, those of what goes do not.
    talk.truncate(2, &at(25));
    kept(&shelf, &mut talk);
    assert_eq!(all(&talk), (strings(&["Q1b", "A1b"]), strings(&["2/2", ""])));
    assert_eq!(list(&shelf).unwrap()[0].messages, 7);
    let mut again = found(&shelf, "talk");
    assert_eq!(all(&again), all(&talk));
    select(&mut again, 0, 0, 26);
    assert_eq!(all(&again), (strings(&["Q1", "A1c"]), strings(&["1/2", "2/2"])));
}

#[test]
fn where_old_turns_went_their_alternatives_stay_reachable() {
    let shelf = Shelf::default();
    let mut talk = talk(&["Q1", "A1", "Q2", "A2"]);
    talk.branch(3);
    add(&mut talk, "A2b", 5);
    add(&mut talk, "Q3b", 6);
    talk.branch(4);
    add(&mut talk, "Q3c", 7);
    kept(&shelf, &mut talk);
    let places = ids(&talk);
    let all: Vec<_> = shelf.records.borrow().keys().cloned().collect();
    let gone = |gone: &[&str]| {
        let rest = Shelf::of(&shelf.records.borrow());
        all.iter().filter(|key| gone.iter().any(|gone| key.contains(gone))).for_each(|key| {
            rest.records.borrow_mut().remove(key);
        });
        found(&rest, "talk")
    };
    let one = gone(&[&places[2]]);
    assert_eq!(
        (lines(&one), marks(&one)[2].as_str()),
        (vec!["Q1".into(), "A1".into(), "A2b".into(), "Q3c".into()], "2/2")
    );
    let all_before = gone(&[&places[0], &places[1], &places[2]]);
    assert_eq!(
        (lines(&all_before), marks(&all_before)),
        (vec!["A2b".into(), "Q3c".into()], vec!["2/2".to_owned(), "2/2".into()])
    );
    // Also where the turn is gone that the alternative began with.
    let first = gone(&[&places[3]]);
    assert_eq!(
        (lines(&first), marks(&first)[3].as_str()),
        (vec!["Q1".into(), "A1".into(), "Q2".into(), "Q3c".into()], "3/3")
    );
}

#[test]
fn an_answer_that_grows_aside_is_whole_in_the_end_in_every_page() {
    let shelf = Shelf::default();
    let mut talk = talk(&["Q1"]);
    let mut other = Conversation::new("talk").by("bbbb");
    talk.begin();
    talk.of_run(0).grow("He", &at(3));
    hear(&mut other, &kept(&shelf, &mut talk));
    // Somebody edits the question meanwhile, here.
    talk.branch(0);
    add(&mut talk, "Q1b", 4);
    assert_eq!(lines(&talk), ["Q1b"]);
    hear(&mut other, &kept(&shelf, &mut talk));
    assert_eq!(lines(&other), ["Q1b"]);
    talk.of_run(0).grow("Hello", &at(5));
    let news: Vec<_> = talk.take_news().into_iter().map(|(key, value)| (key, Some(value))).collect();
    hear(&mut other, &news);
    select(&mut other, 0, 0, 6);
    let last = |talk: &Conversation| talk.views().last().map(|view| (view.content_from(0), view.progress));
    assert_eq!(last(&other), Some(("Hello".to_owned(), Progress::Streaming)));
    hear(&mut talk, &kept(&shelf, &mut other));
    select(&mut talk, 0, 1, 7);
    hear(&mut other, &kept(&shelf, &mut talk));
    // It calls a tool: all that belongs to it is aside.
    let call = ToolCall { id: "c".into(), name: "look".into(), input_text: "{}".into(), extra: String::new() };
    talk.of_run(0).call(ModelTurn { tool_calls: vec![call], ..ModelTurn::new("Hello") }, at(8));
    talk.of_run(0).add_own(said(Role::Tool, "seen", &at(9)));
    talk.of_run(0).grow("I see", &at(10));
    hear(&mut other, &kept(&shelf, &mut talk));
    talk.of_run(0).answer(ModelTurn::new("I see."), false, at(11));
    talk.of_run(0).end();
    hear(&mut other, &kept(&shelf, &mut talk));
    for page in [&mut talk, &mut other, &mut found(&shelf, "talk")] {
        assert_eq!(lines(page), ["Q1b"]);
        select(page, 0, 0, 12);
        assert_eq!(lines(page), ["Q1", "Hello", "seen", "I see."]);
    }
}

#[test]
fn what_a_run_adds_follows_what_it_began_behind_whatever_is_shown_meanwhile() {
    let started = || {
        let mut talk = talk(&["Q1", "A1"]);
        talk.branch(1);
        add(&mut talk, "A1b", 5);
        talk
    };
    // Another alternative is chosen before anything has come of a new one.
    let mut talk = started();
    assert_eq!(talk.ask_again(10).unwrap().len(), 1);
    talk.begin();
    talk.end_branch(talk.branching());
    select(&mut talk, 1, 0, 6);
    talk.of_run(0).grow("A1c", &at(7));
    assert_eq!((lines(&talk), marks(&talk)[1].as_str()), (vec!["Q1".into(), "A1c…".into()], "3/3"));
    talk.of_run(0).answer(ModelTurn::new("A1c"), true, at(8));
    talk.of_run(0).end();
    add(&mut talk, "Q2", 9);
    assert_eq!(lines(&talk), ["Q1", "A1c…", "Q2"]);
    // Or before an answer begins that follows a question.
    let mut talk = started();
    add(&mut talk, "Q2", 5);
    talk.begin();
    select(&mut talk, 1, 0, 6);
    talk.of_run(0).grow("A2", &at(7));
    assert_eq!(lines(&talk), ["Q1", "A1"]);
    select(&mut talk, 1, 1, 8);
    assert_eq!(lines(&talk), ["Q1", "A1b", "Q2", "A2…"]);
    // What it follows is cut.
    let mut talk = started();
    talk.begin();
    talk.truncate(1, &at(6));
    talk.of_run(0).grow("A2", &at(7));
    assert_eq!((lines(&talk), marks(&talk).concat().as_str()), (vec!["Q1".into(), "A2…".into()], ""));
}

#[test]
fn a_fork_has_copies_of_what_is_shown_and_leaves_the_rest() {
    let shelf = Shelf::default();
    let mut rich = crate::shelf::rich();
    let turns = rich.messages().to_vec();
    rich.branch(2);
    rich.add(said(Role::Assistant, "else", &at(9)));
    rich.set_title(Some("Name".to_owned()));
    for (id, length, count) in [("two", 2, 2), ("all", usize::MAX, 3), ("none", 0, 0)] {
        let mut fork = Conversation::new(id).by("ffff");
        fork.replace(rich.fork(length), &at(10));
        assert_eq!(fork.messages(), &rich.messages()[..count]);
        assert_eq!((fork.shared_state(), fork.title()), (rich.shared_state(), None));
        assert!(marks(&fork).concat().is_empty());
        kept(&shelf, &mut fork);
        assert_eq!(found(&shelf, id).messages(), fork.messages());
    }
    select(&mut rich, 2, 0, 11);
    assert_eq!(rich.messages(), turns);
    let mut whole = Conversation::new("whole");
    whole.replace(rich.fork(turns.len()), &at(12));
    assert_eq!(whole.messages(), turns, "with tool turns, reasoning, files and what the provider wants back");
}

#[test]
fn a_title_is_stored_and_listed_and_the_last_one_counts_in_every_page() {
    let shelf = Shelf::default();
    let mut talk = talk(&["Q1"]);
    let mut other = Conversation::new("talk").by("bbbb");
    talk.set_title(Some("One".to_owned()));
    hear(&mut other, &kept(&shelf, &mut talk));
    assert_eq!(other.title(), Some("One"));
    assert_eq!(list(&shelf).unwrap()[0].title.as_deref(), Some("One"));
    other.set_title(Some("Two".to_owned()));
    // What is not saved yet is not overwritten.
    talk.set_shared_state(parse(r#"{"a":1}"#));
    hear(&mut other, &kept(&shelf, &mut talk));
    assert_eq!(other.title(), Some("Two"));
    let version = talk.version();
    hear(&mut talk, &kept(&shelf, &mut other));
    assert_eq!((talk.title(), found(&shelf, "talk").title()), (Some("Two"), Some("Two")));
    assert_ne!(talk.version(), version);
    assert_eq!(Conversation::from_value("copy", &talk.to_value()).unwrap().title(), Some("Two"));
    talk.set_title(None);
    hear(&mut other, &kept(&shelf, &mut talk));
    assert_eq!((other.title(), list(&shelf).unwrap()[0].title.clone()), (None, None));
    talk.set_title(Some("Three".to_owned()));
    talk.clear(at(5));
    hear(&mut other, &kept(&shelf, &mut talk));
    assert_eq!((talk.title(), other.title()), (None, None));
}

#[test]
fn a_record_that_names_no_sound_branch_is_a_turn_like_the_others() {
    let place = |number: usize| format!("{}000000aaaa", at(number));
    let record = |number: usize, branch: &str| {
        let key = format!("refinire-web/{}:talk", place(number));
        (key, format!(r#"{{"role":"user","content":"{number}","branch":{branch}}}"#))
    };
    let own = format!(r#"{{"id":"{}","of":"{}","after":"{}"}}"#, place(2), place(2), place(1));
    let later = format!(r#"{{"id":"{}","after":"{}"}}"#, place(3), place(4));
    let unknown = format!(r#"{{"id":"{}","of":"{}","after":"{}"}}"#, place(4), place(0), place(2));
    let records = [record(1, "7"), record(2, &own), record(3, &later), record(5, r#"{"id":"x"}"#)];
    let shelf = Shelf::of(&Records::from(records.clone()));
    assert_eq!(lines(&found(&shelf, "talk")), ["1", "2", "3", "5"]);
    // One of a branch that is gone goes on in the first one.
    let shelf = Shelf::of(&Records::from([records[0].clone(), records[1].clone(), record(4, &unknown)]));
    assert_eq!(lines(&found(&shelf, "talk")), ["1", "2", "4"]);
}

#[test]
fn a_page_of_an_older_version_does_not_move_a_turn_to_another_branch() {
    let shelf = Shelf::default();
    let mut talk = talk(&["Q1", "A1"]);
    talk.branch(1);
    add(&mut talk, "A1b", 5);
    kept(&shelf, &mut talk);
    let key = shelf.records.borrow().keys().find(|key| key.contains(ids(&talk)[1].as_str())).cloned().unwrap();
    let old = r#"{"role":"assistant","content":"A1b, and more","timestamp":"2026-01-01T00:00:01.000Z"}"#;
    apply(&mut talk, &key, Some(old)).unwrap();
    assert_eq!(lines(&talk), ["Q1", "A1b, and more"]);
    assert!(talk.take_to_be_restored());
    save(&shelf, &mut talk).unwrap();
    assert_eq!(lines(&found(&shelf, "talk")), ["Q1", "A1b, and more"]);
}

#[test]
fn a_long_conversation_is_cut_branched_and_forked_in_linear_time() {
    let turns: Vec<_> = (0..4_000).map(|number| (Role::User, "x", at(number))).collect();
    let turns: Vec<_> = turns.iter().map(|(role, content, at)| (*role, *content, at.as_str())).collect();
    let shelf = Shelf::default();
    let mut talk = conversation("talk", &turns);
    kept(&shelf, &mut talk);
    shelf.recount();
    talk.branch(2_000);
    talk.add(said(Role::User, "y", &at(5_000)));
    save(&shelf, &mut talk).unwrap();
    assert_eq!(shelf.recount().len(), 1, "one turn is written");
    talk.truncate(1_000, &at(5_001));
    save(&shelf, &mut talk).unwrap();
    assert_eq!(
        shelf.recount().len(),
        1 + 3_001 + 1,
        "one look at the keys, one call for each turn that goes, and the head"
    );
    assert_eq!(talk.messages().len(), 1_000);
}
