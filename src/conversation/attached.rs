//! The attachments of conversations, whose bytes are stored apart from the turns: which of them are no longer referred
//! to, and which are removed to make room.

use std::collections::HashSet;

use super::store::{Key, Store, StoreError, PIECE};
use super::Conversation;
use crate::json::Value;
use crate::message::Message;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// An attachment as it is stored, without its bytes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StoredAttachment {
    /// The key under which it is stored.
    pub id: String,
    /// The file's name; may be empty.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// When it was stored, in milliseconds since 1970.
    pub created: u64,
    /// The conversations that have it.
    pub owners: Vec<Owner>,
}

/// A conversation that has an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    /// Whether it is stored in the session of one tab, and not for all tabs.
    pub is_of_session: bool,
    /// Its name.
    pub conversation: String,
}

impl Owner {
    /// The owner as it is stored.
    #[must_use]
    pub fn to_text(&self) -> String {
        [if self.is_of_session { "session:" } else { "local:" }, &self.conversation].concat()
    }

    /// The owner that `to_text` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, conversation) = text.split_once(':')?;
        let is_of_session = kind == "session";
        (is_of_session || kind == "local").then(|| Self { is_of_session, conversation: conversation.to_owned() })
    }
}

impl StoredAttachment {
    /// An attachment from JSON with these members; an owner that cannot be read is left out.
    #[must_use]
    pub fn from_value(value: &Value) -> Self {
        let text = |key| value.text(key).unwrap_or_default().to_owned();
        let number = |key| value.get(key).and_then(Value::as_unsigned).unwrap_or_default();
        let owners = value.list("owners").iter().filter_map(|owner| Owner::parse(owner.as_str()?)).collect();
        Self { id: text("id"), name: text("name"), size: number("size"), created: number("created"), owners }
    }
}

/// Each attachment with an owner that no longer has it: none of the owner's turns refers to it, according to `refers`.
/// An attachment stays for an hour, because its turn may not be stored yet. An attachment of a session stays for a day,
/// because another tab may have that session.
pub fn orphans(stored: &[StoredAttachment], now: u64, refers: impl Fn(&Owner, &str) -> bool) -> Vec<(String, Owner)> {
    let mut orphans = Vec::new();
    for StoredAttachment { id, created, owners, .. } in stored {
        for owner in owners {
            let least = if owner.is_of_session { DAY_MS } else { HOUR_MS };
            if now.saturating_sub(*created) > least && !refers(owner, id) {
                orphans.push((id.clone(), owner.clone()));
            }
        }
    }
    orphans
}

/// Which attachments to remove, the oldest first, to free `needed` bytes; none if even all together are smaller. Those
/// in `staying` are not removed.
#[must_use]
pub fn to_make_room(mut stored: Vec<StoredAttachment>, needed: u64, staying: &[String]) -> Vec<StoredAttachment> {
    stored.retain(|attachment| !staying.contains(&attachment.id));
    stored.sort_by_key(|attachment| attachment.created);
    let mut free = 0;
    let mut count = 0;
    for attachment in &stored {
        if free >= needed {
            break;
        }
        free += attachment.size;
        count += 1;
    }
    stored.truncate(if free < needed { 0 } else { count });
    stored
}

/// What the turns in a store refer to: names of conversations, each with the id of an attachment.
///
/// # Errors
/// If the store fails.
pub fn references(store: &impl Store) -> Result<HashSet<(String, String)>, StoreError> {
    let mut references = HashSet::new();
    for key in store.keys()? {
        let Some(known) = Key::parse(&key).filter(|known| known.kind < PIECE) else { continue };
        // Most turns have no attachments: they need not be parsed.
        let Some(record) = store.get(&key)?.filter(|record| record.contains("\"attachments\"")) else { continue };
        let record = Value::parse(record.as_bytes()).unwrap_or(Value::object());
        let turns = record.list("messages").iter().chain([&record]);
        for attachment in turns.filter_map(Message::from_value).flat_map(|turn| turn.attachments) {
            references.insert((known.id.to_owned(), attachment.id));
        }
    }
    Ok(references)
}

impl Conversation {
    /// The ids of the attachments that are stored elsewhere and that its turns refer to, including turns of
    /// alternatives.
    #[must_use]
    pub fn attachment_ids(&self) -> Vec<String> {
        let all = self.rows.iter().flat_map(|(_, message)| &message.attachments);
        all.filter(|attachment| attachment.is_stored()).map(|attachment| attachment.id.clone()).collect()
    }

    /// The ids among these that its turns no longer refer to.
    #[must_use]
    pub fn without_attached(&self, mut ids: Vec<String>) -> Vec<String> {
        if !ids.is_empty() {
            let attached = self.attachment_ids();
            ids.retain(|id| !attached.contains(id));
        }
        ids
    }
}
