//! A conversation: its turns, the state its steps share, and how it is kept.

mod list;
pub mod mirror;
mod place;
mod record;
mod room;
mod store;
pub mod tabs;
mod trim;
pub mod turns;

pub use list::{list, Listed};
pub use store::{apply, catch_up, erase, load, save, Store, StoreError, KEY_PREFIX, PIECE_PREFIX};
pub use trim::{estimate, trimmed};

use std::collections::VecDeque;

use crate::json::Value;
use crate::message::{Message, ModelTurn, Role, ToolCall};

/// The turns of a conversation, with its name and what its steps share.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // Facts, each by itself.
pub struct Conversation {
    id: String,
    messages: Vec<Message>,
    /// One for each message.
    entries: Vec<Entry>,
    shared_state: Value,
    updated_at: String,
    /// When all was forgotten here last; empty where it never was.
    cleared_at: String,
    /// Grows with every change of the messages.
    version: u32,
    /// Who writes, as far as places are concerned.
    writer: String,
    /// The last place that was ever seen.
    latest: String,
    /// There is a head in the store; and one that is to be kept.
    has_head: bool,
    is_head_new: bool,
    is_head_refused: bool,
    /// Turns are to be kept again with what an older version has dropped of them.
    is_to_be_restored: bool,
    /// The places of turns that are to be forgotten.
    removed: Vec<String>,
    /// The places of turns that other pages have forgotten lately, which the store may still show.
    forgotten: VecDeque<String>,
    /// Where answers stand that are given here.
    growing: Vec<Reservation>,
    /// Where turns stand whose tools are being run, or have been and nothing has been said since.
    calling: Vec<Reservation>,
    /// Where what some runs say will stand.
    reserved: Vec<Reservation>,
    /// The run whose answer is meant.
    run: u32,
    /// What open turns have grown by, told before what it follows: where, which piece, the text.
    early: Vec<(String, u64, String)>,
}

/// How many places are reserved for what a run says, where it is not one within another.
const RESERVED: u64 = 5_000;

/// How many turns are remembered that other pages have forgotten.
const MOST_FORGOTTEN: usize = 1_000;

/// Which part of its own places that are left a run gives to one within it.
const SHARE: u64 = 16;

/// Where what the run of that number says stands, and how many places from there on are its own.
#[derive(Debug, Clone)]
struct Reservation {
    run: u32,
    place: String,
    left: u64,
}

impl Reservation {
    /// Takes so many of the places that are left; gives the first one.
    fn take(&mut self, places: u64) -> String {
        self.left -= places;
        let next = place::beyond(&self.place, places);
        if next.is_none() {
            self.left = 0;
        }
        std::mem::replace(&mut self.place, next.unwrap_or_default())
    }
}

