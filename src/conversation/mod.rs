//! A conversation: its turns, the state that the steps of a flow share, and how it is stored.

mod answering;
pub mod attached;
mod branches;
mod list;
mod live;
pub mod mirror;
mod position;
mod positions;
mod record;
mod rows;
mod selection;
mod storage_group;
mod store;
mod sync;
pub mod tabs;
mod trim;
pub mod turns;
mod view;

pub use branches::Alternatives;
pub use list::{list, Listed};
pub use live::Live;
pub use store::{
    apply, attachment_key, catch_up, erase, load, save, Store, StoreError, ATTACHMENT_PREFIX, KEY_PREFIX, LIVE_PREFIX,
    PIECE_PREFIX,
};
pub use trim::{estimate, trimmed};
pub use view::{Progress, View};

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use branches::{Branch, Branches};
use positions::{Follows, Positions, Unfinished};
use rows::Rows;

use crate::json::Value;
use crate::message::{Attachment, Message};

/// The turns of a conversation, with its name and its shared state.
#[derive(Debug, Clone)]
pub struct Conversation {
    id: String,
    rows: Rows,
    branches: Branches,
    shared_state: Value,
    title: Title,
    updated_at: String,
    removals: Removals,
    changes: Changes,
    head: Head,
    positions: Positions,
    /// Whether the store is to be changed: see [`Conversation::take_to_be_saved_again`].
    is_to_be_saved_again: bool,
    from_others: FromOthers,
}

/// How the head of a conversation is stored: everything besides its turns.
#[derive(Debug, Clone, Default)]
struct Head {
    /// Whether it is in the store.
    is_stored: bool,
    /// Whether it is to be saved.
    is_new: bool,
    /// Whether the store has no room for it, even if turns are removed.
    is_refused: bool,
}

/// The title of the conversation.
#[derive(Debug, Clone, Default)]
struct Title {
    /// `None` if it has none.
    text: Option<String>,
    /// It has changed since the head was saved.
    is_new: bool,
}

/// What this page has removed.
#[derive(Debug, Clone, Default)]
struct Removals {
    /// When it last cleared the conversation; empty if it never did.
    cleared_at: String,
    /// The turns that it has removed one by one, and when.
    cut: BTreeMap<String, String>,
    /// The positions of turns that are to be removed from the store.
    to_forget: Vec<String>,
    /// The positions of whole turns that it has removed lately. Their records may still be on their way into the store.
    late: VecDeque<String>,
}

/// Numbers that grow with changes.
#[derive(Debug, Clone, Default)]
struct Changes {
    /// Grows with every change of the messages.
    version: u32,
    /// The last shape of a message, and the last news of other pages that write: see [`Entry`].
    shapes: u32,
    news: u32,
}

/// What other pages have reported.
#[derive(Debug, Clone, Default)]
struct FromOthers {
    /// The positions of turns that other pages removed lately, which the store may still show.
    forgotten: VecDeque<String>,
    /// Pieces of open turns that arrived before the text that they follow.
    early: Vec<Piece>,
}

/// Text that was added to an open turn.
#[derive(Debug, Clone)]
struct Piece {
    position: String,
    number: u64,
    text: String,
}

/// How a message is stored.
#[derive(Debug, Clone, Default)]
struct Entry {
    position: String,
    /// The branch that it belongs to; `None` for the first one.
    branch: Option<Rc<Branch>>,
    /// Which of several alternatives it begins, if any.
    alternatives: Option<Alternatives>,
    /// How many bytes of the content are stored; `None` if the message is not stored at all.
    kept: Option<usize>,
    /// Whether it has changed other than by growing.
    is_new: bool,
    /// Whether it is stored as a growing turn, and in how many pieces.
    is_open: bool,
    pieces: u64,
    /// Whether the store has no room for it, even if other turns are removed.
    is_refused: bool,
    /// Changes whenever the message changes other than by text at its end.
    shape: u32,
    /// How many bytes of the content other pages have received, by saving or before it.
    posted: usize,
    /// Text after the content that another page writes and has not saved yet.
    ahead: String,
    /// The number of the last news from the page that writes it; 0 if no page is known to write it.
    live: u32,
}

