//! What a run does besides asking, as its agent's options say: tools, answers that are JSON, evaluation, routing, guardrails.

mod attachments;
mod evaluation;
mod guardrails;
mod helper;
mod host;
mod issues;
mod routing;
mod structured;
mod template;
mod tools;

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

pub use attachments::{attachment_at, media_type_of, Base64};
pub use evaluation::EvaluationConfig;
use evaluation::Judge;
pub use guardrails::guard_input;
use guardrails::guard_output;
pub use helper::{judge_config, router_config, HelperAgent, Member};
pub use host::{
    Done, EventSink, GrowingValue, Guardrail, Helper, HostTool, SharedContext, ToolContext, Validator, Values,
};
pub use issues::{words_of, Issue, PathPart};
use routing::Router;
pub use routing::RoutingConfig;
use structured::Structured;
pub use template::fill;

use super::{Extras, Review, StopSignal, ToolOutcome};
use crate::config::ResolvedConfig;
use crate::conversation::turns::Turn;
use crate::event::{Event, RunResult, Thrown};
use crate::message::{FinishReason, ToolCall};
use crate::text::concat;

/// What an answer must be if it is to be JSON.
#[derive(Clone)]
pub enum AnswerCheck {
    /// What the agent's JSON Schema says.
    JsonSchema,
    /// What a validator says, which also makes the value.
    Validator(Rc<dyn Validator>),
    /// An object with this member; the content is a [`Value`](crate::json::Value).
    Member(Member),
}

impl fmt::Debug for AnswerCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::JsonSchema => "JsonSchema",
            Self::Validator(_) => "Validator",
            Self::Member(member) => member.name(),
        })
    }
}

/// What an agent does besides asking.
#[derive(Clone, Default)]
pub struct Features {
    /// The tools, in the order of those in the config.
    pub tools: Vec<Rc<dyn HostTool>>,
    /// What an answer must be, if it is to be JSON.
    pub answer: Option<AnswerCheck>,
    /// How often an answer that does not fit is asked for again.
    pub schema_retries: u64,
    /// The guardrails that are asked before an answer is accepted.
    pub output_guardrails: Vec<Rc<dyn Guardrail>>,
    /// How answers are judged.
    pub evaluation: Option<EvaluationConfig>,
    /// The steps that the model chooses from.
    pub routing: Option<RoutingConfig>,
}

impl Features {
    /// Whether there are no features.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { tools, answer, schema_retries: _, output_guardrails, evaluation, routing } = self;
        tools.is_empty()
            && answer.is_none()
            && output_guardrails.is_empty()
            && evaluation.is_none()
            && routing.is_none()
    }
}

impl fmt::Debug for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Features").field("tools", &self.tools.len()).finish_non_exhaustive()
    }
}

/// The host, as a run uses it.
#[derive(Clone)]
pub struct Host {
    /// Makes and reads values.
    pub values: Rc<dyn Values>,
    /// Receives the events.
    pub events: Rc<dyn EventSink>,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Host")
    }
}

/// What a run is about.
#[derive(Clone, Default)]
pub struct Asked {
    /// The question.
    pub question: String,
    /// The run goes on from an interrupted answer.
    pub resumes: bool,
    /// The context that the caller gave.
    pub context: Option<Rc<dyn SharedContext>>,
    /// The run's turn in the conversation.
    pub turn: Option<Rc<Turn>>,
    /// The agent that judges, if the features ask for an evaluation.
    pub judge: Option<Rc<dyn Helper>>,
    /// The agent that chooses the next step, if the features ask for routing.
    pub router: Option<Rc<dyn Helper>>,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").field("question", &self.question).finish_non_exhaustive()
    }
}

/// What one run does besides asking.
pub struct RunFeatures {
    features: Rc<Features>,
    config: Rc<ResolvedConfig>,
    host: Host,
    question: String,
    context: Option<Rc<dyn SharedContext>>,
    turn: Option<Rc<Turn>>,
    structured: Option<Structured>,
    judge: Option<Judge>,
    router: Option<Router>,
    schema_retries: Cell<u64>,
    /// How much of the text belongs to earlier turns, which ended with tool calls.
    earlier: Cell<usize>,
}

impl fmt::Debug for RunFeatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunFeatures").field("features", &self.features).finish_non_exhaustive()
    }
}

