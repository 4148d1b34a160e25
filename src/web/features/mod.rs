//! What a run does besides asking, on the JavaScript side: the traits of [`crate::run::features`] on the caller's
//! values.

mod agent;
mod attachments;
mod context;
mod counter;
mod equip;
mod guardrail;
mod helper_agents;
mod tool;
mod validator;
mod values;

use super::error::cause_to_js as js_value;
use super::promise::host_value;
pub(super) use agent::AgentFeatures;
use attachments::Packed;
pub(super) use context::JsContext;
pub(super) use counter::JsTokenCounter;
pub(super) use equip::{Equipment, Question};
use guardrail::JsGuardrail;
pub(super) use helper_agents::HelperAgents;
use tool::JsTool;
use validator::JsValidator;
use values::JsValues;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::event::HostValue;
use crate::run::features::Done;

/// A member of an object; returns what a getter throws.
fn get(of: &JsValue, key: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &JsValue::from_str(key))
}

/// Calls a method of a value.
fn call(of: &JsValue, method: &str, given: &js_sys::Array) -> Result<JsValue, JsValue> {
    let found = get(of, method)?;
    let Some(method) = found.dyn_ref::<Function>() else {
        return Err(js_sys::TypeError::new(&crate::text::concat(&[method, " is not a function"])).into());
    };
    method.apply(of, given)
}

/// The settled result of a value that may be a promise, read by `read`.
fn settled<T: 'static>(
    given: Result<JsValue, JsValue>,
    read: impl FnOnce(JsValue) -> Result<T, JsValue> + 'static,
) -> Done<T> {
    // Awaited from now on, even if the result is no longer needed.
    let promise = given.map(|value| JsFuture::from(Promise::resolve(&value)));
    Box::pin(async move {
        let done: Result<T, JsValue> = match promise {
            Ok(promise) => promise.await.and_then(read),
            Err(thrown) => Err(thrown),
        };
        done.map_err(|thrown| -> HostValue { host_value(thrown) })
    })
}
