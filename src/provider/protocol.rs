//! The properties of a format, and how its requests are made.

use super::attached::with_fitting_attachments;
use super::call_ids::{with_fitting_ids, IdForm};
use super::role_order::in_order;
use super::tool_text::without_tool_turns;
use super::{Decode, Prompt, PROTOCOLS};
use crate::error::Error;
use crate::json::Writer;
use crate::message::{Attachment, AttachmentSource, Tool};
use crate::text::{concat, split_once};

/// The transport of a request and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportKind {
    /// A request with a JSON body, and its response.
    Http,
    /// A WebSocket; the question is a message on it.
    WebSocket,
}

/// How frames are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    Sse,
    /// One JSON value a line.
    Ndjson,
}

/// How the key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bearer <key>`
    Bearer,
    /// A header of the vendor's own, which holds the key alone.
    Header(&'static str),
    /// No key is sent.
    None,
}

/// A server that people run on their own machine. Advice about a request that did not get through names its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalServer {
    /// Its name as people write it.
    pub title: &'static str,
    /// The port that it listens on, after a colon.
    pub port: &'static str,
    /// What to do where it does not run.
    pub not_running: &'static str,
    /// What to do where it does not allow a page, whose origin is added at the end.
    pub not_allowed: &'static str,
    /// The path of the API on it that works like OpenAI's.
    pub openai_path: &'static str,
}

/// One wire format: the facts about it, each by itself, so that a provider is one value.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)]
pub struct Protocol {
    /// Its name in JavaScript.
    pub name: &'static str,
    /// The schemes that may precede `://` in a model's name, with the API root that each implies.
    pub prefixes: &'static [(&'static str, Option<&'static str>)],
    /// Whether a model of this name uses this format, if nothing else determines the format.
    pub is_model: fn(&str) -> bool,
    /// Whether this format is the default for unknown model names. It is true for exactly one format.
    pub is_default: bool,
    /// The vendor's public API root; none for one's own backend.
    pub base_url: Option<&'static str>,
    /// What serves it on one's own machine, if that is where it usually is.
    pub local_server: Option<&'static LocalServer>,
    /// How the addresses of its endpoints end, as people paste them for the API root; none for one's own backend.
    pub endpoints: &'static [&'static str],
    /// Its transport.
    pub transport: TransportKind,
    /// How its streams are framed.
    pub framing: Framing,
    /// How its key is sent.
    pub auth: Auth,
    /// Headers that every request has, beside the content type.
    pub headers: &'static [(&'static str, &'static str)],
    /// Whether it can answer without streaming.
    pub non_streaming: bool,
    /// Whether a model continues an answer that is the last turn (prefill). A model that refuses this with a status of
    /// 400 is told to continue instead, and so are all models of a format without prefill.
    pub prefill: bool,
    /// Members of a request that some servers reject, each under the name by which their errors call it. After a 400 that
    /// names one the request is made again without it, or with another member in its place: see [`Prompt::sends`].
    pub optional: &'static [&'static str],
    /// Members that the decoder never reads and whose values differ from event to event, up to where the value begins.
    pub unread: &'static [&'static str],
    /// Whether a payload that is not a JSON object is text.
    pub plain_text: bool,
    /// The names of the events that complete the answer.
    pub final_events: &'static [&'static str],
    /// Whether it has tools.
    pub tools: bool,
    /// The attachments that it accepts: how the media type begins, and whether a URL is enough.
    pub media: &'static [(&'static str, bool)],
    /// Whether the models often leave their reasoning in the text, in `<think>` tags.
    pub think_tags: bool,
    /// The path after the API root.
    pub path: fn(&Prompt<'_>) -> String,
    /// Writes the request's body.
    pub body: fn(&Prompt<'_>, &mut Writer),
    /// A decoder for one response.
    pub decoder: fn() -> Box<dyn Decode>,
}

/// A request without its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The address, absolute or relative to the page.
    pub url: String,
    /// Its headers, a name in lower case and a value in turn.
    pub headers: Vec<String>,
    /// Its body, JSON.
    pub body: String,
    /// How the key is sent.
    pub auth: Auth,
}

impl Protocol {
    /// The wire format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Protocol> {
        PROTOCOLS.iter().find(|protocol| protocol.name == name).copied()
    }

    /// The error for a model with tools in a format without tools: `invalid-argument`.
    #[must_use]
    pub fn refuses_tools(&self, tools: &[Tool]) -> Option<Error> {
        let refuses = !self.tools && !tools.is_empty();
        refuses.then(|| Error::invalid(concat(&["provider \"", self.name, "\" takes no tools"])))
    }

    /// The error for a question that the format cannot express: `invalid-argument` for an attachment of a kind, or by a
    /// URL, that it does not accept.
    #[must_use]
    pub fn refuses(&self, attachments: &[Attachment]) -> Option<Error> {
        let attachment = attachments.iter().find(|attachment| !self.takes(attachment))?;
        let by = if matches!(attachment.source, AttachmentSource::Url(_)) { "\" by its URL" } else { "\"" };
        let what = ["provider \"", self.name, "\" takes no attachment of type \"", &attachment.media_type, by];
        Some(Error::invalid(concat(&what)))
    }

    /// Whether a message may have this attachment.
    #[must_use]
    pub fn takes(&self, attachment: &Attachment) -> bool {
        let is_data = !matches!(attachment.source, AttachmentSource::Url(_));
        self.media.iter().any(|(kind, by_url)| attachment.media_type.starts_with(kind) && (is_data || *by_url))
    }

    /// Writes a request that the format accepts. Attachments of earlier questions that it does not accept, or whose
    /// bytes are missing, are named in the text.
    #[must_use]
    pub fn encode(&self, base_url: &str, prompt: &Prompt<'_>) -> HttpRequest {
        let told = if prompt.tools.is_empty() { without_tool_turns(prompt.messages) } else { prompt.messages.into() };
        let told = with_fitting_attachments(told, self);
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

/// `path` appended to `base`. If `base` has a query, it stays at the end.
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
