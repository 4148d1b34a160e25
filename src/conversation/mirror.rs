//! A mirror of a storage of the caller's own, which may take its time. The core reads and writes the mirror, which has
//! everything but attachments; what the core writes goes into the storage behind it.

mod index;

pub use index::INDEX;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{join_all, FutureExt, LocalBoxFuture, Shared};

use super::room::Seat;
use super::store::{piece_key, Key, Store, StoreError, ATTACHMENT_PREFIX, KEY_PREFIX, PIECE_PREFIX, TURN};
use crate::env::{Locks, Tasks};
use crate::error::{Code, Error};
use crate::text::concat;

/// What an adapter gives, some time. The error says what it threw.
pub type Outcome<T> = LocalBoxFuture<'static, Result<T, Error>>;

/// A storage that may take its time. It is asked as soon as a method is called.
pub trait Adapter {
    /// What is stored under the key.
    fn get(&self, key: &str) -> Outcome<Option<String>>;
    /// Stores the value.
    fn set(&self, key: &str, value: &str) -> Outcome<()>;
    /// Forgets what is stored.
    fn remove(&self, key: &str) -> Outcome<()>;
    /// All keys; none where it cannot say.
    fn keys(&self) -> Option<Outcome<Vec<String>>>;
    /// Whether it can say which keys it has.
    fn has_keys(&self) -> bool;
}

/// What is to be written; no value for a key that is gone.
#[derive(Clone)]
struct Write {
    number: u64,
    key: String,
    value: Option<String>,
}

#[derive(Default)]
struct State {
    /// What is kept, by key.
    mirror: BTreeMap<String, String>,
    /// What is to be written, in this order.
    writes: Vec<Write>,
    last: u64,
    /// What is known to be in the list of its keys.
    listed: BTreeSet<String>,
    /// Resolves when all is written that is being written.
    writing: Option<Shared<LocalBoxFuture<'static, ()>>>,
    /// Why something of the last attempt was not.
    refused: Option<Error>,
    seat: Option<Seat>,
}

/// What an adapter holds of a conversation, or of all without an id.
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
    /// One that holds nothing yet: see [`Self::fill`]. `failed` is told what could not be read or written.
    pub fn new(
        adapter: Rc<dyn Adapter>,
        id: Option<&str>,
        locks: Rc<dyn Locks>,
        tasks: Rc<dyn Tasks>,
        failed: Box<dyn Fn(Error)>,
    ) -> Rc<Self> {
        Rc::new(Self { adapter, id: id.map(str::to_owned), locks, tasks, failed, state: RefCell::default() })
    }

    /// What is written is published there, until [`Self::leave`].
    pub fn publish_to(&self, seat: Seat) {
        self.state.borrow_mut().seat = Some(seat);
    }

    /// Whether there is somebody to tell how an answer grows.
    pub fn has_others(&self) -> bool {
        self.state.borrow().seat.as_ref().is_some_and(Seat::has_others)
    }

    /// Tells the others what is stored under a key, or something that is not stored.
    pub fn publish(&self, key: &str, value: Option<&str>) {
        if let Some(seat) = &self.state.borrow().seat {
            seat.publish(key, value);
        }
    }

    /// Nobody is told of anything any more. What is to be written is written all the same.
    pub fn leave(&self) {
        let seat = self.state.borrow_mut().seat.take();
        drop(seat);
    }

    /// Takes over what somebody else has stored in the same page.
    pub fn take(&self, key: &str, value: Option<&str>) {
        let mut state = self.state.borrow_mut();
        match value {
            Some(value) => state.mirror.insert(key.to_owned(), value.to_owned()),
            None => state.mirror.remove(key),
        };
    }

    /// Reads all that the adapter holds of it.
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

    /// Somebody else has changed what is under the key: what is there now, if it is one of the conversation's.
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

    /// Reads a turn, and the pieces that it has grown by where no list has them.
    async fn read_grown(&self, key: &str) -> Result<(), Error> {
        let value = self.read(key).await?;
        let Some(turn) = Key::parse(key).filter(|known| known.kind == TURN && !self.adapter.has_keys()) else {
            return Ok(());
        };
        if value.is_some_and(|value| value.contains("\"open\":true")) {
            let mut number = 0;
            while self.read(&piece_key(turn.place, number, turn.id)).await?.is_some() {
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
            // Behind what was written before it.
            state.writes.retain(|write| write.key != key);
            state.writes.push(write);
            state.writing.is_some()
        };
        if !is_writing {
            drop(self.write());
        }
        self.publish(key, value);
    }

    /// Writes what is to be written, unless that is done already. Resolves when it has been.
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
        // Later: all that one change writes.
        let task = async move {
            own.flush().await;
            own.state.borrow_mut().writing = None;
            drop(done);
        };
        self.tasks.spawn(task.boxed_local());
        written
    }

    /// What is not written stays, and is tried again with what comes next.
    async fn flush(&self) {
        let mut done = 0;
        loop {
            // Something is listed before it is there, and until it is gone.
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

    fn next_write(&self, behind: u64) -> Option<Write> {
        self.state.borrow().writes.iter().find(|write| write.number > behind).cloned()
    }

    fn refuse(&self, error: &Error) {
        let refused = what_failed("the conversation could not be kept", error);
        self.state.borrow_mut().refused = Some(refused.clone());
        (self.failed)(refused);
    }

    /// Lists what the mirror has, and others, with what other pages have listed.
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
        // No other page changes a list meanwhile, where that can be had.
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

    /// Resolves when everything so far is written.
    ///
    /// # Errors
    /// `storage` where something is not.
    pub fn saved(self: &Rc<Self>) -> LocalBoxFuture<'static, Result<(), Error>> {
        let own = self.clone();
        async move {
            let writing = own.state.borrow().writing.clone();
            if let Some(writing) = writing {
                writing.await;
            }
            // What was refused before may be taken now.
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

/// What could not be done, and what the adapter said to that.
fn what_failed(what: &str, error: &Error) -> Error {
    let mut failed = Error::new(Code::Storage, concat(&[what, ": ", &error.message]));
    failed.cause.clone_from(&error.cause);
    failed
}
