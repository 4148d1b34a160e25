//! The caller's guardrails.

use js_sys::Function;
use wasm_bindgen::JsValue;

use super::{js_value, settled};
use crate::event::HostValue;
use crate::run::features::{Done, Guardrail};

/// A function that returns whether a value passes, or a promise of that.
#[derive(Debug, Clone)]
pub(super) struct JsGuardrail(pub(super) Function);

impl Guardrail for JsGuardrail {
    fn passes(&self, value: HostValue) -> Done<bool> {
        let said = self.0.call1(&JsValue::UNDEFINED, &js_value(&value));
        settled(said, |passed| Ok(passed.is_truthy()))
    }
}
