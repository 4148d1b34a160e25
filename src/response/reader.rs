//! Where the bytes of a response come in: framed, decoded and added to the answer in one synchronous step.

use std::ops::ControlFlow;

use super::frames::{sniff, Frames, Json, Objects, Sniffed};
use super::{Answer, Shape, Status};
use crate::error::{Code, Error};
use crate::json::{decimal, is_json, Template, Text};
use crate::message::Delta;
use crate::provider::{
    error_in_document, error_in_line, error_in_page, error_line, has_title, unreadable, Decode, OnDelta, Protocol,
};
use crate::text::concat;
use crate::wire::{grow, Frame, Ndjson, Sink, Sse};

/// How much of the body of an error is read, in bytes.
const MAX_HTTP_ERROR_BYTES: usize = 64 * 1024;

/// How much of a page of HTML is read to find its title, and of a body without frames to quote it, in bytes.
const MAX_PAGE_BYTES: usize = 16 * 1024;
const MAX_START_BYTES: usize = 2 * 1024;

/// The state of one run that its reads change: the response being read, and the answer.
pub struct ResponseReader {
    protocol: &'static Protocol,
    max_event_bytes: usize,
    frames: Frames,
    /// None before the first response: it may not be there yet.
    decoder: Option<Box<dyn Decode>>,
    template: Template,
    answer: Answer,
    /// The names of the tools that the model is offered.
    tools: Vec<String>,
    failure: Option<Error>,
    /// Requests so far.
    attempts: u32,
    /// When the response being read last brought content, in active time.
    content_at: Option<f64>,
    /// Since when text is held back that may repeat the answer, in active time.
    held_since: Option<f64>,
    /// The same of an event, from the one with the first finish reason on.
    settling_at: Option<f64>,
    payloads: Payloads,
    /// An event over the bound has been skipped.
    skipped: bool,
    /// Since when whoever takes the answer has been waited for.
    waiting_since: Option<f64>,
    /// For how long that has been the case before.
    waited: f64,
    /// What the timers count has changed since the last push.
    turned: bool,
    /// A frame has come of the response being read; before that, how it begins.
    has_frames: bool,
    start: Vec<u8>,
    /// The head of the response being read.
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
            frames: Frames::Unknown(Vec::new()),
            decoder: None,
            template: Template::default(),
            answer,
            tools: Vec::new(),
            failure: None,
            attempts: 0,
            content_at: None,
            held_since: None,
            settling_at: None,
            payloads: Payloads::default(),
            skipped: false,
            waiting_since: None,
            waited: 0.0,
            turned: false,
            has_frames: false,
            start: Vec::new(),
            status: None,
            content_type: String::new(),
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
        self.content_at
    }

    /// For how long text has been held back that may repeat the answer, if any is.
    pub(crate) fn held_for(&self, now: f64) -> Option<f64> {
        self.held_since.filter(|_| self.answer.is_holding()).map(|since| self.active(now) - since)
    }

    /// Since when, in active time, no event has come to an answer that has a finish reason and may therefore be complete.
    #[must_use]
    pub fn settling_at(&self) -> Option<f64> {
        self.settling_at.filter(|_| self.answer.is_settling())
    }

    /// Prepares for the next response.
    pub fn begin(&mut self, shape: Shape) {
        let mut decoder = (self.protocol.decoder)();
        decoder.offer(&self.tools);
        self.decoder = Some(decoder);
        self.template = Template::default();
        self.failure = None;
        self.has_frames = false;
        self.start = Vec::new();
        self.content_at = None;
        self.held_since = None;
        self.settling_at = None;
        self.payloads = Payloads::default();
        self.skipped = false;
        self.answer.reset();
        self.attempts += u32::from(!matches!(shape, Shape::HttpErrorBody));
        self.frames = match shape {
            Shape::Stream => Frames::Unknown(Vec::new()),
            Shape::Whole => Frames::Whole { body: Vec::new(), max: self.max_event_bytes, fault: false },
            Shape::HttpErrorBody => Frames::Whole { body: Vec::new(), max: MAX_HTTP_ERROR_BYTES, fault: true },
        };
    }

    /// The response's head has come, which messages repeat.
    pub fn head(&mut self, status: u16, content_type: &str) {
        self.status = Some(status);
        // Without its parameters.
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        self.content_type = kind.chars().take(80).collect();
    }

    /// Takes the bytes of one read, at the time `now`.
    pub fn push(&mut self, bytes: &[u8], now: f64) -> Status {
        let content = self.answer.content();
        let events = self.payloads.count;
        if self.failure.is_none() && !self.answer.is_ended() {
            if let Err(error) = self.read(bytes) {
                self.failure = Some(error);
            }
        }
        if self.answer.content() != content {
            // With the first of it another timer begins to count.
            self.turned = self.content_at.is_none();
            self.content_at = Some(self.active(now));
            let held_since = self.content_at.filter(|_| self.answer.is_holding());
            self.held_since = held_since.map(|since| self.held_since.unwrap_or(since));
        }
        if self.payloads.count != events && self.answer.is_settling() {
            self.turned |= self.settling_at.is_none();
            self.settling_at = Some(self.active(now));
        }
        let status = self.status();
        self.turned = false;
        status
    }

    /// What waits, and whether more is wanted.
    #[must_use]
    pub fn status(&self) -> Status {
        let chunks = self.answer.chunks();
        let mut bits = if chunks.is_released() { Status::READY } else { 0 };
        if chunks.is_gathering() {
            bits |= Status::GATHERED;
        }
        let full = matches!(&self.frames, Frames::Whole { body, max, fault: true } if body.len() >= *max);
        if self.failure.is_some() || self.answer.is_ended() || full {
            bits |= Status::STOP;
        }
        if self.turned {
            bits |= Status::CLOCK;
        }
        Status(bits)
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if let Frames::Unknown(start) = &mut self.frames {
            // What came before is white space only.
            let found = sniff(bytes);
            let at = start.len() + found.map_or(bytes.len(), |(at, _)| at);
            // However the reads were cut: behind more white space than an event may have, nothing is looked for.
            let is_stream = at > self.max_event_bytes;
            if found.is_none() && !is_stream {
                start.extend_from_slice(bytes);
                return Ok(());
            }
            let start = std::mem::take(start);
            let sniffed = found.map(|(_, sniffed)| sniffed).filter(|_| !is_stream);
            self.frames = Frames::of(self.protocol, sniffed.unwrap_or(Sniffed::Stream), self.max_event_bytes);
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
            // The first line is itself too long.
            Objects::Unknown => return Err(too_long(max)),
            Objects::Lines => true,
            Objects::Other => false,
        };
        let body = std::mem::take(&mut json.body);
        if is_lines {
            self.frames = Frames::Ndjson(Ndjson::new(max));
        } else if self.protocol.non_streaming {
            self.frames = Frames::Whole { body, max, fault: false };
            return self.read_known(rest);
        } else {
            // A relay's stream may begin with anything: what is no field is nothing, as the WHATWG has it.
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
        let mut taker = Taker {
            decoder,
            answer: &mut self.answer,
            template: &mut self.template,
            protocol: self.protocol,
            payloads: &mut self.payloads,
            skipped: &mut self.skipped,
            max: self.max_event_bytes,
            failure: None,
            has_frames: &mut self.has_frames,
        };
        match &mut self.frames {
            Frames::Sse(sse) => drop(sse.push(bytes, &mut taker)),
            Frames::Ndjson(ndjson) => drop(ndjson.push(bytes, &mut taker)),
            Frames::Unknown(_) | Frames::Json(_) => {}
            Frames::Page(page) => {
                page.extend_from_slice(bytes);
                if page.len() >= MAX_PAGE_BYTES || has_title(page) {
                    return Err(error_in_page(self.status, &self.content_type, page));
                }
            }
            Frames::Whole { body, max, fault } => {
                let room = max.saturating_sub(body.len());
                if bytes.len() > room && !*fault {
                    return Err(too_long(*max));
                }
                grow(body, bytes.get(..room).unwrap_or(bytes), *max);
            }
        }
        let result = taker.failure.map_or(Ok(()), Err);
        if let (Frames::Sse(_), false) = (&self.frames, self.has_frames) {
            let room = MAX_START_BYTES.saturating_sub(self.start.len());
            self.start.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
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

    /// The response is over, because its body ended or was cut by `cut`.
    ///
    /// # Errors
    /// What failed while reading; `limit` where more came than the caller's bounds allow; `cut`; `protocol` where nothing had
    /// a meaning; or `truncated` where the provider's own terminal is missing. Nothing once the terminal has come. The answer
    /// stays open: see [`Self::give_up`].
    pub fn end(&mut self, cut: Option<Error>) -> Result<(), Error> {
        if self.failure.is_none() && cut.is_none() && !self.answer.is_ended() {
            if let Err(error) = self.read_end() {
                self.failure = Some(error);
            }
        }
        let finished = self.answer.finish().is_some();
        if let (true, Some(decoder)) = (finished, &mut self.decoder) {
            let answer = &mut self.answer;
            decoder.end(&mut |delta| answer.take(delta));
            answer.close(false);
        }
        let error = self.failure.take().or(cut);
        if self.answer.is_over() {
            return Err(limit("limits.maxAnswerBytes: the answer is longer than ", self.answer.max_bytes()));
        }
        match error {
            // A provider's word that it failed stands even behind its terminal; a broken connection there does not.
            Some(error) if error.code == Code::Provider => Err(error),
            Some(_) if finished => Ok(()),
            _ if !finished && (self.skipped || self.frames.is_skipping()) => Err(too_long(self.max_event_bytes)),
            Some(error) => Err(error),
            None => match self.payloads.error() {
                Some(error) => Err(error),
                None if finished => Ok(()),
                None => Err(truncated()),
            },
        }
    }

    /// What has come is all there will be, though the provider did not say so.
    pub fn give_up(&mut self) {
        if self.answer.content() > 0 {
            self.answer.close(true);
        }
    }

    fn read_end(&mut self) -> Result<(), Error> {
        let mut result = Ok(());
        let has_frames = self.has_frames;
        let Self { decoder: Some(decoder), answer, payloads, protocol, start, status, content_type, .. } = self else {
            return result;
        };
        match &mut self.frames {
            Frames::Ndjson(ndjson) => {
                let _ = ndjson.finish(&mut |frame: Frame<'_>| {
                    // A line without its end that is no JSON has been cut.
                    result = if protocol.plain_text || protocol.is_whole(frame.data) || is_json(frame.data) {
                        payloads.read(protocol, &mut **decoder, frame, &mut |delta| answer.take(delta))
                    } else {
                        Err(match error_line(frame.data) {
                            Some(error) => error,
                            // Words instead of an answer.
                            None if payloads.count == 0 && !frame.data.trim_ascii().starts_with(b"{") => {
                                error_in_document(Error::protocol("what came is no JSON"), frame.data, protocol)
                            }
                            None => truncated(),
                        })
                    };
                    ControlFlow::Continue(())
                });
            }
            Frames::Json(Json { body, .. }) if !protocol.non_streaming => {
                let frame = Frame { event: b"", data: body };
                result = if protocol.is_whole(body) {
                    payloads.read(protocol, &mut **decoder, frame, &mut |delta| answer.take(delta))
                } else {
                    Ok(())
                };
            }
            Frames::Json(Json { body, .. }) | Frames::Whole { body, fault: false, .. } => {
                let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
                result = decoder.response(body, &mut |delta| answer.take(delta));
                result = result.map_err(|error| error_in_document(error, body, protocol));
                payloads.understood = true;
            }
            Frames::Page(page) => result = Err(error_in_page(*status, content_type, page)),
            Frames::Sse(sse) => {
                let told = error_in_line(sse.last_line(), protocol).filter(|_| has_frames);
                if let Some(error) = told {
                    result = Err(error);
                } else if let Some(frame) = sse.finish().filter(|frame| protocol.is_whole(frame.data)) {
                    result = payloads.read(protocol, &mut **decoder, frame, &mut |delta| answer.take(delta));
                } else if let Some(text) = stray_lines(start).filter(|_| !has_frames) {
                    result = Err(error_in_document(Error::protocol("what came is no event stream"), &text, protocol));
                }
            }
            _ => {}
        }
        result
    }

    /// Whoever takes the answer is not ready: from now on time does not count.
    pub fn pause(&mut self, now: f64) {
        self.waiting_since.get_or_insert(now);
    }

    /// Whoever takes the answer is ready again.
    pub fn resume(&mut self, now: f64) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += (now - since).max(0.0);
        }
    }

    /// Whether whoever takes the answer is being waited for.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.waiting_since.is_some()
    }

    /// The time at `now`, without that in which whoever takes the answer was waited for.
    #[must_use]
    pub fn active(&self, now: f64) -> f64 {
        self.waiting_since.unwrap_or(now) - self.waited
    }
}

