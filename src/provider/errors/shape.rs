//! Whether an object is an error.

use super::verdict::{contains_one, number};
use super::words::MESSAGES;
use crate::json::Value;

/// Members that may accompany a message without changing the meaning of the object.
const BESIDE: &[&str] = &[
    "id",
    "requestId",
    "request_id",
    "RequestId",
    "trace_id",
    "traceId",
    "timestamp",
    "path",
    "instance",
    "param",
    "code",
    "status",
    "type",
];

/// Words in a type that mark an error.
const FAILURES: &[&str] = &["error", "exception", "fail", "fault"];

/// Whether an object reports an error, in a place where it has no other meaning; or a list whose first item does.
pub(super) fn reports_error(value: &Value, is_own: bool) -> bool {
    if let Value::Array(items) = value {
        return items.first().is_some_and(|first| matches!(first, Value::Object(_)) && reports_error(first, is_own));
    }
    if ["error", "errors", "detail", "Error", "fault", "exception", "errorMessage", "errorType", "err"]
        .iter()
        .any(|member| value.get(member).is_some_and(says_something))
    {
        return true;
    }
    if value.get("ResponseMetadata").and_then(|told| told.get("Error")).is_some_and(says_something) {
        return true;
    }
    if let Some(code) = value.get("base_resp").and_then(|told| told.get("status_code")).and_then(number) {
        return code != 0;
    }
    if ["type", "object", "status", "level", "event", "__type"].iter().any(|member| names_failure(value, member)) {
        return true;
    }
    let is_sentence = |value: &Value| !matches!(value, Value::Object(_)) && says_something(value);
    let has_words = MESSAGES.iter().chain(&["title"]).any(|member| value.get(member).is_some_and(is_sentence));
    if !has_words {
        return false;
    }
    match code_of(value) {
        Some(is_failure) => is_failure,
        None => !is_own && is_alone(value),
    }
}

/// Whether a value is more than a placeholder: servers send `null`, `false`, `""` and `{}` if there is no error.
pub(super) fn says_something(value: &Value) -> bool {
    match value {
        Value::Literal(literal) => !matches!(literal.as_str(), "null" | "false" | "0"),
        Value::String(text) => !text.trim_ascii().is_empty(),
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(members) => !members.is_empty(),
    }
}

fn names_failure(value: &Value, member: &str) -> bool {
    value.text(member).is_some_and(|word| contains_one(word, FAILURES))
}

/// Whether the code of an object is that of a failure; `None` if it has no code.
fn code_of(value: &Value) -> Option<bool> {
    if value
        .get("success")
        .or(value.get("ok"))
        .is_some_and(|success| matches!(success, Value::Literal(literal) if literal == "false"))
    {
        return Some(true);
    }
    let members = ["code", "status_code", "statusCode", "error_code", "errorCode", "errcode", "errno", "ret", "status"];
    members.iter().find_map(|member| match value.get(member)? {
        code if number(code).is_some() => number(code).map(|number| !matches!(number, 0 | 100..=399)),
        // A status in words may be that of a step.
        Value::String(word) if *member != "status" && !word.is_empty() => {
            Some(!["ok", "success", "succeeded"].contains(&word.to_ascii_lowercase().as_str()))
        }
        // Codes below zero.
        Value::Literal(literal) => literal.starts_with('-').then_some(true),
        _ => None,
    })
}

/// Whether an object has nothing but a message.
fn is_alone(value: &Value) -> bool {
    let Value::Object(members) = value else { return false };
    let is_plain = |(name, value): &(String, Value)| {
        let is_message = MESSAGES.contains(&name.as_str()) && value.as_str().is_some();
        is_message || (BESIDE.contains(&name.as_str()) && !(name == "type" || name == "status"))
    };
    members.iter().all(is_plain)
}
