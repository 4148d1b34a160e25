//! A clock whose time passes only when everybody waits.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{pin, Pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use futures::future::LocalBoxFuture;

use crate::env::Clock;

/// A future that is polled more often than this does not come to rest.
const MOST_POLLS: usize = 100_000;

#[derive(Debug, Default)]
struct State {
    now: f64,
    next: u64,
    timers: Vec<Timer>,
    /// From when on the page is frozen, and for how long.
    freezes: Vec<(f64, f64)>,
    random: f64,
}

#[derive(Debug)]
struct Timer {
    number: u64,
    due: f64,
    waker: Waker,
    /// Somebody outside of the library waits: the network, the reader.
    is_foreign: bool,
}

/// A clock whose time passes only when everybody waits: an hour takes no time. Clones are the same clock.
///
/// It starts at 0 ms, on January 1st, 2026. Nothing is random: see [`VirtualClock::set_random`].
#[derive(Debug, Clone, Default)]
pub struct VirtualClock(Rc<RefCell<State>>);

impl VirtualClock {
    /// Milliseconds since it was made.
    #[must_use]
    pub fn now(&self) -> f64 {
        self.0.borrow().now
    }

    /// What [`Clock::random`] gives from now on: 0 before. From 0 up to but not including 1.
    pub fn set_random(&self, number: f64) {
        self.0.borrow_mut().random = number;
    }

    /// Nothing happens in the page from `from` on for `ms`; what falls due meanwhile happens behind it.
    pub fn freeze(&self, from: f64, ms: f64) {
        self.0.borrow_mut().freezes.push((from, ms));
    }

    /// A timer of the library.
    #[must_use]
    pub fn sleep(&self, ms: f64) -> Sleep {
        Sleep { time: self.clone(), ms, is_foreign: false, set: None }
    }

    /// A wait outside of the library: of the network, or of the reader. [`VirtualClock::pending`] leaves it out.
    #[must_use]
    pub fn foreign(&self, ms: f64) -> Sleep {
        Sleep { time: self.clone(), ms, is_foreign: true, set: None }
    }

    /// How many timers of the library are set. A run leaves none behind.
    #[must_use]
    pub fn pending(&self) -> usize {
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
        // Each fires once, also where nobody polls what waits for it.
        state.timers.retain(|timer| {
            let is_due = timer.due <= now;
            if is_due {
                timer.waker.wake_by_ref();
            }
            !is_due
        });
        true
    }

    /// Runs a future to its end.
    ///
    /// # Panics
    /// If it waits for something that will never happen.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.run(|| (), future)
    }

    /// The same; `each` is called before each poll.
    ///
    /// # Panics
    /// If the future waits for something that will never happen.
    pub fn run<T>(&self, mut each: impl FnMut(), future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let flag = Arc::new(Flag::default());
        let waker = Waker::from(flag.clone());
        let mut polls = 0;
        loop {
            polls += 1;
            assert!(polls < MOST_POLLS, "the future does not come to rest");
            each();
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            while !flag.0.swap(false, Ordering::Relaxed) {
                assert!(self.advance(), "everybody waits, and nothing will ever happen");
            }
        }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> f64 {
        self.now()
    }

    fn unix_ms(&self) -> f64 {
        START_MS + self.now()
    }

    fn timestamp(&self) -> String {
        timestamp(self.now())
    }

    fn random(&self) -> f64 {
        self.0.borrow().random
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        Box::pin(self.sleep(ms))
    }

    fn frame(&self) -> LocalBoxFuture<'static, ()> {
        Box::pin(self.sleep(FRAME_MS))
    }
}

/// When a virtual clock starts: 2026 begins, in milliseconds since 1970.
const START_MS: f64 = 1_767_225_600_000.0;

/// How long a frame takes.
const FRAME_MS: f64 = 16.0;

/// The time of day, so many milliseconds behind the start.
#[must_use]
pub fn timestamp(ms: f64) -> String {
    let (hours, minutes, seconds) = ((ms / 3_600_000.0).floor(), (ms / 60_000.0 % 60.0).floor(), ms / 1_000.0 % 60.0);
    format!("2026-01-01T{hours:02}:{minutes:02}:{seconds:06.3}Z")
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
pub struct Sleep {
    time: VirtualClock,
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