/// How a message is kept.
#[derive(Debug, Clone, Default)]
struct Entry {
    place: String,
    /// How many bytes of its content are in the store; none where nothing of it is.
    kept: Option<usize>,
    /// It has changed otherwise than by growing.
    is_new: bool,
    /// It is kept as one that grows, in so many pieces.
    is_open: bool,
    pieces: u64,
    /// Nothing that may go makes room enough for it.
    is_refused: bool,
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
            writer: place::NOBODY.to_owned(),
            latest: String::new(),
            has_head: false,
            is_head_new: false,
            is_head_refused: false,
            is_to_be_restored: false,
            removed: Vec::new(),
            forgotten: VecDeque::new(),
            growing: Vec::new(),
            calling: Vec::new(),
            reserved: Vec::new(),
            run: 0,
            early: Vec::new(),
        }
    }

    /// The same, written by a page of that name: four letters or digits, another for each page. Any other name changes
    /// nothing.
    #[must_use]
    pub fn by(mut self, writer: &str) -> Self {
        if place::is_writer(writer) {
            writer.clone_into(&mut self.writer);
        }
        self
    }

    /// Who writes, as a number of at most 21 bits.
    pub(crate) fn writer_number(&self) -> u64 {
        u64::from_str_radix(&self.writer, 36).unwrap_or_default()
    }

    /// Its name in the store.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Takes over everything but the name, at the time `now`.
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
        !self.is_head_new && self.removed.is_empty() && self.entries.iter().zip(&self.messages).all(is_kept)
    }

    /// What its steps share, a JSON object.
    #[must_use]
    pub fn shared_state(&self) -> &Value {
        &self.shared_state
    }

    /// Replaces what its steps share.
    pub fn set_shared_state(&mut self, state: Value) {
        if state != self.shared_state {
            self.shared_state = state;
            self.is_head_new = true;
            self.is_head_refused = false;
        }
    }

    /// Adds a turn that is no run's, at the time it bears.
    pub fn add(&mut self, message: Message) {
        self.of_run(0).add_own(message);
    }

    /// Adds a turn at its place, or if it has none yet where the next one of the run stands. Gives where that is.
    fn insert(&mut self, message: Message, place: Option<String>, now: &str) -> usize {
        let place = place.unwrap_or_else(|| self.own_place(now));
        let at = self.find(&place).unwrap_or_else(|at| at);
        self.put(at, Entry { place, is_new: true, ..Entry::default() }, message);
        self.changed(now);
        at
    }

    fn next_place(&mut self, now: &str) -> String {
        self.latest = place::after(&self.latest, now, &self.writer);
        self.latest.clone()
    }

    /// What is said of an answer from here on is said of that run's.
    pub fn of_run(&mut self, run: u32) -> &mut Self {
        self.run = run;
        self
    }

    /// What the run says stands here, turn behind turn, whatever is added meanwhile; of a run `within` another, among what that
    /// one says.
    pub fn reserve(&mut self, within: u32, now: &str) {
        let (place, left) = if let Some(outer) = self.reserved.iter_mut().find(|outer| outer.run == within) {
            let left = outer.left / SHARE;
            (outer.take(left), left)
        } else {
            let place = self.next_place(now);
            let last = place::beyond(&place, RESERVED - 1);
            let left = if last.is_some() { RESERVED } else { 1 };
            self.latest = last.unwrap_or_else(|| place.clone());
            (place, left)
        };
        self.reserved.push(Reservation { run: self.run, place, left });
    }

    /// The run says no more.
    pub fn release(&mut self) {
        self.take_growing();
        self.end_calling(true);
        self.reserved.retain(|reserved| reserved.run != self.run);
    }

    /// Where the next turn of the run stands.
    fn own_place(&mut self, now: &str) -> String {
        if self.reserved.is_empty() {
            return self.next_place(now);
        }
        self.reserved_place(now)
    }

    fn reserved_place(&mut self, now: &str) -> String {
        let run = self.run;
        match self.reserved.iter_mut().find(|reserved| reserved.run == run && reserved.left > 0) {
            Some(reserved) => reserved.take(1),
            None => self.next_place(now),
        }
    }

    /// Adds a turn of the run, at the time it bears.
    pub fn add_own(&mut self, message: Message) {
        let now = message.timestamp.clone();
        self.insert(message, None, &now);
    }

    fn take_growing(&mut self) -> Option<String> {
        let at = self.growing.iter().position(|growing| growing.run == self.run)?;
        Some(self.growing.swap_remove(at).place)
    }

    /// The run's turn that called tools is no longer the last thing it has said, unless it `is_interrupted`: then nothing will be
    /// said behind it.
    fn end_calling(&mut self, is_interrupted: bool) {
        let run = self.run;
        let Some(at) = self.calling.iter().position(|calling| calling.run == run) else { return };
        let place = self.calling.swap_remove(at).place;
        let Some(at) = self.find(&place).ok().filter(|_| !is_interrupted) else { return };
        if let Some((entry, message)) = self.entries.get_mut(at).zip(self.messages.get_mut(at)) {
            message.interrupted = false;
            entry.is_new = true;
            self.version += 1;
        }
    }

    /// Whether the turn at that place is an answer that is given here.
    fn grows(&self, place: &str) -> bool {
        self.growing.iter().any(|growing| growing.place == place)
    }

    fn changed(&mut self, now: &str) {
        now.clone_into(&mut self.updated_at);
        self.is_head_new |= !self.has_head;
        self.version += 1;
    }

    /// Forgets every turn and what the steps share.
    pub fn clear(&mut self, timestamp: String) {
        for entry in std::mem::take(&mut self.entries) {
            if entry.kept.is_some() {
                self.removed.push(entry.place);
            }
        }
        self.messages.clear();
        // Whose turns have gone, if there are any left.
        while let Some((place, ..)) = self.early.pop() {
            self.removed.push(place);
        }
        self.growing.clear();
        self.calling.clear();
        self.reserved.clear();
        self.shared_state = Value::object();
        self.cleared_at.clone_from(&timestamp);
        self.updated_at = timestamp;
        self.is_head_new = true;
        self.version += 1;
    }

    /// Adds the question, unless it is the last turn already, and gives what to send: the newest `history` turns before
    /// it, and it; what the system said before them is sent, too.
    pub fn ask(&mut self, input: &str, history: usize, timestamp: String) -> Vec<Message> {
        let asked = self.messages.last().is_some_and(|last| last.role == Role::User && last.content == input);
        if !asked {
            let mut question = Message::new(Role::User, input);
            question.timestamp = timestamp;
            self.add(question);
        }
        selected(&self.messages, self.messages.len().saturating_sub(history.saturating_add(1)))
    }

    /// What to send where `prompt` is asked and is no turn: the newest `history` turns, and it, in place of a question that
    /// nobody has answered yet.
    #[must_use]
    pub fn with_prompt(&self, prompt: &str, history: usize) -> Vec<Message> {
        let is_open = |message: &Message| matches!(message.role, Role::User | Role::System);
        let answered = self.messages.iter().rposition(|message| !is_open(message)).map_or(0, |place| place + 1);
        let open = self.messages.iter().rposition(|message| message.role == Role::User).filter(|at| *at >= answered);
        let before = history.saturating_add(usize::from(open.is_some()));
        let mut turns = selected(&self.messages, self.messages.len().saturating_sub(before));
        match turns.iter_mut().rev().find(|turn| turn.role == Role::User).filter(|_| open.is_some()) {
            Some(question) => prompt.clone_into(&mut question.content),
            None => turns.push(Message::new(Role::User, prompt)),
        }
        turns
    }

    /// The answer that is being given has grown to `text`, which begins with what it was before.
    pub fn grow(&mut self, text: &str, timestamp: &str) {
        let place = self.growing.iter().find(|growing| growing.run == self.run).map(|growing| growing.place.clone());
        if let Some(at) = place.as_deref().and_then(|place| self.find(place).ok()) {
            if let Some(message) = self.messages.get_mut(at) {
                message.content.push_str(text.get(message.content.len()..).unwrap_or_default());
                self.version += 1;
            }
        } else if !text.is_empty() {
            self.take_growing();
            self.end_calling(false);
            let mut answer = Message::new(Role::Assistant, text);
            timestamp.clone_into(&mut answer.timestamp);
            answer.interrupted = true;
            let at = self.insert(answer, place, timestamp);
            if let Some(entry) = self.entries.get_mut(at) {
                entry.is_open = true;
                self.growing.push(Reservation { run: self.run, place: entry.place.clone(), left: 0 });
            }
        }
    }

    /// What to send to go on from the interrupted answer that it ends with, but for the answer, and the answer, which grows
    /// from now on; `None` where it ends with none. If the answer has called tools, what they came to is sent, and the answer
    /// that grows is a new one; without results the calls are dropped, as providers refuse such a turn.
    pub fn go_on(&mut self, history: usize, timestamp: &str) -> Option<(Vec<Message>, Message)> {
        let at = self.messages.iter().rposition(|message| message.role != Role::Tool)?;
        let is_answered = at + 1 < self.messages.len();
        let before = self.messages.get(..at)?;
        let asked = before.iter().rposition(|message| message.role == Role::User).unwrap_or(at);
        let sent = if is_answered { self.messages.as_slice() } else { before };
        let messages = selected(sent, asked.saturating_sub(history));
        let (entry, message) = self.entries.get_mut(at).zip(self.messages.get_mut(at))?;
        if !message.interrupted || message.role != Role::Assistant {
            return None;
        }
        let place = Reservation { run: self.run, place: entry.place.clone(), left: 0 };
        if is_answered {
            self.calling.push(place);
            return Some((messages, Message::new(Role::Assistant, "")));
        }
        message.tool_calls.clear();
        if !entry.is_open {
            // By which other pages know that it is news, and no late one.
            timestamp.clone_into(&mut message.timestamp);
            entry.is_open = true;
            entry.is_new = true;
        }
        self.growing.push(place);
        Some((messages, message.clone()))
    }

    /// Adds an answer that calls tools. It counts as interrupted until something is said behind what they come to: the page may
    /// be closed at any moment.
    pub fn call(&mut self, turn: ModelTurn, timestamp: String) {
        if let Some(place) = self.put_answer(turn, true, timestamp) {
            self.calling.push(Reservation { run: self.run, place, left: 0 });
        }
    }

    /// Adds an answer, if there is anything in it; one that has grown comes to its end.
    pub fn answer(&mut self, turn: ModelTurn, interrupted: bool, timestamp: String) {
        self.put_answer(turn, interrupted, timestamp);
    }

    /// Gives where the answer stands.
    fn put_answer(&mut self, turn: ModelTurn, interrupted: bool, timestamp: String) -> Option<String> {
        let place = self.take_growing();
        let grown = place.as_deref().and_then(|place| self.find(place).ok());
        let is_nothing = turn.is_empty() && grown.is_none();
        self.end_calling(is_nothing && interrupted);
        if is_nothing {
            return None;
        }
        let mut answer = turn.into_message();
        answer.timestamp = timestamp;
        answer.interrupted = interrupted;
        let places = grown.and_then(|at| self.entries.get_mut(at).zip(self.messages.get_mut(at)));
        let Some((entry, message)) = places else {
            // One that has been forgotten elsewhere meanwhile is told anew.
            let now = answer.timestamp.clone();
            let at = self.insert(answer, place, &now);
            return self.entries.get(at).map(|entry| entry.place.clone());
        };
        entry.is_open = false;
        entry.is_new = true;
        self.updated_at.clone_from(&answer.timestamp);
        answer.metadata = std::mem::replace(&mut message.metadata, Value::object());
        *message = answer;
        self.version += 1;
        place
    }

    /// Replaces what others have put to a turn.
    pub(crate) fn set_metadata(&mut self, at: usize, metadata: Value) {
        let Some((entry, message)) = self.entries.get_mut(at).zip(self.messages.get_mut(at)) else { return };
        if message.metadata != metadata {
            message.metadata = metadata;
            entry.is_new = true;
            self.version += 1;
        }
    }

    /// Whether there are turns to be kept again with what an older version has dropped of them; told once.
    pub fn take_to_be_restored(&mut self) -> bool {
        std::mem::take(&mut self.is_to_be_restored)
    }

    /// Where a turn stands, or would stand.
    fn find(&self, place: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.place.as_str().cmp(place))
    }

    /// Takes over a turn that was kept by another page, or by this one before.
    fn take_turn(&mut self, place: &str, mut message: Message, is_open: bool, lacks_members: bool) {
        if place > self.latest.as_str() {
            place.clone_into(&mut self.latest);
        }
        message.interrupted |= is_open;
        if message.timestamp > self.updated_at {
            self.updated_at.clone_from(&message.timestamp);
        }
        self.has_head = true;
        let kept = Some(message.content.len());
        let entry = Entry { place: place.to_owned(), kept, is_open, ..Entry::default() };
        match self.find(place) {
            Ok(at) => {
                let grows = self.grows(place);
                let Some((own, known)) = self.entries.get_mut(at).zip(self.messages.get_mut(at)) else { return };
                // What this page is writing, it knows better. A turn that is known can only have grown since it was kept as
                // one that grows, or came to its end: that comes late, by another way. If not, it is gone on with.
                let is_own = own.is_new || grows;
                let is_shorter = message.content.len() < known.content.len();
                let is_late = if is_open {
                    own.is_open && is_shorter || !own.is_open && message.timestamp <= known.timestamp
                } else {
                    message.timestamp < known.timestamp && is_shorter
                };
                if is_own || is_late {
                    return;
                }
                // An older version has written it anew, and dropped what it does not know.
                let is_poorer = lacks_members && known.has_new_members();
                if is_poorer {
                    message.restore_from(known);
                }
                message.take_data_from(known);
                if own.is_open == is_open && *known == message && !is_poorer {
                    return;
                }
                *own = entry;
                own.is_new = is_poorer && !is_open;
                self.is_to_be_restored |= own.is_new;
                if *known == message {
                    return;
                }
                *known = message;
            }
            Err(at) => {
                if self.removed.iter().any(|removed| removed == place) {
                    return;
                }
                self.put(at, entry, message);
            }
        }
        self.version += 1;
        self.take_early(place);
    }

    fn put(&mut self, at: usize, entry: Entry, message: Message) {
        self.entries.insert(at, entry);
        self.messages.insert(at, message);
    }

    /// Takes over a turn of a record that had them all, to be kept on its own.
    fn take_over(&mut self, place: &str, message: Message) {
        let Err(at) = self.find(place) else { return };
        if !self.removed.iter().any(|removed| removed == place) {
            // Something of it is kept, if not under its own key: to be removed, should it be forgotten.
            let entry = Entry { place: place.to_owned(), kept: Some(0), is_new: true, ..Entry::default() };
            self.put(at, entry, message);
            if place > self.latest.as_str() {
                place.clone_into(&mut self.latest);
            }
            self.is_head_new = true;
            self.version += 1;
        }
    }

    /// Takes over what an open turn has grown by.
    fn take_piece(&mut self, place: &str, number: u64, text: &str) {
        if !self.early.iter().any(|(other, known, _)| other == place && *known == number) {
            self.early.push((place.to_owned(), number, text.to_owned()));
        }
        self.take_early(place);
    }

    /// Takes over the pieces of a turn whose turn it is.
    fn take_early(&mut self, place: &str) {
        let Ok(at) = self.find(place) else { return };
        let is_own = self.grows(place);
        let Some((entry, message)) = self.entries.get_mut(at).zip(self.messages.get_mut(at)) else { return };
        let is_open = entry.is_open && !is_own;
        self.early.retain(|(other, number, _)| other != place || (is_open && *number >= entry.pieces));
        while let Some(next) =
            self.early.iter().position(|(other, number, _)| other == place && *number == entry.pieces)
        {
            message.content.push_str(&self.early.swap_remove(next).2);
            entry.kept = Some(message.content.len());
            entry.pieces += 1;
            self.version += 1;
        }
    }

    /// Forgets what the steps shared, unless it has changed here, where the head is no longer kept.
    fn forget_head(&mut self) {
        self.has_head = false;
        if !self.is_head_new {
            self.shared_state = Value::object();
        }
    }

    /// Whether the turn at that place is not known, and is not later than what was forgotten here last: a message that tells
    /// of it is late.
    fn is_cleared(&self, place: &str) -> bool {
        place::time_of(place) <= self.cleared_at.as_str() && self.find(place).is_err()
    }

    /// Another page has forgotten the turn at that place.
    fn remember_forgotten(&mut self, place: &str) {
        if self.forgotten.len() == MOST_FORGOTTEN {
            self.forgotten.pop_front();
        }
        self.forgotten.push_back(place.to_owned());
    }

    /// Forgets the turns that were kept as they are and are so no longer, at all places but those to `stay`. What grows here
    /// is kept anew.
    fn forget_kept(&mut self, stay: &dyn Fn(&str) -> bool) {
        for at in (0..self.entries.len()).rev() {
            let grows = self.entries.get(at).is_some_and(|entry| self.grows(&entry.place));
            let is_gone = self.entries.get_mut(at).zip(self.messages.get(at)).is_some_and(|(entry, message)| {
                let is_kept = !entry.is_new && entry.kept == Some(message.content.len());
                let is_gone = !stay(&entry.place);
                entry.is_new |= grows && is_gone;
                is_kept && is_gone && !grows
            });
            if is_gone {
                self.entries.remove(at);
                self.messages.remove(at);
                self.version += 1;
            }
        }
    }
}

