//! `decodeResponse`: the decoder alone, for a response that the caller has fetched.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::stream::chunk_stream;
use crate::config::ResolvedConfig;
use crate::run::Run;
use crate::web::env::ResponseTransport;
use crate::web::error::into_js;
use crate::web::launch::Launch;
use crate::web::listener::JsListener;
use crate::web::options::{get, is_none, refused, DecodeOptions};

/// Reads a response as a stream of chunks. See `types.d.ts`.
#[allow(clippy::missing_errors_doc)] // The heading would show in JavaScript's types.
#[wasm_bindgen(js_name = decodeResponse, skip_typescript)]
pub fn decode_response(response: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    if !is_response(response)? {
        return Err(refused(&["decodeResponse: a Response is needed"]));
    }
    let body = get(response, "body")?;
    if !is_none(&body) && !body.is_object() {
        return Err(refused(&["decodeResponse: the response's body must be a ReadableStream"]));
    }
    let is_locked = !is_none(&body) && get(&body, "locked")?.is_truthy();
    if is_locked || get(response, "bodyUsed")?.is_truthy() {
        return Err(refused(&["decodeResponse: the response's body has been read already"]));
    }
    let DecodeOptions { run: options, provider, think_tags, limits } = DecodeOptions::read(options)?;
    let config = ResolvedConfig::decoding(&provider, think_tags, limits).map_err(|error| into_js(&error))?;
    let listener = JsListener::new(options.callback, options.on_event, Vec::new());
    let run = Run::new(Rc::new(config), options.batch, listener.hears(), None);
    let launch = Launch {
        run: Rc::new(RefCell::new(run)),
        transport: Rc::new(ResponseTransport::new(response.clone())),
        token_counter: None,
        place: None,
        equipment: None,
        question: Some(String::new()),
        listener,
        batching: options.batching,
        signal: options.signal,
    };
    Ok(chunk_stream(launch.into_handle()))
}

/// Whether a value is a response whose body can be read, even one of another window or of a library.
fn is_response(value: &JsValue) -> Result<bool, JsValue> {
    if !value.is_object() || get(value, "status")?.as_f64().is_none() {
        return Ok(false);
    }
    let headers = get(value, "headers")?;
    Ok(headers.is_object() && get(&headers, "get")?.is_function())
}
