//! Hands on what a run produces: to the callback, to whoever listens to events, to whoever reads the stream, in one order.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{poll_fn, Future};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::future::LocalBoxFuture;

use super::autosave::Autosave;
use super::features::EventSink;
use super::Notify;
use crate::env::Clock;
use crate::event::{Event, HostValue, Metrics, RunResult, Thrown};
use crate::response::{Piece, Waiting};

/// What a callback wants to be waited for; it may reject.
pub type Wait = LocalBoxFuture<'static, Result<(), HostValue>>;

/// Takes the next chunk of the stream; `None` where no more will come.
pub type Reader = Box<dyn FnOnce(Option<&str>)>;

/// Whoever takes what a run produces. Nothing of the run is borrowed while one of these is called.
pub trait Listener {
    /// Whether anybody wants events.
    fn hears_events(&self) -> bool;

    /// Whether events may be changed on their way.
    fn changes_events(&self) -> bool {
        false
    }

    /// Tells of a chunk, as an event.
    fn text_event(&self, text: &str) -> TextEvent;

    /// Tells of an event.
    ///
    /// # Errors
    /// What the listener threw.
    fn event(&self, event: &Event) -> Result<(), HostValue>;

    /// Hands a chunk to the callback, if there is one.
    ///
    /// # Errors
    /// What the callback threw.
    fn chunk(&self, text: &str) -> Result<Option<Wait>, HostValue>;

    /// Several chunks are about to be handed to the callback, one after the other, all of them parts of `text`. A listener that
    /// has to convert each chunk may convert the text once; [`Listener::slice`] is called then.
    fn whole(&self, _text: &str) -> Option<HostValue> {
        None
    }

    /// The same as [`Listener::chunk`], for a part of what [`Listener::whole`] gave, in UTF-16 units.
    ///
    /// # Errors
    /// What the callback threw.
    fn slice(&self, _whole: &HostValue, _from: usize, _to: usize) -> Result<Option<Wait>, HostValue> {
        Ok(None)
    }

    /// An error as it goes out: the same one to everybody who is told of it.
    fn outgoing(&self, error: Thrown) -> Thrown {
        error
    }

    /// The run has come to its end.
    fn settle(&self, outcome: Result<RunResult, Thrown>);
}

/// What became of a chunk that was told as an event.
#[derive(Debug, Default)]
pub struct TextEvent {
    /// The chunk as it goes on, where it was changed; empty where it ends here.
    pub changed: Option<String>,
    /// What somebody threw.
    pub threw: Option<HostValue>,
}

/// Where the pieces come from.
pub trait Source {
    /// Takes everything that waits to be handed on.
    fn take(&self) -> Waiting;

    /// Lets everything go that was gathered.
    fn release(&self);

    /// Whether something was gathered that waits.
    fn has_gathered(&self) -> bool;

    /// Whether something is to be handed on now.
    fn is_released(&self) -> bool;

    /// Adds to an event what is known only now: how much was `delivered`.
    fn complete(&self, event: &mut Event, delivered: usize);
}

/// When what was gathered goes out.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Batching {
    /// Nothing is gathered, or only up to a number.
    #[default]
    None,
    /// With the next animation frame.
    Frame,
    /// After so many milliseconds.
    Ms(f64),
}

/// Why a run is over before its end.
#[derive(Debug, Clone)]
pub enum Stopped {
    /// The caller's signal was aborted, or the caller's code threw: the run rejects with this.
    Threw(HostValue),
    /// Whoever read the stream has left.
    Cancelled,
}

#[derive(Default)]
struct Flags {
    /// Nothing more is to be handed on.
    is_over: Cell<bool>,
    has_begun: Cell<bool>,
    /// The result has been settled.
    has_ended: Cell<bool>,
    /// The run goes only as far as somebody reads.
    is_lazy: Cell<bool>,
    /// Somebody may read a stream.
    streams: Cell<bool>,
    is_cancelled: Cell<bool>,
}

