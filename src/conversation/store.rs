//! Where conversations are kept, so that other code's keys are never read nor touched, and two pages that write at the
//! same time write different keys: whatever order their writes come in, no turn is lost.
//!
//! | key | what is kept there |
//! | --- | --- |
//! | `refinire-web:<id>` | the head: `{"schema":2,"updatedAt","sharedState":{…}}` |
//! | `refinire-web/<place>:<id>` | a turn, as [`Message::to_record`] writes it; with `"open":true` while it grows |
//! | `refinire-web+<place><number>:<id>` | what an open turn has grown by: text as it stands |
//! | `refinire-web-unreadable…` | what stood under such a key and could not be read |
//!
//! A place is where a turn stands among the others: places sort as the turns follow one another. Schema 1 had the whole
//! conversation in its head, with `"messages":[…]`; it is read, and kept anew as schema 2.

use super::place::{is_place, time_of, PLACE_LENGTH};
use super::record::lacks_new_members;
use super::{Conversation, Entry, Reservation};
use crate::error::{Code, Error};
use crate::json::{decimal, unsigned, Value};
use crate::message::Message;
use crate::text::concat;

/// What every key of the library's begins with.
pub const KEY_PREFIX: &str = "refinire-web";

/// What the key of a piece begins with.
pub const PIECE_PREFIX: &str = "refinire-web+";

/// What the key of a record that cannot be read begins with, instead.
const ASIDE_PREFIX: &str = "refinire-web-unreadable";

/// How long the number of a piece is.
const NUMBER_LENGTH: usize = 6;

/// Room for how many more pieces of the same length is made where others have to go for one: a growing answer shall not take
/// away turns, and tell of that, with every piece.
const PIECES_AHEAD: usize = 16;

/// Under how many keys what stood under one of them is set aside, at most.
const MOST_ASIDE: usize = 8;

/// Keeps text under keys.
pub trait Store: std::fmt::Debug {
    /// What is kept under `key`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn get(&self, key: &str) -> Result<Option<String>, StoreError>;
    /// Keeps `value` under `key`.
    ///
    /// # Errors
    /// Where the store is full, or cannot be written.
    fn set(&self, key: &str, value: &str) -> Result<(), StoreError>;
    /// Forgets what is kept under `key`.
    ///
    /// # Errors
    /// Where the store cannot be written.
    fn remove(&self, key: &str) -> Result<(), StoreError>;
    /// Every key, also those of other code, sorted.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn keys(&self) -> Result<Vec<String>, StoreError>;
    /// How large a file may be whose bytes are kept with its turn.
    fn max_file_bytes(&self) -> usize {
        usize::MAX
    }
}

/// Why a store did not do what it was asked to. The error has the host's own exception as its cause.
#[derive(Debug, Clone)]
pub enum StoreError {
    /// There is no room for what is to be kept. Something else may have to go for it.
    Full(Error),
    /// It is denied, or broken.
    Other(Error),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let (StoreError::Full(error) | StoreError::Other(error)) = error;
        error
    }
}

/// Why a record was not taken over.
pub(super) enum Unreadable {
    /// A newer version of the library has written it.
    Newer,
    /// It is damaged, or something else.
    Damaged(Error),
}

impl From<Error> for Unreadable {
    fn from(error: Error) -> Self {
        Self::Damaged(error)
    }
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Newer => {
                Self::new(Code::Storage, "the conversation was kept by a newer version of refinire-web")
            }
            Unreadable::Damaged(error) => error,
        }
    }
}

/// One of our keys, taken apart.
pub(super) struct Key<'a> {
    pub(super) id: &'a str,
    pub(super) kind: u32,
    /// Where the turn stands; empty for the head.
    pub(super) place: &'a str,
    /// Which piece it is.
    number: u64,
}

// In the order they are read: a turn comes before the pieces it has grown by, however their keys are sorted.
pub(super) const HEAD: u32 = 0;
pub(super) const TURN: u32 = 1;
pub(super) const PIECE: u32 = 2;

