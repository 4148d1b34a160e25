//! The store of a page that the model takes one call further at a time.

use std::cell::{Cell, RefCell};

use refinire_web::conversation::{Store, StoreError};
use refinire_web::error::{Code, Error};

use crate::memory_store::Records;
use crate::pages::Told;

/// What the store said to a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Reply {
    Text(Option<String>),
    Keys(Vec<String>),
    Messages(Vec<Told>),
    Done,
}

/// The store of a page that runs again from its beginning for each step: it gives the replies of earlier steps again,
/// answers one new call, and refuses all that follow.
#[derive(Debug)]
pub(super) struct Replay<'a> {
    /// The replies of earlier steps.
    told: &'a [Reply],
    /// What the page sees now.
    view: &'a Records,
    /// The messages that have come and were not taken in yet.
    messages: &'a [Told],
    /// No other page is at work any more.
    is_free: bool,
    /// The page waits until that is so.
    pub(super) waits: Cell<bool>,
    next: Cell<usize>,
    /// The reply to the new call, and what it wrote.
    pub(super) fresh: RefCell<Option<(Reply, Option<Told>)>>,
}

impl<'a> Replay<'a> {
    pub(super) fn new(told: &'a [Reply], view: &'a Records) -> Self {
        let (next, waits, fresh) = (Cell::new(0), Cell::new(false), RefCell::default());
        Self { told, view, messages: &[], is_free: true, waits, next, fresh }
    }

    /// The same amid other pages: with the messages that have come from them, and whether they are all done.
    pub(super) fn amid(self, messages: &'a [Told], is_free: bool) -> Self {
        Self { messages, is_free, ..self }
    }

    /// The messages that have come. A page that enters waits until no other one is at work.
    pub(super) fn hear(&self, enters: bool) -> Result<Vec<Told>, StoreError> {
        let is_told = self.next.get() < self.told.len();
        if enters && !is_told && !self.is_free && self.fresh.borrow().is_none() {
            self.waits.set(true);
            return Err(StoreError::Other(Error::new(Code::Storage, "it is not this page's turn")));
        }
        match self.call(|| Reply::Messages(self.messages.to_vec()), None)? {
            Reply::Messages(messages) => Ok(messages),
            other => panic!("an earlier run made another call here: {other:?}"),
        }
    }

    fn call(&self, reply: impl FnOnce() -> Reply, write: Option<Told>) -> Result<Reply, StoreError> {
        let number = self.next.replace(self.next.get() + 1);
        if let Some(told) = self.told.get(number) {
            return Ok(told.clone());
        }
        if self.fresh.borrow().is_some() {
            return Err(StoreError::Other(Error::new(Code::Storage, "it is another page's turn")));
        }
        let reply = reply();
        *self.fresh.borrow_mut() = Some((reply.clone(), write));
        Ok(reply)
    }
}

impl Store for Replay<'_> {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        match self.call(|| Reply::Text(self.view.get(key).cloned()), None)? {
            Reply::Text(text) => Ok(text),
            other => panic!("an earlier run made another call here: {other:?}"),
        }
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.call(|| Reply::Done, Some((key.to_owned(), Some(value.to_owned())))).map(drop)
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.call(|| Reply::Done, Some((key.to_owned(), None))).map(drop)
    }

    fn keys(&self) -> Result<Vec<String>, StoreError> {
        match self.call(|| Reply::Keys(self.view.keys().cloned().collect()), None)? {
            Reply::Keys(keys) => Ok(keys),
            other => panic!("an earlier run made another call here: {other:?}"),
        }
    }
}
