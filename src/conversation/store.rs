//! Where conversations are kept, so that other code's keys are never read nor touched, and two pages that write at the
//! same time write different keys: whatever order their writes come in, no turn is lost.
//!
//! | key | what is kept there |
//! | --- | --- |
//! | `refinire-web:<id>` | the head: `{"schema":2,"updatedAt","sharedState":{…}}` |
//! | `refinire-web/<place>:<id>` | a turn, as [`Message::to_value`] writes it; with `"open":true` while it grows |
//! | `refinire-web+<place><number>:<id>` | what an open turn has grown by: text as it stands |
//! | `refinire-web-unreadable…` | what stood under such a key and could not be read |
//!
//! A place is where a turn stands among the others: places sort as the turns follow one another. Schema 1 had the whole
//! conversation in its head, with `"messages":[…]`; it is read, and kept anew as schema 2.

use super::place::{is_place, PLACE_LENGTH};
use super::{Conversation, Entry};
use crate::error::{Code, Error};
use crate::json::{decimal, unsigned, Value};
use crate::message::Message;
use crate::text::concat;

/// What every key of the library's begins with.
pub const KEY_PREFIX: &str = "refinire-web";

/// What the key of a record that cannot be read begins with, instead.
const ASIDE_PREFIX: &str = "refinire-web-unreadable";

/// How long the number of a piece is.
const NUMBER_LENGTH: usize = 6;

/// Under how many keys what stood under one of them is set aside, at most.
const MOST_ASIDE: usize = 8;

/// Keeps text under keys.
pub trait Store: std::fmt::Debug {
    /// What is kept under `key`.
    ///
    /// # Errors
    /// `storage` where the store cannot be read.
    fn get(&self, key: &str) -> Result<Option<String>, Error>;
    /// Keeps `value` under `key`.
    ///
    /// # Errors
    /// `storage` where the store cannot be written; retryable where it is only full.
    fn set(&self, key: &str, value: &str) -> Result<(), Error>;
    /// Forgets what is kept under `key`.
    ///
    /// # Errors
    /// `storage` where the store cannot be written.
    fn remove(&self, key: &str) -> Result<(), Error>;
    /// Every key, also those of other code, sorted.
    ///
    /// # Errors
    /// `storage` where the store cannot be read.
    fn keys(&self) -> Result<Vec<String>, Error>;
}

/// One of our keys, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key<'a> {
    Head { id: &'a str },
    Turn { place: &'a str, id: &'a str },
    Piece { place: &'a str, number: u64, id: &'a str },
}

impl<'a> Key<'a> {
    fn parse(key: &'a str) -> Option<Self> {
        let rest = key.strip_prefix(KEY_PREFIX)?;
        let fixed = match rest.bytes().next()? {
            b':' => return Some(Self::Head { id: rest.get(1..)? }),
            b'/' => PLACE_LENGTH,
            b'+' => PLACE_LENGTH + NUMBER_LENGTH,
            _ => return None,
        };
        let (place, number) = rest.get(1..=fixed)?.split_at_checked(PLACE_LENGTH)?;
        let id = rest.get(fixed + 1..)?.strip_prefix(':')?;
        if !is_place(place) {
            return None;
        }
        if number.is_empty() {
            return Some(Self::Turn { place, id });
        }
        Some(Self::Piece { place, number: unsigned(number.as_bytes())?, id })
    }

    fn id(&self) -> &'a str {
        match self {
            Self::Head { id } | Self::Turn { id, .. } | Self::Piece { id, .. } => id,
        }
    }
}

fn head_key(id: &str) -> String {
    concat(&[KEY_PREFIX, ":", id])
}

fn turn_key(place: &str, id: &str) -> String {
    concat(&[KEY_PREFIX, "/", place, ":", id])
}

