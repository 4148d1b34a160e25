//! The part of a continuation that repeats the old text, if the old text is the last turn of the request.
//!
//! A model then continues letter by letter, and what looks like a short repetition is new text. So only two things count as a
//! repetition: a long end of the old text, from the beginning of a word on, with which the new text begins, or all of
//! the old text, if a model starts over. White space before the repetition must be in the old text as well, except at
//! the very beginning of the old text: servers trim it there. If the request left out white space at the end of the old
//! text, the new text may begin with it again.

use super::seam::begins_word;
use crate::json::{Split, Text};

/// This many characters are not repeated by accident.
const LONG: usize = 24;

/// Nor are this many, if they are all of the old text.
const WHOLE: usize = 8;

/// Takes the new text until it is known how much of it repeats the old text. It uses the algorithm of Knuth, Morris and
/// Pratt to search for the new text in the old one, which needs no more of the new text as long as there is a match.
#[derive(Debug, Default)]
pub struct Overlap {
    /// The new text, which has not been delivered.
    held: String,
    split: Split,
    /// The length of the white space at its beginning.
    space: usize,
    /// For each prefix of the rest, the length of its longest suffix that is also a prefix.
    borders: Vec<usize>,
    /// How far the old text has been searched, and how much of the new one matches there.
    at: usize,
    matched: usize,
    /// Whether the request left out white space at the end of the old text.
    trimmed: bool,
}

impl Overlap {
    /// The state before any new text has arrived.
    #[must_use]
    pub fn new(trimmed: bool) -> Self {
        Self { trimmed, ..Self::default() }
    }

    /// Takes more of the new text. Returns how many bytes of it are a repetition, once that is known; no more is taken
    /// then.
    pub fn push(&mut self, text: Text<'_>, old: &str) -> Option<usize> {
        text.append_to(&mut self.held, &mut self.split);
        self.search(old, false)
    }

    /// The same if no more follows.
    pub fn end(&mut self, old: &str) -> usize {
        self.split.end(&mut self.held);
        self.search(old, true).unwrap_or_default()
    }

    /// The new text from that byte on, and half a surrogate pair after it.
    #[must_use]
    pub fn rest(&self, from: usize) -> (&str, Split) {
        (self.held.get(from..).unwrap_or_default(), self.split)
    }

    /// The new text up to that byte.
    #[must_use]
    pub fn repeated(&self, to: usize) -> &str {
        self.held.get(..to).unwrap_or_default()
    }

    fn search(&mut self, old: &str, ended: bool) -> Option<usize> {
        let (_, rest) = self.held.split_at_checked(self.space)?;
        self.space += rest.len() - rest.trim_start().len();
        let (space, new) = self.held.split_at_checked(self.space)?;
        let new = new.as_bytes();
        while let Some(byte) = old.as_bytes().get(self.at) {
            let Some(next) = new.get(self.matched) else {
                let waits = self.matched == 0 || is_repetition(old, self.at - self.matched, space);
                if waits && !ended {
                    return None;
                }
                if self.matched == 0 {
                    break;
                }
                self.matched = border(&mut self.borders, new, self.matched);
                continue;
            };
            if byte == next {
                self.at += 1;
                self.matched += 1;
            } else if self.matched == 0 {
                self.at += 1;
            } else {
                self.matched = border(&mut self.borders, new, self.matched);
            }
        }
        let mut length = self.matched;
        while length > 0 && !is_repetition(old, old.len() - length, space) {
            length = border(&mut self.borders, new, length);
        }
        if length > 0 {
            return Some(self.space + length);
        }
        Some(if self.trimmed { common_space(old, space) } else { 0 })
    }
}

/// The longest end of the first `length` bytes of `new` that `new` begins with.
fn border(borders: &mut Vec<usize>, new: &[u8], length: usize) -> usize {
    while borders.len() < length {
        let place = borders.len();
        let mut border = borders.last().copied().unwrap_or_default();
        while border > 0 && new.get(border) != new.get(place) {
            border = borders.get(border - 1).copied().unwrap_or_default();
        }
        borders.push(border + usize::from(place > 0 && new.get(border) == new.get(place)));
    }
    length.checked_sub(1).and_then(|place| borders.get(place).copied()).unwrap_or_default()
}

/// Whether the new text, which begins with `space`, repeats `old` from `at` on.
fn is_repetition(old: &str, at: usize, space: &str) -> bool {
    let Some((before, repeated)) = old.split_at_checked(at) else { return false };
    if !before.ends_with(space) && !before.trim_start().is_empty() {
        return false;
    }
    let length = repeated.chars().take(LONG).count();
    (length == LONG && begins_word(old, at))
        || (length >= WHOLE && before.trim_start().is_empty() && !space.starts_with(' '))
}

/// How much of `space` is the white space that `old` ends with, in bytes.
fn common_space(old: &str, space: &str) -> usize {
    let (_, end) = old.split_at_checked(old.trim_end().len()).unwrap_or_default();
    end.chars().zip(space.chars()).take_while(|(old, new)| old == new).map(|(_, new)| new.len_utf8()).sum()
}
