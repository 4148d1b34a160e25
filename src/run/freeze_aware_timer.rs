//! The timers of a run. They call no callback: the driver asks how long it may wait, and asks again after that.

/// A timer looks at the clock at least this often, in milliseconds, so that a freeze of the page is noticed.
const SLICE_MS: f64 = 5_000.0;

/// A timer that is later than this, in milliseconds, ran while the page was frozen: the delay does not count.
const FROZEN_MS: f64 = 1_000.0;

/// The same for spans that are shorter than that: a page that was only busy has not yet handled what arrived meanwhile.
const BUSY_MS: f64 = 100.0;

/// One timer.
#[derive(Debug)]
pub(super) struct FreezeAwareTimer {
    /// A delay of more than this, in milliseconds, is a freeze.
    late_ms: f64,
    /// When it was last asked, and how long it allowed to wait; 0 for no bound.
    asked: f64,
    slice: f64,
    /// When the span that it counts began.
    since: f64,
    /// How much of the span does not count.
    frozen: f64,
    is_late: bool,
}

impl Default for FreezeAwareTimer {
    fn default() -> Self {
        Self { late_ms: FROZEN_MS, asked: 0.0, slice: 0.0, since: 0.0, frozen: 0.0, is_late: false }
    }
}

impl FreezeAwareTimer {
    /// A timer for a span of less than a second.
    pub(super) fn of_short_span() -> Self {
        Self { late_ms: BUSY_MS, ..Self::default() }
    }

    /// How many milliseconds one may wait before asking again: 0 or less when `limit` milliseconds have passed since
    /// `since`; infinity if nothing is counted, which is so without a limit. `now` is active time.
    pub(super) fn left(&mut self, since: f64, limit: f64, now: f64) -> f64 {
        let slice = std::mem::take(&mut self.slice);
        if limit > 0.0 && since.to_bits() != self.since.to_bits() {
            self.since = since;
            self.frozen = 0.0;
        }
        if slice > 0.0 {
            let late = now - self.asked - slice;
            let was_late = std::mem::replace(&mut self.is_late, late > self.late_ms);
            if self.is_late {
                // It is not known how much of the slice passed before the freeze. In a page whose timers are always
                // late, all of it.
                let frozen = if was_late { late } else { late + slice };
                // The span may have begun only after the timer was asked.
                self.frozen += frozen.min(now - self.since);
            }
        }
        if limit <= 0.0 {
            return f64::INFINITY;
        }
        let left = limit - (now - since - self.frozen);
        if left > 0.0 {
            self.asked = now;
            self.slice = left.min(SLICE_MS);
            return self.slice;
        }
        left
    }
}
