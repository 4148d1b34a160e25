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

    /// `js/storage.js`: each gives what was wanted, undefined for nothing, or the `RefinireError` of what went wrong.
    #[derive(Debug)]
    pub type PageStorage;

    #[wasm_bindgen(method)]
    pub(super) fn get(this: &PageStorage, key: &str) -> JsValue;

    #[wasm_bindgen(method)]
    pub(super) fn set(this: &PageStorage, key: &str, value: &str) -> JsValue;

    #[wasm_bindgen(method)]
    pub(super) fn remove(this: &PageStorage, key: &str) -> JsValue;

    /// Whether what `set` gave back last was for want of room.
    #[wasm_bindgen(method, getter, js_name = isFull)]
    pub(super) fn is_full(this: &PageStorage) -> bool;

    /// Whether it is too small for large files.
    #[wasm_bindgen(method, getter, js_name = isSmall)]
    pub(super) fn is_small(this: &PageStorage) -> bool;

    /// As a JSON array, sorted.
    #[wasm_bindgen(method)]
    pub(super) fn keys(this: &PageStorage) -> JsValue;
}
