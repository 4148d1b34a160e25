//! What an answer cites: each source once, its place counted in UTF-16 units of the text that was delivered.
//!
//! Two sources are the same if all their members are. Of the sources of one turn with the same address, one without a place
//! in the text that says less than another, or nothing else, is the same as that one: it is left out if it comes later, and
//! gives its place in the list to it if it came before.

use std::collections::{HashMap, HashSet};

use super::position::{Marks, Position};
use crate::json::{Split, Text};
use crate::message::{Source, Span, Unit};

/// The sources of a run. Their places are counted from the beginning of the run's text.
#[derive(Debug, Default)]
pub(super) struct Sources {
    list: Vec<Source>,
    /// Those of this turn.
    known: HashSet<Source>,
    /// Of each address the one in this turn that came last.
    latest: HashMap<String, usize>,
    /// Those that cite text which has not come: until it is known whether it will.
    waiting: Vec<(Source, Span)>,
    parts: Vec<Part>,
    marks: Marks,
    scratch: String,
}

/// A part of a response's text.
#[derive(Debug)]
struct Part {
    /// Where what was delivered of it begins in the run's text, in bytes.
    start: usize,
    /// What the response said before that and was not delivered.
    skipped: Position,
    /// What it has said as long as it was not known how much of that is text, and half a surrogate pair behind it.
    heard: (Position, Split),
}

impl Sources {
    /// All of them, in order of arrival.
    pub(super) fn list(&self) -> &[Source] {
        &self.list
    }

    /// Takes over what an earlier run has brought.
    pub(super) fn take_over(&mut self, sources: &[Source]) {
        for source in sources {
            self.insert(source.clone());
        }
    }

    /// A response begins, whose text goes on from `text`. What an earlier attempt at it cited without having said it is
    /// forgotten.
    pub(super) fn begin(&mut self, text: &str) {
        self.waiting.clear();
        self.parts.clear();
        self.begin_part(text);
    }

    /// Another part of the response's text begins.
    pub(super) fn begin_part(&mut self, text: &str) {
        self.parts.push(Part { start: text.len(), skipped: Position::default(), heard: Default::default() });
    }

    /// The response has said something, before any other text of its part, that is not delivered as text.
    pub(super) fn skip(&mut self, text: &str) {
        if let Some(part) = self.parts.last_mut() {
            part.skipped.pass_all(text);
        }
    }

    /// Before the first text of its part that is delivered stands this, which the response has not said.
    pub(super) fn glue(&mut self, glue: &str) {
        if let Some(part) = self.parts.last_mut() {
            part.start += glue.len();
        }
    }

    /// The response says this, not all of which may be delivered as text.
    pub(super) fn hear(&mut self, said: Text<'_>) {
        if let Some(part) = self.parts.last_mut() {
            self.scratch.clear();
            said.append_to(&mut self.scratch, &mut part.heard.1);
            part.heard.0.pass_all(&self.scratch);
        }
    }

    /// The response says all of it once more.
    pub(super) fn hear_again(&mut self, said: Text<'_>) {
        if let Some(part) = self.parts.last_mut() {
            part.heard = Default::default();
        }
        self.hear(said);
    }

    /// It is known now how much of what was heard is text: `text` ends with it. The rest is skipped.
    pub(super) fn tell_apart(&mut self, text: &str) {
        if let Some(part) = self.parts.last_mut() {
            let mut delivered = Position::default();
            delivered.pass_all(text.get(part.start..).unwrap_or_default());
            part.skipped = part.heard.0.behind(delivered);
        }
    }

    /// Another turn begins: what it cites may have been cited before.
    pub(super) fn next_turn(&mut self) {
        self.known.clear();
        self.latest.clear();
    }

    /// Takes a source that is cited in `text`. Gives it with its place, if it is news.
    pub(super) fn take(&mut self, mut source: Source, span: Option<Span>, text: &str) -> Option<Source> {
        if let Some(span) = span {
            let Some((start, end)) = self.place(span, text) else {
                self.waiting.push((source, span));
                return None;
            };
            (source.start, source.end) = (Some(start), Some(end));
        }
        self.insert(source.clone()).then_some(source)
    }

    /// No more text follows: gives those that waited for it and are news. What they cite may not have come.
    pub(super) fn settle(&mut self, text: &str) -> Vec<Source> {
        let waiting = std::mem::take(&mut self.waiting);
        let settled = waiting.into_iter().filter_map(|(mut source, span)| {
            if let Some((start, end)) = self.place(span, text) {
                (source.start, source.end) = (Some(start), Some(end));
            }
            self.insert(source.clone()).then_some(source)
        });
        settled.collect()
    }

    /// Where that is, in UTF-16 units; `None` where such text has not been delivered.
    fn place(&mut self, span: Span, text: &str) -> Option<(usize, usize)> {
        let part = self.parts.get(span.part)?;
        let skipped = part.skipped.count(span.unit);
        let start = self.marks.find(text, Unit::Bytes, part.start)?.count(span.unit);
        // What begins in text that was not delivered begins behind it.
        let from = self.marks.find(text, span.unit, start.saturating_add(span.start.saturating_sub(skipped)))?;
        let to = self.marks.find(text, span.unit, start.saturating_add(span.end.checked_sub(skipped)?))?;
        (from.utf16 <= to.utf16).then_some((from.utf16, to.utf16))
    }

    /// Whether it is news.
    fn insert(&mut self, source: Source) -> bool {
        if self.known.contains(&source) {
            return false;
        }
        let at = source.url.as_ref().and_then(|url| self.latest.get(url).copied());
        match at.and_then(|at| self.list.get_mut(at)) {
            Some(last) if source.start.is_none() && says_no_more(&source, last) => return false,
            Some(last) if last.start.is_none() && says_no_more(last, &source) => last.clone_from(&source),
            _ => {
                if let Some(url) = &source.url {
                    self.latest.insert(url.clone(), self.list.len());
                }
                self.list.push(source.clone());
            }
        }
        self.known.insert(source)
    }
}

/// Whether all that one says, the other says, too.
fn says_no_more(one: &Source, other: &Source) -> bool {
    let is_in = |one: &Option<String>, other: &Option<String>| one.is_none() || one == other;
    is_in(&one.title, &other.title) && is_in(&one.text, &other.text)
}

/// The sources with their places counted from `from` on; without a place those that reach behind `to`.
pub(super) fn placed_between(sources: &[Source], from: usize, to: usize) -> Vec<Source> {
    sources.iter().map(|source| placed(source, from, to)).collect()
}

/// The same of one.
pub(super) fn placed(source: &Source, from: usize, to: usize) -> Source {
    let mut placed = source.clone();
    let place = source.start.zip(source.end).filter(|(start, end)| from <= *start && *end <= to);
    placed.start = place.map(|(start, _)| start - from);
    placed.end = place.map(|(_, end)| end - from);
    placed
}
