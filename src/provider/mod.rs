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
mod base64;
mod call_ids;
mod chat;
mod cite;
mod errors;
mod gemini;
mod ollama;
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
pub use errors::{
    error_in_document, error_in_line, error_in_page, error_line, fault_in_body, has_title, mentions_streaming,
    place_of_word, provider_error, says_missing, says_unknown, unreadable,
};
pub use select::{is_vendor_host, select, Selection};

use self::errors::{error_in, reports_error};
use self::role_order::in_order;
use self::tool_text::without_tool_turns;
use crate::error::Error;
use crate::json::{is_json, Text, Value, Writer};
use crate::message::{Attachment, AttachmentSource, Delta, Message, Role, Tool};
use crate::text::{concat, split_once};
use crate::wire::Frame;

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

/// The payload that ends a stream in every format, since gateways that speak several append it to all of them.
const DONE: &[u8] = b"[DONE]";

/// The lines of an event's data, without white space and without those that are blank.
fn lines(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

/// The names by which other files still call these.
#[doc(hidden)]
pub use self::{HttpRequest as Call, Protocol as Wire, PROTOCOLS as WIRES};

#[doc(hidden)]
#[allow(non_upper_case_globals, missing_docs)]
impl Auth {
    pub const Nowhere: Auth = Auth::None;
}

/// Takes deltas as they are found.
pub type OnDelta<'f> = dyn FnMut(Delta<'_>) + 'f;

/// How frames are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    Sse,
    /// One JSON value a line.
    Ndjson,
}

/// Where the key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bearer <key>`
    Bearer,
    /// A header of the vendor's own, which holds the key alone.
    Header(&'static str),
    /// A WebSocket takes no headers: no key is sent.
    None,
}

