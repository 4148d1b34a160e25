//! Errors cross the boundary here, and nowhere else.

use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::bindings::{describe, make_error};
use crate::error::{Cause, Code, Error};
use crate::event::Thrown;
use crate::text::concat;

/// The error as a `RefinireError`. An error without a message already carries one.
pub(super) fn into_js(error: &Error) -> JsValue {
    let cause = error.cause.as_ref().map_or(JsValue::UNDEFINED, cause_to_js);
    if error.message.is_empty() && error.cause.is_some() {
        return cause;
    }
    #[allow(clippy::cast_precision_loss)] // At most some hours.
    let retry_after_ms = error.retry_after_ms.map(|ms| ms as f64);
    make_error(
        error.code.as_str(),
        &error.told(),
        &error.partial_text,
        error.retryable,
        error.status,
        retry_after_ms,
        error.provider,
        &cause,
    )
}

/// The JavaScript value that a run rejects with.
pub(super) fn thrown_to_js(thrown: &Thrown) -> JsValue {
    match thrown {
        Thrown::Error(error) => into_js(error),
        Thrown::Host(value) => match value.downcast_ref::<Error>() {
            Some(error) => into_js(error),
            None => cause_to_js(value),
        },
    }
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
    if let Some(error) = cause.downcast_ref::<Error>() {
        return into_js(error);
    }
    cause.downcast_ref::<JsValue>().cloned().unwrap_or(JsValue::UNDEFINED)
}
