//! The receiver of what a run produces, and its source.

use futures::future::LocalBoxFuture;

use super::{TextChunk, Write};
use crate::event::{Event, HostValue, RunResult, Thrown};
use crate::response::Waiting;

/// The future that a callback wants to be awaited; it may reject.
pub type Wait = LocalBoxFuture<'static, Result<(), HostValue>>;

/// Receives what a run produces. Nothing of the run is borrowed while one of these methods is called.
pub trait Listener {
    /// Whether there is a listener for events.
    fn hears_events(&self) -> bool;

    /// Whether a listener may change events before they are handed on.
    fn changes_events(&self) -> bool {
        false
    }

    /// Reports a chunk as an event.
    fn text_event(&self, text: &str) -> TextEvent;

    /// Reports an event.
    ///
    /// # Errors
    /// What the listener threw.
    fn event(&self, event: &Event) -> Result<(), HostValue>;

    /// Hands a chunk to the callback, if there is one.
    ///
    /// # Errors
    /// What the callback threw.
    fn chunk(&self, chunk: TextChunk<'_>) -> Result<Option<Wait>, HostValue>;

    /// What takes the chunks that go out together as a list, if nobody hears events. Each chunk counts as delivered when it is
    /// taken from the list. Without this, chunks are handed on one by one.
    fn write(&self) -> Option<Write> {
        None
    }

    /// Several chunks, all of them parts of `text`, are about to be handed on one after the other: to the callback, and
    /// if `is_read` to the reader of the stream. A listener that has to convert each chunk may convert the text once;
    /// the chunks are then handed on as parts of it, as [`TextChunk::part`] and [`Chunk::Part`](super::Chunk::Part).
    fn whole(&self, _text: &str, _is_read: bool) -> Option<HostValue> {
        None
    }

    /// The error as users receive it: the same value for everyone who gets it.
    fn outgoing(&self, error: Thrown) -> Thrown {
        error
    }

    /// The run has come to its end.
    fn settle(&self, outcome: Result<RunResult, Thrown>);
}

/// What became of a chunk that was reported as an event.
#[derive(Debug, Default)]
pub struct TextEvent {
    /// The new text of the chunk if it was changed; empty if the chunk is not to be handed on.
    pub changed: Option<String>,
    /// What a listener threw.
    pub threw: Option<HostValue>,
}

/// Where the pieces come from.
pub trait Source {
    /// Takes everything that is waiting to be handed on.
    fn take(&self) -> Waiting;

    /// Releases everything that was gathered.
    fn release(&self);

    /// Releases the first `units` UTF-16 units of text and reasoning, and the events before the rest.
    fn release_part(&self, units: usize);

    /// How many UTF-16 units of text and reasoning were gathered.
    fn gathered(&self) -> usize;

    /// Whether gathered text or events are still waiting.
    fn has_gathered(&self) -> bool;

    /// Whether there is something to hand on now.
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
    /// In even portions, one with each animation frame; nothing waits longer than this many milliseconds.
    Pace(f64),
}

/// Why a run was stopped early.
#[derive(Debug, Clone)]
pub enum Stopped {
    /// The caller's signal was aborted, or the caller's code threw: the run rejects with this.
    Threw(HostValue),
    /// The reader of the stream has left.
    Cancelled,
}

impl Stopped {
    /// The reason that the run rejects with, if it does.
    #[must_use]
    pub fn reason(self) -> Option<HostValue> {
        match self {
            Self::Threw(reason) => Some(reason),
            Self::Cancelled => None,
        }
    }
}
