//! Chunks of text on their way from a run to its listeners.

use std::rc::{Rc, Weak};

use futures::future::{FutureExt, LocalBoxFuture};

use super::{Delivery, Wait};
use crate::event::HostValue;
use crate::response::{Item, Waiting};

/// A chunk of text on its way.
#[derive(Debug, Clone, Copy)]
pub struct TextChunk<'a> {
    /// The text.
    pub text: &'a str,
    /// Its length in UTF-16 units.
    pub units: usize,
    /// What [`Listener::whole`](super::Listener::whole) returned for the text of several chunks, and the offset of this chunk
    /// in it, in UTF-16 units.
    pub part: Option<(&'a HostValue, usize)>,
}

impl<'a> From<&'a str> for TextChunk<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, units: text.encode_utf16().count(), part: None }
    }
}

/// Takes chunks of text. Returns a future if the caller should wait before it brings more.
pub type Write = Rc<dyn Fn(TextChunks) -> Option<LocalBoxFuture<'static, ()>>>;

/// Writes chunks. Returns what to wait for, which cannot reject.
pub fn write_to(write: &Write, chunks: TextChunks) -> Option<Wait> {
    write(chunks).map(|wait| wait.map(Ok).boxed_local())
}

/// Chunks of text, in order. Their texts are stored as one string, because there may be thousands of them.
#[derive(Debug, Default)]
pub struct TextChunks {
    text: String,
    parts: Vec<Part>,
    /// The different values that [`Listener::whole`](super::Listener::whole) returned for them.
    wholes: Vec<HostValue>,
    /// How many parts have been taken, and where in the text the next one begins, in bytes.
    taken: (usize, usize),
    /// Up to where [`TextChunks::taken_text`] has returned the text, in bytes.
    returned: usize,
    /// The delivery that counts a chunk when it is taken. `None`: they have been counted.
    counter: Option<Weak<Delivery>>,
}

/// A chunk in [`TextChunks`], without its text.
#[derive(Debug)]
struct Part {
    bytes: usize,
    units: usize,
    /// The index of its value in `wholes`, and its offset in that.
    whole: Option<(usize, usize)>,
}

impl TextChunks {
    /// What is waiting, without its reasoning and its events. `whole` is what [`Listener::whole`](super::Listener::whole)
    /// returned for the text.
    pub(super) fn of(waiting: Waiting, whole: Option<HostValue>, counter: Weak<Delivery>) -> Self {
        let is_part = whole.is_some();
        let mut units_at = 0;
        let mut parts = Vec::with_capacity(waiting.items.len());
        for item in waiting.items {
            if let Item::Text(length) = item {
                let whole = is_part.then_some((0, units_at));
                parts.push(Part { bytes: length.bytes, units: length.units, whole });
                units_at += length.units;
            }
        }
        let wholes = whole.into_iter().collect();
        Self { text: waiting.text, parts, wholes, taken: (0, 0), returned: 0, counter: Some(counter) }
    }

    /// Takes the next one, which counts as delivered from now on. `None` if there is none, or if the run is over.
    pub fn take(&mut self) -> Option<TextChunk<'_>> {
        let (index, at) = self.taken;
        let Part { bytes, units, whole } = *self.parts.get(index)?;
        if self.counter.as_ref().is_some_and(|counter| !count(counter, 1, units)) {
            return None;
        }
        self.taken = (index + 1, at + bytes);
        let text = self.text.get(at..at + bytes).unwrap_or_default();
        let part = whole.and_then(|(whole, from)| Some((self.wholes.get(whole)?, from)));
        Some(TextChunk { text, units, part })
    }

    /// The text of the chunks that were taken since the last call.
    pub fn taken_text(&mut self) -> &str {
        let from = std::mem::replace(&mut self.returned, self.taken.1);
        self.text.get(from..self.taken.1).unwrap_or_default()
    }

    /// Whether none is left to be taken: all of them have been, or their run is over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let counts = |counter: &Weak<Delivery>| counter.upgrade().is_some_and(|delivery| !delivery.is_over());
        self.taken.0 == self.parts.len() || !self.counter.as_ref().is_none_or(counts)
    }

    /// Counts the rest as delivered. If the run is over, drops it instead.
    pub fn count(&mut self) {
        let Some(counter) = self.counter.take() else { return };
        let left = self.parts.get(self.taken.0..).unwrap_or_default();
        let units = left.iter().map(|part| part.units).sum();
        if !count(&counter, left.len(), units) {
            self.parts.truncate(self.taken.0);
            self.text.truncate(self.taken.1);
        }
    }

    /// Adds what is left of other chunks, which have been counted.
    pub fn append(&mut self, other: Self) {
        debug_assert!(other.counter.is_none(), "chunks that are not counted");
        let (taken, at) = other.taken;
        let wholes = self.wholes.len();
        let moved = |Part { bytes, units, whole }| Part {
            bytes,
            units,
            whole: whole.map(|(index, from)| (wholes + index, from)),
        };
        self.text.push_str(other.text.get(at..).unwrap_or_default());
        self.parts.extend(other.parts.into_iter().skip(taken).map(moved));
        self.wholes.extend(other.wholes);
    }
}

impl From<TextChunk<'_>> for TextChunks {
    /// A chunk that has been counted.
    fn from(TextChunk { text, units, part }: TextChunk<'_>) -> Self {
        let (wholes, whole) = part.map(|(whole, from)| (whole.clone(), (0, from))).unzip();
        let parts = vec![Part { bytes: text.len(), units, whole }];
        Self { text: text.to_owned(), parts, wholes: wholes.into_iter().collect(), ..Self::default() }
    }
}

/// Counts chunks as delivered. Returns false if the run is over.
fn count(counter: &Weak<Delivery>, chunks: usize, units: usize) -> bool {
    counter.upgrade().is_some_and(|delivery| delivery.count_taken(chunks, units))
}
