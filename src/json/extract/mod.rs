//! Finds the JSON that was asked for in what a model answered: with words around it, in a fence, behind drafts.
//!
//! - If the answer, after white space and an opening fence, begins with the value, the value is read while it streams:
//!   [`JsonExtractor::begin`] says where it begins, long before the answer is whole.
//! - Of the whole answer [`JsonExtractor::find`] gives every value that may be meant, in the order in which to try them: the
//!   one that the answer begins with, then the others from the last one back.
//!
//! An array or object may stand anywhere. What stands inside of another one is not looked at if that is JSON or only
//! nearly so: a part of the answer is not the answer. A string, a number, `true`, `false` or `null` counts where it is
//! alone on its line. A value that the end of the answer cuts is none, nor is anything in it.

mod brackets;
mod opening;
mod values;

use std::ops::Range;

pub use opening::Begin;
use opening::Opening;
use values::Values;

use super::{Kind, Kinds, Scanner};
use crate::text::{concat, join};

/// Looks for values of some kinds in one answer.
#[derive(Debug)]
pub struct JsonExtractor {
    kinds: Kinds,
    opening: Opening,
}

impl JsonExtractor {
    /// Looks for values of these kinds.
    #[must_use]
    pub fn new(kinds: Kinds) -> Self {
        Self { kinds, opening: Opening::new(kinds) }
    }

    /// Another answer begins.
    pub fn restart(&mut self) {
        self.opening = Opening::new(self.kinds);
    }

    /// Takes the next piece of the answer, until it has said something else than [`Begin::NotYet`].
    pub fn begin(&mut self, piece: &str) -> Begin {
        self.opening.push(piece)
    }

    /// Where in a whole answer the values stand that may be meant, in bytes, in the order in which to try them. Each is JSON.
    #[must_use]
    pub fn find(&self, answer: &str) -> Vec<Range<usize>> {
        let mut ranges = Values::find(answer, self.kinds);
        let leads = self.leads(&ranges, answer);
        ranges.reverse();
        if leads {
            ranges.rotate_right(1);
        }
        ranges
    }

    /// Why there is none.
    #[must_use]
    pub fn why_none(&self, answer: &str) -> String {
        let mut opening = Opening::new(self.kinds);
        if let Begin::Here { .. } = opening.push(answer) {
            let value = answer.as_bytes().get(opening.start()..).unwrap_or_default();
            if let Err(error) = Scanner::new(value).skip() {
                return error.told().into_owned();
            }
        }
        let mut words = Vec::new();
        for (kind, word) in [
            (Kind::Object, "object"),
            (Kind::Array, "array"),
            (Kind::String, "string"),
            (Kind::Number, "number"),
            (Kind::Bool, "true or false"),
            (Kind::Null, "null"),
        ] {
            if self.kinds.has(kind) {
                words.push(word);
            }
        }
        concat(&["no JSON was found (", &join(&words, ", "), ")"])
    }

    /// Whether the answer begins with the first of the values.
    fn leads(&self, ranges: &[Range<usize>], answer: &str) -> bool {
        let mut opening = Opening::new(self.kinds);
        opening.push(answer);
        ranges.first().is_some_and(|first| first.start == opening.start())
    }
}

/// Whether a value may be a string, but no array and no object: then a quote is enough to begin one.
fn is_text_only(kinds: Kinds) -> bool {
    kinds.has(Kind::String) && !kinds.has(Kind::Array) && !kinds.has(Kind::Object)
}

/// White space of any language, and the marks without width that some put before a text.
fn is_blank(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\u{FEFF}' | '\u{200B}')
}
