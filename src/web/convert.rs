//! Reading what JavaScript passes in, with an error that names what is wrong.

use js_sys::{Function, Reflect, JSON};
use wasm_bindgen::{JsCast, JsValue};

use crate::error::Error;
use crate::json::Value;

/// An object whose members are options.
pub(super) struct Options<'a> {
    object: &'a JsValue,
    /// Whose options they are, for messages.
    of: &'static str,
}

impl<'a> Options<'a> {
    pub(super) fn new(object: &'a JsValue, of: &'static str) -> Result<Self, Error> {
        if !object.is_object() || object.is_function() {
            return Err(Error::invalid([of, ": an object of options is needed"].concat()));
        }
        Ok(Self { object, of })
    }

    /// A member; `None` where it is undefined or null.
    pub(super) fn get(&self, name: &str) -> Result<Option<JsValue>, Error> {
        let value = Reflect::get(self.object, &JsValue::from_str(name))
            .map_err(|error| super::error::thrown(crate::error::Code::InvalidArgument, name, &error))?;
        Ok((!value.is_undefined() && !value.is_null()).then_some(value))
    }

    pub(super) fn wrong(&self, name: &str, wanted: &str) -> Error {
        Error::invalid([self.of, ": `", name, "` must be ", wanted].concat())
    }

    pub(super) fn string(&self, name: &str) -> Result<Option<String>, Error> {
        let read = |value: JsValue| value.as_string().ok_or_else(|| self.wrong(name, "a string"));
        self.get(name)?.map(read).transpose()
    }

    pub(super) fn required_string(&self, name: &str) -> Result<String, Error> {
        self.string(name)?.ok_or_else(|| self.wrong(name, "a string"))
    }

    pub(super) fn bool(&self, name: &str) -> Result<Option<bool>, Error> {
        let read = |value: JsValue| value.as_bool().ok_or_else(|| self.wrong(name, "true or false"));
        self.get(name)?.map(read).transpose()
    }

    pub(super) fn function(&self, name: &str) -> Result<Option<Function>, Error> {
        let read = |value: JsValue| value.dyn_into().map_err(|_| self.wrong(name, "a function"));
        self.get(name)?.map(read).transpose()
    }

    /// A number of at least 0, Infinity included.
    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        let read = |value: JsValue| {
            value.as_f64().filter(|number| *number >= 0.0).ok_or_else(|| self.wrong(name, "a number of at least 0"))
        };
        self.get(name)?.map(read).transpose()
    }

    /// A JSON value.
    pub(super) fn json(&self, name: &str) -> Result<Option<Value>, Error> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        to_value(&value).map(Some).map_err(|_| self.wrong(name, "something that JSON can hold"))
    }
}

/// A JavaScript value as JSON.
pub(super) fn to_value(value: &JsValue) -> Result<Value, Error> {
    let text = JSON::stringify(value).ok().and_then(|text| text.as_string());
    let text = text.ok_or_else(|| Error::invalid("a value cannot be written as JSON"))?;
    Value::parse(text.as_bytes())
}

/// JSON as a JavaScript value.
pub(super) fn from_value(value: &Value) -> JsValue {
    JSON::parse(&value.to_json()).unwrap_or(JsValue::UNDEFINED)
}

/// A count as JavaScript gives it: whole, and no more than there can be.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
pub(super) fn count(number: f64) -> usize {
    number as usize
}