impl<'a> Key<'a> {
    pub(super) fn parse(key: &'a str) -> Option<Self> {
        let rest = key.strip_prefix(KEY_PREFIX)?;
        let (kind, fixed) = match rest.bytes().next()? {
            b':' => return Some(Self { id: rest.get(1..)?, kind: HEAD, place: "", number: 0 }),
            b'/' => (TURN, PLACE_LENGTH),
            b'+' => (PIECE, PLACE_LENGTH + NUMBER_LENGTH),
            _ => return None,
        };
        let (place, number) = rest.get(1..=fixed)?.split_at_checked(PLACE_LENGTH)?;
        let id = rest.get(fixed + 1..)?.strip_prefix(':')?;
        if !is_place(place) {
            return None;
        }
        let number = if kind == PIECE { unsigned(number.as_bytes())? } else { 0 };
        Some(Self { id, kind, place, number })
    }

    /// When the turn was said, as ISO 8601 in UTC.
    pub(super) fn time(&self) -> &'a str {
        time_of(self.place)
    }
}

fn head_key(id: &str) -> String {
    concat(&[KEY_PREFIX, ":", id])
}

fn turn_key(place: &str, id: &str) -> String {
    concat(&[KEY_PREFIX, "/", place, ":", id])
}

pub(super) fn piece_key(place: &str, number: u64, id: &str) -> String {
    let digits = decimal(number);
    let zeros = "000000".get(digits.len()..).unwrap_or_default();
    concat(&[KEY_PREFIX, "+", place, zeros, &digits, ":", id])
}

/// Reads what is kept of a conversation into it: what is new, and what has gone. What has not been kept yet stays. A record
/// that cannot be read is set aside under another key, never overwritten.
///
/// # Errors
/// `storage` for such a record, and where the store fails.
pub fn load(store: &impl Store, conversation: &mut Conversation) -> Result<(), Error> {
    let keys = store.keys()?;
    conversation.early.clear();
    conversation.forgotten.clear();
    let mut places = Vec::new();
    let mut has_head = false;
    for key in &keys {
        match Key::parse(key) {
            Some(Key { id, kind: HEAD, .. }) => has_head |= id == conversation.id,
            Some(Key { id, kind: TURN, place, .. }) if id == conversation.id => places.push(place),
            _ => {}
        }
    }
    if !has_head {
        conversation.forget_head();
    }
    conversation.forget_kept(&|place| places.binary_search(&place).is_ok());
    read(store, conversation, &keys)
}

/// Reads what is new in the store, and forgets nothing: a store that several processes share may not show yet what another
/// page has told by a message, neither that it has kept a turn nor that it has forgotten one. A head that is known is not
/// read again: the one in the store may be older, and what the steps share would go back with it.
///
/// # Errors
/// As [`load`].
pub fn catch_up(store: &impl Store, conversation: &mut Conversation) -> Result<(), Error> {
    let mut keys = store.keys()?;
    let is_known_better = |key: Key<'_>| match key.kind {
        HEAD => conversation.has_head,
        _ => conversation.forgotten.iter().any(|gone| gone == key.place),
    };
    keys.retain(|key| !Key::parse(key).is_some_and(is_known_better));
    read(store, conversation, &keys)
}

/// Takes over what the store has under those of the keys that are the conversation's.
fn read(store: &impl Store, conversation: &mut Conversation, keys: &[String]) -> Result<(), Error> {
    let mut problem = Ok(());
    for kind in HEAD..=PIECE {
        for key in keys {
            let wanted = |known: &Key<'_>| known.kind == kind && known.id == conversation.id;
            let Some(known) = Key::parse(key).filter(wanted) else { continue };
            let Some(value) = store.get(key)? else { continue };
            if let Err(unreadable) = take(conversation, &known, &value) {
                let is_newer = matches!(unreadable, Unreadable::Newer);
                let error = unreadable.into();
                problem = Err(set_aside(store, key, &value, &error));
                if is_newer {
                    // A newer version may have other turns, too.
                    aside_with_turns(store, keys, &conversation.id, &error);
                    return problem;
                }
            }
        }
    }
    problem
}

