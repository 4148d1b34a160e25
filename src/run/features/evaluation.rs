//! An answer is judged by a model, and asked for again until it is good enough, as in Refinire.

use std::cell::Cell;
use std::rc::Rc;

use super::helper::{input, number_at, said, unsaid};
use super::{Helper, Values};
use crate::error::Error;
use crate::event::Evaluation;
use crate::json::Value;
use crate::text::concat;

/// The defaults, as in Refinire.
const THRESHOLD: f64 = 85.0;
const MAX_RETRIES: u64 = 3;

/// How the answers of an agent are judged.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationConfig {
    /// What makes an answer a good one.
    pub instructions: String,
    /// The score that is good enough, from 0 to 100.
    pub threshold: f64,
    /// The model that judges; `None` for the agent's own.
    pub model: Option<String>,
    /// How often a better answer is asked for.
    pub max_retries: u64,
}

impl EvaluationConfig {
    /// With the defaults.
    pub fn new(instructions: impl Into<String>) -> Self {
        Self { instructions: instructions.into(), threshold: THRESHOLD, model: None, max_retries: MAX_RETRIES }
    }

    /// The instructions of the judge.
    pub(super) fn judge_instructions(&self) -> String {
        let ask = "\n\nGive a score from 0 to 100, and say in `feedback` what is to be improved.";
        concat(&["You judge answers. ", &self.instructions, ask])
    }
}

/// The JSON Schema of a judgement.
pub(super) fn judge_schema() -> Value {
    let member = |kind: &str, description: &str| Value::object().with("type", kind).with("description", description);
    let properties = Value::object()
        .with("score", member("number", "From 0, useless, to 100, perfect."))
        .with("feedback", member("string", "What is wrong, and how to mend it."));
    Value::object()
        .with("type", "object")
        .with("properties", properties)
        .with("required", Value::Array(vec![Value::string("score"), Value::string("feedback")]))
        .with("additionalProperties", Value::bool(false))
}

/// Judges the answers of one run.
pub(super) struct Judge {
    helper: Rc<dyn Helper>,
    config: EvaluationConfig,
    retries: Cell<u64>,
}

impl Judge {
    pub(super) fn new(helper: Rc<dyn Helper>, config: EvaluationConfig) -> Self {
        Self { retries: Cell::new(config.max_retries), helper, config }
    }

    /// Judges an answer. Returns the evaluation, and a prompt if another answer is wanted.
    pub(super) async fn evaluate(
        &self,
        question: &str,
        text: &str,
        values: &dyn Values,
    ) -> Result<(Evaluation, Option<String>), Error> {
        let result = self.helper.ask(input(question, text)).await;
        let result = result.map_err(|cause| unsaid("judged", cause, text, values))?;
        let said = said(&result);
        let score = Some(number_at(&said, "score", values)).filter(|score| score.is_finite());
        let score = score.unwrap_or_default().clamp(0.0, 100.0);
        let feedback = said.text("feedback").filter(|feedback| !feedback.is_empty()).map(str::to_owned);
        let passed = score >= self.config.threshold;
        let evaluation = Evaluation { score, passed, feedback };
        let left = self.retries.get().checked_sub(1).filter(|_| !passed);
        let Some(left) = left else { return Ok((evaluation, None)) };
        self.retries.set(left);
        let prompt = self.improved(question, &evaluation, values);
        Ok((evaluation, Some(prompt)))
    }

    fn improved(&self, question: &str, Evaluation { score, feedback, .. }: &Evaluation, values: &dyn Values) -> String {
        let (score, threshold) = (values.number_text(*score), values.number_text(self.config.threshold));
        let feedback = feedback.as_ref().map(|feedback| concat(&["What is to be improved:\n", feedback, "\n\n"]));
        concat(&[
            "Your answer was judged with ",
            &score,
            " of 100 points; ",
            &threshold,
            " are needed.\n\n",
            &feedback.unwrap_or_default(),
            "Answer this again, better, and with nothing but the answer:\n\n",
            question,
        ])
    }
}
