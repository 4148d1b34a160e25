//! Where conversations are kept: one record a conversation, under one prefix, so that other code's keys are never read
//! nor touched.

use super::Conversation;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::message::Role;
use crate::text::concat;

/// What every key of the library's begins with.
pub const KEY_PREFIX: &str = "refinire-web:";

/// What a record that cannot be read is set aside under.
const ASIDE_PREFIX: &str = "refinire-web-unreadable:";

/// How much of the first question a listing shows, in characters.
const PREVIEW_CHARS: usize = 80;

/// Keeps text under keys.
pub trait Store: std::fmt::Debug {
    /// What is kept under `key`.
    ///
    /// # Errors
    /// `storage` where the store cannot be read.
    fn get(&self, key: &str) -> Result<Option<String>, Error>;
    /// Keeps `value` under `key`.
    ///
    /// # Errors
    /// `storage` where the store is full or cannot be written.
    fn set(&self, key: &str, value: &str) -> Result<(), Error>;
    /// Forgets what is kept under `key`.
    ///
    /// # Errors
    /// `storage` where the store cannot be written.
    fn remove(&self, key: &str) -> Result<(), Error>;
    /// Every key, also those of other code.
    ///
    /// # Errors
    /// `storage` where the store cannot be read.
    fn keys(&self) -> Result<Vec<String>, Error>;
}

/// Reads a conversation; `None` where there is none. A record that cannot be read is set aside under another key, never
/// overwritten.
///
/// # Errors
/// `storage` for such a record, and where the store fails.
pub fn load(store: &impl Store, id: &str) -> Result<Option<Conversation>, Error> {
    let key = key_of(id);
    let Some(text) = store.get(&key)? else { return Ok(None) };
    read(id, &text).map(Some).map_err(|error| {
        let aside = concat(&[ASIDE_PREFIX, id]);
        // Removed first: there may be no room for two.
        match store.remove(&key).and_then(|()| store.set(&aside, &text)) {
            Ok(()) => {
                let what = ["the record could not be read and was set aside as \"", &aside, "\": ", &error.message];
                Error::new(Code::Storage, concat(&what))
            }
            Err(refused) => {
                let _ = store.set(&key, &text);
                refused
            }
        }
    })
}

fn read(id: &str, record: &str) -> Result<Conversation, Error> {
    Conversation::from_value(id, &Value::parse(record.as_bytes())?)
}

/// Keeps a conversation.
///
/// # Errors
/// `storage` where the store refuses.
pub fn save(store: &impl Store, conversation: &Conversation) -> Result<(), Error> {
    store.set(&key_of(conversation.id()), &conversation.to_value().to_json())
}

/// Forgets a conversation.
///
/// # Errors
/// `storage` where the store refuses.
pub fn erase(store: &impl Store, id: &str) -> Result<(), Error> {
    store.remove(&key_of(id))
}

/// What there is to say of each conversation of a store, the one that changed last first: `id`, `updatedAt`, how many
/// `messages`, and a `preview` of the first question. Records that cannot be read are left out.
///
/// # Errors
/// `storage` where the store cannot be read.
pub fn list(store: &impl Store) -> Result<Value, Error> {
    let mut rows: Vec<Value> = Vec::new();
    for key in store.keys()? {
        let Some(id) = key.strip_prefix(KEY_PREFIX) else { continue };
        let Some(text) = store.get(&key)? else { continue };
        let Ok(conversation) = read(id, &text) else { continue };
        let mut preview = "";
        for message in &conversation.messages {
            if message.role == Role::User {
                preview = beginning_of(&message.content);
                break;
            }
        }
        let (row, updated_at) = (Value::object(), conversation.updated_at.as_str());
        let row = row.with("id", id).with("updatedAt", updated_at);
        let row = row.with("messages", conversation.messages.len() as u64).with("preview", preview);
        let mut place = 0;
        for other in &rows {
            let order = other.text("updatedAt").unwrap_or_default().cmp(updated_at);
            if order.is_lt() || order.is_eq() && other.text("id") > Some(id) {
                break;
            }
            place += 1;
        }
        rows.insert(place, row);
    }
    Ok(Value::Array(rows))
}

fn beginning_of(text: &str) -> &str {
    let end = text.char_indices().nth(PREVIEW_CHARS).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

fn key_of(id: &str) -> String {
    concat(&[KEY_PREFIX, id])
}
