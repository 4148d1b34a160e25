//! Lets one run at a time through, in the order they came.

use std::cell::RefCell;
use std::future::{poll_fn, Future};
use std::rc::Rc;
use std::task::{Poll, Waker};

/// A queue whose first member is the one inside.
#[derive(Debug, Clone, Default)]
pub struct Turnstile(Rc<RefCell<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    next: u64,
    waiting: Vec<(u64, Option<Waker>)>,
}

/// A place in the queue. Dropping it lets the next one through.
#[derive(Debug)]
pub struct Pass {
    queue: Rc<RefCell<Queue>>,
    number: u64,
}

impl Turnstile {
    /// Takes a place at the end of the queue at once, whether or not it is then waited for.
    #[must_use]
    pub fn join(&self) -> Pass {
        let mut queue = self.0.borrow_mut();
        queue.next += 1;
        let number = queue.next;
        queue.waiting.push((number, None));
        Pass { queue: self.0.clone(), number }
    }
}

impl Pass {
    /// Resolves when it is the first in the queue.
    pub fn turn(&self) -> impl Future<Output = ()> + '_ {
        poll_fn(|context| {
            let mut queue = self.queue.borrow_mut();
            if queue.waiting.first().is_some_and(|(number, _)| *number == self.number) {
                return Poll::Ready(());
            }
            if let Some((_, waker)) = queue.waiting.iter_mut().find(|(number, _)| *number == self.number) {
                *waker = Some(context.waker().clone());
            }
            Poll::Pending
        })
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut queue = self.queue.borrow_mut();
        if let Some(place) = queue.waiting.iter().position(|(number, _)| *number == self.number) {
            queue.waiting.remove(place);
        }
        if let Some((_, waker)) = queue.waiting.first_mut() {
            if let Some(waker) = waker.take() {
                waker.wake();
            }
        }
    }
}
