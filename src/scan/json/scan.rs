//! A pull scanner over borrowed bytes. As strict as RFC 8259 (<https://www.rfc-editor.org/rfc/rfc8259>), also in what
//! it skips; bytes that are not UTF-8 are let through, for they become U+FFFD where they are read.

use std::ops::Deref;

use super::{RawValue, Text, MAX_DEPTH};
use crate::error::Error;

/// What a value is, by its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// Reads one JSON text from front to back.
///
/// # Example: one member of an object
/// ```
/// use refinire_scan::json::Scanner;
///
/// let mut scan = Scanner::new(br#"{"id":7,"name":"n\u00e9e","more":[1,2]}"#);
/// let mut name = None;
/// scan.object()?;
/// while let Some(key) = scan.key()? {
///     match &*key {
///         b"name" => name = scan.string()?,
///         _ => scan.skip()?,
///     }
/// }
/// scan.finish()?;
/// assert_eq!(name.map(|text| text.read()).as_deref(), Some("née"));
/// # Ok::<(), refinire_scan::error::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many more arrays and objects may be opened inside.
    room: u32,
    /// The innermost open array or object has no member yet.
    fresh: bool,
}

/// A key, to be compared with known ones.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    raw: &'a [u8],
    /// What a key with escapes says, as far as it fits: no known key is longer.
    short: [u8; SHORT],
    length: Option<usize>,
}

/// More bytes than any known key has.
const SHORT: usize = 40;

impl<'a> Key<'a> {
    #[inline]
    fn new(text: Text<'a>) -> Self {
        if text.is_plain() {
            return Self { raw: text.raw(), short: [0; SHORT], length: None };
        }
        Self::escaped(text)
    }

    #[cold]
    fn escaped(text: Text<'a>) -> Self {
        let mut short = [0; SHORT];
        let says = text.read();
        let length = short.len().min(says.len());
        short.iter_mut().zip(says.bytes()).for_each(|(place, byte)| *place = byte);
        Self { raw: text.raw(), short, length: Some(length) }
    }
}

impl Deref for Key<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self.length {
            None => self.raw,
            Some(length) => self.short.get(..length).unwrap_or_default(),
        }
    }
}

type Result<T> = std::result::Result<T, Error>;

