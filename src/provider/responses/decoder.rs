//! Reading a response.

use super::events::{About, Event, Item, Part, Response, EVENT, EVENTS, ITEM, PART, RESPONSE, USAGE};
use super::items::{ContentPart, Items, Mention, Seen, Words};
use super::{FUNCTION_CALL, REASONING};
use crate::error::Error;
use crate::json::{RawValue, Select, Text, Value};
use crate::message::{Delta, FinishReason};
use crate::provider::base64::Base64;
use crate::provider::cite::{annotate, cite_results, file_of, image_type, sniffed};
use crate::provider::errors::{error_in, is_error, plain_error, unknown};
use crate::provider::read::{raw, say, usage};
use crate::provider::{provider_error, Decode, OnDelta};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Responses {
    items: Items,
    /// The parts whose text has begun to arrive.
    parts: Vec<ContentPart>,
    /// The part whose text arrived last.
    last: Option<ContentPart>,
    /// The reasoning items since the last call, as they are sent back.
    reasoning: Vec<Value>,
    /// How many calls there are, of all responses.
    calls: usize,
    /// How many parts the answer's text had in earlier responses.
    earlier_parts: usize,
    /// The ids of the images that have arrived, as they are in JSON.
    images: Vec<Vec<u8>>,
    audio: Base64,
    refused: bool,
    /// Whether the response has ended.
    finished: bool,
}

impl Decode for Responses {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        plain_error(&frame)?;
        let data = frame.data.trim_ascii();
        if !self.event(data, frame.event, out)? {
            return unknown(frame, out);
        }
        Ok(())
    }

    fn response(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let mut response = Response::default();
        response.select(body, RESPONSE)?;
        if !response.output.is_there() && !is_error(&response.error) {
            return Err(Error::protocol("the response has no output"));
        }
        self.finish(&response, out)?;
        out(Delta::End);
        Ok(())
    }
}

impl Responses {
    /// Takes an event. `name` is its type from SSE, for servers that do not repeat it inside. False for an event
    /// without a meaning here.
    fn event(&mut self, data: &[u8], name: &[u8], out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let mut event = Event::default();
        event.select(data, EVENT)?;
        let Event { kind, item_id, output_index, part, delta, complete, .. } = &event;
        let Event { item, response, error, annotation, results, .. } = &event;
        let kind = if let RawValue::Text(text) = kind { text.raw() } else { name };
        let Some(kind) = kind.strip_prefix(b"response.") else {
            if kind != b"error" && !is_error(error) {
                return Ok(false);
            }
            // Documented as flat, but really nested. Gateways send only the inner object.
            return Err(error_in(data));
        };
        let Some((_, about)) = EVENTS.iter().find(|(known, _)| *known == kind) else { return Ok(false) };
        let ends = kind.ends_with(b".done");
        let mention = Mention::of(output_index.unsigned(), item_id);
        match *about {
            About::Words(words) => {
                self.refused |= kind.starts_with(b"refusal.");
                let part = ContentPart {
                    item: self.items.find_or_open(mention, 1),
                    words,
                    part: part.unsigned().unwrap_or_default(),
                };
                // The end of a part repeats its whole text.
                if !ends {
                    self.say(part, delta, out);
                } else if !self.parts.contains(&part) {
                    self.say(part, complete, out);
                }
            }
            // Arguments of a call that has not begun arrive complete with the end of its item.
            About::Arguments => {
                let Some(place) = self.items.find(mention, 1) else { return Ok(false) };
                return Ok(self.input(place, if ends { complete } else { delta }, ends, out));
            }
            About::Annotation => {
                let part = ContentPart {
                    item: self.items.find_or_open(mention, 1),
                    words: Words::Answer,
                    part: part.unsigned().unwrap_or_default(),
                };
                return Ok(annotate(annotation, self.text_part(part), out));
            }
            About::Results => cite_results(results, out),
            About::Audio if ends => self.end_audio(out),
            About::Audio => self.audio.push(raw(delta)),
            About::Item => return Ok(self.item(mention.index, item, ends, out)),
            About::End => {
                let mut response: Response<'_> = response.select(RESPONSE);
                response.status = RawValue::Text(Text::verbatim(kind));
                self.finish(&response, out)?;
            }
            About::Beginning if self.finished => {
                // Its items are new ones, whatever their ids and places are.
                let earlier_parts = self.earlier_parts + self.text_parts().count();
                *self = Self { calls: self.calls, earlier_parts, ..Self::default() };
                out(Delta::NextTurn);
            }
            About::Beginning | About::Nothing => {}
        }
        Ok(true)
    }

