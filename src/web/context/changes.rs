//! How a context changes, is saved and is read.

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use js_sys::{Object, JSON};
use wasm_bindgen::prelude::JsValue;

use super::{json_of, ContextInner, PREFIX};
use crate::conversation::{apply, catch_up, erase, load, save, Conversation, LIVE_PREFIX, PIECE_PREFIX};
use crate::env::Clock;
use crate::error::Error;
use crate::flow::Steer;
use crate::json::Value;
use crate::message::{Message, Role};
use crate::text::concat;
use crate::web::env::PageClock;
use crate::web::error::into_js;
use crate::web::storage::Kept;

/// How a change by others is reported.
pub(super) enum News<'a> {
    /// Anything may have changed.
    All,
    /// Messages have reported changes that the storage may show later.
    Later,
    /// This key was stored, or removed.
    Key(&'a str, Option<&'a str>),
}

impl ContextInner {
    /// Something has changed: it is saved, and the listeners are called. Does nothing if the context has been freed: a
    /// run may outlive its context.
    pub fn changed(&self) {
        if !self.is_freed() {
            self.keep();
            self.tell();
        }
    }

    /// Saves the growing answer as far as it has grown, and nothing else.
    pub fn save_growth(&self) {
        if !self.is_freed() {
            let problem = self.save_turns();
            self.complain_of(problem);
        }
    }

    /// Reads what others may have added. The storage may show later what their messages have reported.
    pub fn refresh(self: &Rc<Self>) {
        let is_told = self.stored.kept.as_ref().is_some_and(Kept::is_told);
        self.hear(if is_told { &News::Later } else { &News::All });
    }

    /// Adds a turn with the current time, and saves it.
    pub(in crate::web) fn add(&self, role: Role, content: &JsValue, metadata: &JsValue) -> Result<(), JsValue> {
        self.conversation().map_err(|error| into_js(&error))?;
        let Some(content) = content.as_string() else {
            return Err(into_js(&Error::invalid("a message's content must be a string")));
        };
        let is_given = !metadata.is_undefined() && !metadata.is_null();
        let given = if is_given { metadata } else { &JsValue::from(Object::new()) };
        let json = json_of(given, "a message's metadata").map_err(|error| into_js(&error))?;
        // Inside an object, as it is stored: if it is nested too deeply there, the error occurs here.
        let json = concat(&["{\"metadata\":", &json, "}"]);
        let metadata = Value::parse(json.as_bytes()).map_err(|error| into_js(&error))?;
        let mut message = Message::new(role, content);
        message.timestamp = PageClock.timestamp();
        if let Some(metadata @ Value::Object(_)) = metadata.get("metadata") {
            message.metadata = metadata.clone();
        }
        self.write(|conversation| conversation.add(message)).map_err(|error| into_js(&error))?;
        self.changed();
        Ok(())
    }

    /// Clears everything in memory; what is stored stays.
    pub(in crate::web) fn empty(&self) -> Result<(), Error> {
        let now = PageClock.timestamp();
        let attached = self.write(|conversation| {
            let attached = conversation.attachment_ids();
            conversation.clear(now);
            attached
        })?;
        self.attachments().forget(attached);
        if let Some(state) = self.state() {
            state.set_shared_state(&Object::new());
            state.set_result(&JsValue::UNDEFINED);
            state.set_routing(&JsValue::UNDEFINED);
        }
        self.steer(Steer::Nothing);
        Ok(())
    }

    /// The same, and saves the empty conversation.
    pub(in crate::web) fn clear(&self) -> Result<(), Error> {
        self.empty()?;
        self.loading.is_cleared.set(self.loading.is_under_way.get());
        self.changed();
        Ok(())
    }

    /// The same, and deletes what is stored.
    pub(in crate::web) fn erase(&self) -> Result<(), Error> {
        self.empty()?;
        // Nothing is shared any more, and this empty state is not stored.
        "{}".clone_into(&mut self.stored.state.borrow_mut());
        self.complain_of(self.work(erase));
        self.attachments().forget_all();
        self.tell();
        Ok(())
    }

    /// Takes over a record, as JSON.
    pub(in crate::web) fn take(&self, json: &str) -> Result<(), Error> {
        let record = Conversation::from_value("", &Value::parse(json.as_bytes())?)?;
        let now = PageClock.timestamp();
        let (attached, detached) = self.write(|conversation| {
            let before = conversation.attachment_ids();
            conversation.replace(record, &now);
            (conversation.attachment_ids(), conversation.without_attached(before))
        })?;
        self.attachments().forget(detached);
        self.attachments().own(attached);
        self.read_state();
        self.changed();
        Ok(())
    }

