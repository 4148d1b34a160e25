//! A turn over a WebSocket in the form of a response, whose body is what happens to the socket.
//!
//! When a turn is complete, its socket is kept for the agent's next one. If the turn was not complete, the socket is
//! closed: there is no other way to tell the server to stop.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use futures::channel::oneshot;
use futures::future::{FutureExt, LocalBoxFuture};
use futures::sink::Sink as _;
use futures::stream::StreamExt;
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use js_sys::Reflect;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::page::{address_of, Listener};
use super::PageClock;
use crate::env::{Body, Clock, Pushed, Response, Sink};
use crate::error::{Code, Error};
use crate::json::decimal;
use crate::provider::{HttpRequest, SocketEvent};
use crate::text::concat;
use crate::web::bindings::{describe, tell_closed};
use crate::web::error::thrown;
use crate::web::promise::once;

/// How long a socket is kept for the agent's next turn, in milliseconds.
const KEPT_MS: f64 = 60_000.0;

/// The socket that an agent keeps.
#[derive(Clone, Default)]
pub(super) struct Sockets(Rc<KeptSocket>);

#[derive(Default)]
struct KeptSocket {
    idle: RefCell<Option<IdleSocket>>,
    /// From now on no socket is kept.
    is_closed: Cell<bool>,
}

/// A socket that is closed when this is dropped.
struct Socket {
    inner: WebSocket,
    /// The same.
    target: web_sys::WebSocket,
}

impl Socket {
    /// An error is the name of what was thrown.
    fn new(url: &str) -> Result<Self, String> {
        let name_of = |thrown: JsValue| Reflect::get(&thrown, &"name".into()).ok().and_then(|name| name.as_string());
        let target = web_sys::WebSocket::new(url).map_err(|thrown| name_of(thrown).unwrap_or_default())?;
        let inner = WebSocket::try_from(target.clone()).map_err(|thrown| thrown.name)?;
        Ok(Self { inner, target })
    }
}

impl Drop for Socket {
    /// The listener of `close` is called once, and must not outlive the socket. Gloo calls it with a `CloseEvent`, which Node
    /// does not have before its version 23.
    fn drop(&mut self) {
        tell_closed(&self.target);
    }
}

struct IdleSocket {
    socket: Socket,
    /// The socket is no longer watched when this is dropped.
    _watched: oneshot::Sender<()>,
}

impl Sockets {
    /// Sends the request over a socket; resolves when the socket is open. `connection` is held as long as the turn
    /// lasts.
    pub(super) async fn dial(&self, call: &HttpRequest, connection: impl Sized + 'static) -> Result<Response, Error> {
        let mut socket = match self.take() {
            Some(socket) => socket,
            None => open(&call.url).await?,
        };
        // If the socket has been closed meanwhile, nothing is sent, and the body reports that it is closed.
        let _ = Pin::new(&mut socket.inner).start_send(Message::Text(call.body.clone()));
        let body = SocketBody { socket: Some(socket), sockets: self.clone(), _connection: Box::new(connection) };
        let (retry_after, content_type) = (None, String::new());
        Ok(Response { status: 200, retry_after, content_type, body: Box::new(body) })
    }

    /// Closes the kept socket. From now on none is kept.
    pub(super) fn close(&self) {
        self.0.is_closed.set(true);
        drop(self.0.idle.take());
    }

    /// Takes the kept socket, if it is still open and has received nothing.
    fn take(&self) -> Option<Socket> {
        let mut socket = self.0.idle.take()?.socket;
        let is_silent = socket.inner.next().now_or_never().is_none();
        (is_silent && matches!(socket.inner.state(), State::Open)).then_some(socket)
    }

