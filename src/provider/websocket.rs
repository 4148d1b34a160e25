//! A custom backend over a WebSocket, as in the streaming guide of Refinire: the question is sent as a text frame, the
//! answer arrives in text frames, `[COMPLETE]` ends the turn. A frame may also be an event of a relay: see
//! [`super::relay`].
//!
//! Nothing but the question is sent: no instructions, no history, no model, no key. There are no tools and no attachments.
//!
//! The reader takes bytes in every format, so the same limits, timers and tests of split reads apply to a socket. What
//! happens to a socket, a [`SocketEvent`], is therefore written as a line, and only this file writes and reads these
//! lines.

use super::relay::Relay;
use super::write::question;
use super::{Auth, Decode, Framing, OnDelta, Prompt, Protocol, TransportKind};
use crate::error::{Code, Error};
use crate::json::{decimal, quote, Value, Writer};
use crate::text::concat;
use crate::wire::Frame;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "websocket",
    prefixes: &[("websocket", None)],
    is_model: |_| false,
    is_default: false,
    base_url: None,
    local_server: None,
    endpoints: &[],
    transport: TransportKind::WebSocket,
    framing: Framing::Ndjson,
    auth: Auth::None,
    headers: &[],
    non_streaming: false,
    prefill: false,
    optional: &[],
    unread: &[],
    final_events: &[],
    plain_text: true,
    tools: false,
    media: &[],
    think_tags: false,
    path: |_| String::new(),
    body,
    decoder: || Box::new(Socket),
};

/// Text as it is, not JSON.
fn body(prompt: &Prompt<'_>, text: &mut Writer) {
    text.add(question(prompt));
}

/// What happens to a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketEvent<'a> {
    /// A text frame came.
    Text(&'a str),
    /// A binary frame came, with any content.
    Binary,
    /// It was closed.
    Closed {
        /// Why, as a number.
        code: u16,
        /// Why, in words.
        reason: &'a str,
    },
}

impl SocketEvent<'_> {
    /// The line that the decoder reads. It is JSON, so that line breaks in a text do not end the line. A text is a
    /// string, a binary frame `null`, the closing `[code, reason]`.
    #[must_use]
    pub fn to_line(&self) -> String {
        match self {
            Self::Text(text) => concat(&[&quote(text), "\n"]),
            Self::Binary => "null\n".to_owned(),
            Self::Closed { code, reason } => concat(&["[", &decimal(u64::from(*code)), ",", &quote(reason), "]\n"]),
        }
    }
}

#[derive(Debug)]
struct Socket;

impl Decode for Socket {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        match Value::parse(frame.data)? {
            Value::String(text) => PROTOCOL.read(&mut Relay, Frame { event: b"", data: text.as_bytes() }, out),
            Value::Array(closing) => Err(closed(&closing)),
            _ => Err(Error::protocol("a binary frame came over the WebSocket, where text was expected")),
        }
    }

    fn response(&mut self, _: &[u8], _: &mut OnDelta<'_>) -> Result<(), Error> {
        Err(Error::protocol("a WebSocket has no response without streaming"))
    }
}

/// The error for a socket that was closed before the turn was complete, by its code
/// (<https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number>).
fn closed(closing: &[Value]) -> Error {
    let code = closing.first().and_then(Value::as_unsigned).unwrap_or_default();
    let reason = closing.get(1).and_then(Value::as_str).unwrap_or_default();
    let kind = match code {
        // A peer that closes normally considers the turn complete.
        1000 | 1005 => Code::Truncated,
        // Going away, lost, an internal error, a restart, try again later, a bad gateway, TLS.
        1001 | 1006 | 1011..=1015 => Code::Network,
        // The peer refuses, and would refuse again; also the codes of libraries and of backends.
        _ => Code::Provider,
    };
    let (colon, code) = (if reason.is_empty() { "" } else { ": " }, decimal(code));
    Error::new(kind, concat(&["the WebSocket was closed before the answer was complete, code ", &code, colon, reason]))
}
