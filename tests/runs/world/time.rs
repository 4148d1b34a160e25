//! Time that passes only when everybody waits.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{pin, Pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// A run that is polled more often than this does not come to rest.
const MOST_POLLS: usize = 100_000;

#[derive(Debug, Default)]
struct State {
    now: f64,
    next: u64,
    timers: Vec<Timer>,
    /// From when on the page is frozen, and for how long.
    freezes: Vec<(f64, f64)>,
}

#[derive(Debug)]
struct Timer {
    number: u64,
    due: f64,
    waker: Waker,
    /// Somebody who is no part of the run waits: the network, the reader.
    is_foreign: bool,
}

/// Virtual time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Time(Rc<RefCell<State>>);

impl Time {
    pub(crate) fn now(&self) -> f64 {
        self.0.borrow().now
    }

    /// Nothing happens in the page from `from` on for `ms`; what falls due meanwhile happens behind it.
    pub(crate) fn freeze(&self, from: f64, ms: f64) {
        self.0.borrow_mut().freezes.push((from, ms));
    }

    /// A timer of the run.
    pub(crate) fn sleep(&self, ms: f64) -> Sleep {
        Sleep { time: self.clone(), ms, is_foreign: false, set: None }
    }

    /// A wait of somebody else's.
    pub(crate) fn foreign(&self, ms: f64) -> Sleep {
        Sleep { time: self.clone(), ms, is_foreign: true, set: None }
    }

    /// How many timers of the run are set.
    pub(crate) fn pending(&self) -> usize {
        self.0.borrow().timers.iter().filter(|timer| !timer.is_foreign).count()
    }

    /// Goes to where the next timer is due; false where there is none.
    fn advance(&self) -> bool {
        let mut state = self.0.borrow_mut();
        let due = state.timers.iter().map(|timer| timer.due).fold(f64::INFINITY, f64::min);
        if due.is_infinite() {
            return false;
        }
        let mut now = due.max(state.now);
        state.freezes.retain(|(from, ms)| {
            let is_over = *from <= now;
            if is_over {
                now = now.max(from + ms);
            }
            !is_over
        });
        state.now = now;
        state.timers.iter().filter(|timer| timer.due <= now).for_each(|timer| timer.waker.wake_by_ref());
        true
    }

    /// Runs a future to its end. `each` is called before each poll.
    pub(crate) fn run<T>(&self, mut each: impl FnMut(), future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let flag = Arc::new(Flag::default());
        let waker = Waker::from(flag.clone());
        for _ in 0..MOST_POLLS {
            each();
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            while !flag.0.swap(false, Ordering::Relaxed) {
                assert!(self.advance(), "everybody waits, and nothing will ever happen");
            }
        }
        panic!("the run does not come to rest");
    }
}

#[derive(Debug, Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A wait that is set with the first poll and cancelled with the drop.
#[derive(Debug)]
pub(crate) struct Sleep {
    time: Time,
    ms: f64,
    is_foreign: bool,
    set: Option<(u64, f64)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let time = self.time.clone();
        let mut state = time.0.borrow_mut();
        let (number, due) = self.set.unwrap_or_else(|| {
            state.next += 1;
            (state.next, state.now + self.ms)
        });
        self.set = Some((number, due));
        state.timers.retain(|timer| timer.number != number);
        if due <= state.now {
            return Poll::Ready(());
        }
        state.timers.push(Timer { number, due, waker: context.waker().clone(), is_foreign: self.is_foreign });
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some((number, _)) = self.set {
            self.time.0.borrow_mut().timers.retain(|timer| timer.number != number);
        }
    }
}
