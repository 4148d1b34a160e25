//! `reasoning_details`: reasoning in typed pieces, which is sent back with the turn unchanged.
//!
//! <https://openrouter.ai/docs/use-cases/reasoning-tokens>: the pieces of a stream have a `type`, `reasoning.text`,
//! `reasoning.summary` or `reasoning.encrypted`, and an `index`; those of one block are put together, and the sequence must
//! stay as the model gave it.

use super::super::OnDelta;
use crate::json::{RawValue, Text, Value};
use crate::message::Delta;

/// The members of a piece that grow.
const GROWING: [&str; 2] = ["text", "summary"];

/// The blocks so far.
#[derive(Debug, Default)]
pub(super) struct Details(Vec<Value>);

impl Details {
    /// Takes the pieces of a chunk. Their text is handed on if `shown`: if it is not elsewhere in the chunk.
    pub(super) fn take(&mut self, pieces: &RawValue<'_>, shown: bool, out: &mut OnDelta<'_>) {
        for piece in pieces.items() {
            let piece = Value::from(&piece);
            if !matches!(piece, Value::Object(_)) {
                continue;
            }
            for words in
                GROWING.iter().filter_map(|member| piece.text(member)).filter(|words| shown && !words.is_empty())
            {
                out(Delta::Reasoning(Text::verbatim(words.as_bytes())));
            }
            match self.0.last_mut().filter(|last| continues(last, &piece)) {
                Some(last) => grow(last, piece),
                None => self.0.push(piece),
            }
        }
    }

    /// Whether no piece has arrived.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a block can only be read by the provider: such blocks must be sent back with every turn.
    pub(super) fn is_signed(&self) -> bool {
        self.0.iter().any(|block| ["signature", "data"].iter().any(|member| block.text(member).is_some()))
    }

    /// The blocks, for the turn's state.
    pub(super) fn to_value(&self) -> Value {
        Value::Array(self.0.clone())
    }
}

/// Whether a piece belongs to the last block: text of the same type and index, unless something shows that it is
/// another block, or that the block is over.
fn continues(last: &Value, piece: &Value) -> bool {
    let grows = GROWING.iter().any(|member| last.get(member).is_some());
    let differs = |member: &str| {
        let (old, new) = (last.get(member), piece.get(member));
        old.zip(new).is_some_and(|(old, new)| !old.is_null() && !new.is_null() && old != new)
    };
    let has_words = GROWING.iter().any(|member| piece.text(member).is_some_and(|words| !words.is_empty()));
    let is_over = last.text("signature").is_some() && has_words;
    grows && !is_over && !["type", "index", "id", "signature"].iter().any(|member| differs(member))
}

fn grow(last: &mut Value, piece: Value) {
    let (Value::Object(members), Value::Object(new)) = (last, piece) else { return };
    for (name, value) in new.into_iter().filter(|(_, value)| !value.is_null()) {
        match (members.iter_mut().find(|(member, _)| *member == name), value) {
            (Some((_, Value::String(words))), Value::String(more)) if GROWING.contains(&&*name) => {
                words.push_str(&more);
            }
            (Some((_, old)), value) => *old = value,
            (None, value) => members.push((name, value)),
        }
    }
}
