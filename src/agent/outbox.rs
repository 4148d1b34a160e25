//! What of an answer waits to be handed on, in order, and how its increments become chunks.

use std::fmt::Write as _;

/// How increments become chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Batch {
    /// One each.
    #[default]
    Delta,
    /// They gather until somebody asks, or until there are so many.
    Gather {
        /// How many at most; none for no bound.
        deltas: Option<u32>,
    },
}

/// What a parcel holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// A chunk of the answer's text.
    Text = 0,
    /// A chunk of the reasoning.
    Reasoning = 1,
    /// An event, as JSON.
    Event = 2,
}

/// Parcels in order: each is a kind and a length in UTF-16 units, into the text, the reasoning or the events that have
/// not been handed on. One number each, so that JavaScript reads a whole read's worth in one go.
#[derive(Debug, Default)]
pub struct Outbox {
    parcels: Vec<u32>,
    events: String,
    batch: Batch,
    /// Increments since the last hand-over.
    deltas: u32,
    released: bool,
    wants_events: bool,
}

impl Outbox {
    /// An empty outbox. Without `wants_events` only text goes out.
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
    pub(super) fn add(&mut self, kind: Kind, units: usize) {
        if units == 0 || (kind == Kind::Reasoning && !self.wants_events) {
            return;
        }
        self.deltas += 1;
        match self.batch {
            Batch::Delta => self.released = true,
            Batch::Gather { deltas } => {
                self.released |= deltas.is_some_and(|most| self.deltas >= most);
                if let Some(last) = self.parcels.last_mut().filter(|last| Self::kind_bits(**last) == kind as u32) {
                    *last = Self::parcel(kind, Self::units(*last) + units);
                    return;
                }
            }
        }
        self.parcels.push(Self::parcel(kind, units));
    }

    /// Adds an event that keeps its place among the chunks.
    pub(super) fn add_event(&mut self, json: &str) {
        self.insert_event(json, self.parcels.len());
    }

    /// Adds an event of the run itself, which nothing that is gathered holds up.
    pub(super) fn add_turn(&mut self, json: &str) {
        self.add_event(json);
        self.release();
    }

    /// Adds an event whose place does not matter: it does not keep chunks from being gathered.
    pub(super) fn add_loose_event(&mut self, json: &str) {
        let gathering = matches!(self.batch, Batch::Gather { .. });
        let open = self.parcels.last().is_some_and(|last| Self::kind_bits(*last) != Kind::Event as u32);
        self.insert_event(json, self.parcels.len() - usize::from(gathering && open));
    }

    fn insert_event(&mut self, json: &str, place: usize) {
        if !self.wants_events {
            return;
        }
        let units = json.encode_utf16().count();
        let _ = self.events.write_str(json);
        self.parcels.insert(place, Self::parcel(Kind::Event, units));
        self.released |= self.batch == Batch::Delta;
    }

    /// Lets everything go.
    pub fn release(&mut self) {
        self.released |= !self.parcels.is_empty();
    }

    /// Whether something is to be handed on now.
    #[must_use]
    pub fn is_released(&self) -> bool {
        self.released
    }

    /// Whether nothing waits at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parcels.is_empty()
    }

    /// The parcels, oldest first: the kind in the two low bits, the units above.
    #[must_use]
    pub fn parcels(&self) -> &[u32] {
        &self.parcels
    }

    /// The events' JSON, one behind the other.
    #[must_use]
    pub fn events(&self) -> &str {
        &self.events
    }

    pub(super) fn clear(&mut self) {
        self.parcels.clear();
        self.events.clear();
        self.deltas = 0;
        self.released = false;
    }

    fn parcel(kind: Kind, units: usize) -> u32 {
        (u32::try_from(units).unwrap_or(u32::MAX) << 2) | kind as u32
    }

    fn kind_bits(parcel: u32) -> u32 {
        parcel & 3
    }

    fn units(parcel: u32) -> usize {
        (parcel >> 2) as usize
    }
}
