//! The conversation.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Object, JSON};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::convert::{count, from_value, to_value, Options};
use super::error::into_js;
use super::store::{Area, PageStore};
use crate::conversation::{
    erase, iso_timestamp, list, load, save, Conversation, Loaded, MemoryStore, Store, Turnstile,
};
use crate::error::Error;
use crate::json::Value;
use crate::message::{Message, Role};

/// A conversation, and the state that the steps of a flow share.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Context {
    inner: Rc<Inner>,
}

/// What a run holds on to while the context may be freed.
pub(super) struct Inner {
    conversation: RefCell<Conversation>,
    store: Box<dyn Store>,
    shared_state: RefCell<JsValue>,
    result: RefCell<JsValue>,
    /// The messages as JavaScript sees them, with the version they are of.
    messages: RefCell<Option<(u64, JsValue)>>,
    listeners: RefCell<Vec<(u32, Function)>>,
    next_listener: Cell<u32>,
    on_storage_error: Option<Function>,
    turnstile: Turnstile,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("conversation", &self.conversation).finish_non_exhaustive()
    }
}

impl Inner {
    pub(super) fn conversation(&self) -> &RefCell<Conversation> {
        &self.conversation
    }

    pub(super) fn turnstile(&self) -> &Turnstile {
        &self.turnstile
    }

    pub(super) fn set_result(&self, result: JsValue) {
        *self.result.borrow_mut() = result;
    }

    /// Keeps the conversation and tells whoever listens.
    pub(super) fn changed(&self) {
        self.keep();
        let listeners: Vec<Function> = self.listeners.borrow().iter().map(|(_, listener)| listener.clone()).collect();
        for listener in listeners {
            // What a listener throws is its own affair: the run goes on.
            let _ = listener.call0(&JsValue::UNDEFINED);
        }
    }

    fn keep(&self) {
        let state = to_value(&self.shared_state.borrow());
        let kept = state.and_then(|state| {
            self.conversation.borrow_mut().set_shared_state(state);
            save(&*self.store, &self.conversation.borrow())
        });
        if let Err(error) = kept {
            self.report(&error);
        }
    }

    fn report(&self, error: &Error) {
        report(self.on_storage_error.as_ref(), error);
    }

    fn add(&self, role: Role, content: &JsValue, metadata: &JsValue) -> Result<(), Error> {
        let content = content.as_string().ok_or_else(|| Error::invalid("a message's content must be a string"))?;
        let mut message = Message::new(role, content);
        if !metadata.is_undefined() && !metadata.is_null() {
            message.metadata = to_value(metadata)?;
        }
        message.timestamp = now();
        self.conversation.borrow_mut().add(message);
        self.changed();
        Ok(())
    }
}

fn report(listener: Option<&Function>, error: &Error) {
    if let Some(listener) = listener {
        let _ = listener.call1(&JsValue::UNDEFINED, &into_js(error, "", None));
    }
}

fn now() -> String {
    iso_timestamp(js_sys::Date::now())
}

/// The store of that name, or memory and why.
fn open_store(options: Option<&Options<'_>>) -> Result<(Box<dyn Store>, Option<Error>), Error> {
    let area = match options.map(|options| options.get("storage")).transpose()?.flatten() {
        None => Area::Local,
        Some(value) => match value.as_string().as_deref() {
            Some("local") => Area::Local,
            Some("session") => Area::Session,
            Some("memory") => return Ok((Box::new(MemoryStore::default()), None)),
            _ => return Err(Error::invalid("Context: `storage` must be \"local\", \"session\" or \"memory\"")),
        },
    };
    Ok(match PageStore::open(area) {
        Ok(store) => (Box::new(store), None),
        Err(error) => (Box::new(MemoryStore::default()), Some(error)),
    })
}

