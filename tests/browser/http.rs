//! Requests by `fetch`, and the bodies of their responses.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Function, Uint8Array};
use refinire_web::env::{Body, Phase, Pushed, Response, Sink, Transport};
use refinire_web::error::{Code, Error};
use refinire_web::json::Value;
use refinire_web::provider::{Auth, HttpRequest};
use refinire_web::web::env::{response_of, HttpClient, HttpOptions};
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::config::resolved;
use crate::support::{answer, answer_that, call, get, idle, js, json, recorder, respond, set, wait_for};

/// Takes bytes as a script says: nothing in it is `More`.
#[derive(Default)]
struct Script {
    pushed: RefCell<Vec<Vec<u8>>>,
    answers: RefCell<Vec<Pushed>>,
}

impl Script {
    fn of(mut answers: Vec<Pushed>) -> Rc<Self> {
        answers.reverse();
        Rc::new(Self { answers: RefCell::new(answers), ..Self::default() })
    }

    fn text(&self) -> String {
        String::from_utf8(self.pushed.borrow().concat()).unwrap()
    }

    fn lengths(&self) -> Vec<usize> {
        self.pushed.borrow().iter().map(Vec::len).collect()
    }
}

impl Sink for Script {
    fn push(&self, bytes: &[u8]) -> Pushed {
        self.pushed.borrow_mut().push(bytes.to_vec());
        self.answers.borrow_mut().pop().unwrap_or(Pushed::More)
    }
}

fn body_of(response: &JsValue) -> Box<dyn Body> {
    response_of(response).unwrap().body
}

fn wait() -> (oneshot::Sender<()>, Pushed) {
    let (sender, receiver) = oneshot::channel();
    (sender, Pushed::Wait(receiver.map(drop).boxed_local()))
}

#[wasm_bindgen_test]
async fn a_body_is_pushed_read_by_read_to_its_end() {
    let sink = Script::of(vec![]);
    let mut body = body_of(&answer(&["Hel", "lo", ""]));
    body.pump(sink.clone()).await.unwrap();
    // A read of no bytes is not handed over.
    assert_eq!((sink.text().as_str(), sink.lengths()), ("Hello", vec![3, 2]));
    // It has ended: there is nothing more.
    body.pump(sink.clone()).await.unwrap();
    assert_eq!(sink.lengths().len(), 2);
}

#[wasm_bindgen_test]
async fn a_large_read_is_pushed_in_parts_and_a_wait_is_kept_between_them() {
    let large: Vec<u8> = (0..150_000u32).map(|number| number.to_le_bytes()[0]).collect();
    let (ready, waits) = wait();
    let sink = Script::of(vec![Pushed::More, waits]);
    let mut body = body_of(&answer(&[&large[..], b"end"]));
    let mut pump = body.pump(sink.clone());
    assert!((&mut pump).now_or_never().is_none());
    idle().await;
    assert_eq!(sink.lengths(), [65_536, 65_536]);
    ready.send(()).unwrap();
    pump.await.unwrap();
    assert_eq!(sink.lengths(), [65_536, 65_536, 18_928, 3]);
    assert_eq!(sink.pushed.borrow().concat(), [&large[..], b"end"].concat());
}

#[wasm_bindgen_test]
async fn who_has_to_be_waited_for_stops_the_reads() {
    let (ready, waits) = wait();
    let sink = Script::of(vec![waits]);
    let response = answer(&["a", "b", "c"]);
    let mut body = body_of(&response);
    let mut pump = body.pump(sink.clone());
    assert!((&mut pump).now_or_never().is_none());
    idle().await;
    let left = || call(&response, "left").unwrap();
    assert_eq!((sink.text().as_str(), left().as_f64()), ("a", Some(2.0)));
    ready.send(()).unwrap();
    pump.await.unwrap();
    assert_eq!(sink.text(), "abc");
}

#[wasm_bindgen_test]
async fn enough_is_enough_and_a_dropped_body_is_cancelled() {
    let sink = Script::of(vec![Pushed::Stop]);
    let response = answer(&["a", "b"]);
    let mut body = body_of(&response);
    body.pump(sink.clone()).await.unwrap();
    assert_eq!(sink.text(), "a");
    assert!(get(&response, "cancelled").is_undefined());
    drop(body);
    assert_eq!(get(&response, "cancelled"), true);
}

