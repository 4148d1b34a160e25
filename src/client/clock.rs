//! The time for code that has no clock of its own.

use std::future::pending;

use futures::future::LocalBoxFuture;

use crate::env::Clock;

/// A clock that only returns the time: its timers never ring.
pub(super) struct TellingClock;

impl Clock for TellingClock {
    fn now(&self) -> f64 {
        unix_ms()
    }

    fn unix_ms(&self) -> f64 {
        unix_ms()
    }

    fn timestamp(&self) -> String {
        now()
    }

    fn random(&self) -> f64 {
        0.0
    }

    fn sleep(&self, _: f64) -> LocalBoxFuture<'static, ()> {
        Box::pin(pending())
    }

    fn frame(&self) -> LocalBoxFuture<'static, ()> {
        Box::pin(pending())
    }
}

#[cfg(target_arch = "wasm32")]
fn unix_ms() -> f64 {
    crate::web::env::PageClock.unix_ms()
}

/// The time of day, as ISO 8601 in UTC with milliseconds.
#[cfg(target_arch = "wasm32")]
pub(super) fn now() -> String {
    crate::web::env::PageClock.timestamp()
}

#[cfg(not(target_arch = "wasm32"))]
fn since_1970() -> std::time::Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
}

#[cfg(not(target_arch = "wasm32"))]
fn unix_ms() -> f64 {
    since_1970().as_secs_f64() * 1_000.0
}

/// The time of day, as ISO 8601 in UTC with milliseconds.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn now() -> String {
    let since = since_1970();
    let (days, second, ms) = (since.as_secs() / 86_400, since.as_secs() % 86_400, since.subsec_millis());
    let (year, month, day) = date_of(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// Year, month and day, `days` days after January 1st, 1970. The calculation begins years in March, so that a leap day is the
/// last day of its year.
#[cfg(not(target_arch = "wasm32"))]
fn date_of(days: u64) -> (u64, u64, u64) {
    // Counted from March 1st of the year 0, in eras of 400 years, which all have the same number of days.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}
