//! The answer of a run: it grows while it streams, and the complete turn replaces it at its end.

use super::selection::selected;
use super::{Conversation, Rows};
use crate::json::Value;
use crate::message::{Message, ModelTurn, Role};

impl Conversation {
    /// The answer has grown to `text`, which begins with the answer so far.
    pub fn grow(&mut self, text: &str, timestamp: &str) {
        self.grow_at(text, || timestamp.to_owned());
    }

    /// The same; `now` returns the time, which only a new answer needs.
    pub fn grow_at(&mut self, text: &str, now: impl FnOnce() -> String) {
        let position = self.positions.own_growing().map(str::to_owned);
        if let Some((_, message)) = position.as_deref().and_then(|position| self.rows.get_mut(position)) {
            message.content.push_str(text.get(message.content.len()..).unwrap_or_default());
            self.changes.version += 1;
        } else if !text.is_empty() {
            self.positions.take_growing();
            self.end_calling(false);
            let timestamp = now();
            let mut answer = Message::new(Role::Assistant, text);
            timestamp.clone_into(&mut answer.timestamp);
            answer.interrupted = true;
            let position = self.insert(answer, position, &timestamp, true);
            if let Some((entry, _)) = self.rows.get_mut(&position) {
                entry.is_open = true;
                self.positions.add_growing(position);
            }
        }
    }

    /// The run has left the turn that called tools. The turn is complete if another one follows; if the run `is_interrupted`,
    /// none does, and the turn counts as interrupted.
    fn end_calling(&mut self, is_interrupted: bool) {
        let Some(position) = self.positions.take_calling() else { return };
        // It counts as interrupted from now on, or is complete.
        self.changes.version += 1;
        if let Some((entry, message)) = self.rows.get_mut(&position).filter(|_| !is_interrupted) {
            message.interrupted = false;
            entry.is_new = true;
        }
    }

    /// Continues the interrupted answer at the end of the conversation: returns the turns to send before it, and the
    /// answer itself, which grows from now on. If the answer has called tools, the results are sent, and a new answer
    /// grows; calls without results are dropped, because providers refuse such a turn. `None` if the conversation does
    /// not end with an interrupted answer.
    pub fn go_on(&mut self, history: usize, timestamp: &str) -> Option<(Vec<Message>, Message)> {
        let Rows { entries, messages: all, .. } = &mut self.rows;
        let at = all.iter().rposition(|message| message.role != Role::Tool)?;
        let is_answered = at + 1 < all.len();
        let before = all.get(..at)?;
        let asked = before.iter().rposition(|message| message.role == Role::User).unwrap_or(at);
        let sent = if is_answered { all.as_slice() } else { before };
        let messages = selected(sent, asked.saturating_sub(history));
        let (entry, message) = entries.get_mut(at).zip(all.get_mut(at))?;
        if !message.interrupted || message.role != Role::Assistant {
            return None;
        }
        let position = entry.position.clone();
        message.content.push_str(&std::mem::take(&mut entry.ahead));
        entry.live = 0;
        if is_answered {
            self.positions.add_calling(position);
            self.changes.version += 1;
            return Some((messages, Message::new(Role::Assistant, "")));
        }
        message.tool_calls.clear();
        if !entry.is_open {
            // Other pages would take a record with the old timestamp for a late one.
            timestamp.clone_into(&mut message.timestamp);
            entry.is_open = true;
            entry.is_new = true;
        }
        let answer = message.clone();
        entry.reshape(&mut self.changes.shapes);
        self.positions.add_growing(position);
        self.changes.version += 1;
        Some((messages, answer))
    }

    /// Adds an answer that calls tools. It counts as interrupted until another turn follows their results: the page may be
    /// closed at any moment.
    pub fn call(&mut self, turn: ModelTurn, timestamp: String) {
        if let Some(position) = self.put_answer(turn, true, timestamp) {
            self.positions.add_calling(position);
        }
    }

    /// Adds an answer unless it is empty. If the answer has grown before, this is its end.
    pub fn answer(&mut self, turn: ModelTurn, interrupted: bool, timestamp: String) {
        self.put_answer(turn, interrupted, timestamp);
    }

    /// The same; returns the position of the answer.
    fn put_answer(&mut self, turn: ModelTurn, interrupted: bool, timestamp: String) -> Option<String> {
        let position = self.positions.take_growing();
        let has_grown = position.as_deref().is_some_and(|position| self.rows.get(position).is_some());
        let is_nothing = turn.is_empty() && !has_grown;
        self.end_calling(is_nothing && interrupted);
        if is_nothing {
            return None;
        }
        let mut answer = turn.into_message();
        answer.timestamp = timestamp;
        answer.interrupted = interrupted;
        let Some((entry, message)) = position.as_deref().and_then(|position| self.rows.get_mut(position)) else {
            // Another page has removed the growing answer meanwhile: it is added again.
            let now = answer.timestamp.clone();
            return Some(self.insert(answer, position, &now, true));
        };
        entry.is_open = false;
        entry.is_new = true;
        self.updated_at.clone_from(&answer.timestamp);
        answer.metadata = std::mem::replace(&mut message.metadata, Value::object());
        *message = answer;
        entry.reshape(&mut self.changes.shapes);
        self.changes.version += 1;
        position
    }
}
