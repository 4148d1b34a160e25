//! A mirror of the caller's own storage, which may be asynchronous. The core reads and writes the mirror, which holds
//! everything except attachments; what the core writes is then written to the storage.

mod index;

pub use index::INDEX;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{join_all, FutureExt, LocalBoxFuture, Shared};

use super::storage_group::Member;
use super::store::{piece_key, Key, Store, StoreError, ATTACHMENT_PREFIX, KEY_PREFIX, PIECE_PREFIX, TURN};
use crate::env::{Locks, Tasks};
use crate::error::{Code, Error};
use crate::text::concat;

/// What an adapter returns later. The error says what it threw.
pub type Outcome<T> = LocalBoxFuture<'static, Result<T, Error>>;

/// A storage that may be asynchronous. Each call begins at once, even before its future is polled.
pub trait Adapter {
    /// What is stored under the key.
    fn get(&self, key: &str) -> Outcome<Option<String>>;
    /// Stores the value.
    fn set(&self, key: &str, value: &str) -> Outcome<()>;
    /// Removes what is stored.
    fn remove(&self, key: &str) -> Outcome<()>;
    /// All keys; `None` if the storage cannot list them.
    fn keys(&self) -> Option<Outcome<Vec<String>>>;
    /// Whether the storage can list its keys.
    fn has_keys(&self) -> bool;
}

/// A value that is to be written; without a value the key is to be removed.
#[derive(Clone)]
struct Write {
    number: u64,
    key: String,
    value: Option<String>,
}

#[derive(Default)]
struct State {
    /// The stored values, by key.
    mirror: BTreeMap<String, String>,
    /// The values to write, in this order.
    writes: Vec<Write>,
    last: u64,
    /// The keys that are known to be in the stored list of keys.
    listed: BTreeSet<String>,
    /// Resolves when everything that is being written is written.
    writing: Option<Shared<LocalBoxFuture<'static, ()>>>,
    /// Why the last attempt to write something failed.
    refused: Option<Error>,
    member: Option<Member>,
}

/// What an adapter holds of a conversation; without an id, of all conversations.
pub struct Mirror {
    adapter: Rc<dyn Adapter>,
    id: Option<String>,
    locks: Rc<dyn Locks>,
    tasks: Rc<dyn Tasks>,
    failed: Box<dyn Fn(Error)>,
    state: RefCell<State>,
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mirror").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Mirror {
    /// An empty mirror: see [`Self::fill`]. `failed` is called with what could not be read or written.
    pub fn new(
        adapter: Rc<dyn Adapter>,
        id: Option<&str>,
        locks: Rc<dyn Locks>,
        tasks: Rc<dyn Tasks>,
        failed: Box<dyn Fn(Error)>,
    ) -> Rc<Self> {
        Rc::new(Self { adapter, id: id.map(str::to_owned), locks, tasks, failed, state: RefCell::default() })
    }

    /// Publishes what is written, until [`Self::leave`].
    pub fn publish_to(&self, member: Member) {
        self.state.borrow_mut().member = Some(member);
    }

    /// Whether there are other pages that can show how an answer grows.
    pub fn has_others(&self) -> bool {
        self.state.borrow().member.as_ref().is_some_and(Member::has_others)
    }

    /// Sends the others the value that is stored under a key, or a value that is not stored.
    pub fn publish(&self, key: &str, value: Option<&str>) {
        if let Some(member) = &self.state.borrow().member {
            member.publish(key, value);
        }
    }

    /// Stops sending changes. Pending writes are still done.
    pub fn leave(&self) {
        let member = self.state.borrow_mut().member.take();
        drop(member);
    }

    /// Takes over what another conversation of this page has stored.
    pub fn take(&self, key: &str, value: Option<&str>) {
        let mut state = self.state.borrow_mut();
        match value {
            Some(value) => state.mirror.insert(key.to_owned(), value.to_owned()),
            None => state.mirror.remove(key),
        };
    }