#[derive(Default)]
struct Figures {
    chunks: Cell<u64>,
    chars: Cell<usize>,
    bytes: Cell<u64>,
    began: Cell<f64>,
    first_chunk: Cell<Option<f64>>,
}

type Once = RefCell<Option<Box<dyn FnOnce()>>>;
type OnText = Rc<dyn Fn(&str)>;
type Begin = RefCell<Option<Box<dyn FnOnce(&Rc<Delivery>)>>>;

/// Hands on what a run produces.
pub struct Delivery {
    clock: Rc<dyn Clock>,
    listener: Rc<dyn Listener>,
    batching: Batching,
    source: RefCell<Option<Rc<dyn Source>>>,
    flags: Flags,
    figures: Figures,
    stopped: RefCell<Option<Stopped>>,
    failure: RefCell<Option<Thrown>>,
    begin: Begin,
    on_stop: Once,
    on_end: Once,
    on_text: RefCell<Option<OnText>>,
    queue: RefCell<VecDeque<String>>,
    readers: RefCell<VecDeque<Reader>>,
    /// What was taken from the source and is not handed on yet.
    pieces: RefCell<Option<Waiting>>,
    /// What the callback wants to be waited for, and its chunk.
    callback: RefCell<Option<Wait>>,
    awaited: RefCell<Option<String>>,
    /// When what was gathered goes out.
    due: RefCell<Option<LocalBoxFuture<'static, ()>>>,
    autosave: RefCell<Option<Rc<Autosave>>>,
    changed: Notify,
}

impl EventSink for Delivery {
    fn tell(&self, event: &Event) {
        Delivery::tell(self, event);
    }

    fn delivered(&self) -> usize {
        self.chars()
    }
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery").field("chars", &self.figures.chars.get()).finish_non_exhaustive()
    }
}

impl Delivery {
    /// A delivery to `listener`. `begin` is called when the run may start: with the first read or at once.
    pub fn new(
        clock: Rc<dyn Clock>,
        listener: Rc<dyn Listener>,
        batching: Batching,
        begin: impl FnOnce(&Rc<Self>) + 'static,
    ) -> Self {
        Self {
            clock,
            listener,
            batching,
            source: RefCell::default(),
            flags: Flags::default(),
            figures: Figures::default(),
            stopped: RefCell::default(),
            failure: RefCell::default(),
            begin: RefCell::new(Some(Box::new(begin))),
            on_stop: RefCell::default(),
            on_end: RefCell::default(),
            on_text: RefCell::default(),
            queue: RefCell::default(),
            readers: RefCell::default(),
            pieces: RefCell::default(),
            callback: RefCell::default(),
            awaited: RefCell::default(),
            due: RefCell::default(),
            autosave: RefCell::default(),
            changed: Notify::default(),
        }
    }

    /// Where the pieces come from. A flow has no source: its chunks come by [`Delivery::chunk`].
    pub fn take_from(&self, source: Rc<dyn Source>) {
        *self.source.borrow_mut() = Some(source);
    }

    /// Called when the run is stopped.
    pub fn on_stop(&self, listener: impl FnOnce() + 'static) {
        *self.on_stop.borrow_mut() = Some(Box::new(listener));
    }

    /// Called last of all.
    pub fn on_end(&self, listener: impl FnOnce() + 'static) {
        *self.on_end.borrow_mut() = Some(Box::new(listener));
    }

    /// Called with each chunk where somebody listens to events.
    pub fn on_text(&self, listener: Rc<dyn Fn(&str)>) {
        *self.on_text.borrow_mut() = Some(listener);
    }

    /// Saves the answer while it grows, with `save(delivered)`.
    pub fn save_with(&self, save: impl Fn(usize) + 'static) {
        *self.autosave.borrow_mut() = Some(Autosave::new(save));
    }

    /// Saves what was delivered of an answer that grows: the page may be gone soon.
    pub fn save_now(&self) {
        let autosave = self.autosave.borrow().clone();
        if let Some(autosave) = autosave {
            autosave.now(self.chars());
        }
    }

