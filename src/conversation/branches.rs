//! Alternatives: an edited question, or another answer to a question. One of them is shown, the others are kept.
//!
//! A conversation begins with a branch that has no name. Each other branch begins after a turn of an earlier one. One
//! path through the branches is shown: where several branches continue, the newest, unless another one was chosen since
//! the newest was begun.

mod choices;
mod tree;

use std::rc::Rc;

pub(super) use choices::Choices;
pub(super) use tree::Fork;
use tree::{Leaf, Tree};

use super::positions::Follows;
use super::{position, Conversation, Entry};
use crate::error::Error;
use crate::json::Value;
use crate::message::{Message, Role};

/// Which one of several alternatives a message begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alternatives {
    /// Its index, from 0: the oldest comes first.
    pub index: usize,
    /// How many there are, at least two.
    pub count: usize,
}

/// A branch. It is stored with each of its turns, and known as long as one of them exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Branch {
    /// Its name: the position of its first turn.
    id: String,
    /// The branch that it begins in; empty for the first one.
    of: String,
    /// The position of the turn that it begins after; empty for the beginning of the conversation.
    after: String,
}

impl Branch {
    pub(super) fn to_value(&self) -> Value {
        let mut value = Value::object().with("id", self.id.as_str());
        for (key, position) in [("of", &self.of), ("after", &self.after)] {
            if !position.is_empty() {
                value.set(key, position.as_str().into());
            }
        }
        value
    }

    pub(super) fn from_value(value: &Value) -> Option<Rc<Self>> {
        let position = |key| value.text(key).filter(|text| position::is_position(text)).unwrap_or_default().to_owned();
        let branch = Self { id: position("id"), of: position("of"), after: position("after") };
        (!branch.id.is_empty()).then(|| Rc::new(branch))
    }
}

/// What is known about the branches besides their turns.
#[derive(Debug, Clone, Default)]
pub(super) struct Branches {
    /// Whether there is a turn of any branch but the first.
    pub(super) exist: bool,
    pub(super) choices: Choices,
    forks: Vec<Fork>,
    /// Where the next turn begins a branch.
    next: Option<Next>,
    /// How many times `next` was set: each gets a number.
    numbers: u32,
}

/// Where the next turn begins a branch: the turns shown until then end there.
#[derive(Debug, Clone)]
struct Next {
    of: String,
    after: String,
    number: u32,
}

impl Branches {
    /// What the first turn of a run that begins a branch follows.
    pub(super) fn start(&self) -> Option<Follows> {
        let Next { of, after, .. } = self.next.as_ref()?;
        Some(Follows::Start { of: of.clone(), after: after.clone() })
    }
}

impl Conversation {
    /// Keeps the first `length` messages. All others are removed, except alternatives of messages that stay.
    pub fn truncate(&mut self, length: usize, now: &str) {
        let (of, after) = self.end_of(length);
        let was_cut = self.branches.next.take().is_some();
        let gone = self.behind(&of, &after);
        if gone.is_empty() {
            if was_cut {
                self.arrange();
            }
            return;
        }
        let is_gone = |position: &str| gone.binary_search_by(|gone| gone.as_str().cmp(position)).is_ok();
        for entry in self.rows.take_out(|entry, _| is_gone(&entry.position)) {
            self.removals.note(&entry);
            self.removals.cut.insert(entry.position, now.to_owned());
        }
        self.positions.forget(&is_gone);
        self.branches.choices.retain(|key| key != after && !is_gone(key));
        self.changed(now);
        self.head.is_new = true;
        self.arrange();
    }

    /// Puts aside what follows the first `length` messages: the next message begins an alternative to it. Returns a
    /// number for [`Self::end_branch`]; 0 if nothing follows.
    pub fn branch(&mut self, length: usize) -> u32 {
        if length < self.rows.messages.len() {
            let (of, after) = self.end_of(length);
            self.branches.numbers += 1;
            self.branches.next = Some(Next { of, after, number: self.branches.numbers });
            self.arrange();
        }
        self.branching()
    }

    /// The number of the alternative that the next message begins; 0 if it begins none.
    #[must_use]
    pub fn branching(&self) -> u32 {
        self.branches.next.as_ref().map_or(0, |next| next.number)
    }

    /// If no message has begun that alternative, what was put aside for it is shown again.
    pub fn end_branch(&mut self, number: u32) {
        if number != 0 && self.branching() == number {
            self.branches.next = None;
            self.arrange();
        }
    }

    /// The last question is asked again: its answer is put aside for another one. Returns the turns to send, as
    /// [`Self::ask`] does; `None` if there is no question.
    pub fn ask_again(&mut self, history: usize) -> Option<Vec<Message>> {
        let asked = self.rows.messages.iter().rposition(|message| message.role == Role::User)?;
        self.branch(asked + 1);
        Some(self.to_send(history))
    }

    /// Shows another of the alternatives that the message `id` belongs to.
    ///
    /// # Errors
    /// `invalid-argument` if there is no such alternative.
    pub fn select_alternative(&mut self, id: &str, index: usize, now: &str) -> Result<(), Error> {
        let fork = self.branches.forks.iter().find(|fork| fork.first == id);
        let fork = fork.ok_or_else(|| Error::invalid("there is no message of that id that has alternatives"))?;
        let branch = fork.branches.get(index).ok_or_else(|| Error::invalid("there is no alternative of that index"))?;
        if index != fork.index {
            let at = position::after(&fork.latest, now, &self.positions.writer);
            self.branches.choices.choose(&fork.key, branch, at);
            self.head.is_new = true;
            self.head.is_refused = false;
        }
        self.branches.next = None;
        self.arrange();
        Ok(())
    }

