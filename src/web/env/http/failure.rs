//! Turns what JavaScript threw into the error of a request.

use js_sys::Reflect;
use wasm_bindgen::prelude::JsValue;

use crate::advice::{unsent, PageFacts};
use crate::config::ResolvedConfig;
use crate::error::{Code, Error};
use crate::web::bindings::describe;
use crate::web::error::{cause_of, thrown};

/// The error of a request that failed with this value.
pub(super) fn not_sent(reason: &JsValue) -> Error {
    mistake(reason).unwrap_or_else(|| thrown(Code::Network, "the request failed", reason))
}

/// The same, with what the page knows about the failure.
pub(super) fn explained(reason: &JsValue, facts: &PageFacts, config: &ResolvedConfig) -> Error {
    let explain = || unsent(config, facts, &describe(reason)).caused_by(cause_of(reason.clone()));
    mistake(reason).unwrap_or_else(explain)
}

/// The error of a body that ended with this value.
pub(super) fn broken(reason: &JsValue) -> Error {
    mistake(reason).unwrap_or_else(|| thrown(Code::Network, "the connection broke", reason))
}

/// The error if it is the caller's mistake: another attempt without streaming would fail in the same way.
fn mistake(reason: &JsValue) -> Option<Error> {
    let code = if reason.is_object() { Reflect::get(reason, &"code".into()).ok() } else { None };
    let is_mistake = code.and_then(|code| code.as_string()).as_deref() == Some(Code::InvalidArgument.as_str());
    is_mistake.then(|| Error::invalid(describe(reason)).caused_by(cause_of(reason.clone())))
}
