//! The body of a response.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{select, FutureExt, LocalBoxFuture};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{spawn_local, JsFuture};

use super::connection::Connection;
use super::failure::broken;
use crate::env::{Body, Clock, Pushed, Sink};
use crate::error::Error;
use crate::web::env::page::Listener;
use crate::web::env::PageClock;

#[wasm_bindgen]
extern "C" {
    /// A `ReadableStreamDefaultReader`.
    #[derive(Clone)]
    pub(super) type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<JsValue, JsValue>;

    /// What a read gives. It may be anything: a `fetch` of the caller's may have made the body.
    type ReadResult;
    #[wasm_bindgen(method, getter, catch)]
    fn done(this: &ReadResult) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn value(this: &ReadResult) -> Result<JsValue, JsValue>;

    type Chained;
    #[wasm_bindgen(method, catch, js_name = then)]
    fn chain(
        this: &Chained,
        on_read: &Closure<dyn Fn(JsValue)>,
        on_error: &Closure<dyn Fn(JsValue)>,
    ) -> Result<JsValue, JsValue>;

    /// What kind of object it is, also where its class is that of another realm.
    #[wasm_bindgen(js_namespace = ["Object", "prototype", "toString"], js_name = call)]
    fn tag_of(value: &JsValue) -> String;
}

/// How much is pushed at once, in bytes: what a browser gives in one read, most of the time.
const BUFFER_BYTES: u32 = 64 * 1024;

/// For how long a body is read on behind its natural end, in milliseconds, and how much of it, in bytes.
const DRAIN_MS: f64 = 250.0;
const DRAIN_BYTES: usize = 64 * 1024;

thread_local! {
    /// Where the bytes of a read are copied to: one for all bodies, since they are used up before anything else happens.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The body of a response. Dropped, its connection is closed.
pub(super) struct ResponseBody {
    /// None where there is no body.
    reading: Option<Rc<Reading>>,
    connection: Option<Connection>,
}

impl ResponseBody {
    pub(super) fn new(reader: Option<Reader>, connection: Option<Connection>) -> Self {
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
            reading.sink.replace(Some(sink));
            let result = loop {
                let (sender, receiver) = oneshot::channel();
                reading.outcome.replace(Some(sender));
                reading.go_on();
                match receiver.await {
                    Ok(Outcome::Wait(ready)) => ready.await,
                    Ok(Outcome::End) | Err(_) => break Ok(()),
                    Ok(Outcome::Broken(reason)) => break Err(broken(&reason)),
                }
            };
            reading.sink.replace(None);
            pumping.is_over = true;
            result
        }
        .boxed_local()
    }

    fn drain(self: Box<Self>) {
        if self.reading.as_ref().is_none_or(|reading| reading.is_done.get()) {
            return;
        }
        let mut body = self;
        spawn_local(async move {
            let (sender, left) = oneshot::channel();
            let hidden = Closure::once_into_js(move |_: JsValue| {
                let _ = sender.send(());
            });
            let _listener = Listener::new(&js_sys::global(), "pagehide", hidden);
            let until = select(PageClock.sleep(DRAIN_MS), left);
            select(body.pump(Rc::new(Drain::default())), until).await;
        });
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        self.close();
    }
}

/// Closes a body whose pump is dropped before it has come to its end.
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

/// Counts what is read behind the end.
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

type Callback = Closure<dyn Fn(JsValue)>;

/// The reads of a body. One pair of callbacks takes them all, and asks for the next read as it has taken one: nothing is
/// awaited in between.
struct Reading {
    reader: Reader,
    sink: RefCell<Option<Rc<dyn Sink>>>,
    outcome: RefCell<Option<oneshot::Sender<Outcome>>>,
    callbacks: RefCell<Option<(Callback, Callback)>>,
    /// What is left of a read, and where.
    rest: RefCell<Option<(Uint8Array, u32)>>,
    /// A read is on its way: its promise has the callbacks.
    is_asked: Cell<bool>,
    is_done: Cell<bool>,
    is_closed: Cell<bool>,
}

impl Reading {
    fn new(reader: Reader) -> Rc<Self> {
        let reading = Rc::new(Self {
            reader,
            sink: RefCell::default(),
            outcome: RefCell::default(),
            callbacks: RefCell::default(),
            rest: RefCell::default(),
            is_asked: Cell::new(false),
            is_done: Cell::new(false),
            is_closed: Cell::new(false),
        });
        // They do not keep alive what owns them.
        let (one, other) = (Rc::downgrade(&reading), Rc::downgrade(&reading));
        let on_read = Closure::new(move |result: JsValue| {
            if let Some(reading) = one.upgrade() {
                reading.take(result.unchecked_ref());
                reading.outlive_callback();
            }
        });
        let on_error = Closure::new(move |reason: JsValue| {
            if let Some(reading) = other.upgrade() {
                reading.is_asked.set(false);
                reading.end(Outcome::Broken(reason));
                reading.outlive_callback();
            }
        });
        reading.callbacks.replace(Some((on_read, on_error)));
        reading
    }

