//! Changes that come from the store or from other pages.

use std::rc::Rc;

use super::branches::{Branch, Choices};
use super::{position, Conversation, Entry, Piece, Removals};
use crate::json::Value;
use crate::message::Message;

/// The most turns to remember that other pages have removed, or this one.
const MOST_FORGOTTEN: usize = 1_000;

impl Conversation {
    /// Whether the store is to be changed: turns are to be saved again, with members that an older version of the library dropped,
    /// or removed again. Returns true once.
    pub fn take_to_be_saved_again(&mut self) -> bool {
        std::mem::take(&mut self.is_to_be_saved_again)
    }

    /// Takes over a turn that another page has saved, or this page before.
    pub(super) fn take_turn(&mut self, position: &str, turn: Stored) {
        let Stored { mut message, is_open, lacks_members, branch } = turn;
        self.positions.note(position);
        message.interrupted |= is_open;
        if message.timestamp > self.updated_at {
            self.updated_at.clone_from(&message.timestamp);
        }
        self.head.is_stored = true;
        let is_changed = if self.rows.get(position).is_some() {
            self.update_turn(position, Stored { message, is_open, lacks_members, branch })
        } else if self.removals.to_forget.iter().any(|removed| removed == position) {
            false
        } else {
            self.put(Entry { branch, ..Entry::stored(position, &message, is_open) }, message);
            true
        };
        if is_changed {
            self.changes.version += 1;
            self.take_early(position);
        }
    }

    /// Replaces a known turn by the one that has arrived, unless that is older. Returns whether the message has
    /// changed.
    fn update_turn(&mut self, position: &str, turn: Stored) -> bool {
        let Stored { mut message, is_open, lacks_members, branch } = turn;
        let Some((own, known)) = self.rows.get_mut(position) else { return false };
        let is_own = own.is_new || self.positions.grows(&own.position);
        if is_own || is_late(own, known, &message, is_open) {
            return false;
        }
        // An older version has written the turn again, without the members that it does not know.
        let is_poorer = lacks_members && known.has_new_members() || branch.is_none() && own.branch.is_some();
        if lacks_members {
            message.restore_from(known);
        }
        message.take_data_from(known);
        let is_same = *known == message;
        if is_same && own.is_open == is_open && !is_poorer {
            return false;
        }
        // No page is known to write it any more: it may have ended without a change of its own.
        let was_live = own.live > 0;
        let branch = own.branch.take().or(branch);
        self.branches.exist |= branch.is_some();
        *own = Entry { branch, ..Entry::stored(position, &message, is_open) };
        own.is_new = is_poorer && !is_open;
        self.is_to_be_saved_again |= own.is_new;
        *known = message;
        own.reshape(&mut self.changes.shapes);
        !is_same || was_live
    }

    /// Takes over a turn from a head of schema 1, to be saved under its own key.
    pub(super) fn take_over(&mut self, position: &str, message: Message) {
        if self.rows.get(position).is_none() && !self.removals.to_forget.iter().any(|removed| removed == position) {
            // It counts as stored, because the head holds it: if the turn is removed, the store must change.
            let entry = Entry { position: position.to_owned(), kept: Some(0), is_new: true, ..Entry::default() };
            self.put(entry, message);
            self.positions.note(position);
            self.head.is_new = true;
            self.changes.version += 1;
        }
    }

    /// Takes over text that was added to an open turn.
    pub(super) fn take_piece(&mut self, position: &str, number: u64, text: &str) {
        let early = &mut self.from_others.early;
        if !early.iter().any(|piece| piece.position == position && piece.number == number) {
            early.push(Piece { position: position.to_owned(), number, text: text.to_owned() });
        }
        self.take_early(position);
    }

    /// Appends the pieces of a turn that are next in order.
    fn take_early(&mut self, position: &str) {
        let is_own = self.positions.grows(position);
        let Some((entry, message)) = self.rows.get_mut(position) else { return };
        let is_open = entry.is_open && !is_own;
        let early = &mut self.from_others.early;
        early.retain(|piece| piece.position != position || (is_open && piece.number >= entry.pieces));
        let mut has_changed = false;
        while let Some(next) = early.iter().position(|piece| piece.position == position && piece.number == entry.pieces)
        {
            let text = early.swap_remove(next).text;
            has_changed |= entry.save_ahead(&text);
            message.content.push_str(&text);
            entry.kept = Some(message.content.len());
            entry.pieces += 1;
            self.changes.version += 1;
        }
        if has_changed {
            entry.reshape(&mut self.changes.shapes);
        }
    }

