//! Bytes to frames. Knows no JSON.
//!
//! Both framings have the same two verbs: `push` takes the bytes of one read and hands out the frames they complete,
//! `finish` is told that no more will come. A frame borrows from the read where it lies in one piece, so the common
//! case copies nothing.

mod lines;
mod ndjson;
mod sse;

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

/// Takes frames as they are found; `Break` leaves the rest of the bytes unread.
pub type OnFrame<'f> = dyn FnMut(Frame<'_>) -> ControlFlow<()> + 'f;

/// The bound on one event, in bytes, where the caller names none.
pub const DEFAULT_MAX_EVENT_BYTES: usize = 1024 * 1024;
