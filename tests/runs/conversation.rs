//! What is asked in a conversation, and what is kept of it.

use refinire_web::conversation::Conversation;
use refinire_web::message::{Message, Role, ToolCall};
use serde_json::{json, Value};

use crate::world::{replies, Outcome, Reply};

fn turn(role: Role, content: &str) -> Message {
    Message::new(role, content)
}

fn calling(content: &str, ids: &[&str]) -> Message {
    let call = |id: &&str| ToolCall {
        id: (*id).to_owned(),
        name: "look".to_owned(),
        input_text: "{}".to_owned(),
        extra: String::new(),
    };
    Message { tool_calls: ids.iter().map(call).collect(), ..turn(Role::Assistant, content) }
}

fn answering(id: &str) -> Message {
    Message { tool_call_id: Some(id.to_owned()), ..turn(Role::Tool, "seen") }
}

fn talk(turns: impl IntoIterator<Item = Message>) -> Conversation {
    let mut conversation = Conversation::new("talk");
    turns.into_iter().for_each(|turn| conversation.add(turn));
    conversation
}

/// The messages of the only request.
fn asked(run: &Outcome) -> Vec<Value> {
    let body: Value = serde_json::from_str(&run.sent[0].call.body).unwrap();
    body["messages"].as_array().unwrap().clone()
}

/// The same without the instructions: role and content in one line, and the ids of calls.
fn in_short(run: &Outcome) -> Vec<String> {
    let line = |message: &Value| {
        let calls = message["tool_calls"].as_array().into_iter().flatten();
        let ids: Vec<_> = calls.map(|call| call["id"].as_str().unwrap()).collect();
        format!("{}: {} {}", message["role"].as_str().unwrap(), message["content"].as_str().unwrap(), ids.join(","))
    };
    asked(run)[1..].iter().map(|message| line(message).trim_end().to_owned()).collect()
}

