//! What all requests of an agent share: the key, the caller's headers, the fetch function.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{future_to_promise, spawn_local, JsFuture};
use web_sys::AbortSignal;

use super::connection_slot::ConnectionSlot;
use super::failure::{explained, not_sent};
use super::request_observer::RequestObserver;
use super::response::{discard, with_connection};
use crate::advice::PageFacts;
use crate::config::ResolvedConfig;
use crate::env::{Phase, Response, Transport};
use crate::error::Error;
use crate::json::Value;
use crate::provider::{Auth, HttpRequest, TransportKind};
use crate::text::{concat, redacted};
use crate::web::bindings::describe;
use crate::web::env::page::global;
use crate::web::env::socket::Sockets;
use crate::web::error::into_js;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Headers)]
    type AnyHeaders;
    #[wasm_bindgen(constructor, js_class = "Headers", catch)]
    fn new(given: &JsValue) -> Result<AnyHeaders, JsValue>;
}

/// How many connections to an origin there are at a time by default: HTTP/1.1 allows six, and the page's other requests
/// need one.
const MOST_CONNECTIONS: f64 = 5.0;

/// The caller's options for requests. Each has the right type, but is not checked further.
#[derive(Debug, Clone, Default)]
pub struct HttpOptions {
    /// A string, or a function that returns one or a promise of one; undefined or null for no key.
    pub api_key: JsValue,
    /// An object of strings; undefined if there are none.
    pub headers: JsValue,
    /// `omit`, `same-origin` or `include`.
    pub credentials: Option<String>,
    /// Used instead of the page's `fetch`.
    pub fetch: Option<Function>,
    /// The `request` of each middleware that has one, the outermost first.
    pub middleware: Vec<Function>,
    /// Laid over each request's body.
    pub provider_options: Option<Value>,
    /// From 1 up to infinity.
    pub max_connections: Option<f64>,
}

/// Sends the requests of an agent.
#[derive(Clone)]
pub struct HttpClient(Rc<Inner>);

struct Inner {
    api_key: RefCell<JsValue>,
    /// Names in lower case, and values.
    headers: RefCell<Vec<(JsValue, JsValue)>>,
    credentials: Option<String>,
    fetch: Option<Function>,
    middleware: Vec<Function>,
    patch: Option<Value>,
    most: Option<usize>,
    config: Rc<ResolvedConfig>,
    /// The key that was sent last, so that it can be kept out of messages.
    secret: RefCell<String>,
    sockets: Sockets,
}

impl HttpClient {
    /// A client for an agent that has this config.
    ///
    /// # Errors
    /// `invalid-argument` for a key or headers that cannot be sent.
    pub fn new(options: HttpOptions, config: Rc<ResolvedConfig>) -> Result<Self, Error> {
        let HttpOptions { api_key, headers, credentials, fetch, middleware, provider_options, max_connections } =
            options;
        let is_none = api_key.is_undefined() || api_key.is_null();
        if !is_none && !api_key.is_string() && !api_key.is_function() {
            return Err(Error::invalid("RefinireAgent: `apiKey` must be a string or a function"));
        }
        if let Some(key) = api_key.as_string() {
            check_key(&key)?;
        }
        // It is not known which connections the caller's own fetch uses.
        let default = if fetch.is_some() { f64::INFINITY } else { MOST_CONNECTIONS };
        let most = max_connections.unwrap_or(default);
        Ok(Self(Rc::new(Inner {
            api_key: RefCell::new(api_key),
            headers: RefCell::new(read_headers(&headers)?),
            credentials,
            fetch,
            middleware,
            patch: provider_options,
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
            most: most.is_finite().then_some(most as usize),
            config,
            secret: RefCell::default(),
            sockets: Sockets::default(),
        })))
    }

    /// From now on requests are sent without the caller's key and headers: they go to another host.
    pub fn forget_credentials(&self) {
        self.0.api_key.replace(JsValue::UNDEFINED);
        self.0.headers.take();
    }

    /// The agent has been freed: closes the socket that was kept for its next turn. Runs that are still going on keep
    /// none.
    pub fn close(&self) {
        self.0.sockets.close();
    }
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

impl Transport for HttpClient {
    fn send(&self, call: HttpRequest, on_phase: Rc<dyn Fn(Phase)>) -> LocalBoxFuture<'static, Result<Response, Error>> {
        let client = self.0.clone();
        async move { client.send(call, &*on_phase).await }.boxed_local()
    }

    fn redact(&self, message: &str) -> String {
        redacted(message, &self.0.secret.borrow())
    }
}

