//! Strings: where they end, eight bytes at a time, and whether their escapes are whole.

use super::super::Text;
use super::{Result, Scanner};

impl<'a> Scanner<'a> {
    /// A string from behind its opening quote to behind its closing one.
    #[inline(always)]
    pub(super) fn rest_of_string(&mut self) -> Result<Text<'a>> {
        let from = self.at;
        self.at = plain_end(self.bytes, from);
        match self.bytes.get(self.at) {
            Some(b'"') => {
                let raw = self.since(from);
                self.at += 1;
                Ok(Text::new(raw, true))
            }
            _ => self.rest_with_escapes(from),
        }
    }

    /// The same, once for all that is not read at every event.
    #[inline(never)]
    pub(super) fn rest_of_any_string(&mut self) -> Result<Text<'a>> {
        self.rest_of_string()
    }

    /// The same for a string that is not plain, from where that shows.
    #[inline(never)]
    fn rest_with_escapes(&mut self, from: usize) -> Result<Text<'a>> {
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let raw = self.since(from);
                    self.at += 1;
                    return Ok(Text::new(raw, false));
                }
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(self.bad("a control character stands in a string")),
                None => return Err(self.bad("the JSON ends too early")),
            }
            self.at = plain_end(self.bytes, self.at);
        }
    }

    #[inline(never)]
    fn escape(&mut self) -> Result<()> {
        self.at += 1;
        match self.bytes.get(self.at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.bytes.get(self.at).is_some_and(u8::is_ascii_hexdigit) {
                        return Err(self.bad("an escape is broken"));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.bad("an escape is broken")),
        }
        Ok(())
    }
}

/// The string that stands `at` there behind its opening quote, and where it ends, behind its closing one.
#[must_use]
pub(in super::super) fn string_from(bytes: &[u8], at: usize) -> Option<(Text<'_>, usize)> {
    let mut scan = Scanner { bytes, at, room: 0, fresh: false };
    let text = scan.rest_of_string().ok()?;
    Some((text, scan.at))
}

/// Where the first quote, backslash or control character stands, from `at` on; the end where there is none.
#[inline(always)]
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let marks = quotes_escapes_controls(u64::from_le_bytes(*word));
        at += (marks.trailing_zeros() / 8) as usize;
        if marks != 0 {
            return at;
        }
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1F)) {
        at += 1;
    }
    at
}

/// The high bit of each byte that is a quote, a backslash or below 0x20. Bits behind the first one set may be wrong.
#[inline(always)]
fn quotes_escapes_controls(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let quotes = word ^ (ONES * 0x22);
    let escapes = word ^ (ONES * 0x5C);
    let zero = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes;
    (zero(quotes) | zero(escapes) | (word.wrapping_sub(ONES * 0x20) & !word)) & HIGH
}
