//! The text from which a model is asked to repeat its answer.

use super::fold::{end_of, is_symbol, symbols, tail_from};

/// An anchor has at least this many letters and digits, if the answer has.
pub(super) const LEAST: usize = 12;

/// It has at most this many bytes, if there is a place to begin.
const MOST: usize = 300;

/// How far from its end a line without sentences is cut at a word.
const FAR: usize = 120;

/// The end of the answer from its last line or sentence on. It has as many lines or sentences as it takes to have
/// `LEAST` letters and digits that do not occur earlier in the answer.
#[must_use]
pub fn anchor(text: &str) -> &str {
    let mut last = None;
    for (at, char) in text.char_indices().rev() {
        let end = tail_from(text, at);
        if end.len() > MOST {
            break;
        }
        let before = text.get(..at).unwrap_or_default();
        if is_symbol(char) && begins_sentence(before) && symbols(end).nth(LEAST - 1).is_some() {
            last = Some(end);
            if !before.contains(end.trim_end()) {
                return end;
            }
        }
    }
    last.unwrap_or_else(|| from_word(text))
}

/// Whether a line or a sentence begins after it, even with a list mark.
fn begins_sentence(before: &str) -> bool {
    let trimmed = before.trim_end_matches([' ', '\t', '-', '*', '+', '>', '#', '"', '\'', '(', '\u{201C}', '`', '_']);
    let is_behind_space = trimmed.len() < before.len();
    match trimmed.chars().next_back() {
        None | Some('\n' | '。' | '！' | '？') => true,
        Some('.' | '!' | '?') => is_behind_space,
        _ => false,
    }
}

/// All of the text, or its end from the beginning of a word on, if that is not too far.
fn from_word(text: &str) -> &str {
    if text.len() <= MOST {
        return text;
    }
    let near = end_of(text, FAR);
    near.split_once(char::is_whitespace).map_or(near, |(_, words)| words)
}