fn create(options: &JsValue) -> Result<Inner, Error> {
    let given = !options.is_undefined() && !options.is_null();
    let options = given.then(|| Options::new(options, "Context")).transpose()?;
    let on_storage_error = options.as_ref().map(|options| options.function("onStorageError")).transpose()?.flatten();
    let id = match options.as_ref().map(|options| options.string("id")).transpose()?.flatten() {
        Some(id) if id.is_empty() => return Err(Error::invalid("Context: `id` must not be empty")),
        Some(id) => id,
        None => random_id(),
    };
    let (store, denied) = open_store(options.as_ref())?;
    let Loaded { conversation, problem } = load(&*store, &id);
    for error in denied.iter().chain(&problem) {
        report(on_storage_error.as_ref(), error);
    }
    Ok(Inner {
        shared_state: RefCell::new(from_value(conversation.shared_state())),
        conversation: RefCell::new(conversation),
        store,
        result: RefCell::new(JsValue::UNDEFINED),
        messages: RefCell::new(None),
        listeners: RefCell::default(),
        next_listener: Cell::new(0),
        on_storage_error,
        turnstile: Turnstile::default(),
    })
}

/// 16 letters and digits, good enough to tell one page's conversations apart.
fn random_id() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let pick = |_| {
        let place = count(js_sys::Math::random() * 32.0).min(31);
        LETTERS.get(place).map_or('a', |letter| char::from(*letter))
    };
    (0..16).map(pick).collect()
}

type Js<T> = Result<T, JsValue>;

fn js<T>(result: Result<T, Error>) -> Js<T> {
    result.map_err(|error| into_js(&error, "", None))
}

impl Context {
    pub(super) fn inner(&self) -> Rc<Inner> {
        self.inner.clone()
    }
}

