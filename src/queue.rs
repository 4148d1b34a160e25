//! Lets in so many at a time, and so many a minute, the others in the order they came.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures::future::LocalBoxFuture;

use crate::env::Clock;

/// The span in which starts are counted, in milliseconds.
const MINUTE_MS: f64 = 60_000.0;

/// Lets in so many at a time, and so many a minute, the others in the order they came.
pub struct Queue {
    /// How many may start in a minute by which clock; none where their number is not bounded.
    starts: Option<(Rc<dyn Clock>, usize)>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    inside: usize,
    waiting: VecDeque<Waiting>,
    number: u64,
    /// When the last ones were let in, as many as count.
    starts: VecDeque<f64>,
}

struct Waiting {
    number: u64,
    waker: Option<Waker>,
}

impl Queue {
    /// A queue that lets in `per_minute` in any 60 seconds; `usize::MAX` for any number.
    #[must_use]
    pub fn new(clock: Rc<dyn Clock>, per_minute: usize) -> Rc<Self> {
        let starts = (per_minute < usize::MAX).then_some((clock, per_minute));
        Rc::new(Self { starts, state: RefCell::default() })
    }

    /// A queue that lets in any number in a minute.
    #[must_use]
    pub fn unlimited() -> Rc<Self> {
        Rc::new(Self { starts: None, state: RefCell::default() })
    }

    /// The place of who may come in at once: nobody waits, fewer than `most` are inside, and there were not too many starts.
    #[must_use]
    pub fn try_enter(self: &Rc<Self>, most: usize) -> Option<Place> {
        let is_next = self.state.borrow().waiting.is_empty();
        (is_next && self.admits(most) <= 0.0).then(|| self.admit())
    }

    /// Waits for a place: until fewer than `most` are inside, and all that came before are. Dropping the future leaves the queue.
    #[must_use]
    pub fn enter(self: &Rc<Self>, most: usize) -> Entering {
        let mut state = self.state.borrow_mut();
        state.number += 1;
        let number = state.number;
        state.waiting.push_back(Waiting { number, waker: None });
        Entering { queue: self.clone(), most, number, timer: None }
    }

    /// How many milliseconds it takes until one more may start: 0 for now; infinity as long as nobody leaves.
    fn admits(&self, most: usize) -> f64 {
        let mut state = self.state.borrow_mut();
        if state.inside >= most {
            return f64::INFINITY;
        }
        let Some((clock, per_minute)) = &self.starts else { return 0.0 };
        let now = clock.now();
        while state.starts.front().is_some_and(|start| start + MINUTE_MS <= now) {
            state.starts.pop_front();
        }
        match state.starts.front() {
            Some(start) if state.starts.len() >= *per_minute => start + MINUTE_MS - now,
            _ => 0.0,
        }
    }

    fn admit(self: &Rc<Self>) -> Place {
        let mut state = self.state.borrow_mut();
        state.inside += 1;
        if let Some((clock, _)) = &self.starts {
            state.starts.push_back(clock.now());
        }
        Place(self.clone())
    }

    /// Whoever is next has another look.
    fn wake_next(&self) {
        let waker = self.state.borrow_mut().waiting.front_mut().and_then(|next| next.waker.take());
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

/// A place inside. Dropped, it is free for the next one.
#[derive(Debug)]
pub struct Place(Rc<Queue>);

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.0.state.borrow_mut();
        state.inside -= 1;
        drop(state);
        self.0.wake_next();
    }
}

/// Waits for a place. See [`Queue::enter`].
pub struct Entering {
    queue: Rc<Queue>,
    most: usize,
    number: u64,
    /// Set by the next in the queue, until there may be another start.
    timer: Option<LocalBoxFuture<'static, ()>>,
}

impl Future for Entering {
    type Output = Place;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Place> {
        let queue = self.queue.clone();
        loop {
            let mut state = queue.state.borrow_mut();
            let is_next = state.waiting.front().is_some_and(|next| next.number == self.number);
            if let Some(own) = state.waiting.iter_mut().find(|waiting| waiting.number == self.number) {
                own.waker = Some(context.waker().clone());
            }
            drop(state);
            let wait = if is_next { queue.admits(self.most) } else { f64::INFINITY };
            if wait.is_infinite() {
                self.timer = None;
                return Poll::Pending;
            }
            if wait <= 0.0 {
                queue.state.borrow_mut().waiting.pop_front();
                let place = queue.admit();
                queue.wake_next();
                return Poll::Ready(place);
            }
            let Some((clock, _)) = &queue.starts else { return Poll::Pending };
            let timer = self.timer.get_or_insert_with(|| clock.sleep(wait.ceil()));
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.timer = None;
        }
    }
}

impl Drop for Entering {
    fn drop(&mut self) {
        let mut state = self.queue.state.borrow_mut();
        let before = state.waiting.len();
        state.waiting.retain(|waiting| waiting.number != self.number);
        let has_left = state.waiting.len() < before;
        drop(state);
        if has_left {
            self.queue.wake_next();
        }
    }
}

impl std::fmt::Debug for Entering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entering").field("number", &self.number).finish_non_exhaustive()
    }
}
