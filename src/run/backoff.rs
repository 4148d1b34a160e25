//! How long to wait before a request is made again.

use crate::config::Retry;
use crate::json::unsigned;

/// The longest `Retry-After` that is waited for, in milliseconds.
pub const MAX_RETRY_AFTER_MS: u64 = 60_000;

/// The wait before the retry number `n`, from 0, in milliseconds: exponential, its second half random, so that callers
/// that failed together do not come back together. `random` is from 0 up to 1.
#[must_use]
pub fn backoff_ms(retry: &Retry, n: u32, random: f64) -> f64 {
    let exponent = i32::try_from(n.min(30)).unwrap_or(30);
    let full = (retry.base_ms * f64::powi(2.0, exponent)).min(retry.max_ms);
    full * (0.5 + 0.5 * random)
}

/// `Retry-After` in milliseconds: seconds or a date, RFC 9110 section 10.2.3
/// (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>). `until` is how far off the host finds that date: NaN for
/// none.
#[must_use]
pub fn retry_after_ms(value: &str, until: f64) -> Option<u64> {
    let value = value.trim_ascii();
    match unsigned(value.as_bytes()) {
        Some(seconds) => Some(seconds.saturating_mul(1_000)),
        // A date begins with the name of its day. The hosts' parsers find one in anything: "-1" is in 2001.
        None if until.is_nan() || !value.starts_with(|first: char| first.is_ascii_alphabetic()) => None,
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
        None => Some(until as u64),
    }
}
