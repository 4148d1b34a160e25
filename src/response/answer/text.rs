//! The text and the reasoning of an answer, as they arrive.

use super::super::chunk_queue::Kind;
use super::super::held::Held;
use super::super::text_buffer::Length;
use super::super::{Join, Think};
use super::Answer;
use crate::json::{Split, Text};
use crate::message::FinishReason;

impl Answer {
    /// Whether there is room for more text; if not, the answer ends here.
    #[inline(always)]
    pub(super) fn fits(&mut self, more: Text<'_>) -> bool {
        let bytes = self.text.text.len() + self.reasoning.text.len() + self.calls.input_bytes;
        let room = self.max_bytes().saturating_sub(bytes);
        !self.bounds.over && (more.raw().len() <= room || self.fits_read(more, room))
    }

    /// The same, without the escapes, which are longer than the characters that they stand for.
    #[cold]
    #[inline(never)]
    fn fits_read(&mut self, more: Text<'_>, room: usize) -> bool {
        let fits = more.read().len() <= room;
        self.bounds.over |= !fits;
        self.progress.ended |= !fits;
        fits
    }

    /// The next response continues the text so far: either because the text is the last turn of the request (`is_last_turn`),
    /// without white space at its end, or because the request tells the model to.
    pub(crate) fn go_on(&mut self, is_last_turn: bool) {
        self.held_back.repetition = Some(Box::new(Held::new(self.turn_text(), is_last_turn)));
        self.starts.begins_part = true;
    }

    pub(super) fn take_text(&mut self, text: Text<'_>) {
        if self.progress.ended {
            return;
        }
        let Some(mut think) = self.held_back.think.take() else { return self.take_piece(false, text) };
        // Text that is held back is a sign of life, too.
        self.progress.content += 1;
        self.sources.hear(text);
        if think.push(text, &mut |thought, piece| self.take_piece(thought, piece)) {
            self.sources.tell_apart(&self.text.text);
        } else {
            self.held_back.think = Some(think);
        }
    }

    /// Takes a piece of the reasoning (if `thought`) or of the text.
    pub(super) fn take_piece(&mut self, thought: bool, text: Text<'_>) {
        if thought {
            return self.take_reasoning(text);
        }
        if !self.fits(text) {
            return;
        }
        let Some(mut held) = self.held_back.repetition.take() else {
            self.bring();
            let added = self.text.append(text);
            self.add_text(added);
            return;
        };
        self.progress.content += 1;
        match held.push(text, self.turn_text()) {
            Some(join) => self.add_new(&held, join),
            None => self.held_back.repetition = Some(held),
        }
    }

    /// Takes the whole text of the response so far, of which only the end is new.
    pub(super) fn take_text_so_far(&mut self, whole: Text<'_>) {
        // Text that is held back cannot be compared.
        if self.progress.ended
            || (self.held_back.repetition.is_some() && self.progress.content > self.starts.response.content)
        {
            return;
        }
        let (mut text, mut thought) = (String::new(), String::new());
        let mut think = self.starts.response.may_think.then(Box::<Think>::default);
        let is_text = think.as_mut().is_none_or(|think| {
            think.push(whole, &mut |is_thought, piece| {
                piece.append_to(if is_thought { &mut thought } else { &mut text }, &mut Split::default());
            })
        });
        if think.is_none() {
            text = whole.read();
        }
        let so_far = self.text.text.get(self.starts.response.text..).unwrap_or_default();
        let Some(rest) = text.strip_prefix(so_far) else { return };
        self.take_thought_so_far(&thought);
        if !rest.is_empty() {
            self.take_piece(false, Text::verbatim(rest.as_bytes()));
        }
        if think.is_some() {
            self.sources.hear_again(whole);
            self.sources.tell_apart(&self.text.text);
        }
        self.held_back.think = think.filter(|_| !is_text);
    }

    /// Takes the whole reasoning of the response so far, of which only the end is new.
    pub(super) fn take_thought_so_far(&mut self, whole: &str) {
        let so_far = self.reasoning.text.get(self.starts.response.reasoning..).unwrap_or_default();
        // A blank line separates it from the reasoning of the response before.
        let so_far =
            if self.starts.response.reasoning > 0 { so_far.strip_prefix("\n\n").unwrap_or(so_far) } else { so_far };
        if let Some(rest) = whole.strip_prefix(so_far).filter(|rest| !rest.is_empty()) {
            self.take_reasoning(Text::verbatim(rest.as_bytes()));
        }
    }

    pub(super) fn take_reasoning(&mut self, text: Text<'_>) {
        if !self.fits(text) {
            return;
        }
        self.bring();
        let mut added = Length::default();
        if std::mem::take(&mut self.starts.begins_part) {
            added = self.reasoning.separate();
        }
        added.grow(self.reasoning.append(text));
        self.chunks.add(Kind::Reasoning, added);
    }

    /// The response is over: what is held back because it may be a tag is text. Reasoning without a closing tag is
    /// delivered as text, too, so that no answer is empty. The exceptions are a response that was `cut`, and one that
    /// calls tools.
    pub(super) fn stop_thinking(&mut self, cut: bool) {
        let Some(mut think) = self.held_back.think.take() else { return };
        let unclosed = think.end(&mut |thought, piece| self.take_piece(thought, piece));
        if let Some(length) = unclosed.filter(|_| !cut && !self.calls_tools()) {
            let from = self.reasoning.text.len().saturating_sub(length);
            let text = self.reasoning.text.get(from..).unwrap_or_default().to_owned();
            self.take_piece(false, Text::verbatim(text.as_bytes()));
        }
        self.sources.tell_apart(&self.text.text);
    }

    /// Whether text is held back because it may repeat the answer.
    pub(in crate::response) fn is_holding(&self) -> bool {
        self.held_back.repetition.is_some()
    }

    /// No more text follows, or the wait for it is over: delivers the text that is held back, without what repeats the
    /// answer.
    pub(crate) fn settle(&mut self) {
        if let Some(mut held) = self.held_back.repetition.take() {
            let join = held.end(self.turn_text());
            self.add_new(&held, join);
        }
    }

    /// Adds what was held back, without what repeats the answer.
    fn add_new(&mut self, held: &Held, join: Join) {
        self.sources.skip(held.dropped(join));
        self.sources.glue(join.glue);
        let added = self.text.go_on(held.rest(join));
        self.progress.is_new |= added.units > 0;
        self.add_text(added);
    }

    /// Queues text that was `added`, and cuts it off at the caller's limit.
    pub(super) fn add_text(&mut self, mut added: Length) {
        if let Some(max) = self.bounds.max_units.filter(|max| self.text.units > *max) {
            added = added.without(self.text.cut(max));
            self.progress.finish = Some((FinishReason::Limit, String::new()));
            self.progress.ended = true;
        }
        self.chunks.add(Kind::Text, added);
    }
}
