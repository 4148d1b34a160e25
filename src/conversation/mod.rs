//! A conversation: its turns, the state that the steps of a flow share, and how it is stored.

mod answering;
mod list;
mod live;
pub mod mirror;
mod place;
mod places;
mod record;
mod room;
mod selection;
mod store;
mod sync;
pub mod tabs;
mod trim;
pub mod turns;
mod view;

pub use list::{list, Listed};
pub use live::Live;
pub use store::{apply, catch_up, erase, load, save, Store, StoreError, KEY_PREFIX, LIVE_PREFIX, PIECE_PREFIX};
pub use trim::{estimate, trimmed};
pub use view::{Progress, View};

use std::collections::VecDeque;

use places::{Places, Unfinished};

use crate::json::Value;
use crate::message::Message;

/// The turns of a conversation, with its name and its shared state.
#[derive(Debug, Clone)]
pub struct Conversation {
    id: String,
    messages: Vec<Message>,
    /// How each message is stored: as many as there are messages.
    entries: Vec<Entry>,
    shared_state: Value,
    updated_at: String,
    /// When the conversation was last cleared by this page; empty where it never was.
    cleared_at: String,
    /// Grows with every change of the messages.
    version: u32,
    /// The last shape of a message, and the last news of other pages that write: see [`Entry`].
    shapes: u32,
    news: u32,
    head: Head,
    places: Places,
    /// Some turns are to be saved again, with members that an older version of the library dropped.
    is_to_be_restored: bool,
    /// The places of turns that are to be removed from the store.
    removed: Vec<String>,
    from_others: FromOthers,
}

/// How the head of a conversation is stored: its shared state, and when it changed.
#[derive(Debug, Clone, Default)]
struct Head {
    /// The store has one.
    is_stored: bool,
    /// It is to be saved.
    is_new: bool,
    /// The store has no room for it, even if turns are removed.
    is_refused: bool,
}

/// What other pages have reported.
#[derive(Debug, Clone, Default)]
struct FromOthers {
    /// The places of turns that they removed lately, which the store may still show.
    forgotten: VecDeque<String>,
    /// Pieces of open turns that arrived before what they follow.
    early: Vec<Piece>,
}

/// Text that was added to an open turn.
#[derive(Debug, Clone)]
struct Piece {
    place: String,
    number: u64,
    text: String,
}

/// How a message is stored.
#[derive(Debug, Clone, Default)]
struct Entry {
    place: String,
    /// How many bytes of the content are stored; `None` where the message is not stored at all.
    kept: Option<usize>,
    /// It has changed in another way than by growing.
    is_new: bool,
    /// It is stored as a turn that grows, with so many pieces.
    is_open: bool,
    pieces: u64,
    /// The store has no room for it, even if other turns are removed.
    is_refused: bool,
    /// Another number whenever the message changes in another way than by text at its end.
    shape: u32,
    /// How many bytes of the content other pages have been told of, without saving or with it.
    posted: usize,
    /// Text behind the content that another page writes, and has not saved yet.
    ahead: String,
    /// The last news of the page that writes it; 0 where nobody is known to write it.
    live: u32,
}

