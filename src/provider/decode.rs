//! Reading frames: what is the same in every format, and what a decoder does.

use super::errors::{error_in, reports_error};
use super::{relay, Framing, Protocol};
use crate::error::Error;
use crate::json::{is_json, Text};
use crate::message::Delta;
use crate::wire::Frame;

/// Takes deltas as they are found.
pub type OnDelta<'f> = dyn FnMut(Delta<'_>) + 'f;

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
    /// `protocol` for anything that is not the format, `provider` for an error that the provider reports.
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error>;

    /// Whether an event has arrived that is certainly in this format, although it brought no content: the beginning of
    /// a message, or its usage.
    fn has_begun(&self) -> bool {
        false
    }

    /// An event was not read because only its text differs from the event before. The text has been handed on. A
    /// decoder that keeps texts must keep this one, too.
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

/// The payload that ends a stream in every format, because gateways that speak several formats append it to all of
/// them.
const DONE: &[u8] = b"[DONE]";

/// The lines of an event's data, without white space and without those that are blank.
fn lines(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

impl Protocol {
    /// Whether an event at the end of the body may be used without its blank line: it is a terminal, or a complete JSON
    /// object. Only the missing blank line would have shown that it was complete.
    #[must_use]
    pub fn is_whole(&self, data: &[u8]) -> bool {
        let data = data.trim_ascii();
        let is_object = || data.starts_with(b"{") && (is_json(data) || self.is_several(data));
        data == DONE || (self.plain_text && data == relay::COMPLETE) || is_object()
    }

    /// Whether the data of one event is several payloads, one on each line: many servers end an event with one line
    /// feed instead of two, so that their events are joined.
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

    /// Reads a frame of a stream: first what is the same in every format, then the rest with the decoder.
    ///
    /// # Errors
    /// As [`Decode::frame`].
    pub fn read(&self, decoder: &mut dyn Decode, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let data = frame.data.trim_ascii();
        if data.starts_with(b"{") {
            // In a relay, anything that is not JSON is text.
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
}
