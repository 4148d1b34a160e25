//! The end of a response: what has been held back is read, and what is missing is an error.

use std::ops::ControlFlow;

use super::super::frames::{Frames, Json};
use super::frame_sink::Received;
use super::{limit, too_long, ResponseReader};
use crate::error::{Code, Error};
use crate::json::is_json;
use crate::provider::{error_in_document, error_in_line, error_in_page, error_line, Protocol};
use crate::wire::Frame;

impl ResponseReader {
    /// The response is over: its body has ended, or the error `cut` has cut it off.
    ///
    /// # Errors
    /// What failed while reading; `limit` if more arrived than the caller's limits allow; `cut`; `protocol` if nothing
    /// had a meaning; or `truncated` if the provider's own terminal is missing. No error once the terminal has arrived.
    /// After an error the answer stays open: see [`Self::give_up`].
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
            // After the terminal, an error of the provider still counts; a broken connection does not.
            Some(error) if error.code == Code::Provider => Err(error),
            Some(_) if finished => Ok(()),
            _ if !finished && (self.received.has_skipped || self.frames.is_skipping()) => {
                Err(too_long(self.max_event_bytes))
            }
            Some(error) => Err(error),
            None => match self.received.payloads.error() {
                Some(error) => Err(error),
                None if finished => Ok(()),
                None => Err(truncated()),
            },
        }
    }

    /// Closes an answer without a terminal: no more follows.
    pub fn give_up(&mut self) {
        if self.answer.content() > 0 {
            self.answer.close(true);
        }
    }

    /// Reads what only the end of the body completes.
    fn read_end(&mut self) -> Result<(), Error> {
        let Self { decoder: Some(decoder), answer, received, protocol, head, .. } = self else { return Ok(()) };
        let Received { payloads, has_frames, start, .. } = received;
        let is_first = payloads.count == 0;
        let mut read =
            |frame: Frame<'_>| payloads.read(protocol, &mut **decoder, frame, &mut |delta| answer.take(delta));
        match &mut self.frames {
            Frames::Ndjson(ndjson) => {
                let mut result = Ok(());
                let _ = ndjson.finish(&mut |frame: Frame<'_>| {
                    let is_whole = protocol.plain_text || protocol.is_whole(frame.data) || is_json(frame.data);
                    result = if is_whole { read(frame) } else { Err(broken_line(frame.data, is_first, protocol)) };
                    ControlFlow::Continue(())
                });
                result
            }
            Frames::Json(Json { body, .. }) if !protocol.non_streaming => {
                if protocol.is_whole(body) {
                    return read(Frame { event: b"", data: body });
                }
                Ok(())
            }
            Frames::Json(Json { body, .. })
            | Frames::Whole { body, is_http_error: false, .. }
            | Frames::Unknown { start: body, is_document: true } => {
                let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
                let result = decoder.response(body, &mut |delta| answer.take(delta));
                payloads.understood = true;
                result.map_err(|error| error_in_document(error, body, protocol))
            }
            Frames::Page(page) => Err(error_in_page(head.status, &head.content_type, page)),
            Frames::Sse(sse) => {
                if let Some(error) = error_in_line(sse.last_line(), protocol).filter(|_| *has_frames) {
                    return Err(error);
                }
                if let Some(frame) = sse.finish().filter(|frame| protocol.is_whole(frame.data)) {
                    return read(frame);
                }
                match stray_lines(start).filter(|_| !*has_frames) {
                    Some(text) => {
                        Err(error_in_document(Error::protocol("what came is no event stream"), &text, protocol))
                    }
                    None => Ok(()),
                }
            }
            Frames::Whole { .. } | Frames::Unknown { .. } => Ok(()),
        }
    }
}

/// The error for a last line that is not JSON: it has been cut, unless it is an error message, or text instead of an
/// answer.
fn broken_line(line: &[u8], is_first: bool, protocol: &Protocol) -> Error {
    match error_line(line) {
        Some(error) => error,
        None if is_first && !line.trim_ascii().starts_with(b"{") => {
            error_in_document(Error::protocol("what came is not valid JSON"), line, protocol)
        }
        None => truncated(),
    }
}

/// The error for a response that ends without the provider's own terminal.
#[cold]
fn truncated() -> Error {
    Error::new(Code::Truncated, "the connection closed before the provider said it was done")
}

/// The lines at the beginning of a body that are neither comments nor fields of an event stream.
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
