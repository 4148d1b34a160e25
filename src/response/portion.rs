//! Where a text may be cut into portions.

use super::text_buffer::Length;

/// The first `units` UTF-16 units of a text, or a few more, so that no visible character is split.
pub(super) fn portion(text: &str, units: usize) -> Length {
    let mut taken = Length::default();
    let mut before = '\0';
    for char in text.chars() {
        if taken.units >= units && !belongs_to(before, char) {
            break;
        }
        taken.grow(Length { bytes: char.len_utf8(), units: char.len_utf16() });
        before = char;
    }
    taken
}

/// Whether `char` and the character `before` it are shown as one. An approximation of Unicode's grapheme clusters that
/// needs no tables of its own.
fn belongs_to(before: char, char: char) -> bool {
    let is_flag = |char| matches!(char, '\u{1F1E6}'..='\u{1F1FF}');
    match (before, char) {
        ('\r', '\n') | ('\u{200D}', _) | (_, '\u{200D}' | '\u{1F3FB}'..='\u{1F3FF}') => true,
        (before, char) if is_flag(before) && is_flag(char) => true,
        // Vowel signs of the scripts of India, whose blocks all have the same order.
        (_, '\u{900}'..='\u{DFF}') if matches!(u32::from(char) & 0x7F, 0x3E..=0x4D) => true,
        // Of characters that stand alone, Rust escapes at most the quotes, the backslash and spaces, by two characters.
        _ => !char.is_ascii() && char.escape_debug().len() > 2,
    }
}