/// Takes over what another page has kept under `key`, or that it has forgotten it. Keys of other conversations change
/// nothing.
///
/// # Errors
/// `storage` for what cannot be read.
pub fn apply(conversation: &mut Conversation, key: &str, value: Option<&str>) -> Result<(), Error> {
    let Some(known) = Key::parse(key).filter(|known| known.id == conversation.id) else { return Ok(()) };
    match (value, known.kind) {
        (Some(value), kind) => {
            if kind == TURN && conversation.is_cleared(known.place) && is_before(value, &conversation.cleared_at) {
                return Ok(());
            }
            conversation.forgotten.retain(|gone| gone != known.place);
            return take(conversation, &known, value).map_err(|unreadable| {
                let mut error = Error::from(unreadable);
                error.code = Code::Storage;
                error
            });
        }
        (None, HEAD) => conversation.forget_head(),
        (None, TURN) => {
            conversation.forget_kept(&|other| other != known.place);
            conversation.remember_forgotten(known.place);
        }
        // Those of a turn that is kept anew begin anew.
        (None, _) => conversation.early.clear(),
    }
    Ok(())
}

/// Whether the record of a turn is not later than that. An answer that still grows is news.
fn is_before(record: &str, time: &str) -> bool {
    let record = Value::parse(record.as_bytes()).unwrap_or(Value::object());
    let is_open = record.get("open").is_some_and(Value::is_true);
    !is_open && record.text("timestamp").is_some_and(|timestamp| timestamp <= time)
}

fn take(conversation: &mut Conversation, key: &Key<'_>, value: &str) -> Result<(), Unreadable> {
    if key.kind == PIECE {
        conversation.take_piece(key.place, key.number, value);
        return Ok(());
    }
    let value = Value::parse(value.as_bytes())?;
    if key.kind == HEAD {
        return conversation.take_head(&value);
    }
    let none = || Error::new(Code::Storage, "what is kept there is no turn");
    let message = Message::from_value(&value).ok_or_else(none)?;
    let is_open = value.get("open").is_some_and(Value::is_true);
    conversation.take_turn(key.place, message, is_open, lacks_new_members(&value));
    Ok(())
}

fn aside_with_turns(store: &impl Store, keys: &[String], id: &str, why: &Error) {
    for key in keys {
        if Key::parse(key).is_some_and(|key| key.id == id) {
            if let Ok(Some(value)) = store.get(key) {
                set_aside(store, key, &value, why);
            }
        }
    }
}

/// Moves what cannot be read to where nobody looks for it.
fn set_aside(store: &impl Store, key: &str, value: &str, why: &Error) -> Error {
    let mut aside = concat(&[ASIDE_PREFIX, key.strip_prefix(KEY_PREFIX).unwrap_or(key)]);
    for _ in 1..MOST_ASIDE {
        match store.get(&aside) {
            Ok(Some(other)) if other != value => aside.push('~'),
            _ => break,
        }
    }
    let moved = match store.set(&aside, value) {
        // There is no room for two.
        Err(StoreError::Full(_)) => store.remove(key).and_then(|()| store.set(&aside, value)),
        other => other.and_then(|()| store.remove(key)),
    };
    match moved {
        Ok(()) => {
            let what = ["the record could not be read and was set aside as \"", &aside, "\": ", &why.message];
            Error::new(Code::Storage, concat(&what))
        }
        Err(refused) => {
            let _ = store.set(key, value);
            refused.into()
        }
    }
}

/// Keeps what has changed of a conversation. A store that is full makes room: first go the oldest turns of the
/// conversations that have changed least lately, then the oldest of this one; the newest never. Where even that is not
/// enough, none goes, and what does not fit is kept as soon as it does.
///
/// # Errors
/// `storage` where the store refuses, or where something had to go: [`Conversation::is_kept`] tells which.
pub fn save(store: &impl Store, conversation: &mut Conversation) -> Result<(), Error> {
    let id = conversation.id.clone();
    if !conversation.removed.is_empty() {
        forget(store, conversation, false)?;
    }
    let mut room = Room { store, id: &id, growing: &conversation.growing, gone: 0 };
    let mut outcome = Ok(());
    let mut is_head_due = conversation.is_head_new;
    let mut is_empty = true;
    for (entry, message) in conversation.entries.iter_mut().zip(&conversation.messages) {
        // One that is too large does not keep out those behind it.
        if let Err(error) = keep(&mut room, entry, message) {
            outcome = Err(error);
            // A head of schema 1 may still hold it.
            is_head_due &= entry.kept.is_none();
        } else {
            is_empty = false;
        }
    }
    // A conversation of which no turn fitted has no head: nothing of it could be listed or read.
    if is_head_due && (outcome.is_ok() || !is_empty) {
        let head = conversation.head().to_json();
        match room.set(&head_key(&id), &head, &mut conversation.is_head_refused) {
            Ok(()) => {
                conversation.is_head_new = false;
                conversation.has_head = true;
            }
            refused => outcome = refused,
        }
    }
    if room.gone == 0 {
        return outcome;
    }
    let what = ["the storage was full: the oldest turns went, ", &decimal(room.gone), " of them"];
    let mut told = Error::new(Code::Storage, concat(&what));
    // Why that was not enough.
    told.cause = outcome.err().and_then(|error| error.cause.clone());
    Err(told)
}

