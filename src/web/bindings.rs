//! The JavaScript that Rust calls.

use js_sys::Array;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

#[wasm_bindgen]
extern "C" {
    /// The value of a caller's function as a list; throws if it cannot be one, such as `undefined`.
    #[wasm_bindgen(js_namespace = Array, js_name = from, catch)]
    pub(super) fn array_from(given: &JsValue) -> Result<Array, JsValue>;
}

#[wasm_bindgen(module = "/src/web/js/pump.js")]
extern "C" {
    /// Dispatches `close` to the listeners of a WebSocket.
    #[wasm_bindgen(js_name = tellClosed)]
    pub(super) fn tell_closed(socket: &JsValue);
}

#[wasm_bindgen(module = "/src/web/js/error.js")]
extern "C" {
    /// A `RefinireError`.
    #[wasm_bindgen(js_name = makeError)]
    #[allow(clippy::too_many_arguments)] // One for each of its fields.
    pub(super) fn make_error(
        code: &str,
        message: &str,
        partial_text: &str,
        retryable: bool,
        status: Option<u16>,
        retry_after_ms: Option<f64>,
        provider: Option<&str>,
        cause: &JsValue,
    ) -> JsValue;

    /// A line about any thrown value.
    pub(super) fn describe(value: &JsValue) -> String;
}
