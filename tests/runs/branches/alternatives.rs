//! Other answers and other questions: which of them is shown, with what follows it.

use refinire_web::conversation::{list, Conversation};
use refinire_web::message::Role;

use super::{add, ids, marks, select, talk};
use crate::memory_store::{at, found, lines, said, MemoryStore};
use crate::pages::{hear, kept};

#[test]
fn what_follows_is_put_aside_until_a_message_begins_an_alternative() {
    let store = MemoryStore::default();
    let mut talk = talk(&["Q1", "A1", "Q2", "A2"]);
    kept(&store, &mut talk);
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
    kept(&store, &mut talk);
    let again = found(&store, "talk");
    assert_eq!((lines(&again), marks(&again)), (lines(&talk), marks(&talk)));
    assert_eq!(ids(&again), ids(&talk));
    assert_eq!(list(&store).unwrap()[0].messages, 6, "all of them are counted");
}

#[test]
fn another_alternative_is_shown_with_all_that_follows_it_in_every_page() {
    let store = MemoryStore::default();
    let mut talk = talk(&["Q1", "A1", "Q2", "A2"]);
    let mut other = Conversation::new("talk").by("bbbb");
    talk.branch(1);
    add(&mut talk, "A1b", 5);
    talk.branch(1);
    add(&mut talk, "A1c", 6);
    hear(&mut other, &kept(&store, &mut talk));
    let check = |pages: &[&Conversation], expected: &[&str], mark: &str| {
        for page in pages {
            assert_eq!(
                (lines(page), marks(page)[1].as_str()),
                (expected.iter().map(|&line| line.to_owned()).collect(), mark)
            );
        }
    };
    check(&[&talk, &other, &found(&store, "talk")], &["Q1", "A1c"], "3/3");
    for (index, expected) in [(0, &["Q1", "A1", "Q2", "A2"][..]), (1, &["Q1", "A1b"]), (0, &["Q1", "A1", "Q2", "A2"])] {
        let version = other.version();
        select(&mut talk, 1, index, 7);
        hear(&mut other, &kept(&store, &mut talk));
        assert_ne!(other.version(), version);
        check(&[&talk, &other, &found(&store, "talk")], expected, &format!("{}/3", index + 1));
    }
    // What is added belongs to the one that is shown, and does not change what is.
    add(&mut talk, "Q3", 8);
    hear(&mut other, &kept(&store, &mut talk));
    check(&[&talk, &other, &found(&store, "talk")], &["Q1", "A1", "Q2", "A2", "Q3"], "1/3");
    // A new one is shown, whatever was chosen before.
    other.branch(1);
    other.add(said(Role::Assistant, "A1d", &at(9)));
    hear(&mut talk, &kept(&store, &mut other));
    check(&[&talk, &other, &found(&store, "talk")], &["Q1", "A1d"], "4/4");
    let id = ids(&talk);
    for (id, index) in [(id[0].as_str(), 0), (id[1].as_str(), 4), ("nothing", 0)] {
        assert_eq!(talk.select_alternative(id, index, &at(9)).unwrap_err().code.as_str(), "invalid-argument");
    }
}

#[test]
fn the_first_question_and_what_is_in_an_alternative_have_alternatives_of_their_own() {
    let store = MemoryStore::default();
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
    kept(&store, &mut talk);
    select(&mut talk, 0, 1, 24);
    assert_eq!(all(&talk).0, ["Q1b", "A1b", "Q2b", "A2b"], "what was chosen there is shown again");
    // Cut: the alternatives of what stays do, those of what goes do not.
    talk.truncate(2, &at(25));
    kept(&store, &mut talk);
    assert_eq!(all(&talk), (strings(&["Q1b", "A1b"]), strings(&["2/2", ""])));
    assert_eq!(list(&store).unwrap()[0].messages, 7);
    let mut again = found(&store, "talk");
    assert_eq!(all(&again), all(&talk));
    select(&mut again, 0, 0, 26);
    assert_eq!(all(&again), (strings(&["Q1", "A1c"]), strings(&["1/2", "2/2"])));
}
