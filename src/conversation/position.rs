//! The position of a turn among the others: a time, a number for turns of the same time, and the page that wrote the
//! turn. With it, pages that do not know each other agree on one order.

use crate::json::{decimal, unsigned};
use crate::text::concat;

/// The length of a position in bytes, which are all ASCII.
pub(super) const POSITION_LENGTH: usize = TIME_LENGTH + COUNT_LENGTH + WRITER_LENGTH;

/// A time as ISO 8601 in UTC, with milliseconds.
const TIME_LENGTH: usize = 24;
const COUNT_LENGTH: usize = 6;
const WRITER_LENGTH: usize = 4;

/// The highest number that is reserved, so that turns can still be added after the reserved ones.
const MOST_RESERVED: u64 = 990_000;

/// The form of a position: `0` stands for a digit, `a` for a letter or a digit, everything else for itself.
const FORM: &str = "0000-00-00T00:00:00.000Z000000aaaa";

/// The writer of turns without a named page.
pub(super) const NOBODY: &str = "0000";

const LONG_AGO: &str = "0000-01-01T00:00:00.000Z";

/// The next position after `last`, which may be empty, at the time `now`. It comes after `last` even if the clock was set back.
pub(super) fn after(last: &str, now: &str, writer: &str) -> String {
    let now = if fits(now, FORM.get(..TIME_LENGTH)) { now } else { LONG_AGO };
    let last_time = time_of(last);
    let (time, count) = if now > last_time { (now, 0) } else { (last_time, count_of(last) + 1) };
    position(time, count, writer)
}

/// The position that is `numbers` after `first`; `None` if there are not that many.
pub(super) fn beyond(first: &str, numbers: u64) -> Option<String> {
    let count = count_of(first) + numbers;
    (count <= MOST_RESERVED)
        .then(|| position(time_of(first), count, first.get(TIME_LENGTH + COUNT_LENGTH..).unwrap_or_default()))
}

fn position(time: &str, count: u64, writer: &str) -> String {
    let digits = decimal(count);
    let zeros = "000000".get(digits.len()..).unwrap_or_default();
    concat(&[time, zeros, &digits, writer])
}

fn count_of(position: &str) -> u64 {
    let digits = position.get(TIME_LENGTH..TIME_LENGTH + COUNT_LENGTH);
    digits.and_then(|digits| unsigned(digits.as_bytes())).unwrap_or_default()
}

/// The time of the turn at that position, as ISO 8601 in UTC.
pub(super) fn time_of(position: &str) -> &str {
    position.get(..TIME_LENGTH).unwrap_or_default()
}

/// Whether this can be the writer in a position.
pub(super) fn is_writer(name: &str) -> bool {
    fits(name, FORM.get(TIME_LENGTH + COUNT_LENGTH..))
}

/// Whether this is a position: other code may have keys that look similar.
pub(super) fn is_position(text: &str) -> bool {
    fits(text, Some(FORM))
}

fn fits(text: &str, form: Option<&str>) -> bool {
    let form = form.unwrap_or_default();
    let fits = |(byte, form): (u8, u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b'a' => byte.is_ascii_alphanumeric(),
        _ => byte == form,
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}
