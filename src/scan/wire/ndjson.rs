//! Newline-delimited JSON: one value a line. A line ends with LF; CR is white space in JSON, before an LF and elsewhere.

use std::ops::ControlFlow;

use super::lines::{Ending, Line, Lines};
use super::{before, skim, Frame, Sink};
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
    pub fn push(&mut self, mut bytes: &[u8], sink: &mut dyn Sink) -> Result<ControlFlow<()>, Error> {
        loop {
            if self.lines.is_between() && skim(&mut bytes, sink).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let from = bytes;
            let Some(line) = self.lines.next(&mut bytes)? else { return Ok(ControlFlow::Continue(())) };
            let flow = match line {
                Line::Whole(data) => hand_out(data, before(from, bytes), sink),
                Line::Carried(data) => hand_out(data, b"", sink),
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
    }

    /// No more bytes will come.
    pub fn finish(&mut self, sink: &mut dyn Sink) -> ControlFlow<()> {
        hand_out(self.lines.remainder(), b"", sink)
    }
}

fn hand_out(data: &[u8], raw: &[u8], sink: &mut dyn Sink) -> ControlFlow<()> {
    if data.iter().all(u8::is_ascii_whitespace) {
        return ControlFlow::Continue(());
    }
    sink.frame(Frame { event: b"", data: data.strip_suffix(b"\r").unwrap_or(data) }, raw)
}
