//! Which call an increment belongs to, where servers number their calls badly or not at all.

use super::OnDelta;
use crate::json::Text;
use crate::message::Delta;

/// The calls of one answer, in the order they began.
#[derive(Debug, Default)]
pub(super) struct Calls {
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    index: Option<u64>,
    id: String,
    done: bool,
}

/// What an increment says of the call it belongs to.
#[derive(Debug, Default)]
pub(super) struct Mention {
    pub(super) index: Option<u64>,
    pub(super) id: String,
    pub(super) name: String,
    /// What the provider wants back with the call, where it is new.
    pub(super) extra: String,
}

impl Calls {
    /// The number of the call that is meant, which begins here if it is new.
    pub(super) fn locate(&mut self, mention: Mention, out: &mut OnDelta<'_>) -> usize {
        if let Some(place) = self.find(&mention) {
            return place;
        }
        let call = self.open.len();
        self.open.push(Open { index: mention.index, id: mention.id.clone(), done: false });
        out(Delta::ToolStart { call, id: mention.id, name: mention.name, extra: mention.extra });
        call
    }

    /// A call that is one already open: by its id; by its index, unless another id and a name say that the server
    /// repeats the index for a new call; else the last one, where nothing but arguments came.
    fn find(&self, mention: &Mention) -> Option<usize> {
        let same_id = |call: &Open| !mention.id.is_empty() && call.id == mention.id;
        if let Some(place) = self.open.iter().rposition(same_id) {
            return Some(place);
        }
        let begins = !mention.name.is_empty();
        let other_id = |call: &Open| !mention.id.is_empty() && !call.id.is_empty();
        match mention.index {
            Some(_) => self.open.iter().rposition(|call| call.index == mention.index && !(begins && other_id(call))),
            None if begins => None,
            None => self.open.len().checked_sub(1),
        }
    }

    /// Hands on more of a call's arguments.
    pub(super) fn input(call: usize, text: Text<'_>, out: &mut OnDelta<'_>) {
        if !text.is_empty() {
            out(Delta::ToolInput { call, text });
        }
    }

    /// Ends one call.
    pub(super) fn end(&mut self, call: usize, out: &mut OnDelta<'_>) {
        if let Some(open) = self.open.get_mut(call).filter(|open| !open.done) {
            open.done = true;
            out(Delta::ToolEnd { call });
        }
    }

    /// Ends every call that is still open.
    pub(super) fn end_all(&mut self, out: &mut OnDelta<'_>) {
        for call in 0..self.open.len() {
            self.end(call, out);
        }
    }
}
