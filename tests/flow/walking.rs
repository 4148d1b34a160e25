//! What runs in a flow, in which order, and what each step gets.

use std::rc::Rc;

use refinire_web::error::Code;
use refinire_web::event::Thrown;
use refinire_web::flow::{Hooks, Kind, NextStep, Node, Options, Plan};
use refinire_web::message::Source;
use serde_json::json;

use crate::world::{agent, call, condition, flow, gives, nested, node, Agent, Context, Step, Talk};

#[test]
fn a_function_an_agent_that_streams_a_function() {
    let talk = Talk::new(flow(vec![
        node("analyze", gives("Analysis complete")),
        node("generate", agent(&[(1.0, "Decorators "), (1.0, "wrap.")])),
        node("format", call(|call| async move { Ok(Some(format!("of: {}", call.context.content_told()).into())) })),
    ]));
    let done = talk.ask("A guide");
    let log = [
        "start analyze",
        "finish analyze",
        "start generate",
        "asked generate: A guide\n\n# analyze\n\nAnalysis complete",
        "chunk Decorators ",
        "chunk wrap.",
        "finish generate",
        "start format",
        "finish format",
    ];
    assert_eq!(done.log, log);
    assert_eq!(done.content(), json!("of: Decorators wrap."));
    let result = done.ok();
    assert_eq!((&*result.text, result.attempts, result.finish_reason.as_str()), ("Decorators wrap.", 1, "stop"));
    assert_eq!(talk.context.said(), ["user: A guide", "assistant: Decorators wrap."]);
    assert!(talk.context.is_finished());
    assert_eq!(talk.history(), "analyze completed, generate completed, format completed");
}

#[test]
fn a_condition_leads_to_one_step_or_the_other_or_any() {
    for (verdict, way) in [(json!(true), "if, yes"), (json!(false), "if, no, yes"), (json!("end"), "if, end, no, yes")]
    {
        let talk = Talk::new(flow(vec![
            node("if", condition(move |_| Ok(verdict.clone()), "yes", "no")),
            node("end", gives(1)),
            node("no", gives(2)),
            node("yes", gives(3)),
        ]));
        talk.ask("in");
        assert_eq!(talk.history().replace(" completed", ""), way);
    }
}

#[test]
fn a_condition_that_gives_something_else_fails() {
    let talk = Talk::new(flow(vec![node("if", condition(|_| Ok(json!(7)), "if", "if"))]));
    let done = talk.ask("in");
    assert_eq!(done.error(), "if: a condition must give true, false or the name of a step");
    assert!(matches!(done.result, Err(Thrown::Error(error)) if error.code == Code::InvalidArgument));
}

/// What a step says of the next one.
fn says(say: impl Fn(&Context) + 'static) -> Kind<Step> {
    call(move |call| {
        say(&call.context);
        std::future::ready(Ok(None))
    })
}

#[test]
fn goto_and_finish_go_before_what_was_declared() {
    let way = |first: Node<Step>| {
        let talk = Talk::new(flow(vec![first, node("b", gives(1)), node("c", gives(2))]));
        talk.ask("in");
        assert!(talk.context.is_finished());
        talk.history().replace(" completed", "")
    };
    assert_eq!(way(node("a", says(|context| context.goto("c")))), "a, c");
    assert_eq!(way(node("a", says(Context::finish))), "a");
    assert_eq!(
        way(node(
            "a",
            says(|context| {
                context.finish();
                context.goto("c");
            })
        )),
        "a, c"
    );
    assert_eq!(way(Node { next: NextStep::End, ..node("a", gives(1)) }), "a");
    assert_eq!(way(Node { next: NextStep::To("c".to_owned()), ..node("a", gives(1)) }), "a, c");
}

#[test]
fn what_was_said_of_the_next_step_before_the_run_counts_for_nothing() {
    let talk = Talk::new(flow(vec![node("a", gives(1)), node("b", gives(2))]));
    talk.context.finish();
    talk.ask("in");
    assert_eq!(talk.history(), "a completed, b completed");
}

#[test]
fn an_agent_is_asked_the_input_and_the_content_of_the_step_before() {
    let talk = Talk::new(flow(vec![
        Node { store_result_key: Some("kept".to_owned()), ..node("first", agent(&[(0.0, "One.")])) },
        node("second", agent(&[(0.0, "Two.")])),
        node("object", gives(json!({"n": 1}))),
        node("third", agent(&[(0.0, "Three.")])),
        node("nothing", says(|context| drop(context.content.take()))),
        node("last", agent(&[])),
    ]));
    let done = talk.ask("Question");
    let asked = [
        "first: Question",
        "second: Question\n\n# first\n\nOne.",
        "third: Question\n\n# object\n\n{\"n\":1}",
        "last: Question",
    ];
    assert_eq!(done.all("asked "), asked);
    assert_eq!(talk.context.shared.borrow().to_json(), r#"{"kept":"One."}"#);
}

#[test]
fn results_come_together() {
    let cites = |word: &'static str, start, end| {
        let source = Source { url: Some("u".to_owned()), start: Some(start), end: Some(end), ..Source::default() };
        let agent = Agent { words: vec![(0.0, word)], sources: vec![source], ..Agent::default() };
        Kind::Agent { agent: Step::Agent(Rc::new(agent)), destinations: Vec::new() }
    };
    let talk = Talk::new(flow(vec![node("a", cites("ä😀", 0, 3)), node("b", cites("xy", 1, 2))]));
    let done = talk.ask("in");
    let result = done.ok();
    assert_eq!(result.text, "ä😀xy");
    assert_eq!(result.reasoning, "thought\n\nthought");
    let places: Vec<_> = result.sources.iter().map(|source| (source.start, source.end)).collect();
    assert_eq!(places, [(Some(0), Some(3)), (Some(4), Some(5))]);
    let usage = result.usage.expect("a usage");
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.total_tokens), (Some(4), Some(2), Some(6)));
    assert_eq!((result.attempts, result.success, &*result.raw_finish_reason), (2, true, "stop"));
}

