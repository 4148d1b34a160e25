//! Answers that are JSON.

use std::rc::Rc;

use refinire_web::error::Code;
use refinire_web::message::FinishReason;
use refinire_web::run::features::{AnswerCheck, Asked, Features};
use refinire_web::run::{Extras, Review, StopSignal};

use super::host::{config_for, draft, json, now, Bench, Checks};

const TOWN: &str = r#"{"type":"object","properties":{"town":{"type":"string","pattern":"o"}},"required":["town"]}"#;

#[test]
fn the_value_that_fits_counts_the_first_or_else_the_last_one() {
    for (answer, town) in [
        (r#"{"town":"Rome"} and {"town":"Como"}"#, "Rome"),
        (r#"So: {"town":"Rome"}, or {"town":"Como"}"#, "Como"),
        (r#"{"name":"x"} then {"town":"Rome"} then {"town":"Bari"}"#, "Rome"),
    ] {
        assert_eq!(Bench::structured(TOWN, 0).content(answer), format!(r#"{{"town":"{town}"}}"#), "{answer}");
    }
}

#[test]
fn json_within_a_string_is_the_value_however_often() {
    let once = r#"  "{\"town\":\"Rome\"}" "#;
    let twice = r#""\"{\\\"town\\\":\\\"Rome\\\"}\"""#;
    for answer in [once, twice] {
        assert_eq!(Bench::structured(TOWN, 0).content(answer), r#"{"town":"Rome"}"#);
    }
    assert_eq!(Bench::structured(TOWN, 0).failure(r#""Sorry""#).code, Code::Schema);
}

#[test]
fn what_does_not_fit_fails_with_the_first_reason_and_the_text() {
    let bench = Bench::structured(TOWN, 0);
    let error = bench.failure(r#"{"town":1} {"town":"Bari"}"#);
    assert_eq!((error.code, error.retryable), (Code::Schema, false));
    assert_eq!(
        error.message,
        r#"the answer does not fit the schema: town: must be a string. It is: {"town":1} {"town":"Bari"}"#
    );
    assert_eq!(error.partial_text, r#"{"town":1} {"town":"Bari"}"#);
    assert_eq!(json(error.cause.as_ref().unwrap()), r#""town: must be a string""#);
    let none = bench.failure("Sorry.").message.to_string();
    assert_eq!(none, "the answer is not the JSON that was asked for: no JSON was found (object). It is: Sorry.");
}

#[test]
fn a_validator_makes_the_value_and_the_schema_is_not_asked() {
    let check = AnswerCheck::Validator(Rc::new(Checks(|value| match &*value {
        r#"{"n":1}"# => Ok(r#"{"checked":true}"#),
        _ => Err("n: expected 1"),
    })));
    let features = || Features { answer: Some(check.clone()), ..Features::default() };
    let bench = Bench::new(features(), config_for(TOWN), Asked::default());
    assert_eq!(bench.content(r#"{"n":1}"#), r#"{"checked":true}"#);
    assert!(bench.failure(r#"{"town":"Rome"}"#).message.contains("does not fit the schema: n: expected 1."));
}

#[test]
fn it_is_asked_for_again_as_often_as_the_caller_says() {
    let bench = Bench::structured(TOWN, 1);
    let prompt = bench.prompt("Sorry.");
    let words = "the answer is not the JSON that was asked for: no JSON was found (object). It is: Sorry.";
    assert_eq!(
        prompt,
        format!("Your answer cannot be used: {words}\n\nGive it again, whole and corrected, as JSON and nothing else.")
    );
    assert_eq!(bench.log.take(), [format!("retry 2 0 schema: {words}")]);
    assert_eq!(bench.failure("Sorry.").code, Code::Schema);
    assert!(bench.log.take().is_empty());
}

#[test]
fn what_streams_is_told_of_once() {
    let bench = Bench::structured(TOWN, 0);
    for piece in [" ", "{", r#""town":"Ro"#, r#"me"}"#, " Bye {"] {
        bench.hear(piece);
    }
    let told = [r#"partial "{\"town\":\"Ro""#, r#"field [] {"town":"Rome"}"#];
    assert_eq!(bench.log.take(), told);
    assert_eq!(bench.content(r#" {"town":"Rome"} Bye {"#), r#"{"town":"Rome"}"#);
    assert!(bench.log.take().is_empty());
}

#[test]
fn what_does_not_stream_is_told_of_at_the_end_if_anybody_listens() {
    let answer = r#"Here: {"town":"Rome"}"#;
    let bench = Bench::structured(TOWN, 0);
    assert_eq!(bench.content(answer), r#"{"town":"Rome"}"#);
    assert!(bench.log.take().is_empty());
    bench.hear(answer);
    bench.content(answer);
    assert_eq!(bench.log.take(), [r#"field [] {"town":"Rome"}"#]);
}

#[test]
fn another_value_than_the_one_that_streamed_is_told_of_too() {
    let bench = Bench::structured(TOWN, 0);
    let answer = r#"{"name":"x"} or {"town":"Rome"}"#;
    bench.hear(answer);
    bench.content(answer);
    assert_eq!(bench.log.take(), [r#"field [] {"name":"x"}"#, r#"field [] {"town":"Rome"}"#]);
}

#[test]
fn what_was_said_before_tools_ran_is_not_the_answer() {
    let bench = Bench::structured(TOWN, 0);
    let (before, after) = (r#"{"town":"Oslo"} 𝒳 "#, r#"{"town":"Rome"}"#);
    bench.hear(before);
    now(bench.run.call(Vec::new(), StopSignal::default()));
    bench.log.take();
    bench.hear(after);
    assert_eq!(bench.content(&format!("{before}{after}")), after);
    assert_eq!(bench.log.take(), [format!("field [] {after}")]);
}

#[test]
fn a_new_answer_is_told_of_from_its_beginning() {
    let bench = Bench::structured(TOWN, 1);
    bench.hear("Sorry.");
    bench.prompt("Sorry.");
    bench.log.take();
    bench.hear(r#"{"town":"Rome"}"#);
    assert_eq!(bench.log.take(), [r#"field [] {"town":"Rome"}"#]);
    bench.content(r#"{"town":"Rome"}"#);
    assert!(bench.log.take().is_empty());
}

#[test]
fn a_resumed_answer_is_told_of_when_it_is_whole() {
    let features = Features { answer: Some(AnswerCheck::JsonSchema), ..Features::default() };
    let bench = Bench::new(features, config_for(TOWN), Asked { resumes: true, ..Asked::default() });
    bench.hear(r#""Rome"}"#);
    assert!(bench.log.take().is_empty());
    bench.content(r#"{"town":"Rome"}"#);
    assert_eq!(bench.log.take(), [r#"field [] {"town":"Rome"}"#]);
}

#[test]
fn an_answer_that_ends_with_calls_is_not_looked_at() {
    let bench = Bench::structured(TOWN, 0);
    let mut draft = draft("Sorry.");
    draft.finish_reason = FinishReason::ToolCalls;
    let review = now(bench.run.review(draft, StopSignal::default()));
    assert!(matches!(review, Ok(Review::Accept { content: None, evaluation: None, routing: None })));
}
