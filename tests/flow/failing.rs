//! What becomes of a flow whose steps fail.

use std::rc::Rc;

use refinire_web::error::Code;
use refinire_web::event::Thrown;
use refinire_web::flow::{Hooks, Kind, NextStep, Node, OnError, Options, Plan};
use serde_json::json;

use crate::world::{agent, call, fails, flow, gives, nested, node, value, Agent, Context, Step, Talk};

fn failing_with(on_error: OnError, times: u32) -> (String, String, String) {
    let talk = Talk::new(flow(vec![
        Node { on_error: Some(on_error), ..node("a", fails(times)) },
        node("b", call(|call| async move { Ok(Some(format!("b after {}", call.context.content_told()).into())) })),
        node("c", call(|call| async move { Ok(Some(format!("c after {}", call.context.content_told()).into())) })),
    ]));
    let done = talk.ask("Go");
    let outcome = match &done.result {
        Ok(_) => done.content().as_str().expect("a text").to_owned(),
        Err(_) => done.error(),
    };
    let told: Vec<_> =
        done.log.iter().filter(|line| line.starts_with("retry") || line.starts_with("fallback")).cloned().collect();
    (outcome, told.join(", "), talk.history())
}

fn of(outcome: &str, told: &str, history: &str) -> (String, String, String) {
    (outcome.to_owned(), told.to_owned(), history.to_owned())
}

#[test]
fn a_step_that_fails_is_run_again_goes_on_elsewhere_or_with_a_value() {
    let failed = "a: the step failed: \"boom\"";
    let retry = |retry| OnError { retry, ..OnError::default() };
    assert_eq!(
        failing_with(retry(2), 2),
        of(
            "c after b after worked",
            &format!("retry a 2: {failed}, retry a 3: {failed}"),
            "a failed, a failed, a completed, b completed, c completed"
        )
    );
    assert_eq!(failing_with(retry(1), 3), of(failed, &format!("retry a 2: {failed}"), "a failed, a failed"));
    let goto = OnError { goto: Some("c".to_owned()), ..OnError::default() };
    assert_eq!(failing_with(goto, 1), of("c after -", &format!("fallback a: {failed}"), "a failed, c completed"));
    let instead = OnError { value: Some(value(json!("instead"))), ..OnError::default() };
    let history = "a failed, b completed, c completed";
    assert_eq!(
        failing_with(instead.clone(), 1),
        of("c after b after instead", &format!("fallback a: {failed}"), history)
    );
    let all = OnError { retry: 1, goto: Some("c".to_owned()), ..instead };
    let told = format!("retry a 2: {failed}, fallback a: {failed}");
    assert_eq!(failing_with(all, 9), of("c after instead", &told, "a failed, a failed, c completed"));
}