/// The error of a response that ends without the provider's own terminal.
#[cold]
fn truncated() -> Error {
    Error::new(Code::Truncated, "the connection closed before the provider said it was done")
}

/// The error of more bytes than the caller allows. Asking again would only bring as many.
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

/// The payloads of a response so far. If none of them has a meaning here, it speaks another protocol.
#[derive(Debug, Default)]
struct Payloads {
    count: u64,
    /// One of them had a meaning.
    understood: bool,
    /// The beginning of the first payload that had none.
    first: Vec<u8>,
}

/// How much of a payload without a meaning is quoted, in characters and, at most four each, in bytes.
const QUOTED_CHARS: usize = 200;
const QUOTED_BYTES: usize = 4 * QUOTED_CHARS;

impl Payloads {
    /// Reads a frame, and sees whether it has a meaning.
    #[inline(always)]
    fn read(
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

    /// A frame has a meaning if it brings more than figures and an end, or if it is known to the decoder without bringing
    /// anything.
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
        self.understood = says || is_silent && !payload.is_empty();
        if self.first.is_empty() && !self.understood {
            self.first.extend_from_slice(payload.get(..QUOTED_BYTES).unwrap_or(payload));
        }
        result
    }

    /// The error of a response that has ended and had no meaning. Asking again would only bring the same, and have a
    /// backend do its work twice.
    fn error(&self) -> Option<Error> {
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

/// Takes the frames of one read.
struct Taker<'a> {
    decoder: &'a mut dyn Decode,
    answer: &'a mut Answer,
    template: &'a mut Template,
    protocol: &'static Protocol,
    payloads: &'a mut Payloads,
    skipped: &'a mut bool,
    max: usize,
    failure: Option<Error>,
    has_frames: &'a mut bool,
}

impl Sink for Taker<'_> {
    fn frame(&mut self, frame: Frame<'_>, raw: &[u8]) -> ControlFlow<()> {
        *self.has_frames = true;
        let answer = &mut *self.answer;
        let mut deltas = 0;
        let mut last = None;
        let result = self.payloads.read(self.protocol, self.decoder, frame, &mut |delta| {
            deltas += 1;
            last = text_of(&delta).map(|text| (text.as_ptr() as usize, text.len()));
            answer.take(delta);
        });
        match last.filter(|_| deltas == 1) {
            // Outside `raw` where it was put together from several lines: such a place is refused.
            Some((at, length)) => {
                self.template.learn(raw, at.wrapping_sub(raw.as_ptr() as usize), length, self.protocol.unread);
            }
            None => self.template.forget(),
        }
        if let Err(error) = result {
            self.failure = Some(unreadable(error, self.protocol, frame.data));
            return ControlFlow::Break(());
        }
        flow(self.answer)
    }

