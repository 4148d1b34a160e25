//! What is waiting to be handed on, in order, and how increments become chunks.

use std::iter::FusedIterator;

use super::portion::portion;
use super::text_buffer::Length;
use crate::event::Event;

/// How increments become chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Batch {
    /// Each increment is a chunk.
    #[default]
    Delta,
    /// Increments are gathered until they are released, or until there are `deltas` of them.
    Gather {
        /// How many increments a chunk holds at most; `None` for no limit.
        deltas: Option<u32>,
    },
}

/// Something that is waiting to be handed on.
#[derive(Debug)]
pub enum Item {
    /// A chunk of the answer's text, of this length.
    Text(Length),
    /// A chunk of the reasoning, of this length.
    Reasoning(Length),
    /// An event. On the heap, because most items are text.
    Event(Box<Event>),
}

/// What an increment adds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Reasoning,
}

/// The items that are waiting, oldest first. They measure text and reasoning, which are stored in the answer.
#[derive(Debug, Default)]
pub struct ChunkQueue {
    items: Vec<Item>,
    /// How many of them are to be handed on now. The others are still gathered.
    released: usize,
    /// How many UTF-16 units the gathered items have.
    gathered: usize,
    /// Increments since a chunk was last full, or released.
    deltas: u32,
    batch: Batch,
    wants_events: bool,
}

impl ChunkQueue {
    /// An empty queue. Without `wants_events`, only text is queued.
    #[must_use]
    pub fn new(batch: Batch, wants_events: bool) -> Self {
        Self { batch, wants_events, ..Self::default() }
    }

    /// Whether events are wanted at all.
    #[must_use]
    pub fn wants_events(&self) -> bool {
        self.wants_events
    }

    /// Adds an increment of the text or the reasoning.
    pub(super) fn add(&mut self, kind: Kind, length: Length) {
        if length.units == 0 || (kind == Kind::Reasoning && !self.wants_events) {
            return;
        }
        match (kind, self.items.get_mut(self.released..).and_then(<[Item]>::last_mut)) {
            (Kind::Text, Some(Item::Text(last))) | (Kind::Reasoning, Some(Item::Reasoning(last))) => last.grow(length),
            (Kind::Text, _) => self.items.push(Item::Text(length)),
            (Kind::Reasoning, _) => self.items.push(Item::Reasoning(length)),
        }
        self.deltas += 1;
        self.gathered += length.units;
        let is_full = match self.batch {
            Batch::Delta => true,
            Batch::Gather { deltas } => deltas.is_some_and(|most| self.deltas >= most),
        };
        if is_full {
            self.release();
        }
    }

    /// Adds an event that keeps its place among the chunks.
    pub(super) fn add_event(&mut self, event: Event) {
        self.insert_event(event, self.items.len());
    }

    /// Adds an event of the run itself. It is released at once, with everything before it.
    pub(super) fn add_turn(&mut self, event: Event) {
        self.add_event(event);
        self.release();
    }

    /// Adds an event whose place does not matter: it does not keep chunks from being gathered.
    pub(super) fn add_loose_event(&mut self, event: Event) {
        let gathering = self.items.get(self.released..).and_then(<[Item]>::last);
        let is_open = matches!(gathering, Some(Item::Text(_) | Item::Reasoning(_)));
        self.insert_event(event, self.items.len() - usize::from(is_open));
    }

    fn insert_event(&mut self, event: Event, place: usize) {
        if !self.wants_events {
            return;
        }
        self.items.insert(place, Item::Event(Box::new(event)));
        // If everything before the event goes out now, the event need not wait either.
        if self.batch == Batch::Delta || (place > 0 && place == self.released) {
            self.released = place + 1;
        }
    }

    /// Releases everything.
    pub fn release(&mut self) {
        self.released = self.items.len();
        self.gathered = 0;
        self.deltas = 0;
    }

    /// Releases the first `units`, and the events before the rest. `text` and `reasoning` are what has not been taken.
    pub(super) fn release_part(&mut self, units: usize, text: &str, reasoning: &str) {
        let (mut text_at, mut reasoning_at) = bytes_of(self.items.iter().take(self.released));
        let mut left = units;
        while let Some(item) = self.items.get_mut(self.released) {
            let (waiting, at, length, of): (_, _, _, fn(Length) -> Item) = match item {
                Item::Event(_) => {
                    self.released += 1;
                    continue;
                }
                _ if left == 0 => return,
                Item::Text(length) => (text, &mut text_at, length, Item::Text),
                Item::Reasoning(length) => (reasoning, &mut reasoning_at, length, Item::Reasoning),
            };
            let part = portion(cut(waiting, at, *length), left);
            let rest = length.without(part);
            *length = part;
            left = left.saturating_sub(part.units);
            self.gathered -= part.units;
            self.released += 1;
            if rest.units > 0 {
                return self.items.insert(self.released, of(rest));
            }
        }
    }