impl Conversation {
    /// An empty conversation of that name.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            rows: Rows::default(),
            branches: Branches::default(),
            shared_state: Value::object(),
            title: Title::default(),
            updated_at: String::new(),
            removals: Removals::default(),
            changes: Changes::default(),
            head: Head::default(),
            positions: Positions::default(),
            is_to_be_saved_again: false,
            from_others: FromOthers::default(),
        }
    }

    /// Names the page that writes: four letters or digits, different for each page. Any other name is ignored.
    #[must_use]
    pub fn by(mut self, writer: &str) -> Self {
        if position::is_writer(writer) {
            writer.clone_into(&mut self.positions.writer);
        }
        self
    }

    /// The name of the page that writes, as a number of at most 21 bits.
    pub(crate) fn writer_number(&self) -> u64 {
        u64::from_str_radix(&self.positions.writer, 36).unwrap_or_default()
    }

    /// Its name in the store.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Replaces everything except the name by the content of `other`, at the time `now`.
    pub fn replace(&mut self, other: Self, now: &str) {
        self.clear(String::new());
        for message in other.rows.messages {
            self.insert(message, None, now, false);
        }
        self.updated_at = other.updated_at;
        self.shared_state = other.shared_state;
        self.set_title(other.title.text);
    }

    /// The turns that are shown, oldest first.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.rows.messages
    }

    /// When it last changed, as ISO 8601 in UTC; empty if it never did.
    #[must_use]
    pub fn updated_at(&self) -> &str {
        &self.updated_at
    }

    /// A number that changes whenever the messages change.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.changes.version
    }

    /// Whether everything is in the store.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        let is_kept = |(entry, message): (&Entry, &Message)| !entry.is_new && entry.kept == Some(message.content.len());
        !self.head.is_new && self.removals.to_forget.is_empty() && self.rows.iter().all(is_kept)
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

    /// Its title for users.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.text.as_deref()
    }

    /// Sets or removes its title for users.
    pub fn set_title(&mut self, title: Option<String>) {
        if title != self.title.text {
            self.title.text = title;
            self.title.is_new = true;
            self.head.is_new = true;
            self.head.is_refused = false;
            self.changes.version += 1;
        }
    }

    /// Adds a turn that belongs to no run, at the time of its timestamp.
    pub fn add(&mut self, message: Message) {
        let now = message.timestamp.clone();
        self.of_run(0).insert(message, None, &now, false);
    }

    /// Adds a turn of the run, at the time of its timestamp.
    pub fn add_own(&mut self, message: Message) {
        let now = message.timestamp.clone();
        self.insert(message, None, &now, true);
    }

    /// Adds a turn at that position, or at the next position of the run. Returns its position.
    fn insert(&mut self, message: Message, position: Option<String>, now: &str, is_of_run: bool) -> String {
        let position = position.unwrap_or_else(|| self.positions.next(now));
        let branch = self.branch_of(&position, is_of_run);
        self.put(Entry { position: position.clone(), branch, is_new: true, ..Entry::default() }, message);
        if is_of_run {
            self.positions.go_on(&position);
        }
        self.changed(now);
        self.arrange();
        position
    }

    /// The run begins: its turns follow the last turn, even if another branch is shown meanwhile.
    pub fn begin(&mut self) {
        let follows = self.branches.start().or_else(|| Some(Follows::Turn(self.rows.entries.last()?.position.clone())));
        if let Some(follows) = follows {
            self.positions.begin(follows);
        }
    }

    /// The run has ended.
    pub fn end(&mut self) {
        self.positions.end();
    }

    /// The calls that follow refer to the answer of that run.
    pub fn of_run(&mut self, run: u32) -> &mut Self {
        self.positions.run = run;
        self
    }

    /// Reserves positions for the turns of the run: they follow one another, even if other turns are added meanwhile.
    /// If the run is `within` another run, its turns are placed among that run's.
    pub fn reserve(&mut self, within: u32, now: &str) {
        self.positions.reserve(within, now);
    }

    /// The run adds no more turns.
    pub fn release(&mut self) {
        self.positions.release();
        // A turn that has called tools may count as interrupted now.
        self.changes.version += 1;
    }

    fn changed(&mut self, now: &str) {
        now.clone_into(&mut self.updated_at);
        self.head.is_new |= !self.head.is_stored;
        self.changes.version += 1;
    }

    /// Removes all turns, the shared state and the title.
    pub fn clear(&mut self, timestamp: String) {
        for (entry, _) in std::mem::take(&mut self.rows).iter_mut() {
            self.removals.note(entry);
        }
        self.branches = Branches::default();
        self.removals.cut.clear();
        self.set_title(None);
        // Pieces whose turns are gone may still be in the store.
        while let Some(piece) = self.from_others.early.pop() {
            self.removals.to_forget.push(piece.position);
        }
        self.positions.clear();
        self.shared_state = Value::object();
        self.removals.cleared_at.clone_from(&timestamp);
        self.updated_at = timestamp;
        self.head.is_new = true;
        self.changes.version += 1;
    }

    /// Replaces the attachments of the last turn.
    fn attach(&mut self, attachments: Vec<Attachment>) {
        let Some((entry, message)) = self.rows.entries.last_mut().zip(self.rows.messages.last_mut()) else { return };
        message.attachments = attachments;
        entry.is_new = true;
        entry.reshape(&mut self.changes.shapes);
        self.changes.version += 1;
    }

    /// Replaces the metadata of a turn.
    pub(crate) fn set_metadata(&mut self, at: usize, metadata: Value) {
        let Some((entry, message)) = self.rows.entries.get_mut(at).zip(self.rows.messages.get_mut(at)) else { return };
        if message.metadata != metadata {
            message.metadata = metadata;
            entry.is_new = true;
            entry.reshape(&mut self.changes.shapes);
            self.changes.version += 1;
        }
    }

    fn put(&mut self, mut entry: Entry, message: Message) {
        entry.reshape(&mut self.changes.shapes);
        self.branches.exist |= entry.branch.is_some();
        self.rows.put(entry, message);
    }
}

impl Entry {
    /// The message has changed other than by text at its end.
    fn reshape(&mut self, shapes: &mut u32) {
        *shapes += 1;
        self.shape = *shapes;
    }
}
