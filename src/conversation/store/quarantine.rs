//! Records that cannot be read are moved to another key, where nothing reads or overwrites them.

use super::key::{Key, KEY_PREFIX};
use super::{Store, StoreError};
use crate::error::{Code, Error};
use crate::text::concat;

/// The beginning of such a key, instead of [`KEY_PREFIX`].
const QUARANTINE_PREFIX: &str = "refinire-web-unreadable";

/// The most records that are moved there from the same key.
const MOST_KEYS: usize = 8;

/// Moves all records of a conversation, as far as the store allows it.
pub(super) fn quarantine_conversation(store: &impl Store, keys: &[String], id: &str, why: &Error) {
    for key in keys {
        if Key::parse(key).is_some_and(|key| key.id == id) {
            if let Ok(Some(value)) = store.get(key) {
                quarantine(store, key, &value, why);
            }
        }
    }
}

/// Moves a record, and returns the error that reports it.
pub(super) fn quarantine(store: &impl Store, key: &str, value: &str, why: &Error) -> Error {
    let mut aside = concat(&[QUARANTINE_PREFIX, key.strip_prefix(KEY_PREFIX).unwrap_or(key)]);
    for _ in 1..MOST_KEYS {
        match store.get(&aside) {
            Ok(Some(other)) if other != value => aside.push('~'),
            _ => break,
        }
    }
    let moved = match store.set(&aside, value) {
        // There is no room for the record and its copy.
        Err(StoreError::Full(_)) => store.remove(key).and_then(|()| store.set(&aside, value)),
        other => other.and_then(|()| store.remove(key)),
    };
    match moved {
        Ok(()) => {
            let what = ["the record could not be read and was set aside as \"", &aside, "\": ", &why.message];
            Error::new(Code::Storage, concat(&what))
        }
        Err(refused) => {
            let _ = store.set(key, value);
            refused.into()
        }
    }
}