/// Keeps what has changed of a turn.
fn keep<S: Store>(room: &mut Room<'_, S>, entry: &mut Entry, message: &Message) -> Result<(), Error> {
    if entry.kept.is_some_and(|kept| kept == message.content.len() && !entry.is_new) {
        return Ok(());
    }
    let (place, id) = (entry.place.as_str(), room.id);
    match entry.kept {
        // It grows: what it has grown by is all that is written.
        Some(kept) if entry.is_open && !entry.is_new => {
            let piece = message.content.get(kept..).unwrap_or_default();
            let key = piece_key(place, entry.pieces, id);
            let more = PIECES_AHEAD * (key.len() + piece.len());
            room.set_with_room(&key, piece, more, &mut entry.is_refused)?;
            entry.pieces += 1;
        }
        _ => {
            let mut value = message.to_record(room.store.max_file_bytes());
            if entry.is_open {
                value.set("open", true.into());
                // What is left of them would be taken for what it grows by from now on.
                forget_pieces(room.store, place, id, &mut entry.pieces)?;
            }
            room.set(&turn_key(place, id), &value.to_json(), &mut entry.is_refused)?;
            forget_pieces(room.store, place, id, &mut entry.pieces)?;
        }
    }
    entry.kept = Some(message.content.len());
    entry.is_new = false;
    Ok(())
}

fn forget_pieces(store: &impl Store, place: &str, id: &str, pieces: &mut u64) -> Result<(), Error> {
    while let Some(last) = pieces.checked_sub(1) {
        store.remove(&piece_key(place, last, id))?;
        *pieces = last;
    }
    Ok(())
}

/// What has been taken away: its key, how many turns it is, and what stood there.
type Taken = Vec<(String, u64, String)>;

/// Makes room where there is none.
struct Room<'a, S: Store> {
    store: &'a S,
    id: &'a str,
    /// Where those stand that grow here: they stay.
    growing: &'a [Reservation],
    gone: u64,
}