#[test]
fn the_question_and_the_answer_are_kept_with_their_times() {
    let run = replies([Reply::ok().wait(2_000.0).say("Hello").done()]).run();
    assert_eq!(run.answered(), "Hello");
    assert_eq!(run.kept(), ["user: question", "assistant: Hello"]);
    let times: Vec<_> = run.conversation.messages().iter().map(|message| message.timestamp.as_str()).collect();
    assert_eq!(times, ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:02.000Z"]);
    assert_eq!(run.conversation.updated_at(), "2026-01-01T00:00:02.000Z");
    assert_eq!(
        asked(&run),
        [json!({"role": "system", "content": "Be brief."}), json!({"role": "user", "content": "question"})]
    );
}

#[test]
fn a_question_that_was_already_added_is_one_message() {
    let run = replies([Reply::answer("Hello")]).conversation(talk([turn(Role::User, "question")])).run();
    assert_eq!(run.kept(), ["user: question", "assistant: Hello"]);
    assert_eq!(in_short(&run), ["user: question"]);
    // Only as the last one, of a person, in the same words.
    let before = [turn(Role::User, "question"), turn(Role::Assistant, "question"), turn(Role::System, "question")];
    for (count, expected) in [(2, 4), (3, 5)] {
        let run = replies([Reply::answer("Hello")]).conversation(talk(before[..count].to_vec())).run();
        assert_eq!(run.kept().len(), expected, "{:?}", run.kept());
    }
    let run = replies([Reply::answer("Hello")]).conversation(talk([turn(Role::User, "question ")])).run();
    assert_eq!(in_short(&run), ["user: question", "user: question"]);
}

#[test]
fn so_many_turns_of_history_are_sent_the_newest_kept_and_the_instructions_always() {
    let turns = || (0..30).map(|n| turn(if n % 2 == 0 { Role::User } else { Role::Assistant }, &n.to_string()));
    for (options, count) in [
        (String::new(), 10),
        (r#""historySize":0"#.to_owned(), 0),
        (r#""historySize":3"#.to_owned(), 3),
        (r#""historySize":30"#.to_owned(), 30),
        (format!(r#""historySize":{}"#, u64::MAX), 30),
    ] {
        let scenario = replies([Reply::answer("Hello")]).conversation(talk(turns()));
        let run = if options.is_empty() { scenario.run() } else { scenario.options(&options).run() };
        assert_eq!(asked(&run)[0], json!({"role": "system", "content": "Be brief."}));
        let sent: Vec<_> = asked(&run)[1..].iter().map(|turn| turn["content"].as_str().unwrap().to_owned()).collect();
        let wanted = (30 - count..30).map(|n| n.to_string()).chain(["question".to_owned()]);
        assert_eq!(sent, wanted.collect::<Vec<_>>(), "{options}");
        assert_eq!(run.conversation.messages().len(), 32, "nothing is forgotten");
    }
}

#[test]
fn what_the_system_said_is_always_sent_in_its_order() {
    let history = || {
        [
            turn(Role::System, "one"),
            turn(Role::User, "a"),
            calling("", &["call"]),
            turn(Role::System, "two"),
            turn(Role::Assistant, "b"),
            turn(Role::System, "three"),
            turn(Role::User, "c"),
        ]
    };
    let cut = |size: usize| {
        let options = format!(r#""historySize":{size}"#);
        in_short(&replies([Reply::answer("Hello")]).conversation(talk(history())).options(&options).run())
    };
    let whole = ["system: one", "user: a", "system: two", "assistant: b", "system: three", "user: c", "user: question"];
    assert_eq!(cut(7), whole);
    assert_eq!(cut(99), whole);
    // Those among the newest count as any of them.
    let three = ["system: one", "system: two", "assistant: b", "system: three", "user: c", "user: question"];
    assert_eq!(cut(3), three);
    assert_eq!(cut(4), three);
    assert_eq!(cut(0), ["system: one", "system: two", "system: three", "user: question"]);
}

/// Without tools a request tells calls in words.
const WITH_TOOLS: &str = r#""tools":[{"name":"look"}]"#;

#[test]
fn calls_that_nobody_answered_are_not_sent() {
    let history = [
        turn(Role::User, "a"),
        calling("let me see", &["one"]),
        turn(Role::User, "b"),
        calling("", &["two", "three"]),
        answering("three"),
        calling("", &["four"]),
        turn(Role::User, "c"),
        calling("and now", &["five"]),
    ];
    let run = replies([Reply::answer("Hello")]).conversation(talk(history)).options(WITH_TOOLS).run();
    let wanted = [
        "user: a",
        "assistant: let me see",
        "user: b",
        "assistant:  three",
        "tool: seen",
        "user: c",
        "assistant: and now",
        "user: question",
    ];
    assert_eq!(in_short(&run), wanted);
    assert_eq!(run.conversation.messages()[1].tool_calls.len(), 1, "they stay in the conversation");
}

#[test]
fn answers_whose_calls_are_not_right_before_them_are_not_sent() {
    let history = [
        calling("", &["one", "two"]),
        answering("one"),
        answering("two"),
        turn(Role::User, "a"),
        answering("one"),
        calling("", &["three"]),
        answering("three"),
    ];
    let cut = |size: usize| {
        let options = format!(r#""historySize":{size},{WITH_TOOLS}"#);
        in_short(&replies([Reply::answer("Hello")]).conversation(talk(history.clone())).options(&options).run())
    };
    let whole = ["assistant:  one,two", "tool: seen", "tool: seen"];
    let rest = ["user: a", "assistant:  three", "tool: seen", "user: question"];
    assert_eq!(cut(7), [whole.as_slice(), &rest].concat());
    assert_eq!((cut(6), cut(5), cut(4)), (rest.map(str::to_owned).to_vec(), cut(6), cut(6)));
    assert_eq!(cut(1), ["user: question"]);
}

#[test]
fn an_answer_that_calls_a_tool_is_kept_with_its_calls() {
    let run = replies([Reply::ok().call("c", "look", r#"{"at":1}"#).finish("tool_calls").data("[DONE]")]).run();
    assert_eq!(run.answered(), "");
    let call = &run.conversation.messages()[1].tool_calls[0];
    assert_eq!((call.id.as_str(), call.name.as_str(), call.input_text.as_str()), ("c", "look", r#"{"at":1}"#));
    assert!(!run.conversation.messages()[1].interrupted);
    // One that was never whole is not.
    let run = replies([Reply::ok().say("Let me see").call("c", "look", r#"{"at"#)]).run();
    assert_eq!(run.kept(), ["user: question", "assistant: Let me see…"]);
    assert!(run.conversation.messages()[1].tool_calls.is_empty());
}

#[test]
fn a_conversation_can_be_forgotten() {
    let mut conversation = talk([turn(Role::User, "u"), turn(Role::Assistant, "a"), answering("c")]);
    let before = conversation.version();
    conversation.clear("2026-01-01T00:00:00.000Z".to_owned());
    assert!(conversation.messages().is_empty() && conversation.version() > before);
    assert_eq!(conversation.updated_at(), "2026-01-01T00:00:00.000Z");
}
