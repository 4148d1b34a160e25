//! Reading a conversation from a store.

use super::super::branches::Branch;
use super::super::record::lacks_new_members;
use super::super::sync::Stored;
use super::super::Conversation;
use super::key::{Key, HEAD, LIVE, PIECE, TURN};
use super::quarantine::{quarantine, quarantine_conversation};
use super::Store;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::message::Message;

/// Why a record could not be read.
pub(in crate::conversation) enum Unreadable {
    /// A newer version of the library wrote it.
    Newer,
    /// It is damaged, or not a record of this library.
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

/// Brings a conversation up to date with the store: adds turns that are new there, and drops turns that are no longer there.
/// Changes that have not been saved yet stay. A record that cannot be read is moved to another key, never overwritten.
///
/// # Errors
/// `storage` for such a record, and if the store fails.
pub fn load(store: &impl Store, conversation: &mut Conversation) -> Result<(), Error> {
    let keys = store.keys()?;
    conversation.from_others.early.clear();
    conversation.from_others.forgotten.clear();
    let mut positions = Vec::new();
    let mut has_head = false;
    for key in &keys {
        match Key::parse(key) {
            Some(Key { id, kind: HEAD, .. }) => has_head |= id == conversation.id,
            Some(Key { id, kind: TURN, position, .. }) if id == conversation.id => positions.push(position),
            _ => {}
        }
    }
    if !has_head {
        conversation.forget_head();
    }
    conversation.forget_kept(&|position| positions.binary_search(&position).is_ok());
    read(store, conversation, &keys)
}

/// Adds what is new in the store, and drops nothing. In a store that several processes share, changes that other pages
/// have reported may not be visible yet. A known head is not read again: the head in the store may be older, and the
/// shared state would be reset to it.
///
/// # Errors
/// As [`load`].
pub fn catch_up(store: &impl Store, conversation: &mut Conversation) -> Result<(), Error> {
    let mut keys = store.keys()?;
    let is_known_better = |key: Key<'_>| match key.kind {
        HEAD => conversation.head.is_stored,
        _ => conversation.from_others.forgotten.iter().any(|gone| gone == key.position),
    };
    keys.retain(|key| !Key::parse(key).is_some_and(is_known_better));
    read(store, conversation, &keys)
}

/// Reads the records of the conversation among these keys.
fn read(store: &impl Store, conversation: &mut Conversation, keys: &[String]) -> Result<(), Error> {
    let outcome = read_records(store, conversation, keys);
    conversation.arrange();
    outcome
}

fn read_records(store: &impl Store, conversation: &mut Conversation, keys: &[String]) -> Result<(), Error> {
    let mut problem = Ok(());
    for kind in HEAD..=PIECE {
        for key in keys {
            let wanted = |known: &Key<'_>| known.kind == kind && known.id == conversation.id;
            let Some(known) = Key::parse(key).filter(wanted) else { continue };
            let Some(value) = store.get(key)? else { continue };
            if let Err(unreadable) = take(conversation, &known, &value) {
                let is_newer = matches!(unreadable, Unreadable::Newer);
                let error = unreadable.into();
                problem = Err(quarantine(store, key, &value, &error));
                if is_newer {
                    // The turns that the newer version wrote may be different, too.
                    quarantine_conversation(store, keys, &conversation.id, &error);
                    return problem;
                }
            }
        }
    }
    problem
}

/// Takes over the value that another page has set for `key`; `None` if it has removed the key. Keys of other
/// conversations are ignored.
///
/// # Errors
/// `storage` for a value that cannot be read.
pub fn apply(conversation: &mut Conversation, key: &str, value: Option<&str>) -> Result<(), Error> {
    let Some(known) = Key::parse(key).filter(|known| known.id == conversation.id) else { return Ok(()) };
    match (value, known.kind) {
        (Some(news), LIVE) => {
            if let Some((from, text)) = news.split_once(' ') {
                conversation.take_live(known.position, from.parse().unwrap_or(usize::MAX), text);
            }
        }
        (Some(value), kind) => {
            let removed_at = conversation.removed_at(known.position).filter(|_| kind == TURN);
            if removed_at.is_some_and(|time| is_before(value, time)) {
                conversation.forget_late(known.position);
                return Ok(());
            }
            conversation.from_others.forgotten.retain(|gone| gone != known.position);
            take(conversation, &known, value).map_err(|unreadable| {
                let mut error = Error::from(unreadable);
                error.code = Code::Storage;
                error
            })?;
            conversation.heard_of(known.position);
            conversation.arrange();
        }
        (None, HEAD) => conversation.forget_head(),
        (None, TURN) => {
            conversation.forget_kept(&|other| other != known.position);
            conversation.remember_forgotten(known.position);
        }
        // When a turn is written again, its pieces are numbered from 0 again.
        (None, _) => conversation.from_others.early.clear(),
    }
    Ok(())
}

/// Whether the record of a turn was written no later than `time`. A growing answer counts as later.
fn is_before(record: &str, time: &str) -> bool {
    let record = Value::parse(record.as_bytes()).unwrap_or(Value::object());
    let is_open = record.get("open").is_some_and(Value::is_true);
    !is_open && record.text("timestamp").is_some_and(|timestamp| timestamp <= time)
}

/// Reads one record into the conversation.
fn take(conversation: &mut Conversation, key: &Key<'_>, value: &str) -> Result<(), Unreadable> {
    if key.kind == PIECE {
        conversation.take_piece(key.position, key.number, value);
        return Ok(());
    }
    let value = Value::parse(value.as_bytes())?;
    if key.kind == HEAD {
        return conversation.take_head(&value);
    }
    let none = || Error::new(Code::Storage, "what is kept there is no turn");
    let message = Message::from_value(&value).ok_or_else(none)?;
    let is_open = value.get("open").is_some_and(Value::is_true);
    let branch = value.get("branch").and_then(Branch::from_value);
    let lacks_members = lacks_new_members(&value);
    conversation.take_turn(key.position, Stored { message, is_open, lacks_members, branch });
    Ok(())
}
