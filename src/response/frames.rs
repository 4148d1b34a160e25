//! Finds out what a body is by its beginning, because some servers send something other than what was requested, and
//! how to cut it into frames.

use crate::json::is_json;
use crate::provider::{Framing, Protocol};
use crate::wire::{Ndjson, Sse};

/// How a body is cut into frames.
#[derive(Debug)]
pub(super) enum Frames {
    /// Only white space so far: it is not known what the body is.
    Unknown {
        start: Vec<u8>,
        /// An answer without streaming was requested.
        is_document: bool,
    },
    /// Events were requested, but a JSON object arrived, or several on a line each: it is not known which.
    Json(Json),
    Sse(Sse),
    Ndjson(Ndjson),
    /// A page of HTML, gathered until its title has arrived.
    Page(Vec<u8>),
    /// Gathered until the end.
    Whole {
        body: Vec<u8>,
        max: usize,
        is_http_error: bool,
    },
}

impl Frames {
    /// The document that was requested, unless events arrive, or JSON that may turn out to be lines: some servers
    /// always stream.
    pub(super) fn of_document(sniffed: Sniffed, max: usize) -> Self {
        match sniffed {
            Sniffed::Field => Self::Sse(Sse::new(max)),
            Sniffed::Object => Self::Json(Json::default()),
            _ => Self::Whole { body: Vec::new(), max, is_http_error: false },
        }
    }

    /// The stream that was requested, or what arrives instead.
    pub(super) fn of_stream(protocol: &Protocol, sniffed: Sniffed, max: usize) -> Self {
        match (sniffed, protocol.framing) {
            (Sniffed::Html, _) => Self::Page(Vec::new()),
            (Sniffed::Object, Framing::Sse) => Self::Json(Json::default()),
            (Sniffed::Array, Framing::Sse) if protocol.non_streaming => {
                Self::Whole { body: Vec::new(), max, is_http_error: false }
            }
            // No JSON begins like a field of an event.
            (Sniffed::Field, _) | (_, Framing::Sse) => Self::Sse(Sse::new(max)),
            (_, Framing::Ndjson) => Self::Ndjson(Ndjson::new(max)),
        }
    }

    /// Whether a frame over the bound is being skipped.
    pub(super) fn is_skipping(&self) -> bool {
        match self {
            Self::Sse(sse) => sse.is_skipping(),
            Self::Ndjson(ndjson) => ndjson.is_skipping(),
            _ => false,
        }
    }
}

/// What a body turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sniffed {
    /// What it should be, as far as one byte can tell.
    Stream,
    /// Events: a field, or a comment.
    Field,
    Object,
    Array,
    /// A page: from a proxy, a login, or a server that answers every request with its start page.
    Html,
}

/// Looks at the first byte that is neither white space nor part of a byte order mark, and returns its index; `None` if
/// there is none yet.
pub(super) fn sniff(bytes: &[u8]) -> Option<(usize, Sniffed)> {
    let significant = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF);
    let at = bytes.iter().position(significant)?;
    let sniffed = match bytes.get(at)? {
        b'<' => Sniffed::Html,
        b'{' => Sniffed::Object,
        b'[' => Sniffed::Array,
        // `data`, `event`, `id`, `retry`.
        b'd' | b'e' | b'i' | b'r' | b':' => Sniffed::Field,
        _ => Sniffed::Stream,
    };
    Some((at, sniffed))
}

/// The beginning of a body that begins with a JSON object.
#[derive(Debug, Default)]
pub(super) struct Json {
    pub(super) body: Vec<u8>,
    /// The first line has ended and is an object: what follows shows what the body is.
    is_line: bool,
}

/// What such a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Objects {
    /// Not known yet.
    Unknown,
    /// One object on each line.
    Lines,
    /// Something else.
    Other,
}

impl Json {
    /// Looks at what has arrived since `from`.
    pub(super) fn look(&mut self, mut from: usize) -> Objects {
        if !self.is_line {
            let more = self.body.get(from..).unwrap_or_default();
            let Some(end) = more.iter().position(|byte| *byte == b'\n') else { return Objects::Unknown };
            from += end;
            if !self.body.get(..from).is_some_and(is_json) {
                return Objects::Other;
            }
            self.is_line = true;
        }
        let more = self.body.get(from..).unwrap_or_default();
        match more.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => Objects::Unknown,
            Some(b'{') => Objects::Lines,
            Some(_) => Objects::Other,
        }
    }
}
