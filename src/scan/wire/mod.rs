//! Bytes to frames. Knows no JSON.
//!
//! Both framings have the same two verbs: `push` takes the bytes of one read and hands out the frames they complete,
//! `finish` is told that no more will come. A frame borrows from the read where it lies in one piece, so the common
//! case copies nothing. A frame over the bound is skipped without being kept.

mod lines;
mod ndjson;
mod sse;

pub use lines::grow;
pub use ndjson::Ndjson;
pub use sse::Sse;

use std::ops::ControlFlow;

/// One payload for a decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The event's type as SSE names it; empty where there is none.
    pub event: &'a [u8],
    /// The payload, as it came: not yet checked to be UTF-8.
    pub data: &'a [u8],
}

/// Takes frames as they are found.
pub trait Sink {
    /// Takes a frame; `Break` leaves the rest of the bytes unread. `raw` is the frame as it came, line ends and all;
    /// empty where it does not lie in one read.
    fn frame(&mut self, frame: Frame<'_>, raw: &[u8]) -> ControlFlow<()>;

    /// Takes a line of an event stream that is none of its fields. It has no meaning there, so by default it is passed over.
    fn stray(&mut self, line: &[u8]) -> ControlFlow<()> {
        let _ = line;
        ControlFlow::Continue(())
    }

    /// A frame was over the bound and has been skipped. `event` is its type, as far as that is known.
    fn skipped(&mut self, event: &[u8]) -> ControlFlow<()> {
        let _ = event;
        ControlFlow::Continue(())
    }

    /// Takes, where frames may begin, as many whole ones off the front of `bytes` as can be told without taking them
    /// apart, and gives their length.
    fn skim(&mut self, bytes: &[u8]) -> ControlFlow<(), usize> {
        let _ = bytes;
        ControlFlow::Continue(0)
    }
}

impl<F: FnMut(Frame<'_>) -> ControlFlow<()>> Sink for F {
    fn frame(&mut self, frame: Frame<'_>, _: &[u8]) -> ControlFlow<()> {
        self(frame)
    }
}

/// Leaves out of `bytes` what `sink` takes off their front.
fn skim(bytes: &mut &[u8], sink: &mut dyn Sink) -> ControlFlow<()> {
    let taken = sink.skim(bytes)?;
    *bytes = bytes.get(taken..).unwrap_or_default();
    ControlFlow::Continue(())
}

/// What of `from` stands before `rest`, which is its end.
fn before<'a>(from: &'a [u8], rest: &[u8]) -> &'a [u8] {
    from.get(..from.len().saturating_sub(rest.len())).unwrap_or_default()
}

/// The bound on one event, in bytes, where the caller names none.
pub const DEFAULT_MAX_EVENT_BYTES: usize = 16 * 1024 * 1024;
