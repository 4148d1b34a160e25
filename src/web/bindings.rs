//! The JavaScript that Rust calls.

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

#[wasm_bindgen(module = "/src/web/js/error.js")]
extern "C" {
    /// A `RefinireError`, of what it says as JSON.
    #[wasm_bindgen(js_name = makeError)]
    pub(super) fn make_error(json: &str, cause: &JsValue, link: &JsValue) -> JsValue;

    /// A line about any thrown value.
    pub(super) fn describe(value: &JsValue) -> String;
}

#[wasm_bindgen(module = "/src/web/js/clock.js")]
extern "C" {
    pub(super) fn timestamp() -> String;
}

#[wasm_bindgen]
extern "C" {
    /// `js/agent.js`: gives how many tokens a text has, and throws nothing.
    #[derive(Debug)]
    pub type TokenCounter;

    #[wasm_bindgen(method)]
    pub(super) fn count(this: &TokenCounter, text: &str) -> f64;
}
