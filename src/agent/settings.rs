//! An agent's options, once it is known that each has the right type.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Limits, Plan, Retry, Timeouts, DEFAULT_MAX_STEPS};
use crate::advice::wrong_root;
use crate::error::Error;
use crate::json::Value;
use crate::message::Tool;
use crate::provider::{is_vendor_host, select, Auth, Wire};
use crate::text::concat;

/// How many earlier turns are sent along where the caller does not say, as in Refinire.
const DEFAULT_HISTORY: u64 = 10;

/// What an agent is to do, and how much it remembers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How it asks.
    pub plan: Plan,
    /// How many earlier turns are sent along.
    pub history: usize,
    /// How many tokens a request may have.
    pub max_input_tokens: Option<f64>,
    /// Optional members that the server has rejected in earlier runs of the agent.
    pub learned: Rc<RefCell<Vec<&'static str>>>,
}

impl Settings {
    /// Reads the options as JSON: the names of JavaScript, numbers whole and at least 0, and `host`, the host that
    /// `baseUrl` stands for. What is missing has its default.
    ///
    /// # Errors
    /// `invalid-argument` for a provider that does not exist, lacks its `baseUrl` or has no tools where some are given,
    /// `protocol` for what is not JSON.
    pub fn read(json: &str) -> Result<Self, Error> {
        let options = Value::parse(json.as_bytes())?;
        let text = |key| options.get(key).and_then(Value::as_str);
        let number = |key| number(Some(&options), key);
        let selection = select(text("model").unwrap_or_default(), text("provider"))?;
        let Some(base_url) = text("baseUrl").or(selection.base_url) else {
            let name = selection.wire.name;
            return Err(Error::invalid(concat(&["provider \"", name, "\" needs `baseUrl`, your endpoint"])));
        };
        let given = text("baseUrl").unwrap_or_default();
        if let Some(error) = wrong_root(selection.wire.name, given, selection.is_guess, &selection.model) {
            return Err(error);
        }
        let plan = Plan {
            wire: selection.wire,
            base_url: base_url.to_owned(),
            public: is_vendor_host(text("host"), base_url),
            is_guess: selection.is_guess,
            model: selection.model,
            instructions: text("generationInstructions").unwrap_or_default().to_owned(),
            temperature: options.get("temperature").map(Value::to_json),
            max_tokens: number("maxTokens"),
            timeouts: read_timeouts(options.get("timeout")),
            retry: read_retry(options.get("retry")),
            fallback: options.get("fallback").is_none_or(Value::is_true),
            limits: read_limits(options.get("limits")),
            continue_on_cut: number("continueOnCut").unwrap_or_default(),
            tools: options.list("tools").iter().map(read_tool).collect(),
            schema: options.get("outputSchema").cloned(),
            think_tags: options.get("thinkTags").map_or(selection.wire.think_tags, Value::is_true),
            max_steps: number("maxSteps").unwrap_or(DEFAULT_MAX_STEPS),
            rejected: Vec::new(),
        };
        if let Some(error) = plan.wire.refuses_tools(&plan.tools) {
            return Err(error);
        }
        #[allow(clippy::cast_precision_loss)] // No model takes so many.
        let max_input_tokens = number("maxInputTokens").map(|tokens| tokens as f64);
        let history = size(number("historySize").unwrap_or(DEFAULT_HISTORY));
        Ok(Self { plan, history, max_input_tokens, learned: Rc::default() })
    }

    /// What it takes to read a response of that provider that somebody else has fetched, who has chosen how often to ask
    /// and how long to wait. `limits` are the option of that name. Without `think_tags` the provider's default counts.
    ///
    /// # Errors
    /// `invalid-argument` for a provider that does not exist, or that sends no responses.
    pub fn decoding(provider: &str, think_tags: Option<bool>, limits: Option<&Value>) -> Result<Self, Error> {
        // What comes over a socket is no response.
        let Some(wire) = Wire::named(provider).filter(|wire| wire.auth != Auth::Nowhere) else {
            return Err(Error::invalid(concat(&[
                "decodeResponse: there are no responses of a provider \"",
                provider,
                "\"",
            ])));
        };
        let plan = Plan {
            wire,
            base_url: String::new(),
            public: false,
            is_guess: false,
            model: String::new(),
            instructions: String::new(),
            temperature: None,
            max_tokens: None,
            timeouts: Timeouts { connect: 0.0, first_chunk: 0.0, idle: 0.0, total: 0.0 },
            retry: Retry { attempts: 1, ..Retry::default() },
            fallback: false,
            limits: read_limits(limits),
            continue_on_cut: 0,
            tools: Vec::new(),
            schema: None,
            think_tags: think_tags.unwrap_or(wire.think_tags),
            max_steps: DEFAULT_MAX_STEPS,
            rejected: Vec::new(),
        };
        Ok(Self { plan, history: 0, max_input_tokens: None, learned: Rc::default() })
    }
}

/// A tool without a schema takes no arguments.
fn read_tool(given: &Value) -> Tool {
    let text = |key| given.text(key).unwrap_or_default().to_owned();
    Tool {
        name: text("name"),
        description: text("description"),
        parameters: Tool::parameters_of(given.get("parameters")),
        executes: given.get("executes").is_some_and(Value::is_true),
    }
}

fn read_timeouts(given: Option<&Value>) -> Timeouts {
    let default = Timeouts::default();
    Timeouts {
        connect: ms(given, "connect", default.connect),
        first_chunk: ms(given, "firstChunk", default.first_chunk),
        idle: ms(given, "idle", default.idle),
        total: ms(given, "total", default.total),
    }
}

fn read_retry(given: Option<&Value>) -> Retry {
    let default = Retry::default();
    let attempts = number(given, "attempts");
    Retry {
        attempts: attempts.map_or(default.attempts, |attempts| u32::try_from(attempts).unwrap_or(u32::MAX)),
        base_ms: ms(given, "baseMs", default.base_ms),
        max_ms: ms(given, "maxMs", default.max_ms),
    }
}

fn read_limits(given: Option<&Value>) -> Limits {
    let default = Limits::default();
    Limits {
        max_chars: number(given, "maxChars").map(size),
        max_event_bytes: number(given, "maxEventBytes").map_or(default.max_event_bytes, size),
        max_answer_bytes: number(given, "maxAnswerBytes").map_or(default.max_answer_bytes, size),
    }
}

#[allow(clippy::cast_precision_loss)] // Exact for 285,000 years.
fn ms(given: Option<&Value>, key: &str, default: f64) -> f64 {
    number(given, key).map_or(default, |ms| ms as f64)
}

fn number(given: Option<&Value>, key: &str) -> Option<u64> {
    given?.get(key)?.as_unsigned()
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