    /// Reads everything that the adapter holds of the conversation.
    pub fn fill(self: &Rc<Self>) -> LocalBoxFuture<'static, ()> {
        let own = self.clone();
        async move {
            if let Err(error) = own.try_fill().await {
                (own.failed)(what_failed("the conversation could not be read", &error));
            }
        }
        .boxed_local()
    }

    async fn try_fill(&self) -> Result<(), Error> {
        let keys = match (self.adapter.keys(), &self.id) {
            (Some(keys), _) => keys.await?,
            (None, Some(id)) => index::keys_of(&self.adapter, id).await?,
            (None, None) => index::all_keys(&self.adapter).await?,
        };
        self.state.borrow_mut().listed.extend(keys.iter().cloned());
        let own = keys.iter().filter(|key| self.is_own(key));
        for read in join_all(own.map(|key| self.read_grown(key))).await {
            read?;
        }
        Ok(())
    }

    /// Reads a key again that was changed elsewhere. `None` if the key does not belong to the conversation.
    ///
    /// # Errors
    /// What the adapter threw.
    pub async fn reread(&self, key: &str) -> Result<Option<Option<String>>, Error> {
        if !self.is_own(key) {
            return Ok(None);
        }
        self.read(key).await.map(Some)
    }

    fn is_own(&self, key: &str) -> bool {
        let is_of = |id: &String| key.strip_suffix(id.as_str()).is_some_and(|rest| rest.ends_with(':'));
        let is_read = key.starts_with(KEY_PREFIX) && !key.starts_with(ATTACHMENT_PREFIX);
        is_read && self.id.as_ref().is_none_or(is_of)
    }

    async fn read(&self, key: &str) -> Result<Option<String>, Error> {
        let value = self.adapter.get(key).await?;
        self.take(key, value.as_deref());
        Ok(value)
    }

    /// Reads a turn, and its pieces if no list names them.
    async fn read_grown(&self, key: &str) -> Result<(), Error> {
        let value = self.read(key).await?;
        let Some(turn) = Key::parse(key).filter(|known| known.kind == TURN && !self.adapter.has_keys()) else {
            return Ok(());
        };
        if value.is_some_and(|value| value.contains("\"open\":true")) {
            let mut number = 0;
            while self.read(&piece_key(turn.position, number, turn.id)).await?.is_some() {
                number += 1;
            }
        }
        Ok(())
    }

    fn put(self: &Rc<Self>, key: &str, value: Option<&str>) {
        self.take(key, value);
        let is_writing = {
            let mut state = self.state.borrow_mut();
            state.last += 1;
            let write = Write { number: state.last, key: key.to_owned(), value: value.map(str::to_owned) };
            // After everything that was written before.
            state.writes.retain(|write| write.key != key);
            state.writes.push(write);
            state.writing.is_some()
        };
        if !is_writing {
            drop(self.write());
        }
        self.publish(key, value);
    }

    /// Begins the pending writes, unless they are running. Resolves when everything is written.
    fn write(self: &Rc<Self>) -> Shared<LocalBoxFuture<'static, ()>> {
        let (done, written) = oneshot::channel::<()>();
        let written = {
            let mut state = self.state.borrow_mut();
            state.refused = None;
            if let Some(writing) = &state.writing {
                return writing.clone();
            }
            let written = written.map(drop).boxed_local().shared();
            state.writing = Some(written.clone());
            written
        };
        let own = self.clone();
        // Not at once, so that everything that one change writes goes together.
        let task = async move {
            own.flush().await;
            own.state.borrow_mut().writing = None;
            drop(done);
        };
        self.tasks.spawn(task.boxed_local());
        written
    }

    /// Writes everything. A write that fails stays in the list, and is repeated with the next write.
    async fn flush(&self) {
        let mut done = 0;
        loop {
            // A key is in the list from before it is stored until after it is removed.
            let listed = self.state.borrow().listed.clone();
            self.list_keys(listed).await;
            while let Some(write) = self.next_write(done) {
                done = write.number;
                let outcome = match &write.value {
                    Some(value) => self.adapter.set(&write.key, value),
                    None => self.adapter.remove(&write.key),
                };
                match outcome.await {
                    Ok(()) => {
                        let is_same = |other: &Write| other.key == write.key && other.value == write.value;
                        self.state.borrow_mut().writes.retain(|other| !is_same(other));
                    }
                    Err(error) => self.refuse(&error),
                }
            }
            self.list_keys(BTreeSet::new()).await;
            if self.next_write(done).is_none() {
                return;
            }
        }
    }

    fn next_write(&self, after: u64) -> Option<Write> {
        self.state.borrow().writes.iter().find(|write| write.number > after).cloned()
    }

    fn refuse(&self, error: &Error) {
        let refused = what_failed("the conversation could not be kept", error);
        self.state.borrow_mut().refused = Some(refused.clone());
        (self.failed)(refused);
    }

    /// Stores the list of keys: the keys of the mirror, `others`, and the keys that other pages have listed.
    async fn list_keys(&self, others: BTreeSet<String>) {
        let Some(id) = self.id.as_ref().filter(|_| !self.adapter.has_keys()) else { return };
        let (own, listed) = {
            let state = self.state.borrow();
            let mut own = others;
            own.extend(state.mirror.keys().cloned());
            own.retain(|key| !key.starts_with(PIECE_PREFIX));
            (own, state.listed.clone())
        };
        if own == listed {
            return;
        }
        // With the lock, if there is one, no other page changes the list meanwhile.
        let alone = self.locks.request(INDEX).await;
        let outcome = index::change(&self.adapter, id, &own, &listed).await;
        if let Some(alone) = alone {
            alone.release().await;
        }
        match outcome {
            Ok(()) => self.state.borrow_mut().listed = own,
            Err(error) => self.refuse(&error),
        }
    }

    /// Resolves when everything written so far is in the storage.
    ///
    /// # Errors
    /// `storage` if something could not be written.
    pub fn saved(self: &Rc<Self>) -> LocalBoxFuture<'static, Result<(), Error>> {
        let own = self.clone();
        async move {
            let writing = own.state.borrow().writing.clone();
            if let Some(writing) = writing {
                writing.await;
            }
            // A write that failed before may succeed now.
            let is_left = {
                let state = own.state.borrow();
                !state.writes.is_empty() || state.refused.is_some()
            };
            if is_left {
                own.write().await;
            }
            let refused = own.state.borrow().refused.clone();
            refused.map_or(Ok(()), Err)
        }
        .boxed_local()
    }
}

impl Store for Rc<Mirror> {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.state.borrow().mirror.get(key).cloned())
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.put(key, Some(value));
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.put(key, None);
        Ok(())
    }

    fn keys(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.state.borrow().mirror.keys().cloned().collect())
    }
}

/// The error that `what` could not be done, with the message of the adapter's error.
fn what_failed(what: &str, error: &Error) -> Error {
    let mut failed = Error::new(Code::Storage, concat(&[what, ": ", &error.message]));
    failed.cause.clone_from(&error.cause);
    failed
}
