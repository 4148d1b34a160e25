//! Makes room in a store that is full, by removing old turns.

use super::super::Unfinished;
use super::key::{head_key, piece_key, turn_key, Key, PIECE, TURN};
use super::{Store, StoreError};
use crate::error::Error;

/// Writes to a store. If it is full, turns are removed.
pub(super) struct EvictingStore<'a, S: Store> {
    pub(super) store: &'a S,
    /// The conversation that is written.
    pub(super) id: &'a str,
    /// The growing turns of the conversation: they are never removed.
    pub(super) growing: &'a [Unfinished],
    /// How many turns have been removed.
    pub(super) evicted: u64,
}

/// A record that may be removed, and how many turns it holds: 0 for a piece, or a head without turns.
struct Candidate {
    key: String,
    turns: u64,
}

/// A record that has been removed, so that it can be put back.
struct Removed {
    key: String,
    turns: u64,
    value: String,
}

impl<S: Store> EvictingStore<'_, S> {
    /// Writes `value`, if necessary in place of other records. `is_refused` is set if removing all candidates would not
    /// be enough; if it is set already, nothing is removed.
    pub(super) fn set(&mut self, key: &str, value: &str, is_refused: &mut bool) -> Result<(), Error> {
        self.set_with_room(key, value, 0, is_refused)
    }

    /// The same, but if records are removed, there is room for `more` bytes than the value takes, if possible.
    pub(super) fn set_with_room(
        &mut self,
        key: &str,
        value: &str,
        more: usize,
        is_refused: &mut bool,
    ) -> Result<(), Error> {
        let mut removed = Vec::new();
        let outcome = self.set_and_remove(key, value, more, is_refused, &mut removed);
        // If the room was not enough, everything is put back, the last one first.
        while let Some(Removed { key, turns, value }) = removed.pop() {
            if outcome.is_ok() {
                self.evicted += turns;
            } else {
                let _ = self.store.set(&key, &value);
            }
        }
        outcome
    }

    fn set_and_remove(
        &self,
        key: &str,
        value: &str,
        more: usize,
        is_refused: &mut bool,
        removed: &mut Vec<Removed>,
    ) -> Result<(), Error> {
        let mut at_once = 0;
        let mut candidates = Vec::new();
        while let Err(error) = self.store.set(key, value) {
            let StoreError::Full(full) = error else { return Err(error.into()) };
            if *is_refused {
                return Err(full);
            }
            if at_once == 0 {
                candidates = self.candidates(&self.store.keys()?, key);
            }
            if candidates.is_empty() {
                *is_refused = true;
                return Err(full);
            }
            let mut left = at_once;
            // Records without turns go with the turn before them.
            while candidates.last().is_some_and(|candidate| candidate.turns <= left) {
                let Some(candidate) = candidates.pop() else { break };
                left -= candidate.turns;
                remove(self.store, candidate, removed)?;
            }
            // Twice as many the next time, so that a large turn is not attempted again after each small one.
            at_once = (2 * at_once).max(1);
        }
        if !removed.is_empty() {
            self.remove_up_to(key.len() + value.len() + more, &mut candidates, removed);
        }
        Ok(())
    }

    /// Continues removing until `bytes` bytes have been removed, or nothing is left to remove. The value has been
    /// written already, so an error of the store does no harm here.
    fn remove_up_to(&self, bytes: usize, candidates: &mut Vec<Candidate>, removed: &mut Vec<Removed>) {
        let mut free = 0;
        let mut counted = 0;
        loop {
            for Removed { key, value, .. } in removed.iter().skip(counted) {
                free += key.len() + value.len();
            }
            counted = removed.len();
            let Some(candidate) = candidates.pop().filter(|_| free < bytes) else { return };
            if remove(self.store, candidate, removed).is_err() {
                return;
            }
        }
    }

    /// What may be removed to write the record `written`, in the order in which it is popped: first pieces without a
    /// turn; then the turns of other conversations, beginning with the conversation that has been unchanged longest;
    /// then the turns of this conversation, except its newest one. In each conversation the oldest turns come first.
    fn candidates(&self, keys: &[String], written: &str) -> Vec<Candidate> {
        let mut candidates = pieces_without_turn(keys);
        let mut others = newest_positions(keys);
        let own = others.iter().position(|(id, _)| *id == self.id);
        let newest = own.map_or("", |own| others.swap_remove(own).1);
        while let Some(oldest) = (0..others.len()).min_by_key(|at| others.get(*at).map(|(_, last)| *last)) {
            let (id, last) = others.swap_remove(oldest);
            self.add_turns(&mut candidates, keys, id, |_, _| false);
            // The head goes with the last turn. A head of schema 1 holds all the turns.
            candidates.push(Candidate { key: head_key(id), turns: u64::from(last.is_empty()) });
        }
        self.add_turns(&mut candidates, keys, self.id, |key, position| key == written || position == newest);
        candidates.reverse();
        candidates
    }

    /// Adds the turns of that conversation, oldest first, except those that `stays` accepts by key and position.
    fn add_turns(
        &self,
        candidates: &mut Vec<Candidate>,
        keys: &[String],
        id: &str,
        stays: impl Fn(&str, &str) -> bool,
    ) {
        for key in keys {
            let Some(turn) = Key::parse(key).filter(|key| key.kind == TURN && key.id == id) else { continue };
            let grows = self.growing.iter().any(|growing| growing.position == turn.position);
            if !grows && !stays(key, turn.position) {
                candidates.push(Candidate { key: key.clone(), turns: 1 });
            }
        }
    }
}

/// The pieces without a turn.
fn pieces_without_turn(keys: &[String]) -> Vec<Candidate> {
    let is_left_over = |key: &&String| {
        Key::parse(key).is_some_and(|key| key.kind == PIECE && !keys.contains(&turn_key(key.position, key.id)))
    };
    keys.iter().filter(is_left_over).map(|key| Candidate { key: key.clone(), turns: 0 }).collect()
}

/// The conversations of the store, each with the position of its newest turn, which shows when it last changed. The
/// position is empty for a conversation of schema 1: it changed long ago.
fn newest_positions(keys: &[String]) -> Vec<(&str, &str)> {
    let mut newest: Vec<(&str, &str)> = Vec::new();
    for key in keys {
        let Some(Key { id, position, .. }) = Key::parse(key).filter(|key| key.kind != PIECE) else { continue };
        match newest.iter_mut().find(|(other, _)| *other == id) {
            Some((_, last)) => *last = position.max(*last),
            None => newest.push((id, position)),
        }
    }
    newest
}

/// Removes a record; if it is a turn, also its pieces.
fn remove(store: &impl Store, candidate: Candidate, removed: &mut Vec<Removed>) -> Result<(), Error> {
    let Candidate { mut key, mut turns } = candidate;
    let mut pieces = 0;
    while let Some(value) = store.get(&key)? {
        store.remove(&key)?;
        let next = Key::parse(&key).map_or_else(String::new, |key| piece_key(key.position, pieces, key.id));
        removed.push(Removed { key, turns, value });
        (key, turns) = (next, 0);
        pieces += 1;
    }
    Ok(())
}