#[wasm_bindgen]
#[allow(clippy::missing_errors_doc, clippy::must_use_candidate)] // Headings would show in JavaScript's types.
impl Context {
    /// The conversation of that name, or a new one.
    ///
    /// @throws RefinireError "invalid-argument" naming the option that is wrong.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Js<Context> {
        js(create(options)).map(|inner| Self { inner: Rc::new(inner) })
    }

    /// A conversation that lasts as long as one run.
    pub fn fleeting() -> Context {
        let options = Object::new();
        let _ = js_sys::Reflect::set(&options, &"storage".into(), &"memory".into());
        let inner = create(&options).unwrap_or_else(|_| Inner {
            conversation: RefCell::new(Conversation::new("")),
            store: Box::new(MemoryStore::default()),
            shared_state: RefCell::new(Object::new().into()),
            result: RefCell::new(JsValue::UNDEFINED),
            messages: RefCell::new(None),
            listeners: RefCell::default(),
            next_listener: Cell::new(0),
            on_storage_error: None,
            turnstile: Turnstile::default(),
        });
        Self { inner: Rc::new(inner) }
    }

    /// Its name in the store.
    #[wasm_bindgen(getter)]
    pub fn id(&self) -> String {
        self.inner.conversation.borrow().id().to_owned()
    }

    /// Its turns, oldest first; the same array until they change.
    #[wasm_bindgen(getter)]
    pub fn messages(&self) -> JsValue {
        let conversation = self.inner.conversation.borrow();
        let mut cache = self.inner.messages.borrow_mut();
        match &*cache {
            Some((version, messages)) if *version == conversation.version() => messages.clone(),
            _ => {
                let messages = messages_to_js(conversation.messages());
                *cache = Some((conversation.version(), messages.clone()));
                messages
            }
        }
    }

    /// What the person said last.
    #[wasm_bindgen(getter, js_name = lastUserInput)]
    pub fn last_user_input(&self) -> Option<String> {
        self.inner.conversation.borrow().last_user_input().map(str::to_owned)
    }

    /// What the steps share.
    #[wasm_bindgen(getter, js_name = sharedState)]
    pub fn shared_state(&self) -> JsValue {
        self.inner.shared_state.borrow().clone()
    }

    /// Replaces what the steps share.
    #[wasm_bindgen(setter, js_name = sharedState)]
    pub fn set_shared_state(&self, state: JsValue) {
        *self.inner.shared_state.borrow_mut() = state;
    }

    /// The last run's result.
    #[wasm_bindgen(getter)]
    pub fn result(&self) -> JsValue {
        self.inner.result.borrow().clone()
    }

    /// Adds a turn of `role`.
    ///
    /// @throws RefinireError "invalid-argument" for content that is no string.
    pub fn add(&self, role: &str, content: &JsValue, metadata: &JsValue) -> Js<()> {
        let role = Role::parse(role).unwrap_or(Role::User);
        js(self.inner.add(role, content, metadata))
    }

    /// The last `n` turns.
    #[wasm_bindgen(js_name = getLastMessages)]
    pub fn last_messages(&self, n: f64) -> JsValue {
        messages_to_js(self.inner.conversation.borrow().last_messages(count(n)))
    }

    /// The turns as text.
    #[wasm_bindgen(js_name = getConversationText)]
    pub fn conversation_text(&self, include_system: bool) -> String {
        self.inner.conversation.borrow().text(include_system)
    }

    /// Calls `listener` after every change; gives a number to stop it by.
    pub fn subscribe(&self, listener: Function) -> u32 {
        let number = self.inner.next_listener.get();
        self.inner.next_listener.set(number.wrapping_add(1));
        self.inner.listeners.borrow_mut().push((number, listener));
        number
    }

    /// Stops calling the listener of that number.
    pub fn unsubscribe(&self, number: u32) {
        self.inner.listeners.borrow_mut().retain(|(known, _)| *known != number);
    }

    /// Keeps everything as it is now.
    pub fn save(&self) {
        self.inner.keep();
    }

    /// Forgets every turn and what the steps share.
    pub fn clear(&self) {
        self.inner.conversation.borrow_mut().clear(now());
        self.set_shared_state(Object::new().into());
        self.inner.set_result(JsValue::UNDEFINED);
        self.inner.changed();
    }

    /// Takes it out of the store.
    pub fn delete(&self) {
        let id = self.id();
        self.inner.conversation.borrow_mut().clear(now());
        if let Err(error) = erase(&*self.inner.store, &id) {
            self.inner.report(&error);
        }
    }

    /// The conversation as JSON.
    #[wasm_bindgen(js_name = toJSON)]
    pub fn to_json(&self) -> Js<JsValue> {
        let state = js(to_value(&self.inner.shared_state.borrow()))?;
        self.inner.conversation.borrow_mut().set_shared_state(state);
        Ok(from_value(&self.inner.conversation.borrow().to_value()))
    }

    /// Takes over what `toJSON` gave, under this context's name.
    ///
    /// @throws RefinireError "storage" for what `toJSON` did not give.
    pub fn adopt(&self, value: &JsValue) -> Js<()> {
        let mut conversation = js(to_value(value).and_then(|value| Conversation::from_value(&value)))?;
        conversation.rename(self.id());
        *self.inner.shared_state.borrow_mut() = from_value(conversation.shared_state());
        *self.inner.conversation.borrow_mut() = conversation;
        *self.inner.messages.borrow_mut() = None;
        self.inner.changed();
        Ok(())
    }

    /// The conversations of a storage, the one that changed last first.
    ///
    /// @throws RefinireError "storage" where it cannot be read.
    pub fn list(options: &JsValue) -> Js<JsValue> {
        let read = || {
            let given = !options.is_undefined() && !options.is_null();
            let options = given.then(|| Options::new(options, "Context.list")).transpose()?;
            let (store, _) = open_store(options.as_ref())?;
            list(&*store)
        };
        let listed = js(read())?;
        serde_wasm_bindgen::to_value(&listed).map_err(JsValue::from)
    }
}

fn messages_to_js(messages: &[Message]) -> JsValue {
    let values: Vec<Value> = messages.iter().map(Message::to_value).collect();
    JSON::parse(&Value::Array(values).to_json()).unwrap_or_else(|_| Array::new().into())
}
