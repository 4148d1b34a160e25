//! JavaScript values, for the core.

use std::rc::Rc;

use js_sys::{Error, JSON};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use crate::event::{Event, HostValue};
use crate::run::features::{self, Values};
use crate::web::bindings::describe;
use crate::web::error::cause_to_js as js_value;
use crate::web::pattern::matches;
use crate::web::promise::host_value;

#[wasm_bindgen(module = "/src/web/js/growing-value.js")]
extern "C" {
    type GrowingValue;

    #[wasm_bindgen(constructor)]
    fn new() -> GrowingValue;

    #[wasm_bindgen(method)]
    fn push(this: &GrowingValue, text: &str, on_field: &dyn Fn(JsValue, JsValue), on_partial: &dyn Fn(JsValue))
        -> bool;

    #[wasm_bindgen(method, getter, js_name = isWhole)]
    fn is_whole(this: &GrowingValue) -> bool;
}

// growing-value.js imports it: wasm-bindgen brings along the scripts that are named here, and no others.
#[wasm_bindgen(module = "/src/web/js/incremental-json.js")]
extern "C" {
    type IncrementalJson;
}

/// Makes and reads JavaScript values.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct JsValues;

impl Values for JsValues {
    fn parse(&self, json: &str) -> Result<HostValue, HostValue> {
        JSON::parse(json).map(host_value).map_err(host_value)
    }

    fn string(&self, text: &str) -> HostValue {
        host_value(JsValue::from_str(text))
    }

    fn text_of(&self, value: &HostValue) -> Result<String, HostValue> {
        let value = js_value(value);
        match value.as_string() {
            Some(text) => Ok(text),
            // Undefined and functions are written as an empty text.
            None => Ok(JsValue::from(JSON::stringify(&value).map_err(host_value)?).as_string().unwrap_or_default()),
        }
    }

    fn error(&self, message: &str) -> HostValue {
        host_value(Error::new(message).into())
    }

    fn describe(&self, thrown: &HostValue) -> String {
        describe(&js_value(thrown))
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        matches(pattern, text)
    }

    fn number(&self, text: &str) -> f64 {
        JsValue::from_str(text).unchecked_into_f64()
    }

    fn number_text(&self, number: f64) -> String {
        js_sys::Number::from(number).to_string_with_radix(10).map(String::from).unwrap_or_default()
    }

    fn growing(&self) -> Rc<dyn features::GrowingValue> {
        Rc::new(Growing(GrowingValue::new()))
    }
}

struct Growing(GrowingValue);

impl features::GrowingValue for Growing {
    fn push(&self, json: &str, tell: &dyn Fn(&Event)) -> bool {
        let on_field = |path, value| tell(&Event::Field { path: host_value(path), value: host_value(value) });
        let on_partial = |value| tell(&Event::Partial { value: host_value(value) });
        self.0.push(json, &on_field, &on_partial)
    }

    fn is_whole(&self) -> bool {
        self.0.is_whole()
    }
}
