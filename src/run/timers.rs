//! What the timers of a run count, and what they say when time has run out.

use super::freeze_aware_timer::FreezeAwareTimer;
use super::Run;
use crate::config::Timeouts;
use crate::error::{Code, Error};
use crate::json::decimal;
use crate::text::concat;

/// How long text that may repeat the answer is held back.
const MOST_HELD_MS: f64 = 3_000.0;

/// How long a stream is still read after a finish reason when no event comes, in milliseconds: usage, another reason or
/// the rest of a call may follow.
const SETTLE_MS: f64 = 500.0;

/// The name of the timer with which a page that is offline waits for the network.
const OFFLINE: &str = "offline";

/// What is counted besides the time of the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Counted {
    /// Nothing, not even the whole run: it has not begun, or it is over.
    #[default]
    Nothing,
    /// Nothing else: a wait between attempts, tools, a look at the answer.
    Total,
    /// The time until there is a network.
    Offline,
    /// The time until a response's head, or the end of the body of an error.
    Head,
    /// The time until the body of an answer brings content.
    Body,
}

/// What the timers need to know. Times are in milliseconds of active time: freezes and waits for a reader do not count.
#[derive(Debug)]
pub(super) struct Timers {
    pub(super) counted: Counted,
    /// When the run began, and when its last request was sent.
    pub(super) began: f64,
    pub(super) sent: f64,
    whole: FreezeAwareTimer,
    request: FreezeAwareTimer,
    settling: FreezeAwareTimer,
}

impl Default for Timers {
    fn default() -> Self {
        let (whole, request, settling) =
            (FreezeAwareTimer::default(), FreezeAwareTimer::default(), FreezeAwareTimer::of_short_span());
        Self { counted: Counted::Nothing, began: 0.0, sent: 0.0, whole, request, settling }
    }
}

impl Run {
    /// Counts something else from now on.
    pub fn count(&mut self, counted: Counted) {
        self.timers.counted = counted;
    }

    /// What is counted.
    #[must_use]
    pub fn counted(&self) -> Counted {
        self.timers.counted
    }

    /// How many milliseconds one may wait before asking again; infinity if nothing is counted. Call it before each
    /// wait, when that time has passed, and at [`Status::CLOCK`](crate::response::Status::CLOCK).
    ///
    /// # Errors
    /// That time has run out.
    pub fn time_left(&mut self, now: f64) -> Result<f64, Error> {
        let Timeouts { connect, first_chunk, idle, total } = self.config.options.timeouts;
        let (name, since, limit) = match (self.timers.counted, self.reader.content_at()) {
            (Counted::Nothing, _) => return Ok(f64::INFINITY),
            (Counted::Total, _) => ("", 0.0, 0.0),
            (Counted::Offline, _) => (OFFLINE, self.timers.sent, connect),
            (Counted::Body, Some(since)) => ("idle", since, idle),
            // Without streaming the head arrives with the complete answer: only the first content is limited then. Of
            // two limits, the shorter one is reported.
            (Counted::Head, _) if self.streams() && connect > 0.0 && (first_chunk <= 0.0 || connect <= first_chunk) => {
                ("connect", self.timers.sent, connect)
            }
            (Counted::Head | Counted::Body, _) => ("firstChunk", self.timers.sent, first_chunk),
        };
        let runs = if self.reader.is_paused() { 0.0 } else { 1.0 };
        let active = self.reader.active(now);
        let timers = &mut self.timers;
        let left = timers.whole.left(timers.began, total * runs, active);
        let settling_at = self.reader.settling_at().filter(|_| timers.counted == Counted::Body);
        let settle_ms = if settling_at.is_some() { SETTLE_MS } else { 0.0 };
        let settled = timers.settling.left(settling_at.unwrap_or_default(), settle_ms * runs, active);
        let request = timers.request.left(since, limit * runs, active);
        let least = request.min(settled).min(left).min(self.hold_left(now));
        if least > 0.0 {
            return Ok(least);
        }
        // After a finish reason this is not a failure: see `ResponseReader::end`.
        Err(if left <= 0.0 { timeout("total", total) } else { timeout(name, limit) })
    }

    /// How long text that may repeat the answer may still be held back. After that it is released.
    fn hold_left(&mut self, now: f64) -> f64 {
        let Some(held_for) = self.reader.held_for(now).filter(|_| !self.reader.is_paused()) else {
            return f64::INFINITY;
        };
        if held_for < MOST_HELD_MS {
            return MOST_HELD_MS - held_for;
        }
        self.reader.answer_mut().settle();
        f64::INFINITY
    }
}

/// Whether an error says that the time of the whole run is up.
pub(super) fn is_time_up(error: &Error) -> bool {
    error.code == Code::Timeout && error.refused
}

fn timeout(name: &'static str, limit: f64) -> Error {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
    let limit = decimal(limit as u64);
    let mut error = Error::new(Code::Timeout, concat(&["timeout.", name, ": nothing came within ", &limit, " ms"]));
    if name == OFFLINE {
        let message = concat(&["the page is offline: no network came within timeout.connect, ", &limit, " ms"]);
        return Error::new(Code::Network, message);
    }
    if name == "total" {
        error.message = concat(&["timeout.total: the run took longer than ", &limit, " ms"]).into();
        error.retryable = false;
        error.refused = true;
    }
    error
}