/// One wire format.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Facts, each by itself.
pub struct Protocol {
    /// Its name in JavaScript.
    pub name: &'static str,
    /// What can stand before `://` in a model's name, with the API root that it implies.
    pub prefixes: &'static [(&'static str, Option<&'static str>)],
    /// Whether a model of this name is reached in this format where nothing else says in which.
    pub is_model: fn(&str) -> bool,
    /// The vendor's public API root; none for one's own backend.
    pub base_url: Option<&'static str>,
    /// How the addresses of its endpoints end, as people paste them for the API root; none for one's own backend.
    pub endpoints: &'static [&'static str],
    /// How its streams are framed.
    pub framing: Framing,
    /// Where its key goes.
    pub auth: Auth,
    /// Headers that every request has, beside the content type.
    pub headers: &'static [(&'static str, &'static str)],
    /// Whether it can answer without streaming.
    pub whole: bool,
    /// Whether a model goes on from an answer that is the last turn (prefill). One that refuses, with a status of 400, is
    /// told to go on instead, as all are where there is no such thing.
    pub prefill: bool,
    /// Members of a request that some servers reject, each under the name by which their errors call it. After a 400 that
    /// names one the request is made again without it, or with another member in its place: see [`Prompt::sends`].
    pub optional: &'static [&'static str],
    /// Members that the decoder never reads and whose values differ from event to event, up to where the value begins.
    pub unread: &'static [&'static str],
    /// Whether a payload that is no JSON object is text.
    pub plain_text: bool,
    /// The names of events that say that the answer is complete.
    pub final_events: &'static [&'static str],
    /// Whether it has tools.
    pub tools: bool,
    /// What can be attached: how the media type begins, and whether a URL will do.
    pub media: &'static [(&'static str, bool)],
    /// Whether models behind it often leave their reasoning in the text, in `<think>` tags.
    pub think_tags: bool,
    /// What stands behind the API root.
    pub path: fn(&Prompt<'_>) -> String,
    /// Writes the request's body.
    pub body: fn(&Prompt<'_>, &mut Writer),
    /// A decoder for one response.
    pub decoder: fn() -> Box<dyn Decode>,
}

/// Reads one response, frame by frame.
///
/// Frames come through [`Protocol::read`], which takes care of `[DONE]`, of blank payloads and of JSON that is no object.
/// What a decoder must do with the others:
///
/// - Hand on everything a frame says, in the order in which a model says it, whatever the order of the members. No early
///   return may drop the rest of a frame; an error counts last.
/// - Hand on [`Delta::Finish`] for each finish reason. The last one counts, and more may follow: content, usage, another
///   reason. A finish reason therefore ends neither the turn nor a call: what is still open is ended in [`Decode::end`].
/// - Hand on [`Delta::End`] for a final terminal only: nothing behind it is read.
/// - Fail with `provider` for an error that the provider reports, in whatever member, and also for a finish reason that says
///   that the answer failed: such an answer has no end. Fail with `protocol` for a frame that is not the format.
/// - Hand on [`Delta::Raw`], and nothing else, for a frame that has no meaning here: `errors::unknown` does, after a
///   look whether it is an error in another shape. If a stream brings nothing but such frames, the run fails: it
///   speaks another protocol.
/// - Not count on seeing every frame. An event that brought one [`Delta::Text`] and nothing else is compared with those
///   behind it; one that differs in its text and in [`Protocol::unread`] only is not read, its text goes out as it stands and
///   to [`Decode::more_text`]. So reading such an event twice must come to the same as reading it once, but for the text.
///
/// # Example
///
/// A format with the events `{"say": "…"}`, `{"stop": "…"}` and `{"error": "…"}`:
///
/// ```
/// use refinire_web::error::Error;
/// use refinire_web::json::{fields, Select};
/// use refinire_web::message::{Delta, FinishReason};
/// use refinire_web::provider::{provider_error, Decode, OnDelta};
/// use refinire_web::wire::Frame;
///
/// fields! {
///     struct Event { say, stop, error }
///     const EVENT = { "say" => say, "stop" => stop, "error" => error }
/// }
///
/// struct Example;
///
/// impl Decode for Example {
///     fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
///         let mut event = Event::default();
///         event.select(frame.data, EVENT)?;
///         let Event { say, stop, error } = &event;
///         if let Some(text) = say.text() {
///             out(Delta::Text(text));
///         }
///         if error.is_there() || stop.says("failed") {
///             return Err(provider_error(&error.into()));
///         }
///         if stop.text().is_some() {
///             let reason = if stop.says("full") { FinishReason::Length } else { FinishReason::Stop };
///             out(Delta::Finish { reason, raw: stop.to_text() });
///         }
///         if !say.is_there() && !stop.is_there() {
///             out(Delta::Raw(frame.data));
///         }
///         Ok(())
///     }
///
///     fn response(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
///         self.frame(Frame { event: b"", data: body }, out)?;
///         out(Delta::End);
///         Ok(())
///     }
/// }
///
/// let mut said = Vec::new();
/// let mut out = |delta: Delta<'_>| match delta {
///     Delta::Text(text) => said.push(text.read()),
///     Delta::Finish { raw, .. } => said.push(raw),
///     _ => {}
/// };
/// for data in [&br#"{"say":"Hello"}"#[..], br#"{"stop":"full"}"#] {
///     Example.frame(Frame { event: b"", data }, &mut out)?;
/// }
/// assert_eq!(said, ["Hello", "full"]);
/// # Ok::<(), Error>(())
/// ```
pub trait Decode {
    /// Says which tools the model was offered, before anything else: their names.
    fn offer(&mut self, tools: &[String]) {
        let _ = tools;
    }

    /// Takes a frame of a stream.
    ///
    /// # Errors
    /// `protocol` for what is not the format, `provider` for an error that the provider reports.
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error>;

    /// An event was not read, since it is like the one before it but for its text, which has been handed on. A decoder that
    /// keeps texts keeps this one too.
    fn more_text(&mut self, text: Text<'_>) {
        let _ = text;
    }

    /// The turn is complete: ends what is still open, and hands on what was held back until now.
    fn end(&mut self, out: &mut OnDelta<'_>) {
        let _ = out;
    }

    /// Takes the whole body of a response without streaming.
    ///
    /// # Errors
    /// As `frame`.
    fn response(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error>;
}

/// What a request says, before a provider writes it down.
#[derive(Debug)]
pub struct Prompt<'a> {
    /// The model's name, without its provider.
    pub model: &'a str,
    /// The agent's instructions; may be empty.
    pub instructions: &'a str,
    /// The conversation, the question last.
    pub messages: &'a [Message],
    /// A number, as text.
    pub temperature: Option<&'a str>,
    /// The bound on the answer, in tokens.
    pub max_tokens: Option<u64>,
    /// Whether the answer shall stream.
    pub stream: bool,
    /// Whether it goes to the vendor's own public endpoint.
    pub public: bool,
    /// What the model may call.
    pub tools: &'a [Tool],
    /// The JSON Schema of the answer, if it shall be JSON.
    pub schema: Option<&'a Value>,
    /// What belongs to the last thing that the person said.
    pub attachments: &'a [Attachment],
    /// Those of the wire format's optional members that this server has rejected.
    pub rejected: &'a [&'static str],
}

