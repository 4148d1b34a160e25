//! Errors cross here, and nowhere else.

use crate::text::concat;
use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::bindings::{describe, make_error};
use crate::error::{Cause, Code, Error};
use crate::json::Writer;

/// The error as a `RefinireError`. `link`, where there is one, keeps the key out of its message.
pub(super) fn into_js(error: &Error, partial_text: &str, provider: Option<&str>, link: &JsValue) -> JsValue {
    let cause = error.cause.as_ref().map_or(JsValue::UNDEFINED, cause_to_js);
    let mut json = Writer::default();
    json.add("{");
    json.text("code", error.code.as_str());
    json.text("message", &error.told());
    json.text("partialText", partial_text);
    json.member("retryable", if error.retryable { "true" } else { "false" });
    json.number("status", error.status.map(u64::from));
    json.number("retryAfterMs", error.retry_after_ms);
    if let Some(provider) = provider {
        json.text("provider", provider);
    }
    json.add("}");
    make_error(&json.finish(), &cause, link)
}

/// The error as a `RefinireError` that says nothing of a run.
pub(super) fn to_js(error: &Error) -> JsValue {
    into_js(error, "", None, &JsValue::UNDEFINED)
}

/// An error of this code, for a value that was thrown.
pub(super) fn thrown(code: Code, what: &str, value: &JsValue) -> Error {
    Error::new(code, concat(&[what, ": ", &describe(value)])).caused_by(cause_of(value.clone()))
}

/// A JavaScript value for the core to carry.
pub(super) fn cause_of(value: JsValue) -> Cause {
    Rc::new(value)
}

/// The value that the core carried.
pub(super) fn cause_to_js(cause: &Cause) -> JsValue {
    cause.downcast_ref::<JsValue>().cloned().unwrap_or(JsValue::UNDEFINED)
}
