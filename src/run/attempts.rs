//! What follows an attempt that has failed: another one, one without streaming, or none.

use std::rc::Rc;

use super::backoff::{backoff_ms, MAX_RETRY_AFTER_MS};
use super::Run;
use crate::advice::about_address;
use crate::config::ResolvedConfig;
use crate::error::{Code, Error};
use crate::event::Event;
use crate::provider::{http_error_in_body, mentions_streaming, place_of_word, says_missing, says_unknown};

/// What the head of an error response says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// How long the server asks to wait, in milliseconds.
    pub retry_after_ms: Option<u64>,
}

/// When the next attempt is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next {
    /// At once.
    Now,
    /// After so many milliseconds.
    Wait(f64),
}

/// What the run has requested so far.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// How many requests were made.
    pub(super) made: u32,
    /// How many of them do not count for retries: those before this turn or a continuation, those made while the model was being
    /// loaded, and those that were made again in another way.
    pub(super) uncounted: u32,
    /// How often the run has continued after a cut.
    pub(super) continued: u64,
    /// For how many milliseconds it has waited for the model to be loaded.
    pub(super) loading_ms: f64,
    /// Why the answer is requested without streaming.
    pub(super) unstreamed: Option<Error>,
    /// How many turns the model has been asked for, since the question was last asked again.
    pub(super) turns: u64,
}

impl Run {
    /// The server has refused the request; the beginning of the error body is in the reader.
    ///
    /// # Errors
    /// What the run fails with, if there is to be no other attempt.
    pub fn refused(&mut self, refusal: Refusal, random: f64) -> Result<Next, Error> {
        let Refusal { status, retry_after_ms } = refusal;
        let body = self.reader.fault_body();
        let mut error = http_error_in_body(status, body);
        error.retry_after_ms = retry_after_ms;
        if matches!(status, 300..=399 | 404 | 405) {
            about_address(&mut error, &self.config, &self.url());
        }
        if matches!(status, 400 | 422) {
            // A request that is wrong is also wrong without streaming, unless streaming itself is what the server
            // refuses.
            error.refused |= !mentions_streaming(body);
            if let Some(member) = self.rejected_member() {
                Rc::make_mut(&mut self.config).rejected.push(member);
                self.reader.answer_mut().reset();
                return Ok(self.ask_otherwise(&error));
            }
        }
        if self.config.options.retry.attempts > 1 && is_loading(&error) {
            return self.wait_until_loaded(error, random);
        }
        self.failed(error, random)
    }

    /// The server is still loading the model: the request is repeated every one to two seconds, or as often as the
    /// server asks, for as long as a connection may take. These requests do not count as attempts.
    fn wait_until_loaded(&mut self, error: Error, random: f64) -> Result<Next, Error> {
        #[allow(clippy::cast_precision_loss)] // No server asks for so long.
        let asked_ms = error.retry_after_ms.unwrap_or_default() as f64;
        let delay_ms = (LOADING_MS * (1.0 + random)).max(asked_ms);
        let connect = self.config.options.timeouts.connect;
        if connect > 0.0 && self.attempts.loading_ms + delay_ms > connect {
            return Err(error);
        }
        self.attempts.loading_ms += delay_ms;
        self.reader.answer_mut().reset();
        self.attempts.uncounted += 1;
        Ok(self.wait(delay_ms, &error))
    }

