//! The times that the timers of a run need, without the time in which the answer was not taken.

/// Times of the response that is being read. All times are active time: see [`Timing::active`].
#[derive(Debug, Default)]
pub(super) struct Timing {
    /// When it last brought content.
    pub(super) content_at: Option<f64>,
    /// Since when text that may repeat the answer has been held back.
    pub(super) held_since: Option<f64>,
    /// When the last event arrived, beginning with the event that had the first finish reason.
    pub(super) settling_at: Option<f64>,
    /// Whether a timer began to count with the last push.
    pub(super) has_turned: bool,
    /// Since when the reader has been waiting for the answer to be taken.
    waiting_since: Option<f64>,
    /// How long it had waited before that.
    waited: f64,
}

impl Timing {
    /// Another response begins.
    pub(super) fn begin(&mut self) {
        self.content_at = None;
        self.held_since = None;
        self.settling_at = None;
    }

    /// Content has arrived.
    pub(super) fn note_content(&mut self, now: f64, is_holding: bool) {
        let now = self.active(now);
        // With the first content another timer begins to count.
        self.has_turned = self.content_at.is_none();
        self.content_at = Some(now);
        self.held_since = is_holding.then(|| self.held_since.unwrap_or(now));
    }

    /// An event has arrived for an answer that has a finish reason.
    pub(super) fn note_settling(&mut self, now: f64) {
        self.has_turned |= self.settling_at.is_none();
        self.settling_at = Some(self.active(now));
    }

    /// From now on time does not count.
    pub(super) fn pause(&mut self, now: f64) {
        self.waiting_since.get_or_insert(now);
    }

    /// Time counts again.
    pub(super) fn resume(&mut self, now: f64) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += (now - since).max(0.0);
        }
    }

    /// Whether time does not count now.
    pub(super) fn is_paused(&self) -> bool {
        self.waiting_since.is_some()
    }

    /// The time at `now` without all pauses.
    pub(super) fn active(&self, now: f64) -> f64 {
        self.waiting_since.unwrap_or(now) - self.waited
    }
}
