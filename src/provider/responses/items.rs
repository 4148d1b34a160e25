//! Which item an event belongs to, and which of its parts have text.

use crate::json::RawValue;
use crate::provider::read::raw;

#[derive(Debug)]
pub(super) struct Seen {
    pub(super) index: Option<u64>,
    /// As it is in JSON.
    pub(super) id: Vec<u8>,
    /// The number of the call, if the item is one.
    pub(super) call: Option<usize>,
    /// Whether some of the call's arguments have arrived.
    pub(super) fed: bool,
    pub(super) ended: bool,
    /// Whether it is part of the reasoning that is sent back.
    pub(super) kept: bool,
}

/// A part of an item that has text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ContentPart {
    pub(super) item: usize,
    pub(super) words: Words,
    pub(super) part: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    Answer,
    Reasoning,
    Summary,
}

/// How an event identifies its item.
#[derive(Clone, Copy)]
pub(super) struct Mention<'a> {
    pub(super) index: Option<u64>,
    /// As it is in JSON; empty if there is none.
    pub(super) id: &'a [u8],
}

impl<'a> Mention<'a> {
    /// By these members of an event or an item.
    pub(super) fn of(index: Option<u64>, id: &RawValue<'a>) -> Self {
        Self { index, id: raw(id) }
    }
}

/// The items that have been mentioned.
#[derive(Debug, Default)]
pub(super) struct Items(pub(super) Vec<Seen>);

impl Items {
    /// The item that is meant. Some servers change its id from event to event, some give all items the same index. So a
    /// match of both counts most (3), one of the index more (2) than one of the id (1). If a server sends neither, it
    /// is the last item.
    pub(super) fn find(&self, mention: Mention<'_>, at_least: u8) -> Option<usize> {
        let neither = u8::from(mention.index.is_none() && mention.id.is_empty());
        let (mut found, mut most) = (None, at_least);
        for (place, seen) in self.0.iter().enumerate() {
            let same_index = mention.index.is_some() && seen.index == mention.index;
            let same_id = !mention.id.is_empty() && seen.id == mention.id;
            let agrees = neither | (u8::from(same_index) << 1) | u8::from(same_id);
            if agrees >= most {
                (found, most) = (Some(place), agrees);
            }
        }
        found
    }

    pub(super) fn find_or_open(&mut self, mention: Mention<'_>, at_least: u8) -> usize {
        if let Some(place) = self.find(mention, at_least) {
            return place;
        }
        let Mention { index, id } = mention;
        self.0.push(Seen { index, id: id.to_vec(), call: None, fed: false, ended: false, kept: false });
        self.0.len() - 1
    }
}
