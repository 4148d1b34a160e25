//! A flow asks the user, and goes on with the answer: now, later, in another page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use refinire_web::event::Thrown;
use refinire_web::flow::{chart, Hooks, Kind, Node, OnError, Options, Plan, Prompt};
use refinire_web::message::{Message, Role};
use serde_json::json;

use crate::world::{agent, call, fails, flow, gives, input, nested, node, value, Given, Step, Talk};

fn letters() -> Plan<Step> {
    flow(vec![
        node("draft", agent(&[(1.0, "Draft.")])),
        node("ask", input("Good?")),
        node("final", agent(&[(1.0, "Final.")])),
    ])
}

#[test]
fn the_run_ends_with_the_question_and_goes_on_behind_it_with_the_answer() {
    let talk = Talk::new(letters());
    let done = talk.ask("Write");
    assert_eq!(done.log.last().map(String::as_str), Some("finish ask"));
    assert_eq!(done.all("asks "), ["ask: Good?"]);
    assert_eq!((done.content(), done.ok().finish_reason.as_str()), (json!("Good?"), "user-input"));
    assert_eq!((talk.awaits().as_deref(), talk.context.is_finished()), (Some("ask"), false));
    let done = talk.answer("Yes");
    assert_eq!(done.log, ["start final", "asked final: Write\n\n# ask\n\nYes", "chunk Final.", "finish final"]);
    assert_eq!((done.content(), done.ok().finish_reason.as_str()), (json!("Final."), "stop"));
    assert_eq!((talk.awaits(), talk.context.is_finished()), (None, true));
    let said = ["user: Write", "assistant: Draft.", "assistant: Good?", "user: Yes", "assistant: Final."];
    assert_eq!(talk.context.said(), said);
    assert_eq!(talk.history(), "draft completed, ask completed, final completed");
}

#[test]
fn it_goes_on_in_another_page() {
    let first = Talk::new(letters());
    first.ask("Write");
    let talk = first.reload();
    assert_eq!(talk.awaits().as_deref(), Some("ask"));
    assert_eq!(talk.history(), "draft completed, ask completed");
    assert_eq!(talk.past.history()[0].duration_ms, 1.0);
    assert_eq!(talk.answer("Yes").all("chunk "), ["Final."]);
    assert_eq!(talk.history(), "draft completed, ask completed, final completed");
    assert!(chart(&talk.plan, &talk.past.path()).ends_with("class s0,s1,s2 taken"));
    assert_eq!(talk.reload().awaits(), None);
}

/// Where a page goes away between the answer and what comes of it, the next one still waits for an answer.
#[test]
fn a_reload_between_an_answer_and_the_text_behind_it_loses_no_wait() {
    let first = Talk::new(letters());
    first.ask("Write");
    let stopped = first.run("Yes", true, Some(0.5));
    assert!(stopped.all("chunk ").is_empty());
    assert_eq!(first.context.said().last().map(String::as_str), Some("user: Yes"));
    assert_eq!(first.awaits().as_deref(), Some("ask"), "in the same page");
    let talk = first.reload();
    assert_eq!(talk.awaits().as_deref(), Some("ask"));
    assert_eq!(talk.history(), "draft completed, ask completed");
    let done = talk.answer("No");
    assert_eq!(done.all("asked "), ["final: Write\n\n# ask\n\nNo"]);
    assert_eq!(talk.context.said()[3..], ["user: Yes", "user: No", "assistant: Final."]);
    assert_eq!((talk.awaits(), talk.reload().awaits()), (None, None));
}

#[test]
fn an_answer_of_which_something_has_come_is_no_open_one_in_any_page() {
    let plan = || flow(vec![node("ask", input("Sure?")), node("once", gives("order"))]);
    let talk = Talk::new(plan());
    talk.ask("Buy");
    assert_eq!(talk.answer("Yes").content(), json!("order"));
    assert_eq!(talk.context.said(), ["user: Buy", "assistant: Sure?", "user: Yes"]);
    assert_eq!((talk.awaits(), talk.reload().awaits()), (None, None));
    let spoken = Talk::new(letters());
    spoken.ask("Write");
    let conversation = spoken.context.conversation();
    spoken.run("Yes", true, Some(1.5));
    assert_eq!((spoken.awaits(), spoken.reload().awaits()), (None, None), "an answer was given");
    conversation.borrow_mut().add(Message::new(Role::User, "more"));
    assert_eq!((spoken.awaits(), spoken.reload().awaits()), (None, None));
}

/// Whether the user is asked.
type Asks = Box<dyn Fn() -> bool>;

