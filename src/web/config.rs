//! The bounds on size, checked in JavaScript and written as JSON.

use crate::config::Limits;
use crate::json::Value;

/// The bounds on size.
pub(super) fn read_limits(given: Option<&Value>) -> Limits {
    let default = Limits::default();
    Limits {
        max_chars: number(given, "maxChars").map(size),
        max_event_bytes: number(given, "maxEventBytes").map_or(default.max_event_bytes, size),
        max_answer_bytes: number(given, "maxAnswerBytes").map_or(default.max_answer_bytes, size),
    }
}

fn number(given: Option<&Value>, key: &str) -> Option<u64> {
    given?.get(key)?.as_unsigned()
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
