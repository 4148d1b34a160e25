//! A turn over a WebSocket in the shape of a response.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::select;
use js_sys::Function;
use refinire_web::env::{Body, Pushed, Response, Sink, Transport};
use refinire_web::error::{Code, Error};
use refinire_web::provider::{Auth, HttpRequest};
use refinire_web::web::env::{HttpClient, HttpOptions};
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::config::resolved;
use crate::support::{js, json, object, replace_in_page, wait_for};

/// The page's `WebSocket` until this is dropped; `sockets` are those that were made.
struct Page(Function);

impl Page {
    fn new() -> Self {
        let class = js(r#"(() => {
            globalThis.sockets = [];
            return class extends EventTarget {
                constructor(url) {
                    super();
                    Object.assign(this, { url, readyState: 0, sent: [], closed: 0 });
                    sockets.push(this);
                    if (url.includes("refused")) throw new DOMException("", "SecurityError");
                }
                send(text) { this.sent.push(text); }
                close() { this.readyState = 3; this.closed += 1; }
                open() { this.readyState = 1; this.dispatchEvent(new Event("open")); }
                say(data) { this.dispatchEvent(new MessageEvent("message", { data })); }
                end(code, reason) { this.readyState = 3; this.dispatchEvent(new CloseEvent("close", { code, reason })); }
                fail() { this.readyState = 3; this.dispatchEvent(new Event("error")); this.end(1006, ""); }
            };
        })()"#);
        Self(replace_in_page("WebSocket", &object(&[("value", &class), ("writable", &JsValue::TRUE)])))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.0.call0(&JsValue::UNDEFINED).unwrap();
    }
}

#[derive(Default)]
struct Lines(RefCell<String>);

impl Sink for Lines {
    fn push(&self, bytes: &[u8]) -> Pushed {
        let line = std::str::from_utf8(bytes).unwrap();
        self.0.borrow_mut().push_str(line);
        if line.contains("[COMPLETE]") {
            Pushed::Stop
        } else {
            Pushed::More
        }
    }
}

fn client() -> HttpClient {
    let settings = r#"{"name":"a","generationInstructions":"","model":"websocket","provider":"websocket","baseUrl":"ws://relay.example/chat"}"#;
    HttpClient::new(HttpOptions::default(), Rc::new(resolved(settings).unwrap())).unwrap()
}

async fn ask(client: &HttpClient, url: &str, question: &str) -> Result<Response, Error> {
    let call = HttpRequest { url: url.to_owned(), headers: Vec::new(), body: question.to_owned(), auth: Auth::None };
    client.send(call, Rc::new(|_| {})).await
}

/// Has the page do something as soon as there are so many sockets.
fn with(count: u32, source: &'static str) {
    spawn_local(async move {
        until(&format!("sockets.length >= {count}")).await;
        js(source);
    });
}

async fn until(condition: &str) {
    wait_for(|| js(condition).is_truthy()).await;
}

const URL: &str = "https://relay.example/chat?ticket=secret#part";

