//! Writing what has changed in a conversation, and removing a conversation.

use super::super::{Conversation, Entry};
use super::eviction::EvictingStore;
use super::key::{head_key, piece_key, turn_key, Key};
use super::Store;
use crate::error::{Code, Error};
use crate::json::decimal;
use crate::message::Message;
use crate::text::concat;

/// If turns are removed to make room for a piece, room is made for this many more pieces of the same length. Otherwise
/// each piece of a growing answer would remove turns, and report that.
const PIECES_AHEAD: usize = 16;

/// Writes what has changed in a conversation. A full store makes room: first the oldest turns of the conversations that
/// have been unchanged longest are removed, then the oldest turns of this one, but never its newest turn. If even that
/// is not enough, none is removed, and what does not fit is written by the first later call for which it fits.
///
/// # Errors
/// `storage` if the store refuses, or if turns were removed: [`Conversation::is_kept`] says whether everything was
/// written.
pub fn save(store: &impl Store, conversation: &mut Conversation) -> Result<(), Error> {
    if !conversation.removals.to_forget.is_empty() {
        forget(store, conversation, false)?;
    }
    let id = conversation.id.clone();
    let mut evicting = EvictingStore { store, id: &id, growing: &conversation.positions.growing, evicted: 0 };
    let mut outcome = Ok(());
    let mut is_head_due = conversation.head.is_new;
    let mut is_empty = true;
    for (entry, message) in conversation.rows.iter_mut() {
        // A turn that is too large does not keep out the turns after it.
        if let Err(error) = save_turn(&mut evicting, entry, message) {
            outcome = Err(error);
            // A head of schema 1 may still hold the turn: it must not be overwritten.
            is_head_due &= entry.kept.is_none();
        } else {
            is_empty = false;
        }
    }
    // A head without turns would be useless: if no turn of a conversation fits, no head is written.
    if is_head_due && (outcome.is_ok() || !is_empty) {
        let head = conversation.head().to_json();
        match evicting.set(&head_key(&id), &head, &mut conversation.head.is_refused) {
            Ok(()) => {
                conversation.head.is_new = false;
                conversation.title.is_new = false;
                conversation.head.is_stored = true;
            }
            refused => outcome = refused,
        }
    }
    match evicting.evicted {
        0 => outcome,
        turns => Err(was_full(turns, outcome.err())),
    }
}

/// The error if turns were removed to make room; `refused` says why even that was not enough.
fn was_full(turns: u64, refused: Option<Error>) -> Error {
    let what = ["the storage was full: the oldest turns went, ", &decimal(turns), " of them"];
    let mut error = Error::new(Code::Storage, concat(&what));
    error.cause = refused.and_then(|refused| refused.cause.clone());
    error
}

/// Writes what has changed in a turn.
fn save_turn<S: Store>(evicting: &mut EvictingStore<'_, S>, entry: &mut Entry, message: &Message) -> Result<(), Error> {
    if entry.kept.is_some_and(|kept| kept == message.content.len() && !entry.is_new) {
        return Ok(());
    }
    let (position, id) = (entry.position.as_str(), evicting.id);
    match entry.kept {
        // The turn only grows: write the text that was added.
        Some(kept) if entry.is_open && !entry.is_new => {
            let piece = message.content.get(kept..).unwrap_or_default();
            let key = piece_key(position, entry.pieces, id);
            let more = PIECES_AHEAD * (key.len() + piece.len());
            evicting.set_with_room(&key, piece, more, &mut entry.is_refused)?;
            entry.pieces += 1;
        }
        _ => {
            let mut value = message.to_record(evicting.store.max_file_bytes());
            if let Some(branch) = &entry.branch {
                value.set("branch", branch.to_value());
            }
            if entry.is_open {
                value.set("open", true.into());
                // Old pieces would be mistaken for the text that is added from now on.
                forget_pieces(evicting.store, position, id, &mut entry.pieces)?;
            }
            evicting.set(&turn_key(position, id), &value.to_json(), &mut entry.is_refused)?;
            forget_pieces(evicting.store, position, id, &mut entry.pieces)?;
        }
    }
    entry.kept = Some(message.content.len());
    // Other pages receive what is saved.
    entry.posted = message.content.len();
    entry.is_new = false;
    Ok(())
}

/// Removes the first `pieces` pieces of a turn, the last one first.
fn forget_pieces(store: &impl Store, position: &str, id: &str, pieces: &mut u64) -> Result<(), Error> {
    while let Some(last) = pieces.checked_sub(1) {
        store.remove(&piece_key(position, last, id))?;
        *pieces = last;
    }
    Ok(())
}

/// Removes a conversation from the store, with what other pages have added to it so far.
///
/// # Errors
/// `storage` if the store refuses.
pub fn erase(store: &impl Store, conversation: &mut Conversation) -> Result<(), Error> {
    forget(store, conversation, true)
}

/// Removes all records of a conversation, or those of the turns that were removed from it.
fn forget(store: &impl Store, conversation: &mut Conversation, all: bool) -> Result<(), Error> {
    conversation.removals.to_forget.sort_unstable();
    for key in store.keys()? {
        let Some(known) = Key::parse(&key).filter(|known| known.id == conversation.id) else { continue };
        if all
            || conversation.removals.to_forget.binary_search_by(|removed| removed.as_str().cmp(known.position)).is_ok()
        {
            store.remove(&key)?;
        }
    }
    conversation.removals.to_forget.clear();
    Ok(())
}
