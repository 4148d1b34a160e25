//! Errors of servers, inside a stream or as the body of an error status, in any shape.
//!
//! Every server has a shape of its own: OpenAI and Anthropic `{"error": {message, type, code}}`, Gemini a list of that,
//! Ollama `{"error": "…"}`, FastAPI `{"detail": […]}`, vLLM `{"object": "error", "message": …}`, `MiniMax`
//! `{"base_resp": {status_code, status_msg}}`, AWS `{"Message": …}`, gateways `{code, message}` and RFC 9457's
//! `{type, title, status, detail}`. So nothing here is about one server: `words` finds what a person should read, `verdict`
//! whether asking again may help, `shape` whether an object is an error at all.
//!
//! - OpenAI: <https://platform.openai.com/docs/guides/error-codes>; Anthropic: <https://docs.anthropic.com/en/api/errors>;
//!   Gemini: <https://ai.google.dev/gemini-api/docs/troubleshooting>; Ollama: <https://docs.ollama.com/api/errors>
//! - OpenRouter, `metadata.raw`: <https://openrouter.ai/docs/api-reference/errors>
//! - `MiniMax`: <https://platform.minimax.io/docs/api-reference/errorcode>
//! - Problem details: <https://www.rfc-editor.org/rfc/rfc9457>

mod shape;
mod verdict;
mod words;

use super::{OnDelta, Protocol};
use crate::error::{Code, Error};
use crate::json::{decimal, fields, RawValue, Text, Value};
use crate::message::Delta;
use crate::text::concat;
use crate::wire::Frame;
use verdict::Verdict;
use words::{excerpt, find_or_quote, page_title};

/// A larger payload is not searched for an error.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// The error that a provider reports inside its stream: the whole object, or only its text.
#[must_use]
pub fn provider_error(told: &Value) -> Error {
    let verdict = Verdict::of(told);
    let mut error = Error::new(Code::Provider, find_or_quote(told));
    if error.message.is_empty() {
        error.message = "the provider reported an error without saying which".into();
    }
    error.retryable = verdict.is_temporary() || (!verdict.has_code && verdict::is_temporary_by_words(&error.message));
    error.refused = verdict.refused || (verdict.is_mistaken && !mentions_streaming(error.message.as_bytes()));
    error
}

/// The same for a custom backend, which is not asked again unless a status or a code allows it: each question may cost
/// it something.
#[must_use]
pub(super) fn relay_error(told: &Value) -> Error {
    let mut error = provider_error(told);
    error.retryable &= Verdict::of(told).has_code;
    error
}

/// The error in a payload that is known to be one, JSON or plain text.
#[must_use]
#[cold]
pub(super) fn error_in(payload: &[u8]) -> Error {
    provider_error(&value_of(payload))
}

/// A payload as a value; a string if it is not JSON.
pub(super) fn value_of(payload: &[u8]) -> Value {
    Value::parse(payload).unwrap_or_else(|_| Value::String(Text::verbatim(payload).read()))
}

/// Whether a payload is an object that reports an error, in a stream in which it has no other meaning. With `is_own`
/// the stream is from a custom backend, which may send its own objects: a message alone is not an error there.
#[must_use]
pub(super) fn reports_error(payload: &[u8], is_own: bool) -> bool {
    payload.len() <= MAX_ERROR_BYTES && Value::parse(payload).is_ok_and(|value| shape::reports_error(&value, is_own))
}

/// Whether the value of a member `error` is an error: servers send `null`, `false`, `""` or `{}` if there is none.
pub(super) fn is_error(error: &RawValue<'_>) -> bool {
    match error {
        RawValue::Missing => false,
        RawValue::Text(text) => !text.is_empty(),
        RawValue::Other(raw) => !matches!(*raw, b"false" | b"0" | b"{}" | b"[]"),
    }
}

