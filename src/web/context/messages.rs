//! The messages of a context as JavaScript objects. A message that has not changed stays the same object. One that has
//! grown is a new object whose text is the old string plus the new text: it is not copied out of the module again.

use std::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;

use super::{freed, ContextInner};
use crate::conversation::{Conversation, Progress, View};
use crate::json::Value;
use crate::web::error::into_js;

#[wasm_bindgen(module = "/src/web/js/messages.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = parseMessages)]
    fn parse_messages(json: &str) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_name = grownMessage)]
    fn grown_message(message: &JsValue, text: &str) -> JsValue;
    #[wasm_bindgen(js_name = listOf)]
    fn list_of(list: &Array, count: u32, rest: &Array) -> Array;
}

/// What a message was like when its object was made.
pub(super) struct Shown {
    id: String,
    shape: u32,
    progress: Progress,
    bytes: usize,
}

impl Shown {
    fn of(view: &View<'_>) -> Self {
        Self { id: view.id.to_owned(), shape: view.shape, progress: view.progress, bytes: view.bytes() }
    }

    /// Whether only text was added at the end of the message.
    fn is_same(&self, view: &View<'_>) -> bool {
        self.id == view.id && self.shape == view.shape && self.progress == view.progress && self.bytes <= view.bytes()
    }
}

/// Where the object of a message comes from.
enum Origin {
    Old(u32),
    Grown(u32, String),
    /// From JSON.
    New,
}

/// The messages as JavaScript received them last.
#[derive(Default)]
pub(super) struct ShownMessages {
    /// The version of the conversation that they show; `None` if there are none.
    pub(super) version: Cell<Option<u32>>,
    /// What each message was like.
    pub(super) messages: RefCell<Vec<Shown>>,
}

impl ContextInner {
    /// Its messages as users see them, the same array until they change.
    pub(in crate::web) fn messages(&self) -> Result<Array, JsValue> {
        self.catch_up();
        let version = self.read(Conversation::version).map_err(|error| into_js(&error))?;
        let state = self.state().ok_or_else(|| into_js(&freed()))?;
        if self.shown.version.get() != Some(version) {
            let old = state.messages().dyn_into::<Array>().unwrap_or_default();
            if let Some(messages) = self.changed_messages(&old)? {
                state.set_messages(&messages);
            }
            self.shown.version.set(Some(version));
        }
        Ok(state.messages().unchecked_into())
    }

    /// The messages, if they differ from those that `old` shows.
    fn changed_messages(&self, old: &Array) -> Result<Option<Array>, JsValue> {
        let known = self.shown.messages.take();
        let is_first = self.shown.version.get().is_none();
        let Changes { shown, same, had, origins, json } =
            self.read(|conversation| compare(conversation, known)).map_err(|error| into_js(&error))?;
        let has_changed = is_first || same < had || !origins.is_empty();
        *self.shown.messages.borrow_mut() = shown;
        if !has_changed {
            return Ok(None);
        }
        let mut parsed = parse_messages(&json)?.into_iter();
        let rest = Array::new();
        for origin in origins {
            rest.push(&match origin {
                Origin::Old(at) => old.get(at),
                Origin::Grown(at, text) => grown_message(&old.get(at), &text),
                Origin::New => parsed.next().unwrap_or_default(),
            });
        }
        Ok(Some(list_of(old, same, &rest)))
    }
}

/// How messages differ from those that were shown.
struct Changes {
    /// What is shown now.
    shown: Vec<Shown>,
    /// How many messages at the beginning are unchanged, and how many there were.
    same: u32,
    had: u32,
    /// Where the messages after them come from.
    origins: Vec<Origin>,
    /// The new messages among them.
    json: String,
}

fn compare(conversation: &Conversation, mut known: Vec<Shown>) -> Changes {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let is_unchanged = |(view, known): &(View<'_>, &Shown)| known.is_same(view) && known.bytes == view.bytes();
    let same = conversation.views().zip(&known).take_while(is_unchanged).count();
    let had = known.len();
    let mut old = (same..).zip(known.split_off(same)).peekable();
    let (mut shown, mut origins, mut new) = (known, Vec::new(), Vec::new());
    for view in conversation.views().skip(same) {
        // Both lists are in the order of the ids.
        while old.next_if(|(_, known)| known.id.as_str() < view.id).is_some() {}
        origins.push(match old.next_if(|(_, known)| known.is_same(&view)) {
            Some((at, before)) if before.bytes == view.bytes() => Origin::Old(count(at)),
            Some((at, before)) => Origin::Grown(count(at), view.content_from(before.bytes)),
            None => {
                new.push(view.to_value());
                Origin::New
            }
        });
        shown.push(Shown::of(&view));
    }
    Changes { shown, same: count(same), had: count(had), origins, json: Value::from(new).to_json() }
}
