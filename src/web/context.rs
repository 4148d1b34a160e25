//! The conversation and its store.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::bindings::timestamp;
use super::error::into_js;
use super::store::PageStore;
use crate::conversation::{self as core, erase, list, load, save, Listed, Loaded, Nowhere, Store};
use crate::error::Error;
use crate::json::{decimal, Value};
use crate::message::{Message, Role};

/// The core of a context. Internal: `js/context.js` is what users see.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Conversation {
    shared: Rc<RefCell<core::Conversation>>,
    store: Box<dyn Store>,
    problem: RefCell<Option<Error>>,
}

impl Conversation {
    /// What a run holds on to while the context may be freed.
    pub(super) fn shared(&self) -> Rc<RefCell<core::Conversation>> {
        self.shared.clone()
    }
}

/// The store of that name, or memory and why.
fn open_store(storage: &str) -> (Box<dyn Store>, Option<Error>) {
    if storage == "memory" {
        return (Box::new(Nowhere), None);
    }
    match PageStore::open(storage == "session") {
        Ok(store) => (Box::new(store), None),
        Err(error) => (Box::new(Nowhere), Some(error)),
    }
}

fn read(json: &str) -> Value {
    Value::parse(json.as_bytes()).unwrap_or(Value::object())
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // Explained where they are called.
impl Conversation {
    #[wasm_bindgen(constructor)]
    pub fn new(id: &str, storage: &str) -> Conversation {
        let (store, denied) = open_store(storage);
        let Loaded { conversation, problem } = load(&*store, id);
        let shared = Rc::new(RefCell::new(conversation));
        Self { shared, store, problem: RefCell::new(denied.or(problem)) }
    }

    /// What was wrong with the store, once.
    pub fn problem(&self) -> JsValue {
        self.problem.take().map_or(JsValue::UNDEFINED, |error| into_js(&error, "", None, &JsValue::UNDEFINED))
    }

    /// A number that changes whenever the messages do.
    #[allow(clippy::cast_precision_loss)] // Compared, not counted with.
    pub fn version(&self) -> f64 {
        self.shared.borrow().version() as f64
    }

    pub fn messages(&self) -> String {
        let conversation = self.shared.borrow();
        Value::Array(conversation.messages().iter().map(Message::to_value).collect()).to_json()
    }

    #[wasm_bindgen(js_name = lastUserInput)]
    pub fn last_user_input(&self) -> Option<String> {
        self.shared.borrow().last_user_input().map(str::to_owned)
    }

    #[wasm_bindgen(js_name = sharedState)]
    pub fn shared_state(&self) -> String {
        self.shared.borrow().shared_state().to_json()
    }

    pub fn add(&self, role: &str, content: &str, metadata: &str) {
        let mut message = Message::new(Role::parse(role).unwrap_or(Role::User), content);
        message.metadata = read(metadata);
        message.timestamp = timestamp();
        self.shared.borrow_mut().add(message);
    }

    pub fn text(&self, include_system: bool) -> String {
        self.shared.borrow().text(include_system)
    }

    /// Keeps everything, with the shared state as it is now.
    pub fn keep(&self, shared_state: &str) {
        self.shared.borrow_mut().set_shared_state(read(shared_state));
        let kept = save(&*self.store, &self.shared.borrow());
        *self.problem.borrow_mut() = kept.err();
    }

    pub fn clear(&self) {
        self.shared.borrow_mut().clear(timestamp());
    }

    pub fn erase(&self) {
        let erased = erase(&*self.store, self.shared.borrow().id());
        *self.problem.borrow_mut() = erased.err();
    }

    /// The whole conversation as JSON.
    pub fn record(&self) -> String {
        self.shared.borrow().to_value().to_json()
    }

    /// Takes over what `record` gave, under this conversation's name.
    pub fn adopt(&self, record: &str) -> Result<(), JsValue> {
        let adopted = Value::parse(record.as_bytes()).and_then(|value| core::Conversation::from_value(&value));
        let adopted = adopted.map_err(|error| into_js(&error, "", None, &JsValue::UNDEFINED))?;
        self.shared.borrow_mut().replace(adopted);
        Ok(())
    }

    /// The conversations of a storage, the one that changed last first.
    pub fn list(storage: &str) -> Result<JsValue, JsValue> {
        let (store, _) = open_store(storage);
        let listed = list(&*store).map_err(|error| into_js(&error, "", None, &JsValue::UNDEFINED))?;
        // As one list: names of members, and kinds of rows, would make the module larger.
        let mut fields = Vec::new();
        for Listed { id, updated_at, messages, preview } in listed {
            fields.extend([id, updated_at, decimal(messages as u64), preview]);
        }
        serde_wasm_bindgen::to_value(&fields).map_err(JsValue::from)
    }
}
