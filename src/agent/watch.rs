//! The timers of a run. Nobody is called: whoever drives the run asks how long it may wait, and asks again.

/// A timer looks at the clock at least this often, in milliseconds, so that time in which the page was frozen shows.
const SLICE_MS: f64 = 5_000.0;

/// A timer that is later than this, in milliseconds, ran while the page was frozen: what it is late does not count.
const FROZEN_MS: f64 = 1_000.0;

/// One timer.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// When it was asked last, and how long it said that one may wait; 0 for no bound.
    asked: f64,
    slice: f64,
    /// The span it counts began then.
    since: f64,
    /// How much of it does not count.
    frozen: f64,
    is_late: bool,
}

impl Watch {
    /// How many milliseconds one may wait before asking again, 0 or less when `limit` milliseconds have passed since
    /// `since`; infinity where nothing is counted, which is so without a limit. `now` is active time.
    pub(super) fn left(&mut self, since: f64, limit: f64, now: f64) -> f64 {
        let slice = std::mem::take(&mut self.slice);
        if slice > 0.0 {
            let late = now - self.asked - slice;
            let was_late = std::mem::replace(&mut self.is_late, late > FROZEN_MS);
            if self.is_late {
                // Nobody knows how much of the slice went before. In a page whose timers are always late, all of it.
                self.frozen += if was_late { late } else { late + slice };
            }
        }
        if limit <= 0.0 {
            return f64::INFINITY;
        }
        if since.to_bits() != self.since.to_bits() {
            self.since = since;
            self.frozen = 0.0;
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
