//! An answer that is interrupted while tools run, or before anything is said behind their results, and is gone on with later.

use refinire_web::conversation::{save, Conversation};
use refinire_web::message::{Message, ModelTurn, Role, ToolCall};

use crate::memory_store::{found, MemoryStore};
use crate::world::{replies, Outcome, Reply, Scenario, Way};

const TOOLS: &str = r#""fallback":false,"retry":false,
    "tools":[{"name":"add","description":"Adds.","parameters":{"type":"object"},"executes":true}]"#;

fn calling(text: &str, id: &str) -> Reply {
    Reply::ok().say(text).call(id, "add", "[1]").finish("tool_calls").data("[DONE]")
}

fn tooled(parts: impl IntoIterator<Item = Reply>) -> Scenario {
    replies(parts).options(TOOLS).tools(|name, input| (format!("{name}({input})"), false, 10.0))
}

/// The turns of the run's first request: what each says, and how many calls it has.
fn asked(run: &Outcome) -> Vec<(String, usize)> {
    let body: serde_json::Value = serde_json::from_str(&run.sent[0].call.body).unwrap();
    let turns = body["messages"].as_array().unwrap().iter().skip(1);
    let calls = |turn: &serde_json::Value| turn["tool_calls"].as_array().map_or(0, Vec::len);
    turns.map(|turn| (turn["content"].as_str().unwrap_or_default().to_owned(), calls(turn))).collect()
}

fn turn(content: &str, calls: usize) -> (String, usize) {
    (content.to_owned(), calls)
}

#[test]
fn without_results_it_goes_on_from_the_text_and_the_calls_are_dropped() {
    let stopped = tooled([calling("Let me see. ", "a")]).stop_after(5.0, Way::Cancel).run();
    assert_eq!(stopped.kept(), ["user: question", "assistant: Let me see. …"]);
    assert_eq!(stopped.conversation.messages()[1].tool_calls.len(), 1);
    let run = tooled([Reply::answer("It is 1.")]).conversation(stopped.conversation).resume().run();
    assert_eq!(run.answered(), "It is 1.");
    assert_eq!(asked(&run)[..2], [turn("question", 0), turn("Let me see. ", 0)]);
    assert_eq!(run.kept(), ["user: question", "assistant: Let me see. It is 1."]);
    assert!(run.conversation.messages()[1].tool_calls.is_empty());
}

#[test]
fn the_tool_may_be_called_again() {
    let stopped = tooled([calling("Let me see. ", "a")]).stop_after(5.0, Way::Abort).run();
    let replies = [Reply::ok().call("b", "add", "[2]").finish("tool_calls").data("[DONE]"), Reply::answer("It is 2.")];
    let run = tooled(replies).conversation(stopped.conversation).resume().run();
    assert_eq!(run.answered(), "It is 2.");
    assert_eq!(run.kept(), ["user: question", "assistant: Let me see. ", "tool: add([2])", "assistant: It is 2."]);
    assert_eq!(run.conversation.messages()[1].tool_calls[0].id, "b");
}

#[test]
fn a_turn_of_nothing_but_calls_is_asked_for_again() {
    let calls = Reply::ok().call("a", "add", "[1]").finish("tool_calls").data("[DONE]");
    let stopped = tooled([calls]).stop_after(5.0, Way::Cancel).run();
    let run = tooled([Reply::answer("It is 1.")]).conversation(stopped.conversation).resume().run();
    assert_eq!((run.answered().as_str(), asked(&run)), ("It is 1.", vec![turn("question", 0)]));
    assert_eq!(run.kept(), ["user: question", "assistant: It is 1."]);
}

#[test]
fn what_the_tools_came_to_is_sent_where_nothing_was_said_behind_it() {
    let failed = tooled([calling("Let me see. ", "a"), Reply::status(401)]).run();
    let kept = ["user: question", "assistant: Let me see. …", "tool: add([1])"];
    assert_eq!((failed.code(), failed.kept()), ("http", kept.map(str::to_owned).to_vec()));
    // With nothing new it is as it was.
    let failed = tooled([Reply::status(401)]).conversation(failed.conversation).resume().run();
    assert_eq!((failed.code(), failed.kept()), ("http", kept.map(str::to_owned).to_vec()));
    let run = tooled([Reply::answer("It is 1.")]).conversation(failed.conversation).resume().run();
    assert_eq!(run.answered(), "It is 1.");
    assert_eq!(asked(&run), [turn("question", 0), turn("Let me see. ", 1), turn("add([1])", 0)]);
    assert_eq!(run.kept(), ["user: question", "assistant: Let me see. ", "tool: add([1])", "assistant: It is 1."]);
}

