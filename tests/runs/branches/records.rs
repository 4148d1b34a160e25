//! Records of alternatives of which some are gone, wrong, or written by a page of an older version.

use refinire_web::conversation::{apply, save};

use super::{add, ids, marks, talk};
use crate::memory_store::{at, found, lines, MemoryStore, Records};
use crate::pages::kept;

#[test]
fn where_old_turns_went_their_alternatives_stay_reachable() {
    let store = MemoryStore::default();
    let mut talk = talk(&["Q1", "A1", "Q2", "A2"]);
    talk.branch(3);
    add(&mut talk, "A2b", 5);
    add(&mut talk, "Q3b", 6);
    talk.branch(4);
    add(&mut talk, "Q3c", 7);
    kept(&store, &mut talk);
    let places = ids(&talk);
    let all: Vec<_> = store.records.borrow().keys().cloned().collect();
    let gone = |gone: &[&str]| {
        let rest = MemoryStore::of(&store.records.borrow());
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
    // Also where the first turn of an alternative is gone.
    let first = gone(&[&places[3]]);
    assert_eq!(
        (lines(&first), marks(&first)[3].as_str()),
        (vec!["Q1".into(), "A1".into(), "Q2".into(), "Q3c".into()], "3/3")
    );
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
    let store = MemoryStore::of(&Records::from(records.clone()));
    assert_eq!(lines(&found(&store, "talk")), ["1", "2", "3", "5"]);
    // A turn whose branch is gone goes on in the first branch.
    let store = MemoryStore::of(&Records::from([records[0].clone(), records[1].clone(), record(4, &unknown)]));
    assert_eq!(lines(&found(&store, "talk")), ["1", "2", "4"]);
}

#[test]
fn a_page_of_an_older_version_does_not_move_a_turn_to_another_branch() {
    let store = MemoryStore::default();
    let mut talk = talk(&["Q1", "A1"]);
    talk.branch(1);
    add(&mut talk, "A1b", 5);
    kept(&store, &mut talk);
    let key = store.records.borrow().keys().find(|key| key.contains(ids(&talk)[1].as_str())).cloned().unwrap();
    let old = r#"{"role":"assistant","content":"A1b, and more","timestamp":"2026-01-01T00:00:01.000Z"}"#;
    apply(&mut talk, &key, Some(old)).unwrap();
    assert_eq!(lines(&talk), ["Q1", "A1b, and more"]);
    assert!(talk.take_to_be_saved_again());
    save(&store, &mut talk).unwrap();
    assert_eq!(lines(&found(&store, "talk")), ["Q1", "A1b, and more"]);
}