/// Whether `MiniMax`'s `base_resp` reports a failure.
pub(super) fn is_failure(base_resp: &RawValue<'_>) -> bool {
    fields! {
        struct BaseResponse { code }
        const BASE_RESPONSE = { "status_code" => code }
    }
    let BaseResponse { code } = base_resp.select(BASE_RESPONSE);
    !matches!(code.other(), None | Some(b"0"))
}

/// Takes a frame without a meaning in its format: an error in another shape, or `raw`.
///
/// # Errors
/// `provider`.
#[cold]
pub(super) fn unknown(frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
    if frame.event == b"error" || reports_error(frame.data, false) {
        return Err(error_in(frame.data));
    }
    out(Delta::Raw(frame.data));
    Ok(())
}

/// The error of a frame that is named an error and holds no object.
///
/// # Errors
/// `provider`.
pub(super) fn plain_error(frame: &Frame<'_>) -> Result<(), Error> {
    if frame.event == b"error" && !frame.data.trim_ascii().starts_with(b"{") {
        return Err(error_in(frame.data));
    }
    Ok(())
}

/// The error of a frame that could not be read, with its text.
#[must_use]
pub fn unreadable(mut error: Error, protocol: &Protocol, frame: &[u8]) -> Error {
    if error.code != Code::Protocol || error.offset.is_none() {
        return error;
    }
    if let Some(told) = error_line(frame) {
        return told;
    }
    // Broken JSON does not help a person, other text may.
    if !frame.trim_ascii().starts_with(b"{") {
        if let Some(text) = excerpt(frame) {
            let what = ["this is nothing that provider \"", protocol.name, "\" sends: ", &text, ": ", &error.message];
            error.message = concat(&what).into();
        }
    }
    error
}

/// The error in a line `error: …`, which is not a field of an event stream: llama.cpp and gateways send it.
#[must_use]
pub fn error_line(line: &[u8]) -> Option<Error> {
    const NAME: &[u8] = b"error:";
    let line = line.trim_ascii();
    let name = line.get(..NAME.len())?;
    if !name.eq_ignore_ascii_case(NAME) {
        return None;
    }
    let words = line.get(NAME.len()..)?.trim_ascii();
    (!words.is_empty()).then(|| error_in(words))
}

/// The error in a line of an event stream that is not a field: `error: …`, or an object that reports an error. Gateways
/// and frameworks that fail in the middle of a stream write it there as they would write a body.
#[must_use]
pub fn error_in_line(line: &[u8], protocol: &Protocol) -> Option<Error> {
    let is_own = !protocol.non_streaming;
    let line = line.trim_ascii();
    error_line(line).or_else(|| {
        let is_error = line.starts_with(b"{") && reports_error(line, is_own);
        let value = is_error.then(|| value_of(line))?;
        Some(if is_own { relay_error(&value) } else { provider_error(&value) })
    })
}

/// The error of a body that could not be read as an answer: `provider` if it reports an error, otherwise the original
/// error, with the body's beginning.
#[must_use]
pub fn error_in_document(mut error: Error, body: &[u8], protocol: &Protocol) -> Error {
    if error.code != Code::Protocol {
        return error;
    }
    let is_own = !protocol.non_streaming;
    let body = body.trim_ascii();
    if let Some(error) = error_line(body) {
        return error;
    }
    let told = payload_in(body).filter(|value| shape::reports_error(value, is_own));
    if let Some(value) = told {
        return if is_own { relay_error(&value) } else { provider_error(&value) };
    }
    if error.offset.is_none() {
        if let Some(text) = excerpt(body) {
            error.message = concat(&[&error.message, ": ", &text]).into();
        }
    }
    error
}

/// Whether the title of a page of HTML is complete, or can no longer follow.
#[must_use]
pub fn has_title(page: &[u8]) -> bool {
    page_title(page).is_some() || words::find_tag(page, b"<body").is_some()
}