    fn say(&mut self, part: ContentPart, text: &RawValue<'_>, out: &mut OnDelta<'_>) {
        if text.text().is_none() {
            return;
        }
        let thought = part.words != Words::Answer;
        if self.last != Some(part) {
            self.last = Some(part);
            if thought {
                out(Delta::ReasoningPart);
            }
            if !self.parts.contains(&part) {
                if !thought && self.earlier_parts + self.text_parts().count() > 0 {
                    out(Delta::TextPart);
                }
                self.parts.push(part);
            }
        }
        say(text, thought, out);
    }

    /// The parts of the answer's text, in order of arrival.
    fn text_parts(&self) -> impl Iterator<Item = &ContentPart> {
        self.parts.iter().filter(|part| part.words == Words::Answer)
    }

    /// The number of a part of the answer's text; the next number, if the part has no text yet.
    fn text_part(&self, part: ContentPart) -> usize {
        let place = self.text_parts().position(|known| *known == part);
        self.earlier_parts + place.unwrap_or_else(|| self.text_parts().count())
    }

    fn end_audio(&mut self, out: &mut OnDelta<'_>) {
        let kind = sniffed(self.audio.text().as_bytes(), "audio/pcm");
        if let Some(file) = self.audio.end(kind) {
            out(Delta::File(file));
        }
    }

    /// Takes what a finished item contains besides text. False if the item means more than that.
    fn take_finds(&mut self, item: &Item<'_>, out: &mut OnDelta<'_>) -> bool {
        let Item { kind, id, image, image_format, results, .. } = item;
        cite_results(results, out);
        if !kind.says("image_generation_call") {
            return kind.says("search_results");
        }
        if let Some(file) = file_of(&image_type(image_format), image) {
            let id = raw(id);
            if id.is_empty() || !self.images.iter().any(|known| known == id) {
                self.images.push(id.to_vec());
                out(Delta::File(file));
            }
        }
        true
    }

    /// Whether there has been any text, or any reasoning: from any item, or from this one.
    fn has_said(&self, thought: bool, item: Option<usize>) -> bool {
        let same =
            |part: &ContentPart| (part.words != Words::Answer) == thought && item.is_none_or(|item| part.item == item);
        self.parts.iter().any(same)
    }

    /// Takes arguments of a call: more of them, or at its end all of them, if they have not arrived in pieces. False
    /// for an item that is not a call.
    fn input(&mut self, place: usize, text: &RawValue<'_>, ends: bool, out: &mut OnDelta<'_>) -> bool {
        let Some(Seen { call: Some(call), fed, ended, .. }) = self.items.0.get_mut(place) else { return false };
        if *ended {
            return true;
        }
        if let Some(text) = text.text().filter(|_| !(ends && *fed)) {
            *fed = true;
            out(Delta::ToolInput { call: *call, text });
        }
        if ends {
            *ended = true;
            out(Delta::ToolEnd { call: *call });
        }
        true
    }

    /// Takes an item that begins or ends. False for an item without a meaning here.
    fn item(&mut self, index: Option<u64>, found: &RawValue<'_>, ends: bool, out: &mut OnDelta<'_>) -> bool {
        let item: Item<'_> = found.select(ITEM);
        let Item { kind, id, .. } = &item;
        if !["message", REASONING, FUNCTION_CALL].iter().any(|known| kind.says(known)) {
            return self.take_finds(&item, out);
        }
        // An item that begins is a new one, unless both its id and its index are known.
        let place = self.items.find_or_open(Mention::of(index, id), if ends { 1 } else { 3 });
        self.take(place, &item, ends, out);
        if ends && kind.says(REASONING) {
            self.keep(place, found);
        }
        true
    }

    /// Keeps a reasoning item, which is complete, for the call that follows.
    fn keep(&mut self, place: usize, item: &RawValue<'_>) {
        let Some(seen) = self.items.0.get_mut(place).filter(|seen| !seen.kept) else { return };
        seen.kept = true;
        if let Value::Object(mut members) = Value::from(item) {
            // The server refuses its own empty members.
            members.retain(|(name, value)| name != "status" && !value.is_null());
            self.reasoning.push(Value::Object(members));
        }
    }

    /// What is sent back with a call: the reasoning before it, and its id, which shows that they belong together.
    fn take_reasoning(&mut self, id: &RawValue<'_>) -> String {
        if self.reasoning.is_empty() {
            return String::new();
        }
        let extra = Value::object().with(REASONING, std::mem::take(&mut self.reasoning));
        if id.text().is_some() { extra.with("id", id.to_text()) } else { extra }.to_json()
    }

