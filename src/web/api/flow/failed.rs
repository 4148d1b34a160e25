//! The error of a step that failed.

use js_sys::Reflect;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use crate::error::Code;
use crate::text::concat;
use crate::web::error::{into_js, thrown};

#[wasm_bindgen(module = "/src/web/js/error.js")]
extern "C" {
    /// Whether it is a `RefinireError`; an error of a proxy that throws.
    #[wasm_bindgen(js_name = isOurs, catch)]
    fn is_ours(error: &JsValue) -> Result<bool, JsValue>;

    /// A copy of a `RefinireError` that bears the name of no step, whose cause is the error itself.
    #[wasm_bindgen(js_name = copyOf)]
    fn copy_of(error: &JsValue) -> JsValue;
}

/// What the step of that name failed with, as an error that bears its name. What is no `RefinireError` becomes the cause of one,
/// and so does one that cannot be written on or bears the name of another step.
pub(super) fn of_step(error: JsValue, step: &str) -> JsValue {
    let (key, step_name) = (JsValue::from_str("step"), JsValue::from_str(step));
    let bear = |error: &JsValue| Reflect::set(error, &key, &step_name).unwrap_or_default();
    let is_ours = is_ours(&error).unwrap_or_default();
    let is_free = || Reflect::get(&error, &key).is_ok_and(|step| step.is_undefined());
    if is_ours && is_free() && bear(&error) {
        return error;
    }
    let own = if is_ours {
        copy_of(&error)
    } else {
        into_js(&thrown(Code::Step, &concat(&["the step \"", step, "\" failed"]), &error))
    };
    bear(&own);
    own
}