impl RunFeatures {
    /// The features of a run with this config.
    #[must_use]
    pub fn new(features: Rc<Features>, config: Rc<ResolvedConfig>, host: Host, asked: Asked) -> Self {
        let Asked { question, resumes, context, turn, judge, router } = asked;
        let structured = features.answer.clone().map(|check| Structured::new(&config, check, &host));
        // The text of a resumed run begins in the middle of the value.
        if let Some(structured) = structured.as_ref().filter(|_| resumes) {
            structured.wait();
        }
        Self {
            judge: judge.zip(features.evaluation.clone()).map(|(helper, config)| Judge::new(helper, config)),
            router: router.zip(features.routing.as_ref()).map(|(helper, config)| Router::new(helper, config)),
            schema_retries: Cell::new(features.schema_retries),
            features,
            config,
            host,
            question,
            context,
            turn,
            structured,
            earlier: Cell::new(0),
        }
    }

    /// Takes a chunk of the answer, if there is a listener for events.
    pub fn heard(&self, text: &str) {
        if let Some(structured) = &self.structured {
            structured.push(text);
        }
    }

    async fn look(&self, draft: RunResult) -> Result<Review, Thrown> {
        if draft.finish_reason == FinishReason::ToolCalls {
            return Ok(Review::default());
        }
        let text = &*draft.text;
        let mut content = None;
        if let Some(structured) = &self.structured {
            match structured.value(self.last_turn(text), text).await {
                Ok(value) => content = Some(value),
                Err(error) => {
                    let Some(left) = self.schema_retries.get().checked_sub(1) else { return Err(error.into()) };
                    self.schema_retries.set(left);
                    let prompt = concat(&[
                        "Your answer cannot be used: ",
                        &error.message,
                        "\n\nGive it again, whole and corrected, as JSON and nothing else.",
                    ]);
                    self.host.events.tell(&Event::Retry { attempt: draft.attempts + 1, delay_ms: 0, error });
                    return Ok(self.again(prompt));
                }
            }
        }
        if !self.features.output_guardrails.is_empty() {
            let guarded = content.clone().unwrap_or_else(|| self.host.values.string(text));
            guard_output(&self.features.output_guardrails, &guarded, text).await?;
        }
        let mut evaluation = None;
        if let Some(judge) = &self.judge {
            let (judged, prompt) = judge.evaluate(&self.question, text, &*self.host.values).await?;
            self.host.events.tell(&Event::Evaluation(judged.clone()));
            if let Some(prompt) = prompt {
                return Ok(self.again(prompt));
            }
            evaluation = Some(judged);
        }
        let mut routing = None;
        if let Some(router) = &self.router {
            let routed = router.route(&self.question, text, &*self.host.values).await?;
            self.host.events.tell(&Event::Routing(routed.clone()));
            if let Some(context) = &self.context {
                context.route(&routed);
            }
            routing = Some(routed);
        }
        Ok(Review::Accept { content, evaluation, routing })
    }

    /// The text after the last tool calls in an answer that has been handed on; all of it if there were none.
    fn last_turn<'a>(&self, text: &'a str) -> &'a str {
        match self.earlier.get() {
            0 => text,
            earlier => last_units(text, self.host.events.delivered().saturating_sub(earlier)),
        }
    }

    fn again(&self, prompt: String) -> Review {
        if let Some(structured) = &self.structured {
            structured.restart();
        }
        self.earlier.set(0);
        Review::Again(prompt)
    }
}

impl Extras for RunFeatures {
    fn call(&self, calls: Vec<ToolCall>, signal: StopSignal) -> LocalBoxFuture<'_, Vec<ToolOutcome>> {
        // The turn that ends with these calls has been handed on.
        if let Some(structured) = &self.structured {
            structured.restart();
        }
        self.earlier.set(self.host.events.delivered());
        Box::pin(async move { tools::answered(self, calls, &signal).await })
    }

    fn review(&self, draft: RunResult, _: StopSignal) -> LocalBoxFuture<'_, Result<Review, Thrown>> {
        Box::pin(self.look(draft))
    }
}

/// The last `units` UTF-16 units of a text.
fn last_units(text: &str, units: usize) -> &str {
    let mut left = units;
    let mut start = text.len();
    for (at, char) in text.char_indices().rev() {
        match left.checked_sub(char.len_utf16()) {
            Some(rest) => (left, start) = (rest, at),
            None => break,
        }
    }
    text.get(start..).unwrap_or_default()
}
