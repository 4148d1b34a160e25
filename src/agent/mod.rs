//! A run: one question, asked until it is answered or cannot be. Sees the world only through the traits [`Transport`],
//! [`Clock`] and [`Outlet`].

mod answer;
mod bell;
mod channel;
mod frames;
mod intake;
mod outbox;
mod plan;
mod result;
mod retry;
mod run;
mod settings;
mod status;
mod turn;
mod watch;

pub use answer::{call_value, open_call, Answer};
pub use bell::{Bell, Stop, Stopper};
pub use intake::Intake;
pub use outbox::{Batch, Kind, Outbox};
pub use plan::{Limits, Plan, Retry, Timeouts};
pub use result::result_value;
pub use retry::{backoff_ms, retry_after_ms, MAX_RETRY_AFTER_MS};
pub use run::{run, Ended};
pub use settings::Settings;
pub use status::{Shape, Status};
pub use turn::{is_cancelled, turn, Question};

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use crate::error::Error;
use crate::provider::Call;

/// The intake of a run, shared between the run and the transport that fills it.
pub type SharedIntake = Rc<RefCell<Intake>>;

/// Makes requests.
pub trait Transport {
    /// One request and its response. Dropping it closes the connection.
    type Exchange: Exchange;
    /// Sends a request; nothing happens before its head is asked for.
    fn open(&self, call: Call) -> Self::Exchange;
    /// `message` without the key, should a server have repeated it.
    fn redact(&self, message: String) -> String;
}

/// One request and its response.
pub trait Exchange {
    /// The response's head.
    fn head(&mut self) -> impl Future<Output = Result<Head, Error>>;
    /// Pushes the body into the intake until it ends or the intake wants no more, waiting whenever whoever takes the
    /// answer is not ready.
    fn pump(&mut self, intake: &SharedIntake) -> impl Future<Output = Result<(), Error>>;
}

/// What a response says before its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header.
    pub retry_after: Option<String>,
}

/// Tells the time.
pub trait Clock {
    /// Milliseconds from an arbitrary start; never goes back.
    fn now(&self) -> f64;
    /// The time of day as ISO 8601 in UTC.
    fn timestamp(&self) -> String;
    /// How many milliseconds from now a date of HTTP is, 0 if it has passed; `None` for what is no date.
    fn until(&self, date: &str) -> Option<u64>;
    /// Waits. Dropping it cancels the timer.
    fn sleep(&self, ms: f64) -> impl Future<Output = ()>;
    /// A number from 0 up to but not including 1.
    fn random(&self) -> f64;
}

/// Takes what a run produces.
pub trait Outlet {
    /// Tells of a turn of the run; what the intake has released goes before it.
    fn event(&self, event: Event<'_>) -> impl Future<Output = ()>;
    /// Hands on everything that the intake holds, and waits until it was taken.
    fn flush(&self) -> impl Future<Output = ()>;
    /// How many chunks were handed on, and how many UTF-16 units they had.
    fn delivered(&self) -> (usize, usize);
}

/// A turn of the run; the increments of the answer go through the [`Outbox`].
#[derive(Debug)]
pub enum Event<'a> {
    /// A request is being made.
    Start {
        /// Which one, from 1.
        attempt: u32,
    },
    /// It failed before anything came and will be made again.
    Retry {
        /// Which one comes next.
        attempt: u32,
        /// After how many milliseconds.
        delay_ms: f64,
        /// Why.
        error: &'a Error,
    },
    /// It failed before anything came and will be made once more without streaming.
    Fallback {
        /// Why.
        error: &'a Error,
    },
}
