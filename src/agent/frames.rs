//! What a body is, by its first byte, for servers that send something else than they were asked for, and how it is cut
//! into frames.

use crate::provider::{Framing, Wire};
use crate::wire::{Ndjson, Sse};

/// How a body is cut into frames.
#[derive(Debug)]
pub(super) enum Frames {
    /// White space so far: not enough has come to tell what it is.
    Unknown(Vec<u8>),
    Sse(Sse),
    Ndjson(Ndjson),
    /// A page of HTML, gathered until its title has come.
    Page(Vec<u8>),
    /// Gathered until the end.
    Whole {
        body: Vec<u8>,
        max: usize,
        fault: bool,
    },
}

impl Frames {
    pub(super) fn of(wire: &Wire, sniffed: Sniffed, max: usize) -> Self {
        match (sniffed, wire.framing) {
            (Sniffed::Html, _) => Self::Page(Vec::new()),
            // A relay's stream may begin with anything: what is no field is nothing, as the WHATWG has it.
            (Sniffed::Json, Framing::Sse) if wire.whole => Self::Whole { body: Vec::new(), max, fault: false },
            (_, Framing::Sse) => Self::Sse(Sse::new(max)),
            (_, Framing::Ndjson) => Self::Ndjson(Ndjson::new(max)),
        }
    }
}

/// What a body turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sniffed {
    /// A stream, as far as one byte tells.
    Stream,
    /// One JSON document.
    Json,
    /// A page: of a proxy, of a log-in, of a server that answers everything with its start page.
    Html,
}

/// Looks at the first byte that is neither white space nor of a byte order mark, and says where it is; `None` where there
/// is none yet.
pub(super) fn sniff(bytes: &[u8]) -> Option<(usize, Sniffed)> {
    let significant = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF);
    let at = bytes.iter().position(significant)?;
    let sniffed = match bytes.get(at)? {
        b'<' => Sniffed::Html,
        b'{' | b'[' => Sniffed::Json,
        _ => Sniffed::Stream,
    };
    Some((at, sniffed))
}
