//! What an answer cites: each source once, with its place in UTF-16 units of the text that was delivered.
//!
//! Two sources are the same if all their members are. Within a turn, sources with the same address may be the same,
//! too: one without a place in the text that says no more than another. It is left out if it comes later, and passes
//! its place in the list to the other if it came before.

use std::collections::{HashMap, HashSet};

use super::position::{Marks, Position};
use crate::json::{Split, Text};
use crate::message::{Source, Span, Unit};

/// The sources of a run. Their places are counted from the beginning of the run's text.
#[derive(Debug, Default)]
pub(super) struct Sources {
    list: Vec<Source>,
    /// The sources of this turn.
    known: HashSet<Source>,
    /// For each address, the last source of this turn.
    latest: HashMap<String, usize>,
    /// The sources that cite text which has not arrived, until it is known whether it will.
    waiting: Vec<(Source, Span)>,
    parts: Vec<Part>,
    marks: Marks,
    scratch: String,
}

/// A part of a response's text.
#[derive(Debug)]
struct Part {
    /// Where its delivered text begins in the run's text, in bytes.
    start: usize,
    /// The text before that which was not delivered.
    skipped: Position,
    /// The text that arrived while it was not known how much of it would be delivered, and half a surrogate pair after
    /// it.
    heard: (Position, Split),
}

impl Sources {
    /// All of them, in order of arrival.
    pub(super) fn list(&self) -> &[Source] {
        &self.list
    }

    /// Takes over the sources of an earlier run.
    pub(super) fn take_over(&mut self, sources: &[Source]) {
        for source in sources {
            self.insert(source.clone());
        }
    }

    /// A response begins, whose text continues `text`. Sources of an earlier attempt that cite text which never arrived
    /// are dropped.
    pub(super) fn begin(&mut self, text: &str) {
        self.waiting.clear();
        self.parts.clear();
        self.begin_part(text);
    }

    /// Another part of the response's text begins.
    pub(super) fn begin_part(&mut self, text: &str) {
        self.parts.push(Part { start: text.len(), skipped: Position::default(), heard: Default::default() });
    }

    /// The response has brought text before any other text of its part, and it is not delivered.
    pub(super) fn skip(&mut self, text: &str) {
        if let Some(part) = self.parts.last_mut() {
            part.skipped.pass_all(text);
        }
    }

    /// This text is added before the first delivered text of the part. It is not from the response.
    pub(super) fn glue(&mut self, glue: &str) {
        if let Some(part) = self.parts.last_mut() {
            part.start += glue.len();
        }
    }

    /// The response brings this text, and perhaps not all of it is delivered.
    pub(super) fn hear(&mut self, said: Text<'_>) {
        if let Some(part) = self.parts.last_mut() {
            self.scratch.clear();
            said.append_to(&mut self.scratch, &mut part.heard.1);
            part.heard.0.pass_all(&self.scratch);
        }
    }

    /// The response repeats all of its text.
    pub(super) fn hear_again(&mut self, said: Text<'_>) {
        if let Some(part) = self.parts.last_mut() {
            part.heard = Default::default();
        }
        self.hear(said);
    }

    /// It is known now how much of what was heard is delivered: `text` ends with it. The rest is skipped.
    pub(super) fn tell_apart(&mut self, text: &str) {
        if let Some(part) = self.parts.last_mut() {
            let mut delivered = Position::default();
            delivered.pass_all(text.get(part.start..).unwrap_or_default());
            part.skipped = part.heard.0.behind(delivered);
        }
    }

    /// Another turn begins: it may cite the same sources again.
    pub(super) fn next_turn(&mut self) {
        self.known.clear();
        self.latest.clear();
    }

    /// Takes a source that is cited in `text`. Returns it with its place, if it is new.
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

    /// No more text follows: returns the waiting sources that are new. The text that they cite may not have arrived.
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

    /// The place in UTF-16 units; `None` if the cited text has not been delivered.
    fn place(&mut self, span: Span, text: &str) -> Option<(usize, usize)> {
        let part = self.parts.get(span.part)?;
        let skipped = part.skipped.count(span.unit);
        let start = self.marks.find(text, Unit::Bytes, part.start)?.count(span.unit);
        // A place that begins in text that was not delivered begins after that text.
        let from = self.marks.find(text, span.unit, start.saturating_add(span.start.saturating_sub(skipped)))?;
        let to = self.marks.find(text, span.unit, start.saturating_add(span.end.checked_sub(skipped)?))?;
        (from.utf16 <= to.utf16).then_some((from.utf16, to.utf16))
    }

    /// Adds a source. Returns whether it is new.
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

/// Whether everything in one source is also in the other.
fn says_no_more(one: &Source, other: &Source) -> bool {
    let is_in = |one: &Option<String>, other: &Option<String>| one.is_none() || one == other;
    is_in(&one.title, &other.title) && is_in(&one.text, &other.text)
}

/// The sources with their places counted from `from` on; those that reach beyond `to` have no place.
pub(super) fn placed_between(sources: &[Source], from: usize, to: usize) -> Vec<Source> {
    sources.iter().map(|source| placed(source, from, to)).collect()
}

/// The same for one source.
pub(super) fn placed(source: &Source, from: usize, to: usize) -> Source {
    let mut placed = source.clone();
    let place = source.start.zip(source.end).filter(|(start, end)| from <= *start && *end <= to);
    placed.start = place.map(|(start, _)| start - from);
    placed.end = place.map(|(_, end)| end - from);
    placed
}
