//! Base64 that arrives in pieces.

use crate::message::GeneratedFile;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Joins the pieces of a file. Each piece may be encoded alone, with padding if its length is not a multiple of three,
/// or all of them may be pieces of one encoding.
#[derive(Debug, Default)]
pub(super) struct Base64 {
    text: String,
    /// Bits of the piece that are not yet a byte, and how many.
    bits: (u32, u32),
    /// Bytes that are not yet encoded: less than three.
    bytes: Vec<u8>,
}

impl Base64 {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.bytes.is_empty()
    }

    /// Adds a piece, as it is in JSON. Characters that are not digits are ignored.
    pub(super) fn push(&mut self, piece: &[u8]) {
        let is_aligned = self.bits.1 == 0 && self.bytes.is_empty();
        if is_aligned && piece.len() % 4 == 0 && piece.iter().all(|byte| value_of(*byte).is_some()) {
            // True for most pieces but the last.
            self.text.push_str(std::str::from_utf8(piece).unwrap_or_default());
            return;
        }
        for byte in piece {
            match value_of(*byte) {
                Some(value) => self.add(value),
                // What follows is encoded alone.
                None if *byte == b'=' => self.bits = (0, 0),
                None => {}
            }
        }
    }

    fn add(&mut self, value: u32) {
        let (bits, count) = ((self.bits.0 << 6) | value, self.bits.1 + 6);
        let Some(left) = count.checked_sub(8) else {
            self.bits = (bits, count);
            return;
        };
        self.bits = (bits & ((1 << left) - 1), left);
        self.bytes.extend(u8::try_from((bits >> left) & 0xFF));
        if self.bytes.len() == 3 {
            self.encode();
        }
    }

    fn encode(&mut self) {
        let count = self.bytes.len();
        let bits = self.bytes.drain(..).fold(0, |bits, byte| (bits << 8) | u32::from(byte)) << (8 * (3 - count));
        for place in 0..4 {
            let digit = DIGITS.get(((bits >> (18 - 6 * place)) & 63) as usize).copied().unwrap_or(b'=');
            self.text.push(if place <= count { char::from(digit) } else { '=' });
        }
    }

    /// The file of the pieces, if there are any.
    pub(super) fn end(&mut self, media_type: &str) -> Option<GeneratedFile> {
        if self.is_empty() {
            return None;
        }
        if !self.bytes.is_empty() {
            self.encode();
        }
        let data = std::mem::take(self).text;
        Some(GeneratedFile { media_type: media_type.to_owned(), data: Some(data.into()), ..GeneratedFile::default() })
    }

    /// How the file begins.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

fn value_of(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
