//! Which alternatives were chosen. The later of two choices counts, so pages agree in whatever order the choices
//! arrive.

use std::collections::BTreeMap;

use crate::json::Value;

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    /// The name of the branch.
    pub(super) branch: String,
    /// When, in the form of a position.
    pub(super) at: String,
}

/// The choices of a conversation, by the turn that the alternatives follow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::conversation) struct Choices(BTreeMap<String, Choice>);

impl Choices {
    pub(super) fn get(&self, key: &str) -> Option<&Choice> {
        self.0.get(key)
    }

    pub(super) fn choose(&mut self, key: &str, branch: &str, at: String) {
        self.0.insert(key.to_owned(), Choice { branch: branch.to_owned(), at });
    }

    pub(super) fn retain(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.0.retain(|key, _| is_kept(key));
    }

    /// Takes over choices in `theirs` that are later. Returns whether they lack a choice under a key that is `known`.
    pub(super) fn merge(&mut self, theirs: &Self, known: impl Fn(&str) -> bool) -> bool {
        for (key, choice) in &theirs.0 {
            if self.0.get(key).is_none_or(|own| own.at < choice.at) {
                self.0.insert(key.clone(), choice.clone());
            }
        }
        let is_lacking = |(key, own): (&String, &Choice)| theirs.0.get(key) != Some(own) && known(key);
        self.0.iter().any(is_lacking)
    }

    pub(in crate::conversation) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As they are stored: `{"<position>":["<branch>","<time>"]}`.
    pub(in crate::conversation) fn to_value(&self) -> Value {
        let mut value = Value::object();
        for (key, Choice { branch, at }) in &self.0 {
            value.set(key, vec![Value::string(branch), Value::string(at)].into());
        }
        value
    }

    /// What [`Self::to_value`] wrote. Anything that is not a choice is left out.
    pub(in crate::conversation) fn from_value(value: &Value) -> Self {
        let Value::Object(members) = value else { return Self::default() };
        let choice = |choice: &Value| match choice.items() {
            [branch, at] => Some(Choice { branch: branch.as_str()?.to_owned(), at: at.as_str()?.to_owned() }),
            _ => None,
        };
        Self(members.iter().filter_map(|(key, value)| Some((key.clone(), choice(value)?))).collect())
    }
}
