//! Newline-delimited JSON: one value a line. A line ends with LF; CR is white space in JSON, before an LF and elsewhere.

use std::ops::ControlFlow;

use super::lines::{Ending, Line, Lines};
use super::{Frame, OnFrame};
use crate::error::Error;

/// Splits NDJSON into frames, one for each line that is not blank. The last line may lack its end.
#[derive(Debug)]
pub struct Ndjson {
    lines: Lines,
}

impl Ndjson {
    /// A splitter for lines of at most `max` bytes.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { lines: Lines::new(Ending::LineFeed, max) }
    }

    /// Takes the bytes of one read and hands out the lines they complete.
    ///
    /// # Errors
    /// `limit` for a line over the bound; what came before it has been handed out.
    pub fn push(&mut self, mut bytes: &[u8], each: &mut OnFrame<'_>) -> Result<ControlFlow<()>, Error> {
        while let Some(line) = self.lines.next(&mut bytes)? {
            let (Line::Whole(data) | Line::Carried(data)) = line;
            if hand_out(data, each).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// No more bytes will come.
    pub fn finish(&mut self, each: &mut OnFrame<'_>) -> ControlFlow<()> {
        hand_out(self.lines.remainder(), each)
    }
}

#[inline(never)]
fn hand_out(data: &[u8], each: &mut OnFrame<'_>) -> ControlFlow<()> {
    if data.iter().all(u8::is_ascii_whitespace) {
        return ControlFlow::Continue(());
    }
    each(Frame { event: b"", data: data.strip_suffix(b"\r").unwrap_or(data) })
}
