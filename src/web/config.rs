//! An agent's options, checked in JavaScript and written as JSON.

use crate::agent::{AgentConfig, Limits, Retry, Timeouts};
use crate::json::Value;
use crate::message::Tool;

/// Reads the options: the names of JavaScript, numbers whole and at least 0, and `host`, the host that `baseUrl` stands for.
/// What is missing has its default.
pub(super) fn read_config(options: &Value) -> AgentConfig {
    let text = |key| options.text(key).map(str::to_owned);
    let number = |key| number(Some(options), key);
    let default = AgentConfig::default();
    AgentConfig {
        model: text("model").unwrap_or_default(),
        provider: text("provider"),
        base_url: text("baseUrl"),
        host: text("host"),
        instructions: text("generationInstructions").unwrap_or_default(),
        temperature: options.get("temperature").map(Value::to_json),
        max_tokens: number("maxTokens"),
        timeouts: read_timeouts(options.get("timeout")),
        retry: read_retry(options.get("retry")),
        fallback: options.get("fallback").is_none_or(Value::is_true),
        limits: read_limits(options.get("limits")),
        continue_on_cut: number("continueOnCut").unwrap_or_default(),
        tools: options.list("tools").iter().map(read_tool).collect(),
        schema: options.get("outputSchema").cloned(),
        think_tags: options.get("thinkTags").map(Value::is_true),
        max_steps: number("maxSteps").unwrap_or(default.max_steps),
        history: number("historySize").map_or(default.history, size),
        max_input_tokens: number("maxInputTokens").map(float),
    }
}

/// The bounds on size.
pub(super) fn read_limits(given: Option<&Value>) -> Limits {
    let default = Limits::default();
    Limits {
        max_chars: number(given, "maxChars").map(size),
        max_event_bytes: number(given, "maxEventBytes").map_or(default.max_event_bytes, size),
        max_answer_bytes: number(given, "maxAnswerBytes").map_or(default.max_answer_bytes, size),
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
    let ms = |key, default| number(given, key).map_or(default, float);
    Timeouts {
        connect: ms("connect", default.connect),
        first_chunk: ms("firstChunk", default.first_chunk),
        idle: ms("idle", default.idle),
        total: ms("total", default.total),
    }
}

fn read_retry(given: Option<&Value>) -> Retry {
    let default = Retry::default();
    let attempts = number(given, "attempts");
    Retry {
        attempts: attempts.map_or(default.attempts, |attempts| u32::try_from(attempts).unwrap_or(u32::MAX)),
        base_ms: number(given, "baseMs").map_or(default.base_ms, float),
        max_ms: number(given, "maxMs").map_or(default.max_ms, float),
    }
}

fn number(given: Option<&Value>, key: &str) -> Option<u64> {
    given?.get(key)?.as_unsigned()
}

#[allow(clippy::cast_precision_loss)] // JavaScript has no whole number that is larger.
fn float(number: u64) -> f64 {
    number as f64
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
