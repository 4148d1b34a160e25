//! Takes the bytes of a response: cuts them into frames, decodes them and adds them to the answer in one synchronous
//! step.

mod ending;
mod frame_sink;
mod payloads;
mod timing;

use frame_sink::{FrameSink, Received};
use timing::Timing;

use super::frames::{sniff, Frames, Objects, Sniffed};
use super::{Answer, Shape, Status};
use crate::error::{Code, Error};
use crate::json::{decimal, Template};
use crate::provider::{error_in_page, has_title, Decode, Protocol};
use crate::text::concat;
use crate::wire::{grow, Ndjson, Sse};

/// The most bytes that are read of the body of an error.
const MAX_HTTP_ERROR_BYTES: usize = 64 * 1024;

/// The most bytes that are read of a page of HTML to find its title.
const MAX_PAGE_BYTES: usize = 16 * 1024;

/// The most bytes that are kept of the beginning of a body without frames, to quote them.
const MAX_START_BYTES: usize = 2 * 1024;

/// Reads the responses of one run, and holds its answer.
pub struct ResponseReader {
    protocol: &'static Protocol,
    max_event_bytes: usize,
    /// The names of the tools that the model is offered.
    tools: Vec<String>,
    answer: Answer,
    /// Requests so far.
    attempts: u32,
    /// The head of the response being read.
    head: Head,
    frames: Frames,
    /// `None` before the first response.
    decoder: Option<Box<dyn Decode>>,
    template: Template,
    received: Received,
    failure: Option<Error>,
    timing: Timing,
}

/// The head of a response, which error messages repeat.
#[derive(Debug, Default)]
struct Head {
    status: Option<u16>,
    content_type: String,
}

impl std::fmt::Debug for ResponseReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseReader")
            .field("protocol", &self.protocol.name)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

impl ResponseReader {
    /// A reader for a run over `protocol`.
    #[must_use]
    pub fn new(protocol: &'static Protocol, max_event_bytes: usize, mut answer: Answer) -> Self {
        answer.read_think_tags(protocol.think_tags);
        Self {
            protocol,
            max_event_bytes,
            tools: Vec::new(),
            answer,
            attempts: 0,
            head: Head::default(),
            frames: Frames::Unknown { start: Vec::new(), is_document: false },
            decoder: None,
            template: Template::default(),
            received: Received::default(),
            failure: None,
            timing: Timing::default(),
        }
    }

    /// Names the tools that the model is offered.
    pub fn offer(&mut self, tools: Vec<String>) {
        self.tools = tools;
    }

    /// The answer so far.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// The answer so far, to be released or handed on.
    pub fn answer_mut(&mut self) -> &mut Answer {
        &mut self.answer
    }

    /// Requests so far.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// When the response being read last brought content, in active time.
    #[must_use]
    pub fn content_at(&self) -> Option<f64> {
        self.timing.content_at
    }

    /// How long text that may repeat the answer has been held back, if there is any.
    pub(crate) fn held_for(&self, now: f64) -> Option<f64> {
        self.timing.held_since.filter(|_| self.answer.is_holding()).map(|since| self.active(now) - since)
    }

    /// Since when, in active time, no event has arrived for an answer that has a finish reason and may therefore be
    /// complete.
    #[must_use]
    pub fn settling_at(&self) -> Option<f64> {
        self.timing.settling_at.filter(|_| self.answer.is_settling())
    }

    /// Prepares for the next response.
    pub fn begin(&mut self, shape: Shape) {
        let mut decoder = (self.protocol.decoder)();
        decoder.offer(&self.tools);
        self.decoder = Some(decoder);
        self.template = Template::default();
        self.received = Received::default();
        self.failure = None;
        self.timing.begin();
        self.answer.reset();
        self.attempts += u32::from(!matches!(shape, Shape::HttpErrorBody));
        self.frames = match shape {
            Shape::Stream => Frames::Unknown { start: Vec::new(), is_document: false },
            Shape::Whole => Frames::Unknown { start: Vec::new(), is_document: true },
            Shape::HttpErrorBody => Frames::Whole { body: Vec::new(), max: MAX_HTTP_ERROR_BYTES, is_http_error: true },
        };
    }

    /// The head of the response has arrived.
    pub fn head(&mut self, status: u16, content_type: &str) {
        self.head.status = Some(status);
        // Without its parameters.
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        self.head.content_type = kind.chars().take(80).collect();
    }

    /// Takes the bytes of one read, at the time `now`.
    pub fn push(&mut self, bytes: &[u8], now: f64) -> Status {
        let content = self.answer.content();
        let events = self.received.payloads.count;
        if self.failure.is_none() && !self.answer.is_ended() {
            if let Err(error) = self.read(bytes) {
                self.failure = Some(error);
            }
        }
        if self.answer.content() != content {
            self.timing.note_content(now, self.answer.is_holding());
        }
        if self.received.payloads.count != events && self.answer.is_settling() {
            self.timing.note_settling(now);
        }
        let status = self.status();
        self.timing.has_turned = false;
        status
    }