/// Why a request was not sent.
enum Unsent {
    /// As it was thrown.
    Thrown(JsValue),
    Mistake(Error),
}

impl From<JsValue> for Unsent {
    fn from(thrown: JsValue) -> Self {
        Self::Thrown(thrown)
    }
}

impl From<Error> for Unsent {
    fn from(mistake: Error) -> Self {
        Self::Mistake(mistake)
    }
}

impl From<Unsent> for JsValue {
    fn from(unsent: Unsent) -> Self {
        match unsent {
            Unsent::Thrown(thrown) => thrown,
            Unsent::Mistake(error) => into_js(&error),
        }
    }
}

/// The exceptions that requests failed with, and what the page knows about them.
type Known = Rc<RefCell<Vec<(JsValue, PageFacts)>>>;

impl Inner {
    async fn send(self: Rc<Self>, mut call: HttpRequest, on_phase: &dyn Fn(Phase)) -> Result<Response, Error> {
        let transport = self.config.protocol.transport;
        if let Some(patch) = self.patch.as_ref().filter(|_| transport == TransportKind::Http) {
            call.body = Value::parse(call.body.as_bytes())?.merged(patch).to_json();
        }
        let opened = ConnectionSlot::open(&call.url, self.most, on_phase).await;
        let connection = opened.map_err(|reason| not_sent(&reason))?;
        if transport == TransportKind::WebSocket {
            return self.sockets.dial(&call, connection).await;
        }
        let known = Known::default();
        let fetched = self.clone().fetched(&call, &connection.signal(), &known).await;
        match fetched {
            Ok(response) => with_connection(&response, Some(connection)),
            Err(Unsent::Mistake(error)) => Err(error),
            Err(Unsent::Thrown(reason)) => {
                let known = known.borrow();
                Err(match known.iter().find(|(error, _)| *error == reason) {
                    Some((_, facts)) => explained(&reason, facts, &self.config),
                    None => not_sent(&reason),
                })
            }
        }
    }

    /// Sends the request through the caller's middleware.
    async fn fetched(
        self: Rc<Self>,
        call: &HttpRequest,
        signal: &AbortSignal,
        known: &Known,
    ) -> Result<JsValue, Unsent> {
        let request = self.request(call, signal)?;
        let auth = call.auth;
        if self.middleware.is_empty() {
            return self.innermost(&request, auth, known).await;
        }
        let (client, known) = (self.clone(), known.clone());
        // Middleware may send the request more than once, and at any time.
        let innermost = Closure::<dyn Fn(JsValue) -> Promise>::new(move |request: JsValue| {
            let (client, known) = (client.clone(), known.clone());
            future_to_promise(async move {
                let Some(request) = request.dyn_ref::<Object>() else {
                    return Err(js_sys::TypeError::new("`next` takes a request").into());
                };
                Ok(client.innermost(request, auth, &known).await?)
            })
        });
        let next = self.middleware.iter().rev().fold(innermost.into_js_value(), around);
        let answer = next.unchecked_ref::<Function>().call1(&JsValue::UNDEFINED, &request)?;
        Ok(arrived(&Promise::resolve(&answer)).await?)
    }

    /// The request as middleware sees it.
    fn request(&self, call: &HttpRequest, signal: &AbortSignal) -> Result<Object, JsValue> {
        let request = Object::new();
        set(&request, "url", &call.url.as_str().into())?;
        set(&request, "method", &"POST".into())?;
        let headers = Object::new();
        for header in call.headers.chunks_exact(2) {
            if let [name, value] = header {
                set(&headers, name, &value.as_str().into())?;
            }
        }
        set(&request, "headers", &headers)?;
        set(&request, "body", &call.body.as_str().into())?;
        set(&request, "signal", signal)?;
        if let Some(credentials) = &self.credentials {
            set(&request, "credentials", &credentials.as_str().into())?;
        }
        Ok(request)
    }