#[test]
fn while_it_goes_on_behind_an_answer_nothing_is_asked() {
    let seen = Rc::new(Cell::new(true));
    let asks: Rc<RefCell<Option<Asks>>> = Rc::default();
    let look = {
        let (seen, asks) = (seen.clone(), asks.clone());
        call(move |_| {
            seen.set(asks.borrow().as_ref().is_some_and(|asks| asks()));
            std::future::ready(Ok(None))
        })
    };
    let talk = Talk::new(flow(vec![node("ask", input("?")), node("look", look)]));
    let (past, plan, context) = (talk.past.clone(), talk.plan.clone(), talk.context.clone());
    asks.replace(Some(Box::new(move || {
        let conversation = context.conversation();
        let awaiting = past.awaiting(&plan, &conversation.borrow());
        awaiting.is_some()
    })));
    talk.ask("Go");
    talk.answer("Yes");
    assert!(!seen.get());
}

#[test]
fn where_nothing_is_asked_or_another_flow_asks_there_is_nothing_to_go_on_from() {
    let refused = |name: &str| format!("resume: the conversation does not end with a question of the flow \"{name}\"");
    let talk = Talk::new(letters());
    assert_eq!(talk.answer("Yes").error(), refused("flow"));
    talk.ask("Write");
    let options = Options { start: None, max_steps: None, hooks: Hooks { before: None, after: None } };
    let other = Plan::new("other", vec![node("ask", input("?"))], options).expect("a flow");
    let other = Talk::within(other, talk.context.clone());
    assert_eq!((other.answer("Yes").error(), other.awaits()), (refused("other"), None));
    assert_eq!(talk.awaits().as_deref(), Some("ask"));
    talk.ask("Anew");
    let conversation = talk.context.conversation();
    let awaiting = talk.past.awaiting(&talk.plan, &conversation.borrow()).expect("a question");
    assert_eq!((&*awaiting.input, &*awaiting.prompt), ("Anew", "Good?"));
    conversation.borrow_mut().clear("2030-01-01T00:00:00.000Z".to_owned());
    assert_eq!(talk.awaits(), None);
}

#[test]
fn an_answer_that_came_to_nothing_may_be_given_again() {
    let talk = Talk::new(flow(vec![node("ask", input("Sure?")), node("once", fails(1))]));
    talk.ask("Buy");
    assert!(talk.answer("Yes").result.is_err());
    assert_eq!(talk.awaits().as_deref(), Some("ask"));
    assert_eq!(talk.reload().awaits().as_deref(), Some("ask"));
    assert_eq!(talk.answer("Yes").content(), json!("worked"));
    assert_eq!(talk.context.said(), ["user: Buy", "assistant: Sure?", "user: Yes"]);
    assert_eq!(talk.awaits(), None);
    let refused = "resume: the conversation does not end with a question of the flow \"flow\"";
    assert_eq!(talk.answer("Yes").error(), refused);
}

#[test]
fn behind_an_answer_that_came_to_nothing_the_page_may_add_the_next_one_itself() {
    let talk = Talk::new(flow(vec![node("ask", input("Sure?")), node("once", fails(1))]));
    talk.ask("Buy");
    talk.answer("Yes");
    talk.context.conversation().borrow_mut().add(Message::new(Role::User, "Really"));
    assert_eq!(talk.awaits().as_deref(), Some("ask"));
    assert_eq!(talk.answer("Really").content(), json!("worked"));
    assert_eq!(talk.context.said(), ["user: Buy", "assistant: Sure?", "user: Yes", "user: Really"]);
    assert_eq!((talk.awaits(), talk.reload().awaits()), (None, None));
}

#[test]
fn another_run_instead_of_an_answer_closes_the_question() {
    let plan = || flow(vec![node("ask", input("?")), node("bad", fails(9))]);
    let talk = Talk::new(plan());
    talk.ask("Go");
    talk.answer("Yes");
    assert_eq!(talk.awaits().as_deref(), Some("ask"));
    let quiet = Talk { plan: Rc::new(flow(vec![node("a", fails(9))])), ..talk };
    quiet.ask("Yes");
    assert_eq!((quiet.awaits(), quiet.reload().awaits()), (None, None), "even with the words of the answer");
}