impl Conversation {
    /// An empty conversation of that name.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            messages: Vec::new(),
            entries: Vec::new(),
            shared_state: Value::object(),
            updated_at: String::new(),
            cleared_at: String::new(),
            version: 0,
            shapes: 0,
            news: 0,
            head: Head::default(),
            places: Places::default(),
            is_to_be_restored: false,
            removed: Vec::new(),
            from_others: FromOthers::default(),
        }
    }

    /// Names the page that writes: four letters or digits, different for each page. Any other name is ignored.
    #[must_use]
    pub fn by(mut self, writer: &str) -> Self {
        if place::is_writer(writer) {
            writer.clone_into(&mut self.places.writer);
        }
        self
    }

    /// The name of the page that writes, as a number of at most 21 bits.
    pub(crate) fn writer_number(&self) -> u64 {
        u64::from_str_radix(&self.places.writer, 36).unwrap_or_default()
    }

    /// Its name in the store.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Replaces everything but the name by what `other` has, at the time `now`.
    pub fn replace(&mut self, other: Self, now: &str) {
        self.clear(String::new());
        for message in other.messages {
            self.insert(message, None, now);
        }
        self.updated_at = other.updated_at;
        self.shared_state = other.shared_state;
    }

    /// Its turns, oldest first.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// When it last changed, as ISO 8601 in UTC; empty where it never did.
    #[must_use]
    pub fn updated_at(&self) -> &str {
        &self.updated_at
    }

    /// A number that changes whenever the messages do.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Whether everything is in the store.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        let is_kept = |(entry, message): (&Entry, &Message)| !entry.is_new && entry.kept == Some(message.content.len());
        !self.head.is_new && self.removed.is_empty() && self.entries.iter().zip(&self.messages).all(is_kept)
    }

    /// The state that the steps of a flow share, a JSON object.
    #[must_use]
    pub fn shared_state(&self) -> &Value {
        &self.shared_state
    }

    /// Replaces the state that the steps of a flow share.
    pub fn set_shared_state(&mut self, state: Value) {
        if state != self.shared_state {
            self.shared_state = state;
            self.head.is_new = true;
            self.head.is_refused = false;
        }
    }

    /// Adds a turn that belongs to no run, at the time of its timestamp.
    pub fn add(&mut self, message: Message) {
        self.of_run(0).add_own(message);
    }

    /// Adds a turn of the run, at the time of its timestamp.
    pub fn add_own(&mut self, message: Message) {
        let now = message.timestamp.clone();
        self.insert(message, None, &now);
    }

    /// Adds a turn at that place, or at the next place of the run. Gives its index.
    fn insert(&mut self, message: Message, place: Option<String>, now: &str) -> usize {
        let place = place.unwrap_or_else(|| self.places.next(now));
        let at = self.find(&place).unwrap_or_else(|at| at);
        self.put(at, Entry { place, is_new: true, ..Entry::default() }, message);
        self.changed(now);
        at
    }

    /// The calls that follow are about the answer of that run.
    pub fn of_run(&mut self, run: u32) -> &mut Self {
        self.places.run = run;
        self
    }

    /// Reserves places for the turns of the run: they follow one another, whatever else is added meanwhile. If the run is
    /// `within` another run, its turns stand among that run's.
    pub fn reserve(&mut self, within: u32, now: &str) {
        self.places.reserve(within, now);
    }

    /// The run adds no more turns.
    pub fn release(&mut self) {
        self.places.release();
        // A turn that has called tools may count as interrupted now.
        self.version += 1;
    }

    fn changed(&mut self, now: &str) {
        now.clone_into(&mut self.updated_at);
        self.head.is_new |= !self.head.is_stored;
        self.version += 1;
    }

    /// Removes all turns and the shared state.
    pub fn clear(&mut self, timestamp: String) {
        for entry in std::mem::take(&mut self.entries) {
            if entry.kept.is_some() {
                self.removed.push(entry.place);
            }
        }
        self.messages.clear();
        // Pieces whose turns are gone may still be in the store.
        while let Some(piece) = self.from_others.early.pop() {
            self.removed.push(piece.place);
        }
        self.places.clear();
        self.shared_state = Value::object();
        self.cleared_at.clone_from(&timestamp);
        self.updated_at = timestamp;
        self.head.is_new = true;
        self.version += 1;
    }

    /// Replaces the metadata of a turn.
    pub(crate) fn set_metadata(&mut self, at: usize, metadata: Value) {
        let Some((entry, message)) = self.entries.get_mut(at).zip(self.messages.get_mut(at)) else { return };
        if message.metadata != metadata {
            message.metadata = metadata;
            entry.is_new = true;
            self.reshape(at);
            self.version += 1;
        }
    }

    /// The index of the turn at that place, or else where it would be inserted.
    fn find(&self, place: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.place.as_str().cmp(place))
    }

    fn put(&mut self, at: usize, entry: Entry, message: Message) {
        self.entries.insert(at, entry);
        self.messages.insert(at, message);
        self.reshape(at);
    }

    /// The message has changed in another way than by text at its end.
    fn reshape(&mut self, at: usize) {
        self.shapes += 1;
        if let Some(entry) = self.entries.get_mut(at) {
            entry.shape = self.shapes;
        }
    }
}
