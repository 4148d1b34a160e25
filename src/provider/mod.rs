//! The wire formats, one file or folder each: how a request is written and how a frame is read. Synchronous and without I/O.
//!
//! # To add a provider
//!
//! 1. Write its file here, with a [`Protocol`]: the compiler asks for each of its facts. Copy `ollama.rs` for a format whose
//!    calls come whole, `anthropic` for one whose events have types, `chat` for one that is nearly Chat Completions. Where
//!    a file passes 400 lines it becomes a folder: `request.rs` writes, `decoder.rs` reads.
//! 2. Add it to [`PROTOCOLS`], and its name to the type `Provider` in `src/web/types.d.ts`.
//! 3. Make its folder in `tests/fixtures`: `tests/fixtures/mod.rs` says what belongs there.
//!
//! The tests of all formats go through the list, and fail for what is missing. The rules for reading stand on [`Decode`].
//!
//! # What arrives, and what happens
//!
//! | what arrives | what happens |
//! | --- | --- |
//! | a known event | decoded; every field of it, no early return that drops the rest |
//! | an unknown event type, or a member that matters to users but is not interpreted here | reported as `raw` |
//! | a frame that is JSON but not an object | skipped, reported as `raw`; text for a relay or websocket |
//! | bad JSON in a known event | error `protocol`, with the offset; at the very end of a body: `truncated` |
//! | an error event, or an error object in any shape, also inside a 200 | its text is in the message; before any content: retried if retryable; after: error `provider`, text so far kept |
//! | the last event without its blank line, at a clean end of the body | processed if it is a complete JSON object or a terminal |
//! | a final terminal | the answer is complete, and nothing more is read |
//! | a finish reason | the answer is complete at the end of the body, or after 500 ms without an event; until then a later reason or usage replaces the earlier one, and open calls stay open |
//! | end of stream without a terminal or finish reason | before content: retried; after: `continueOnCut`, or error `truncated`, text so far kept |
//! | end of stream without an event that is interpreted | error `protocol`, with the beginning of the first payload; not retried |
//! | an event over `limits.maxEventBytes` | skipped; error `limit`, unless a terminal follows, or its own name is that of a successful terminal and text or a call had arrived |
//! | text, reasoning and arguments over `limits.maxAnswerBytes` | error `limit`, text so far kept; not retried |
//! | transport error | `network`; before content: retried; after: `continueOnCut` or the error, text so far kept; after a finish reason: the answer is complete |
//! | a 400 or 422 that names a member that only some servers know | the request is made again at once without that member |
//! | HTML, or bytes that are not an event stream | error `protocol`, with the page's title or the beginning of the text |
//! | one JSON document where a stream was requested | read as an answer without streaming |
//! | an object on each line where events were requested, or events around the lines of Ollama | read |
//! | an event with several data lines, each a JSON object or a terminal | read as that many events: one line feed stood between them instead of two |
//! | an error object, or `error: …`, on a line that is not a field | the error it reports |
//! | comments, pings | liveness of the connection, not of the answer: they do not feed the idle timer |
//! | bytes that are not UTF-8 | U+FFFD, as the Encoding Standard decodes them |
//!
//! Final terminals: `[DONE]` in every format, Responses `response.completed`, `.incomplete` or `.failed`, Anthropic
//! `message_stop`, Ollama `done: true`, a relay, over HTTP or a WebSocket, `{"complete": true}` or `[COMPLETE]`. Finish
//! reasons: Chat Completions `finish_reason`, Anthropic `stop_reason`, Gemini `finishReason` or
//! `promptFeedback.blockReason`, Ollama `done_reason`.

mod anthropic;
mod attached;
mod base64;
mod call_ids;
mod chat;
mod cite;
mod decode;
mod errors;
mod gemini;
mod ollama;
mod prompt;
mod protocol;
mod read;
mod relay;
mod responses;
mod role_order;
mod schema;
mod select;
mod tool_text;
mod tools;
mod websocket;
mod write;

pub use call_ids::{with_fitting_ids, IdForm};
pub use decode::{Decode, OnDelta};
pub use errors::{
    error_in_document, error_in_line, error_in_page, error_line, has_title, http_error_in_body, mentions_streaming,
    place_of_word, provider_error, says_missing, says_unknown, unreadable,
};
pub use prompt::Prompt;
pub use protocol::{Auth, Framing, HttpRequest, LocalServer, Protocol, TransportKind};
pub use select::{is_vendor_host, select, Selection};
pub use websocket::SocketEvent;

/// Every wire format, in the order of the type `Provider` in `src/web/types.d.ts`.
pub const PROTOCOLS: &[&Protocol] = &[
    &chat::PROTOCOL,
    &responses::PROTOCOL,
    &anthropic::PROTOCOL,
    &gemini::PROTOCOL,
    &ollama::PROTOCOL,
    &relay::PROTOCOL,
    &websocket::PROTOCOL,
];
