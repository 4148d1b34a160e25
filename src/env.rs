//! The outside world, as traits: time, the network, storage, and the other tabs of a site.
//!
//! In a page `web::env` implements them on the browser; natively tests do, with a script and virtual time. Nothing here
//! needs `Send`: everything runs on one thread.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use crate::error::Error;
use crate::provider::HttpRequest;

/// Time and chance.
pub trait Clock {
    /// Milliseconds from an arbitrary start. Never goes back.
    fn now(&self) -> f64;

    /// Milliseconds since 1970 began, in UTC: the time that a date of HTTP is compared with.
    fn unix_ms(&self) -> f64;

    /// The time of day, as ISO 8601 in UTC with milliseconds.
    fn timestamp(&self) -> String;

    /// From 0 up to but not including 1.
    fn random(&self) -> f64;

    /// Resolves after so many milliseconds. Dropping it cancels the timer.
    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()>;

    /// Resolves with the next animation frame, or after a short time where none is drawn. Dropping it cancels it.
    fn frame(&self) -> LocalBoxFuture<'static, ()>;

    /// Whether text may be seen to move: the page is visible, and its user has not asked for reduced motion.
    fn shows_motion(&self) -> bool {
        true
    }
}

/// Why a request has to wait before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// There is no network. It counts towards `timeout.connect`, under a name of its own.
    Offline,
    /// There are as many connections as there may be. No timer runs.
    Queued,
    /// It is being sent now.
    Sending,
}

/// Sends requests.
pub trait Transport {
    /// Sends a request; resolves with the head of the response. `on_phase` is called whenever what it waits for changes; it is
    /// [`Phase::Sending`] at first. Dropping the future, or the response, closes the connection.
    fn send(&self, call: HttpRequest, on_phase: Rc<dyn Fn(Phase)>) -> LocalBoxFuture<'static, Result<Response, Error>>;

    /// A message without what must not be seen in it: the key.
    fn redact(&self, message: &str) -> String {
        message.to_owned()
    }
}

/// The head of a response, and its body.
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header.
    pub retry_after: Option<String>,
    /// The `Content-Type` header; empty where there is none.
    pub content_type: String,
    /// What follows.
    pub body: Box<dyn Body>,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

/// The body of a response.
pub trait Body {
    /// Pushes the body into the sink, a read at a time, until it ends (`Ok`), breaks, or the sink wants no more (`Ok`).
    /// The sink is called synchronously, as bytes come: no future is polled for a read. Dropping the future, or the body,
    /// closes the connection at once.
    fn pump(&mut self, sink: Rc<dyn Sink>) -> LocalBoxFuture<'_, Result<(), Error>>;

    /// The body has come to its natural end as far as its reader is concerned: reads on for a short while, at most 250 ms
    /// and 64 KB, so that the connection can be used again, and then closes it.
    fn drain(self: Box<Self>) {}
}

/// Takes the bytes of a body.
pub trait Sink {
    /// Takes the bytes of one read.
    fn push(&self, bytes: &[u8]) -> Pushed;
}

/// What is to be done after a read.
pub enum Pushed {
    /// Read on.
    More,
    /// Read on when this has resolved.
    Wait(LocalBoxFuture<'static, ()>),
    /// Enough has been read.
    Stop,
}

impl std::fmt::Debug for Pushed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::More => "More",
            Self::Wait(_) => "Wait",
            Self::Stop => "Stop",
        })
    }
}

/// Web Locks: one holder at a time of a name, over all tabs of a site.
pub trait Locks {
    /// Waits for the lock of that name. `None` where locks cannot be had, as in a page without an origin. Dropping the future
    /// leaves the queue.
    fn request(&self, name: &str) -> LocalBoxFuture<'static, Option<Held>>;

    /// The lock if it is free now; [`Try::Taken`] if somebody holds it.
    fn try_request(&self, name: &str) -> LocalBoxFuture<'static, Try>;

    /// Whether there are locks at all.
    fn exist(&self) -> bool;
}

/// What came of trying to take a lock.
#[derive(Debug)]
pub enum Try {
    /// It is held now.
    Held(Held),
    /// Somebody else holds it.
    Taken,
    /// There are no locks to be had.
    Denied,
}

/// A lock that is held until this is dropped.
pub struct Held {
    release: RefCell<Option<Box<dyn FnOnce()>>>,
    released: LocalBoxFuture<'static, ()>,
}

impl Held {
    /// `release` gives it back; `released` resolves when the others can take it.
    pub fn new(release: impl FnOnce() + 'static, released: LocalBoxFuture<'static, ()>) -> Self {
        Self { release: RefCell::new(Some(Box::new(release))), released }
    }

    /// Gives it back, and waits until the others can take it.
    pub async fn release(mut self) {
        self.give_back();
        (&mut self.released).await;
    }

    fn give_back(&self) {
        if let Some(release) = self.release.take() {
            release();
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Held")
    }
}

/// What one tab tells the others: a key and what is stored under it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The key. None where everything may have changed.
    pub key: Option<String>,
    /// What is stored under it; none where it was removed.
    pub value: Option<String>,
    /// Who says so, where that matters.
    pub by: Option<String>,
}

/// A `BroadcastChannel`: what one tab posts, all others receive, in order. Dropping it closes it.
pub trait Channel {
    /// Sends a message to all other channels of that name, also to others of this page.
    fn post(&self, message: &[Change]);
}

/// Is told of a message.
pub type OnMessage = Rc<dyn Fn(Vec<Change>)>;

/// The tabs of a site.
pub trait Site {
    /// Opens the channel of that name. None where there are no channels.
    fn channel(&self, name: &str, on_message: Option<OnMessage>) -> Option<Rc<dyn Channel>>;

    /// Calls `seen` with what other tabs store, until what this gives is dropped.
    fn watch(&self, seen: Rc<dyn Fn(Seen)>) -> Box<dyn Any>;
}

/// What a page sees of the storage that it shares with other tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Another tab has stored something, or removed it; or everything, where there is no key.
    Stored {
        /// The key.
        key: Option<String>,
        /// What is stored under it now.
        value: Option<String>,
    },
    /// The page was frozen, and may have missed anything.
    Restored,
}

/// Runs futures whom nobody waits for.
pub trait Tasks {
    /// Runs it to its end, but not before the caller has returned.
    fn spawn(&self, task: LocalBoxFuture<'static, ()>);
}
