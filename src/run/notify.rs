//! Waiting until something has changed.

use std::cell::RefCell;
use std::future::{poll_fn, Future};
use std::task::{Context, Poll, Waker};

/// Wakes everybody who waits. Whoever is woken looks again whether it has what it waits for.
#[derive(Debug, Default)]
pub struct Notify(RefCell<Vec<Waker>>);

impl Notify {
    /// Something has changed.
    pub fn notify(&self) {
        for waker in self.0.take() {
            waker.wake();
        }
    }

    /// Has the task be woken at the next change.
    pub fn register(&self, context: &Context<'_>) {
        let mut wakers = self.0.borrow_mut();
        if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
            wakers.push(context.waker().clone());
        }
    }

    /// Resolves when `is_so` returns true. It is asked now and at each change.
    pub fn until<'a>(&'a self, is_so: impl Fn() -> bool + 'a) -> impl Future<Output = ()> + 'a {
        poll_fn(move |context| {
            if is_so() {
                return Poll::Ready(());
            }
            self.register(context);
            Poll::Pending
        })
    }
}
