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

/// The highest number that is reserved: what is added behind has room as well.
const MOST_RESERVED: u64 = 990_000;

/// How a place looks: a digit for each 0, a letter or a digit for each a, the rest as it stands.
const FORM: &str = "0000-00-00T00:00:00.000Z000000aaaa";

/// Who writes where nobody is named.
pub(super) const NOBODY: &str = "0000";

const LONG_AGO: &str = "0000-01-01T00:00:00.000Z";

/// The next place behind `last`, which may be empty, at the time `now`. A clock that goes back changes no order.
pub(super) fn after(last: &str, now: &str, writer: &str) -> String {
    let now = if fits(now, FORM.get(..TIME_LENGTH)) { now } else { LONG_AGO };
    let last_time = time_of(last);
    let (time, count) = if now > last_time { (now, 0) } else { (last_time, count_of(last) + 1) };
    place(time, count, writer)
}

/// The place so many numbers behind `first`; `None` where there are not so many.
pub(super) fn beyond(first: &str, numbers: u64) -> Option<String> {
    let count = count_of(first) + numbers;
    (count <= MOST_RESERVED)
        .then(|| place(time_of(first), count, first.get(TIME_LENGTH + COUNT_LENGTH..).unwrap_or_default()))
}

fn place(time: &str, count: u64, writer: &str) -> String {
    let digits = decimal(count);
    let zeros = "000000".get(digits.len()..).unwrap_or_default();
    concat(&[time, zeros, &digits, writer])
}

fn count_of(place: &str) -> u64 {
    let digits = place.get(TIME_LENGTH..TIME_LENGTH + COUNT_LENGTH);
    digits.and_then(|digits| unsigned(digits.as_bytes())).unwrap_or_default()
}

/// When the turn at that place was said, as ISO 8601 in UTC.
pub(super) fn time_of(place: &str) -> &str {
    place.get(..TIME_LENGTH).unwrap_or_default()
}

/// Whether this can stand in a place for who wrote it.
pub(super) fn is_writer(name: &str) -> bool {
    fits(name, FORM.get(TIME_LENGTH + COUNT_LENGTH..))
}

/// Whether this is a place: other code may have keys that look like ours.
pub(super) fn is_place(text: &str) -> bool {
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
