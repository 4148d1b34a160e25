//! The page's storage.

use wasm_bindgen::JsValue;

use super::bindings::PageStorage;
use super::error::cause_of;
use crate::conversation::Store;
use crate::error::{Code, Error};
use crate::json::Value;

/// What localStorage and sessionStorage keep of a file: they have some 5 MB for a whole site.
const MAX_FILE_BYTES: usize = 64 * 1024;

impl Store for PageStorage {
    fn get(&self, key: &str) -> Result<Option<String>, Error> {
        outcome(self.get(key))
    }

    fn set(&self, key: &str, value: &str) -> Result<(), Error> {
        outcome(self.set(key, value)).map(drop).map_err(|mut error| {
            error.retryable = self.is_full();
            error
        })
    }

    fn remove(&self, key: &str) -> Result<(), Error> {
        outcome(self.remove(key)).map(drop)
    }

    fn keys(&self) -> Result<Vec<String>, Error> {
        let keys = Value::parse(outcome(self.keys())?.unwrap_or_default().as_bytes())?;
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
fn outcome(value: JsValue) -> Result<Option<String>, Error> {
    match value.as_string() {
        None if !value.is_undefined() => Err(Error::new(Code::Storage, "").caused_by(cause_of(value))),
        text => Ok(text),
    }
}
