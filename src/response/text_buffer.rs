//! Text that only grows, with its length in JavaScript's units.

use std::cell::Cell;

use crate::json::{Split, Text};

/// The length of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Length {
    /// In UTF-8.
    pub bytes: usize,
    /// In UTF-16 units, as JavaScript measures it.
    pub units: usize,
}

impl Length {
    pub(super) fn of(text: &str) -> Self {
        Self { bytes: text.len(), units: utf16_units(text.as_bytes()) }
    }

    /// Adds a length.
    pub(super) fn grow(&mut self, by: Self) {
        self.bytes += by.bytes;
        self.units += by.units;
    }

    /// The length without a part at the end.
    pub(super) fn without(self, gone: Self) -> Self {
        Self { bytes: self.bytes.saturating_sub(gone.bytes), units: self.units.saturating_sub(gone.units) }
    }
}

/// Text that only grows. Its beginning was handed on.
#[derive(Debug, Default)]
pub(super) struct TextBuffer {
    pub(super) text: String,
    pub(super) units: usize,
    split: Split,
    handed: usize,
    /// The place of the last look-up, in UTF-16 units and in bytes: repeated look-ups usually move forward.
    seen: Cell<(usize, usize)>,
}

impl TextBuffer {
    /// Text that has been handed on already.
    pub(super) fn seen(text: &str) -> Self {
        let text = text.to_owned();
        Self {
            units: utf16_units(text.as_bytes()),
            split: Split::default(),
            handed: text.len(),
            seen: Cell::default(),
            text,
        }
    }

    /// Continues the text: half a surrogate pair at its end is dropped. Returns the length that was added.
    pub(super) fn go_on(&mut self, (glue, text, split): (&str, &str, Split)) -> Length {
        let before = self.text.len();
        self.text.push_str(glue);
        self.text.push_str(text);
        self.split = split;
        self.grown_from(before)
    }

    /// Appends text, and returns the length that was added.
    pub(super) fn append(&mut self, text: Text<'_>) -> Length {
        let before = self.text.len();
        text.append_to(&mut self.text, &mut self.split);
        self.grown_from(before)
    }

    /// Half a surrogate pair at the end stays a half. Returns the length that was added.
    pub(super) fn end(&mut self) -> Length {
        let before = self.text.len();
        self.split.end(&mut self.text);
        self.grown_from(before)
    }

    /// Begins another part.
    pub(super) fn separate(&mut self) -> Length {
        let mut added = self.end();
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
            self.units += 2;
            added.grow(Length { bytes: 2, units: 2 });
        }
        added
    }

    fn grown_from(&mut self, before: usize) -> Length {
        let added = Length::of(self.text.get(before..).unwrap_or_default());
        self.units += added.units;
        added
    }

    /// Shortens it to `units`, or one less where that would split a surrogate pair. Returns the length that was
    /// removed.
    pub(super) fn cut(&mut self, units: usize) -> Length {
        let length = Length { bytes: self.text.len(), units: self.units };
        let end = prefix_of_units(&self.text, units);
        self.text.truncate(end);
        self.split = Split::default();
        self.seen = Cell::default();
        self.units = utf16_units(self.text.as_bytes());
        length.without(Length { bytes: self.text.len(), units: self.units })
    }

    /// The next `bytes` that have not been handed on. They count as handed on from now on.
    pub(super) fn hand_on(&mut self, bytes: usize) -> String {
        let from = self.handed;
        self.handed += bytes;
        self.text.get(from..self.handed).unwrap_or_default().to_owned()
    }

    /// What has not been handed on.
    pub(super) fn waiting(&self) -> &str {
        self.text.get(self.handed..).unwrap_or_default()
    }

    /// Its first `units`, or one less where that would split a surrogate pair.
    pub(super) fn up_to(&self, units: usize) -> &str {
        let (mut seen, mut at) = self.seen.get();
        if seen > units {
            (seen, at) = (0, 0);
        }
        let rest = self.text.get(at..).unwrap_or_default();
        let more = prefix_of_units(rest, units - seen);
        // After half a surrogate pair, one unit less.
        let whole = utf16_units(rest.get(..more).unwrap_or_default().as_bytes());
        self.seen.set((seen + whole, at + more));
        self.text.get(..at + more).unwrap_or_default()
    }
}

/// The length of UTF-8 in UTF-16 units.
fn utf16_units(bytes: &[u8]) -> usize {
    bytes.iter().map(|byte| usize::from((byte & 0xC0) != 0x80) + usize::from(*byte >= 0xF0)).sum()
}

/// How many bytes the first `units` UTF-16 units take, without half a surrogate pair.
fn prefix_of_units(text: &str, units: usize) -> usize {
    let mut left = units;
    for (at, char) in text.char_indices() {
        let Some(rest) = left.checked_sub(char.len_utf16()) else { return at };
        left = rest;
    }
    text.len()
}
