//! A conversation that is cut, and copies of what is shown of one.

use refinire_web::conversation::{list, save, Conversation};
use refinire_web::message::Role;

use super::{marks, select, talk};
use crate::memory_store::{at, conversation, found, lines, parse, rich, said, MemoryStore};
use crate::pages::{hear, kept};

#[test]
fn what_is_cut_is_gone_in_the_store_and_in_other_pages_and_what_is_shared_stays() {
    let store = MemoryStore::default();
    let mut talk = talk(&["Q1", "A1", "Q2", "A2"]);
    talk.set_shared_state(parse(r#"{"a":1}"#));
    let mut other = Conversation::new("talk").by("bbbb");
    hear(&mut other, &kept(&store, &mut talk));
    let late = kept(&MemoryStore::default(), &mut talk.clone());
    talk.truncate(9, &at(10));
    assert_eq!(lines(&talk), ["Q1", "A1", "Q2", "A2"]);
    talk.truncate(2, &at(10));
    let told = kept(&store, &mut talk);
    hear(&mut other, &told);
    for page in [&talk, &other, &found(&store, "talk")] {
        assert_eq!(lines(page), ["Q1", "A1"]);
        assert_eq!(page.shared_state(), &parse(r#"{"a":1}"#));
    }
    // What was told before the cut comes too late.
    hear(&mut talk, &late);
    assert_eq!(lines(&talk), ["Q1", "A1"]);
    assert_eq!(list(&store).unwrap()[0].updated_at, at(10));
    talk.truncate(0, &at(11));
    kept(&store, &mut talk);
    assert_eq!(store.records.borrow().len(), 1, "only the head is left");
    assert_eq!(found(&store, "talk").shared_state(), &parse(r#"{"a":1}"#));
}

#[test]
fn a_fork_has_copies_of_what_is_shown_and_leaves_the_rest() {
    let store = MemoryStore::default();
    let mut rich = rich();
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
        kept(&store, &mut fork);
        assert_eq!(found(&store, id).messages(), fork.messages());
    }
    select(&mut rich, 2, 0, 11);
    assert_eq!(rich.messages(), turns);
    let mut whole = Conversation::new("whole");
    whole.replace(rich.fork(turns.len()), &at(12));
    assert_eq!(whole.messages(), turns, "with tool turns, reasoning, files and what the provider wants back");
}

#[test]
fn a_long_conversation_is_cut_branched_and_forked_in_linear_time() {
    let turns: Vec<_> = (0..4_000).map(|number| (Role::User, "x", at(number))).collect();
    let turns: Vec<_> = turns.iter().map(|(role, content, at)| (*role, *content, at.as_str())).collect();
    let store = MemoryStore::default();
    let mut talk = conversation("talk", &turns);
    kept(&store, &mut talk);
    store.recount();
    talk.branch(2_000);
    talk.add(said(Role::User, "y", &at(5_000)));
    save(&store, &mut talk).unwrap();
    assert_eq!(store.recount().len(), 1, "one turn is written");
    talk.truncate(1_000, &at(5_001));
    save(&store, &mut talk).unwrap();
    assert_eq!(
        store.recount().len(),
        1 + 3_001 + 1,
        "one look at the keys, one call for each turn that goes, and the head"
    );
    assert_eq!(talk.messages().len(), 1_000);
}