#[test]
fn a_flow_without_agents_and_content_has_a_result_too() {
    let done = Talk::new(flow(vec![node("a", says(|_| {}))])).ask("in");
    assert_eq!((done.content(), &*done.ok().text, done.ok().finish_reason.as_str()), (json!(null), "", "stop"));
}

#[test]
fn a_nested_flow_runs_in_the_same_context_and_its_end_is_its_own() {
    let talk = Talk::new(flow(vec![
        node("first", gives("before")),
        node(
            "inner",
            nested(vec![
                node("say", agent(&[(1.0, "Inner.")])),
                node("stop", says(Context::finish)),
                node("never", gives("never")),
            ]),
        ),
        node("last", agent(&[(1.0, "Last.")])),
    ]));
    let done = talk.ask("in");
    let log = [
        "start first",
        "finish first",
        "start inner",
        "start inner/say",
        "asked inner/say: in\n\n# first\n\nbefore",
        "chunk Inner.",
        "finish inner/say",
        "start inner/stop",
        "finish inner/stop",
        "finish inner",
        "start last",
        "asked last: in\n\n# inner\n\nInner.",
        "chunk Last.",
        "finish last",
    ];
    assert_eq!(done.log, log);
    assert_eq!(talk.history(), "first completed, inner completed [say completed, stop completed], last completed");
}

#[test]
fn a_nested_flow_that_gives_nothing_leaves_the_content_as_it_was_and_its_name() {
    let inner = || node("inner", nested(vec![node("nothing", says(|_| {}))]));
    let talk = Talk::new(flow(vec![node("first", gives("content")), inner(), node("say", agent(&[]))]));
    assert_eq!(talk.ask("Hi").all("asked "), ["say: Hi\n\n# first\n\ncontent"]);
    let alone = Talk::new(flow(vec![inner(), node("say", agent(&[]))]));
    assert_eq!(alone.ask("Hi").all("asked "), ["say: Hi"]);
}

#[test]
fn hooks_are_called_before_and_behind_each_step_and_waited_for() {
    let hooks = Hooks { before: Some(Step::Hook("before")), after: Some(Step::Hook("after")) };
    let inner = nested(vec![node("c", gives("C"))]);
    let nodes = vec![node("a", gives("A")), node("b", gives("B")), node("in", inner)];
    let plan = Plan::new("flow", nodes, Options { start: None, max_steps: None, hooks }).expect("a flow");
    let done = Talk::new(plan).ask("in");
    let log = [
        "start a",
        "before a -",
        "after a A",
        "finish a", //
        "start b",
        "before b A",
        "after b B",
        "finish b", //
        "start in",
        "before in B",
        "start in/c",
        "finish in/c",
        "after in C",
        "finish in",
    ];
    assert_eq!(done.log, log);
}

#[test]
fn a_question_that_was_added_before_is_one_message() {
    let talk = Talk::new(flow(vec![node("a", agent(&[(0.0, "Done.")]))]));
    talk.ask("Now");
    talk.context
        .conversation()
        .borrow_mut()
        .add(refinire_web::message::Message::new(refinire_web::message::Role::User, "Again"));
    talk.ask("Again");
    assert_eq!(talk.context.said(), ["user: Now", "assistant: Done.", "user: Again", "assistant: Done."]);
}

#[test]
fn a_flow_begins_when_its_context_is_there() {
    let talk = Talk::new(flow(vec![node("a", gives(1))]));
    talk.context.ready_after.set(7.0);
    assert_eq!(talk.ask("in").at, 7.0);
}

#[test]
fn slow_takers_are_waited_for_and_nothing_overtakes() {
    let talk = Talk::new(flow(vec![node("a", agent(&[(1.0, "1"), (1.0, "2")])), node("b", gives("B"))]));
    talk.world.slow.set(10.0);
    let done = talk.ask("in");
    assert_eq!(done.all("chunk "), ["1", "2"]);
    assert_eq!(done.at, 22.0);
}

fn refusal(nodes: Vec<Node<Step>>) -> String {
    let options = Options { start: None, max_steps: None, hooks: Hooks { before: None, after: None } };
    Plan::new("flow", nodes, options).err().expect("a refusal").message.to_string()
}

#[test]
fn a_flow_that_cannot_be_is_refused() {
    assert_eq!(refusal(vec![]), "Flow \"flow\": at least one step is needed");
    assert_eq!(refusal(vec![node("a", gives(1)), node("a", gives(1))]), "Flow \"flow\": two steps of the name \"a\"");
    let leads = Node { next: NextStep::To("b".to_owned()), ..node("a", gives(1)) };
    assert_eq!(refusal(vec![leads]), "Flow \"flow\": there is no step \"b\"");
    let chooses = Kind::Agent { agent: Step::Agent(Rc::default()), destinations: vec!["y".to_owned()] };
    assert_eq!(refusal(vec![node("a", chooses)]), "Flow \"flow\": there is no step \"y\"");
}
