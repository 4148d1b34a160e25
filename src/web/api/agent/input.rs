//! What an agent is asked.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use crate::web::options::{get, refuse_unknown, refused};

/// A question, and what comes with it.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// `None` for a run that continues an interrupted answer.
    pub(super) text: Option<String>,
    pub(super) attachments: Array,
    /// The last question is asked again.
    pub(super) regenerates: bool,
}

impl Input {
    /// Reads a string, or `{ text, attachments }`.
    ///
    /// # Errors
    /// A `RefinireError` for anything else, or what a getter throws.
    pub(super) fn read(input: &JsValue) -> Result<Self, JsValue> {
        if let Some(text) = input.as_string() {
            return Ok(Self { text: Some(text), ..Self::default() });
        }
        let wrong = || refused(&["the input must be a string or { text, attachments }"]);
        if !input.is_object() {
            return Err(wrong());
        }
        let text = get(input, "text")?.as_string().ok_or_else(wrong)?;
        let attachments = get(input, "attachments")?;
        let attachments = match attachments.dyn_into::<Array>() {
            Ok(attachments) => attachments,
            Err(other) if other.is_undefined() => Array::new(),
            Err(_) => return Err(wrong()),
        };
        // A misspelled `attachments` would be a question without them.
        refuse_unknown(input, &["text", "attachments"], "the input")?;
        Ok(Self { text: Some(text), attachments, regenerates: false })
    }
}
