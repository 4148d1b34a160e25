//! The caller's tools.

use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use super::{host_value, js_value, settled, JsValidator};
use crate::conversation::turns::Turn;
use crate::event::HostValue;
use crate::run::features::{Done, HostTool, ToolContext, Validator};
use crate::run::StopSignal;
use crate::web::abort::abort_signal;
use crate::web::options::ToolOptions;
use crate::web::promise::promise_of;

/// A tool of the caller.
#[derive(Debug, Clone)]
pub(super) struct JsTool(pub(super) ToolOptions);

impl HostTool for JsTool {
    fn validator(&self) -> Option<Rc<dyn Validator>> {
        Some(Rc::new(JsValidator(self.0.validator.clone()?)))
    }

    fn execute(&self, input: HostValue, given: ToolContext<'_>) -> Done<HostValue> {
        let context = given.context.map_or(JsValue::UNDEFINED, js_value);
        let calling = given.turn.map(Turn::call);
        let result = about_call(given.id, given.signal).and_then(|about| match &self.0.execute {
            Some(execute) => execute.call3(&self.0.tool, &js_value(&input), &context, &about),
            // A call of a tool without `execute` ends the run: it is never run here.
            None => Ok(JsValue::UNDEFINED),
        });
        let result = result.and_then(|output| {
            let promise = promise_of(&output)?;
            if let Some(calling) = calling.filter(|_| promise.is_some()) {
                calling.returned_promise();
            }
            Ok(promise.map_or(output, JsValue::from))
        });
        settled(result, |output| Ok(host_value(output)))
    }
}

/// `{id, signal}`.
fn about_call(id: &str, signal: &StopSignal) -> Result<JsValue, JsValue> {
    let about = Object::new();
    Reflect::set(&about, &"id".into(), &id.into())?;
    Reflect::set(&about, &"signal".into(), &abort_signal(signal))?;
    Ok(about.into())
}