/// The error of a page of HTML with a success status, if the status and the content type are known.
#[must_use]
pub fn error_in_page(status: Option<u16>, content_type: &str, page: &[u8]) -> Error {
    let mut message = "the server answered with ".to_owned();
    if let Some(status) = status {
        message.push_str(&concat(&["status ", &decimal(u64::from(status)), " and "]));
    }
    message.push_str("a page of HTML");
    if !content_type.is_empty() {
        message.push_str(&concat(&[" (", content_type, ")"]));
    }
    message.push_str(" instead of a stream");
    if let Some(title) = page_title(page) {
        message.push_str(": ");
        message.push_str(&title);
    }
    Error::protocol(message)
}

/// The error of a response with an error status, in the words of its body.
#[must_use]
pub fn http_error_in_body(status: u16, body: &[u8]) -> Error {
    let body = body.trim_ascii();
    let told = payload_in(body);
    let (words, verdict) = match &told {
        Some(value) => (Some(find_or_quote(value)).filter(|words| !words.is_empty()), Verdict::of(value)),
        None => (excerpt(body), Verdict::default()),
    };
    let mut message = concat(&["the server answered with status ", &decimal(u64::from(status))]);
    if words::is_page(body) {
        message.push_str(" and a page of HTML");
    }
    if let Some(words) = words {
        message.push_str(": ");
        message.push_str(&words);
    }
    let mut error = Error::new(Code::Http, message);
    error.status = Some(status);
    error.retryable = verdict::is_retryable(u64::from(status)) && !verdict.is_hopeless;
    error.refused = verdict::is_refused(u64::from(status)) || verdict.is_hopeless;
    error
}

/// The JSON of an error's body: itself, the payload of the event or the line that it begins with.
fn payload_in(body: &[u8]) -> Option<Value> {
    let whole = Value::parse(body).ok();
    whole.or_else(|| {
        body.split(|byte| matches!(byte, b'\n' | b'\r')).take(8).find_map(|line| {
            let payload =
                ["data:", "error:"].iter().find_map(|name| line.strip_prefix(name.as_bytes())).unwrap_or(line);
            let value = Value::parse(payload.trim_ascii()).ok()?;
            matches!(value, Value::Object(_) | Value::Array(_)).then_some(value)
        })
    })
}

/// Whether the body of an error is about streaming.
#[must_use]
pub fn mentions_streaming(body: &[u8]) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    let mut before = None;
    for window in body.windows(b"stream".len()) {
        // Not "upstream".
        if window.eq_ignore_ascii_case(b"stream") && !is_letter(before) {
            return true;
        }
        before = window.first();
    }
    false
}

/// Where the body of an error names a member of the request.
#[must_use]
pub fn place_of_word(body: &[u8], word: &str) -> Option<usize> {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let matches = |place: &usize| {
        let before = place.checked_sub(1).and_then(|before| body.get(before));
        !is_part(before) && !is_part(body.get(place + word.len()))
    };
    let mut windows = body.windows(word.len().max(1)).enumerate();
    windows.find_map(|(place, window)| (window == word.as_bytes() && matches(&place)).then_some(place))
}

/// Whether the body of an error reports that the request lacks a member, not that it has one too many, as `DeepSeek`
/// does: "The `reasoning_content` in the thinking mode must be passed back to the API."
#[must_use]
pub fn says_missing(body: &[u8]) -> bool {
    verdict::contains_one(&Text::verbatim(body).read(), &["passed back", "missing"])
}

/// Whether the body of an error reports that a member is not known, not that its value is wrong.
#[must_use]
pub fn says_unknown(body: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "unsupported",
        "not supported",
        "unrecognized",
        "unknown",
        "unexpected",
        "not permitted",
        "not allowed",
        "extra",
        "should not exist",
        "cannot find",
        "deprecated",
        "instead",
    ];
    verdict::contains_one(&Text::verbatim(body).read(), WORDS)
}
