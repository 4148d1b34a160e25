//! Several answers in one conversation at the same time, as the branches of a flow give them.

use refinire_web::conversation::{load, save, Conversation};
use refinire_web::message::{Message, ModelTurn, Role};

use crate::memory_store::MemoryStore;

fn at(second: usize) -> String {
    format!("2026-01-01T00:00:{second:02}.000Z")
}

fn said(talk: &Conversation) -> Vec<String> {
    let line = |message: &Message| format!("{}{}", message.content, if message.interrupted { "…" } else { "" });
    talk.messages().iter().map(line).collect()
}

fn found(store: &MemoryStore) -> Conversation {
    let mut talk = Conversation::new("talk");
    load(store, &mut talk).unwrap();
    talk
}

#[test]
fn each_answer_grows_at_its_own_place_and_is_kept_there() {
    let store = MemoryStore::default();
    let mut talk = Conversation::new("talk");
    talk.of_run(1).reserve(0, &at(0));
    talk.of_run(2).reserve(0, &at(0));
    talk.of_run(2).grow("second", &at(1));
    save(&store, &mut talk).unwrap();
    talk.of_run(1).grow("fi", &at(2));
    talk.of_run(2).grow("second one", &at(3));
    talk.of_run(1).grow("first", &at(4));
    save(&store, &mut talk).unwrap();
    assert_eq!(said(&talk), ["first…", "second one…"]);
    assert_eq!(said(&found(&store)), ["first…", "second one…"]);
    talk.of_run(2).answer(ModelTurn::new("second one."), false, at(5));
    talk.of_run(1).answer(ModelTurn::new("first"), true, at(6));
    save(&store, &mut talk).unwrap();
    assert_eq!(said(&found(&store)), ["first…", "second one."]);
}

#[test]
fn a_place_is_kept_free_until_the_answer_comes_whatever_is_added_before() {
    let mut talk = Conversation::new("talk");
    talk.of_run(7).reserve(0, &at(0));
    talk.add(Message::new(Role::System, "noted"));
    talk.of_run(7).grow("", &at(1));
    talk.of_run(7).answer(ModelTurn::new("answer"), false, at(2));
    assert_eq!(said(&talk), ["answer", "noted"]);
    // The next one of the same run stands behind it, and behind all when the run has no more to say.
    talk.of_run(7).answer(ModelTurn::new("more"), false, at(3));
    assert_eq!(said(&talk), ["answer", "more", "noted"]);
    talk.of_run(7).release();
    talk.of_run(7).answer(ModelTurn::new("late"), false, at(4));
    assert_eq!(said(&talk), ["answer", "more", "noted", "late"]);
}

fn turn(content: &str, second: usize) -> Message {
    let mut turn = Message::new(Role::Tool, content);
    turn.timestamp = at(second);
    turn
}

#[test]
fn what_several_say_turn_behind_turn_stands_together_also_when_it_is_read_again() {
    let store = MemoryStore::default();
    let mut talk = Conversation::new("talk");
    for run in [1, 2] {
        talk.of_run(run).reserve(0, &at(0));
    }
    talk.of_run(2).answer(ModelTurn::new("b calls"), false, at(1));
    talk.of_run(1).answer(ModelTurn::new("a calls"), false, at(2));
    talk.of_run(2).add_own(turn("b's tool", 3));
    talk.of_run(2).grow("b e", &at(4));
    talk.of_run(1).add_own(turn("a's tool", 5));
    save(&store, &mut talk).unwrap();
    talk.of_run(2).answer(ModelTurn::new("b ends"), false, at(6));
    talk.of_run(1).answer(ModelTurn::new("a ends"), false, at(7));
    talk.add(turn("behind", 8));
    save(&store, &mut talk).unwrap();
    let whole = ["a calls", "a's tool", "a ends", "b calls", "b's tool", "b ends", "behind"];
    assert_eq!(said(&talk), whole);
    assert_eq!(said(&found(&store)), whole);
}

