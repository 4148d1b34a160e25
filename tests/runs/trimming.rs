//! What of a talk is sent where not all of it fits into `maxInputTokens`.

use refinire_web::conversation::{estimate, trimmed, Conversation};
use refinire_web::message::{Message, Role, ToolCall};

use crate::world::{replies, Reply};

fn turn(role: Role, content: &str) -> Message {
    Message::new(role, content)
}

fn calling(id: &str) -> Message {
    let call = ToolCall {
        id: id.to_owned(),
        name: "look".to_owned(),
        input_text: "{\"at\":1}".to_owned(),
        extra: String::new(),
    };
    Message { tool_calls: vec![call], ..turn(Role::Assistant, "") }
}

fn answering(id: &str) -> Message {
    Message { tool_call_id: Some(id.to_owned()), ..turn(Role::Tool, "seen") }
}

/// What is left of these messages, and the texts that were counted, of which each character is a token.
fn left(messages: &[Message], max: f64) -> (Vec<String>, Vec<String>) {
    let mut counted = Vec::new();
    let mut count = |text: &str| {
        counted.push(text.to_owned());
        #[allow(clippy::cast_precision_loss)]
        {
            text.len() as f64
        }
    };
    let left = trimmed(messages, max, "Be brief.", &mut count);
    (left.into_iter().map(|message| message.content).collect(), counted)
}

#[test]
fn the_newest_messages_that_fit_are_left_and_the_question_and_the_instructions_whatever_they_cost() {
    let talk = || {
        let roles = [Role::User, Role::Assistant].into_iter().cycle();
        roles.zip(["aaaaa", "bbb", "c", "dd", "question"]).map(|(role, text)| turn(role, text)).collect::<Vec<_>>()
    };
    // Four tokens a message beside its words.
    let least = (4 + 9) + (4 + 8);
    for (more, kept) in [(0, 1), (5, 1), (6, 2), (10, 2), (11, 3), (17, 3), (18, 4), (26, 4), (27, 5), (1000, 5)] {
        let (messages, _) = left(&talk(), f64::from(least + more));
        assert_eq!(messages, ["aaaaa", "bbb", "c", "dd", "question"][5 - kept..], "{more}");
    }
    assert_eq!(left(&talk(), 1.0).0, ["question"]);
    // The first that does not fit is the end, also where an older one would.
    let talk = vec![turn(Role::User, "a"), turn(Role::Assistant, "much too long"), turn(Role::User, "question")];
    assert_eq!(left(&talk, f64::from(least + 10)).0, ["question"]);
}

#[test]
fn nothing_is_counted_but_what_is_sent_and_the_first_that_does_not_fit() {
    let old = (0..1000).map(|_| turn(Role::User, "old"));
    let talk: Vec<_> = old.chain([turn(Role::Assistant, "dd"), turn(Role::User, "question")]).collect();
    let (messages, counted) = left(&talk, 33.0);
    assert_eq!((messages.as_slice(), counted.len()), (["dd".to_owned(), "question".to_owned()].as_slice(), 4));
    assert_eq!(left(&talk, 25.0).1, ["Be brief.", "question", "dd"]);
}

#[test]
fn what_the_system_said_stays_in_its_place_and_is_counted_first() {
    let talk = || {
        vec![
            turn(Role::System, "one"),
            turn(Role::User, "a"),
            turn(Role::System, "two"),
            turn(Role::Assistant, "b"),
            turn(Role::User, "question"),
        ]
    };
    let least = f64::from((4 + 9) + (4 + 8) + 2 * (4 + 3));
    assert_eq!(left(&talk(), least + 4.0).0, ["one", "two", "question"]);
    assert_eq!(left(&talk(), least + 5.0).0, ["one", "two", "b", "question"]);
    assert_eq!(left(&talk(), least + 10.0).0, ["one", "a", "two", "b", "question"]);
}

#[test]
fn a_call_and_what_answers_it_stay_together() {
    let talk = || {
        vec![
            turn(Role::User, "a"),
            calling("one"),
            answering("one"),
            answering("one"),
            turn(Role::Assistant, "b"),
            turn(Role::User, "question"),
        ]
    };
    // The name and the arguments of a call are words of it.
    let (answers, calls) = (2 * (4 + 4), 4 + 4 + 8);
    let least = (4 + 9) + (4 + 8) + (4 + 1);
    for more in [0, answers - 1, answers, answers + calls - 1] {
        assert_eq!(left(&talk(), f64::from(least + more)).0, ["b", "question"], "{more}");
    }
    assert_eq!(left(&talk(), f64::from(least + answers + calls)).0, ["", "seen", "seen", "b", "question"]);
}

#[test]
fn what_follows_the_question_stays() {
    let talk = vec![turn(Role::User, "a"), turn(Role::User, "question"), calling("one"), answering("one")];
    assert_eq!(left(&talk, 1.0).0, ["question", "", "seen"]);
    let nobody_asked = vec![turn(Role::Assistant, "a"), turn(Role::Assistant, "b")];
    assert_eq!(left(&nobody_asked, 1.0).0, ["a", "b"]);
    assert!(left(&[], 1.0).0.is_empty());
}

#[test]
fn a_token_is_estimated_as_four_bytes() {
    assert_eq!(["", "a", "four", "five5", "こ", "こん"].map(estimate), [0.0, 1.0, 1.0, 2.0, 1.0, 2.0]);
}

#[test]
fn a_request_sends_what_fits_within_the_size_of_the_history_and_nothing_is_forgotten() {
    let asked = |options: &str| {
        let mut talk = Conversation::new("talk");
        (0..30).for_each(|n| talk.add(turn(if n % 2 == 0 { Role::User } else { Role::Assistant }, &n.to_string())));
        let busy = Reply::status(503);
        let run = replies([busy, Reply::answer("Hello")]).conversation(talk).options(options).run();
        assert_eq!((run.answered().as_str(), run.conversation.messages().len()), ("Hello", 32));
        let bodies = run.sent.iter().map(|sent| serde_json::from_str::<serde_json::Value>(&sent.call.body).unwrap());
        let mut counts = bodies.map(|body| body["messages"].as_array().unwrap().len());
        let (first, second) = (counts.next().unwrap(), counts.next().unwrap());
        assert_eq!(first, second, "every attempt sends the same");
        // The instructions and the question.
        first - 2
    };
    // Each has one token and four; the instructions and the question three, two and eight.
    assert_eq!(asked(r#""historySize":100,"maxInputTokens":34"#), 4);
    assert_eq!(asked(r#""historySize":100,"maxInputTokens":100"#), 17);
    assert_eq!(asked(r#""historySize":3,"maxInputTokens":100"#), 3);
    assert_eq!(asked(r#""maxInputTokens":1000"#), 10);
    assert_eq!(asked(r#""maxInputTokens":1"#), 0);
}
