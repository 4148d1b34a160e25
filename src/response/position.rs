//! Places in a text, counted in the units of providers and of JavaScript.

use crate::message::Unit;

/// How far apart the places are that [`Marks`] remembers, in bytes.
const STEP: usize = 1024;

/// The distance to a place in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) bytes: usize,
    chars: usize,
    pub(super) utf16: usize,
}

impl Position {
    /// The distance, counted in `unit`.
    pub(super) fn count(self, unit: Unit) -> usize {
        match unit {
            Unit::Bytes => self.bytes,
            Unit::Chars => self.chars,
        }
    }

    fn pass(&mut self, char: char) {
        self.bytes += char.len_utf8();
        self.chars += 1;
        self.utf16 += char.len_utf16();
    }

    /// Moves on to the end of `text`.
    pub(super) fn pass_all(&mut self, text: &str) {
        text.chars().for_each(|char| self.pass(char));
    }

    /// The distance from `other` to here.
    pub(super) fn behind(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(other.bytes),
            chars: self.chars.saturating_sub(other.chars),
            utf16: self.utf16.saturating_sub(other.utf16),
        }
    }
}

/// Finds places in a text that grows. It remembers some of them, so that the text is read once, and a look-up reads no
/// more than about a kilobyte, in whatever order the places are requested.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<Position>);

impl Marks {
    /// The place `count` units from the beginning of the text, or the beginning of the character that contains it;
    /// `None` if it is after the end of the text.
    pub(super) fn find(&mut self, text: &str, unit: Unit, count: usize) -> Option<Position> {
        // The text may have been cut since.
        while self.0.last().is_some_and(|mark| mark.bytes > text.len()) {
            self.0.pop();
        }
        loop {
            let last = self.0.last().copied().unwrap_or_default();
            let rest = text.get(last.bytes..)?;
            if last.count(unit) > count || rest.len() <= STEP {
                break;
            }
            let mut next = last;
            for char in rest.chars() {
                next.pass(char);
                if next.bytes - last.bytes >= STEP {
                    break;
                }
            }
            self.0.push(next);
        }
        let before = self.0.partition_point(|mark| mark.count(unit) <= count);
        let mut place = before.checked_sub(1).and_then(|mark| self.0.get(mark).copied()).unwrap_or_default();
        for char in text.get(place.bytes..)?.chars() {
            let mut next = place;
            next.pass(char);
            if next.count(unit) > count {
                return Some(place);
            }
            place = next;
        }
        (place.count(unit) == count).then_some(place)
    }
}
