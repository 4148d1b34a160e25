//! The last question is asked again: what comes of it is an alternative to the earlier answer.

use std::cell::RefCell;
use std::rc::Rc;

use refinire_web::conversation::Conversation;
use refinire_web::message::Role;
use refinire_web::response::Batch;
use refinire_web::run::Run;

use crate::memory_store::{at, lines, said};
use crate::world::config::resolved;
use crate::world::{replies, Answer, Outcome, Reply, Way};

/// A question with its answer, and another one with a tool between them.
fn talk() -> Conversation {
    let mut talk = Conversation::new("talk").by("aaaa");
    for (number, (role, text)) in
        [(Role::User, "Hi"), (Role::Assistant, "Hello."), (Role::User, "Where?"), (Role::Assistant, "There.")]
            .iter()
            .enumerate()
    {
        talk.add(said(*role, text, &at(number)));
    }
    talk
}

const EARLIER: [&str; 4] = ["Hi", "Hello.", "Where?", "There."];

fn again(outcome: &Outcome) -> Conversation {
    let mut talk = outcome.conversation.clone();
    let at = talk.views().position(|view| view.alternatives.is_some()).unwrap();
    let id = talk.views().nth(at).unwrap().id.to_owned();
    talk.select_alternative(&id, 0, &crate::memory_store::at(99_999)).unwrap();
    talk
}

#[test]
fn the_question_is_sent_without_its_answer_and_the_new_one_is_shown_in_place_of_that() {
    let outcome = replies([Reply::answer("Here.")]).conversation(talk()).regenerate().run();
    assert_eq!(outcome.answered(), "Here.");
    let body = &outcome.sent[0].call.body;
    assert!(body.contains("Where?") && body.contains("Hello.") && !body.contains("There."), "{body}");
    assert_eq!(outcome.kept(), ["user: Hi", "assistant: Hello.", "user: Where?", "assistant: Here."]);
    assert_eq!(lines(&again(&outcome)), EARLIER);
    assert_eq!(outcome.conversation.branching(), 0);
}

#[test]
fn a_question_without_an_answer_is_just_asked() {
    let mut talk = talk();
    talk.truncate(3, &at(9));
    let outcome = replies([Reply::answer("Here.")]).conversation(talk).regenerate().run();
    assert_eq!(lines(&outcome.conversation), ["Hi", "Hello.", "Where?", "Here."]);
    assert!(outcome.conversation.views().all(|view| view.alternatives.is_none()));
}

#[test]
fn without_a_question_it_fails_and_asks_nobody() {
    let mut talk = Conversation::new("talk");
    talk.add(said(Role::Assistant, "Hello.", &at(0)));
    let outcome = replies([]).conversation(talk).regenerate().run();
    assert_eq!((outcome.code(), outcome.sent.len()), ("invalid-argument", 0));
    assert_eq!(lines(&outcome.conversation), ["Hello."]);
}

#[test]
fn turns_of_tools_belong_to_the_alternative() {
    let tools = r#""tools":[{"name":"look","description":"Looks.","parameters":{"type":"object"},"executes":true}]"#;
    let call = Reply::ok().say("Wait.").call("1", "look", "{}").finish("tool_calls");
    let scenario = replies([call, Reply::answer("Here.")]).options(tools).tools(|_, _| ("seen".to_owned(), false, 5.0));
    let outcome = scenario.conversation(talk()).regenerate().run();
    assert_eq!(
        outcome.kept(),
        ["user: Hi", "assistant: Hello.", "user: Where?", "assistant: Wait.", "tool: seen", "assistant: Here."]
    );
    assert_eq!(lines(&again(&outcome)), EARLIER);
}

