//! Every value in a whole answer, from front to back, in linear time.

use std::ops::Range;

use super::super::{Kind, Kinds, Scanner};
use super::brackets::Brackets;
use super::{is_blank, is_text_only, Opening};

/// Of what is read in vain, so many times the length of the answer may be read again.
const AGAIN: usize = 8;

pub(super) struct Values<'a> {
    text: &'a str,
    kinds: Kinds,
    found: Vec<Range<usize>>,
    brackets: Option<Brackets>,
    /// Up to where the answer has been read, at least.
    reached: usize,
    /// How many bytes may be read again.
    budget: usize,
}

impl<'a> Values<'a> {
    /// Where the values of these kinds stand, in bytes, from front to back. None overlaps another.
    pub(super) fn find(text: &'a str, kinds: Kinds) -> Vec<Range<usize>> {
        let budget = AGAIN * text.len();
        let mut values = Self { text, kinds, found: Vec::new(), brackets: None, reached: 0, budget };
        let at = values.leading_string();
        values.walk(at);
        values.found
    }

    /// A string that the answer begins with may have words behind it. Gives where the rest begins.
    fn leading_string(&mut self) -> usize {
        if !is_text_only(self.kinds) {
            return 0;
        }
        let mut opening = Opening::new(self.kinds);
        opening.push(self.text);
        let start = opening.start();
        let mut scan = Scanner::new(self.rest(start));
        if scan.peek().is_ok_and(|kind| kind == Kind::String) && scan.skip().is_ok() {
            let end = start + scan.offset();
            self.found.push(start..end);
            return end;
        }
        0
    }

    fn walk(&mut self, mut at: usize) {
        let bytes = self.text.as_bytes();
        let mut end = 0;
        while at < bytes.len() {
            if at >= end {
                let rest = self.rest(at);
                end = at + rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |line| line + 1);
            }
            let is_line = at == 0 || bytes.get(at - 1) == Some(&b'\n');
            if let Some(scalar) = is_line.then(|| self.scalar(at..end)).flatten() {
                self.found.push(scalar);
                at = end;
                continue;
            }
            let line = bytes.get(at..end).unwrap_or_default();
            at = match line.iter().position(|byte| matches!(byte, b'{' | b'[')) {
                Some(place) => self.bracket(at + place),
                None => end,
            };
        }
    }

    /// Reads what begins with the bracket at this place. Gives where to go on.
    fn bracket(&mut self, place: usize) -> usize {
        let mut scan = Scanner::new(self.rest(place));
        let is_whole = scan.skip().is_ok();
        let end = place + scan.offset();
        if is_whole {
            let value = self.text.as_bytes().get(place..end).unwrap_or_default();
            add_outermost(&mut Scanner::new(value), place, self.kinds, &mut self.found);
            return end;
        }
        let is_again = place < self.reached;
        self.reached = self.reached.max(end);
        if self.is_cut(end) && !is_again {
            return self.text.len();
        }
        let next = self.behind_words(place, end).max(place + 1);
        match self.budget.checked_sub(end.saturating_sub(next)) {
            Some(budget) => {
                self.budget = budget;
                next
            }
            None => next.max(end),
        }
    }

    /// Where to go on behind what is no JSON, but was up to `end`: words in brackets, or bad JSON. What is inside of it is
    /// not what was asked for.
    fn behind_words(&mut self, place: usize, end: usize) -> usize {
        let text = self.text;
        let brackets = self.brackets.get_or_insert_with(|| Brackets::of(text));
        if let Some(close) = brackets.close_of(place) {
            return close + 1;
        }
        // A string that was never closed has taken the beginning of what follows for its own.
        self.last_string(place, end).map_or(end, |string| string + 1)
    }

    /// Whether the answer ends here, perhaps in the middle of a word.
    fn is_cut(&self, end: usize) -> bool {
        let rest = self.rest(end);
        rest.is_empty() || [&b"true"[..], b"false", b"null"].iter().any(|word| word.starts_with(rest))
    }

    /// Where the string begins that was read last before `end`.
    fn last_string(&self, from: usize, end: usize) -> Option<usize> {
        let read = self.text.as_bytes().get(from..end)?.trim_ascii_end();
        let (quote, read) = read.split_last()?;
        if *quote != b'"' {
            return None;
        }
        let mut before = read;
        loop {
            let place = before.iter().rposition(|byte| *byte == b'"')?;
            before = before.get(..place)?;
            let escapes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
            if escapes % 2 == 0 {
                return Some(from + place);
            }
        }
    }

    /// A scalar that is alone on a line, but for the marks of a fence.
    fn scalar(&self, line: Range<usize>) -> Option<Range<usize>> {
        let line = self.text.get(line)?.trim_matches(is_blank);
        let plain = line.trim_matches(|char| matches!(char, '`' | '~')).trim_matches(is_blank);
        // Behind the marks the name of the language may stand.
        let behind = plain.trim_start_matches(|char: char| char.is_ascii_alphanumeric()).trim_matches(is_blank);
        let is_marked = plain.len() < line.len();
        [plain, if is_marked { behind } else { plain }].into_iter().find_map(|word| {
            let mut scan = Scanner::new(word.as_bytes());
            let kind = scan.peek().ok()?;
            let is_scalar = !matches!(kind, Kind::Array | Kind::Object) && self.kinds.has(kind);
            let is_whole = is_scalar && scan.skip().and_then(|()| scan.finish()).is_ok();
            let start = word.as_ptr().addr() - self.text.as_ptr().addr();
            is_whole.then_some(start..start + word.len())
        })
    }

    fn rest(&self, at: usize) -> &'a [u8] {
        self.text.as_bytes().get(at..).unwrap_or_default()
    }
}

/// The arrays and objects of these kinds that stand inside of no other such. What is scanned is known to be JSON.
fn add_outermost(scan: &mut Scanner<'_>, place: usize, kinds: Kinds, found: &mut Vec<Range<usize>>) {
    let Ok(kind) = scan.peek() else { return };
    let start = place + scan.offset();
    let is_wanted = kinds.has(kind);
    match kind {
        Kind::Object if !is_wanted => {
            if scan.object().is_ok() {
                while let Ok(Some(_)) = scan.key_text() {
                    add_outermost(scan, place, kinds, found);
                }
            }
        }
        Kind::Array if !is_wanted => {
            if scan.enter_array().is_ok() {
                while let Ok(true) = scan.item() {
                    add_outermost(scan, place, kinds, found);
                }
            }
        }
        kind => {
            let is_whole = scan.skip().is_ok();
            if is_whole && matches!(kind, Kind::Array | Kind::Object) {
                found.push(start..place + scan.offset());
            }
        }
    }
}
