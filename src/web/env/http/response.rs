//! A `Response`, from any source.

use std::rc::Rc;

use futures::future::{ready, LocalBoxFuture};
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;

use super::body::{cancel, Reader, ResponseBody};
use super::connection_slot::ConnectionSlot;
use super::failure::not_sent;
use crate::env::{Phase, Response, Transport};
use crate::error::Error;
use crate::provider::HttpRequest;

#[wasm_bindgen]
extern "C" {
    type AnyResponse;
    #[wasm_bindgen(method, getter, catch)]
    fn status(this: &AnyResponse) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn headers(this: &AnyResponse) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn body(this: &AnyResponse) -> Result<JsValue, JsValue>;

    type Stream;
    #[wasm_bindgen(method, getter, catch)]
    fn locked(this: &Stream) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn get_reader(this: &Stream) -> Result<Reader, JsValue>;
}

/// Whether it is a response whose body can be read, even one of another realm or of a library.
#[must_use]
pub fn is_response(value: &JsValue) -> bool {
    let response = value.unchecked_ref::<AnyResponse>();
    value.is_object()
        && response.status().is_ok_and(|status| status.as_f64().is_some())
        && response.headers().is_ok_and(|headers| get_of(&headers).is_some())
}

/// A response that the caller has fetched, with its body, which is read only here from now on.
///
/// # Errors
/// `invalid-argument` if the value is not a response, or its body is being read already.
pub fn response_of(response: &JsValue) -> Result<Response, Error> {
    with_connection(response, None)
}

pub(super) fn with_connection(response: &JsValue, connection: Option<ConnectionSlot>) -> Result<Response, Error> {
    if !is_response(response) {
        return Err(Error::invalid("`fetch` must give a Response"));
    }
    read(response.unchecked_ref(), connection).map_err(|reason| match reason {
        Some(reason) => not_sent(&reason),
        None => Error::invalid("the response's body is being read already"),
    })
}

fn read(response: &AnyResponse, connection: Option<ConnectionSlot>) -> Result<Response, Option<JsValue>> {
    let reader = reader_of(response)?;
    let body = Box::new(ResponseBody::new(reader.as_ref(), connection));
    let headers = response.headers()?;
    let get = |name: &str| -> Result<String, JsValue> {
        let Some(get) = get_of(&headers) else { return Ok(String::new()) };
        Ok(get.call1(&headers, &name.into())?.as_string().unwrap_or_default())
    };
    let (retry_after, content_type) = (get("retry-after")?, get("content-type")?);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
    let status = response.status()?.as_f64().unwrap_or_default() as u16;
    let retry_after = (!retry_after.is_empty()).then_some(retry_after);
    Ok(Response { status, retry_after, content_type, body })
}

/// `None` if there is no body.
fn reader_of(response: &AnyResponse) -> Result<Option<Reader>, Option<JsValue>> {
    let body = response.body()?;
    if body.is_undefined() || body.is_null() {
        return Ok(None);
    }
    let stream = body.unchecked_into::<Stream>();
    if stream.locked()?.is_truthy() {
        return Err(None);
    }
    Ok(Some(stream.get_reader()?))
}

fn get_of(headers: &JsValue) -> Option<Function> {
    if !headers.is_object() {
        return None;
    }
    Reflect::get(headers, &"get".into()).ok()?.dyn_into().ok()
}

/// Closes the body of a response that arrived too late, from a `fetch` that ignores its signal.
pub(super) fn discard(response: &JsValue) {
    if is_response(response) {
        if let Ok(Some(reader)) = reader_of(response.unchecked_ref()) {
            cancel(&reader);
        }
    }
}

/// A response that the caller has fetched, used instead of the answer to a request.
#[derive(Debug)]
pub struct ResponseTransport(JsValue);

impl ResponseTransport {
    /// The response is read where the first request would be sent.
    #[must_use]
    pub fn new(response: JsValue) -> Self {
        Self(response)
    }
}

impl Transport for ResponseTransport {
    fn send(&self, _: HttpRequest, _: Rc<dyn Fn(Phase)>) -> LocalBoxFuture<'static, Result<Response, Error>> {
        Box::pin(ready(response_of(&self.0)))
    }
}

/// Closes the body of a response that is never read.
impl Drop for ResponseTransport {
    fn drop(&mut self) {
        discard(&self.0);
    }
}
