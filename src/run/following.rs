//! A conversation follows the answer of a run: it has each chunk as soon as it is delivered, and saves the answer while it
//! grows.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

use futures::future::LocalBoxFuture;

use super::Delivery;
use crate::env::Clock;

/// How far saving may lag behind delivery: in milliseconds, and in UTF-16 units. 2 KB hold 1,024 units, but only 682 of
/// a text whose letters take three bytes each in UTF-8.
const BEHIND_MS: f64 = 400.0;
const BEHIND_UNITS: usize = 650;

/// A conversation that follows the answer of a run.
pub trait Follower {
    /// The answer has grown. Called for nearly every chunk: it must be cheap. Returns whether the answer is to be saved while it grows.
    fn grown(&self) -> bool;

    /// Takes over the answer as far as it was delivered, in UTF-16 units. Returns false if that is not possible at the
    /// moment.
    fn take(&self, delivered: usize) -> bool;

    /// Saves what was taken over.
    fn save(&self);
}

/// What was taken over and saved of the answer.
pub(super) struct Following {
    follower: Box<dyn Follower>,
    taken: Cell<usize>,
    saved: Cell<usize>,
    timer: RefCell<Option<LocalBoxFuture<'static, ()>>>,
}

impl Following {
    pub(super) fn new(follower: impl Follower + 'static) -> Rc<Self> {
        let follower = Box::new(follower);
        Rc::new(Self { follower, taken: Cell::new(0), saved: Cell::new(0), timer: RefCell::default() })
    }

    /// The delivered text has grown to `delivered`. Returns whether a timer was set, which must be polled.
    pub(super) fn grown(&self, delivered: usize, clock: &dyn Clock) -> bool {
        if !self.follower.grown() {
            return false;
        }
        if delivered - self.saved.get() >= BEHIND_UNITS {
            self.save(delivered);
            return false;
        }
        let mut timer = self.timer.borrow_mut();
        let is_new = timer.is_none();
        timer.get_or_insert_with(|| clock.sleep(BEHIND_MS));
        is_new
    }

    /// Takes over what was delivered since the last time.
    pub(super) fn take(&self, delivered: usize) {
        if self.taken.get() != delivered && self.follower.take(delivered) {
            self.taken.set(delivered);
        }
    }

    /// Saves the answer if it is time.
    pub(super) fn poll(&self, delivered: usize, context: &mut Context<'_>) {
        let is_due =
            self.timer.borrow_mut().as_mut().is_some_and(|timer| timer.as_mut().poll(context) == Poll::Ready(()));
        if is_due {
            self.timer.take();
            self.save(delivered);
        }
    }

    /// Saves what was delivered since the last time. A running timer goes on: to set a new one after each save would take
    /// longer than the rest of this.
    pub(super) fn save(&self, delivered: usize) {
        if self.saved.replace(delivered) != delivered {
            self.take(delivered);
            self.follower.save();
        }
    }
}

/// The runs whose answers a conversation follows.
#[derive(Default)]
pub struct Followed(RefCell<Vec<Weak<Delivery>>>);

impl Followed {
    /// Follows one more run, until it has ended.
    pub fn add(&self, delivery: &Rc<Delivery>, follower: impl Follower + 'static) {
        delivery.follow_with(follower);
        let mut runs = self.0.borrow_mut();
        runs.retain(|run| run.strong_count() > 0);
        runs.push(Rc::downgrade(delivery));
    }

    /// Takes over what was delivered since the last call.
    pub fn catch_up(&self) {
        // Usually there are no runs.
        if self.0.borrow().is_empty() {
            return;
        }
        let runs = self.0.borrow().clone();
        runs.iter().filter_map(Weak::upgrade).for_each(|run| run.catch_up());
        self.0.borrow_mut().retain(|run| run.upgrade().is_some_and(|run| !run.has_ended()));
    }
}

impl std::fmt::Debug for Followed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Followed").field("runs", &self.0.borrow().len()).finish()
    }
}
