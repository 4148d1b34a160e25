//! The part of a continuation that is held back until it is known what is new in it.

use super::{Join, Overlap, Seam};
use crate::json::{Split, Text};

/// How the repetition is searched for.
#[derive(Debug)]
pub(super) enum Held {
    /// The model continues its own last turn: letter by letter.
    Exact(Overlap),
    /// The model was told to continue.
    Told(Seam),
}

impl Held {
    pub(super) fn new(old: &str, is_last_turn: bool) -> Self {
        if is_last_turn {
            Self::Exact(Overlap::new(true))
        } else {
            Self::Told(Seam::new(old))
        }
    }

    /// Takes more. Returns where it joins the answer, once that is known.
    pub(super) fn push(&mut self, text: Text<'_>, old: &str) -> Option<Join> {
        match self {
            Self::Exact(overlap) => overlap.push(text, old).map(Join::at),
            Self::Told(seam) => seam.push(text, old),
        }
    }

    /// The same if no more follows, or if the wait for more is over.
    pub(super) fn end(&mut self, old: &str) -> Join {
        match self {
            Self::Exact(overlap) => Join::at(overlap.end(old)),
            Self::Told(seam) => seam.end(old),
        }
    }

    /// The part that is delivered: the glue before it, the text, and half a surrogate pair after it.
    pub(super) fn rest(&self, join: Join) -> (&'static str, &str, Split) {
        match self {
            Self::Exact(overlap) => {
                let (rest, split) = overlap.rest(join.from);
                (join.glue, rest, split)
            }
            Self::Told(seam) => seam.rest(join),
        }
    }

    /// The part at its beginning that is not delivered.
    pub(super) fn dropped(&self, join: Join) -> &str {
        match self {
            Self::Exact(overlap) => overlap.repeated(join.from),
            Self::Told(seam) => seam.dropped(join),
        }
    }
}
