//! Where conversations are kept: one record a conversation, under one prefix, so that other code's keys are never read
//! nor touched.

use super::Conversation;
use crate::error::{Code, Error};
use crate::json::Value;
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

/// A store that keeps nothing: a conversation that is not stored lasts as long as its context holds it.
#[derive(Debug)]
pub struct Nowhere;

impl Store for Nowhere {
    fn get(&self, _: &str) -> Result<Option<String>, Error> {
        Ok(None)
    }

    fn set(&self, _: &str, _: &str) -> Result<(), Error> {
        Ok(())
    }

    fn remove(&self, _: &str) -> Result<(), Error> {
        Ok(())
    }

    fn keys(&self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}

/// A conversation as it was found.
#[derive(Debug)]
pub struct Loaded {
    /// What is kept, or an empty one.
    pub conversation: Conversation,
    /// What was wrong with the store or the record.
    pub problem: Option<Error>,
}

/// Reads a conversation. A record that cannot be read is set aside under another key, never overwritten.
pub fn load(store: &dyn Store, id: &str) -> Loaded {
    let fresh = |problem| Loaded { conversation: Conversation::new(id), problem };
    let key = key_of(id);
    let text = match store.get(&key) {
        Ok(Some(text)) => text,
        Ok(None) => return fresh(None),
        Err(problem) => return fresh(Some(problem)),
    };
    match Value::parse(text.as_bytes()).and_then(|value| Conversation::from_value(&value)) {
        Ok(mut conversation) => {
            conversation.rename(id);
            Loaded { conversation, problem: None }
        }
        Err(error) => {
            let aside = concat(&[ASIDE_PREFIX, id]);
            let message =
                concat(&["the record could not be read and was set aside as \"", &aside, "\": ", &error.message]);
            let problem = Error::new(Code::Storage, message);
            // Removed first: there may be no room for two.
            let moved = store.remove(&key).and_then(|()| store.set(&aside, &text));
            if moved.is_err() {
                let _ = store.set(&key, &text);
            }
            fresh(moved.err().or(Some(problem)))
        }
    }
}

/// Keeps a conversation.
///
/// # Errors
/// `storage` where the store refuses.
pub fn save(store: &dyn Store, conversation: &Conversation) -> Result<(), Error> {
    store.set(&key_of(conversation.id()), &conversation.to_value().to_json())
}

/// Forgets a conversation.
///
/// # Errors
/// `storage` where the store refuses.
pub fn erase(store: &dyn Store, id: &str) -> Result<(), Error> {
    store.remove(&key_of(id))
}

/// What a listing says of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub id: String,
    /// When it last changed.
    pub updated_at: String,
    /// How many turns it has.
    pub messages: usize,
    /// The beginning of its first question.
    pub preview: String,
}

/// The conversations of a store, the one that changed last first; records that cannot be read are left out.
///
/// # Errors
/// `storage` where the store cannot be read.
pub fn list(store: &dyn Store) -> Result<Vec<Listed>, Error> {
    let mut listed = Vec::new();
    for key in store.keys()? {
        let Some(id) = key.strip_prefix(KEY_PREFIX) else { continue };
        let Some(text) = store.get(&key)? else { continue };
        let Ok(conversation) = Value::parse(text.as_bytes()).and_then(|value| Conversation::from_value(&value)) else {
            continue;
        };
        let first = conversation.messages().iter().find(|message| message.role == crate::message::Role::User);
        let entry = Listed {
            id: id.to_owned(),
            updated_at: conversation.updated_at().to_owned(),
            messages: conversation.messages().len(),
            preview: first.map(|message| message.content.chars().take(PREVIEW_CHARS).collect()).unwrap_or_default(),
        };
        let later = |other: &Listed| (&other.updated_at, &entry.id) > (&entry.updated_at, &other.id);
        let place = listed.iter().take_while(|other| later(other)).count();
        listed.insert(place, entry);
    }
    Ok(listed)
}

fn key_of(id: &str) -> String {
    concat(&[KEY_PREFIX, id])
}
