//! Where a turn stands among the others, so that pages which know nothing of each other agree on one order: a time, a
//! number for turns of the same time, and who wrote it.

use crate::json::{decimal, unsigned};
use crate::text::concat;

/// How long a place is, in bytes; all of them ASCII.
pub(super) const PLACE_LENGTH: usize = TIME_LENGTH + COUNT_LENGTH + WRITER_LENGTH;

/// As ISO 8601 in UTC has it, with milliseconds.
const TIME_LENGTH: usize = 24;
const COUNT_LENGTH: usize = 6;
const WRITER_LENGTH: usize = 4;

/// Who writes where nobody is named.
pub(super) const NOBODY: &str = "0000";

const LONG_AGO: &str = "0000-01-01T00:00:00.000Z";

/// The next place behind `last`, which may be empty, at the time `now`. A clock that goes back changes no order.
pub(super) fn after(last: &str, now: &str, writer: &str) -> String {
    let is_time = now.len() == TIME_LENGTH && now.is_ascii();
    let now = if is_time { now } else { LONG_AGO };
    let last_time = time_of(last);
    let (time, count) = if now > last_time {
        (now, 0)
    } else {
        let count = last.get(TIME_LENGTH..TIME_LENGTH + COUNT_LENGTH).and_then(|digits| unsigned(digits.as_bytes()));
        (last_time, count.unwrap_or_default() + 1)
    };
    let digits = decimal(count);
    let zeros = "000000".get(digits.len()..).unwrap_or_default();
    concat(&[time, zeros, &digits, writer])
}

/// When the turn at that place was said, as ISO 8601 in UTC.
pub(super) fn time_of(place: &str) -> &str {
    place.get(..TIME_LENGTH).unwrap_or_default()
}

/// Whether this can stand in a place for who wrote it.
pub(super) fn is_writer(name: &str) -> bool {
    name.len() == WRITER_LENGTH && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
