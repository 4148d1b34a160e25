//! Validators by Standard Schema: <https://standardschema.dev>.

use js_sys::{Array, Error};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::{call, get, host_value, js_value, settled};
use crate::event::HostValue;
use crate::run::features::{words_of, Done, Issue, PathPart, Validator};
use crate::web::bindings::array_from;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = String)]
    fn text_of(value: &JsValue) -> Result<String, JsValue>;
}

/// A validator of the caller, by its `~standard`.
#[derive(Debug, Clone)]
pub(super) struct JsValidator(pub(super) JsValue);

impl Validator for JsValidator {
    fn validate(&self, value: HostValue) -> Done<HostValue> {
        settled(call(&self.0, "validate", &Array::of1(&js_value(&value))), |outcome| {
            let issues = get(&outcome, "issues")?;
            if issues.is_truthy() {
                return Err(misfit(&issues)?);
            }
            get(&outcome, "value").map(host_value)
        })
    }
}

/// The error that says what is wrong.
fn misfit(issues: &JsValue) -> Result<JsValue, JsValue> {
    let read: Result<Vec<_>, JsValue> = array_from(issues)?.iter().map(|issue| read_issue(&issue)).collect();
    let error = Error::new(&words_of(&read?));
    js_sys::Reflect::set(&error, &"issues".into(), issues)?;
    Ok(error.into())
}

fn read_issue(issue: &JsValue) -> Result<Issue, JsValue> {
    let path = get(issue, "path")?;
    let parts = if path.is_object() { array_from(&path)? } else { Array::new() };
    let path: Result<Vec<_>, JsValue> = parts.iter().map(read_part).collect();
    Ok(Issue { path: path?, message: text_of(&get(issue, "message")?)? })
}

fn read_part(part: JsValue) -> Result<PathPart, JsValue> {
    let key = if part.is_object() { get(&part, "key")? } else { part };
    let text = text_of(&key)?;
    Ok(if key.as_f64().is_some() { PathPart::Place(text) } else { PathPart::Key(text) })
}