    /// How many UTF-16 units are gathered and not released yet.
    #[must_use]
    pub fn gathered(&self) -> usize {
        self.gathered
    }

    /// Whether something is to be handed on now.
    #[must_use]
    pub fn is_released(&self) -> bool {
        self.released > 0
    }

    /// Whether something is gathered and not released yet.
    #[must_use]
    pub fn is_gathering(&self) -> bool {
        self.released < self.items.len()
    }

    /// Takes what is to be handed on now.
    pub(super) fn take(&mut self) -> Items {
        let released = std::mem::take(&mut self.released);
        let mut items = self.items.drain(..released);
        let first = items.next();
        // Mostly there is one item: a list of its own would be an allocation for each read.
        let rest = if items.len() > 0 { items.collect() } else { Vec::new() };
        Items { first, rest: rest.into_iter() }
    }
}

/// What was waiting to be handed on. Nothing of the run is borrowed, so its receiver may call anything.
#[derive(Debug, Default)]
pub struct Waiting {
    /// The chunks of the answer's text, joined.
    pub text: String,
    /// The chunks of the reasoning, joined.
    pub reasoning: String,
    /// The items, in order.
    pub items: Items,
    /// Where in the text and in the reasoning the next chunk begins, in bytes.
    at: (usize, usize),
    /// Where in the text it begins, in UTF-16 units.
    units_at: usize,
}

/// A piece that is handed on.
#[derive(Debug)]
pub enum Piece<'a> {
    /// A chunk of the answer's text.
    Text {
        /// The chunk.
        text: &'a str,
        /// Its length in UTF-16 units.
        units: usize,
        /// Where it begins in the text of all chunks, in UTF-16 units.
        from: usize,
    },
    /// A chunk of the reasoning.
    Reasoning(&'a str),
    /// An event.
    Event(Event),
}

impl Waiting {
    pub(super) fn new(text: String, reasoning: String, items: Items) -> Self {
        Self { text, reasoning, items, at: (0, 0), units_at: 0 }
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.len() == 0
    }

    /// The next item, with its text.
    pub fn next_piece(&mut self) -> Option<Piece<'_>> {
        Some(match self.items.next()? {
            Item::Text(length) => {
                let from = self.units_at;
                self.units_at += length.units;
                Piece::Text { units: length.units, from, text: cut(&self.text, &mut self.at.0, length) }
            }
            Item::Reasoning(length) => Piece::Reasoning(cut(&self.reasoning, &mut self.at.1, length)),
            Item::Event(event) => Piece::Event(*event),
        })
    }
}

fn cut<'a>(text: &'a str, at: &mut usize, length: Length) -> &'a str {
    let from = *at;
    *at += length.bytes;
    text.get(from..*at).unwrap_or_default()
}

/// Items in order.
#[derive(Debug, Default)]
pub struct Items {
    first: Option<Item>,
    rest: std::vec::IntoIter<Item>,
}

impl Items {
    /// The first of those that are left.
    #[must_use]
    pub fn peek(&self) -> Option<&Item> {
        self.first.as_ref().or_else(|| self.rest.as_slice().first())
    }

    /// How much of the text, and of the reasoning, is left.
    pub(super) fn bytes(&self) -> (usize, usize) {
        bytes_of(self.first.iter().chain(self.rest.as_slice()))
    }
}

/// How many bytes of text and of reasoning the items measure.
fn bytes_of<'a>(items: impl Iterator<Item = &'a Item>) -> (usize, usize) {
    let (mut text, mut reasoning) = (0, 0);
    for item in items {
        match item {
            Item::Text(length) => text += length.bytes,
            Item::Reasoning(length) => reasoning += length.bytes,
            Item::Event(_) => {}
        }
    }
    (text, reasoning)
}

impl Iterator for Items {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        self.first.take().or_else(|| self.rest.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::from(self.first.is_some()) + self.rest.len();
        (left, Some(left))
    }
}

impl ExactSizeIterator for Items {}
impl FusedIterator for Items {}