    /// For a run whose result is all that is wanted.
    pub fn start(self: &Rc<Self>) {
        self.begin();
    }

    /// For a run that is read as a stream. It begins with the first read, or at once if somebody listens.
    pub fn stream(self: &Rc<Self>, somebody_listens: bool) {
        self.flags.streams.set(true);
        self.flags.is_lazy.set(!somebody_listens);
        if somebody_listens {
            self.begin();
        }
    }

    /// Somebody wants the result: the run goes to its end, whether or not anyone reads.
    pub fn want_result(self: &Rc<Self>) {
        if self.flags.is_lazy.get() {
            self.count_queue();
            self.flags.is_lazy.set(false);
            self.changed.notify();
        }
        self.begin();
    }

    /// Whether somebody listens to events.
    pub fn hears_events(&self) -> bool {
        self.listener.hears_events()
    }

    /// Whether nothing more is to be handed on.
    pub fn is_over(&self) -> bool {
        self.flags.is_over.get()
    }

    /// Whether whoever read the stream has left.
    pub fn is_cancelled(&self) -> bool {
        self.flags.is_cancelled.get()
    }

    /// Why the run was stopped, if it was.
    pub fn stopped(&self) -> Option<Stopped> {
        self.stopped.borrow().clone()
    }

    /// What the run failed with, once it has ended.
    pub fn failure(&self) -> Option<Thrown> {
        self.failure.borrow().clone()
    }

    /// UTF-16 units that were delivered.
    pub fn chars(&self) -> usize {
        self.figures.chars.get()
    }

    /// So many bytes have come over the network.
    pub fn add_bytes(&self, bytes: usize) {
        self.figures.bytes.set(self.figures.bytes.get() + bytes as u64);
    }

    /// Gives `reader` the next chunk, as soon as there is one.
    pub fn read(self: &Rc<Self>, reader: Reader) {
        self.begin();
        let was_waited_for = self.is_waited_for();
        let text = self.shift();
        if text.is_none() && !self.flags.has_ended.get() {
            self.readers.borrow_mut().push_back(reader);
            return self.go_on(was_waited_for);
        }
        self.go_on(was_waited_for);
        reader(text.as_deref());
    }

    /// Wakes whoever waited for a reader, and nobody else: a chunk that is read costs no look at the whole run.
    fn go_on(&self, was_waited_for: bool) {
        if was_waited_for && !self.is_waited_for() {
            self.changed.notify();
        }
    }

    /// Whoever read the stream leaves.
    pub fn cancel(self: &Rc<Self>) {
        self.flags.is_cancelled.set(true);
        self.queue.borrow_mut().clear();
        self.stop(Stopped::Cancelled);
        self.begin();
    }

    /// The caller's signal is aborted.
    pub fn abort(&self, reason: HostValue) {
        if self.is_over() {
            return;
        }
        // What has come but waits for its frame is shown before the stop.
        self.release();
        if self.callback.borrow().is_none() {
            self.hand_on();
        }
        self.enqueue_awaited();
        self.stop(Stopped::Threw(reason));
    }

    /// Ends it before its end.
    pub fn stop(&self, stopped: Stopped) {
        if self.flags.is_over.replace(true) {
            return;
        }
        *self.stopped.borrow_mut() = Some(stopped);
        self.due.take();
        let on_stop = self.on_stop.take();
        if let Some(on_stop) = on_stop {
            on_stop();
        }
        self.changed.notify();
    }

