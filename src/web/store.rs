//! The page's storage.

use wasm_bindgen::JsValue;

use super::bindings::PageStorage;
use super::error::cause_of;
use crate::conversation::{Store, StoreError};
use crate::error::{Code, Error};
use crate::json::Value;

/// What localStorage and sessionStorage keep of a file: they have some 5 MB for a whole site.
const MAX_FILE_BYTES: usize = 64 * 1024;

impl Store for PageStorage {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        outcome(self.get(key))
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        outcome(self.set(key, value)).map(drop).map_err(|error| match error {
            StoreError::Other(error) if self.is_full() => StoreError::Full(error),
            other => other,
        })
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        outcome(self.remove(key)).map(drop)
    }

    fn keys(&self) -> Result<Vec<String>, StoreError> {
        let keys = outcome(self.keys())?.unwrap_or_default();
        let keys = Value::parse(keys.as_bytes()).map_err(StoreError::Other)?;
        let mut names = Vec::new();
        for key in keys.items() {
            names.push(key.as_str().unwrap_or_default().to_owned());
        }
        Ok(names)
    }

    fn max_file_bytes(&self) -> usize {
        if self.is_small() {
            MAX_FILE_BYTES
        } else {
            usize::MAX
        }
    }
}

/// Text, nothing, or what the storage threw: that is a `RefinireError` already, which the core only carries.
fn outcome(value: JsValue) -> Result<Option<String>, StoreError> {
    match value.as_string() {
        None if !value.is_undefined() => {
            Err(StoreError::Other(Error::new(Code::Storage, "").caused_by(cause_of(value))))
        }
        text => Ok(text),
    }
}
