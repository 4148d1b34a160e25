//! The page's own storages.

use std::cell::RefCell;
use std::fmt;

use js_sys::Reflect;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen::JsCast;
use web_sys::Storage;

use super::keys_of;
use crate::conversation::tabs::Member;
use crate::conversation::{Store, StoreError};
use crate::error::{Code, Error};
use crate::web::bindings::describe;
use crate::web::error::{cause_of, thrown};

/// The size up to which a file is stored: these storages have some 5 MB for a whole site.
const MAX_FILE_BYTES: usize = 64 * 1024;

/// `localStorage` or `sessionStorage`.
pub(in crate::web) struct PageStore {
    storage: Storage,
    member: RefCell<Option<Member>>,
}

impl fmt::Debug for PageStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageStore")
    }
}

impl PageStore {
    /// Opens the storage of that name.
    ///
    /// # Errors
    /// Why there is no storage.
    pub(super) fn open(name: &str) -> Result<Self, Error> {
        let window = Reflect::get(&js_sys::global(), &JsValue::from_str("window")).unwrap_or_default();
        let storage = if window.is_object() {
            Reflect::get(&window, &JsValue::from_str(name)).map_err(|cause| {
                thrown(Code::Storage, "storage is denied, the conversation is kept in memory", &cause)
            })?
        } else {
            JsValue::UNDEFINED
        };
        if storage.is_falsy() {
            return Err(Error::new(Code::Storage, "there is no storage here: the conversation is kept in memory"));
        }
        Ok(Self { storage: storage.unchecked_into(), member: RefCell::default() })
    }

    /// Publishes what is written, until [`Self::leave`].
    pub(super) fn publish_to(&self, member: Member) {
        *self.member.borrow_mut() = Some(member);
    }

    pub(super) fn leave(&self) {
        let member = self.member.borrow_mut().take();
        drop(member);
    }

    pub(super) fn is_told(&self) -> bool {
        self.member.borrow().as_ref().is_some_and(Member::is_told)
    }

    pub(super) fn has_others(&self) -> bool {
        self.member.borrow().as_ref().is_some_and(Member::has_others)
    }

    pub(super) fn publish(&self, key: &str, value: Option<&str>) {
        if let Some(member) = &*self.member.borrow() {
            member.publish(key, value);
        }
    }
}

impl Store for PageStore {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.storage.get_item(key).map_err(|cause| failed("the conversation could not be read", &cause))
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.storage.set_item(key, value).map_err(|cause| failed("the conversation could not be kept", &cause))?;
        self.publish(key, Some(value));
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.storage.remove_item(key).map_err(|cause| failed("the conversation could not be deleted", &cause))?;
        self.publish(key, None);
        Ok(())
    }

    fn keys(&self) -> Result<Vec<String>, StoreError> {
        let mut keys =
            keys_of(&self.storage).map_err(|cause| failed("the conversations could not be listed", &cause))?;
        keys.sort();
        Ok(keys)
    }

    fn max_file_bytes(&self) -> usize {
        MAX_FILE_BYTES
    }
}

/// Whether a storage threw this because it is full.
pub(in crate::web) fn is_full(cause: &JsValue) -> bool {
    let name = Reflect::get(cause, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
    name.is_some_and(|name| name.to_ascii_lowercase().contains("quota"))
}

fn failed(what: &'static str, cause: &JsValue) -> StoreError {
    let error = thrown(Code::Storage, what, cause);
    if is_full(cause) {
        StoreError::Full(error)
    } else {
        StoreError::Other(error)
    }
}

/// The error for what an adapter threw. The core puts its own words before the message.
pub(super) fn of_adapter(cause: JsValue) -> Error {
    Error::new(Code::Storage, describe(&cause)).caused_by(cause_of(cause))
}