/// The turns from that place on, and of those before it what the system said; without what providers refuse: calls of
/// tools that the turns right behind do not answer, and answers to calls that are not right before. A turn of which
/// nothing is left is left out, but for the question that is to be answered.
fn selected(messages: &[Message], from: usize) -> Vec<Message> {
    let mut kept = Vec::new();
    let mut open: &[ToolCall] = &[];
    for (place, message) in messages.iter().enumerate() {
        if place < from && message.role != Role::System {
            continue;
        }
        let mut turn = message.clone();
        if turn.role == Role::Tool {
            if !open.iter().any(|call| answers(message, call)) {
                continue;
            }
        } else {
            open = &message.tool_calls;
            turn.tool_calls.clear();
            for call in open {
                if is_answered(call, messages.get(place + 1..).unwrap_or_default()) {
                    turn.tool_calls.push(call.clone());
                }
            }
            let is_empty = turn.tool_calls.is_empty() && turn.content.trim_ascii().is_empty();
            if is_empty && messages.iter().skip(place + 1).any(|later| later.role != Role::System) {
                continue;
            }
        }
        kept.push(turn);
    }
    kept
}

fn is_answered(call: &ToolCall, after: &[Message]) -> bool {
    for message in after {
        if message.role != Role::Tool {
            break;
        }
        if answers(message, call) {
            return true;
        }
    }
    false
}

fn answers(message: &Message, call: &ToolCall) -> bool {
    message.tool_call_id.as_ref() == Some(&call.id)
}
