//! Conversations in a key-value store. Each turn has a key of its own, so two pages that write at the same time write
//! different keys and no turn is lost. Keys of other code are neither read nor changed.
//!
//! | key | value |
//! | --- | --- |
//! | `refinire-web:<id>` | the head: `{"schema":2,"updatedAt","title"?,"sharedState":{…},"chosen"?:{"<position>":["<branch>","<time>"]}}` |
//! | `refinire-web/<position>:<id>` | a turn, as [`Message::to_record`](crate::message::Message::to_record) writes it; with `"open":true` while it grows, and with `"branch":{"id","of"?,"after"?}` if it belongs to an alternative |
//! | `refinire-web+<position><number>:<id>` | text that was added to an open turn, not encoded |
//! | `refinire-web@<attachment>:<id>` | an attachment's bytes as a data URL, where they are not in a store of their own |
//! | `refinire-web-unreadable…` | a record that could not be read, moved here |
//!
//! A position says where a turn stands: positions sort in the order of the turns. Schema 1 had the whole conversation in its head,
//! with `"messages":[…]`; it is read, and written as schema 2.

mod eviction;
mod key;
mod load;
mod quarantine;
mod save;

pub use key::{attachment_key, ATTACHMENT_PREFIX, KEY_PREFIX, LIVE_PREFIX, PIECE_PREFIX};
pub(super) use key::{live_key, piece_key, Key, HEAD, PIECE, TURN};
pub(super) use load::Unreadable;
pub use load::{apply, catch_up, load};
pub use save::{erase, save};

use crate::error::Error;

/// A key-value store of text.
pub trait Store: std::fmt::Debug {
    /// The value of `key`, if it has one.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn get(&self, key: &str) -> Result<Option<String>, StoreError>;
    /// Sets the value of `key`.
    ///
    /// # Errors
    /// If the store is full, or cannot be written.
    fn set(&self, key: &str, value: &str) -> Result<(), StoreError>;
    /// Removes `key` and its value.
    ///
    /// # Errors
    /// If the store cannot be written.
    fn remove(&self, key: &str) -> Result<(), StoreError>;
    /// All keys, sorted, including those of other code.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn keys(&self) -> Result<Vec<String>, StoreError>;
    /// The most bytes that a file may have to be stored with its turn. Of a larger file everything but its bytes is stored.
    fn max_file_bytes(&self) -> usize {
        usize::MAX
    }
}

/// Why an operation of the store failed. The error has the host's own exception as its cause.
#[derive(Debug, Clone)]
pub enum StoreError {
    /// There is no room for the value, unless another value is removed.
    Full(Error),
    /// Access was denied, or the store is broken.
    Other(Error),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let (StoreError::Full(error) | StoreError::Other(error)) = error;
        error
    }
}
