//! The options of a context, checked.

use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen::JsCast;

use crate::advice::unknown_option;
use crate::error::Error;
use crate::text::concat;
use crate::web::context::{random_text, ContextInner};
use crate::web::error::into_js;
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
        if given.is_undefined() || given.is_null() {
            return Ok(Self { id: None, storage: Storage::Local, on_storage_error: JsValue::UNDEFINED });
        }
        check(given, OPTIONS, of)?;
        let on_storage_error = get(given, "onStorageError")?;
        let is_given = !on_storage_error.is_undefined() && !on_storage_error.is_null();
        let mut options = Self { id: None, storage: Storage::Local, on_storage_error };
        options.set_id(&get(given, "id")?, of)?;
        if is_given && !options.on_storage_error.is_function() {
            return Err(refused(&[of, ": `onStorageError` must be a function"]));
        }
        options.storage = Storage::of(&get(given, "storage")?, of)?;
        Ok(options)
    }

    pub(super) fn set_id(&mut self, id: &JsValue, of: &str) -> Result<(), JsValue> {
        if !id.is_undefined() && !id.is_null() {
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

/// Whether these are options, and no others than the known ones; one that is undefined is not there.
pub(super) fn check(options: &JsValue, known: &[&str], of: &str) -> Result<(), JsValue> {
    if !options.is_object() || Array::is_array(options) {
        return Err(refused(&[of, ": an object of options is needed"]));
    }
    for name in Object::keys(options.unchecked_ref::<Object>()) {
        let name = name.as_string().unwrap_or_default();
        if !known.contains(&&*name) && !get(options, &name)?.is_undefined() {
            return Err(into_js(&unknown_option(of, &name, known)));
        }
    }
    Ok(())
}

pub(super) fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &JsValue::from_str(name))
}

pub(super) fn refused(message: &[&str]) -> JsValue {
    into_js(&Error::invalid(concat(message)))
}
