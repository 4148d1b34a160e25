//! Requests on the browser's fetch.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_net::http::Response;
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader};

use super::bindings::{close, is_response, pump, reader_of, send, Delivery};
use super::error::{cause_of, thrown};
use crate::agent::{Exchange, Head, SharedIntake};
use crate::error::{Code, Error};
use crate::provider::{Auth, Call};

/// Where the key comes from.
#[derive(Debug, Clone)]
pub(super) enum Key {
    /// It is known.
    Text(String),
    /// It is asked for before every request.
    Ask(Function),
}

/// What every request of an agent has in common.
#[derive(Debug, Default)]
pub(super) struct Link {
    pub(super) key: Option<Key>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) credentials: Option<String>,
    pub(super) fetch: Option<Function>,
    /// The key that was sent last, so that it can be kept out of messages.
    secret: RefCell<String>,
}

impl Link {
    pub(super) fn new(
        key: Option<Key>,
        headers: Vec<(String, String)>,
        credentials: Option<String>,
        fetch: Option<Function>,
    ) -> Self {
        Self { key, headers, credentials, fetch, secret: RefCell::default() }
    }

    /// `message` without the key.
    pub(super) fn redact(&self, message: String) -> String {
        let secret = self.secret.borrow();
        if secret.is_empty() {
            return message;
        }
        let message = js_sys::JsString::from(message);
        String::from(message.split(&secret).join("[key]"))
    }

    async fn ask_key(&self) -> Result<Option<String>, Error> {
        let key = match &self.key {
            None => return Ok(None),
            Some(Key::Text(text)) => text.clone(),
            Some(Key::Ask(ask)) => {
                // The exception may hold the key or how it is made: only its message is told.
                let failed = |error: JsValue| {
                    let mut error = thrown(Code::InvalidArgument, "`apiKey` threw", &error);
                    error.cause = None;
                    error
                };
                let answer = ask.call0(&JsValue::UNDEFINED).map_err(failed)?;
                let answer = JsFuture::from(Promise::resolve(&answer)).await.map_err(failed)?;
                answer.as_string().ok_or_else(|| Error::invalid("`apiKey` must give a string"))?
            }
        };
        self.secret.borrow_mut().clone_from(&key);
        Ok(Some(key))
    }

    /// Every header of a request, flat: the caller's own replace ours.
    async fn headers(&self, call: &Call) -> Result<Vec<String>, Error> {
        let mut headers = call.headers.clone();
        if let Some(key) = self.ask_key().await?.filter(|key| !key.is_empty()) {
            headers.push(match call.auth {
                Auth::Bearer => ("authorization".to_owned(), ["Bearer ", &key].concat()),
                Auth::Header(name) => (name.to_owned(), key),
            });
        }
        headers.retain(|(name, _)| !self.headers.iter().any(|(own, _)| own == name));
        headers.extend(self.headers.iter().cloned());
        Ok(headers.into_iter().flat_map(|(name, value)| [name, value]).collect())
    }
}

/// One request on fetch, or a response that somebody else fetched.
pub(super) struct FetchExchange {
    source: Source,
    controller: Option<AbortController>,
    response: Option<web_sys::Response>,
    reader: Option<ReadableStreamDefaultReader>,
    /// The run as its delivery knows it, and the module's memory: what the loop in JavaScript reads into.
    run: JsValue,
    delivery: Delivery,
    done: bool,
}

enum Source {
    Request(Rc<Link>, Call),
    Response,
}

impl FetchExchange {
    pub(super) fn request(link: Rc<Link>, call: Call, run: JsValue, delivery: Delivery) -> Self {
        let controller = AbortController::new().ok();
        let source = Source::Request(link, call);
        Self { source, controller, response: None, reader: None, run, delivery, done: false }
    }

    pub(super) fn response(response: web_sys::Response, run: JsValue, delivery: Delivery) -> Self {
        let response = Some(response);
        Self { source: Source::Response, controller: None, response, reader: None, run, delivery, done: false }
    }

    async fn fetch(&mut self) -> Result<(), Error> {
        let (Source::Request(link, call), Some(controller)) = (&self.source, &self.controller) else { return Ok(()) };
        let headers = link.headers(call).await?;
        let failed = |error: JsValue| thrown(Code::Network, "the request failed", &error);
        let credentials = link.credentials.as_deref();
        let sent = send(link.fetch.as_ref(), &call.url, headers, &call.body, credentials, &controller.signal());
        let answer = JsFuture::from(Promise::resolve(&sent.map_err(failed)?)).await.map_err(failed)?;
        if !is_response(&answer) {
            return Err(Error::invalid("`fetch` must give a Response"));
        }
        self.response = Some(answer.unchecked_into());
        Ok(())
    }
}

impl Exchange for FetchExchange {
    async fn head(&mut self) -> Result<Head, Error> {
        self.fetch().await?;
        let Some(response) = &self.response else {
            return Err(Error::new(Code::Network, "there is no response"));
        };
        let head = Response::from(Clone::clone(response));
        let head = Head { status: head.status(), retry_after: head.headers().get("retry-after") };
        self.reader = reader_of(response)
            .map_err(|error| Error::invalid("the response's body is being read already").caused_by(cause_of(error)))?;
        Ok(head)
    }

    async fn pump(&mut self, _intake: &SharedIntake) -> Result<(), Error> {
        // A response without a body has come to its end.
        let Some(reader) = &self.reader else { return Ok(()) };
        let pumped = JsFuture::from(pump(reader, &wasm_bindgen::memory(), &self.run, &self.delivery)).await;
        self.done = true;
        pumped.map(drop).map_err(|error| thrown(Code::Network, "the connection broke", &error))
    }
}

impl Drop for FetchExchange {
    fn drop(&mut self) {
        // After the last byte there is nothing to close; before it, both ends of the pipe are let go.
        let controller = self.controller.as_ref();
        close(controller, self.reader.as_ref());
    }
}
