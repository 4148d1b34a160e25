//! Guardrails in front of a question and behind an answer.

use std::cell::RefCell;
use std::rc::Rc;

use refinire_web::error::{Code, Error};
use refinire_web::event::HostValue;
use refinire_web::run::features::{guard_input, AnswerCheck, Asked, Done, Features, Guardrail};

use super::host::{agent_config, config_for, json, now, thrown, Bench, JsonValues};

type Seen = Rc<RefCell<Vec<String>>>;

/// Says this, and notes what it was asked.
struct Says(Result<bool, &'static str>, Seen);

impl Guardrail for Says {
    fn passes(&self, value: HostValue) -> Done<bool> {
        self.1.borrow_mut().push(json(&value));
        let said = self.0.map_err(thrown);
        Box::pin(async { said })
    }
}

fn guardrails<const N: usize>(say: [Result<bool, &'static str>; N]) -> (Vec<Rc<dyn Guardrail>>, Seen) {
    let seen = Seen::default();
    (say.into_iter().map(|said| Rc::new(Says(said, seen.clone())) as Rc<dyn Guardrail>).collect(), seen)
}

fn asked<const N: usize>(say: [Result<bool, &'static str>; N], input: &str, attached: bool) -> (Option<Error>, usize) {
    let (guardrails, seen) = guardrails(say);
    let refused = now(guard_input(&guardrails, input, attached, &JsonValues)).err();
    let count = seen.borrow().len();
    (refused, count)
}

#[test]
fn each_is_asked_until_one_refuses() {
    let (refused, count) = asked([Ok(true), Ok(false), Ok(true)], "Why?", false);
    let error = refused.unwrap();
    assert_eq!((error.code, &*error.message, count), (Code::Guardrail, "an input guardrail refused the input", 2));
    let (refused, _) = asked([Err("no luck")], "Why?", false);
    let error = refused.unwrap();
    assert_eq!((error.code, &*error.message), (Code::Guardrail, "an input guardrail threw"));
    assert_eq!(json(error.cause.as_ref().unwrap()), r#""no luck""#);
    assert!(matches!(asked([Ok(true), Ok(true)], "Why?", false), (None, 2)));
}

#[test]
fn nothing_is_no_question_unless_something_comes_with_it() {
    for input in ["", " \n\t\u{a0}\u{feff}"] {
        let (refused, count) = asked([Ok(true)], input, false);
        let error = refused.unwrap();
        assert_eq!((error.code, count), (Code::InvalidArgument, 0));
        assert_eq!(error.message, "the input is empty: there is nothing to answer");
        assert!(matches!(asked([Ok(true)], input, true), (None, 1)));
    }
}

#[test]
fn an_answer_that_is_refused_fails_with_its_text() {
    let (output_guardrails, seen) = guardrails([Ok(true), Ok(false)]);
    let features = Features { output_guardrails, ..Features::default() };
    let error = Bench::new(features, agent_config(), Asked::default()).failure("secret");
    assert_eq!((error.code, &*error.partial_text), (Code::Guardrail, "secret"));
    assert_eq!(error.message, "an output guardrail refused the answer");
    assert_eq!(*seen.borrow(), [r#""secret""#, r#""secret""#]);
}

#[test]
fn one_behind_an_answer_sees_the_value_and_may_throw() {
    let (output_guardrails, seen) = guardrails([Err("no luck")]);
    let features = Features { output_guardrails, answer: Some(AnswerCheck::JsonSchema), ..Features::default() };
    let error = Bench::new(features, config_for("{}"), Asked::default()).failure("It is [1]");
    assert_eq!((error.code, &*error.message), (Code::Guardrail, "an output guardrail threw"));
    assert_eq!(&*error.partial_text, "It is [1]");
    assert_eq!(*seen.borrow(), ["[1]"]);
}
