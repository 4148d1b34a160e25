//! Guardrails of the caller's.

use js_sys::Function;
use wasm_bindgen::JsValue;

use super::{js_value, settled};
use crate::event::HostValue;
use crate::run::features::{Done, Guardrail};

/// A function that says whether a value passes, perhaps later.
#[derive(Debug, Clone)]
pub(super) struct JsGuardrail(pub(super) Function);

impl Guardrail for JsGuardrail {
    fn passes(&self, value: HostValue) -> Done<bool> {
        let said = self.0.call1(&JsValue::UNDEFINED, &js_value(&value));
        settled(said, |passed| Ok(passed.is_truthy()))
    }
}
