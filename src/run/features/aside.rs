//! An agent beside another one, which says something about its answers.

use std::rc::Rc;

use super::Values;
use crate::error::{Code, Error};
use crate::event::{RunResult, Thrown};
use crate::json::Value;
use crate::text::concat;

/// What such an answer has to have. Models get the rest of it wrong, and it is not needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// A score that is a number, also one in a string.
    Score,
    /// The name of a step.
    NextRoute,
}

impl Member {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::NextRoute => "nextRoute",
        }
    }

    pub(super) fn is_in(self, answer: &Value, values: &dyn Values) -> bool {
        match self {
            Self::Score => number_at(answer, self.name(), values).is_finite(),
            Self::NextRoute => answer.text(self.name()).is_some(),
        }
    }
}

/// The number at a key, also one in a string; NaN for none.
pub(super) fn number_at(answer: &Value, key: &str, values: &dyn Values) -> f64 {
    match answer.get(key) {
        Some(Value::String(text)) => values.number(text),
        Some(Value::Literal(text)) => match &**text {
            "true" => 1.0,
            "false" => 0.0,
            "null" => f64::NAN,
            number => values.number(number),
        },
        _ => f64::NAN,
    }
}

/// What it is asked.
pub(super) fn input(question: &str, answer: &str) -> String {
    concat(&["# Question\n\n", question, "\n\n# Answer\n\n", answer])
}

/// What it said.
pub(super) fn said(result: &RunResult) -> Rc<Value> {
    let said = result.content.clone().and_then(|content| content.downcast::<Value>().ok());
    said.unwrap_or_else(|| Rc::new(Value::object()))
}

/// The error of an answer, `text`, that could not be judged or routed.
pub(super) fn unsaid(what: &str, cause: Thrown, text: &str, values: &dyn Values) -> Error {
    let words = match &cause {
        Thrown::Error(error) => error.told().into_owned(),
        Thrown::Host(value) => values.describe(value),
    };
    let mut error = match &cause {
        Thrown::Error(error) => error.clone(),
        Thrown::Host(_) => Error::new(Code::Provider, ""),
    };
    error.message = concat(&["the answer could not be ", what, ": ", &words]).into();
    error.offset = None;
    text.clone_into(&mut error.partial_text);
    error.caused_by(cause.into_cause())
}
