//! Alternatives, forks and the title of a context.

use std::rc::Rc;

use wasm_bindgen::prelude::JsValue;

use super::ContextInner;
use crate::conversation::Conversation;
use crate::env::Clock;
use crate::error::Error;
use crate::web::env::PageClock;
use crate::web::storage::Storage;

impl ContextInner {
    /// Removes all messages but the first `length`.
    pub(in crate::web) fn truncate(&self, length: usize) -> Result<(), Error> {
        self.alter(|conversation| conversation.truncate(length, &PageClock.timestamp()))
    }

    /// The next message begins an alternative to what follows the first `length`.
    pub(in crate::web) fn branch(&self, length: usize) -> Result<(), Error> {
        self.alter(|conversation| conversation.branch(length)).map(drop)
    }

    /// Shows another alternative.
    pub(in crate::web) fn select_alternative(&self, id: &str, index: usize) -> Result<(), Error> {
        self.write(|conversation| conversation.select_alternative(id, index, &PageClock.timestamp()))??;
        self.changed();
        Ok(())
    }

    /// Its name for people.
    pub(in crate::web) fn title(&self) -> Result<Option<String>, Error> {
        self.read(|conversation| conversation.title().map(str::to_owned))
    }

    pub(in crate::web) fn set_title(&self, title: Option<String>) -> Result<(), Error> {
        self.alter(|conversation| conversation.set_title(title))
    }

    /// Its storage, and the listener for storage errors.
    pub(in crate::web) fn origin(&self) -> (Storage, JsValue) {
        let listener = self.state().map_or(JsValue::UNDEFINED, |state| state.on_storage_error());
        (self.stored.storage.clone(), listener)
    }

    /// Has another context, which is empty, hold copies of its first `length` messages and of what it shares.
    pub(in crate::web) fn fork_to(&self, other: &Rc<Self>, length: usize) -> Result<(), Error> {
        self.catch_up();
        self.keep_state()?;
        let fork = self.read(|conversation| conversation.fork(length))?;
        other.write(|conversation| conversation.replace(fork, &PageClock.timestamp()))?;
        other.read_state();
        other.changed();
        // After that, because only attachments that a stored turn refers to are kept.
        let attached = other.read(Conversation::attachment_ids)?;
        other.attachments().share(self.attachments(), attached);
        Ok(())
    }

    fn alter<T>(&self, change: impl FnOnce(&mut Conversation) -> T) -> Result<T, Error> {
        self.catch_up();
        let (done, detached) = self.write(|conversation| {
            let before = conversation.attachment_ids();
            let done = change(conversation);
            (done, conversation.without_attached(before))
        })?;
        self.changed();
        self.attachments().forget(detached);
        Ok(done)
    }
}