    /// Resolves when everything is written; `None` if writing takes no time.
    pub(in crate::web) fn saved(&self) -> Option<LocalBoxFuture<'static, Result<(), Error>>> {
        self.stored.kept.as_ref().and_then(Kept::saved)
    }

    /// Saves what has changed. Returns why something could not be saved, or what was removed to make room;
    /// `onStorageError` is called, too.
    pub(in crate::web) fn keep(&self) -> Option<Error> {
        // If the shared state cannot be saved, the last one that was saved stays.
        let problems = [self.keep_state().err(), self.save_turns().err()];
        for problem in problems.iter().flatten() {
            self.complain(&into_js(problem));
        }
        problems.into_iter().flatten().next()
    }

    pub(super) fn keep_state(&self) -> Result<(), Error> {
        let Some(state) = self.state() else { return Ok(()) };
        let json = json_of(&state.shared_state(), "sharedState")?;
        if *self.stored.state.borrow() != json {
            let parsed = Value::parse(concat(&["{\"sharedState\":", &json, "}"]).as_bytes())?;
            let shared = parsed.get("sharedState").cloned().unwrap_or(Value::object());
            self.write(|conversation| conversation.set_shared_state(shared))?;
        }
        *self.stored.state.borrow_mut() = json;
        Ok(())
    }

    // Not before the storage has been read: what is there might be overwritten.
    pub(super) fn save_turns(&self) -> Result<(), Error> {
        if self.loading.is_under_way.get() {
            Ok(())
        } else {
            self.work(save)
        }
    }

    /// Does `work` with the storage, if there is one.
    pub(super) fn work(&self, work: impl FnOnce(&Kept, &mut Conversation) -> Result<(), Error>) -> Result<(), Error> {
        let Some(kept) = &self.stored.kept else { return Ok(()) };
        self.write(|conversation| {
            work(kept, conversation)?;
            if conversation.take_to_be_saved_again() {
                save(kept, conversation)?;
            }
            Ok(())
        })?
    }

    /// Another page, or another context of this page, has saved or removed something.
    pub(super) fn hear(self: &Rc<Self>, news: &News<'_>) {
        let Ok(before) = self.read(Conversation::version) else { return };
        self.complain_of(match *news {
            News::All => self.work(load),
            News::Later => self.work(catch_up),
            News::Key(key, value) => self.work(|_, conversation| apply(conversation, key, value)),
        });
        let (is_head, is_gone) = match *news {
            News::Key(key, value) => {
                let is_head = key.strip_prefix(PREFIX) == Some(&self.id);
                (is_head, is_head && value.is_none())
            }
            _ => (true, false),
        };
        let has_state = is_head && self.take_state();
        if let Some(state) = self.state().filter(|_| is_gone) {
            // The conversation was deleted elsewhere.
            state.set_result(&JsValue::UNDEFINED);
        }
        let has_changed = self.read(Conversation::version).is_ok_and(|version| version != before);
        // While an answer grows in another tab, several messages may arrive per frame.
        let only_grows =
            matches!(news, News::Key(key, _) if key.starts_with(LIVE_PREFIX) || key.starts_with(PIECE_PREFIX));
        if has_changed && only_grows {
            self.grows();
        } else if has_state || has_changed {
            self.tell();
        }
        self.watch();
        if matches!(news, News::All) {
            self.look_for_writer();
        }
    }

    /// The shared state, as it is stored.
    pub(super) fn stored_state(&self) -> Option<JsValue> {
        let json = self.read(|conversation| conversation.shared_state().to_json()).ok()?;
        JSON::parse(&json).ok()
    }

    pub(super) fn read_state(&self) {
        if let (Some(state), Some(shared)) = (self.state(), self.stored_state()) {
            state.set_shared_state(&shared);
            *self.stored.state.borrow_mut() = json_of(&shared, "").unwrap_or_default();
        }
    }

    /// Takes over another page's shared state, unless ours has changed meanwhile. Returns whether there was anything
    /// new.
    pub(super) fn take_state(&self) -> bool {
        let Some(state) = self.state() else { return false };
        let theirs = self.stored_state().and_then(|theirs| json_of(&theirs, "").ok()).unwrap_or_default();
        let is_known = theirs == *self.stored.state.borrow();
        if is_known || json_of(&state.shared_state(), "").ok().as_ref() != Some(&*self.stored.state.borrow()) {
            return false;
        }
        self.read_state();
        true
    }
}
