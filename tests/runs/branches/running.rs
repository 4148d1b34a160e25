//! Runs during which something else is shown than what they began with.

use refinire_web::conversation::{Conversation, Progress};
use refinire_web::message::{ModelTurn, Role, ToolCall};

use super::{add, marks, select, talk};
use crate::memory_store::{at, found, lines, said, MemoryStore};
use crate::pages::{hear, kept};

#[test]
fn an_answer_that_grows_aside_is_whole_in_the_end_in_every_page() {
    let store = MemoryStore::default();
    let mut talk = talk(&["Q1"]);
    let mut other = Conversation::new("talk").by("bbbb");
    talk.begin();
    talk.of_run(0).grow("He", &at(3));
    hear(&mut other, &kept(&store, &mut talk));
    // Meanwhile the question is edited in this page.
    talk.branch(0);
    add(&mut talk, "Q1b", 4);
    assert_eq!(lines(&talk), ["Q1b"]);
    hear(&mut other, &kept(&store, &mut talk));
    assert_eq!(lines(&other), ["Q1b"]);
    talk.of_run(0).grow("Hello", &at(5));
    let news: Vec<_> = talk.take_news().into_iter().map(|(key, value)| (key, Some(value))).collect();
    hear(&mut other, &news);
    select(&mut other, 0, 0, 6);
    let last = |talk: &Conversation| talk.views().last().map(|view| (view.content_from(0), view.progress));
    assert_eq!(last(&other), Some(("Hello".to_owned(), Progress::Streaming)));
    hear(&mut talk, &kept(&store, &mut other));
    select(&mut talk, 0, 1, 7);
    hear(&mut other, &kept(&store, &mut talk));
    // The answer calls a tool: neither the call nor its result is shown.
    let call = ToolCall { id: "c".into(), name: "look".into(), input_text: "{}".into(), extra: String::new() };
    talk.of_run(0).call(ModelTurn { tool_calls: vec![call], ..ModelTurn::new("Hello") }, at(8));
    talk.of_run(0).add_own(said(Role::Tool, "seen", &at(9)));
    talk.of_run(0).grow("I see", &at(10));
    hear(&mut other, &kept(&store, &mut talk));
    talk.of_run(0).answer(ModelTurn::new("I see."), false, at(11));
    talk.of_run(0).end();
    hear(&mut other, &kept(&store, &mut talk));
    for page in [&mut talk, &mut other, &mut found(&store, "talk")] {
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