    /// The body may have been dropped while a callback ran: that is not dropped then before it has returned.
    fn outlive_callback(self: &Rc<Self>) {
        if Rc::strong_count(self) == 1 {
            self.is_asked.set(true);
        }
    }

    /// Pushes what is left of the last read, and asks for the next one.
    fn go_on(&self) {
        if self.is_done.get() {
            return self.end(Outcome::End);
        }
        let rest = self.rest.take();
        if rest.is_none_or(|(bytes, at)| self.push(&bytes, at)) {
            self.ask();
        }
    }

    fn ask(&self) {
        // One that was asked for when the pump before this one ended is still on its way.
        if self.is_closed.get() || self.is_asked.replace(true) {
            return;
        }
        let asked = self.reader.read().and_then(|read| {
            let callbacks = self.callbacks.borrow();
            let Some((on_read, on_error)) = &*callbacks else { return Ok(JsValue::UNDEFINED) };
            read.unchecked_ref::<Chained>().chain(on_read, on_error)
        });
        if let Err(reason) = asked {
            self.is_asked.set(false);
            self.end(Outcome::Broken(reason));
        }
    }

    /// A read has come.
    fn take(&self, result: &ReadResult) {
        self.is_asked.set(false);
        if self.is_closed.get() {
            return;
        }
        let value = match result.done() {
            Ok(done) if done.is_truthy() => {
                self.is_done.set(true);
                return self.end(Outcome::End);
            }
            Ok(_) => result.value(),
            Err(reason) => Err(reason),
        };
        match value {
            Ok(bytes) if is_bytes(&bytes) => {
                if self.push(bytes.unchecked_ref(), 0) {
                    self.ask();
                }
            }
            Ok(_) => {
                let what = js_sys::TypeError::new("the response's body yields something else than bytes");
                self.end(Outcome::Broken(what.into()));
            }
            Err(reason) => self.end(Outcome::Broken(reason)),
        }
    }

    /// Pushes the bytes from `at` on; false where the next read is not to be asked for.
    fn push(&self, bytes: &Uint8Array, mut at: u32) -> bool {
        let Some(sink) = self.sink.borrow().clone() else { return false };
        let end = bytes.length();
        loop {
            let next = end.min(at + BUFFER_BYTES);
            let pushed =
                if at == 0 && next == end { copied(bytes, &*sink) } else { copied(&bytes.subarray(at, next), &*sink) };
            at = next;
            if self.is_closed.get() {
                return false;
            }
            let ready = match pushed {
                Pushed::More if at < end => continue,
                Pushed::More => return true,
                Pushed::Stop => Outcome::End,
                Pushed::Wait(ready) => {
                    self.rest.replace((at < end).then(|| (bytes.clone(), at)));
                    Outcome::Wait(ready)
                }
            };
            self.end(ready);
            return false;
        }
    }

    /// Wakes whoever pumps.
    fn end(&self, outcome: Outcome) {
        if let Some(sender) = self.outcome.take() {
            let _ = sender.send(outcome);
        }
    }

    fn close(&self) {
        if self.is_closed.replace(true) {
            return;
        }
        self.sink.replace(None);
        cancel(&self.reader);
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some((on_read, on_error)) = self.callbacks.take() else { return };
        // The promise of a read may still call them: they go with it.
        if self.is_asked.get() {
            on_read.into_js_value();
            on_error.into_js_value();
        }
    }
}

fn copied(bytes: &Uint8Array, sink: &dyn Sink) -> Pushed {
    // Taken out, so that nothing is borrowed while it is pushed: that may run code of the caller's.
    let mut buffer = BUFFER.with(Cell::take);
    buffer.resize(BUFFER_BYTES as usize, 0);
    let pushed = match buffer.get_mut(..bytes.length() as usize) {
        Some(copy) => {
            bytes.copy_to(copy);
            sink.push(copy)
        }
        None => Pushed::Stop,
    };
    BUFFER.with(|own| own.set(buffer));
    pushed
}

/// Also those of another realm, whose class is another.
fn is_bytes(value: &JsValue) -> bool {
    value.is_instance_of::<Uint8Array>() || tag_of(value) == "[object Uint8Array]"
}

/// Nobody is told where that fails.
pub(super) fn cancel(reader: &Reader) {
    if let Ok(cancelled) = reader.cancel() {
        drop(JsFuture::from(Promise::resolve(&cancelled)));
    }
}