#[test]
fn where_nothing_comes_of_it_the_earlier_answer_is_shown_again() {
    let failed = replies([Reply::status(400)]).conversation(talk()).regenerate().run();
    assert_eq!((failed.code(), lines(&failed.conversation)), ("http", EARLIER.map(str::to_owned).to_vec()));
    let thought = replies([Reply::ok().think("Hm").hang()]).conversation(talk()).regenerate();
    let stopped = thought.stop_after(50.0, Way::Cancel).run();
    assert_eq!((stopped.stop(), lines(&stopped.conversation)), (Way::Cancel, EARLIER.map(str::to_owned).to_vec()));
    for outcome in [failed, stopped] {
        assert!(outcome.conversation.views().all(|view| view.alternatives.is_none()));
    }
}

#[test]
fn what_was_said_when_it_is_stopped_is_an_alternative() {
    let reply = Reply::ok().say("Perhaps ").say("here").done();
    let scenario = replies([reply]).reader(|chunk| if chunk == 1 { Answer::Stop(Way::Abort) } else { Answer::Take });
    let outcome = scenario.conversation(talk()).regenerate().run();
    assert_eq!(outcome.kept().last().map(String::as_str), Some("assistant: Perhaps …"));
    assert_eq!(lines(&again(&outcome)), EARLIER);
}

#[test]
fn at_any_moment_it_is_stopped_either_answer_is_whole_and_the_other_one_is_lost_nowhere() {
    let scenario = || {
        let reply = Reply::ok().say("He").say("re").say(".").done();
        replies([reply]).conversation(talk()).regenerate()
    };
    let moments = scenario().run().moments;
    for moment in 0..moments {
        for way in [Way::Abort, Way::Cancel, Way::Throw] {
            let outcome = scenario().stop_at(moment, way).run();
            let shown = lines(&outcome.conversation);
            assert_eq!(outcome.conversation.branching(), 0);
            if outcome.conversation.views().any(|view| view.alternatives.is_some()) {
                assert!("Here.".starts_with(shown[3].trim_end_matches('…')), "{shown:?}");
                assert_eq!(lines(&again(&outcome)), EARLIER);
            } else {
                assert_eq!(shown, EARLIER);
            }
        }
    }
}

#[test]
fn a_run_that_never_begins_ends_no_other_one() {
    let config = Rc::new(resolved(r#"{"model":"openai://gpt","baseUrl":"https://api.example/v1"}"#).unwrap());
    let talk = Rc::new(RefCell::new(talk()));
    let run = || Run::new(config.clone(), Batch::Delta, false, Some(talk.clone()));
    let mut first = run();
    first.begin(Some("And?"), at(5), 0.0).unwrap();
    run().close(true, 0, at(6), &mut |_| 0.0);
    talk.borrow_mut().branch(2);
    let number = talk.borrow().branching();
    talk.borrow_mut().of_run(0).grow("So.", &at(7));
    assert_eq!(lines(&talk.borrow()), ["Hi", "Hello."], "its answer follows its question");
    first.close(true, 0, at(8), &mut |_| 0.0);
    assert_eq!(talk.borrow().branching(), number, "it was begun before the alternative");
    run().close(true, 0, at(9), &mut |_| 0.0);
    assert_eq!(lines(&talk.borrow()), ["Hi", "Hello.", "Where?", "There.", "And?", "…"]);
}

#[test]
fn a_question_that_is_edited_stays_though_its_run_fails() {
    let mut talk = talk();
    talk.branch(2);
    let outcome = replies([Reply::status(400)]).conversation(talk).input("When?").run();
    assert_eq!(lines(&outcome.conversation), ["Hi", "Hello.", "When?"]);
    assert_eq!(lines(&again(&outcome)), EARLIER);
}

#[test]
fn an_earlier_answer_is_asked_for_again_where_what_follows_was_put_aside() {
    let mut talk = talk();
    talk.branch(1);
    let outcome = replies([Reply::answer("Hey.")]).conversation(talk).regenerate().run();
    assert_eq!(lines(&outcome.conversation), ["Hi", "Hey."]);
    assert_eq!(lines(&again(&outcome)), EARLIER);
    let mut talk = self::talk();
    talk.branch(1);
    let failed = replies([Reply::status(400)]).conversation(talk).regenerate().run();
    assert_eq!(lines(&failed.conversation), EARLIER);
}