/// A turn that is complete, on this socket of the page's, counted from 1.
async fn turn(client: &HttpClient, socket: u32) -> Box<dyn Body> {
    with(socket, "sockets.at(-1).readyState === 0 && sockets.at(-1).open()");
    let mut response = ask(client, URL, "Hi?").await.unwrap();
    js(r#"(sockets.at(-1).say("a\nb"), sockets.at(-1).say("[COMPLETE]"))"#);
    let lines = Rc::new(Lines::default());
    response.body.pump(lines.clone()).await.unwrap();
    assert_eq!(*lines.0.borrow(), "\"a\\nb\"\n\"[COMPLETE]\"\n");
    response.body
}

#[wasm_bindgen_test]
async fn a_complete_turn_leaves_its_socket_to_the_next_one() {
    let (_page, client) = (Page::new(), client());
    turn(&client, 1).await.drain();
    turn(&client, 1).await.drain();
    let sockets = js("sockets.map(({ url, sent, closed }) => [url, sent, closed])");
    assert_eq!(json(&sockets), r#"[["wss://relay.example/chat?ticket=secret",["Hi?","Hi?"],0]]"#);
    client.close();
    assert_eq!(js("sockets[0].closed > 0"), true);
    // Who has been freed keeps none.
    turn(&client, 2).await.drain();
    assert_eq!(js("sockets[1].closed > 0"), true);
}

#[wasm_bindgen_test]
async fn a_turn_that_was_not_complete_closes_its_socket() {
    let (_page, client) = (Page::new(), client());
    let body = turn(&client, 1).await;
    assert_eq!(js("sockets[0].closed"), 0.0);
    drop(body);
    assert_eq!(js("sockets[0].closed > 0"), true);
    // Nor is one kept that says something behind the end of its turn.
    let body = turn(&client, 2).await;
    js("sockets[1].say('more')");
    body.drain();
    assert_eq!(js("sockets[1].closed > 0"), true);
}

#[wasm_bindgen_test]
async fn a_socket_that_is_kept_is_closed_when_it_speaks_when_the_page_is_put_away_and_after_a_minute() {
    let (_page, client) = (Page::new(), client());
    let ends = ["sockets.at(-1).say('?')", "sockets.at(-1).end(1000, '')", "dispatchEvent(new Event('pagehide'))"];
    for (number, source) in (1..).zip(ends) {
        turn(&client, number).await.drain();
        assert_eq!(js("sockets.at(-1).closed"), 0.0);
        js(source);
        until("sockets.at(-1).closed > 0").await;
    }
    let body = turn(&client, 4).await;
    js("globalThis.waits = []");
    let real = replace_in_page("setTimeout", &object(&[("value", &js("(due, ms) => (waits.push({ due, ms }), {})"))]));
    body.drain();
    real.call0(&JsValue::UNDEFINED).unwrap();
    assert_eq!(js("[waits.length, waits[0].ms, sockets.at(-1).closed].join()"), "1,60000,0");
    js("waits[0].due()");
    until("sockets.at(-1).closed > 0").await;
}

#[wasm_bindgen_test]
async fn what_is_no_text_and_the_closing_are_lines_too() {
    let (_page, client) = (Page::new(), client());
    with(1, "sockets[0].open()");
    let mut response = ask(&client, URL, "Hi?").await.unwrap();
    js("(sockets[0].say(new ArrayBuffer(3)), sockets[0].end(1011, 'out of \"memory\"'))");
    let lines = Rc::new(Lines::default());
    response.body.pump(lines.clone()).await.unwrap();
    assert_eq!(*lines.0.borrow(), "null\n[1011,\"out of \\\"memory\\\"\"]\n");
}

#[wasm_bindgen_test]
async fn one_that_cannot_be_opened_names_its_host_alone() {
    let (_page, client) = (Page::new(), client());
    with(1, "sockets[0].fail()");
    let error = ask(&client, URL, "Hi?").await.map(|_| ()).unwrap_err();
    let message = "the request failed: the WebSocket to relay.example could not be opened, code 1006";
    assert_eq!((error.code, &*error.message), (Code::Network, message));
    let error = ask(&client, "http://refused.example/?ticket=secret", "Hi?").await.map(|_| ()).unwrap_err();
    let message = "a WebSocket to refused.example is refused by the page itself (SecurityError)";
    assert_eq!((error.code, &*error.message, error.refused), (Code::InvalidArgument, message, true));
}

#[wasm_bindgen_test]
async fn a_turn_that_is_given_up_closes_a_socket_that_is_not_open_yet() {
    let (_page, client) = (Page::new(), client());
    let asked = Box::pin(ask(&client, URL, "Hi?"));
    let made = Box::pin(until("sockets.length > 0"));
    // What loses the race is dropped.
    select(asked, made).await;
    assert_eq!(js("sockets[0].closed > 0"), true);
}