#[test]
fn what_is_said_within_a_run_stands_among_what_that_says() {
    let mut talk = Conversation::new("talk");
    for run in [1, 2] {
        talk.of_run(run).reserve(0, &at(0));
    }
    talk.of_run(2).answer(ModelTurn::new("second"), false, at(1));
    talk.of_run(1).answer(ModelTurn::new("first"), false, at(2));
    for (run, within) in [(3, 1), (4, 1), (5, 4)] {
        talk.of_run(run).reserve(within, &at(3));
    }
    talk.of_run(1).answer(ModelTurn::new("behind them"), false, at(4));
    for (run, words) in [(5, "within b"), (4, "b ends"), (3, "a"), (3, "a ends")] {
        talk.of_run(run).answer(ModelTurn::new(words), false, at(5));
    }
    assert_eq!(said(&talk), ["first", "a", "a ends", "within b", "b ends", "behind them", "second"]);
}

#[test]
fn more_runs_and_turns_than_places_lose_none() {
    let mut talk = Conversation::new("talk");
    for run in 1..=400 {
        talk.of_run(run).reserve(0, &at(0));
        talk.of_run(1_000 + run).reserve(run, &at(0));
    }
    for count in 0..3 {
        for run in 1..=400 {
            talk.of_run(1_000 + run).answer(ModelTurn::new(format!("{run} {count}")), false, at(1));
        }
    }
    let mut found = said(&talk);
    let mut first = found.iter().filter(|line| line.ends_with(" 0"));
    assert_eq!(first.next().map(String::as_str), Some("1 0"));
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 1_200);
    let store = MemoryStore::default();
    save(&store, &mut talk).unwrap();
    let mut read = said(&self::found(&store));
    read.sort();
    assert_eq!(read, found);
}

#[test]
fn where_no_answer_comes_any_more_none_is_waited_for() {
    let mut talk = Conversation::new("talk");
    talk.of_run(1).reserve(0, &at(0));
    talk.of_run(1).release();
    talk.of_run(1).answer(ModelTurn::new(""), true, at(1));
    talk.add(Message::new(Role::System, "noted"));
    talk.of_run(1).answer(ModelTurn::new("late"), false, at(2));
    assert_eq!(said(&talk), ["noted", "late"]);
}

fn prompted(turns: &[(Role, &str)], history: usize) -> Vec<String> {
    let mut talk = Conversation::new("talk");
    for (role, text) in turns {
        talk.add(Message::new(*role, *text));
    }
    talk.with_prompt("prompt", history).iter().map(|message| message.content.clone()).collect()
}

#[test]
fn a_prompt_stands_for_the_question_that_nobody_has_answered_or_behind_all() {
    use Role::{Assistant, System, User};
    assert_eq!(prompted(&[], 9), ["prompt"]);
    assert_eq!(prompted(&[(User, "q")], 9), ["prompt"]);
    assert_eq!(prompted(&[(User, "q"), (System, "s")], 9), ["prompt", "s"]);
    assert_eq!(prompted(&[(User, "q"), (Assistant, "a")], 9), ["q", "a", "prompt"]);
    assert_eq!(prompted(&[(User, "q"), (Assistant, "a"), (System, "s")], 9), ["q", "a", "s", "prompt"]);
    assert_eq!(prompted(&[(User, "1"), (Assistant, "2"), (User, "3")], 1), ["2", "prompt"]);
    assert_eq!(prompted(&[(User, "1"), (Assistant, "2")], 1), ["2", "prompt"]);
    assert_eq!(prompted(&[(User, "1"), (Assistant, "2"), (User, "3")], 0), ["prompt"]);
}

#[test]
fn a_turn_without_words_is_sent_only_while_it_is_the_question() {
    use Role::{Assistant, System, User};
    let asked = |turns: &[(Role, &str)]| {
        let mut talk = Conversation::new("talk");
        for (role, text) in turns {
            talk.add(Message::new(*role, *text));
        }
        let sent = talk.ask("q", 9, at(0));
        sent.iter().map(|message| message.content.clone()).collect::<Vec<_>>()
    };
    assert_eq!(asked(&[(User, ""), (Assistant, "a")]), ["a", "q"]);
    assert_eq!(asked(&[(User, "1"), (Assistant, " \n"), (System, "s")]), ["1", "s", "q"]);
    assert_eq!(prompted(&[(User, "1"), (Assistant, "2"), (User, ""), (System, "s")], 9), ["1", "2", "prompt", "s"]);
    let mut talk = Conversation::new("talk");
    assert_eq!(talk.ask("", 9, at(0)).len(), 1);
}
