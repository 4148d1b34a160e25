//! A page: what it does, one thing after the other.

use refinire_web::conversation::{catch_up, load, save, Conversation};
use refinire_web::message::{ModelTurn, Role};

use super::replay::Replay;
use crate::memory_store::{at, lines, said};
use crate::pages;
use Op::{Add, CatchUp, Clear, End, Enter, Grow, Hear, Load, Save, Send};

#[derive(Debug, Clone, Copy)]
pub(super) enum Op {
    Add(&'static str),
    Grow(&'static str),
    End(&'static str),
    Clear,
    Load,
    Save,
    /// Takes in the messages that have come.
    Hear,
    /// The same once no other page is at work: a run that has waited for its turn.
    Enter,
    CatchUp,
    /// Asks the model.
    Send,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) name: &'static str,
    pub(super) ops: &'static [Op],
    /// When it does the first of them, and how much later each of the others: a clock may go back.
    pub(super) clock: (isize, isize),
}

impl Page {
    /// What it holds at the end, and what it held when it forgot, or asked.
    pub(super) fn play(&self, store: &Replay<'_>) -> (Conversation, Vec<String>) {
        let mut talk = Conversation::new("talk").by(self.name);
        let mut noted = Vec::new();
        for (number, op) in (0..).zip(self.ops) {
            let now = at(usize::try_from(self.clock.0 + number * self.clock.1).unwrap());
            match op {
                Add(text) => talk.add(said(Role::User, text, &now)),
                Grow(text) => talk.grow(text, &now),
                End(text) => talk.answer(ModelTurn::new(*text), false, now),
                Clear => {
                    noted.extend(lines(&talk));
                    talk.clear(now);
                }
                Load => drop(load(store, &mut talk)),
                Save => drop(save(store, &mut talk)),
                Hear | Enter => {
                    pages::hear(&mut talk, &store.hear(matches!(op, Enter)).unwrap_or_default());
                }
                CatchUp => drop(catch_up(store, &mut talk)),
                Send => noted.extend(lines(&talk)),
            }
            if store.waits.get() {
                break;
            }
        }
        (talk, noted)
    }

    pub(super) fn hears(&self) -> bool {
        self.ops.iter().any(|op| matches!(op, Hear | Enter))
    }

    /// What it has said, in order, if it is not forgotten.
    pub(super) fn says(&self) -> Vec<&'static str> {
        let mut said = Vec::new();
        let mut grows = false;
        for op in self.ops {
            match op {
                Add(text) => said.push(*text),
                Grow(text) | End(text) => {
                    if std::mem::replace(&mut grows, matches!(op, Grow(_))) {
                        said.pop();
                    }
                    said.push(text);
                }
                Clear | Load | Save | Hear | Enter | CatchUp | Send => {}
            }
        }
        said
    }
}

pub(super) const fn page(name: &'static str, ops: &'static [Op]) -> Page {
    Page { name, ops, clock: (10, 1) }
}
