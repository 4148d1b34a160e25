//! One's own backend over a WebSocket, as the streaming guide of Refinire has it: the question goes up as a text frame,
//! text frames come down, `[COMPLETE]` ends the turn. A frame may also be what a relay's event is: see [`super::relay`].
//!
//! Nothing but the question is sent: no instructions, no history, no model, no key. There are no tools and no attachments.
//!
//! The reader takes bytes, for every format: the same limits, timers and tests of split reads are those of a socket, too. So
//! what happens to a socket, a [`SocketEvent`], is written as a line here and read from it here, and nobody else knows how.

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
    /// A binary frame came, of whatever content.
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
    /// The line that the decoder reads: JSON, so that line breaks in a text stay its own. A text is a string, a binary frame
    /// `null`, the closing `[code, reason]`.
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

/// The error of a socket that was closed before the turn was complete, by what its code means
/// (<https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number>).
fn closed(closing: &[Value]) -> Error {
    let code = closing.first().and_then(Value::as_unsigned).unwrap_or_default();
    let reason = closing.get(1).and_then(Value::as_str).unwrap_or_default();
    let kind = match code {
        // Whoever closes it in good order takes the turn for done.
        1000 | 1005 => Code::Truncated,
        // Going away, lost, an internal error, a restart, try again later, a bad gateway, TLS.
        1001 | 1006 | 1011..=1015 => Code::Network,
        // What the peer does not want, and will not want again; and the codes of libraries and of backends themselves.
        _ => Code::Provider,
    };
    let (colon, code) = (if reason.is_empty() { "" } else { ": " }, decimal(code));
    Error::new(kind, concat(&["the WebSocket was closed before the answer was complete, code ", &code, colon, reason]))
}
