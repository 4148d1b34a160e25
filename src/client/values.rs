//! JSON values: the arguments and results of tools, and structured answers.

use std::rc::Rc;

use crate::error::Error;
use crate::event::{Event, HostValue, RunResult};
use crate::json::Value;
use crate::run::features::{GrowingValue, Values};

/// The JSON of a value in an event or a result, such as `Event::ToolResult` or `RunResult::content`.
#[must_use]
pub fn json_of(value: &HostValue) -> Option<&Value> {
    value.downcast_ref()
}

impl RunResult {
    /// The value of a structured answer: see [`AgentConfig::schema`](crate::AgentConfig::schema).
    #[must_use]
    pub fn json(&self) -> Option<&Value> {
        self.content.as_ref().and_then(json_of)
    }
}

/// The values of Rust code: JSON. A thrown value is an error or a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct JsonValues;

impl Values for JsonValues {
    fn parse(&self, json: &str) -> Result<HostValue, HostValue> {
        Value::parse(json.as_bytes()).map(value).map_err(|error| Rc::new(error) as HostValue)
    }

    fn string(&self, text: &str) -> HostValue {
        value(Value::string(text))
    }

    fn text_of(&self, value: &HostValue) -> Result<String, HostValue> {
        Ok(match json_of(value) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_json(),
            None => String::new(),
        })
    }

    fn error(&self, message: &str) -> HostValue {
        self.string(message)
    }

    fn describe(&self, thrown: &HostValue) -> String {
        match thrown.downcast_ref::<Error>() {
            Some(error) => error.told().into_owned(),
            None => self.text_of(thrown).unwrap_or_default(),
        }
    }

    #[cfg(target_arch = "wasm32")]
    fn matches(&self, pattern: &str, text: &str) -> bool {
        crate::web::client::matches(pattern, text)
    }

    /// Without a browser there are no regular expressions: a `pattern` is not checked.
    #[cfg(not(target_arch = "wasm32"))]
    fn matches(&self, _: &str, _: &str) -> bool {
        true
    }

    fn number(&self, text: &str) -> f64 {
        text.trim().parse().unwrap_or(f64::NAN)
    }

    fn number_text(&self, number: f64) -> String {
        number.to_string()
    }

    fn growing(&self) -> Rc<dyn GrowingValue> {
        Rc::new(Whole)
    }
}

pub(super) fn value(value: Value) -> HostValue {
    Rc::new(value)
}

/// In Rust a structured answer becomes a value only when it is complete. While it streams it is text.
struct Whole;

impl GrowingValue for Whole {
    fn push(&self, _: &str, _: &dyn Fn(&Event)) -> bool {
        false
    }

    fn is_whole(&self) -> bool {
        false
    }
}