impl Prompt<'_> {
    /// Whether a member may be sent: the server has not rejected it.
    #[must_use]
    pub fn sends(&self, member: &str) -> bool {
        !self.rejected.contains(&member)
    }

    /// What belongs to a message, which is one of the prompt's own.
    #[must_use]
    pub fn attached(&self, message: &Message) -> &[Attachment] {
        let question = self.messages.iter().rfind(|message| message.role == Role::User);
        if question.is_some_and(|question| std::ptr::eq(question, message)) {
            return self.attachments;
        }
        &[]
    }

    /// The instructions and every system message, separated by blank lines: for formats that keep them apart.
    #[must_use]
    pub fn system_text(&self) -> String {
        let mut text = self.instructions.to_owned();
        let systems = self.messages.iter().filter(|message| message.role == Role::System);
        for message in systems {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&message.content);
        }
        text
    }
}

/// A request, ready but for its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// Where it goes, absolute or relative to the page.
    pub url: String,
    /// Its headers, a name in lower case and a value in turn.
    pub headers: Vec<String>,
    /// Its body, JSON.
    pub body: String,
    /// Where the key goes.
    pub auth: Auth,
}

impl Protocol {
    /// The wire format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Protocol> {
        PROTOCOLS.iter().find(|protocol| protocol.name == name).copied()
    }

    /// Whether an event that the body ended in may be used: it is a terminal, or a whole JSON object. Only the missing
    /// blank line would have said that no more of it was to come.
    #[must_use]
    pub fn is_whole(&self, data: &[u8]) -> bool {
        let data = data.trim_ascii();
        let is_object = || data.starts_with(b"{") && (is_json(data) || self.is_several(data));
        data == DONE || (self.plain_text && data == relay::COMPLETE) || is_object()
    }

    /// Whether the data of one event is several payloads, one on each line: many servers end an event with one line feed
    /// instead of two, so that their events run into one.
    fn is_several(&self, data: &[u8]) -> bool {
        let is_payload =
            |line: &[u8]| line == DONE || line == relay::COMPLETE || line.starts_with(b"{") && is_json(line);
        self.framing == Framing::Sse && data.contains(&b'\n') && lines(data).all(is_payload)
    }

    #[cold]
    fn read_several(&self, decoder: &mut dyn Decode, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let mut ended = false;
        for data in lines(frame.data) {
            if ended {
                break;
            }
            self.read(decoder, Frame { event: frame.event, data }, &mut |delta| {
                ended |= matches!(delta, Delta::End);
                out(delta);
            })?;
        }
        Ok(())
    }

    /// Reads a frame of a stream: what is the same in every format here, the rest by the decoder.
    ///
    /// # Errors
    /// As [`Decode::frame`].
    pub fn read(&self, decoder: &mut dyn Decode, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let data = frame.data.trim_ascii();
        if data.starts_with(b"{") {
            // A relay takes what is no JSON for text.
            if self.plain_text && self.is_several(data) {
                return self.read_several(decoder, frame, out);
            }
            return match decoder.frame(frame, out) {
                Err(error) if error.offset.is_some() && self.is_several(data) => self.read_several(decoder, frame, out),
                result => result,
            };
        }
        if data == DONE {
            out(Delta::End);
            return Ok(());
        }
        // An event that is named an error is one, whatever it holds.
        if self.plain_text || frame.event == b"error" {
            return decoder.frame(frame, out);
        }
        if data.is_empty() {
            return Ok(());
        }
        // Some servers and gateways keep a connection alive with `null`, `0`, `true` or `[]`.
        if is_json(data) {
            // Gemini reports its errors as a list.
            if data.starts_with(b"[") && reports_error(data, false) {
                return Err(error_in(data));
            }
            out(Delta::Raw(frame.data));
            return Ok(());
        }
        decoder.frame(frame, out)
    }

    /// The error of a model that has tools in a format that has none: `invalid-argument`.
    #[must_use]
    pub fn refuses_tools(&self, tools: &[Tool]) -> Option<Error> {
        let refuses = !self.tools && !tools.is_empty();
        refuses.then(|| Error::invalid(concat(&["provider \"", self.name, "\" takes no tools"])))
    }

    /// The error of a question that the format cannot put: `invalid-argument` for an attachment of a kind, or by a URL, that
    /// it does not take.
    #[must_use]
    pub fn refuses(&self, attachments: &[Attachment]) -> Option<Error> {
        let attachment = attachments.iter().find(|attachment| !self.takes(attachment))?;
        let by = if matches!(attachment.source, AttachmentSource::Url(_)) { "\" by its URL" } else { "\"" };
        let what = ["provider \"", self.name, "\" takes no attachment of type \"", &attachment.media_type, by];
        Some(Error::invalid(concat(&what)))
    }

    fn takes(&self, attachment: &Attachment) -> bool {
        let is_data = matches!(attachment.source, AttachmentSource::Data(_));
        self.media.iter().any(|(kind, by_url)| attachment.media_type.starts_with(kind) && (is_data || *by_url))
    }

    /// Writes a request down that the format does not refuse.
    #[must_use]
    pub fn encode(&self, base_url: &str, prompt: &Prompt<'_>) -> HttpRequest {
        let told = if prompt.tools.is_empty() { without_tool_turns(prompt.messages) } else { prompt.messages.into() };
        let told = in_order(told, base_url, prompt.model);
        let messages = with_fitting_ids(&told, IdForm::of(base_url, prompt.model));
        let prompt = &Prompt { messages: &messages, ..*prompt };
        let mut body = Writer::default();
        (self.body)(prompt, &mut body);
        let accept = match (prompt.stream, self.framing) {
            (true, Framing::Sse) => "text/event-stream",
            (true, Framing::Ndjson) => "application/x-ndjson",
            (false, _) => "application/json",
        };
        let mut headers = Vec::new();
        for pairs in [&[("content-type", "application/json"), ("accept", accept)], self.headers] {
            for (name, value) in pairs {
                headers.push((*name).to_owned());
                headers.push((*value).to_owned());
            }
        }
        HttpRequest { url: join(base_url, &(self.path)(prompt)), headers, body: body.finish(), auth: self.auth }
    }
}

/// `path` behind `base`, whose query, if it has one, stays at the end.
fn join(base: &str, path: &str) -> String {
    let (root, query) = split_once(base, '?').unwrap_or((base, ""));
    let mut root = root;
    while let (false, Some(shorter)) = (path.is_empty(), root.strip_suffix("/")) {
        root = shorter;
    }
    let mut url = concat(&[root, path]);
    if !query.is_empty() {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(query);
    }
    url
}
