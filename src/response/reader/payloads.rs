//! The payloads of a response, and whether any of them has a meaning here. If none has, the response is in another format.

use crate::error::Error;
use crate::json::Text;
use crate::message::Delta;
use crate::provider::{Decode, OnDelta, Protocol};
use crate::text::concat;
use crate::wire::Frame;

/// How much of a payload without a meaning is quoted: in characters, and in bytes (at most four for each character).
const QUOTED_CHARS: usize = 200;
const QUOTED_BYTES: usize = 4 * QUOTED_CHARS;

/// The payloads of a response so far.
#[derive(Debug, Default)]
pub(super) struct Payloads {
    pub(super) count: u64,
    /// One of them had a meaning.
    pub(super) understood: bool,
    /// The beginning of the first payload, if it had no meaning.
    first: Vec<u8>,
}

impl Payloads {
    /// Reads a frame. Until a frame has had a meaning, checks whether this one has.
    #[inline(always)]
    pub(super) fn read(
        &mut self,
        protocol: &Protocol,
        decoder: &mut dyn Decode,
        frame: Frame<'_>,
        out: &mut OnDelta<'_>,
    ) -> Result<(), Error> {
        self.count += 1;
        if self.understood {
            return protocol.read(decoder, frame, out);
        }
        self.read_first(protocol, decoder, frame, out)
    }

    /// A frame has a meaning if it brings more than usage and an end, if it brings nothing but the decoder knows it, or
    /// if it is certainly in this format.
    #[inline(never)]
    fn read_first(
        &mut self,
        protocol: &Protocol,
        decoder: &mut dyn Decode,
        frame: Frame<'_>,
        out: &mut OnDelta<'_>,
    ) -> Result<(), Error> {
        let (mut says, mut is_silent) = (false, true);
        let result = protocol.read(decoder, frame, &mut |delta| {
            is_silent = false;
            says |= !matches!(delta, Delta::Raw(_) | Delta::Usage(_) | Delta::End | Delta::EndOfResponse);
            out(delta);
        });
        let payload = frame.data.trim_ascii();
        self.understood = says || is_silent && !payload.is_empty() || decoder.has_begun();
        if self.first.is_empty() && !self.understood {
            self.first.extend_from_slice(payload.get(..QUOTED_BYTES).unwrap_or(payload));
        }
        result
    }

    /// The error for a response that has ended without a meaning. A retry would only bring the same response, and make
    /// a backend do its work twice.
    pub(super) fn error(&self) -> Option<Error> {
        if self.understood || self.first.is_empty() {
            return None;
        }
        let first = Text::verbatim(&self.first).read();
        let quoted: String = first.chars().take(QUOTED_CHARS).collect();
        let dots = if quoted.len() < first.len() { "…" } else { "" };
        let what = "the response is no answer of this provider: its first event is ";
        let mut error = Error::protocol(concat(&[what, &quoted, dots]));
        error.refused = true;
        Some(error)
    }
}
