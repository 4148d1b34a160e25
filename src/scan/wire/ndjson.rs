//! Newline-delimited JSON: one value a line. A line ends with LF; CR is white space in JSON, before an LF and elsewhere.

use std::ops::ControlFlow;

use super::lines::{Ending, Line, Lines};
use super::{before, skim, Frame, Sink};

/// Splits NDJSON into frames, one for each line that is not blank. The last line may lack its end.
///
/// A line of more than the given number of bytes is skipped, however the reads were cut.
#[derive(Debug)]
pub struct Ndjson {
    lines: Lines,
    max: usize,
}

impl Ndjson {
    /// A splitter for lines of at most `max` bytes.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { lines: Lines::new(Ending::LineFeed), max }
    }

    /// Takes the bytes of one read and hands out the lines they complete.
    pub fn push(&mut self, mut bytes: &[u8], sink: &mut dyn Sink) -> ControlFlow<()> {
        loop {
            if self.lines.is_between() {
                skim(&mut bytes, sink)?;
            }
            let from = bytes;
            let Some(line) = self.lines.next(&mut bytes, self.max) else { return ControlFlow::Continue(()) };
            match line {
                Line::Whole(data) => hand_out(data, before(from, bytes), sink)?,
                Line::Carried(data) => hand_out(data, b"", sink)?,
                Line::TooLong(_) => sink.skipped(b"")?,
            }
        }
    }

    /// No more bytes will come.
    pub fn finish(&mut self, sink: &mut dyn Sink) -> ControlFlow<()> {
        let data = self.lines.remainder(self.max);
        hand_out(data, b"", sink)
    }

    /// Whether a line is being skipped.
    #[must_use]
    pub fn is_skipping(&self) -> bool {
        self.lines.skipping().is_some()
    }
}

fn hand_out(data: &[u8], raw: &[u8], sink: &mut dyn Sink) -> ControlFlow<()> {
    if data.iter().all(u8::is_ascii_whitespace) {
        return ControlFlow::Continue(());
    }
    sink.frame(Frame { event: b"", data: data.strip_suffix(b"\r").unwrap_or(data) }, raw)
}
