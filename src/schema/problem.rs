//! What does not fit, and where.

use std::fmt;

use crate::json::{decimal, quote};
use crate::text::concat;

/// How many problems are told.
const TOLD: usize = 4;

/// A value does not fit its schema. Written out: the problems, separated by `; `.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The first few, in the order of the schema.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.problems.iter().take(TOLD).enumerate() {
            if place > 0 {
                f.write_str("; ")?;
            }
            if !problem.path.is_empty() {
                f.write_str(&problem.path)?;
                f.write_str(": ")?;
            }
            f.write_str(&problem.words)?;
        }
        if self.problems.len() > TOLD {
            f.write_str("; and more")?;
        }
        Ok(())
    }
}

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as `items[2].name`; empty for the whole.
    pub path: String,
    /// What is wrong there.
    pub words: String,
    pub(super) of: Of,
}

/// What a problem is about: that of a type or of a constant tells that another alternative was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Type,
    Choice,
    Rest,
}

/// The problems found so far. No more are looked for once there are enough.
#[derive(Debug, Default)]
pub(super) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    pub(super) fn are_enough(&self) -> bool {
        self.0.len() > TOLD
    }

    pub(super) fn add(&mut self, path: &Path<'_>, words: String) {
        self.add_of(Of::Rest, path, words);
    }

    pub(super) fn add_of(&mut self, of: Of, path: &Path<'_>, words: String) {
        self.take(Problem { path: path.written(), words, of });
    }

    /// The same problem may be found in two ways.
    pub(super) fn take(&mut self, problem: Problem) {
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }
}

/// The way to a value, from the inside out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    Whole,
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub(super) fn written(&self) -> String {
        match self {
            Self::Whole => String::new(),
            Self::Item(before, place) => concat(&[&before.written(), "[", &decimal(*place as u64), "]"]),
            Self::Member(before, key) => {
                let before = before.written();
                let is_name = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$' | '-');
                match (key.is_empty() || !key.chars().all(is_name), before.is_empty()) {
                    (true, _) => concat(&[&before, "[", &quote(key), "]"]),
                    (false, true) => (*key).to_owned(),
                    (false, false) => concat(&[&before, ".", key]),
                }
            }
        }
    }
}