#[wasm_bindgen_test]
async fn a_read_that_comes_behind_the_drop_harms_nobody() {
    let response = js(r"(() => {
        const read = Promise.withResolvers();
        const reader = { read: () => read.promise, cancel() { response.cancelled = true; } };
        const response = { status: 200, headers: new Headers(), body: { getReader: () => reader }, read };
        return response;
    })()");
    let sink = Script::of(vec![]);
    let mut body = body_of(&response);
    let mut pump = body.pump(sink.clone());
    assert!((&mut pump).now_or_never().is_none());
    drop(pump);
    assert_eq!(get(&response, "cancelled"), true);
    drop(body);
    let late = js("{ done: false, value: new Uint8Array([65]) }");
    get(&response, "read.resolve").unchecked_into::<Function>().call1(&JsValue::UNDEFINED, &late).unwrap();
    idle().await;
    assert_eq!(sink.text(), "");
}

#[wasm_bindgen_test]
async fn a_body_may_be_dropped_while_it_is_pushed() {
    struct Dropping(RefCell<Option<oneshot::Sender<()>>>);
    impl Sink for Dropping {
        fn push(&self, _: &[u8]) -> Pushed {
            drop(self.0.take());
            Pushed::More
        }
    }
    let response = answer_that(&["a", "b"], &"hang".into());
    let mut body = body_of(&response);
    let (sender, receiver) = oneshot::channel();
    futures::future::select(body.pump(Rc::new(Dropping(RefCell::new(Some(sender))))), receiver).await;
    drop(body);
    assert_eq!(get(&response, "cancelled"), true);
}

#[wasm_bindgen_test]
async fn what_is_no_bytes_breaks_and_bytes_of_another_realm_do_not() {
    let text = respond(&js_sys::Array::of1(&"text".into()), &"end".into(), &JsValue::UNDEFINED);
    let error = body_of(&text).pump(Script::of(vec![])).await.unwrap_err();
    assert_eq!(error.code, Code::Network);
    assert_eq!(error.message, "the connection broke: the response's body yields something else than bytes");
    let foreign = js(r#"(() => {
        const frame = document.body.appendChild(document.createElement("iframe"));
        return frame.contentWindow.eval("new Uint8Array([72, 105])");
    })()"#);
    assert!(foreign.dyn_ref::<Uint8Array>().is_none());
    let sink = Script::of(vec![]);
    let response = js("(bytes) => { let left = [{ done: false, value: bytes }, { done: true }]; return { status: 200, headers: new Headers(), body: { getReader: () => ({ read: async () => left.shift(), cancel: () => 5 }) } }; }");
    let response = response.unchecked_into::<Function>().call1(&JsValue::UNDEFINED, &foreign).unwrap();
    body_of(&response).pump(sink.clone()).await.unwrap();
    assert_eq!(sink.text(), "Hi");
}

#[wasm_bindgen_test]
async fn a_body_that_breaks_says_how() {
    let response = answer_that(&["a"], &js("new TypeError('network error')"));
    let error = body_of(&response).pump(Script::of(vec![])).await.unwrap_err();
    assert_eq!((error.code, &*error.message), (Code::Network, "the connection broke: network error"));
    assert!(error.cause.is_some());
}

#[wasm_bindgen_test]
async fn behind_its_end_a_body_is_read_on_for_so_much_and_so_long() {
    let quick = answer(&["a", "rest"]);
    let mut body = body_of(&quick);
    body.pump(Script::of(vec![Pushed::Stop])).await.unwrap();
    body.drain();
    wait_for(|| call(&quick, "left").unwrap() == 0.0).await;
    idle().await;
    assert!(get(&quick, "cancelled").is_undefined(), "it came to its end by itself");

    let much: Vec<Vec<u8>> = vec![vec![0; 40_000]; 5];
    let large = answer(&much);
    let mut body = body_of(&large);
    body.pump(Script::of(vec![Pushed::Stop])).await.unwrap();
    body.drain();
    wait_for(|| get(&large, "cancelled") == true).await;
    assert_eq!(call(&large, "left").unwrap(), 2.0);

    let silent = answer_that(&["a"], &"hang".into());
    let mut body = body_of(&silent);
    body.pump(Script::of(vec![Pushed::Stop])).await.unwrap();
    body.drain();
    idle().await;
    assert!(get(&silent, "cancelled").is_undefined());
    wait_for(|| get(&silent, "cancelled") == true).await;
}

fn client(options: HttpOptions) -> HttpClient {
    client_of(options, "https://api.example/v1")
}

fn client_of(options: HttpOptions, root: &str) -> HttpClient {
    let options_json = format!(
        r#"{{"name":"a","generationInstructions":"","model":"gpt-4o","provider":"openai","baseUrl":"{root}","host":"api.example"}}"#
    );
    HttpClient::new(options, Rc::new(resolved(&options_json).unwrap())).unwrap()
}