    /// The store no longer has the head: drops its content, unless this page has changed it.
    pub(super) fn forget_head(&mut self) {
        self.head.is_stored = false;
        if !self.head.is_new {
            self.shared_state = Value::object();
            self.changes.version += u32::from(self.title.text.take().is_some());
            self.branches.choices = Choices::default();
        }
    }

    /// When this page removed the turn at that position. A record from before that is out of date.
    pub(super) fn removed_at(&self, position: &str) -> Option<&str> {
        if self.rows.get(position).is_some() {
            return None;
        }
        let is_cleared = position::time_of(position) <= self.removals.cleared_at.as_str();
        self.removals.cut.get(position).or(is_cleared.then_some(&self.removals.cleared_at)).map(String::as_str)
    }

    /// A record from before this page removed the turn at that position has come into the store: it is removed again. A page that
    /// removes a turn may not find its record yet, because each page's view of the store lags behind the others. The record of an
    /// answer that still grew stays: its page may have gone on.
    pub(super) fn forget_late(&mut self, position: &str) {
        if self.removals.late.iter().any(|late| late == position) {
            self.removals.to_forget.push(position.to_owned());
            self.is_to_be_saved_again = true;
        }
    }

    /// Another page has removed the turn at that position.
    pub(super) fn remember_forgotten(&mut self, position: &str) {
        if self.from_others.forgotten.len() == MOST_FORGOTTEN {
            self.from_others.forgotten.pop_front();
        }
        self.from_others.forgotten.push_back(position.to_owned());
    }

    /// Drops the turns whose positions the store no longer has: all for which `stay` is false. Turns with changes that are not
    /// saved stay, and so do answers that grow on this page: they are saved again.
    pub(super) fn forget_kept(&mut self, stay: &dyn Fn(&str) -> bool) {
        let positions = &self.positions;
        let gone = self.rows.take_out(|entry, message| {
            let is_gone = !stay(&entry.position);
            let grows = is_gone && positions.grows(&entry.position);
            let is_kept = !entry.is_new && entry.kept == Some(message.content.len());
            entry.is_new |= grows;
            is_kept && is_gone && !grows
        });
        if !gone.is_empty() {
            self.changes.version += 1;
            self.arrange();
        }
    }
}

impl Removals {
    /// This page removes a turn.
    pub(super) fn note(&mut self, entry: &Entry) {
        if entry.kept.is_none() {
            return;
        }
        self.to_forget.push(entry.position.clone());
        if !entry.is_open {
            if self.late.len() == MOST_FORGOTTEN {
                self.late.pop_front();
            }
            self.late.push_back(entry.position.clone());
        }
    }
}

/// A turn from its record.
pub(super) struct Stored {
    pub(super) message: Message,
    /// Whether it still grows.
    pub(super) is_open: bool,
    /// Whether an older version has written it, or it has no member that only a newer version knows.
    pub(super) lacks_members: bool,
    pub(super) branch: Option<Rc<Branch>>,
}

impl Entry {
    /// Text of another page has been saved. Returns whether it differs from what that page reported before.
    fn save_ahead(&mut self, text: &str) -> bool {
        if let Some(rest) = self.ahead.strip_prefix(text) {
            self.ahead = rest.to_owned();
            return false;
        }
        !text.starts_with(&std::mem::take(&mut self.ahead))
    }

    /// The entry of a turn that has just been read.
    fn stored(position: &str, message: &Message, is_open: bool) -> Self {
        Self { position: position.to_owned(), kept: Some(message.content.len()), is_open, ..Self::default() }
    }
}

/// Whether `message` is older than `known`, the same turn: changes can arrive by two ways, and one of them is slower. A
/// turn that is still open only grows, and a turn that has ended is only opened again with a later timestamp.
fn is_late(own: &Entry, known: &Message, message: &Message, is_open: bool) -> bool {
    let is_shorter = message.content.len() < known.content.len();
    if !is_open {
        return message.timestamp < known.timestamp && is_shorter;
    }
    if own.is_open {
        is_shorter
    } else {
        message.timestamp <= known.timestamp
    }
}
