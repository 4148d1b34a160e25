//! An agent that helps another one: it judges the other agent's answers, or chooses what follows them.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use super::evaluation::judge_schema;
use super::{
    AnswerCheck, Asked, EvaluationConfig, EventSink, Features, Helper, Host, RoutingConfig, RunFeatures, Values,
};
use crate::config::{AgentConfig, ResolvedConfig};
use crate::conversation::Conversation;
use crate::env::{Clock, Transport};
use crate::error::{Code, Error};
use crate::event::{Event, HostValue, RunResult, Thrown};
use crate::json::Value;
use crate::response::Batch;
use crate::run::{
    Batching, Delivery, Driver, Extras, Listener, Run, RunHost, TextChunk, TextEvent, TokenCounter, Wait,
};
use crate::text::concat;

/// The member that a helper's answer must have. Models get the other members wrong, and they are not needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// A score that is a number, or a string that holds one.
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

/// The options of the agent that judges the answers of another one.
#[must_use]
pub fn judge_config(own: &AgentConfig, evaluation: &EvaluationConfig) -> AgentConfig {
    own.helper(evaluation.model.clone(), evaluation.judge_instructions(), judge_schema())
}

/// The options of the agent that chooses what follows an answer of another one.
#[must_use]
pub fn router_config(own: &AgentConfig, routing: &RoutingConfig) -> AgentConfig {
    own.helper(None, routing.router_instructions(), routing.router_schema())
}

/// An agent that helps another one, with a transport of its own. It reports no events and remembers nothing.
pub struct HelperAgent {
    /// Its options.
    pub config: Rc<ResolvedConfig>,
    /// The member that its answers must have.
    pub member: Member,
    /// How often it is asked again for an answer that lacks the member.
    pub schema_retries: u64,
    /// Makes and reads values.
    pub values: Rc<dyn Values>,
    /// Sends its requests.
    pub transport: Rc<dyn Transport>,
    /// Measures its time.
    pub clock: Rc<dyn Clock>,
    /// Counts tokens, if the caller does.
    pub token_counter: Option<Rc<dyn TokenCounter>>,
}

impl fmt::Debug for HelperAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HelperAgent").field("member", &self.member).finish_non_exhaustive()
    }
}

impl Helper for HelperAgent {
    fn ask(&self, input: String) -> LocalBoxFuture<'_, Result<RunResult, Thrown>> {
        let features = Features {
            answer: Some(AnswerCheck::Member(self.member)),
            schema_retries: self.schema_retries,
            ..Features::default()
        };
        let host = Host { values: self.values.clone(), events: Rc::new(Nobody) };
        let asked = Asked { question: input.clone(), ..Asked::default() };
        let extras = Rc::new(RunFeatures::new(Rc::new(features), self.config.clone(), host, asked));
        let conversation = Rc::new(RefCell::new(Conversation::new("helper")));
        let run = Run::new(self.config.clone(), Batch::Delta, false, Some(conversation));
        let outcome = Rc::new(Outcome::default());
        let delivery = Delivery::new(self.clock.clone(), outcome.clone(), Batching::None, |_| {});
        let host = Rc::new(HelperHost { extras, token_counter: self.token_counter.clone() });
        let run = Rc::new(RefCell::new(run));
        let driver = Driver::new(run, delivery.clone(), host, self.transport.clone(), self.clock.clone());
        Box::pin(async move {
            delivery.start();
            driver.drive(Some(input)).await;
            // Every run is settled.
            let settled = outcome.0.take();
            settled.unwrap_or_else(|| Err(Error::new(Code::Provider, "there is no answer").into()))
        })
    }
}

/// How the helper's run ended.
#[derive(Default)]
struct Outcome(RefCell<Option<Result<RunResult, Thrown>>>);

impl Listener for Outcome {
    fn hears_events(&self) -> bool {
        false
    }

    fn text_event(&self, _: &str) -> TextEvent {
        TextEvent::default()
    }

    fn event(&self, _: &Event) -> Result<(), HostValue> {
        Ok(())
    }

    fn chunk(&self, _: TextChunk<'_>) -> Result<Option<Wait>, HostValue> {
        Ok(None)
    }

    fn settle(&self, outcome: Result<RunResult, Thrown>) {
        *self.0.borrow_mut() = Some(outcome);
    }
}

/// The host of the helper's run, which belongs to no conversation or context.
struct HelperHost {
    extras: Rc<RunFeatures>,
    token_counter: Option<Rc<dyn TokenCounter>>,
}

impl RunHost for HelperHost {
    fn admit(&self) -> LocalBoxFuture<'_, Result<(), Thrown>> {
        Box::pin(async { Ok(()) })
    }

    fn extras(&self) -> Option<Rc<dyn Extras>> {
        Some(self.extras.clone())
    }

    fn token_counter(&self) -> Option<Rc<dyn TokenCounter>> {
        self.token_counter.clone()
    }

    fn changed(&self) {}

    fn concluded(&self, _: &RunResult) {}

    fn left(&self) {}
}

/// Ignores the helper's events: nobody sees its answer.
struct Nobody;

impl EventSink for Nobody {
    fn tell(&self, _: &Event) {}

    fn delivered(&self) -> usize {
        0
    }
}

/// The number at a key, or in a string at it; NaN if there is none.
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

/// The input for a helper.
pub(super) fn input(question: &str, answer: &str) -> String {
    concat(&["# Question\n\n", question, "\n\n# Answer\n\n", answer])
}

/// What a helper answered.
pub(super) fn said(result: &RunResult) -> Rc<Value> {
    let said = result.content.clone().and_then(|content| content.downcast::<Value>().ok());
    said.unwrap_or_else(|| Rc::new(Value::object()))
}

/// The error for an answer, `text`, that could not be judged or routed.
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
