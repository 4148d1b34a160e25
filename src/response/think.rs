//! `<think>…</think>` at the beginning of a response: what stands in it is reasoning.
//!
//! Servers that run open models often leave the model's own tags in the text. The tag counts at the very beginning only,
//! behind nothing but white space; later tags, and a `</think>` by itself, are text. White space behind `</think>` is no
//! part of the answer.

use crate::json::{Split, Text};

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Behind so much white space, in bytes, nothing is looked for and nothing held back.
const MAX_SPACE: usize = 1024;

/// Tells reasoning and text of a response apart, until no more reasoning can come. Pushing costs what is pushed.
#[derive(Debug, Default)]
pub struct Think {
    at: At,
    /// What may be part of a tag, or white space of which it is not yet known whether it counts.
    held: String,
    /// Half a surrogate pair behind it.
    split: Split,
    /// How much reasoning has come, in bytes.
    thought: usize,
}

/// Where in the response it is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before anything but white space.
    #[default]
    Beginning,
    Inside,
    /// Behind the end of the reasoning, where nothing but white space has come.
    Behind,
    /// In the text.
    Text,
}

/// Takes what is known: more of the reasoning (`true`), or of the text.
pub type OnPiece<'f> = dyn FnMut(bool, Text<'_>) + 'f;

impl Think {
    /// Takes more of the response. True once all that follows is text: it takes no more then.
    pub fn push(&mut self, text: Text<'_>, out: &mut OnPiece<'_>) -> bool {
        if self.at == At::Beginning {
            return self.begin(text, out);
        }
        text.append_to(&mut self.held, &mut self.split);
        self.sort(out)
    }

    /// No more comes. Gives how many bytes of reasoning have come, if its end has not.
    pub fn end(&mut self, out: &mut OnPiece<'_>) -> Option<usize> {
        self.split.end(&mut self.held);
        self.sort(out);
        let inside = self.at == At::Inside;
        // Reasoning that is white space only is none.
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
        // As it came: half a surrogate pair at its end goes with it.
        out(false, text);
        self.at = At::Text;
        true
    }

    /// Gives what is certain of what is held.
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

    /// Gives so many bytes of what is held.
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
