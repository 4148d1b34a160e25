//! How long to wait before a request is made again.

use super::Retry;

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

/// `Retry-After` in milliseconds from now: seconds or a date, RFC 9110 section 10.2.3
/// (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>). A date that has passed is 0.
#[must_use]
pub fn parse_retry_after(value: &str, epoch_ms: f64) -> Option<u64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(u64::from(seconds) * 1_000);
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
    let now = (epoch_ms / 1_000.0) as u64;
    Some(parse_http_date(value)?.saturating_sub(now) * 1_000)
}

/// An IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`, in seconds since 1970.
fn parse_http_date(value: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, date) = value.split_once(", ")?;
    let mut parts = date.split(' ');
    let day: u64 = parts.next()?.parse().ok()?;
    let name = parts.next()?;
    let month = MONTHS.iter().position(|month| *month == name)? as u64 + 1;
    let year: u64 = parts.next()?.parse().ok()?;
    let mut clock = parts.next()?.split(':').map(str::parse::<u64>);
    let (hours, minutes, seconds) = (clock.next()?.ok()?, clock.next()?.ok()?, clock.next()?.ok()?);
    if parts.next()? != "GMT" || !(1970..10_000).contains(&year) || !(1..=31).contains(&day) {
        return None;
    }
    Some(days_since_1970(year, month, day) * 86_400 + hours * 3_600 + minutes * 60 + seconds)
}

/// Days of the Gregorian calendar, counted in years that begin in March so that the leap day is the last.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    days.saturating_sub(719_468)
}
