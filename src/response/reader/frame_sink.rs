//! Takes the frames of one read and adds what they mean to the answer.

use std::ops::ControlFlow;

use super::super::Answer;
use super::payloads::Payloads;
use crate::error::Error;
use crate::json::Template;
use crate::message::Delta;
use crate::provider::{error_in_line, unreadable, Decode, Protocol};
use crate::wire::{Frame, Sink};

/// Takes the frames of one read.
pub(super) struct FrameSink<'a> {
    pub(super) decoder: &'a mut dyn Decode,
    pub(super) answer: &'a mut Answer,
    pub(super) template: &'a mut Template,
    pub(super) protocol: &'static Protocol,
    pub(super) received: &'a mut Received,
    /// The most bytes of an event.
    pub(super) max: usize,
    pub(super) failure: Option<Error>,
}

/// What has arrived of a response.
#[derive(Debug, Default)]
pub(super) struct Received {
    pub(super) payloads: Payloads,
    /// A frame has arrived.
    pub(super) has_frames: bool,
    /// The beginning of the response, before the first frame.
    pub(super) start: Vec<u8>,
    /// An event over the limit has been skipped.
    pub(super) has_skipped: bool,
}

impl Sink for FrameSink<'_> {
    fn frame(&mut self, frame: Frame<'_>, raw: &[u8]) -> ControlFlow<()> {
        self.received.has_frames = true;
        let answer = &mut *self.answer;
        let mut deltas = 0;
        let mut last = None;
        let result = self.received.payloads.read(self.protocol, self.decoder, frame, &mut |delta| {
            deltas += 1;
            last = text_of(&delta).map(|text| (text.as_ptr() as usize, text.len()));
            answer.take(delta);
        });
        match last.filter(|_| deltas == 1) {
            // The text of an event with several lines of data is outside of `raw`: the template refuses such an offset.
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
        self.received.payloads.count += 1;
        self.template.forget();
        self.received.has_skipped = true;
        // The final event of some formats repeats the whole answer: its name alone says that the answer is complete.
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
            self.received.payloads.count += 1;
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
