//! The JavaScript that Rust calls: the modules beside this file.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use web_sys::{AbortController, AbortSignal, ReadableStreamDefaultReader, Response};

#[wasm_bindgen(module = "/src/web/js/error.js")]
extern "C" {
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

    pub(super) fn timer(ms: f64) -> Timer;

    #[derive(Debug)]
    pub(super) type Timer;

    #[wasm_bindgen(method, getter)]
    pub(super) fn done(this: &Timer) -> Promise;

    #[wasm_bindgen(method)]
    pub(super) fn cancel(this: &Timer);
}

#[wasm_bindgen(module = "/src/web/js/exchange.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub(super) fn send(
        fetch: Option<&Function>,
        url: &str,
        headers: Vec<String>,
        body: &str,
        credentials: Option<&str>,
        signal: &AbortSignal,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = isResponse)]
    pub(super) fn is_response(value: &JsValue) -> bool;

    #[wasm_bindgen(catch, js_name = readerOf)]
    pub(super) fn reader_of(response: &Response) -> Result<Option<ReadableStreamDefaultReader>, JsValue>;

    pub(super) fn close(controller: Option<&AbortController>, reader: Option<&ReadableStreamDefaultReader>);

    pub(super) fn pump(
        reader: &ReadableStreamDefaultReader,
        memory: &JsValue,
        run: &JsValue,
        delivery: &Delivery,
    ) -> Promise;
}

#[wasm_bindgen(module = "/src/web/js/delivery.js")]
extern "C" {
    #[derive(Debug, Clone)]
    pub(super) type Delivery;

    #[wasm_bindgen(constructor)]
    pub(super) fn new(
        run: &JsValue,
        memory: &JsValue,
        callback: Option<&Function>,
        on_event: Option<&Function>,
        hold: &JsValue,
        signal: Option<&AbortSignal>,
    ) -> Delivery;

    #[wasm_bindgen(method)]
    pub(super) fn start(this: &Delivery) -> Promise;

    #[wasm_bindgen(method)]
    pub(super) fn stream(this: &Delivery);

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

#[wasm_bindgen(module = "/src/web/js/stream.js")]
extern "C" {
    #[wasm_bindgen(js_name = chunkStream)]
    pub(super) fn chunk_stream(delivery: &Delivery) -> JsValue;
}