impl<'a> Scanner<'a> {
    /// A scanner at the beginning of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::with_room(bytes, MAX_DEPTH)
    }

    /// The same for so many arrays and objects inside one another.
    #[must_use]
    pub fn with_room(bytes: &'a [u8], room: u32) -> Self {
        Self { bytes, at: 0, room, fresh: true }
    }

    /// The offset of the next byte.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }

    /// What the next value is.
    ///
    /// # Errors
    /// `protocol` where no value begins.
    #[inline(never)]
    pub fn peek(&mut self) -> Result<Kind> {
        self.peek_here()
    }

    /// The same, inlined by force.
    #[inline(always)]
    fn peek_here(&mut self) -> Result<Kind> {
        self.space();
        match self.bytes.get(self.at) {
            Some(b'"') => Ok(Kind::String),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'n') => Ok(Kind::Null),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            _ => Err(self.bad("a value is missing")),
        }
    }

    /// Enters the object that comes next.
    ///
    /// # Errors
    /// `protocol` where none does.
    pub fn object(&mut self) -> Result<()> {
        self.open(b'{', "an object is missing")
    }

    /// Enters the object that comes next; skips any other value and answers false.
    ///
    /// # Errors
    /// `protocol` for what is not JSON.
    pub fn enter_object(&mut self) -> Result<bool> {
        if self.peek()? == Kind::Object {
            return self.object().map(|()| true);
        }
        self.skip().map(|()| false)
    }

    /// Enters the array that comes next; skips any other value and answers false.
    ///
    /// # Errors
    /// `protocol` for what is not JSON.
    pub fn enter_array(&mut self) -> Result<bool> {
        if self.peek()? == Kind::Array {
            return self.open(b'[', "an array is missing").map(|()| true);
        }
        self.skip().map(|()| false)
    }

    /// The next key of the object it is in, up to its value; `None` leaves the object.
    ///
    /// # Errors
    /// `protocol` for what is not JSON.
    pub fn key(&mut self) -> Result<Option<Key<'a>>> {
        Ok(self.key_text()?.map(Key::new))
    }

    /// The same, to be read instead of compared.
    ///
    /// # Errors
    /// `protocol` for what is not JSON.
    #[inline(never)]
    pub fn key_text(&mut self) -> Result<Option<Text<'a>>> {
        self.key_by(Self::rest_of_any_string)
    }

    /// The same, inlined by force: for where the members of events are read.
    #[inline(always)]
    pub(super) fn key_here(&mut self) -> Result<Option<Text<'a>>> {
        self.key_by(Self::rest_of_string)
    }

    #[inline(always)]
    fn key_by(&mut self, rest_of_string: impl FnOnce(&mut Self) -> Result<Text<'a>>) -> Result<Option<Text<'a>>> {
        if !self.member(b'}')? {
            return Ok(None);
        }
        self.expect(b'"', "a key is missing")?;
        let key = rest_of_string(self)?;
        self.space();
        self.expect(b':', "a colon is missing")?;
        Ok(Some(key))
    }

    /// Whether the array it is in has a next item; false leaves the array.
    ///
    /// # Errors
    /// `protocol` for what is not JSON.
    pub fn item(&mut self) -> Result<bool> {
        self.member(b']')
    }

    /// The next value if it is a string; any other is skipped.
    ///
    /// # Errors
    /// `protocol` for what is not JSON.
    #[inline(never)]
    pub fn string(&mut self) -> Result<Option<Text<'a>>> {
        if self.peek()? != Kind::String {
            return self.skip().map(|()| None);
        }
        self.at += 1;
        self.fresh = false;
        self.rest_of_any_string().map(Some)
    }

    /// The next value if it is a string, inlined by force; nothing is read otherwise.
    #[inline(always)]
    pub(super) fn string_here(&mut self) -> Option<Result<Text<'a>>> {
        self.space();
        if self.bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        self.at += 1;
        self.fresh = false;
        Some(self.rest_of_string())
    }

    /// The next value if it is a whole number of at least 0; any other is skipped.
    ///
    /// # Errors
    /// `protocol` for what is not JSON.
    pub fn unsigned(&mut self) -> Result<Option<u64>> {
        Ok(RawValue::Other(self.raw()?).unsigned())
    }

    /// The next value if it is `true` or `false`; any other is skipped.
    ///
    /// # Errors
    /// `protocol` for what is not JSON.
    pub fn bool(&mut self) -> Result<Option<bool>> {
        Ok(match self.raw()? {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        })
    }

    /// The next value as it stands.
    ///
    /// # Errors
    /// `protocol` for what is not JSON.
    pub fn raw(&mut self) -> Result<&'a [u8]> {
        self.space();
        let from = self.at;
        self.skip()?;
        Ok(self.since(from))
    }

    /// Passes over the next value, inlined by force as far as most of them are strings.
    #[inline(always)]
    pub(super) fn skip_here(&mut self) -> Result<()> {
        match self.string_here() {
            Some(text) => text.map(drop),
            None => self.skip(),
        }
    }

    /// Passes over the next value, checking it.
    ///
    /// # Errors
    /// `protocol` for what is not JSON.
    pub fn skip(&mut self) -> Result<()> {
        match self.peek_here()? {
            Kind::String => {
                self.at += 1;
                self.rest_of_any_string()?;
            }
            Kind::Object => {
                self.object()?;
                while self.key_text()?.is_some() {
                    self.skip()?;
                }
            }
            Kind::Array => {
                self.open(b'[', "an array is missing")?;
                while self.member(b']')? {
                    self.skip()?;
                }
            }
            Kind::Number => self.number()?,
            Kind::Null => self.word(b"null")?,
            Kind::Bool if self.bytes.get(self.at) == Some(&b't') => self.word(b"true")?,
            Kind::Bool => self.word(b"false")?,
        }
        self.fresh = false;
        Ok(())
    }

    /// Checks that nothing but white space is left.
    ///
    /// # Errors
    /// `protocol` where something is.
    pub fn finish(&mut self) -> Result<()> {
        self.space();
        if self.at < self.bytes.len() {
            return Err(self.bad("there is something after the end"));
        }
        Ok(())
    }

    /// What was read since `from`.
    pub(super) fn since(&self, from: usize) -> &'a [u8] {
        self.bytes.get(from..self.at).unwrap_or_default()
    }

    /// An error at this place.
    #[cold]
    #[inline(never)]
    pub(crate) fn bad(&self, message: &'static str) -> Error {
        let message = if self.at >= self.bytes.len() { "the JSON ends too early" } else { message };
        Error::protocol(message).at(self.at)
    }

    /// Inlined by force, as its neighbours: the module is built for size, and these run some hundred times an event.
    #[inline(always)]
    fn space(&mut self) {
        if self.bytes.get(self.at).is_some_and(|byte| *byte <= b' ') {
            self.skip_space();
        }
    }

    #[cold]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    #[inline(always)]
    fn expect(&mut self, byte: u8, missing: &'static str) -> Result<()> {
        match self.bytes.get(self.at) {
            Some(found) if *found == byte => {
                self.at += 1;
                Ok(())
            }
            _ => Err(self.bad(missing)),
        }
    }

    #[inline(never)]
    fn open(&mut self, bracket: u8, missing: &'static str) -> Result<()> {
        self.space();
        self.expect(bracket, missing)?;
        let Some(room) = self.room.checked_sub(1) else { return Err(self.bad("it is nested too deeply")) };
        self.room = room;
        self.fresh = true;
        Ok(())
    }

    /// Goes up to the next member; false, and out, where the closing bracket stands.
    #[inline(always)]
    fn member(&mut self, closing: u8) -> Result<bool> {
        self.space();
        if let Some(next) = self.bytes.get(self.at) {
            if *next == closing {
                self.at += 1;
                self.room = self.room.saturating_add(1);
                self.fresh = false;
                return Ok(false);
            }
        }
        if !self.fresh {
            self.expect(b',', "a comma is missing")?;
            self.space();
        }
        self.fresh = false;
        Ok(true)
    }

    #[inline(never)]
    fn word(&mut self, word: &'static [u8]) -> Result<()> {
        if self.bytes.get(self.at..self.at + word.len()) != Some(word) {
            return Err(self.bad("a value is missing"));
        }
        self.at += word.len();
        Ok(())
    }

    #[inline(never)]
    fn number(&mut self) -> Result<()> {
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        match self.bytes.get(self.at) {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    #[inline(never)]
    fn digits(&mut self) -> Result<()> {
        if !matches!(self.bytes.get(self.at), Some(b'0'..=b'9')) {
            return Err(self.bad("a digit is missing"));
        }
        while let Some(b'0'..=b'9') = self.bytes.get(self.at) {
            self.at += 1;
        }
        Ok(())
    }

    /// A string from behind its opening quote to behind its closing one.
    #[inline(always)]
    fn rest_of_string(&mut self) -> Result<Text<'a>> {
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
    fn rest_of_any_string(&mut self) -> Result<Text<'a>> {
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
pub(super) fn string_from(bytes: &[u8], at: usize) -> Option<(Text<'_>, usize)> {
    let mut scan = Scanner { bytes, at, room: 0, fresh: false };
    let text = scan.rest_of_string().ok()?;
    Some((text, scan.at))
}

/// Where `known` ends, if it stands `at` there.
#[must_use]
pub(super) fn same_from(known: &[u8], bytes: &[u8], at: usize) -> Option<usize> {
    let end = at + known.len();
    let found = bytes.get(at..end)?;
    let mut rest = (known, found);
    while let (Some((word, known)), Some((other, found))) =
        (rest.0.split_first_chunk::<8>(), rest.1.split_first_chunk())
    {
        if u64::from_le_bytes(*word) != u64::from_le_bytes(*other) {
            return None;
        }
        rest = (known, found);
    }
    while let (Some((byte, known)), Some((other, found))) = (rest.0.split_first(), rest.1.split_first()) {
        if byte != other {
            return None;
        }
        rest = (known, found);
    }
    Some(end)
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