fn call_to(url: &str) -> HttpRequest {
    let headers = ["content-type", "application/json", "accept", "text/event-stream"].map(str::to_owned).to_vec();
    HttpRequest { url: url.to_owned(), headers, body: r#"{"model":"m","top_p":1}"#.to_owned(), auth: Auth::Bearer }
}

fn send(client: &HttpClient) -> LocalBoxFuture<'static, Result<Response, Error>> {
    client.send(call_to("https://api.example/v1/chat"), Rc::new(|_| {}))
}

/// A fetch that notes what it is called with.
fn noted_fetch() -> Function {
    js(r#"globalThis.noted = Object.assign(async (...given) => {
        noted.calls.push(given);
        return new Response("ok", { status: 201, headers: { "retry-after": "7", "content-type": "text/plain" } });
    }, { calls: [] })"#)
    .unchecked_into()
}

fn calls() -> JsValue {
    js("noted.calls")
}

#[wasm_bindgen_test]
async fn a_request_has_the_key_the_headers_and_what_is_laid_over_its_body() {
    let client = client(HttpOptions {
        api_key: js("async () => 'sk-12345'"),
        headers: js("({ 'X-Own': '1', Accept: 'mine' })"),
        credentials: Some("include".to_owned()),
        fetch: Some(noted_fetch()),
        provider_options: Some(Value::parse(br#"{"top_p":null,"seed":7}"#).unwrap()),
        ..HttpOptions::default()
    });
    let response = send(&client).await.unwrap();
    let head = (response.status, response.retry_after.as_deref(), response.content_type.as_str());
    assert_eq!(head, (201, Some("7"), "text/plain"));
    let sent = calls();
    assert_eq!(get(&sent, "0.0"), "https://api.example/v1/chat");
    let headers =
        r#"{"content-type":"application/json","accept":"mine","authorization":"Bearer sk-12345","x-own":"1"}"#;
    assert_eq!(json(&get(&sent, "0.1.headers")), headers);
    assert_eq!(get(&sent, "0.1.body"), r#"{"model":"m","seed":7}"#);
    assert_eq!((get(&sent, "0.1.credentials"), get(&sent, "0.1.method")), ("include".into(), "POST".into()));
    assert_eq!(client.redact("no sk-12345"), "no [key]");
    client.forget_credentials();
    drop(send(&client).await.unwrap());
    let headers = r#"{"content-type":"application/json","accept":"text/event-stream"}"#;
    assert_eq!(json(&get(&sent, "1.1.headers")), headers);
    // Both connections are closed.
    drop(response);
    assert_eq!((get(&sent, "0.1.signal.aborted"), get(&sent, "1.1.signal.aborted")), (true.into(), true.into()));
}

#[wasm_bindgen_test]
async fn middleware_is_around_each_request_the_outermost_first_and_sees_no_key() {
    let seen = recorder(&JsValue::UNDEFINED);
    set(&js("globalThis"), "seenByMiddleware", &seen);
    let outer = js("(request, next) => { seenByMiddleware('outer ' + JSON.stringify(request.headers)); return next({ ...request, headers: { ...request.headers, outer: '1' } }); }");
    let inner = js("async (request, next) => { seenByMiddleware('inner ' + request.headers.outer + ' ' + request.url); await next(request); return next({ ...request, url: request.url + '?again' }); }");
    let client = client(HttpOptions {
        api_key: "sk-12345".into(),
        fetch: Some(noted_fetch()),
        middleware: vec![outer.unchecked_into(), inner.unchecked_into()],
        ..HttpOptions::default()
    });
    send(&client).await.unwrap();
    let told = r#"["outer {\"content-type\":\"application/json\",\"accept\":\"text/event-stream\"}","inner 1 https://api.example/v1/chat"]"#;
    assert_eq!(json(&get(&seen, "calls")), told);
    let sent = calls();
    assert_eq!(get(&sent, "length"), 2.0);
    assert_eq!(get(&sent, "1.0"), "https://api.example/v1/chat?again");
    assert_eq!(get(&sent, "1.1.headers.authorization"), "Bearer sk-12345");
    assert!(get(&sent, "1.1.url").is_undefined());
}

#[wasm_bindgen_test]
async fn what_the_caller_got_wrong_is_an_invalid_argument() {
    let of = |fetch: &str| client(HttpOptions { fetch: Some(js(fetch).unchecked_into()), ..HttpOptions::default() });
    let key =
        |key: &str| client(HttpOptions { api_key: js(key), fetch: Some(noted_fetch()), ..HttpOptions::default() });
    let refused = "async () => { throw Object.assign(new Error('not like this'), { code: 'invalid-argument' }) }";
    for (client, message) in [
        (of("() => 5"), "`fetch` must give a Response"),
        (
            of("() => { const read = new Response('a'); read.body.getReader(); return read; }"),
            "the response's body is being read already",
        ),
        (of(refused), "not like this"),
        (key("() => { throw new Error('no key') }"), "`apiKey` threw: no key"),
        (key("() => 5"), "`apiKey` must give a string"),
        (key("() => 'a\\nb'"), "`apiKey` must be plain text without line breaks"),
    ] {
        let error = send(&client).await.unwrap_err();
        assert_eq!((error.code, &*error.message, error.refused), (Code::InvalidArgument, message, true));
    }
    let plan = Rc::new(resolved(r#"{"name":"a","generationInstructions":"","model":"gpt-4o"}"#).unwrap());
    for (api_key, headers, message) in [
        (js("5"), JsValue::UNDEFINED, "RefinireAgent: `apiKey` must be a string or a function"),
        (js("'a\\nb'"), JsValue::UNDEFINED, "`apiKey` must be plain text without line breaks"),
        (JsValue::NULL, js("({ 'no name': '1' })"), "RefinireAgent: `headers`: "),
    ] {
        let error =
            HttpClient::new(HttpOptions { api_key, headers, ..HttpOptions::default() }, plan.clone()).unwrap_err();
        assert_eq!(error.code, Code::InvalidArgument);
        assert!(error.message.starts_with(message), "{}", error.message);
    }
}

#[wasm_bindgen_test]
async fn a_request_that_fails_says_what_the_page_knows() {
    let of = |fetch: &str| client(HttpOptions { fetch: Some(js(fetch).unchecked_into()), ..HttpOptions::default() });
    let error = send(&of("async () => { throw new TypeError('Failed to fetch') }")).await.unwrap_err();
    assert_eq!(error.code, Code::Network);
    let start = "POST https://api.example/v1/chat failed: Failed to fetch. Possible causes, the likeliest first: (1) ";
    assert!(error.message.starts_with(start), "{}", error.message);
    // Also where middleware is around it, which passes the exception on.
    let middleware = vec![js("(request, next) => next(request)").unchecked_into()];
    let fetch = Some(js("async () => { throw new TypeError('Failed to fetch') }").unchecked_into());
    let client = client(HttpOptions { fetch, middleware, ..HttpOptions::default() });
    let error = send(&client).await.unwrap_err();
    assert!(error.message.starts_with(start), "{}", error.message);
    let error = send(&of("async () => { throw 'words' }")).await.unwrap_err();
    assert_eq!((error.code, &*error.message), (Code::Network, "the request failed: words"));
    // The page's own: nothing listens there.
    let error = client_of(HttpOptions::default(), "http://127.0.0.1:9/v1")
        .send(call_to("http://127.0.0.1:9/v1?key=secret"), Rc::new(|_| {}))
        .await
        .unwrap_err();
    assert!(error.message.contains("nothing answers at http://127.0.0.1:9"), "{}", error.message);
    assert!(!error.message.contains("secret"), "{}", error.message);
}

#[wasm_bindgen_test]
async fn a_request_that_is_given_up_is_aborted_without_a_reason_and_what_comes_of_it_is_closed() {
    let fetch = js("(url, { signal }) => { globalThis.late = Promise.withResolvers(); globalThis.lateSignal = signal; return late.promise; }");
    let client = client(HttpOptions { fetch: Some(fetch.unchecked_into()), ..HttpOptions::default() });
    let mut sent = send(&client);
    assert!((&mut sent).now_or_never().is_none());
    drop(sent);
    assert_eq!(js("lateSignal.aborted && lateSignal.reason.name"), "AbortError");
    let response = answer(&["a"]);
    get(&js("globalThis"), "late.resolve").unchecked_into::<Function>().call1(&JsValue::UNDEFINED, &response).unwrap();
    wait_for(|| get(&response, "cancelled") == true).await;
}

#[wasm_bindgen_test]
async fn more_than_so_many_wait_for_a_slot_and_say_so() {
    let fetch = || Some(js("async () => new Response('ok')").unchecked_into());
    let client = client(HttpOptions { fetch: fetch(), max_connections: Some(1.0), ..HttpOptions::default() });
    let phases = Rc::new(RefCell::new(Vec::new()));
    let first = send(&client).await.unwrap();
    let (noted, second) = (phases.clone(), client.clone());
    let (sender, receiver) = oneshot::channel();
    spawn_local(async move {
        let on_phase = Rc::new(move |phase| noted.borrow_mut().push(phase));
        let _ = sender
            .send(second.send(call_to("https://api.example/other"), on_phase).await.map(|response| response.status));
    });
    wait_for(|| !phases.borrow().is_empty()).await;
    idle().await;
    assert_eq!(*phases.borrow(), [Phase::Queued]);
    drop(first);
    assert_eq!(receiver.await.unwrap().unwrap(), 200);
    assert_eq!(*phases.borrow(), [Phase::Queued, Phase::Sending]);
}
