//! What an answer cites, and where in its text.

/// Something that the answer cites, or that a search found for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Source {
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The passage that is cited, or a snippet.
    pub text: Option<String>,
    /// Where in the answer's text the citation begins, in UTF-16 units.
    pub start: Option<usize>,
    /// Where it ends.
    pub end: Option<usize>,
}

/// The position of a citation in the text of a response, in the provider's own units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The part of the text from whose beginning it is counted, from 0: see [`Delta::TextPart`](super::Delta::TextPart).
    pub part: usize,
    /// Where the citation begins.
    pub start: usize,
    /// Where it ends: after its last character.
    pub end: usize,
    /// The unit of `start` and `end`.
    pub unit: Unit,
}

/// The unit in which a provider gives positions in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    /// Characters: Unicode code points.
    Chars,
}