    /// What is waiting to be handed on, and whether more bytes are wanted.
    #[must_use]
    pub fn status(&self) -> Status {
        let chunks = self.answer.chunks();
        let mut bits = if chunks.is_released() { Status::READY } else { 0 };
        if chunks.is_gathering() {
            bits |= Status::GATHERED;
        }
        let full = matches!(&self.frames, Frames::Whole { body, max, is_http_error: true } if body.len() >= *max);
        if self.failure.is_some() || self.answer.is_ended() || full {
            bits |= Status::STOP;
        }
        if self.timing.has_turned {
            bits |= Status::CLOCK;
        }
        Status(bits)
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if let Frames::Unknown { start, is_document } = &mut self.frames {
            // Everything before was white space.
            let found = sniff(bytes);
            let at = start.len() + found.map_or(bytes.len(), |(at, _)| at);
            // However the reads were cut: after more white space than an event may have, the kind of the body no longer
            // matters.
            let is_stream = at > self.max_event_bytes;
            if found.is_none() && !is_stream {
                start.extend_from_slice(bytes);
                return Ok(());
            }
            let start = std::mem::take(start);
            let sniffed = found.map(|(_, sniffed)| sniffed).filter(|_| !is_stream).unwrap_or(Sniffed::Stream);
            self.frames = if *is_document {
                Frames::of_document(sniffed, self.max_event_bytes)
            } else {
                Frames::of_stream(self.protocol, sniffed, self.max_event_bytes)
            };
            if let (Frames::Json(_), Some((at, _))) = (&self.frames, found) {
                return self.read_known(bytes.get(at..).unwrap_or_default());
            }
            if !start.is_empty() {
                self.read_known(&start)?;
            }
        }
        self.read_known(bytes)
    }

    /// More of a body that begins with a JSON object.
    fn read_json(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let max = self.max_event_bytes;
        let Frames::Json(json) = &mut self.frames else { return Ok(()) };
        let from = json.body.len();
        let (bytes, rest) = bytes.split_at(bytes.len().min(max.saturating_sub(from)));
        grow(&mut json.body, bytes, max);
        let is_lines = match json.look(from) {
            Objects::Unknown if rest.is_empty() => return Ok(()),
            // The first line alone is too long.
            Objects::Unknown => return Err(too_long(max)),
            Objects::Lines => true,
            Objects::Other => false,
        };
        let body = std::mem::take(&mut json.body);
        if is_lines {
            self.frames = Frames::Ndjson(Ndjson::new(max));
        } else if self.protocol.non_streaming {
            self.frames = Frames::Whole { body, max, is_http_error: false };
            return self.read_known(rest);
        } else {
            // A relay's stream may begin with anything: lines that are not fields are ignored, as the WHATWG specifies.
            self.frames = Frames::Sse(Sse::new(max));
        }
        self.read_known(&body)?;
        if self.answer.is_ended() {
            return Ok(());
        }
        self.read_known(rest)
    }

    fn read_known(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if matches!(self.frames, Frames::Json(_)) {
            return self.read_json(bytes);
        }
        let Some(decoder) = self.decoder.as_deref_mut() else { return Ok(()) };
        let mut sink = FrameSink {
            decoder,
            answer: &mut self.answer,
            template: &mut self.template,
            protocol: self.protocol,
            received: &mut self.received,
            max: self.max_event_bytes,
            failure: None,
        };
        match &mut self.frames {
            Frames::Sse(sse) => drop(sse.push(bytes, &mut sink)),
            Frames::Ndjson(ndjson) => drop(ndjson.push(bytes, &mut sink)),
            Frames::Unknown { .. } | Frames::Json(_) => {}
            Frames::Page(page) => {
                page.extend_from_slice(bytes);
                if page.len() >= MAX_PAGE_BYTES || has_title(page) {
                    return Err(error_in_page(self.head.status, &self.head.content_type, page));
                }
            }
            Frames::Whole { body, max, is_http_error } => {
                let room = max.saturating_sub(body.len());
                if bytes.len() > room && !*is_http_error {
                    return Err(too_long(*max));
                }
                grow(body, bytes.get(..room).unwrap_or(bytes), *max);
            }
        }
        let result = sink.failure.map_or(Ok(()), Err);
        if let (Frames::Sse(_), false) = (&self.frames, self.received.has_frames) {
            let start = &mut self.received.start;
            let room = MAX_START_BYTES.saturating_sub(start.len());
            start.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        }
        result
    }

    /// Whether what came is a page of HTML.
    #[must_use]
    pub fn is_page(&self) -> bool {
        matches!(self.frames, Frames::Page(_))
    }

    /// The body of an error, as far as it was read.
    #[must_use]
    pub fn fault_body(&self) -> &[u8] {
        match &self.frames {
            Frames::Whole { body, .. } => body,
            _ => &[],
        }
    }

    /// The answer is not taken at the moment: this time does not count.
    pub fn pause(&mut self, now: f64) {
        self.timing.pause(now);
    }

    /// The answer is taken again.
    pub fn resume(&mut self, now: f64) {
        self.timing.resume(now);
    }

    /// Whether the reader waits for the answer to be taken.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.timing.is_paused()
    }

    /// The time at `now`, without the time in which the reader waited for the answer to be taken.
    #[must_use]
    pub fn active(&self, now: f64) -> f64 {
        self.timing.active(now)
    }
}

/// The error for more bytes than the caller allows. Another attempt would only bring as many.
#[cold]
fn limit(what: &str, max: usize) -> Error {
    let mut error = Error::new(Code::Limit, concat(&[what, &decimal(max as u64), " bytes"]));
    error.refused = true;
    error
}

#[cold]
fn too_long(max: usize) -> Error {
    limit("limits.maxEventBytes: an event of the stream, or an answer without streaming, is longer than ", max)
}