#[test]
fn a_question_inside_a_nested_flow_goes_on_there_and_then_outside() {
    let plan = flow(vec![
        node(
            "inner",
            nested(vec![
                node("ask", input("?")),
                node(
                    "note",
                    call(|call| async move { Ok(Some(format!("noted {}", call.context.content_told()).into())) }),
                ),
            ]),
        ),
        node(
            "last",
            call(|call| async move { Ok(Some(format!("{}: {}", call.input, call.context.content_told()).into())) }),
        ),
    ]);
    let first = Talk::new(plan);
    first.ask("Go");
    assert_eq!(
        (first.awaits().as_deref(), first.history()),
        (Some("inner/ask"), "inner completed [ask completed]".to_owned())
    );
    let talk = first.reload();
    let done = talk.answer("this");
    assert_eq!(done.content(), json!("Go: noted this"));
    let log = ["start inner", "start inner/note", "finish inner/note", "finish inner", "start last", "finish last"];
    assert_eq!(done.log, log);
    assert_eq!(first.answer("that").content(), json!("Go: noted that"));
    assert_eq!(first.history(), "inner completed [ask completed, note completed], last completed");
}

#[test]
fn a_nested_flow_that_goes_on_is_a_step_like_others() {
    let run = |on_error: OnError| {
        let inner = nested(vec![node("ask", input("?")), node("note", gives("noted")), node("bad", fails(1))]);
        let on_error = Some(on_error);
        let talk = Talk::new(flow(vec![
            Node { on_error, store_result_key: Some("kept".to_owned()), ..node("inner", inner) },
            node("last", gives("last")),
        ]));
        talk.ask("Go");
        let done = talk.answer("this");
        assert_eq!(done.content(), json!("last"));
        let inner = |line: &&String| line.contains("inner") && !line.contains('/');
        let told: Vec<_> =
            done.log.iter().filter(inner).map(|line| line.split(':').next().unwrap().to_owned()).collect();
        let shared = talk.context.shared.borrow().to_json();
        (told.join(", "), talk.history(), shared)
    };
    assert_eq!(
        run(OnError { value: Some(value(json!("saved"))), ..OnError::default() }),
        (
            "start inner, failed inner, fallback inner".to_owned(),
            "inner failed [ask completed, note completed, bad failed], last completed".to_owned(),
            r#"{"kept":"saved"}"#.to_owned(),
        )
    );
    assert_eq!(
        run(OnError { retry: 1, ..OnError::default() }),
        (
            "start inner, failed inner, retry inner 2, start inner, finish inner".to_owned(),
            "inner failed [ask completed, note completed, bad failed], inner completed [note completed, bad completed], \
                last completed"
                .to_owned(),
            r#"{"kept":"worked"}"#.to_owned(),
        )
    );
}

#[test]
fn an_answer_is_what_the_step_comes_to_and_the_hook_behind_it_is_called() {
    let hooks = Hooks { before: Some(Step::Hook("before")), after: Some(Step::Hook("after")) };
    let asks = Node { store_result_key: Some("name".to_owned()), ..node("ask", input("Name?")) };
    let options = Options { start: None, max_steps: None, hooks };
    let talk = Talk::new(Plan::new("flow", vec![asks, node("greet", gives("Hello"))], options).expect("a flow"));
    assert_eq!(talk.ask("Hi").all("before "), ["ask -"]);
    let done = talk.answer("Ann");
    assert_eq!(done.log, ["after ask Ann", "start greet", "before greet Ann", "after greet Hello", "finish greet"]);
    assert_eq!(talk.context.shared.borrow().to_json(), r#"{"name":"Ann"}"#);
}

#[test]
fn where_the_step_that_asked_is_another_one_by_now_the_answer_is_refused_and_no_message() {
    let talk = Talk::new(flow(vec![node("ask", input("?"))]));
    talk.ask("Go");
    for plan in [
        flow(vec![node("ask", gives(1))]),
        flow(vec![node("other", gives(1))]),
        flow(vec![node("ask", nested(vec![node("a", gives(1))]))]),
    ] {
        let other = Talk::within(plan, talk.context.clone());
        assert_eq!(other.answer("Yes").error(), "resume: there is no step \"ask\" that waits");
    }
    assert_eq!(talk.context.said().len(), 2);
}

#[test]
fn a_question_may_be_made_and_may_fail() {
    let asking = |given: fn() -> Given| {
        let made = Step::Function(Rc::new(move |_| Box::pin(std::future::ready(given()))));
        let talk = Talk::new(flow(vec![node("ask", Kind::Input(Prompt::Made(made)))]));
        talk.ask("Go")
    };
    assert_eq!(asking(|| Ok(Some(json!("Really?")))).content(), json!("Really?"));
    let failed = asking(|| Err(Thrown::Host(value(json!("no words")))));
    assert_eq!(failed.error(), "ask: the step failed: \"no words\"");
}