    /// What `work` comes to; nothing as soon as the run is stopped. Meanwhile everything that the delivery itself waits for goes
    /// on: callbacks, frames, saving.
    pub async fn until<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            self.changed.register(context);
            self.poll_own(context);
            // What was stopped before it began does not begin.
            if self.is_over() {
                return Poll::Ready(None);
            }
            match work.as_mut().poll(context) {
                // What stopped it may have come while it was done.
                Poll::Ready(output) => Poll::Ready((!self.is_over()).then_some(output)),
                Poll::Pending if self.is_over() => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// What `work` comes to, which heeds a stop by itself. Meanwhile everything that the delivery itself waits for goes on.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            self.changed.register(context);
            self.poll_own(context);
            work.as_mut().poll(context)
        })
        .await
    }

    /// Hands on everything, also what was gathered, and waits until it was taken.
    pub async fn flush(&self) {
        if self.is_over() {
            return;
        }
        self.release();
        self.hand_on();
        self.changed.until(|| !self.is_waited_for()).await;
    }

    /// Hands on what the source has released. Gives whether the next read has to wait for somebody: see [`Delivery::taken`].
    pub fn take(&self) -> bool {
        self.hand_on();
        self.is_waited_for()
    }

    /// Resolves when the next read may be made.
    pub async fn taken(self: Rc<Self>) {
        self.changed.until(|| !self.is_waited_for()).await;
    }

    /// What was gathered goes out in its time. Gives whether the next read has to wait for somebody: nobody has asked for what
    /// was gathered already.
    pub fn schedule(&self) -> bool {
        let mut due = self.due.borrow_mut();
        if due.is_none() && !self.is_over() {
            *due = match self.batching {
                Batching::None => None,
                Batching::Frame => Some(self.clock.frame()),
                Batching::Ms(ms) => Some(self.clock.sleep(ms)),
            };
            if due.is_some() {
                self.changed.notify();
            }
        }
        drop(due);
        self.is_waited_for()
    }

    /// Hands on everything that was released.
    pub fn hand_on(&self) {
        if self.is_over() || self.callback.borrow().is_some() {
            return;
        }
        let Some(source) = self.source.borrow().clone() else { return };
        let waiting = source.take();
        if !waiting.is_empty() {
            self.hand(waiting);
        }
    }

    /// Lets everything go that was gathered.
    fn release(&self) {
        let source = self.source.borrow().clone();
        if let Some(source) = source {
            source.release();
        }
    }

    /// Hands on pieces, as far as no callback has to be waited for.
    fn hand(&self, mut waiting: Waiting) {
        let are_several = waiting.items.len() > 1 && !self.listener.hears_events();
        let whole = if are_several { self.listener.whole(&waiting.text) } else { None };
        while !self.is_over() {
            let Some(piece) = waiting.next_piece() else { return };
            match piece {
                Piece::Text { text, units, from } => {
                    let part = whole.as_ref().map(|whole| (whole, from));
                    if let Some(wait) = self.give(text, units, part, false) {
                        *self.pieces.borrow_mut() = Some(waiting);
                        *self.callback.borrow_mut() = Some(wait);
                        return self.changed.notify();
                    }
                }
                Piece::Reasoning(text) => self.tell(&Event::ReasoningDelta { text: text.to_owned() }),
                Piece::Event(mut event) => {
                    let source = self.source.borrow().clone();
                    if let Some(source) = source {
                        source.complete(&mut event, self.chars());
                    }
                    self.tell(&event);
                }
            }
        }
    }

    /// Hands on a chunk of a flow, of which an event has told already. Gives whether whoever brings more has to wait: see
    /// [`Delivery::taken`].
    pub fn chunk(&self, text: &str) -> bool {
        if let Some(wait) = self.give(text, text.encode_utf16().count(), None, true) {
            *self.callback.borrow_mut() = Some(wait);
            self.changed.notify();
        }
        self.is_waited_for()
    }

    /// Hands on a chunk, which may be part of what [`Listener::whole`] gave. Gives what the callback wants to be waited for.
    fn give(&self, text: &str, units: usize, part: Option<(&HostValue, usize)>, is_told: bool) -> Option<Wait> {
        if self.figures.first_chunk.get().is_none() {
            self.figures.first_chunk.set(Some(self.clock.now()));
        }
        // What is changed on its way has another length: it counts as it comes.
        if !self.is_counted_late() {
            self.count(units);
        }
        let mut changed = None;
        if !is_told && self.listener.hears_events() {
            let told = self.listener.text_event(text);
            if let Some(error) = told.threw {
                self.stop(Stopped::Threw(error));
            }
            let on_text = self.on_text.borrow().clone();
            if let Some(on_text) = on_text {
                on_text(text);
            }
            changed = told.changed;
        }
        let text = changed.as_deref().unwrap_or(text);
        if text.is_empty() {
            return None;
        }
        if !self.is_over() {
            let called = match part {
                Some((whole, from)) => self.listener.slice(whole, from, from + units),
                None => self.listener.chunk(text),
            };
            match called {
                Ok(None) => {}
                Ok(wait) => {
                    *self.awaited.borrow_mut() = Some(text.to_owned());
                    return wait;
                }
                Err(error) => {
                    self.stop(Stopped::Threw(error));
                    return None;
                }
            }
        }
        self.enqueue(text);
        None
    }

    /// The callback has seen it: it goes to the reader of the stream, too, also where a stop ends the wait.
    fn enqueue_awaited(&self) {
        let text = self.awaited.take();
        if let Some(text) = text {
            self.enqueue(&text);
        }
    }

    fn enqueue(&self, text: &str) {
        if !self.flags.streams.get() || self.flags.has_ended.get() || self.is_cancelled() {
            return;
        }
        let reader = if self.queue.borrow().is_empty() { self.readers.borrow_mut().pop_front() } else { None };
        match reader {
            Some(reader) => {
                if self.is_counted_late() {
                    self.count(text.encode_utf16().count());
                }
                reader(Some(text));
            }
            None => self.queue.borrow_mut().push_back(text.to_owned()),
        }
    }

    fn shift(&self) -> Option<String> {
        let text = self.queue.borrow_mut().pop_front()?;
        if self.is_counted_late() {
            self.count(text.encode_utf16().count());
        }
        Some(text)
    }

    fn is_counted_late(&self) -> bool {
        self.flags.is_lazy.get() && !self.listener.changes_events()
    }

    fn count_queue(&self) {
        if self.listener.changes_events() {
            return;
        }
        let units: Vec<_> = self.queue.borrow().iter().map(|text| text.encode_utf16().count()).collect();
        for units in units {
            self.count(units);
        }
    }

    fn count(&self, units: usize) {
        let Figures { chunks, chars, .. } = &self.figures;
        chunks.set(chunks.get() + 1);
        chars.set(chars.get() + units);
        let autosave = self.autosave.borrow().clone();
        if autosave.is_some_and(|autosave| autosave.grown(chars.get(), &*self.clock)) {
            self.changed.notify();
        }
    }

    /// Tells of an event, if somebody listens.
    pub fn tell(&self, event: &Event) {
        if !self.listener.hears_events() || self.is_over() {
            return;
        }
        if let Err(error) = self.listener.event(event) {
            self.stop(Stopped::Threw(error));
        }
    }

    /// What was handed on has to be read before more is: a reader that stops stops the download.
    fn is_waited_for(&self) -> bool {
        if self.is_over() {
            return false;
        }
        if self.callback.borrow().is_some() {
            return true;
        }
        self.flags.is_lazy.get()
            && (!self.queue.borrow().is_empty() || (self.has_gathered() && self.readers.borrow().is_empty()))
    }

    /// Whether something was gathered that waits for its time.
    pub fn has_gathered(&self) -> bool {
        let source = self.source.borrow().clone();
        source.is_some_and(|source| source.has_gathered())
    }

    fn poll_own(&self, context: &mut Context<'_>) {
        self.poll_callback(context);
        self.poll_due(context);
        let autosave = self.autosave.borrow().clone();
        if let Some(autosave) = autosave.filter(|_| !self.is_over()) {
            autosave.poll(self.chars(), context);
        }
    }

    fn poll_callback(&self, context: &mut Context<'_>) {
        loop {
            let wait = self.callback.take();
            let Some(mut wait) = wait else { return };
            if self.is_over() {
                return;
            }
            match wait.as_mut().poll(context) {
                Poll::Pending => {
                    *self.callback.borrow_mut() = Some(wait);
                    return;
                }
                Poll::Ready(Err(error)) => return self.stop(Stopped::Threw(error)),
                Poll::Ready(Ok(())) => self.enqueue_awaited(),
            }
            let pieces = self.pieces.take();
            if let Some(pieces) = pieces {
                self.hand(pieces);
            }
            // What has come meanwhile.
            self.hand_released();
            self.changed.notify();
        }
    }

    /// Hands on what waits, if it is released.
    pub fn hand_released(&self) {
        let source = self.source.borrow().clone();
        if source.is_some_and(|source| source.is_released()) {
            self.hand_on();
        }
    }

    fn poll_due(&self, context: &mut Context<'_>) {
        let is_due = self.due.borrow_mut().as_mut().is_some_and(|due| due.as_mut().poll(context) == Poll::Ready(()));
        if !is_due {
            return;
        }
        self.due.take();
        if !self.is_over() {
            self.release();
            self.hand_on();
            self.changed.notify();
        }
    }

    /// The run has ended. Nothing more is handed on, and nothing more is counted: chunks that are still queued will be read,
    /// even after a stop, so they count as delivered now. Gives how much was delivered, in UTF-16 units.
    pub fn conclude(&self) -> usize {
        self.flags.is_over.set(true);
        self.autosave.take();
        if self.flags.is_lazy.get() {
            self.count_queue();
        }
        self.flags.is_lazy.set(false);
        self.due.take();
        self.chars()
    }

    /// The run came to an answer, or was stopped by whoever read it: the result with its figures. Tells of it.
    #[must_use]
    pub fn finish(&self, mut result: RunResult) -> RunResult {
        result.metrics = self.metrics();
        let (reason, usage, metrics) = (result.finish_reason, result.usage, result.metrics);
        self.tell_last(&Event::Finish { reason, usage, metrics });
        result
    }

    #[allow(clippy::cast_precision_loss)] // No text is so long.
    fn metrics(&self) -> Metrics {
        let Figures { chunks, chars, bytes, began, first_chunk } = &self.figures;
        let ended = self.clock.now();
        let duration_ms = ended - began.get();
        Metrics {
            chunks: chunks.get(),
            chars: chars.get() as u64,
            bytes: bytes.get(),
            time_to_first_chunk_ms: first_chunk.get().unwrap_or(ended) - began.get(),
            duration_ms,
            chars_per_second: if duration_ms > 0.0 { chars.get() as f64 / duration_ms * 1000.0 } else { 0.0 },
        }
    }

    /// The last thing of all: settles the result and closes the stream behind its last chunk.
    pub fn end(&self, result: RunResult) {
        self.close();
        self.listener.settle(Ok(result));
    }

    /// The same for a run that failed. `partial_text` is what was delivered before.
    pub fn fail(&self, error: Thrown, partial_text: &str) {
        let error = self.listener.outgoing(error);
        self.tell_last(&Event::Error { error: error.clone(), partial_text: partial_text.to_owned() });
        *self.failure.borrow_mut() = Some(error.clone());
        self.close();
        self.listener.settle(Err(error));
    }

    /// Whatever the last event's listener throws, the run has ended as it has.
    fn tell_last(&self, event: &Event) {
        if self.listener.hears_events() {
            let _ = self.listener.event(event);
        }
    }

    fn close(&self) {
        self.flags.is_over.set(true);
        self.flags.has_ended.set(true);
        self.autosave.take();
        self.due.take();
        self.callback.take();
        self.pieces.take();
        self.on_text.take();
        self.on_stop.take();
        let readers = self.readers.take();
        for reader in readers {
            reader(None);
        }
        // Now, and not when the stream is collected: a page that asks and asks may not get there.
        self.source.take();
        self.changed.notify();
        let on_end = self.on_end.take();
        if let Some(on_end) = on_end {
            on_end();
        }
    }

    fn begin(self: &Rc<Self>) {
        if self.flags.has_begun.replace(true) {
            return;
        }
        self.figures.began.set(self.clock.now());
        let begin = self.begin.take();
        if let Some(begin) = begin {
            begin(self);
        }
    }
}
