//! The messages for users: each with an id and its progress.

use super::{Alternatives, Conversation};
use crate::json::Value;
use crate::message::Message;

/// The progress of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing will be added.
    Complete,
    /// It is being written: here, or in another tab.
    Streaming,
    /// It ended before it was complete.
    Interrupted,
}

/// A message for users.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The same in every tab and after a reload.
    pub id: &'a str,
    /// Its progress.
    pub progress: Progress,
    /// Changes whenever the message changes other than by text at its end.
    pub shape: u32,
    /// Which of several alternatives it begins, if any.
    pub alternatives: Option<Alternatives>,
    message: &'a Message,
    /// Text that another tab has written and not saved yet.
    ahead: &'a str,
}

impl View<'_> {
    /// How long the content is, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.message.content.len() + self.ahead.len()
    }

    /// The content from that byte on.
    #[must_use]
    pub fn content_from(&self, bytes: usize) -> String {
        let saved = self.message.content.get(bytes..).unwrap_or_default();
        let skipped = bytes.saturating_sub(self.message.content.len());
        [saved, self.ahead.get(skipped..).unwrap_or_default()].concat()
    }

    /// The message as JSON, with the members of `Message` in `types.d.ts`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = Value::object().with("id", self.id);
        match self.progress {
            Progress::Complete => {}
            Progress::Streaming => value.set("streaming", true.into()),
            Progress::Interrupted => value.set("interrupted", true.into()),
        }
        if let Some(Alternatives { index, count }) = self.alternatives {
            let alternatives = Value::object().with("index", index as u64).with("count", count as u64);
            value.set("alternatives", alternatives);
        }
        self.message.add_members(&mut value, self.ahead);
        value
    }
}

impl Conversation {
    /// Its messages for users, oldest first.
    pub fn views(&self) -> impl Iterator<Item = View<'_>> {
        self.rows.entries.iter().zip(&self.rows.messages).map(|(entry, message)| View {
            id: &entry.position,
            shape: entry.shape,
            alternatives: entry.alternatives,
            message,
            ahead: &entry.ahead,
            progress: if self.positions.grows(&entry.position) || (entry.is_open && entry.live > 0) {
                Progress::Streaming
            } else if message.interrupted && entry.live == 0 && !self.positions.calls(&entry.position) {
                Progress::Interrupted
            } else {
                Progress::Complete
            },
        })
    }
}
