//! Reads an agent's options from JSON, as callers in JavaScript write them.

use refinire_web::config::{AgentConfig, Limits, ResolvedConfig, Retry, Timeouts};
use refinire_web::error::Error;
use refinire_web::json::Value;
use refinire_web::message::Tool;

/// The config of an agent with these options.
pub(crate) fn resolved(json: &str) -> Result<ResolvedConfig, Error> {
    config(json).resolve()
}

pub(crate) fn config(json: &str) -> AgentConfig {
    let options = Value::parse(json.as_bytes()).unwrap_or(Value::object());
    let text = |key| options.text(key).map(str::to_owned);
    let number = |key| number(Some(&options), key);
    let default = AgentConfig::default();
    AgentConfig {
        model: text("model").unwrap_or_default(),
        provider: text("provider"),
        base_url: text("baseUrl"),
        host: text("host"),
        api_key: None,
        dangerously_allow_browser: false,
        instructions: text("generationInstructions").unwrap_or_default(),
        temperature: options.get("temperature").map(Value::to_json),
        max_tokens: number("maxTokens"),
        timeouts: timeouts(options.get("timeout")),
        retry: retry(options.get("retry")),
        fallback: options.get("fallback").is_none_or(Value::is_true),
        limits: limits(options.get("limits")),
        continue_on_cut: number("continueOnCut").unwrap_or_default(),
        tools: options.list("tools").iter().map(tool).collect(),
        schema: options.get("outputSchema").cloned(),
        think_tags: options.get("thinkTags").map(Value::is_true),
        max_steps: number("maxSteps").unwrap_or(default.max_steps),
        history: number("historySize").map_or(default.history, size),
        max_input_tokens: number("maxInputTokens").map(ms),
    }
}

fn tool(given: &Value) -> Tool {
    let text = |key| given.text(key).unwrap_or_default().to_owned();
    Tool {
        name: text("name"),
        description: text("description"),
        parameters: Tool::parameters_of(given.get("parameters")),
        executes: given.get("executes").is_some_and(Value::is_true),
    }
}

fn timeouts(given: Option<&Value>) -> Timeouts {
    let default = Timeouts::default();
    Timeouts {
        connect: number(given, "connect").map_or(default.connect, ms),
        first_chunk: number(given, "firstChunk").map_or(default.first_chunk, ms),
        idle: number(given, "idle").map_or(default.idle, ms),
        total: number(given, "total").map_or(default.total, ms),
    }
}

fn retry(given: Option<&Value>) -> Retry {
    let default = Retry::default();
    Retry {
        attempts: number(given, "attempts")
            .map_or(default.attempts, |attempts| u32::try_from(attempts).unwrap_or(u32::MAX)),
        base_ms: number(given, "baseMs").map_or(default.base_ms, ms),
        max_ms: number(given, "maxMs").map_or(default.max_ms, ms),
    }
}

fn limits(given: Option<&Value>) -> Limits {
    let default = Limits::default();
    Limits {
        max_chars: number(given, "maxChars").map(size),
        max_event_bytes: number(given, "maxEventBytes").map_or(default.max_event_bytes, size),
        max_answer_bytes: number(given, "maxAnswerBytes").map_or(default.max_answer_bytes, size),
    }
}

fn number(given: Option<&Value>, key: &str) -> Option<u64> {
    given?.get(key)?.as_unsigned()
}

#[allow(clippy::cast_precision_loss)] // No test has such a number.
fn ms(number: u64) -> f64 {
    number as f64
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
