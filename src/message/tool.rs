//! Tools, and the model's calls of them.

use std::borrow::Cow;

use crate::json::{kind_of, Kind, Scanner, Value};

/// A call of a tool, as the model made it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolCall {
    /// The provider's id of the call, or an id of this library if the provider gives none.
    pub id: String,
    /// The tool.
    pub name: String,
    /// The arguments as they were written, usually JSON.
    pub input_text: String,
    /// JSON that the provider wants back with the call and only that provider can read; mostly empty.
    pub extra: String,
}

impl ToolCall {
    /// The arguments as JSON; `None` if they are not JSON. See [`input_of`].
    #[must_use]
    pub fn input(&self) -> Option<Cow<'_, str>> {
        input_of(&self.input_text)
    }

    /// The call as JavaScript sees it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = Value::object().with("id", self.id.as_str()).with("name", self.name.as_str());
        if let Some(input) = self.input() {
            value.set("input", Value::Literal(input.into_owned()));
        }
        value.with("inputText", self.input_text.as_str())
    }
}

/// The arguments of a call as JSON; `None` if they are not JSON. Arguments are an object: no text, `null` and an empty string
/// count as an empty object. Some models encode arguments twice: a string that contains an object is that object.
#[must_use]
pub fn input_of(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Some("{}".into());
    }
    match kind_of(text)? {
        Kind::Null => Some("{}".into()),
        Kind::String => {
            let inner = Scanner::new(text.as_bytes()).string().ok()??.read();
            let inner = inner.trim_ascii();
            match kind_of(inner) {
                Some(Kind::Object) => Some(inner.to_owned().into()),
                Some(Kind::Null) => Some("{}".into()),
                None if inner.is_empty() => Some("{}".into()),
                _ => Some(text.into()),
            }
        }
        _ => Some(text.into()),
    }
}

/// A function that the model may ask to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its name: letters, digits, `_` and `-`, up to 64 for most providers.
    pub name: String,
    /// What it does, for the model to read.
    pub description: String,
    /// The JSON Schema of its arguments, an object.
    pub parameters: Value,
    /// Whether the page runs the tool. If not, a call of it ends the run.
    pub executes: bool,
}

impl Tool {
    /// The schema of a tool's arguments as providers want it: an object, with its `properties` even where there are none.
    #[must_use]
    pub fn parameters_of(given: Option<&Value>) -> Value {
        let mut parameters =
            given.filter(|given| matches!(given, Value::Object(_))).cloned().unwrap_or(Value::object());
        if parameters.get("type").is_none() {
            parameters.set("type", "object".into());
        }
        if !matches!(parameters.get("properties"), Some(Value::Object(_))) {
            parameters.set("properties", Value::object());
        }
        parameters
    }

    /// Whether the schema of its arguments says that there are none, or nothing about them.
    #[must_use]
    pub fn takes_nothing(&self) -> bool {
        let Value::Object(members) = &self.parameters else { return true };
        members.iter().all(|(key, value)| match &**key {
            "properties" => *value == Value::object(),
            "required" => value.items().is_empty(),
            "additionalProperties" => matches!(value, Value::Literal(_)),
            key => matches!(key, "type" | "$schema" | "title" | "description"),
        })
    }
}
