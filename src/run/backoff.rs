//! How long to wait before a request is made again.

use std::time::UNIX_EPOCH;

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
/// (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>). `unix_ms` is the time now, since 1970. A date in the
/// past is 0; a value that is neither is `None`.
#[must_use]
pub fn retry_after_ms(value: &str, unix_ms: f64) -> Option<u64> {
    let value = value.trim_ascii();
    if let Some(seconds) = unsigned(value.as_bytes()) {
        return Some(seconds.saturating_mul(1_000));
    }
    let date = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
    Some((date.as_secs_f64() * 1_000.0 - unix_ms) as u64)
}
