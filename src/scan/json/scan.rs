//! A pull scanner over borrowed bytes. As strict as RFC 8259 (<https://www.rfc-editor.org/rfc/rfc8259>), also in what
//! it skips; bytes that are not UTF-8 are let through, for they become U+FFFD where they are read.

mod key;
mod strings;

pub use key::Key;
pub(super) use strings::string_from;

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
}
