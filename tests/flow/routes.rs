//! What runs next.

use crate::declared::graph;
use refinire_web::error::{Code, Error};
use refinire_web::flow::{Cursor, Next, Outcome, Verdict};

fn walk(json: &str) -> Cursor {
    Cursor::new(graph(json).expect("a graph"))
}

const NOTHING: Outcome = Outcome { finish: false, goto: None, verdict: None };

fn goes_to(step: &str) -> Outcome {
    Outcome { goto: Some(step.to_owned()), ..NOTHING }
}

fn says(verdict: Verdict) -> Outcome {
    Outcome { verdict: Some(verdict), ..NOTHING }
}

fn refused(json: &str) -> Error {
    graph(json).expect_err("no graph")
}

const THREE: &str = r#"{"steps":[{"name":"a"},{"name":"b"},{"name":"c"}]}"#;

#[test]
fn steps_run_in_the_order_they_were_declared() {
    let mut walk = walk(THREE);
    assert_eq!(walk.start().unwrap(), Next::Run(0));
    assert_eq!(walk.done(&NOTHING).unwrap(), Next::Run(1));
    assert_eq!(walk.done(&NOTHING).unwrap(), Next::Run(2));
    assert_eq!(walk.done(&NOTHING).unwrap(), Next::End);
}

