//! The keys under which conversations are stored.

use super::super::position::{is_position, time_of, POSITION_LENGTH};
use crate::json::{decimal, unsigned};
use crate::text::concat;

/// The beginning of every key of this library.
pub const KEY_PREFIX: &str = "refinire-web";

/// The beginning of the key of a piece: text that was added to a turn.
pub const PIECE_PREFIX: &str = "refinire-web+";

/// The beginning of the key under which a page reports how an answer grows. Nothing is stored there.
pub const LIVE_PREFIX: &str = "refinire-web~";

/// The beginning of the key of an attachment's bytes. Only [`attachment_key`] makes it: no turn is stored there.
pub const ATTACHMENT_PREFIX: &str = "refinire-web@";

/// The number of digits that number a piece.
const NUMBER_LENGTH: usize = 6;

/// The parts of one of our keys.
pub(in crate::conversation) struct Key<'a> {
    pub(in crate::conversation) id: &'a str,
    pub(in crate::conversation) kind: u32,
    /// The position of the turn; empty for the head.
    pub(in crate::conversation) position: &'a str,
    /// The number of the piece, from 0.
    pub(super) number: u64,
}

// In the order in which they are read: a turn comes before its pieces, however their keys are sorted.
pub(in crate::conversation) const HEAD: u32 = 0;
pub(in crate::conversation) const TURN: u32 = 1;
pub(in crate::conversation) const PIECE: u32 = 2;
pub(super) const LIVE: u32 = 3;

impl<'a> Key<'a> {
    pub(in crate::conversation) fn parse(key: &'a str) -> Option<Self> {
        let rest = key.strip_prefix(KEY_PREFIX)?;
        let (kind, fixed) = match rest.bytes().next()? {
            b':' => return Some(Self { id: rest.get(1..)?, kind: HEAD, position: "", number: 0 }),
            b'/' => (TURN, POSITION_LENGTH),
            b'~' => (LIVE, POSITION_LENGTH),
            b'+' => (PIECE, POSITION_LENGTH + NUMBER_LENGTH),
            _ => return None,
        };
        let (position, number) = rest.get(1..=fixed)?.split_at_checked(POSITION_LENGTH)?;
        let id = rest.get(fixed + 1..)?.strip_prefix(':')?;
        if !is_position(position) {
            return None;
        }
        let number = if kind == PIECE { unsigned(number.as_bytes())? } else { 0 };
        Some(Self { id, kind, position, number })
    }

    /// When the turn was written, as ISO 8601 in UTC.
    pub(in crate::conversation) fn time(&self) -> &'a str {
        time_of(self.position)
    }
}

/// The key of an attachment's bytes. Its id has no colon.
#[must_use]
pub fn attachment_key(attachment: &str, id: &str) -> String {
    concat(&[ATTACHMENT_PREFIX, attachment, ":", id])
}

pub(super) fn head_key(id: &str) -> String {
    concat(&[KEY_PREFIX, ":", id])
}

pub(super) fn turn_key(position: &str, id: &str) -> String {
    concat(&[KEY_PREFIX, "/", position, ":", id])
}

pub(in crate::conversation) fn live_key(position: &str, id: &str) -> String {
    concat(&[LIVE_PREFIX, position, ":", id])
}

pub(in crate::conversation) fn piece_key(position: &str, number: u64, id: &str) -> String {
    let digits = decimal(number);
    let zeros = "000000".get(digits.len()..).unwrap_or_default();
    concat(&[KEY_PREFIX, "+", position, zeros, &digits, ":", id])
}