#[test]
fn the_events_of_a_step_that_fails_come_in_order() {
    let on_error = Some(OnError { retry: 1, value: Some(value(json!(0))), ..OnError::default() });
    let talk =
        Talk::new(flow(vec![Node { on_error, store_result_key: Some("kept".to_owned()), ..node("a", fails(9)) }]));
    let failed = "a: the step failed: \"boom\"";
    let log = [
        "start a".to_owned(),
        "failed a".to_owned(),
        format!("retry a 2: {failed}"),
        "start a".to_owned(),
        "failed a".to_owned(),
        format!("fallback a: {failed}"),
    ];
    assert_eq!(talk.ask("Go").log, log);
    assert_eq!(talk.context.shared.borrow().to_json(), r#"{"kept":0}"#);
}

#[test]
fn an_error_bears_the_name_of_the_innermost_step_once() {
    let talk = Talk::new(flow(vec![node("outer", nested(vec![node("inner", nested(vec![node("bad", fails(1))]))]))]));
    let done = talk.ask("Go");
    assert_eq!(done.error(), "bad: the step failed: \"boom\"");
    assert_eq!(talk.history(), "outer failed [inner failed [bad failed]]");
    assert_eq!(talk.past.history()[0].error.as_deref(), Some("bad: the step failed: \"boom\""));
}

#[test]
fn what_an_agent_has_said_before_it_fails_stays() {
    let broken = Agent { words: vec![(1.0, "Hel"), (1.0, "lo")], failure: Some("cut"), ..Agent::default() };
    let talk =
        Talk::new(flow(vec![node("say", Kind::Agent { agent: Step::Agent(Rc::new(broken)), destinations: vec![] })]));
    let done = talk.ask("Go");
    assert_eq!((done.error(), done.all("chunk ")), ("say: cut".to_owned(), vec!["Hel", "lo"]));
    assert_eq!(talk.context.said(), ["user: Go", "assistant: Hello–"]);
    assert!(!talk.context.is_finished());
}

#[test]
fn a_loop_ends_with_an_error_of_its_last_step_and_so_does_a_goto_to_nowhere() {
    let back = Node { next: NextStep::To("a".to_owned()), ..node("b", gives(1)) };
    let options = Options { start: None, max_steps: Some(4), hooks: Hooks { before: None, after: None } };
    let looping = Plan::new("flow", vec![node("a", gives(1)), back], options).expect("a flow");
    let done = Talk::new(looping).ask("Go");
    assert_eq!(done.error(), "b: the flow has taken 4 steps, its `maxSteps`: a → b → a → b → a");
    let nowhere = call(|call| {
        call.context.goto("x");
        std::future::ready(Ok(None))
    });
    let done = Talk::new(flow(vec![node("a", nowhere)])).ask("Go");
    assert_eq!(done.error(), "a: \"a\" goes on to \"x\", but there is no such step");
}

#[test]
fn of_a_step_that_failed_nothing_counts_that_it_said_of_the_next_one() {
    let says = |what: fn(&Context)| {
        call(move |call| {
            what(&call.context);
            std::future::ready(Err(Thrown::Host(value(json!("boom")))))
        })
    };
    for what in [Context::finish, |context: &Context| context.goto("d")] {
        let on_error = Some(OnError { value: Some(value(json!(1))), ..OnError::default() });
        let failing = Node { on_error, ..node("a", says(what)) };
        let others = ["b", "c", "d"].map(|name| node(name, gives(1)));
        let talk = Talk::new(flow([failing].into_iter().chain(others).collect()));
        talk.ask("Go");
        assert_eq!(talk.history(), "a failed, b completed, c completed, d completed");
    }
    let failed = Talk::new(flow(vec![node("a", says(Context::finish))]));
    failed.ask("Go");
    assert!(!failed.context.is_finished());
}

#[test]
fn a_context_that_is_freed_meanwhile_ends_it_in_an_error_of_the_step() {
    let frees = call(|call| {
        call.context.free();
        std::future::ready(Ok(None))
    });
    let talk = Talk::new(flow(vec![node("a", frees), node("b", crate::world::input("?"))]));
    let done = talk.ask("Go");
    assert_eq!(done.error(), "b: this context has been freed");
    let before = Talk::new(flow(vec![node("a", gives(1))]));
    before.context.free();
    let done = before.ask("Go");
    assert_eq!((done.error(), before.history()), ("this context has been freed".to_owned(), String::new()));
    assert!(matches!(done.result, Err(Thrown::Error(error)) if error.code == Code::InvalidArgument));
}

#[test]
fn an_agent_that_failed_may_be_asked_again() {
    let once = Agent { words: vec![(1.0, "x")], failure: Some("cut"), ..Agent::default() };
    let on_error = Some(OnError { goto: Some("other".to_owned()), ..OnError::default() });
    let broken = Kind::Agent { agent: Step::Agent(Rc::new(once)), destinations: vec![] };
    let talk = Talk::new(flow(vec![
        Node { on_error, ..node("say", broken) },
        node("never", gives(1)),
        node("other", agent(&[(1.0, "y")])),
    ]));
    let done = talk.ask("Go");
    assert_eq!(
        done.log,
        [
            "start say",
            "asked say: Go",
            "chunk x",
            "failed say",
            "fallback say: say: cut",
            "start other",
            "asked other: Go",
            "chunk y",
            "finish other",
        ]
    );
    assert_eq!(done.ok().text, "xy");
}
