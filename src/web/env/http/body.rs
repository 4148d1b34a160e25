//! The body of a response.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{select, Either, FutureExt, LocalBoxFuture};
use js_sys::Promise;
use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};
use wasm_bindgen_futures::{spawn_local, JsFuture};

use super::connection_slot::ConnectionSlot;
use super::failure::broken;
use crate::env::{Body, Clock, Pushed, Sink};
use crate::error::Error;
use crate::web::env::page::Listener;
use crate::web::env::PageClock;
use crate::web::promise::once;

#[wasm_bindgen]
extern "C" {
    /// A `ReadableStreamDefaultReader`.
    #[derive(Clone)]
    pub(super) type Reader;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/web/js/pump.js")]
extern "C" {
    /// Reads a body; see the script.
    type Pump;
    #[wasm_bindgen(constructor)]
    fn new(reader: &Reader, take: &Closure<Take>, end: &Closure<End>) -> Pump;
    #[wasm_bindgen(method)]
    fn start(this: &Pump);
    #[wasm_bindgen(method)]
    fn close(this: &Pump);
}

/// Takes the bytes of a read; returns whether to continue reading.
type Take = dyn Fn(Vec<u8>) -> bool;

/// Takes the end of the body: whether it failed, and why.
type End = dyn Fn(bool, JsValue);

/// How long a body is still read after its natural end, in milliseconds, and how much of it, in bytes.
const DRAIN_MS: f64 = 250.0;
const DRAIN_BYTES: usize = 64 * 1024;

/// The body of a response. Its connection is closed when this is dropped.
pub(super) struct ResponseBody {
    /// `None` if there is no body.
    reading: Option<Rc<Reading>>,
    connection: Option<ConnectionSlot>,
}

impl ResponseBody {
    pub(super) fn new(reader: Option<&Reader>, connection: Option<ConnectionSlot>) -> Self {
        Self { reading: reader.map(Reading::new), connection }
    }

    fn close(&mut self) {
        drop(self.connection.take());
        if let Some(reading) = &self.reading {
            reading.close();
        }
    }
}

impl Body for ResponseBody {
    fn pump(&mut self, sink: Rc<dyn Sink>) -> LocalBoxFuture<'_, Result<(), Error>> {
        let Some(reading) = self.reading.clone() else { return async { Ok(()) }.boxed_local() };
        async move {
            let mut pumping = Pumping { body: self, is_over: false };
            reading.reads.sink.replace(Some(sink));
            let result = loop {
                let (sender, receiver) = oneshot::channel();
                reading.reads.outcome.replace(Some(sender));
                reading.go_on();
                match receiver.await {
                    Ok(Outcome::Wait(ready)) => ready.await,
                    Ok(Outcome::End) | Err(_) => break Ok(()),
                    Ok(Outcome::Broken(reason)) => break Err(broken(&reason)),
                }
            };
            reading.reads.sink.replace(None);
            pumping.is_over = true;
            result
        }
        .boxed_local()
    }

    fn drain(self: Box<Self>) {
        if self.reading.as_ref().is_none_or(|reading| reading.reads.is_done.get()) {
            return;
        }
        let mut body = self;
        spawn_local(async move {
            let rest = body.pump(Rc::new(Drain::default()));
            // Mostly the end follows at once: adding the listener would take longer than reading it.
            let Either::Right(((), rest)) = select(rest, PageClock.sleep(0.0)).await else { return };
            let (sender, left) = oneshot::channel();
            let hidden = once(move |_: JsValue| {
                let _ = sender.send(());
            });
            let _listener = Listener::new(&js_sys::global(), "pagehide", hidden);
            let until = select(PageClock.sleep(DRAIN_MS), left);
            select(rest, until).await;
        });
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        self.close();
    }
}

/// Closes the body if its pump is dropped before the end.
struct Pumping<'a> {
    body: &'a mut ResponseBody,
    is_over: bool,
}

impl Drop for Pumping<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.body.close();
        }
    }
}

/// Counts what is read after the end.
#[derive(Default)]
struct Drain(Cell<usize>);

impl Sink for Drain {
    fn push(&self, bytes: &[u8]) -> Pushed {
        self.0.set(self.0.get() + bytes.len());
        if self.0.get() < DRAIN_BYTES {
            Pushed::More
        } else {
            Pushed::Stop
        }
    }
}

/// Why the reads have stopped.
enum Outcome {
    Wait(LocalBoxFuture<'static, ()>),
    End,
    Broken(JsValue),
}

/// The reads of a body, and what they lead to.
struct Reading {
    pump: Pump,
    reads: Rc<Reads>,
    /// The pump calls them.
    _callbacks: (Closure<Take>, Closure<End>),
}

#[derive(Default)]
struct Reads {
    sink: RefCell<Option<Rc<dyn Sink>>>,
    outcome: RefCell<Option<oneshot::Sender<Outcome>>>,
    is_done: Cell<bool>,
}

impl Reading {
    fn new(reader: &Reader) -> Rc<Self> {
        let reads = Rc::new(Reads::default());
        let (taking, ending) = (reads.clone(), reads.clone());
        let take = Closure::new(move |bytes: Vec<u8>| taking.take(&bytes));
        let end = Closure::new(move |is_broken: bool, reason: JsValue| {
            ending.is_done.set(!is_broken);
            ending.end(if is_broken { Outcome::Broken(reason) } else { Outcome::End });
        });
        Rc::new(Self { pump: Pump::new(reader, &take, &end), reads, _callbacks: (take, end) })
    }

    /// Hands over the rest of the last read, and continues reading.
    fn go_on(&self) {
        if self.reads.is_done.get() {
            self.reads.end(Outcome::End);
        } else {
            self.pump.start();
        }
    }

    fn close(&self) {
        self.reads.sink.replace(None);
        self.pump.close();
    }
}

impl Reads {
    fn take(&self, bytes: &[u8]) -> bool {
        let sink = self.sink.borrow().clone();
        let outcome = match sink.map(|sink| sink.push(bytes)) {
            Some(Pushed::More) => return true,
            Some(Pushed::Wait(ready)) => Outcome::Wait(ready),
            Some(Pushed::Stop) => Outcome::End,
            None => return false,
        };
        self.end(outcome);
        false
    }

    /// Wakes the task that pumps.
    fn end(&self, outcome: Outcome) {
        if let Some(sender) = self.outcome.take() {
            let _ = sender.send(outcome);
        }
    }
}

/// Cancels the read. A failure is ignored.
pub(super) fn cancel(reader: &Reader) {
    if let Ok(cancelled) = reader.cancel() {
        drop(JsFuture::from(Promise::resolve(&cancelled)));
    }
}
