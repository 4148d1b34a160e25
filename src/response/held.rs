//! What of a continuation is held back until it is known what of it is new.

use super::{Join, Overlap, Seam};
use crate::json::{Split, Text};

/// How it is looked for.
#[derive(Debug)]
pub(super) enum Held {
    /// The model goes on from its own last turn: to the letter.
    Exact(Overlap),
    /// The model was told to go on.
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

    /// Takes more. Gives where it joins the answer, once that is known.
    pub(super) fn push(&mut self, text: Text<'_>, old: &str) -> Option<Join> {
        match self {
            Self::Exact(overlap) => overlap.push(text, old).map(Join::at),
            Self::Told(seam) => seam.push(text, old),
        }
    }

    /// The same if no more comes, or if the wait for more is over.
    pub(super) fn end(&mut self, old: &str) -> Join {
        match self {
            Self::Exact(overlap) => Join::at(overlap.end(old)),
            Self::Told(seam) => seam.end(old),
        }
    }

    /// What is delivered of it: what goes before it, the text, and the half of a surrogate pair behind it.
    pub(super) fn rest(&self, join: Join) -> (&'static str, &str, Split) {
        match self {
            Self::Exact(overlap) => {
                let (rest, split) = overlap.rest(join.from);
                (join.glue, rest, split)
            }
            Self::Told(seam) => seam.rest(join),
        }
    }

    /// What is not delivered of it, at its beginning.
    pub(super) fn dropped(&self, join: Join) -> &str {
        match self {
            Self::Exact(overlap) => overlap.repeated(join.from),
            Self::Told(seam) => seam.dropped(join),
        }
    }
}