#[test]
fn a_flow_starts_where_it_is_told_to() {
    let mut walk = walk(r#"{"steps":[{"name":"a"},{"name":"b"}],"start":"b"}"#);
    assert_eq!(walk.start().unwrap(), Next::Run(1));
    assert_eq!(walk.done(&NOTHING).unwrap(), Next::End);
}

#[test]
fn a_next_step_goes_before_the_order_and_null_ends_the_flow() {
    let mut walk = walk(r#"{"steps":[{"name":"a","next":"c"},{"name":"b","next":null},{"name":"c","next":"b"}]}"#);
    assert_eq!(walk.start().unwrap(), Next::Run(0));
    assert_eq!(walk.done(&NOTHING).unwrap(), Next::Run(2));
    assert_eq!(walk.done(&NOTHING).unwrap(), Next::Run(1));
    assert_eq!(walk.done(&NOTHING).unwrap(), Next::End);
}

#[test]
fn a_condition_says_yes_no_or_a_step() {
    let graph =
        r#"{"steps":[{"name":"if","ifTrue":"yes","ifFalse":"no"},{"name":"no"},{"name":"yes"},{"name":"other"}]}"#;
    for (verdict, step) in [(Verdict::Is(true), 2), (Verdict::Is(false), 1), (Verdict::Step("other".to_owned()), 3)] {
        let mut walk = walk(graph);
        walk.start().unwrap();
        assert_eq!(walk.done(&says(verdict)).unwrap(), Next::Run(step));
    }
}

#[test]
fn what_a_step_says_goes_before_what_was_declared_and_the_end_before_all() {
    let mut one = walk(r#"{"steps":[{"name":"a","next":"b"},{"name":"b"},{"name":"c"}]}"#);
    one.start().unwrap();
    assert_eq!(one.done(&goes_to("c")).unwrap(), Next::Run(2));
    let mut other = walk(THREE);
    other.start().unwrap();
    assert_eq!(other.done(&Outcome { finish: true, ..goes_to("c") }).unwrap(), Next::End);
}

#[test]
fn a_step_that_does_not_exist_is_an_error_that_names_both() {
    let mut walk = walk(THREE);
    walk.start().unwrap();
    let error = walk.done(&goes_to("z")).unwrap_err();
    assert_eq!(error.code, Code::Step);
    assert_eq!(error.message, "\"a\" goes on to \"z\", but there is no such step");
}

#[test]
fn a_loop_ends_with_an_error_that_names_the_path() {
    let mut walk = walk(r#"{"steps":[{"name":"a"},{"name":"b","next":"a"}],"maxSteps":3}"#);
    walk.start().unwrap();
    walk.done(&NOTHING).unwrap();
    walk.done(&NOTHING).unwrap();
    let error = walk.done(&NOTHING).unwrap_err();
    assert_eq!(error.code, Code::Limit);
    assert_eq!(error.message, "the flow has taken 3 steps, its `maxSteps`: a → b → a → b");
}

#[test]
fn a_loop_without_a_bound_of_the_callers_ends_too_and_names_the_end_of_its_path() {
    let mut walk = walk(r#"{"steps":[{"name":"a","next":"a"}]}"#);
    walk.start().unwrap();
    let error = (0..10_000).find_map(|_| walk.done(&NOTHING).err()).expect("an end");
    assert!(error.message.starts_with("the flow has taken 1000 steps, its `maxSteps`: … → a → "), "{}", error.message);
    assert!(error.message.len() < 150, "{}", error.message);
}

#[test]
fn a_step_that_fails_is_run_again_as_often_as_it_may() {
    let mut walk = walk(r#"{"steps":[{"name":"a","retries":2},{"name":"b"}]}"#);
    walk.start().unwrap();
    assert_eq!(walk.failed().unwrap(), Some(Next::Again));
    assert_eq!(walk.failed().unwrap(), Some(Next::Again));
    assert_eq!(walk.failed().unwrap(), None);
}

#[test]
fn the_retries_of_each_time_a_step_runs_are_its_own() {
    let mut walk = walk(r#"{"steps":[{"name":"a","retries":1,"next":"a"}]}"#);
    walk.start().unwrap();
    assert_eq!(walk.failed().unwrap(), Some(Next::Again));
    assert_eq!(walk.done(&NOTHING).unwrap(), Next::Run(0));
    assert_eq!(walk.failed().unwrap(), Some(Next::Again));
}

#[test]
fn behind_a_failure_another_step_follows_or_the_next_one_with_a_value() {
    let mut one = walk(r#"{"steps":[{"name":"a","goto":"c"},{"name":"b"},{"name":"c"}]}"#);
    one.start().unwrap();
    assert_eq!(one.failed().unwrap(), Some(Next::Run(2)));
    assert_eq!(one.failed().unwrap(), None);
    let mut other = walk(r#"{"steps":[{"name":"a","hasValue":true},{"name":"b"}]}"#);
    other.start().unwrap();
    assert_eq!(other.failed().unwrap(), Some(Next::Run(1)));
}

#[test]
fn a_flow_goes_on_behind_a_step_that_waited() {
    let mut first = walk(THREE);
    assert_eq!(first.go_on_after("b", &NOTHING).unwrap(), Next::Run(2));
    let mut second = walk(r#"{"steps":[{"name":"a"},{"name":"ask","next":"a"}]}"#);
    assert_eq!(second.go_on_after("ask", &NOTHING).unwrap(), Next::Run(0));
    assert_eq!(walk(THREE).go_on_after("z", &NOTHING).unwrap_err().code, Code::Step);
}

#[test]
fn a_flow_goes_on_with_a_step_that_was_begun_before_as_with_any() {
    let mut walk = walk(r#"{"steps":[{"name":"a"},{"name":"b","retries":1}],"maxSteps":1}"#);
    assert_eq!(walk.start_at("b").unwrap(), Next::Run(1));
    assert_eq!(walk.failed().unwrap(), Some(Next::Again));
    assert_eq!(walk.done(&NOTHING).unwrap(), Next::End);
    assert_eq!(walk.start_at("z").unwrap_err().code, Code::Step);
    assert_eq!(walk.start_at("b").unwrap_err().code, Code::Limit);
}

#[test]
fn a_graph_that_names_no_step_is_refused() {
    for (json, step) in [
        (r#"{"steps":[{"name":"a","next":"x"}]}"#, "x"),
        (r#"{"steps":[{"name":"a","ifTrue":"a","ifFalse":"y"}]}"#, "y"),
        (r#"{"steps":[{"name":"a","goto":"z"}]}"#, "z"),
        (r#"{"steps":[{"name":"a"}],"start":"w"}"#, "w"),
    ] {
        let error = refused(json);
        assert_eq!(error.code, Code::InvalidArgument, "{json}");
        assert!(error.message.contains(&format!("\"{step}\"")), "{}", error.message);
    }
    assert_eq!(refused(r#"{"steps":[]}"#).code, Code::InvalidArgument);
}
