//! An owned JSON value, for requests, options and what is kept: small things, read whole.

use super::{decimal, unsigned, Kind, RawValue, Scanner, Text, Writer};
use crate::error::Error;

/// A JSON value. A number is its text; an object keeps the order of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`, `true`, `false` or a number, as it stands.
    Literal(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object. Where a key stands twice the last one counts, as in JavaScript.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Reads a whole JSON text.
    ///
    /// # Errors
    /// `protocol`, with the offset, for what is not JSON.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut scan = Scanner::new(bytes);
        let value = Self::read(&mut scan)?;
        scan.finish()?;
        Ok(value)
    }

    /// Reads the next value.
    ///
    /// # Errors
    /// `protocol`, with the offset, for what is not JSON.
    pub fn read(scan: &mut Scanner<'_>) -> Result<Self, Error> {
        Ok(match scan.peek()? {
            Kind::String => Self::String(scan.string()?.map(Text::read).unwrap_or_default()),
            Kind::Array => {
                let mut items = Vec::new();
                scan.enter_array()?;
                while scan.item()? {
                    items.push(Self::read(scan)?);
                }
                Self::Array(items)
            }
            Kind::Object => {
                let mut members = Vec::new();
                scan.object()?;
                while let Some(key) = scan.key_text()? {
                    members.push((key.read(), Self::read(scan)?));
                }
                Self::Object(members)
            }
            _ => Self::Literal(Text::verbatim(scan.raw()?).read()),
        })
    }

    /// An empty object.
    #[must_use]
    pub const fn object() -> Self {
        Self::Object(Vec::new())
    }

    /// A string.
    #[must_use]
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// `true` or `false`.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Self::Literal(if value { "true" } else { "false" }.to_owned())
    }

    /// A whole number.
    #[must_use]
    pub fn number(value: u64) -> Self {
        Self::Literal(decimal(value))
    }

    /// The same object with one member more, or another value for it. Anything but an object stays as it is.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.set(key, value.into());
        self
    }

    /// Sets a member of an object. Anything but an object stays as it is.
    pub fn set(&mut self, key: &str, value: Value) {
        if let Some(member) = self.member(key) {
            *member = value;
        }
    }

    /// The member of an object, an empty object where there was none.
    fn member(&mut self, key: &str) -> Option<&mut Value> {
        let Self::Object(members) = self else { return None };
        let place = place_of(members, key).unwrap_or(members.len());
        if place == members.len() {
            members.push((key.to_owned(), Self::object()));
        }
        members.get_mut(place).map(|(_, value)| value)
    }

    /// A member of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let Self::Object(members) = self else {
            return None;
        };
        members.get(place_of(members, key)?).map(|(_, value)| value)
    }

    /// What the string at that key says.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// The items of the array at that key; none of anything else.
    #[must_use]
    pub fn list(&self, key: &str) -> &[Value] {
        self.get(key).map_or(&[], Value::items)
    }

    /// What a string says.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items of an array; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::String(_) => Kind::String,
            Self::Array(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
            Self::Literal(text) => match &**text {
                "null" => Kind::Null,
                "true" | "false" => Kind::Bool,
                _ => Kind::Number,
            },
        }
    }

    /// A whole number of at least 0.
    #[must_use]
    pub fn as_unsigned(&self) -> Option<u64> {
        match self {
            Self::Literal(text) => unsigned(text.as_bytes()),
            _ => None,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.is("null")
    }

    /// Whether it is `true`.
    #[must_use]
    pub fn is_true(&self) -> bool {
        self.is("true")
    }

    fn is(&self, literal: &str) -> bool {
        matches!(self, Self::Literal(text) if text == literal)
    }

    /// Writes it down.
    pub fn write(&self, json: &mut Writer) {
        match self {
            Self::Literal(text) => json.add(text),
            Self::String(text) => json.string(text),
            Self::Array(items) => {
                json.add("[");
                for item in items {
                    item.write(json);
                }
                json.add("]");
            }
            Self::Object(members) => {
                json.add("{");
                for (key, value) in members {
                    json.key(key);
                    value.write(json);
                }
                json.add("}");
            }
        }
    }

    /// It as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::default();
        self.write(&mut json);
        json.finish()
    }
}

/// Where the last member of that key stands.
fn place_of(members: &[(String, Value)], key: &str) -> Option<usize> {
    let mut last = None;
    for (place, (name, _)) in members.iter().enumerate() {
        if name == key {
            last = Some(place);
        }
    }
    last
}

impl From<&RawValue<'_>> for Value {
    /// It, read whole; `null` for nothing.
    fn from(found: &RawValue<'_>) -> Self {
        match found {
            RawValue::Text(text) => Self::String(text.read()),
            // It has been checked already.
            _ => Self::parse(found.other().unwrap_or(b"null")).unwrap_or(Self::object()),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::bool(value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::number(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::Array(items)
    }
}
