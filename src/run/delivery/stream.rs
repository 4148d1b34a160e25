//! The chunks of a run that is read as a stream.

use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};

use super::{Delivery, Figures, TextChunk};
use crate::event::HostValue;

/// A chunk of the stream.
pub enum Chunk {
    /// Its text.
    Text(String),
    /// A part of what [`Listener::whole`](super::Listener::whole) returned, in UTF-16 units.
    Part {
        /// The text of several chunks.
        whole: HostValue,
        /// Where the chunk begins in it.
        from: usize,
        /// Where it ends.
        to: usize,
    },
}

impl Chunk {
    /// Its text, unless it is part of another text.
    #[must_use]
    pub fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Part { .. } => None,
        }
    }

    /// Its length in UTF-16 units.
    fn units(&self) -> usize {
        match self {
            Self::Text(text) => text.encode_utf16().count(),
            Self::Part { from, to, .. } => to - from,
        }
    }
}

impl From<TextChunk<'_>> for Chunk {
    fn from(chunk: TextChunk<'_>) -> Self {
        match chunk.part {
            Some((whole, from)) => Self::Part { whole: whole.clone(), from, to: from + chunk.units },
            None => Self::Text(chunk.text.to_owned()),
        }
    }
}

impl std::fmt::Debug for Chunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.debug_tuple("Text").field(text).finish(),
            Self::Part { from, to, .. } => f.debug_struct("Part").field("from", from).field("to", to).finish(),
        }
    }
}

/// Takes the next chunk of the stream; `None` at the end of the stream.
pub type Reader = Box<dyn FnOnce(Option<Chunk>)>;

impl Delivery {
    /// Passes the next chunk to `reader`, as soon as there is one.
    pub fn read(self: &Rc<Self>, reader: Reader) {
        self.begin();
        let was_waited_for = self.is_waited_for();
        let chunk = self.shift();
        if chunk.is_none() && !self.flags.has_ended.get() {
            self.reading.readers.borrow_mut().push_back(reader);
            return self.go_on(was_waited_for);
        }
        self.go_on(was_waited_for);
        reader(chunk);
    }

    /// Wakes only the task that waits for a reader, so that reading a chunk does not poll the whole run.
    fn go_on(&self, was_waited_for: bool) {
        if was_waited_for && !self.is_waited_for() {
            self.changed.notify();
        }
    }

    /// The callback has received the chunk: it also goes to the reader of the stream, even if a stop ends the wait.
    pub(super) fn enqueue_awaited(&self) {
        let chunk = self.callback.chunk.take();
        if let Some(chunk) = chunk.filter(|_| self.is_read()) {
            self.enqueue(chunk);
        }
    }

    pub(super) fn enqueue(&self, chunk: Chunk) {
        let reader =
            if self.reading.queue.borrow().is_empty() { self.reading.readers.borrow_mut().pop_front() } else { None };
        match reader {
            Some(reader) => {
                self.count_read(&chunk);
                reader(Some(chunk));
            }
            None => self.reading.queue.borrow_mut().push_back(chunk),
        }
    }

    /// Whether somebody may still read the stream.
    pub(super) fn is_read(&self) -> bool {
        self.flags.streams.get() && !self.flags.has_ended.get() && !self.is_cancelled()
    }

    fn shift(&self) -> Option<Chunk> {
        let chunk = self.reading.queue.borrow_mut().pop_front()?;
        self.count_read(&chunk);
        Some(chunk)
    }

    fn count_read(&self, chunk: &Chunk) {
        if self.is_counted_late() {
            self.count(1, chunk.units());
        }
    }

    pub(super) fn is_counted_late(&self) -> bool {
        self.flags.is_lazy.get() && !self.listener.changes_events()
    }

    pub(super) fn count_queue(&self) {
        if self.listener.changes_events() {
            return;
        }
        let units: Vec<_> = self.reading.queue.borrow().iter().map(Chunk::units).collect();
        for units in units {
            self.count(1, units);
        }
    }

    /// So many chunks were delivered, of so many UTF-16 units in all.
    pub(super) fn count(&self, count: usize, units: usize) {
        let Figures { chunks, chars, .. } = &self.figures;
        chunks.set(chunks.get() + count as u64);
        chars.set(chars.get() + units);
        let following = self.following.borrow().clone();
        if following.is_some_and(|following| following.grown(chars.get(), &*self.clock)) {
            self.changed.notify();
        }
    }

    /// What was handed on must be read before more is handed on: when the reader stops, so does the download.
    pub(super) fn is_waited_for(&self) -> bool {
        if self.is_over() {
            return false;
        }
        if self.callback.wait.borrow().is_some() {
            return true;
        }
        self.flags.is_lazy.get()
            && (!self.reading.queue.borrow().is_empty()
                || ((self.has_gathered() || self.flags.holds_chunk.get()) && self.reading.readers.borrow().is_empty()))
    }

    /// What a flow waits for before it takes its next chunk: a read, if the flow goes only as far as its stream is read and no
    /// read is pending. A chunk counts as delivered in its step as soon as it is taken.
    pub fn await_reader(self: &Rc<Self>) -> Option<LocalBoxFuture<'static, ()>> {
        let is_early = self.flags.is_lazy.get() && !self.is_over() && self.reading.readers.borrow().is_empty();
        self.flags.holds_chunk.set(is_early);
        is_early.then(|| self.clone().taken().boxed_local())
    }
}