    /// The innermost step, so that middleware does not see the key.
    async fn innermost(&self, request: &Object, auth: Auth, known: &Known) -> Result<JsValue, Unsent> {
        let init = Object::assign(&Object::new(), request);
        let url = get(&init, "url")?;
        Reflect::delete_property(&init, &"url".into())?;
        let key = self.key().await?;
        // Getting the key may take time; the run may have been stopped meanwhile.
        let signal = get(&init, "signal")?;
        if is_aborted(&signal) {
            return Err(Unsent::Thrown(get(&signal, "reason")?));
        }
        let headers = Object::new();
        if let Some(given) = get(&init, "headers")?.dyn_ref::<Object>() {
            Object::assign(&headers, given);
        }
        match auth {
            Auth::Bearer if !key.is_empty() => set(&headers, "authorization", &concat(&["Bearer ", &key]).into())?,
            Auth::Header(name) if !key.is_empty() => set(&headers, name, &key.into())?,
            _ => {}
        }
        for (name, value) in &*self.headers.borrow() {
            Reflect::set(&headers, name, value)?;
        }
        set(&init, "headers", &headers)?;
        let fetch = self.fetch.clone().map_or_else(|| global().fetch(), JsValue::from);
        let fetch =
            fetch.dyn_into::<Function>().map_err(|_| JsValue::from(js_sys::TypeError::new("there is no fetch")))?;
        let observer = RequestObserver::new(&url.as_string().unwrap_or_default())?;
        let failure = match fetch.call2(&JsValue::UNDEFINED, &url, &init) {
            Ok(answer) => match arrived(&Promise::resolve(&answer)).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            },
            Err(failure) => failure,
        };
        if failure.is_instance_of::<js_sys::Error>() && !is_aborted(&signal) {
            let facts = observer.facts(self.fetch.is_some()).await;
            known.borrow_mut().push((failure.clone(), facts));
        }
        Err(Unsent::Thrown(failure))
    }

    /// The key; empty if there is none.
    async fn key(&self) -> Result<String, Error> {
        let given = self.api_key.borrow().clone();
        let key = match given.dyn_ref::<Function>() {
            Some(function) => {
                let made = match function.call0(&JsValue::UNDEFINED) {
                    Ok(promise) => JsFuture::from(Promise::resolve(&promise)).await,
                    Err(thrown) => Err(thrown),
                };
                // The exception itself is left out: it may contain the key, or how the key is made.
                let made = made.map_err(|thrown| Error::invalid(concat(&["`apiKey` threw: ", &describe(&thrown)])))?;
                let Some(key) = made.as_string() else {
                    return Err(Error::invalid("`apiKey` must give a string"));
                };
                check_key(&key)?;
                key
            }
            None => given.as_string().unwrap_or_default(),
        };
        if !key.is_empty() {
            self.secret.borrow_mut().clone_from(&key);
        }
        Ok(key)
    }
}

/// Wraps `next` in the `middleware`; what the middleware throws becomes a promise that rejects.
#[allow(clippy::needless_pass_by_value)] // As `fold` has it.
fn around(next: JsValue, middleware: &Function) -> JsValue {
    let middleware = middleware.clone();
    let asked = move |request: JsValue| match middleware.call2(&JsValue::UNDEFINED, &request, &next) {
        Ok(answer) => Promise::resolve(&answer),
        Err(thrown) => Promise::reject(&thrown),
    };
    Closure::<dyn Fn(JsValue) -> Promise>::new(asked).into_js_value()
}

/// The response of a promise. If it is no longer waited for, the response is closed when it arrives.
async fn arrived(promise: &Promise) -> Result<JsValue, JsValue> {
    let mut guard = InFlight(Some(promise.clone()));
    let result = JsFuture::from(promise.clone()).await;
    guard.0 = None;
    result
}

struct InFlight(Option<Promise>);

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Some(promise) = self.0.take() {
            let promise = JsFuture::from(promise);
            spawn_local(async move {
                if let Ok(response) = promise.await {
                    discard(&response);
                }
            });
        }
    }
}

/// Refuses a key that a header cannot carry: the browser's own error would repeat the key.
fn check_key(key: &str) -> Result<(), Error> {
    if key.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(());
    }
    Err(Error::invalid("`apiKey` must be plain text without line breaks"))
}

/// The names are in lower case, so that the caller's headers replace ours.
fn read_headers(given: &JsValue) -> Result<Vec<(JsValue, JsValue)>, Error> {
    if given.is_falsy() {
        return Ok(Vec::new());
    }
    let headers = AnyHeaders::new(given).map_err(|_| {
        // What was thrown may repeat a value, which may be a key.
        Error::invalid("RefinireAgent: `headers`: a name or a value cannot be sent as a header")
    })?;
    let pairs = Array::from(&headers);
    Ok(pairs.iter().map(|pair| Array::from(&pair)).map(|pair| (pair.get(0), pair.get(1))).collect())
}

fn is_aborted(signal: &JsValue) -> bool {
    signal.is_object() && get(signal, "aborted").is_ok_and(|aborted| aborted.is_truthy())
}

fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &name.into())
}

fn set(of: &JsValue, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(of, &name.into(), value).map(drop)
}
