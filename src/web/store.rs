//! The page's storage.

use wasm_bindgen::JsValue;
use web_sys::Storage;

use super::error::thrown;
use crate::conversation::Store;
use crate::error::{Code, Error};

/// `localStorage` or `sessionStorage`.
#[derive(Debug)]
pub(super) struct PageStore(Storage);

impl PageStore {
    /// Opens it.
    ///
    /// # Errors
    /// `storage` where the page has none, or it is denied.
    pub(super) fn open(session: bool) -> Result<Self, Error> {
        let none = || Error::new(Code::Storage, "there is no storage here: the conversation is kept in memory");
        let denied = |error: JsValue| refused("storage is denied, the conversation is kept in memory", &error);
        let window = web_sys::window().ok_or_else(none)?;
        let storage = if session { window.session_storage() } else { window.local_storage() };
        storage.map_err(denied)?.map(Self).ok_or_else(none)
    }
}

impl Store for PageStore {
    fn get(&self, key: &str) -> Result<Option<String>, Error> {
        self.0.get_item(key).map_err(|error| refused("the conversation could not be read", &error))
    }

    fn set(&self, key: &str, value: &str) -> Result<(), Error> {
        self.0.set_item(key, value).map_err(|error| refused("the conversation could not be kept", &error))
    }

    fn remove(&self, key: &str) -> Result<(), Error> {
        self.0.remove_item(key).map_err(|error| refused("the conversation could not be deleted", &error))
    }

    fn keys(&self) -> Result<Vec<String>, Error> {
        let failed = |error: JsValue| refused("the conversations could not be listed", &error);
        let count = self.0.length().map_err(failed)?;
        (0..count).filter_map(|place| self.0.key(place).map_err(failed).transpose()).collect()
    }
}

fn refused(what: &str, error: &JsValue) -> Error {
    thrown(Code::Storage, what, error)
}
