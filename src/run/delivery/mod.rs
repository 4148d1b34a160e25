//! Hands on what a run produces, in one order: to the callback, to the listener of events, and to the reader of the stream.

mod chunks;
mod ending;
mod handing;
mod listener;
mod pacing;
mod stream;
mod waits;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use futures::future::LocalBoxFuture;

pub use self::chunks::{write_to, TextChunk, TextChunks, Write};
use self::handing::Pieces;
pub use self::listener::{Batching, Listener, Source, Stopped, TextEvent, Wait};
use self::pacing::Pacer;
pub use self::stream::{Chunk, Reader};
use super::features::EventSink;
use super::following::{Follower, Following};
use super::Notify;
use crate::env::Clock;
use crate::event::{Event, HostValue, Thrown};

#[derive(Default)]
struct Flags {
    /// Nothing more is to be handed on.
    is_over: Cell<bool>,
    has_begun: Cell<bool>,
    /// The result has been settled.
    has_ended: Cell<bool>,
    /// The run goes only as far as its stream is read.
    is_lazy: Cell<bool>,
    /// The run may be read as a stream.
    streams: Cell<bool>,
    /// A flow has a chunk, and waits until somebody reads the stream.
    holds_chunk: Cell<bool>,
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
type OnStop = RefCell<Option<Box<dyn FnOnce(Option<HostValue>)>>>;
type OnText = Rc<dyn Fn(&str)>;
type Begin = RefCell<Option<Box<dyn FnOnce(&Rc<Delivery>)>>>;

/// What is called at the beginning, at a stop, at the end, and with each chunk.
#[derive(Default)]
struct Hooks {
    begin: Begin,
    on_stop: OnStop,
    on_end: Once,
    on_text: RefCell<Option<OnText>>,
}

/// Text that was gathered, and when it goes out.
struct Pending {
    source: RefCell<Option<Rc<dyn Source>>>,
    batching: Batching,
    /// Decides how much goes out with a frame, if bursts are smoothed.
    pacer: Option<RefCell<Pacer>>,
    /// When it goes out next.
    due: RefCell<Option<LocalBoxFuture<'static, ()>>>,
}

/// The callback while it is waited for.
#[derive(Default)]
struct Callback {
    /// The future that it wants to be awaited.
    wait: RefCell<Option<Wait>>,
    /// The chunk it was called with.
    chunk: RefCell<Option<Chunk>>,
    /// What is left to be handed on piece by piece.
    rest: RefCell<Option<Pieces>>,
}

/// The chunks that nobody has read yet, and the readers that wait for a chunk.
#[derive(Default)]
struct Reading {
    queue: RefCell<VecDeque<Chunk>>,
    readers: RefCell<VecDeque<Reader>>,
}

/// How the run ends.
#[derive(Default)]
struct Ending {
    stopped: RefCell<Option<Stopped>>,
    failure: RefCell<Option<Thrown>>,
}

/// Hands on what a run produces.
pub struct Delivery {
    clock: Rc<dyn Clock>,
    listener: Rc<dyn Listener>,
    flags: Flags,
    figures: Figures,
    hooks: Hooks,
    pending: Pending,
    callback: Callback,
    reading: Reading,
    ending: Ending,
    following: RefCell<Option<Rc<Following>>>,
    changed: Notify,
    /// This delivery, for lists of chunks, which count each chunk here when it is taken.
    own: Weak<Self>,
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
    ) -> Rc<Self> {
        let hooks = Hooks { begin: RefCell::new(Some(Box::new(begin))), ..Hooks::default() };
        let pending =
            Pending { source: RefCell::default(), batching, pacer: Pacer::of(batching), due: RefCell::default() };
        Rc::new_cyclic(|own| Self {
            clock,
            listener,
            flags: Flags::default(),
            figures: Figures::default(),
            hooks,
            pending,
            callback: Callback::default(),
            reading: Reading::default(),
            ending: Ending::default(),
            following: RefCell::default(),
            changed: Notify::default(),
            own: own.clone(),
        })
    }

    /// Sets the source of the pieces. A flow has no source: its chunks come by [`Delivery::chunk`].
    pub fn take_from(&self, source: Rc<dyn Source>) {
        *self.pending.source.borrow_mut() = Some(source);
    }

    /// Sets what is called when the run is stopped, with the reason. If the caller's signal is aborted, chunks are still handed on
    /// during the call.
    pub fn on_stop(&self, listener: impl FnOnce(Option<HostValue>) + 'static) {
        *self.hooks.on_stop.borrow_mut() = Some(Box::new(listener));
    }

    /// Sets what is called last of all.
    pub fn on_end(&self, listener: impl FnOnce() + 'static) {
        *self.hooks.on_end.borrow_mut() = Some(Box::new(listener));
    }

    /// Sets what is called with each chunk, if there is a listener for events.
    pub fn on_text(&self, listener: Rc<dyn Fn(&str)>) {
        *self.hooks.on_text.borrow_mut() = Some(listener);
    }

    /// Has a conversation follow the answer, and save it while it grows.
    pub(super) fn follow_with(&self, follower: impl Follower + 'static) {
        *self.following.borrow_mut() = Some(Following::new(follower));
    }

    /// The conversation takes over what was delivered.
    pub fn catch_up(&self) {
        let following = self.following.borrow().clone();
        if let Some(following) = following {
            following.take(self.chars());
        }
    }

    /// Saves what was delivered of an answer that grows: the page may be gone soon.
    pub fn save_now(&self) {
        let following = self.following.borrow().clone();
        if let Some(following) = following {
            following.save(self.chars());
        }
    }

    /// For a run of which only the result is wanted.
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

    /// The result is wanted: the run goes to its end, even if nobody reads its stream.
    pub fn want_result(self: &Rc<Self>) {
        if self.flags.is_lazy.get() {
            self.count_queue();
            self.flags.is_lazy.set(false);
            self.changed.notify();
        }
        self.begin();
    }

    fn begin(self: &Rc<Self>) {
        if self.flags.has_begun.replace(true) {
            return;
        }
        self.figures.began.set(self.clock.now());
        let begin = self.hooks.begin.take();
        if let Some(begin) = begin {
            begin(self);
        }
    }

    /// Whether there is a listener for events.
    pub fn hears_events(&self) -> bool {
        self.listener.hears_events()
    }

    /// Whether nothing more is to be handed on.
    pub fn is_over(&self) -> bool {
        self.flags.is_over.get()
    }

    /// Whether the result has been settled.
    pub fn has_ended(&self) -> bool {
        self.flags.has_ended.get()
    }

    /// Whether the reader has left the stream.
    pub fn is_cancelled(&self) -> bool {
        self.flags.is_cancelled.get()
    }

    /// Why the run was stopped, if it was.
    pub fn stopped(&self) -> Option<Stopped> {
        self.ending.stopped.borrow().clone()
    }

    /// What the run failed with, once it has ended.
    pub fn failure(&self) -> Option<Thrown> {
        self.ending.failure.borrow().clone()
    }

    /// UTF-16 units that were delivered.
    pub fn chars(&self) -> usize {
        self.figures.chars.get()
    }

    /// Adds to the number of bytes that have come over the network.
    pub fn add_bytes(&self, bytes: usize) {
        self.figures.bytes.set(self.figures.bytes.get() + bytes as u64);
    }
}