impl<S: Store> Room<'_, S> {
    /// Keeps it, if need be in place of others. `is_refused` tells that they were not enough: they are not asked again.
    fn set(&mut self, key: &str, value: &str, is_refused: &mut bool) -> Result<(), Error> {
        self.set_with_room(key, value, 0, is_refused)
    }

    /// The same; where others have to go, so many bytes `more` than it takes are made free, if there are so many.
    fn set_with_room(&mut self, key: &str, value: &str, more: usize, is_refused: &mut bool) -> Result<(), Error> {
        let mut taken = Vec::new();
        let outcome = self.force(key, value, more, is_refused, &mut taken);
        while let Some((key, turns, value)) = taken.pop() {
            if outcome.is_ok() {
                self.gone += turns;
            } else {
                let _ = self.store.set(&key, &value);
            }
        }
        outcome
    }

    fn force(
        &self,
        key: &str,
        value: &str,
        more: usize,
        is_refused: &mut bool,
        taken: &mut Taken,
    ) -> Result<(), Error> {
        let mut at_once = 0;
        let mut victims = Vec::new();
        while let Err(error) = self.store.set(key, value) {
            let StoreError::Full(full) = error else { return Err(error.into()) };
            if *is_refused {
                return Err(full);
            }
            if at_once == 0 {
                victims = self.victims(&self.store.keys()?, key);
            }
            if victims.is_empty() {
                *is_refused = true;
                return Err(full);
            }
            let mut left = at_once;
            // What is no turn goes with the one before.
            while victims.last().is_some_and(|(_, turns)| *turns <= left) {
                let Some((victim, turns)) = victims.pop() else { break };
                left -= turns;
                take_away(self.store, victim, turns, taken)?;
            }
            // Twice as many the next time: a large turn shall not be tried against each small one.
            at_once = (2 * at_once).max(1);
        }
        if !taken.is_empty() {
            self.take_more(key.len() + value.len() + more, &mut victims, taken);
        }
        Ok(())
    }

    /// Takes away more until so many bytes have gone, if there are so many. What it needs is written already: a store that
    /// fails now has room enough for that.
    fn take_more(&self, bytes: usize, victims: &mut Vec<(String, u64)>, taken: &mut Taken) {
        let mut gone = 0;
        let mut counted = 0;
        loop {
            for (key, _, value) in taken.iter().skip(counted) {
                gone += key.len() + value.len();
            }
            counted = taken.len();
            let Some((victim, turns)) = victims.pop().filter(|_| gone < bytes) else { return };
            if take_away(self.store, victim, turns, taken).is_err() {
                return;
            }
        }
    }

    /// The keys of what may go for the one that is to be written, the one to go first last: what turns that have gone left
    /// behind; the turns of the conversations that have changed least lately; then those of this one, whose last turn
    /// stays; in each the oldest first. With each, how many turns it is.
    fn victims(&self, keys: &[String], written: &str) -> Vec<(String, u64)> {
        let mut victims = Vec::new();
        // Of each conversation the last place, which is when it last changed; none for one of schema 1, which did so long
        // ago.
        let mut changed: Vec<(&str, &str)> = Vec::new();
        for key in keys {
            let Some(Key { id, kind, place, .. }) = Key::parse(key) else { continue };
            if kind == PIECE {
                if !keys.contains(&turn_key(place, id)) {
                    victims.push((key.clone(), 0));
                }
                continue;
            }
            match changed.iter_mut().find(|(other, _)| *other == id) {
                Some((_, last)) => *last = place.max(*last),
                None => changed.push((id, place)),
            }
        }
        let of = |victims: &mut Vec<(String, u64)>, id: &str, but: &str| {
            for key in keys {
                let Some(turn) = Key::parse(key).filter(|key| key.kind == TURN && key.id == id) else { continue };
                let stays = turn.place == but || key == written;
                if !stays && !self.growing.iter().any(|growing| growing.place == turn.place) {
                    victims.push((key.clone(), 1));
                }
            }
        };
        let own = changed.iter().position(|(id, _)| *id == self.id);
        let newest = own.map_or("", |own| changed.swap_remove(own).1);
        while let Some(oldest) = (0..changed.len()).min_by_key(|place| changed.get(*place).map(|(_, last)| *last)) {
            let (id, last) = changed.swap_remove(oldest);
            of(&mut victims, id, "");
            // With the last turn what its steps shared; or all its turns.
            victims.push((head_key(id), u64::from(last.is_empty())));
        }
        of(&mut victims, self.id, newest);
        victims.reverse();
        victims
    }
}

/// With a turn go the pieces that it has grown by.
fn take_away(store: &impl Store, mut key: String, mut turns: u64, taken: &mut Taken) -> Result<(), Error> {
    let mut pieces = 0;
    while let Some(value) = store.get(&key)? {
        store.remove(&key)?;
        let next = Key::parse(&key).map_or_else(String::new, |key| piece_key(key.place, pieces, key.id));
        taken.push((key, turns, value));
        (key, turns) = (next, 0);
        pieces += 1;
    }
    Ok(())
}

/// Forgets a conversation, also what other pages have added to it: what they add from now on is news.
///
/// # Errors
/// `storage` where the store refuses.
pub fn erase(store: &impl Store, conversation: &mut Conversation) -> Result<(), Error> {
    forget(store, conversation, true)
}

/// Forgets all of a conversation, or the turns that are to be forgotten, with whatever is left of them.
fn forget(store: &impl Store, conversation: &mut Conversation, all: bool) -> Result<(), Error> {
    for key in store.keys()? {
        let Some(known) = Key::parse(&key).filter(|known| known.id == conversation.id) else { continue };
        if all || conversation.removed.iter().any(|removed| known.place == removed) {
            store.remove(&key)?;
        }
    }
    conversation.removed.clear();
    Ok(())
}
