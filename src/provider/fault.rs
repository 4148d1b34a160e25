//! Errors as providers write them, inside a stream or as the body of a status.

use crate::error::{Code, Error};
use crate::json::{decimal, unsigned, Text, Value};
use crate::text::concat;

/// Words by which vendors say that the same request may succeed later: OpenAI's and Anthropic's `type` and `code`,
/// Google's `status`.
const RETRYABLE: &[&str] = &[
    "api_error",
    "engine_overloaded",
    "internal_error",
    "internal_server_error",
    "overloaded",
    "overloaded_error",
    "rate_limit",
    "rate_limit_error",
    "rate_limit_exceeded",
    "server_error",
    "service_unavailable",
    "timeout",
    "timeout_error",
    "ABORTED",
    "DEADLINE_EXCEEDED",
    "INTERNAL",
    "RESOURCE_EXHAUSTED",
    "UNAVAILABLE",
];

/// Words that stand for the statuses 401, 403, 404 and 429: it is the caller who is refused, not the stream.
const REFUSED: &[&str] = &[
    "authentication_error",
    "insufficient_quota",
    "invalid_api_key",
    "model_not_found",
    "not_found_error",
    "permission_error",
    "rate_limit",
    "rate_limit_error",
    "rate_limit_exceeded",
    "NOT_FOUND",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "UNAUTHENTICATED",
];

/// How much of a body that is not JSON is repeated in a message, in characters.
const EXCERPT_CHARS: usize = 200;

/// Whether a request that got this status may succeed later.
#[must_use]
pub(super) fn is_retryable(status: u64) -> bool {
    matches!(status, 408 | 409 | 429 | 500..=599)
}

/// Whether this status refuses the caller.
#[must_use]
pub(super) fn is_refused(status: u64) -> bool {
    matches!(status, 401 | 403 | 404 | 429)
}

/// The error that a provider reports inside its stream: a string, or an object with `message`, `type`, `code`, `status`.
#[must_use]
pub fn provider_error(error: &Value) -> Error {
    let told = message_of(error).unwrap_or_else(|| "the provider reported an error without saying which".to_owned());
    let mut fault = Error::new(Code::Provider, told);
    let mut hopeless = false;
    for key in ["type", "code", "status"] {
        // Gateways write a status as text, too.
        let Some(Value::String(word) | Value::Literal(word)) = error.get(key) else { continue };
        let word = word.as_str();
        let number = unsigned(word.as_bytes()).unwrap_or_default();
        fault.refused |= REFUSED.contains(&word) || is_refused(number);
        fault.retryable |= RETRYABLE.contains(&word) || is_retryable(number);
        hopeless |= word == "insufficient_quota";
    }
    fault.retryable &= !hopeless;
    fault
}

/// The error of a response whose status is no success, in the words of its body.
#[must_use]
pub fn fault_in_body(status: u16, body: &[u8]) -> Error {
    let told = match Value::parse(body) {
        Ok(Value::Array(items)) => items.first().and_then(message_in_body),
        Ok(value) => message_in_body(&value),
        Err(_) => excerpt(body),
    };
    let mut message = concat(&["the server answered with status ", &decimal(u64::from(status))]);
    if let Some(told) = told {
        message.push_str(": ");
        message.push_str(&told);
    }
    let mut error = Error::new(Code::Http, message);
    error.status = Some(status);
    error.retryable = is_retryable(u64::from(status));
    error.refused = is_refused(u64::from(status));
    error
}

fn message_in_body(body: &Value) -> Option<String> {
    // OpenAI, Anthropic, Gemini and Ollama say `error`, FastAPI `detail`, gateways `message`.
    ["error", "detail"].iter().find_map(|key| body.get(key).and_then(message_of)).or_else(|| message_of(body))
}

fn message_of(error: &Value) -> Option<String> {
    let text = error.as_str().or_else(|| error.get("message")?.as_str()).or_else(|| error.get("code")?.as_str())?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// The beginning of a body that is plain text; a page of HTML says nothing to a person.
fn excerpt(body: &[u8]) -> Option<String> {
    let text = Text::verbatim(body).read();
    let text = text.trim_ascii();
    let page = text.starts_with('<');
    (!text.is_empty() && !page).then(|| text.chars().take(EXCERPT_CHARS).collect())
}
