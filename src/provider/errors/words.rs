//! The text of an error for a person.

use super::shape::says_something;
use crate::json::{Text, Value};
use crate::text::{concat, join};

/// The greatest length of a message, in characters.
const MESSAGE_CHARS: usize = 500;

/// How much of a body without an error text is quoted, in characters.
const EXCERPT_CHARS: usize = 200;

/// The greatest length of a page's title, in characters.
const TITLE_CHARS: usize = 100;

/// The greatest depth at which text is searched for in an error.
const MAX_DEPTH: u8 = 12;

/// How many errors of a list are reported.
const MAX_ERRORS: usize = 3;

/// The members that hold a sentence.
pub(super) const MESSAGES: &[&str] = &[
    "message",
    "msg",
    "Message",
    "error_message",
    "errorMessage",
    "error_msg",
    "errorMsg",
    "errmsg",
    "status_msg",
    "error_description",
    "faultstring",
    "description",
    "reason",
];

/// The text of an error, or otherwise what was sent instead; empty if that has no content.
pub(super) fn find_or_quote(told: &Value) -> String {
    let quote = || says_something(told).then(|| excerpt(told.to_json().as_bytes())).flatten();
    find(told).or_else(quote).unwrap_or_default()
}

/// The text of an error, of limited length.
fn find(told: &Value) -> Option<String> {
    words(told, MAX_DEPTH).map(|text| shorten(&text, MESSAGE_CHARS))
}

fn words(told: &Value, depth: u8) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match told {
        Value::String(text) => in_text(text, depth),
        Value::Literal(_) => None,
        Value::Array(items) => list(items, depth),
        Value::Object(_) => in_object(told, depth),
    }
}

/// A string is the message, unless it is JSON or a page again.
fn in_text(text: &str, depth: u8) -> Option<String> {
    let text = text.trim();
    if text.starts_with(['{', '[']) {
        if let Some(told) = Value::parse(text.as_bytes()).ok().and_then(|inner| words(&inner, depth)) {
            return Some(told);
        }
    }
    if is_page(text.as_bytes()) {
        return excerpt(text.as_bytes());
    }
    (!text.is_empty()).then(|| text.to_owned())
}

fn list(items: &[Value], depth: u8) -> Option<String> {
    let mut told: Vec<String> = Vec::new();
    for item in items {
        match words(item, depth) {
            Some(words) if !told.contains(&words) => told.push(words),
            _ => {}
        }
        if told.len() == MAX_ERRORS {
            break;
        }
    }
    (!told.is_empty()).then(|| join(&told, "; "))
}

fn in_object(told: &Value, depth: u8) -> Option<String> {
    let member = |name: &str| told.get(name).and_then(|value| words(value, depth));
    // The error that the server behind OpenRouter reported; OpenRouter's own message only says that there was one.
    let upstream = told.get("metadata").and_then(|told| told.get("raw")).and_then(|raw| words(raw, depth));
    if upstream.is_some() {
        return upstream;
    }
    let own = MESSAGES.iter().find_map(|name| member(name));
    if let Some(own) = &own {
        if let Some(place) = place(told) {
            return Some(concat(&[&place, ": ", own]));
        }
    }
    match told.get("error") {
        // A title or a code, together with its explanation.
        Some(Value::String(_)) => return both(member("error"), own.or_else(|| member("detail"))),
        Some(error) if says_something(error) => {
            if let Some(words) = words(error, depth) {
                return Some(words);
            }
        }
        _ => {}
    }
    if let Some(errors) = told.get("errors").and_then(|errors| by_field(errors, depth)) {
        return both(own.or_else(|| member("title")), Some(errors));
    }
    if let Some(detail) = member("detail") {
        return both(member("title"), Some(detail));
    }
    let nested = || {
        let choice = told.list("choices").first().and_then(|choice| choice.get("error"));
        let metadata = told.get("ResponseMetadata").and_then(|told| told.get("Error"));
        let members = ["base_resp", "response", "x_groq", "Error", "fault", "err"].map(|name| told.get(name));
        let inner = [choice, metadata].into_iter().chain(members);
        inner.flatten().find_map(|inner| words(inner, depth))
    };
    let name =
        || ["title", "exception", "code", "Code", "type", "__type", "status"].iter().find_map(|name| member(name));
    own.or_else(nested).or_else(name)
}

/// Two texts as one; only the first if it contains the second.
fn both(first: Option<String>, second: Option<String>) -> Option<String> {
    match (first, second) {
        (Some(first), Some(second)) if second.contains(&first) => Some(second),
        (Some(first), Some(second)) if first.contains(&second) => Some(first),
        (Some(first), Some(second)) => Some(concat(&[&first, ": ", &second])),
        (first, second) => first.or(second),
    }
}

/// Errors as a list, or by the field that each is about: `{"name": ["is too short"]}`.
fn by_field(errors: &Value, depth: u8) -> Option<String> {
    let Value::Object(members) = errors else { return words(errors, depth) };
    if MESSAGES.iter().any(|name| errors.get(name).is_some()) {
        return words(errors, depth);
    }
    let told: Vec<_> = members
        .iter()
        .filter_map(|(field, value)| Some(concat(&[field, ": ", &words(value, depth)?])))
        .take(MAX_ERRORS)
        .collect();
    (!told.is_empty()).then(|| join(&told, "; "))
}

/// The subject of an error in a list: FastAPI's `loc`, `["body", "messages", 0]`, as a path; others' `field`.
fn place(told: &Value) -> Option<String> {
    let steps = told.list("loc");
    if steps.is_empty() {
        return told.text("field").filter(|field| !field.is_empty()).map(str::to_owned);
    }
    let mut path = String::new();
    for step in steps.iter().take(16) {
        match step {
            Value::String(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Value::Literal(index) => path.push_str(&concat(&["[", index, "]"])),
            _ => {}
        }
    }
    Some(path)
}

/// The beginning of a text; for a page of HTML its title, because the rest does not help a person.
#[must_use]
pub(super) fn excerpt(body: &[u8]) -> Option<String> {
    if is_page(body) {
        return page_title(body);
    }
    let beginning = body.get(..EXCERPT_CHARS * 8).unwrap_or(body);
    let text = Text::verbatim(beginning).read();
    let text = text.trim();
    (!text.is_empty()).then(|| shorten(text, EXCERPT_CHARS))
}

/// Whether a text is a page of HTML, or another document of that kind.
pub(super) fn is_page(body: &[u8]) -> bool {
    body.trim_ascii().starts_with(b"<")
}

/// The title of a page of HTML.
#[must_use]
pub(super) fn page_title(body: &[u8]) -> Option<String> {
    // A title in the body belongs to a picture.
    let body = find_tag(body, b"<body").and_then(|end| body.get(..end)).unwrap_or(body);
    let at = find_tag(body, b"<title")?;
    let behind = body.get(at..)?;
    let text = behind.get(behind.iter().position(|byte| *byte == b'>')? + 1..)?;
    let text = text.get(..find_tag(text, b"</title")?)?;
    let text = Text::verbatim(text).read();
    let words: Vec<_> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| shorten(&join(&words, " "), TITLE_CHARS))
}

pub(super) fn find_tag(body: &[u8], tag: &[u8]) -> Option<usize> {
    body.windows(tag.len()).position(|window| window.eq_ignore_ascii_case(tag))
}

/// The text, or its beginning of that length.
fn shorten(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => concat(&[text.get(..end).unwrap_or_default(), "…"]),
        None => text.to_owned(),
    }
}
