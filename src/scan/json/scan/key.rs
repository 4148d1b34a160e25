//! The key of an object's member, to be compared with known ones.

use std::ops::Deref;

use super::super::Text;

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
    pub(super) fn new(text: Text<'a>) -> Self {
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
