//! The timers of a run. One timer is pending at a time; content that comes moves a date and touches no timer.

use std::future::{poll_fn, Future};
use std::pin::{pin, Pin};
use std::task::Poll;

use super::{Clock, SharedIntake};

/// A timer looks at the clock at least this often, in milliseconds, so that time in which the page was frozen shows.
const SLICE_MS: f64 = 5_000.0;

/// A timer that is later than this, in milliseconds, ran while the page was frozen: what it is late does not count.
const FROZEN_MS: f64 = 1_000.0;

/// What a timer counts, in active time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// From when on.
    pub(super) since: f64,
    /// How long.
    pub(super) limit: f64,
}

/// The time without that in which whoever takes the answer was waited for.
pub(super) fn active<C: Clock>(clock: &C, intake: &SharedIntake) -> f64 {
    intake.borrow().active(clock.now())
}

/// Resolves when the span that `span` gives has passed. It is asked again whenever a timer has run and whenever the bell
/// rings: at the first content, and when whoever takes the answer is ready again. Where it gives none, nothing is counted
/// until then.
pub(super) async fn run_out<C: Clock>(clock: &C, intake: &SharedIntake, span: &dyn Fn() -> Option<Span>) {
    let mut frozen = 0.0;
    let mut is_late = false;
    let mut counted_since = f64::NAN;
    loop {
        let from = active(clock, intake);
        let rings = intake.borrow_mut().bell().rings();
        let ring = poll_fn(|context| intake.borrow_mut().bell().poll(rings, context.waker()));
        let Some(span) = span() else {
            ring.await;
            continue;
        };
        if span.since.to_bits() != counted_since.to_bits() {
            counted_since = span.since;
            frozen = 0.0;
        }
        let left = span.limit - (from - span.since - frozen);
        if left <= 0.0 {
            return;
        }
        let slice = left.min(SLICE_MS);
        before(pin!(ring), pin!(clock.sleep(slice))).await;
        let late = active(clock, intake) - from - slice;
        let was_late = std::mem::replace(&mut is_late, late > FROZEN_MS);
        if is_late {
            // Nobody knows how much of the slice went before. In a page whose timers are always late, all of it.
            frozen += if was_late { late } else { late + slice };
        }
    }
}

/// `work`, or `None` when `timer` runs out first. Both are borrowed, so that one copy of this serves every request.
pub(super) fn before<'a, T>(
    mut work: Pin<&'a mut dyn Future<Output = T>>,
    mut timer: Pin<&'a mut dyn Future<Output = ()>>,
) -> impl Future<Output = Option<T>> + 'a {
    poll_fn(move |context| {
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        timer.as_mut().poll(context).map(|()| None)
    })
}