    /// Keeps a socket for a time, or until the page is put away.
    fn keep(&self, mut socket: Socket) {
        let is_silent = socket.inner.next().now_or_never().is_none();
        if !is_silent || self.0.is_closed.get() || self.0.idle.borrow().is_some() {
            return;
        }
        let (watched, mut taken) = oneshot::channel();
        self.0.idle.replace(Some(IdleSocket { socket, _watched: watched }));
        let (sender, mut left) = oneshot::channel();
        let hidden = once(move |_: JsValue| {
            let _ = sender.send(());
        });
        let listener = Listener::new(&js_sys::global(), "pagehide", hidden);
        let mut late = PageClock.sleep(KEPT_MS);
        let sockets = self.0.clone();
        spawn_local(async move {
            let is_taken = poll_fn(|context| {
                if taken.poll_unpin(context).is_ready() {
                    return Poll::Ready(true);
                }
                // A message now does not belong to any turn.
                let spoke = match &mut *sockets.idle.borrow_mut() {
                    Some(idle) => idle.socket.inner.poll_next_unpin(context).is_ready(),
                    None => true,
                };
                let is_over = spoke || left.poll_unpin(context).is_ready() || late.poll_unpin(context).is_ready();
                if is_over {
                    Poll::Ready(false)
                } else {
                    Poll::Pending
                }
            })
            .await;
            drop(listener);
            if !is_taken {
                drop(sockets.idle.take());
            }
        });
    }
}

/// Opens a socket. Error messages name only the host: the rest of the address may contain a ticket.
async fn open(url: &str) -> Result<Socket, Error> {
    let address = address_of(url).map_err(|reason| Error::invalid(describe(&reason)))?;
    let protocol = if address.protocol() == "https:" { "wss:" } else { "ws:" };
    if address.protocol().starts_with("http") {
        address.set_protocol(protocol);
    }
    address.set_hash("");
    let host = address.host();
    let mut socket = Socket::new(&address.href()).map_err(|name| {
        // A page from HTTPS may not open one without TLS.
        let what = ["a WebSocket to ", &host, " is refused by the page itself (", &name, ")"];
        Error::invalid(concat(&what))
    })?;
    let _ = poll_fn(|context| Pin::new(&mut socket.inner).poll_ready(context)).await;
    if matches!(socket.inner.state(), State::Open) {
        return Ok(socket);
    }
    let mut code = 1006;
    while let Some(said) = socket.inner.next().await {
        if let Err(WebSocketError::ConnectionClose(closing)) = said {
            code = closing.code;
        }
    }
    let code = decimal(u64::from(code));
    let what = concat(&["the WebSocket to ", &host, " could not be opened, code ", &code]);
    Err(thrown(Code::Network, "the request failed", &js_sys::Error::new(&what)))
}

struct SocketBody {
    /// None when it is closed.
    socket: Option<Socket>,
    sockets: Sockets,
    _connection: Box<dyn std::any::Any>,
}

impl Body for SocketBody {
    fn pump(&mut self, sink: Rc<dyn Sink>) -> LocalBoxFuture<'_, Result<(), Error>> {
        async move {
            let mut pumping = Pumping { body: self, is_over: false };
            while let Some(socket) = &mut pumping.body.socket {
                let (line, is_last) = match socket.inner.next().await {
                    Some(Ok(Message::Text(text))) => (SocketEvent::Text(&text).to_line(), false),
                    Some(Ok(Message::Bytes(_))) => (SocketEvent::Binary.to_line(), false),
                    Some(Err(WebSocketError::ConnectionClose(closing))) => {
                        (SocketEvent::Closed { code: closing.code, reason: &closing.reason }.to_line(), true)
                    }
                    // `close` follows.
                    Some(Err(_)) => continue,
                    None => break,
                };
                match sink.push(line.as_bytes()) {
                    _ if is_last => break,
                    Pushed::More => {}
                    Pushed::Wait(ready) => ready.await,
                    Pushed::Stop => break,
                }
            }
            pumping.is_over = true;
            Ok(())
        }
        .boxed_local()
    }

    /// The turn is complete: the next one may have the socket.
    fn drain(mut self: Box<Self>) {
        if let Some(socket) = self.socket.take() {
            self.sockets.keep(socket);
        }
    }
}

/// Closes the socket if its pump is dropped before the end.
struct Pumping<'a> {
    body: &'a mut SocketBody,
    is_over: bool,
}

impl Drop for Pumping<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.body.socket = None;
        }
    }
}