    /// An attempt has failed.
    ///
    /// # Errors
    /// What the run fails with, if there is to be no other attempt.
    pub fn failed(&mut self, error: Error, random: f64) -> Result<Next, Error> {
        if self.reader.answer().is_new() {
            if !self.goes_on(&error) {
                return Err(error);
            }
            self.attempts.continued += 1;
            self.attempts.uncounted = self.attempts.made;
            self.reader.answer_mut().spend();
            self.tell(Event::Continue { error });
            return Ok(Next::Now);
        }
        // If the run is stopped before the next attempt, usage and finish of this attempt are not those of the run.
        self.reader.answer_mut().reset();
        if let Some(first) = self.attempts.unstreamed.take() {
            // The error that led to the attempt without streaming says more.
            return Err(first);
        }
        // Some models refuse a request whose last turn is their own.
        if self.prefill && error.status == Some(400) && !self.reader.answer().turn_text().is_empty() {
            self.prefill = false;
            return Ok(self.ask_otherwise(&error));
        }
        let config = self.config.clone();
        if let Some(delay_ms) = delay(&config, &error, self.attempts.made - self.attempts.uncounted, random) {
            return Ok(self.wait(delay_ms, &error));
        }
        if !config.options.fallback || !config.protocol.non_streaming || error.refused || self.attempts.continued > 0 {
            return Err(error);
        }
        self.tell(Event::Fallback { error: error.clone() });
        self.attempts.unstreamed = Some(error);
        Ok(Next::Now)
    }

    /// The same question is asked at once in another way, because of this error. This does not count as another attempt.
    fn ask_otherwise(&mut self, error: &Error) -> Next {
        self.attempts.uncounted += 1;
        self.wait(0.0, error)
    }

    /// Another attempt will be made, after a wait.
    fn wait(&mut self, delay_ms: f64, error: &Error) -> Next {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // At most a minute.
        let whole_ms = delay_ms as u64;
        self.tell(Event::Retry { attempt: self.attempts.made + 1, delay_ms: whole_ms, error: error.clone() });
        Next::Wait(delay_ms)
    }

    /// Whether the next attempt continues the answer: the stream was cut after text had arrived.
    fn goes_on(&self, error: &Error) -> bool {
        let answer = self.reader.answer();
        let is_cut = matches!(error.code, Code::Network | Code::Timeout | Code::Truncated | Code::Protocol);
        is_cut
            && error.retryable
            && self.streams()
            && self.attempts.continued < self.config.options.continue_on_cut
            && !answer.turn_text().is_empty()
            && !answer.calls_tools()
    }

    /// The optional member that the error body names, if leaving it out changes the request; the first one if several
    /// are named.
    fn rejected_member(&self) -> Option<&'static str> {
        let ResolvedConfig { protocol, rejected, .. } = &*self.config;
        let body = self.reader.fault_body();
        let mut request = self.request();
        let written = request.call(&mut |_| 0.0).body;
        let known = rejected.len();
        let mut is_written = |member: &'static str| {
            let rejected = &mut Rc::make_mut(&mut request.config).rejected;
            rejected.truncate(known);
            rejected.push(member);
            request.call(&mut |_| 0.0).body != written
        };
        let named = protocol
            .optional
            .iter()
            .filter(|member| !rejected.contains(member) && (!is_bound(member) || says_unknown(body)))
            .filter(|_| !says_missing(body))
            .filter_map(|member| Some((place_of_word(body, member)?, *member)))
            .filter(|(_, member)| is_written(member));
        named.min().map(|(_, member)| member)
    }
}

/// The shortest wait for a server that loads its model, in milliseconds.
const LOADING_MS: f64 = 1_000.0;

/// Whether a server says that it is up, but still loads its model.
fn is_loading(error: &Error) -> bool {
    error.status == Some(503) && error.message.to_ascii_lowercase().contains("loading")
}

/// Whether a member limits the length of the answer: an error that names it may only be about its value.
fn is_bound(member: &str) -> bool {
    member.starts_with("max_")
}

/// How long to wait before the next attempt; `None` if there is to be none.
fn delay(config: &ResolvedConfig, error: &Error, attempt: u32, random: f64) -> Option<f64> {
    if !error.retryable || attempt >= config.options.retry.attempts {
        return None;
    }
    match error.retry_after_ms {
        Some(ms) if ms > MAX_RETRY_AFTER_MS => None,
        #[allow(clippy::cast_precision_loss)] // At most a minute.
        Some(ms) => Some(ms as f64),
        None => Some(backoff_ms(&config.options.retry, attempt - 1, random)),
    }
}
