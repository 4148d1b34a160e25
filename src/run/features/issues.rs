//! What a validator reports as wrong, by Standard Schema: <https://standardschema.dev>.

use crate::text::{concat, join};

/// One thing that a validator reports as wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The path to the value.
    pub path: Vec<PathPart>,
    /// What is wrong.
    pub message: String,
}

/// A part of the path to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPart {
    /// An index of an array, as text.
    Place(String),
    /// A key of an object.
    Key(String),
}

/// The issues as text, for a person or a model to read.
#[must_use]
pub fn words_of(issues: &[Issue]) -> String {
    let words: Vec<_> = issues.iter().map(told).collect();
    join(&words, "; ")
}

fn told(Issue { path, message }: &Issue) -> String {
    let parts: Vec<_> = path
        .iter()
        .map(|part| match part {
            PathPart::Place(place) => concat(&["[", place, "]"]),
            PathPart::Key(key) => concat(&[".", key]),
        })
        .collect();
    let place = join(&parts, "");
    if place.is_empty() {
        return message.clone();
    }
    concat(&[place.strip_prefix('.').unwrap_or(&place), ": ", message])
}
