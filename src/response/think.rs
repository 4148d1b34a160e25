//! `<think>…</think>` at the beginning of a response: the text inside is reasoning.
//!
//! Servers that run open models often leave the model's own tags in the text. The tag counts only at the very
//! beginning, with nothing but white space before it; later tags, and a `</think>` alone, are text. White space after
//! `</think>` is not part of the answer.

use crate::json::{Split, Text};

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// After this much white space, in bytes, no tag is searched for, and nothing is held back.
const MAX_SPACE: usize = 1024;

/// Separates the reasoning and the text of a response, until no more reasoning can follow. A push costs in proportion
/// to its length.
#[derive(Debug, Default)]
pub struct Think {
    at: At,
    /// What may be part of a tag, or white space that may not count.
    held: String,
    /// Half a surrogate pair after it.
    split: Split,
    /// How many bytes of reasoning have arrived.
    thought: usize,
}

/// The current place in the response.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before anything but white space.
    #[default]
    Beginning,
    Inside,
    /// After the end of the reasoning, with nothing but white space so far.
    Behind,
    /// In the text.
    Text,
}

/// Takes the next piece: of the reasoning (`true`), or of the text.
pub type OnPiece<'f> = dyn FnMut(bool, Text<'_>) + 'f;

impl Think {
    /// Takes more of the response. Returns true once everything that follows is text: no more is taken then.
    pub fn push(&mut self, text: Text<'_>, out: &mut OnPiece<'_>) -> bool {
        if self.at == At::Beginning {
            return self.begin(text, out);
        }
        text.append_to(&mut self.held, &mut self.split);
        self.sort(out)
    }

    /// No more follows. Returns how many bytes of reasoning have arrived, if its end has not.
    pub fn end(&mut self, out: &mut OnPiece<'_>) -> Option<usize> {
        self.split.end(&mut self.held);
        self.sort(out);
        let inside = self.at == At::Inside;
        // Reasoning that is only white space does not count.
        let is_blank = inside && self.thought == 0 && self.held.trim_start().is_empty();
        if !is_blank {
            self.give(inside, self.held.len(), out);
        }
        inside.then_some(self.thought)
    }

    fn begin(&mut self, text: Text<'_>, out: &mut OnPiece<'_>) -> bool {
        let mut whole = self.held.clone();
        let mut split = Split::default();
        text.append_to(&mut whole, &mut split);
        let words = whole.trim_start();
        let is_near = whole.len() - words.len() <= MAX_SPACE;
        if let (true, Some(rest)) = (is_near, words.strip_prefix(OPEN)) {
            rest.clone_into(&mut self.held);
            self.split = split;
            self.at = At::Inside;
            return self.sort(out);
        }
        if is_near && split == Split::default() && OPEN.starts_with(words) {
            self.held = whole;
            return false;
        }
        if !self.held.is_empty() {
            out(false, Text::verbatim(self.held.as_bytes()));
            self.held.clear();
        }
        // Unchanged: half a surrogate pair at its end is included.
        out(false, text);
        self.at = At::Text;
        true
    }

    /// Passes on the certain part of what is held.
    fn sort(&mut self, out: &mut OnPiece<'_>) -> bool {
        if self.at == At::Inside {
            let close = self.held.as_bytes().windows(CLOSE.len()).position(|part| part == CLOSE.as_bytes());
            let certain = close.unwrap_or_else(|| self.held.len() - begun(&self.held));
            let is_blank = self.held.get(..certain).is_some_and(|thought| thought.trim_start().is_empty());
            if self.thought > 0 || !is_blank || certain > MAX_SPACE {
                self.give(true, certain, out);
            } else if close.is_some() {
                self.held.drain(..certain);
            }
            if close.is_some() {
                self.held.drain(..CLOSE.len());
                self.at = At::Behind;
            }
        }
        if self.at == At::Behind {
            self.held.drain(..self.held.len() - self.held.trim_start().len());
            if !self.held.is_empty() || self.split != Split::default() {
                self.at = At::Text;
            }
        }
        if self.at == At::Text {
            self.give(false, self.held.len(), out);
        }
        self.at == At::Text && self.split == Split::default()
    }

    /// Passes on the first `bytes` bytes of what is held.
    fn give(&mut self, thought: bool, bytes: usize, out: &mut OnPiece<'_>) {
        let Some(piece) = self.held.get(..bytes).filter(|piece| !piece.is_empty()) else { return };
        out(thought, Text::verbatim(piece.as_bytes()));
        self.thought += if thought { bytes } else { 0 };
        self.held.drain(..bytes);
    }
}

/// How many bytes at the end of `text` may be the beginning of the closing tag.
fn begun(text: &str) -> usize {
    (1..CLOSE.len())
        .rev()
        .find(|length| CLOSE.get(..*length).is_some_and(|tag| text.ends_with(tag)))
        .unwrap_or_default()
}
