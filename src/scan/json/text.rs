//! A JSON string that has been found but not yet read.

use std::fmt;

/// U+FFFD, in place of what is no text.
const REPLACEMENT: &str = "\u{FFFD}";

/// Half of a surrogate pair whose other half may stand at the beginning of the next string of the same answer.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Split(Option<u16>);

impl Split {
    /// The half that waits, for good: U+FFFD, since no other half came.
    pub fn end(&mut self, out: &mut String) {
        if self.0.take().is_some() {
            out.push_str(REPLACEMENT);
        }
    }
}

/// The content of a JSON string, between its quotes, escapes and all. Reading it costs one copy.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    raw: &'a [u8],
    plain: bool,
}

impl<'a> Text<'a> {
    pub(crate) fn new(raw: &'a [u8], plain: bool) -> Self {
        Self { raw, plain }
    }

    /// Text that stands as it is, outside JSON.
    #[must_use]
    pub fn verbatim(raw: &'a [u8]) -> Self {
        Self { raw, plain: true }
    }

    /// The bytes between the quotes.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Whether it has no escape, so that `raw` is what it says.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// What it says.
    #[must_use]
    #[inline(never)]
    pub fn read(self) -> String {
        let mut out = String::new();
        let mut split = Split::default();
        self.append_to(&mut out, &mut split);
        split.end(&mut out);
        out
    }

    /// Whether it says `word`.
    #[must_use]
    #[inline(never)]
    pub fn says(&self, word: &str) -> bool {
        if self.plain {
            return self.raw == word.as_bytes();
        }
        self.read() == word
    }

    /// Appends what it says. Bytes that are not UTF-8 become U+FFFD, as the Encoding Standard decodes them; half a
    /// surrogate pair at the end waits in `split` for the next string.
    pub fn append_to(&self, out: &mut String, split: &mut Split) {
        let mut rest = self.raw;
        if !self.plain {
            while let Some(escape) = memchr::memchr(b'\\', rest) {
                let (plain, tail) = rest.split_at(escape);
                append_utf8(plain, out, split);
                rest = append_escape(tail, out, split);
            }
        }
        append_utf8(rest, out, split);
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.read())
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.plain && self.raw == other.as_bytes()
    }
}

/// Appends UTF-8; what is none becomes U+FFFD, one for as many bytes as the Encoding Standard has one for.
#[inline(never)]
fn append_utf8(mut bytes: &[u8], out: &mut String, split: &mut Split) {
    if !bytes.is_empty() {
        split.end(out);
    }
    loop {
        let error = match std::str::from_utf8(bytes) {
            Ok(text) => return out.push_str(text),
            Err(error) => error,
        };
        let (good, rest) = bytes.split_at(error.valid_up_to());
        out.push_str(std::str::from_utf8(good).unwrap_or_default());
        out.push_str(REPLACEMENT);
        bytes = error.error_len().and_then(|bad| rest.get(bad..)).unwrap_or_default();
    }
}

/// Reads the escape that `bytes` begin with and gives back what follows. The scanner has checked that it is whole.
#[inline(never)]
fn append_escape<'a>(bytes: &'a [u8], out: &mut String, split: &mut Split) -> &'a [u8] {
    let [_, letter, rest @ ..] = bytes else { return &[] };
    let (digits, behind) = rest.split_at(rest.len().min(4));
    let (unit, rest) = match letter {
        b'u' => (hex(digits), behind),
        b'b' => (0x08, rest),
        b'f' => (0x0C, rest),
        b'n' => (0x0A, rest),
        b'r' => (0x0D, rest),
        b't' => (0x09, rest),
        other => (u16::from(*other), rest),
    };
    append_unit(unit, out, split);
    rest
}

fn append_unit(unit: u16, out: &mut String, split: &mut Split) {
    let mut code = u32::from(unit);
    if let (Some(high), 0xDC00..=0xDFFF) = (split.0, unit) {
        split.0 = None;
        code = 0x1_0000 + ((u32::from(high) - 0xD800) << 10) + (code - 0xDC00);
    }
    split.end(out);
    if let 0xD800..=0xDBFF = unit {
        split.0 = Some(unit);
        return;
    }
    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
}

fn hex(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |sum, digit| {
        let value = char::from(*digit).to_digit(16).unwrap_or_default();
        (sum << 4) | u16::try_from(value).unwrap_or_default()
    })
}
