//! Answers that are being written, here or in other pages: text that is shown before it is saved.
//!
//! A page sends the growth of its answers to the others as messages under [`live_key`], in the form `<bytes> <text>`:
//! the text, and the byte of the content at which it begins. A message that is lost or early does no harm: the next
//! save fills the gap.

use super::store::live_key;
use super::Conversation;
use crate::json::decimal;
use crate::message::Role;
use crate::text::concat;

/// A turn that another page writes, and the number of its last news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    position: String,
    news: u32,
}

impl Conversation {
    /// An open turn continues with `text`, which begins at byte `from` of the turn.
    pub(super) fn take_live(&mut self, position: &str, from: usize, text: &str) {
        let grows = self.positions.grows(position);
        let Some((entry, message)) = self.rows.get_mut(position) else { return };
        let known = message.content.len() + entry.ahead.len();
        // Text that is known is skipped. Text after a gap is ignored: the next save fills the gap.
        let Some(text) = known.checked_sub(from).and_then(|skipped| text.get(skipped..)) else { return };
        if entry.is_open && !grows && !text.is_empty() {
            entry.ahead.push_str(text);
            self.changes.version += 1;
            self.heard_of(position);
        }
    }

    /// Another page has just reported the turn at that position. If the turn is not complete, that page is writing it.
    pub(super) fn heard_of(&mut self, position: &str) {
        let grows = self.positions.grows(position);
        let Some((entry, message)) = self.rows.get_mut(position) else { return };
        let calls_tools = message.interrupted && !message.tool_calls.is_empty();
        if !grows && (entry.is_open || calls_tools) {
            self.changes.news += 1;
            self.changes.version += u32::from(entry.live == 0);
            entry.live = self.changes.news;
        }
    }

    /// Another page is writing in this conversation: open answers to the last question count as being written. Earlier
    /// answers do not, because runs follow one another.
    pub fn is_written(&mut self) {
        let asked = self.rows.messages.iter().rposition(|message| message.role == Role::User).unwrap_or_default();
        let asked = self.rows.entries.get(asked).map_or("", |entry| &entry.position);
        let is_open = |entry: &&super::Entry| entry.is_open && entry.position.as_str() >= asked;
        let open = self.rows.iter().map(|(entry, _)| entry).filter(is_open);
        let positions: Vec<_> = open.map(|entry| entry.position.clone()).collect();
        for position in &positions {
            self.heard_of(position);
        }
    }

    /// Whether there are incomplete turns that no page is known to write.
    #[must_use]
    pub fn has_open(&self) -> bool {
        self.rows.iter().any(|(entry, _)| entry.is_open && entry.live == 0 && !self.positions.grows(&entry.position))
    }

    /// The turns that other pages write.
    #[must_use]
    pub fn live(&self) -> Vec<Live> {
        let is_live = |entry: &&super::Entry| entry.live > 0;
        let live = |entry: &super::Entry| Live { position: entry.position.clone(), news: entry.live };
        self.rows.iter().map(|(entry, _)| entry).filter(is_live).map(live).collect()
    }

    /// Marks these turns as interrupted, except those with later news. This page saves the text of them that was shown.
    /// Returns whether anything has changed.
    pub fn abandon(&mut self, turns: &[Live]) -> bool {
        let mut has_changed = false;
        for (entry, message) in self.rows.iter_mut() {
            if entry.live > 0 && turns.iter().any(|turn| turn.position == entry.position && turn.news == entry.live) {
                entry.live = 0;
                message.content.push_str(&std::mem::take(&mut entry.ahead));
                has_changed = true;
            }
        }
        self.changes.version += u32::from(has_changed);
        has_changed
    }

    /// Whether an answer grows here that is not saved at all yet. Returns true once for each answer, so that a store
    /// that refuses it is not tried again with every frame.
    pub fn take_unsaved_answer(&mut self) -> bool {
        let mut is_unsaved = false;
        for (entry, message) in self.rows.iter_mut() {
            if entry.kept.is_none() && entry.posted == 0 && self.positions.grows(&entry.position) {
                entry.posted = message.content.len();
                is_unsaved = true;
            }
        }
        is_unsaved
    }

    /// The growth of the answers here, to be sent to other pages: keys and values. Each part is returned once.
    pub fn take_news(&mut self) -> Vec<(String, String)> {
        let mut news = Vec::new();
        for (entry, message) in self.rows.iter_mut() {
            // Other pages do not know the turn before it is saved.
            if entry.kept.is_none() || entry.is_new || !self.positions.grows(&entry.position) {
                continue;
            }
            if let Some(text) = message.content.get(entry.posted..).filter(|text| !text.is_empty()) {
                let value = concat(&[&decimal(entry.posted as u64), " ", text]);
                news.push((live_key(&entry.position, &self.id), value));
                entry.posted = message.content.len();
            }
        }
        news
    }
}
