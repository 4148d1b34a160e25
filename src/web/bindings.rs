//! The JavaScript that Rust calls.

use js_sys::Promise;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

#[wasm_bindgen(module = "/src/web/js/error.js")]
extern "C" {
    /// A `RefinireError`.
    #[wasm_bindgen(js_name = makeError)]
    pub(super) fn make_error(
        code: &str,
        message: &str,
        retryable: bool,
        status: Option<u16>,
        retry_after_ms: Option<f64>,
        partial_text: &str,
        provider: Option<&str>,
        cause: &JsValue,
    ) -> JsValue;

    /// A line about any thrown value.
    pub(super) fn describe(value: &JsValue) -> String;
}

#[wasm_bindgen(module = "/src/web/js/clock.js")]
extern "C" {
    pub(super) fn now() -> f64;
    pub(super) fn timestamp() -> String;
    pub(super) fn until(date: &str) -> f64;
    pub(super) fn timer(ms: f64) -> Timer;

    #[derive(Debug)]
    pub(super) type Timer;
    #[wasm_bindgen(method, getter)]
    pub(super) fn done(this: &Timer) -> Promise;
    #[wasm_bindgen(method)]
    pub(super) fn cancel(this: &Timer);
}

#[wasm_bindgen]
extern "C" {
    /// What `js/agent.js` gives a run: the outside world, as far as that run may see it.
    #[derive(Debug, Clone)]
    pub type World;

    /// Whether the input may be sent; rejects with what the run fails with.
    #[wasm_bindgen(method)]
    pub(super) fn guard(this: &World, input: &str) -> Promise;

    /// The conversation has changed.
    #[wasm_bindgen(method)]
    pub(super) fn changed(this: &World);

    /// The run came to this result.
    #[wasm_bindgen(method)]
    pub(super) fn concluded(this: &World, result: &JsValue);

    /// `message` without the key.
    #[wasm_bindgen(method)]
    pub(super) fn redact(this: &World, message: &str) -> String;

    /// A request, which is not sent yet.
    #[wasm_bindgen(method)]
    pub(super) fn exchange(this: &World, url: &str, headers: Vec<String>, key_header: &str, body: &str) -> Exchange;

    #[wasm_bindgen(method, getter)]
    pub(super) fn delivery(this: &World) -> Delivery;

    /// `js/exchange.js`
    #[derive(Debug)]
    pub(super) type Exchange;

    /// Sends it; resolves to the response.
    #[wasm_bindgen(method)]
    pub(super) fn head(this: &Exchange) -> Promise;

    /// Reads the body into the run.
    #[wasm_bindgen(method)]
    pub(super) fn pump(this: &Exchange) -> Promise;

    /// Closes the connection, whatever state it is in.
    #[wasm_bindgen(method)]
    pub(super) fn close(this: &Exchange);

    /// `js/delivery.js`
    #[derive(Debug, Clone)]
    pub(super) type Delivery;

    #[wasm_bindgen(method)]
    pub(super) fn flush(this: &Delivery) -> Promise;

    #[wasm_bindgen(method)]
    pub(super) fn event(this: &Delivery, json: &str, error: &JsValue);

    #[wasm_bindgen(method)]
    pub(super) fn finish(this: &Delivery, result: &str, bytes: f64, first_ms: f64, duration_ms: f64) -> JsValue;

    #[wasm_bindgen(method)]
    pub(super) fn end(this: &Delivery, result: &JsValue);

    #[wasm_bindgen(method)]
    pub(super) fn fail(this: &Delivery, error: &JsValue);

    #[wasm_bindgen(method, getter)]
    pub(super) fn chunks(this: &Delivery) -> usize;

    #[wasm_bindgen(method, getter)]
    pub(super) fn chars(this: &Delivery) -> usize;
}
