//! The rows of `Context.list`: the conversations of a store.

use super::record::SCHEMA;
use super::store::{Key, Store, StoreError, HEAD, TURN};
use crate::json::Value;

/// How much of the first question is shown, in characters.
const PREVIEW: usize = 80;

/// A stored conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Its name in the store.
    pub id: String,
    /// When it last changed, as ISO 8601 in UTC.
    pub updated_at: String,
    /// How many messages it has, including those of alternatives that are not shown.
    pub messages: usize,
    /// The beginning of its first question.
    pub preview: String,
    /// Its title, if it was given one.
    pub title: Option<String>,
}

/// The conversations of a store, the one that changed last first. Conversations that cannot be read are left out.
///
/// # Errors
/// If the store fails.
pub fn list(store: &dyn Store) -> Result<Vec<Listed>, StoreError> {
    let mut rows: Vec<(Listed, bool)> = Vec::new();
    for key in store.keys()? {
        let Some(known) = Key::parse(&key).filter(|known| known.kind == HEAD || known.kind == TURN) else { continue };
        let head = if known.kind == HEAD { read(store, &key)? } else { None };
        if known.kind == HEAD && !head.as_ref().is_some_and(is_head) {
            continue;
        }
        let at = rows.iter().position(|(row, _)| row.id == known.id).unwrap_or_else(|| {
            rows.push((Listed { id: known.id.to_owned(), ..Listed::default() }, false));
            rows.len() - 1
        });
        let Some((row, has_preview)) = rows.get_mut(at) else { continue };
        let question = if let Some(head) = &head {
            // In the first schema, all turns were in the head.
            let turns = head.list("messages");
            row.messages += turns.len();
            row.title = head.text("title").map(str::to_owned);
            take_later(row, head.text("updatedAt").unwrap_or_default());
            turns.iter().find_map(question)
        } else {
            row.messages += 1;
            take_later(row, known.time());
            if *has_preview { None } else { read(store, &key)? }.as_ref().and_then(question)
        };
        if let Some(question) = question.filter(|_| !*has_preview) {
            row.preview = question.chars().take(PREVIEW).collect();
            *has_preview = true;
        }
    }
    rows.sort_by(|(one, _), (other, _)| other.updated_at.cmp(&one.updated_at).then_with(|| one.id.cmp(&other.id)));
    Ok(rows.into_iter().map(|(row, _)| row).collect())
}

fn is_head(head: &Value) -> bool {
    head.get("schema").and_then(Value::as_unsigned).is_some_and(|schema| (1..=SCHEMA).contains(&schema))
}

fn take_later(row: &mut Listed, changed: &str) {
    if changed > row.updated_at.as_str() {
        changed.clone_into(&mut row.updated_at);
    }
}

fn question(turn: &Value) -> Option<String> {
    turn.text("content").filter(|_| turn.text("role") == Some("user")).map(str::to_owned)
}

fn read(store: &dyn Store, key: &str) -> Result<Option<Value>, StoreError> {
    Ok(store.get(key)?.and_then(|text| Value::parse(text.as_bytes()).ok()))
}