    /// Hands on what has not yet arrived of an item.
    fn take(&mut self, place: usize, item: &Item<'_>, ends: bool, out: &mut OnDelta<'_>) {
        let Item { kind, id, call_id, name, arguments, content, summary, .. } = item;
        if kind.says(FUNCTION_CALL) {
            let is_new = self.items.0.get(place).is_some_and(|seen| seen.call.is_none());
            let extra = if is_new { self.take_reasoning(id) } else { String::new() };
            if let Some(seen) = self.items.0.get_mut(place).filter(|seen| seen.call.is_none()) {
                let call = self.calls;
                self.calls += 1;
                seen.call = Some(call);
                let id = if call_id.text().is_some() { call_id } else { id };
                out(Delta::ToolStart { call, id: id.to_text(), name: name.to_text(), extra });
            }
            if ends {
                self.input(place, arguments, true, out);
            }
            return;
        }
        if !ends {
            return;
        }
        let thought = kind.says(REASONING);
        let has_come = self.has_said(thought, Some(place));
        let words = if thought { Words::Reasoning } else { Words::Answer };
        for (words, parts) in [(Words::Summary, summary), (words, content)] {
            let mut part = ContentPart { item: place, words, part: 0 };
            if !has_come {
                // A string is a part itself.
                self.say(part, parts, out);
            }
            for found in parts.items() {
                let Part { text, refusal, annotations, sound } = &found.select(PART);
                self.refused |= matches!(refusal, RawValue::Text(_));
                if !has_come {
                    self.say(part, text, out);
                    self.say(part, refusal, out);
                    if let Some(file) = file_of(sniffed(raw(sound), "audio/pcm"), sound) {
                        out(Delta::File(file));
                    }
                }
                let number = self.text_part(part);
                for annotation in annotations.items() {
                    annotate(&annotation, number, out);
                }
                part.part += 1;
            }
        }
    }

    /// The terminal, which repeats everything. If anything of a kind has arrived, all of that kind has arrived.
    /// Matching the rest item by item would not be reliable, because not all servers keep their ids and places.
    fn finish(&mut self, response: &Response<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let Response { status, reason, output, error, usage: tokens } = response;
        usage(&tokens.select(USAGE), out);
        if status.says("failed") || is_error(error) {
            return Err(provider_error(&error.into()));
        }
        let answered = self.has_said(false, None);
        // Its parts are those that have arrived, in this order.
        let mut parts = self.earlier_parts;
        let thought = self.has_said(true, None);
        let called = self.calls > 0;
        for found in output.items() {
            let item: Item<'_> = found.select(ITEM);
            let Item { kind, id, .. } = &item;
            let mention = Mention::of(None, id);
            let has_come = if kind.says("message") {
                if answered {
                    parts = annotate_all(&item, parts, out);
                }
                answered
            } else if ![REASONING, FUNCTION_CALL].iter().any(|known| kind.says(known)) {
                self.take_finds(&item, out);
                true
            } else if kind.says(REASONING) {
                thought
            } else {
                // Calls that were announced may lack their arguments.
                !kind.says(FUNCTION_CALL)
                    || (called && (mention.id.is_empty() || self.items.find(mention, 1).is_none()))
            };
            if !has_come {
                // An item without an id is a new one.
                let place = self.items.find_or_open(mention, if mention.id.is_empty() { 3 } else { 1 });
                self.take(place, &item, true, out);
                if kind.says(REASONING) {
                    self.keep(place, &found);
                }
            }
        }
        for place in 0..self.items.0.len() {
            self.input(place, &RawValue::Missing, true, out);
        }
        self.end_audio(out);
        let raw = if reason.text().is_some() { reason } else { status }.to_text();
        out(Delta::Finish { reason: self.reason(&raw), raw });
        self.finished = true;
        // After a turn that calls tools, the server may append another turn, which uses their results.
        out(if self.calls > 0 { Delta::EndOfResponse } else { Delta::End });
        Ok(())
    }

    fn reason(&self, raw: &str) -> FinishReason {
        match raw {
            _ if self.refused => FinishReason::ContentFilter,
            "completed" | "" if self.calls > 0 => FinishReason::ToolCalls,
            "completed" | "" => FinishReason::Stop,
            "max_output_tokens" => FinishReason::Length,
            "content_filter" => FinishReason::ContentFilter,
            _ => FinishReason::Other,
        }
    }
}

/// Hands on the annotations of a message's parts, the first of which has this number. Returns the number of the next
/// part.
fn annotate_all(message: &Item<'_>, mut number: usize, out: &mut OnDelta<'_>) -> usize {
    for part in message.content.items() {
        let Part { text, refusal, annotations, .. } = &part.select(PART);
        for annotation in annotations.items() {
            annotate(&annotation, number, out);
        }
        number += usize::from(text.text().is_some() || refusal.text().is_some());
    }
    number
}
