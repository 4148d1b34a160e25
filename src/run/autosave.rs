//! Saves an answer while it grows.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::future::LocalBoxFuture;

use crate::env::Clock;

/// How far what is saved may be behind what was delivered: in milliseconds, and in UTF-16 units. 2 KB hold 1,024 units, but only 682
/// of a text whose letters take three bytes each in UTF-8.
const BEHIND_MS: f64 = 400.0;
const BEHIND_UNITS: usize = 650;

/// Saves an answer while it grows, with `save(delivered)`.
pub(super) struct Autosave {
    save: Box<dyn Fn(usize)>,
    saved: Cell<usize>,
    timer: RefCell<Option<LocalBoxFuture<'static, ()>>>,
}

impl Autosave {
    pub(super) fn new(save: impl Fn(usize) + 'static) -> Rc<Self> {
        Rc::new(Self { save: Box::new(save), saved: Cell::new(0), timer: RefCell::default() })
    }

    /// So much is delivered now. Gives whether a timer was set, which is to be polled.
    pub(super) fn grown(&self, delivered: usize, clock: &dyn Clock) -> bool {
        if delivered - self.saved.get() >= BEHIND_UNITS {
            self.now(delivered);
            return false;
        }
        let mut timer = self.timer.borrow_mut();
        let is_new = timer.is_none();
        timer.get_or_insert_with(|| clock.sleep(BEHIND_MS));
        is_new
    }

    /// Saves it if it is time.
    pub(super) fn poll(&self, delivered: usize, context: &mut Context<'_>) {
        let is_due =
            self.timer.borrow_mut().as_mut().is_some_and(|timer| timer.as_mut().poll(context) == Poll::Ready(()));
        if is_due {
            self.now(delivered);
        }
    }

    /// Saves what was delivered since the last time.
    pub(super) fn now(&self, delivered: usize) {
        self.timer.take();
        if self.saved.replace(delivered) != delivered {
            (self.save)(delivered);
        }
    }
}
