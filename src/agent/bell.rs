//! Wakes a run from outside: that its consumer is ready again, or that the caller wants it to stop.

use std::cell::RefCell;
use std::future::{poll_fn, Future};
use std::pin::{pin, Pin};
use std::rc::Rc;
use std::task::{Poll, Waker};

use futures::future::{select, Either};

use crate::error::Cause;

/// Wakes everyone who waits for its next ring.
#[derive(Debug, Default)]
pub struct Bell {
    rings: u64,
    wakers: Vec<Waker>,
}

impl Bell {
    /// How often it has rung.
    #[must_use]
    pub fn rings(&self) -> u64 {
        self.rings
    }

    /// Wakes the waiters.
    pub fn ring(&mut self) {
        self.rings += 1;
        self.wakers.drain(..).for_each(Waker::wake);
    }

    /// Whether it has rung more than `seen` times; if not, `waker` is woken when it does.
    pub fn poll(&mut self, seen: u64, waker: &Waker) -> Poll<()> {
        if self.rings > seen {
            return Poll::Ready(());
        }
        if !self.wakers.iter().any(|known| known.will_wake(waker)) {
            self.wakers.push(waker.clone());
        }
        Poll::Pending
    }
}

/// Why a run is to stop although nothing failed.
#[derive(Clone)]
pub enum Stop {
    /// The caller's signal was aborted, for this reason.
    Signal(Cause),
    /// Nobody reads on: the stream was cancelled.
    Cancelled,
    /// A callback of the caller's threw this.
    Threw(Cause),
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Signal(_) => "Signal",
            Self::Cancelled => "Cancelled",
            Self::Threw(_) => "Threw",
        })
    }
}

/// Stops a run; the first reason is the one that counts.
#[derive(Debug, Clone, Default)]
pub struct Stopper(Rc<RefCell<Stopping>>);

#[derive(Debug, Default)]
struct Stopping {
    stop: Option<Stop>,
    bell: Bell,
}

impl Stopper {
    /// Asks the run to stop.
    pub fn stop(&self, stop: Stop) {
        let mut state = self.0.borrow_mut();
        if state.stop.is_none() {
            state.stop = Some(stop);
            state.bell.ring();
        }
    }

    /// The reason, once there is one.
    #[must_use]
    pub fn stopped(&self) -> Option<Stop> {
        self.0.borrow().stop.clone()
    }

    /// Waits for a reason.
    pub fn wait(&self) -> impl Future<Output = Stop> + '_ {
        poll_fn(|context| {
            let mut state = self.0.borrow_mut();
            if let Some(stop) = &state.stop {
                return Poll::Ready(stop.clone());
            }
            let seen = state.bell.rings();
            state.bell.poll(seen, context.waker()).map(|()| Stop::Cancelled)
        })
    }
}

impl Stopper {
    /// `work`, unless there is a reason to stop first.
    ///
    /// # Errors
    /// The reason.
    pub async fn race<W: Future>(&self, work: W) -> Result<W::Output, Stop> {
        let mut output = None;
        let stopped = self.first(pin!(async { output = Some(work.await) })).await;
        match (stopped, output) {
            (None, Some(output)) => Ok(output),
            (stopped, _) => Err(stopped.unwrap_or(Stop::Cancelled)),
        }
    }

    /// Waits for the work or for a reason to stop, and gives the reason. One copy of this serves every kind of work.
    async fn first(&self, work: Pin<&mut dyn Future<Output = ()>>) -> Option<Stop> {
        // The reason comes first: what was stopped before it began does not begin.
        match select(pin!(self.wait()), work).await {
            Either::Left((stop, _)) => Some(stop),
            // What stopped it may have come while it was done.
            Either::Right(_) => self.stopped(),
        }
    }
}