    /// Which alternative the message with that index begins; `None` if it has no alternatives.
    #[must_use]
    pub fn alternatives(&self, at: usize) -> Option<Alternatives> {
        self.rows.entries.get(at)?.alternatives
    }

    /// A conversation with copies of the first `length` messages and of the shared state. [`Self::replace`] gives the
    /// messages their positions.
    #[must_use]
    pub fn fork(&self, length: usize) -> Self {
        let mut fork = Self::new(self.id.clone());
        fork.shared_state = self.shared_state.clone();
        fork.updated_at.clone_from(&self.updated_at);
        for (entry, message) in self.rows.entries.iter().zip(&self.rows.messages).take(length) {
            let mut message = message.clone();
            message.content.push_str(&entry.ahead);
            fork.rows.entries.push(Entry { position: entry.position.clone(), ..Entry::default() });
            fork.rows.messages.push(message);
        }
        fork
    }

    /// The branch that a new turn at that position belongs to.
    pub(super) fn branch_of(&mut self, position: &str, is_of_run: bool) -> Option<Rc<Branch>> {
        match self.positions.begun().filter(|_| is_of_run) {
            Some(Follows::Turn(last)) => {
                if let Some((entry, _)) = self.rows.get(last) {
                    return entry.branch.clone();
                }
            }
            Some(Follows::Start { of, after }) if after.as_str() < position => {
                let is_known = after.is_empty() || self.rows.get(after).is_some();
                let branch = is_known.then(|| Branch { id: position.to_owned(), of: of.clone(), after: after.clone() });
                self.branches.next.take_if(|next| branch.as_ref().is_some_and(|branch| branch.after == next.after));
                if branch.is_some() {
                    return branch.map(Rc::new);
                }
            }
            _ => {}
        }
        if let Some(Next { of, after, .. }) = self.branches.next.take_if(|next| next.after.as_str() < position) {
            return Some(Rc::new(Branch { id: position.to_owned(), of, after }));
        }
        let before = self.rows.find(position).unwrap_or_else(|at| at).checked_sub(1)?;
        self.rows.entries.get(before)?.branch.clone()
    }

    /// Takes over the choices of another page. Choices that the other page does not know yet are saved again.
    pub(super) fn take_choices(&mut self, theirs: &Choices) {
        let known =
            |key: &str| self.rows.iter().any(|(entry, _)| entry.branch.as_ref().is_some_and(|own| own.after == key));
        if self.branches.choices.merge(theirs, known) {
            self.head.is_new = true;
            self.is_to_be_saved_again = true;
        }
    }

    /// Updates which turns are shown. Does nothing if there is only one branch.
    pub(super) fn arrange(&mut self) {
        if !self.branches.exist && self.branches.next.is_none() && self.rows.aside.is_empty() {
            return;
        }
        let rows = self.rows.in_order();
        let leaves = leaves(&rows);
        let were: Vec<_> = rows.iter().map(|(_, is_shown)| *is_shown).collect();
        let tree = Tree::new(&leaves);
        let goal = self.branches.next.as_ref().map(|next| tree.spot(&next.of, &next.after));
        let shown = tree.shown(&self.branches.choices, goal);
        if were != shown.turns {
            self.rows.sort(&were, &shown.turns);
            self.changes.version += 1;
        }
        self.branches.forks = shown.forks;
        self.mark();
    }

    /// Marks the first turn of each alternative with its index.
    fn mark(&mut self) {
        let mut forks = self.branches.forks.iter().peekable();
        for entry in &mut self.rows.entries {
            let fork = forks.next_if(|fork| fork.first == entry.position);
            let found = fork.map(|fork| Alternatives { index: fork.index, count: fork.branches.len() });
            if entry.alternatives != found {
                entry.alternatives = found;
                entry.reshape(&mut self.changes.shapes);
                self.changes.version += 1;
            }
        }
    }

    /// The branch that the first `length` messages end in, and their last position.
    fn end_of(&self, length: usize) -> (String, String) {
        let last = length.min(self.rows.entries.len()).checked_sub(1).and_then(|last| self.rows.entries.get(last));
        let branch = |entry: &Entry| entry.branch.as_ref().map_or_else(String::new, |branch| branch.id.clone());
        last.map_or_else(Default::default, |entry| (branch(entry), entry.position.clone()))
    }

    /// The positions of the turns after a turn of a branch, sorted.
    fn behind(&self, of: &str, after: &str) -> Vec<String> {
        let rows = self.rows.in_order();
        let leaves = leaves(&rows);
        let tree = Tree::new(&leaves);
        let behind = tree.behind(tree.spot(of, after)).into_iter().filter_map(|at| rows.get(at));
        let mut positions: Vec<_> = behind.map(|(entry, _)| entry.position.clone()).collect();
        positions.sort_unstable();
        positions
    }
}

fn leaves<'a>(rows: &[(&'a Entry, bool)]) -> Vec<Leaf<'a>> {
    rows.iter().map(|(entry, _)| Leaf { position: &entry.position, branch: entry.branch.as_deref() }).collect()
}