    fn skipped(&mut self, event: &[u8]) -> ControlFlow<()> {
        self.payloads.count += 1;
        self.template.forget();
        *self.skipped = true;
        // The terminal of some formats says everything again: it is known by its name, and nothing is missing.
        let has_words = self.answer.is_new() && (!self.answer.turn_text().is_empty() || self.answer.calls_tools());
        if has_words && self.protocol.final_events.iter().any(|name| name.as_bytes() == event) {
            self.answer.take(Delta::End);
        }
        flow(self.answer)
    }

    fn stray(&mut self, line: &[u8]) -> ControlFlow<()> {
        self.failure = error_in_line(line, self.protocol);
        if self.failure.is_some() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn skim(&mut self, bytes: &[u8]) -> ControlFlow<(), usize> {
        let mut taken = 0;
        while let Some((text, length)) = bytes.get(taken..).and_then(|rest| self.template.next(rest, self.max)) {
            self.payloads.count += 1;
            self.decoder.more_text(text);
            self.answer.take(Delta::Text(text));
            flow(self.answer)?;
            taken += length;
        }
        ControlFlow::Continue(taken)
    }
}

fn text_of<'a>(delta: &Delta<'a>) -> Option<&'a [u8]> {
    match delta {
        Delta::Text(text) => Some(text.raw()),
        _ => None,
    }
}

fn flow(answer: &Answer) -> ControlFlow<()> {
    if answer.is_ended() {
        return ControlFlow::Break(());
    }
    ControlFlow::Continue(())
}

/// What of the beginning of a body is neither a comment nor a field of an event stream.
fn stray_lines(start: &[u8]) -> Option<Vec<u8>> {
    const FIELDS: [&[u8]; 5] = [b":", b"data", b"event", b"id", b"retry"];
    let is_stray = |line: &&[u8]| {
        let is_field = |field: &&[u8]| {
            let behind = line.strip_prefix(*field);
            behind.is_some_and(|behind| **field == *b":" || behind.is_empty() || behind.starts_with(b":"))
        };
        !line.trim_ascii().is_empty() && !FIELDS.iter().any(is_field)
    };
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let lines: Vec<_> = start.split(|byte| matches!(byte, b'\n' | b'\r')).filter(is_stray).collect();
    (!lines.is_empty()).then(|| lines.join(&b'\n'))
}
