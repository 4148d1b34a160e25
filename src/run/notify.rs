//! Waiting until something has changed.

use std::cell::RefCell;
use std::future::{poll_fn, Future};
use std::task::{Context, Poll, Waker};

/// Wakes all tasks that wait. Each of them checks again whether it can go on.
#[derive(Debug, Default)]
pub struct Notify(RefCell<Vec<Waker>>);

impl Notify {
    /// Something has changed.
    pub fn notify(&self) {
        for waker in self.0.take() {
            waker.wake();
        }
    }

    /// Wakes the task at the next change.
    pub fn register(&self, context: &Context<'_>) {
        let mut wakers = self.0.borrow_mut();
        if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
            wakers.push(context.waker().clone());
        }
    }

    /// Resolves when `is_so` returns true. It is called now and at each change.
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