fn piece_key(place: &str, number: u64, id: &str) -> String {
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
    let mut places = Vec::new();
    let mut has_head = false;
    for key in &keys {
        match Key::parse(key) {
            Some(Key::Turn { place, id }) if id == conversation.id => places.push(place),
            Some(Key::Head { id }) => has_head |= id == conversation.id,
            _ => {}
        }
    }
    if !has_head {
        conversation.forget_head();
    }
    conversation.forget_kept(&|place| places.binary_search(&place).is_ok());
    let mut problem = Ok(());
    // A turn comes before the pieces it has grown by, however their keys are sorted.
    for pass in 0..3 {
        for key in &keys {
            let wanted = match Key::parse(key) {
                Some(Key::Head { id }) => pass == 0 && id == conversation.id,
                Some(Key::Turn { id, .. }) => pass == 1 && id == conversation.id,
                Some(Key::Piece { id, .. }) => pass == 2 && id == conversation.id,
                None => false,
            };
            if !wanted {
                continue;
            }
            let Some(value) = store.get(key)? else { continue };
            if let Err(error) = take(conversation, key, &value) {
                problem = Err(set_aside(store, key, &value, &error));
                if error.refused {
                    // A newer version may have other turns, too.
                    aside_with_turns(store, &keys, &conversation.id, &error);
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
    match (Key::parse(key), value) {
        (Some(known), Some(value)) if known.id() == conversation.id => {
            take(conversation, key, value).map_err(|mut error| {
                error.code = Code::Storage;
                error
            })
        }
        (Some(Key::Turn { place, id }), None) if id == conversation.id => {
            conversation.forget_kept(&|other| other != place);
            Ok(())
        }
        (Some(Key::Head { id }), None) if id == conversation.id => {
            conversation.forget_head();
            Ok(())
        }
        _ => Ok(()),
    }
}

fn take(conversation: &mut Conversation, key: &str, value: &str) -> Result<(), Error> {
    match Key::parse(key) {
        Some(Key::Head { .. }) => conversation.take_head(&Value::parse(value.as_bytes())?),
        Some(Key::Turn { place, .. }) => {
            let value = Value::parse(value.as_bytes())?;
            let none = || Error::new(Code::Storage, "what is kept there is no turn");
            let message = Message::from_value(&value).ok_or_else(none)?;
            conversation.take_turn(place, message, value.get("open").is_some_and(Value::is_true));
            Ok(())
        }
        Some(Key::Piece { place, number, .. }) => {
            conversation.take_piece(place, number, value);
            Ok(())
        }
        None => Ok(()),
    }
}

fn aside_with_turns(store: &impl Store, keys: &[String], id: &str, why: &Error) {
    for key in keys {
        if Key::parse(key).is_some_and(|key| key.id() == id) {
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
        Err(full) if full.retryable => store.remove(key).and_then(|()| store.set(&aside, value)),
        other => other.and_then(|()| store.remove(key)),
    };
    match moved {
        Ok(()) => {
            let what = ["the record could not be read and was set aside as \"", &aside, "\": ", &why.message];
            Error::new(Code::Storage, concat(&what))
        }
        Err(refused) => {
            let _ = store.set(key, value);
            refused
        }
    }
}

/// Keeps what has changed of a conversation. A store that is full makes room: first go the oldest turns of the
/// conversations that have changed least lately, then the oldest of this one; the newest never.
///
/// # Errors
/// `storage` where the store refuses, or where something had to go: [`Conversation::is_kept`] tells which.
pub fn save(store: &impl Store, conversation: &mut Conversation) -> Result<(), Error> {
    let id = conversation.id.clone();
    let mut room = Room { store, id: &id, victims: None, gone: 0 };
    while let Some(place) = conversation.removed.last() {
        forget_turn(store, place, &id)?;
        conversation.removed.pop();
    }
    let mut outcome = Ok(());
    for (entry, message) in conversation.entries.iter_mut().zip(&conversation.messages) {
        // One that is too large does not keep out those behind it.
        if let Err(error) = keep(&mut room, entry, message) {
            outcome = Err(error);
        }
    }
    outcome?;
    // Behind the turns, which one of schema 1 still holds.
    if conversation.is_head_new {
        let head = conversation.head().to_json();
        room.set(&head_key(&id), &head)?;
        conversation.is_head_new = false;
        conversation.has_head = true;
    }
    match room.gone {
        0 => Ok(()),
        gone => {
            let what = ["the storage was full: the oldest turns went, ", &decimal(gone), " of them"];
            Err(Error::new(Code::Storage, concat(&what)))
        }
    }
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
            room.set(&piece_key(place, entry.pieces, id), piece)?;
            entry.pieces += 1;
        }
        _ => {
            let mut value = message.to_value();
            if entry.is_open {
                value.set("open", true.into());
            }
            room.set(&turn_key(place, id), &value.to_json())?;
            if !entry.is_open {
                for number in (0..entry.pieces).rev() {
                    room.store.remove(&piece_key(place, number, id))?;
                }
                entry.pieces = 0;
            }
        }
    }
    entry.kept = Some(message.content.len());
    entry.is_new = false;
    Ok(())
}

/// Makes room where there is none.
struct Room<'a, S: Store> {
    store: &'a S,
    id: &'a str,
    /// What may go, the first one last, and how many turns each is.
    victims: Option<Vec<(String, u64)>>,
    gone: u64,
}

impl<S: Store> Room<'_, S> {
    fn set(&mut self, key: &str, value: &str) -> Result<(), Error> {
        let mut at_once: u64 = 1;
        loop {
            let Err(full) = self.store.set(key, value) else { return Ok(()) };
            if !full.retryable {
                return Err(full);
            }
            if self.victims.is_none() {
                self.victims = Some(victims(&self.store.keys()?, self.id));
            }
            let mut left = at_once;
            while let Some(victims) = &mut self.victims {
                // What is no turn goes with the one before.
                if left == 0 && victims.last().is_none_or(|(_, turns)| *turns > 0) {
                    break;
                }
                let Some((victim, turns)) = victims.pop() else { break };
                left = left.saturating_sub(turns);
                match Key::parse(&victim) {
                    // It is being written.
                    Some(Key::Turn { place, id }) if id == self.id && is_at(key, place) => continue,
                    Some(Key::Turn { place, id }) => forget_turn(self.store, place, id)?,
                    _ => self.store.remove(&victim)?,
                }
                self.gone += turns;
            }
            if left == at_once {
                return Err(full);
            }
            // Twice as many the next time: a large turn shall not be tried against each small one.
            at_once *= 2;
        }
    }
}

/// Whether this is the key of the turn at that place, or of what it has grown by.
fn is_at(key: &str, place: &str) -> bool {
    key.get(KEY_PREFIX.len() + 1..).is_some_and(|rest| rest.starts_with(place))
}

/// The keys of what may go, the one to go first last: the turns of the conversations that have changed least lately, then
/// those of `own`, whose last turn stays; in each the oldest first. With each, how many turns it is.
fn victims(keys: &[String], own: &str) -> Vec<(String, u64)> {
    // Of each conversation the last place, which is when it last changed; none for one of schema 1, which did so long ago.
    let mut changed: Vec<(&str, &str)> = Vec::new();
    for key in keys {
        let (place, id) = match Key::parse(key) {
            Some(Key::Turn { place, id }) => (place, id),
            Some(Key::Head { id }) => ("", id),
            _ => continue,
        };
        match changed.iter_mut().find(|(other, _)| *other == id) {
            Some((_, last)) => *last = place.max(*last),
            None => changed.push((id, place)),
        }
    }
    let of = |victims: &mut Vec<(String, u64)>, id: &str, but: &str| {
        for key in keys {
            if let Some(Key::Turn { place, id: other }) = Key::parse(key) {
                if other == id && place != but {
                    victims.push((key.clone(), 1));
                }
            }
        }
    };
    let mut victims = Vec::new();
    let newest = changed.iter().find(|(id, _)| *id == own).map_or("", |(_, last)| *last);
    changed.retain(|(id, _)| *id != own);
    while let Some(oldest) = (0..changed.len()).min_by_key(|place| changed.get(*place).map(|(_, last)| *last)) {
        let (id, last) = changed.swap_remove(oldest);
        of(&mut victims, id, "");
        // With the last turn what its steps shared; or all its turns.
        victims.push((head_key(id), u64::from(last.is_empty())));
    }
    of(&mut victims, own, newest);
    victims.reverse();
    victims
}

/// The turn goes last, and of its pieces the last one first: what is left of them after a crash is found again.
fn forget_turn(store: &impl Store, place: &str, id: &str) -> Result<(), Error> {
    let mut pieces = 0;
    while store.get(&piece_key(place, pieces, id))?.is_some() {
        pieces += 1;
    }
    for number in (0..pieces).rev() {
        store.remove(&piece_key(place, number, id))?;
    }
    store.remove(&turn_key(place, id))
}

/// Forgets a conversation, also what other pages have added to it.
///
/// # Errors
/// `storage` where the store refuses.
pub fn erase(store: &impl Store, id: &str) -> Result<(), Error> {
    for key in store.keys()? {
        if Key::parse(&key).is_some_and(|key| key.id() == id) {
            store.remove(&key)?;
        }
    }
    Ok(())
}
