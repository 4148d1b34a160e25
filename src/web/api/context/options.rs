//! The options of a context, checked.

use std::rc::Rc;

use wasm_bindgen::prelude::JsValue;

use crate::web::context::{random_text, ContextInner};
use crate::web::options::{get, is_none, refuse_unknown, refused};
use crate::web::storage::Storage;

const OPTIONS: &[&str] = &["id", "onStorageError", "storage"];

/// The options of a context.
pub(super) struct Options {
    pub(super) id: Option<String>,
    pub(super) storage: Storage,
    on_storage_error: JsValue,
}

impl Options {
    pub(super) fn of(given: &JsValue, of: &str) -> Result<Self, JsValue> {
        Self::of_fork(given, of, (Storage::Local, JsValue::UNDEFINED), &[])
    }

    /// The same with other defaults for the storage and for `onStorageError`; `others` are further options that are
    /// allowed.
    pub(super) fn of_fork(
        given: &JsValue,
        of: &str,
        (storage, on_storage_error): (Storage, JsValue),
        others: &[&str],
    ) -> Result<Self, JsValue> {
        let mut options = Self { id: None, storage, on_storage_error };
        if is_none(given) {
            return Ok(options);
        }
        refuse_unknown(given, &[OPTIONS, others].concat(), of)?;
        let on_storage_error = get(given, "onStorageError")?;
        if !is_none(&on_storage_error) {
            if !on_storage_error.is_function() {
                return Err(refused(&[of, ": `onStorageError` must be a function"]));
            }
            options.on_storage_error = on_storage_error;
        }
        options.set_id(&get(given, "id")?, of)?;
        let storage = get(given, "storage")?;
        if !is_none(&storage) {
            options.storage = Storage::of(&storage, of)?;
        }
        Ok(options)
    }

    pub(super) fn set_id(&mut self, id: &JsValue, of: &str) -> Result<(), JsValue> {
        if !is_none(id) {
            self.id = Some(id.as_string().ok_or_else(|| refused(&[of, ": `id` must be a string"]))?);
        }
        Ok(())
    }

    pub(super) fn open(self) -> Result<Rc<ContextInner>, JsValue> {
        let id = self.id.unwrap_or_else(|| random_text(20));
        if id.is_empty() {
            return Err(refused(&["Context: `id` must not be empty"]));
        }
        ContextInner::new(&id, &self.storage, &self.on_storage_error)
    }
}