#[test]
fn however_often_tools_ran_before_the_question_goes_along() {
    let parts = [calling("One. ", "a"), calling("Two. ", "b"), Reply::status(401)];
    let failed = tooled(parts).options(r#""historySize":0"#).run();
    let again = tooled([Reply::answer("Three.")]).options(r#""historySize":0"#);
    let run = again.conversation(failed.conversation).resume().run();
    let told = [("question", 0), ("One. ", 1), ("add([1])", 0), ("Two. ", 1), ("add([1])", 0)];
    assert_eq!(asked(&run), told.map(|(content, calls)| turn(content, calls)));
}

#[test]
fn stopped_at_any_moment_it_loses_no_text_and_no_call_is_sent_without_its_result() {
    let scenario = || tooled([calling("One. ", "a"), calling("Two. ", "b"), Reply::answer("Three.")]);
    let moments = scenario().run().moments;
    for moment in 0..moments {
        let stopped = scenario().stop_at(moment, Way::Abort).run();
        if stopped.stopped.is_none() || stopped.conversation.messages().len() < 2 {
            continue;
        }
        let said = |run: &Outcome| -> String {
            let messages = run.conversation.messages().iter();
            messages.filter(|message| message.role == Role::Assistant).map(|message| &*message.content).collect()
        };
        let before = said(&stopped);
        assert!(before.starts_with(&stopped.text()), "at moment {moment}");
        let run = tooled([Reply::answer(" Yes.")]).conversation(stopped.conversation).resume().run();
        assert_eq!(said(&run), before + &run.answered(), "at moment {moment}");
        let body: serde_json::Value = serde_json::from_str(&run.sent[0].call.body).unwrap();
        let turns = body["messages"].as_array().unwrap();
        for (at, turn) in turns.iter().enumerate() {
            let calls = turn["tool_calls"].as_array().map_or(&[][..], Vec::as_slice);
            assert!(calls.iter().all(|call| turns[at + 1]["tool_call_id"] == call["id"]), "at moment {moment}");
        }
        assert!(run.conversation.messages().iter().all(|message| !message.interrupted), "at moment {moment}");
    }
}

fn one_call() -> ModelTurn {
    let mut turn = ModelTurn::new("Let me see.");
    turn.tool_calls.push(ToolCall { id: "a".to_owned(), name: "add".to_owned(), ..ToolCall::default() });
    turn
}

#[test]
fn a_page_that_is_closed_meanwhile_leaves_it_interrupted_in_the_store() {
    let store = MemoryStore::default();
    let mut talk = Conversation::new("talk");
    talk.add(Message::new(Role::User, "question"));
    talk.grow("Let me", "2026-01-01T00:00:00.000Z");
    save(&store, &mut talk).unwrap();
    let kept = |talk: &mut Conversation| {
        save(&store, talk).unwrap();
        assert_eq!(found(&store, "talk").to_value(), talk.to_value());
        found(&store, "talk").messages().iter().map(|message| message.interrupted).collect::<Vec<_>>()
    };
    talk.call(one_call(), "2026-01-01T00:00:01.000Z".to_owned());
    assert_eq!(kept(&mut talk), [false, true]);
    let mut reopened = found(&store, "talk");
    let (sent, answer) = reopened.go_on(10, "2026-01-01T00:00:02.000Z").unwrap();
    assert_eq!((sent.len(), answer.content.as_str(), answer.tool_calls.len()), (1, "Let me see.", 0));
    let mut result = Message::new(Role::Tool, "1");
    result.tool_call_id = Some("a".to_owned());
    "2026-01-01T00:00:01.500Z".clone_into(&mut result.timestamp);
    talk.add_own(result);
    assert_eq!(kept(&mut talk), [false, true, false]);
    let (sent, answer) = found(&store, "talk").go_on(10, "2026-01-01T00:00:02.000Z").unwrap();
    assert_eq!((sent.len(), answer.content.as_str()), (3, ""));
    talk.grow("It is", "2026-01-01T00:00:03.000Z");
    assert_eq!(kept(&mut talk), [false, false, false, true]);
    talk.answer(ModelTurn::new("It is 1."), false, "2026-01-01T00:00:04.000Z".to_owned());
    assert_eq!(kept(&mut talk), [false; 4]);
}

#[test]
fn an_answer_that_ends_whole_with_nothing_more_to_say_is_not_interrupted() {
    let mut talk = Conversation::new("talk");
    talk.call(one_call(), String::new());
    talk.answer(ModelTurn::new(""), false, String::new());
    assert!(!talk.messages()[0].interrupted);
    // One of another run changes nothing.
    talk.call(one_call(), String::new());
    talk.of_run(1).grow("Meanwhile", "");
    assert!(talk.messages()[1].interrupted);
    talk.of_run(0).clear(String::new());
    talk.answer(ModelTurn::new("Anew"), false, String::new());
    assert_eq!(talk.messages().len(), 1);
}
