//! The conversation and its store.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::bindings::{timestamp, PageStorage};
use super::error::{cause_to_js, into_js};
use crate::conversation::{self as core, apply, catch_up, erase, load, save};
use crate::error::Error;
use crate::json::Value;
use crate::message::Message;

/// The core of a context. Internal: `js/context.js` is what users see.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Conversation {
    shared: Rc<RefCell<core::Conversation>>,
    /// Undefined for one that lasts as long as its context.
    storage: PageStorage,
}

impl Conversation {
    /// What a run holds on to while the context may be freed.
    pub(super) fn shared(&self) -> Rc<RefCell<core::Conversation>> {
        self.shared.clone()
    }

    fn try_change(&self, what: u32, text: &str) -> Result<(), Error> {
        let mut conversation = self.shared.borrow_mut();
        let parsed = || Value::parse(text.as_bytes());
        match what {
            0 => {
                let turn = parsed()?;
                if let Some(message) = Message::from_value(&turn) {
                    let run = turn.get("run").and_then(Value::as_unsigned).and_then(|run| u32::try_from(run).ok());
                    conversation.of_run(run.unwrap_or_default()).add_own(message);
                }
            }
            // In an object, as it is kept: what is nested too deeply there shows here.
            1 => conversation.set_shared_state(parsed()?.get("sharedState").cloned().unwrap_or(Value::object())),
            2 => conversation.replace(core::Conversation::from_value("", &parsed()?)?, &timestamp()),
            3 => conversation.clear(text.to_owned()),
            4 => {
                let change = parsed()?;
                apply(&mut conversation, change.text("key").unwrap_or_default(), change.text("value"))?;
            }
            _ if self.storage.is_undefined() => {}
            5 => load(&self.storage, &mut conversation)?,
            6 => save(&self.storage, &mut conversation)?,
            7 => erase(&self.storage, &mut conversation)?,
            _ => catch_up(&self.storage, &mut conversation)?,
        }
        if conversation.take_to_be_restored() && !self.storage.is_undefined() {
            save(&self.storage, &mut conversation)?;
        }
        Ok(())
    }
}

/// What the storage threw is a `RefinireError` already.
fn told(error: &Error) -> JsValue {
    match &error.cause {
        Some(cause) if error.message.is_empty() => cause_to_js(cause),
        _ => into_js(error, "", None, &JsValue::UNDEFINED),
    }
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // Explained where they are called.
impl Conversation {
    #[wasm_bindgen(constructor)]
    pub fn new(id: String, writer: &str, storage: PageStorage) -> Conversation {
        Self { shared: Rc::new(RefCell::new(core::Conversation::new(id).by(writer))), storage }
    }

    /// A number that changes whenever the messages do.
    pub fn version(&self) -> u32 {
        self.shared.borrow().version()
    }

    /// What the run of that number says will stand here, whatever is added meanwhile, `within` what that of another says, if
    /// that is none of 0; or there is no more to come.
    pub fn reserve(&self, number: u32, within: u32, comes: bool) {
        let mut conversation = self.shared.borrow_mut();
        if comes {
            conversation.of_run(number).reserve(within, &timestamp());
        } else {
            conversation.of_run(number).release();
        }
    }

    /// The messages as JSON, as users see them.
    pub fn messages(&self) -> JsValue {
        JsValue::from_str(&self.shared.borrow().messages_value().to_json())
    }

    /// The whole conversation as JSON.
    pub fn record(&self) -> JsValue {
        JsValue::from_str(&self.shared.borrow().to_value().to_json())
    }

    /// Changes the conversation or what is kept of it; gives what went wrong. `what`: 0 adds the message that `text` is,
    /// as JSON, where it has a `run` among what that one says, 1 replaces the shared state, 2 takes over a record, 3 forgets all at the time of `text`, 4 takes over what
    /// another page has kept under a key; 5 loads, 6 saves and 7 erases what is kept; 8 reads what is new there.
    pub fn change(&self, what: u32, text: &str) -> JsValue {
        match self.try_change(what, text) {
            Ok(()) => JsValue::UNDEFINED,
            Err(error) => told(&error),
        }
    }
}
