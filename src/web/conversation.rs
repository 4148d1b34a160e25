//! The turns of a conversation, for the scripts that run agents and flows.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::error::into_js;
use crate::conversation as core;
use crate::json::Value;
use crate::message::Message;

/// The turns of a conversation. Internal.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Conversation {
    shared: Rc<RefCell<core::Conversation>>,
}

impl Conversation {
    pub(super) fn of(shared: Rc<RefCell<core::Conversation>>) -> Self {
        Self { shared }
    }

    /// What a run holds on to while the context may be freed.
    pub(super) fn shared(&self) -> Rc<RefCell<core::Conversation>> {
        self.shared.clone()
    }
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // Explained where they are called.
impl Conversation {
    /// One that is kept nowhere.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Conversation {
        Self::of(Rc::new(RefCell::new(core::Conversation::new("fleeting"))))
    }

    /// The whole conversation as JSON.
    pub fn record(&self) -> JsValue {
        JsValue::from_str(&self.shared.borrow().to_value().to_json())
    }

    /// Adds the message that this is as JSON, among what the run of that number says.
    pub fn add(&self, message: &str, run: u32) -> Result<(), JsValue> {
        let turn = Value::parse(message.as_bytes()).map_err(|error| into_js(&error))?;
        if let Some(message) = Message::from_value(&turn) {
            self.shared.borrow_mut().of_run(run).add_own(message);
        }
        Ok(())
    }
}

impl Default for Conversation {
    fn default() -> Self {
        Self::new()
    }
}
