//! OpenAI Responses.
//!
//! - Request: <https://platform.openai.com/docs/api-reference/responses/create>
//! - Stream: <https://platform.openai.com/docs/api-reference/responses-streaming>
//! - Whole: <https://platform.openai.com/docs/api-reference/responses/object>
//! - Tools and their calls: <https://platform.openai.com/docs/guides/function-calling?api-mode=responses>; JSON:
//!   <https://platform.openai.com/docs/guides/structured-outputs?api-mode=responses>
//! - Images: <https://platform.openai.com/docs/guides/images-vision?api-mode=responses>; files:
//!   <https://platform.openai.com/docs/guides/file-inputs?api-mode=responses>
//! - Citations: <https://platform.openai.com/docs/guides/tools-web-search>; files that were found:
//!   <https://platform.openai.com/docs/guides/tools-file-search>; images that were made:
//!   <https://platform.openai.com/docs/guides/tools-image-generation>; Perplexity's results:
//!   <https://docs.perplexity.ai/docs/cookbook/articles/streaming-citations/README>
//!
//! Reasoning items go back before the calls that they led to, as "we highly recommend":
//! <https://platform.openai.com/docs/guides/reasoning#keeping-reasoning-items-in-context>. So that they can be read where
//! nothing is stored, they are asked for with their encrypted content, which other models than those that reason refuse.
//!
//! A text comes up to four times: in deltas, at the end of its part, at the end of its item, and in the response that
//! ends the stream. Some servers leave out the first, or all but the last; it is handed on once, when it first comes. An annotation
//! comes as often, and is handed on each time: the answer keeps one of them.

use super::base64::Base64;
use super::cite::{annotate, cite_results, file_of, image_type, sniffed};
use super::fault::{error_in, is_error, plain_error, unknown};
use super::read::{raw, say, usage};
use super::schema::is_strict;
use super::select::is_reasoning_model;
use super::write::{input, list_tools, name_of, options, result, turn, turn_in_parts, url_of};
use super::{provider_error, Auth, Decode, Framing, OnDelta, Prompt, Wire};
use crate::error::Error;
use crate::json::{pick, Found, Text, Value, Want, Wants, Writer};
use crate::message::{Attachment, AttachmentSource, Delta, FinishReason, Message, Role};
use crate::wire::Frame;

pub(super) const WIRE: Wire = Wire {
    name: "openai-responses",
    schemes: &[("openai-responses", None)],
    base_url: Some("https://api.openai.com/v1"),
    framing: Framing::Sse,
    auth: Auth::Bearer,
    headers: &[],
    whole: true,
    prefill: false,
    optional: &[INCLUDE, REASONING],
    idle: &[r#""sequence_number":"#, r#""obfuscation":""#],
    ends: &["response.completed"],
    plain_text: false,
    tools: true,
    media: &[("image/", true), ("application/", true), ("text/", true)],
    think_tags: false,
    path: |_| "/responses".to_owned(),
    body,
    decoder: || Box::<Responses>::default(),
};

fn body(prompt: &Prompt<'_>, json: &mut Writer) {
    json.add("{");
    json.text("model", prompt.model);
    if !prompt.instructions.is_empty() {
        json.text("instructions", prompt.instructions);
    }
    json.add(r#""input":["#);
    let asked = prompt.messages.iter().rposition(|message| message.role == Role::User);
    for (place, message) in prompt.messages.iter().enumerate() {
        let attached = prompt.attached(message);
        if attached.is_empty() {
            // What was thought of an earlier question is not used any more.
            items(message, asked < Some(place) && prompt.sends(REASONING), json);
        } else {
            attachments(message, attached, json);
        }
    }
    json.add("]");
    // Unless it is told not to, the server makes every argument a required one.
    list_tools(prompt.tools, [r#"{"type":"function""#, "parameters", r#""strict":false}"#], json);
    if let Some(answer) = prompt.schema {
        schema(answer, json);
    }
    let reasons = is_reasoning_model(prompt.model) && !prompt.model.contains("-chat");
    if reasons && !prompt.tools.is_empty() && prompt.sends(INCLUDE) {
        json.add(r#""include":["reasoning.encrypted_content"]"#);
    }
    options(prompt, "max_output_tokens", json);
    if prompt.stream {
        json.add(r#""stream":true"#);
    }
    json.add("}");
}

fn schema(schema: &Value, json: &mut Writer) {
    json.add(r#""text":{"format":{"type":"json_schema","name":"answer""#);
    json.key("schema");
    schema.write(json);
    json.member("strict", if is_strict(schema) { "true" } else { "false" });
    json.add("}}");
}

fn attachments(message: &Message, attached: &[Attachment], json: &mut Writer) {
    turn_in_parts(message, attached, "input_text", part, json);
}

fn part(attachment: &Attachment, json: &mut Writer) {
    if attachment.media_type.starts_with("image/") {
        json.add(r#""type":"input_image""#);
        json.text("image_url", &url_of(attachment));
        return;
    }
    json.add(r#""type":"input_file""#);
    if let AttachmentSource::Url(url) = &attachment.source {
        json.text("file_url", url);
    } else {
        json.text("filename", name_of(attachment));
        json.text("file_data", &url_of(attachment));
    }
}

const INCLUDE: &str = "include";

/// A turn is one item for its words and one for each call, before which stand those of its reasoning if `with_reasoning`.
fn items(message: &Message, with_reasoning: bool, json: &mut Writer) {
    if let (Role::Tool, Some(id)) = (message.role, &message.tool_call_id) {
        json.add(r#"{"type":"function_call_output""#);
        json.text("call_id", id);
        json.text("output", &result(message));
        json.add("}");
        return;
    }
    let extras: Vec<_> = message
        .tool_calls
        .iter()
        .map(|call| Value::parse(call.extra.as_bytes()).ok().filter(|_| with_reasoning).unwrap_or(Value::object()))
        .collect();
    let reasoning = |extra: Option<&Value>, json: &mut Writer| {
        extra.map_or(&[][..], |extra| extra.list(REASONING)).iter().for_each(|item| item.write(json));
    };
    // What the model says before a call it says behind its reasoning.
    reasoning(extras.first(), json);
    if !message.content.is_empty() || message.tool_calls.is_empty() {
        turn(message.role, &message.content, json);
    }
    for (place, (call, extra)) in message.tool_calls.iter().zip(&extras).enumerate() {
        if place > 0 {
            reasoning(Some(extra), json);
        }
        json.add(r#"{"type":"function_call""#);
        if let Some(id) = extra.text("id") {
            json.text("id", id);
        }
        json.text("call_id", &call.id);
        json.text("name", &call.name);
        json.text("arguments", &input(call));
        json.add("}");
    }
}

#[derive(Debug, Default)]
struct Responses {
    /// The items that have been mentioned.
    seen: Vec<Seen>,
    /// The parts of which text has come.
    said: Vec<Said>,
    /// The part of which text came last.
    last: Option<Said>,
    /// The reasoning items since the last call, as they go back.
    reasoning: Vec<Value>,
    /// How many calls there are, of all responses.
    calls: usize,
    /// How many parts of the answer's text the responses before had.
    earlier_parts: usize,
    /// The ids of the images that have come, as they stand in JSON.
    images: Vec<Vec<u8>>,
    audio: Base64,
    refused: bool,
    /// The response has come to its end.
    finished: bool,
}

#[derive(Debug)]
struct Seen {
    index: Option<u64>,
    /// As it stands in JSON.
    id: Vec<u8>,
    /// The number of the call that it is.
    call: Option<usize>,
    /// Some of the call's arguments have come.
    fed: bool,
    ended: bool,
    /// It is among the reasoning that goes back.
    kept: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Said {
    item: usize,
    words: Words,
    part: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    Answer,
    Reasoning,
    Summary,
}

/// How an event says which item it belongs to.
#[derive(Clone, Copy)]
struct Mention<'a> {
    index: Option<u64>,
    /// As it stands in JSON; empty where there is none.
    id: &'a [u8],
}

/// What an event is about.
#[derive(Clone, Copy)]
enum About {
    Words(Words),
    Arguments,
    Annotation,
    Results,
    Audio,
    Item,
    Beginning,
    End,
    Nothing,
}

/// What follows `response.` in the types of events.
const EVENTS: &[(&[u8], About)] = &[
    (b"output_text.delta", About::Words(Words::Answer)),
    (b"output_text.done", About::Words(Words::Answer)),
    (b"refusal.delta", About::Words(Words::Answer)),
    (b"refusal.done", About::Words(Words::Answer)),
    (b"reasoning_text.delta", About::Words(Words::Reasoning)),
    (b"reasoning_text.done", About::Words(Words::Reasoning)),
    (b"reasoning_summary_text.delta", About::Words(Words::Summary)),
    (b"reasoning_summary_text.done", About::Words(Words::Summary)),
    (b"output_text.annotation.added", About::Annotation),
    (b"reasoning.search_results", About::Results),
    // The words of a sound are the answer's text.
    (b"audio.transcript.delta", About::Words(Words::Answer)),
    (b"audio.transcript.done", About::Nothing),
    (b"audio.delta", About::Audio),
    (b"audio.done", About::Audio),
    (b"function_call_arguments.delta", About::Arguments),
    (b"function_call_arguments.done", About::Arguments),
    (b"output_item.added", About::Item),
    (b"output_item.done", About::Item),
    (b"completed", About::End),
    (b"incomplete", About::End),
    (b"failed", About::End),
    (b"created", About::Beginning),
    (b"queued", About::Nothing),
    (b"in_progress", About::Nothing),
    (b"content_part.added", About::Nothing),
    (b"content_part.done", About::Nothing),
    (b"reasoning_summary_part.added", About::Nothing),
    (b"reasoning_summary_part.done", About::Nothing),
];

const EVENT: Wants = &[
    ("type", Want::Value(0)),
    ("item_id", Want::Value(1)),
    ("output_index", Want::Value(2)),
    ("content_index", Want::Value(3)),
    ("summary_index", Want::Value(3)),
    ("delta", Want::Value(4)),
    // What the deltas of a part come to.
    ("text", Want::Value(5)),
    ("refusal", Want::Value(5)),
    ("arguments", Want::Value(5)),
    ("item", Want::Value(6)),
    ("response", Want::Value(7)),
    ("error", Want::Value(8)),
    ("annotation", Want::Value(9)),
    ("results", Want::Value(10)),
];

const ITEM: Wants = &[
    ("type", Want::Value(0)),
    ("id", Want::Value(1)),
    ("call_id", Want::Value(2)),
    ("name", Want::Value(3)),
    ("arguments", Want::Value(4)),
    ("content", Want::Value(5)),
    ("summary", Want::Value(6)),
    // An image that was made.
    ("result", Want::Value(7)),
    ("output_format", Want::Value(8)),
    // What a search found: in files, or in the web.
    ("results", Want::Value(9)),
    ("action", Want::In(&[("sources", Want::Value(9))])),
];

type Item<'a> = [Found<'a>; 10];

/// A part of a message or of reasoning. The words of a sound are text.
const PART: Wants = &[
    ("text", Want::Value(0)),
    ("transcript", Want::Value(0)),
    ("refusal", Want::Value(1)),
    ("annotations", Want::Value(2)),
    ("data", Want::Value(3)),
];

/// The response itself: the end of a stream, or all there is without one.
const RESPONSE: Wants = &[
    ("status", Want::Value(0)),
    ("incomplete_details", Want::In(&[("reason", Want::Value(1))])),
    ("output", Want::Value(2)),
    ("error", Want::Value(3)),
    ("usage", Want::In(USAGE)),
];

/// The output's tokens include those of reasoning.
const USAGE: Wants = &[
    ("input_tokens", Want::Value(4)),
    ("output_tokens", Want::Value(5)),
    ("total_tokens", Want::Value(6)),
    ("output_tokens_details", Want::In(&[("reasoning_tokens", Want::Value(7))])),
    ("input_tokens_details", Want::In(&[("cached_tokens", Want::Value(8))])),
];

impl Decode for Responses {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        plain_error(&frame)?;
        let data = frame.data.trim_ascii();
        if !self.event(data, frame.event, out)? {
            return unknown(frame, out);
        }
        Ok(())
    }

    fn whole(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let mut response = [Found::Nothing; 9];
        pick(body, RESPONSE, &mut response)?;
        let [_, _, output, error, ..] = &response;
        if !output.is_there() && !is_error(error) {
            return Err(Error::protocol("the response has no output"));
        }
        self.finish(&response, out)?;
        out(Delta::End);
        Ok(())
    }
}

impl Responses {
    /// Takes an event. `name` is its type as SSE has it, for servers that do not repeat it inside. False for one that
    /// means nothing here.
    fn event(&mut self, data: &[u8], name: &[u8], out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let mut found = [Found::Nothing; 11];
        pick(data, EVENT, &mut found)?;
        let [kind, id, index, part, delta, whole, item, response, error, annotation, results] = &found;
        let kind = if let Found::Text(text) = kind { text.raw() } else { name };
        let Some(kind) = kind.strip_prefix(b"response.") else {
            if kind != b"error" && !is_error(error) {
                return Ok(false);
            }
            // Documented flat; what comes is nested. Gateways send the bare object.
            return Err(error_in(data));
        };
        let Some((_, about)) = EVENTS.iter().find(|(known, _)| *known == kind) else { return Ok(false) };
        let ends = kind.ends_with(b".done");
        let mention = Mention { index: index.unsigned(), id: raw(id) };
        match *about {
            About::Words(words) => {
                self.refused |= kind.starts_with(b"refusal.");
                let part =
                    Said { item: self.find_or_open(mention, 1), words, part: part.unsigned().unwrap_or_default() };
                // The end of a part says it whole again.
                if !ends {
                    self.say(part, delta, out);
                } else if !self.said.contains(&part) {
                    self.say(part, whole, out);
                }
            }
            // Arguments of a call that has not begun come whole with the end of its item.
            About::Arguments => {
                let Some(place) = self.find(mention, 1) else { return Ok(false) };
                return Ok(self.input(place, if ends { whole } else { delta }, ends, out));
            }
            About::Annotation => {
                let part = Said {
                    item: self.find_or_open(mention, 1),
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
                let mut response: [Found<'_>; 9] = response.pick(RESPONSE);
                response[0] = Found::Text(Text::verbatim(kind));
                self.finish(&response, out)?;
            }
            About::Beginning if self.finished => {
                // Its items are others, whatever their ids and places are.
                let earlier_parts = self.earlier_parts + self.text_parts().count();
                *self = Self { calls: self.calls, earlier_parts, ..Self::default() };
                out(Delta::NextTurn);
            }
            About::Beginning | About::Nothing => {}
        }
        Ok(true)
    }

    /// The item that is meant. Some servers change its id from event to event, some give all items one index: what
    /// agrees in both counts most (3), in the index more (2) than in the id (1). Where a server gives neither, it is
    /// the last one.
    fn find(&self, mention: Mention<'_>, at_least: u8) -> Option<usize> {
        let neither = u8::from(mention.index.is_none() && mention.id.is_empty());
        let (mut found, mut most) = (None, at_least);
        for (place, seen) in self.seen.iter().enumerate() {
            let same_index = mention.index.is_some() && seen.index == mention.index;
            let same_id = !mention.id.is_empty() && seen.id == mention.id;
            let agrees = neither | (u8::from(same_index) << 1) | u8::from(same_id);
            if agrees >= most {
                (found, most) = (Some(place), agrees);
            }
        }
        found
    }

    fn find_or_open(&mut self, mention: Mention<'_>, at_least: u8) -> usize {
        if let Some(place) = self.find(mention, at_least) {
            return place;
        }
        let Mention { index, id } = mention;
        self.seen.push(Seen { index, id: id.to_vec(), call: None, fed: false, ended: false, kept: false });
        self.seen.len() - 1
    }

    fn say(&mut self, part: Said, text: &Found<'_>, out: &mut OnDelta<'_>) {
        if text.text().is_none() {
            return;
        }
        let thought = part.words != Words::Answer;
        if self.last != Some(part) {
            self.last = Some(part);
            if thought {
                out(Delta::ReasoningPart);
            }
            if !self.said.contains(&part) {
                if !thought && self.earlier_parts + self.text_parts().count() > 0 {
                    out(Delta::TextPart);
                }
                self.said.push(part);
            }
        }
        say(text, thought, out);
    }

    /// The parts of the answer's text, in the order in which they have come.
    fn text_parts(&self) -> impl Iterator<Item = &Said> {
        self.said.iter().filter(|said| said.words == Words::Answer)
    }

    /// The number of a part of the answer's text: the next one's for a part of which no text has come.
    fn text_part(&self, part: Said) -> usize {
        let place = self.text_parts().position(|said| *said == part);
        self.earlier_parts + place.unwrap_or_else(|| self.text_parts().count())
    }

    fn end_audio(&mut self, out: &mut OnDelta<'_>) {
        let kind = sniffed(self.audio.text().as_bytes(), "audio/pcm");
        if let Some(file) = self.audio.end(kind) {
            out(Delta::File(file));
        }
    }

    /// Takes what is no words of an item that has ended. False for an item that means more than that.
    fn take_finds(&mut self, item: &Item<'_>, out: &mut OnDelta<'_>) -> bool {
        let [kind, id, .., result, format, results] = item;
        cite_results(results, out);
        if !kind.says("image_generation_call") {
            return kind.says("search_results");
        }
        if let Some(file) = file_of(&image_type(format), result) {
            let id = raw(id);
            if id.is_empty() || !self.images.iter().any(|known| known == id) {
                self.images.push(id.to_vec());
                out(Delta::File(file));
            }
        }
        true
    }

    /// Whether anything has been said aloud, or thought; of any item, or of this one.
    fn has_said(&self, thought: bool, item: Option<usize>) -> bool {
        let same = |said: &Said| (said.words != Words::Answer) == thought && item.is_none_or(|item| said.item == item);
        self.said.iter().any(same)
    }

    /// Takes arguments of a call: more of them, or at its end the whole, if they have not come in pieces. False for an
    /// item that is no call.
    fn input(&mut self, place: usize, text: &Found<'_>, ends: bool, out: &mut OnDelta<'_>) -> bool {
        let Some(Seen { call: Some(call), fed, ended, .. }) = self.seen.get_mut(place) else { return false };
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

    /// Takes an item that begins or ends. False for one that means nothing here.
    fn item(&mut self, index: Option<u64>, found: &Found<'_>, ends: bool, out: &mut OnDelta<'_>) -> bool {
        let item: Item<'_> = found.pick(ITEM);
        let [kind, id, ..] = &item;
        if !["message", REASONING, FUNCTION_CALL].iter().any(|known| kind.says(known)) {
            return self.take_finds(&item, out);
        }
        // One that begins is another one, unless it agrees in both.
        let place = self.find_or_open(Mention { index, id: raw(id) }, if ends { 1 } else { 3 });
        self.take(place, &item, ends, out);
        if ends && kind.says(REASONING) {
            self.keep(place, found);
        }
        true
    }

    /// Keeps a reasoning item, which is complete, for the call that follows.
    fn keep(&mut self, place: usize, item: &Found<'_>) {
        let Some(seen) = self.seen.get_mut(place).filter(|seen| !seen.kept) else { return };
        seen.kept = true;
        if let Value::Object(mut members) = Value::from(item) {
            // The server refuses what it has left empty itself.
            members.retain(|(name, value)| name != "status" && !value.is_null());
            self.reasoning.push(Value::Object(members));
        }
    }

    /// What goes back with a call: the reasoning before it, and its id, by which that is known to belong to it.
    fn take_reasoning(&mut self, id: &Found<'_>) -> String {
        if self.reasoning.is_empty() {
            return String::new();
        }
        let extra = Value::object().with(REASONING, std::mem::take(&mut self.reasoning));
        if id.text().is_some() { extra.with("id", id.to_text()) } else { extra }.to_json()
    }

    /// Hands on what has not yet come of an item.
    fn take(&mut self, place: usize, item: &Item<'_>, ends: bool, out: &mut OnDelta<'_>) {
        let [kind, id, call_id, name, arguments, content, summary, ..] = item;
        if kind.says(FUNCTION_CALL) {
            let is_new = self.seen.get(place).is_some_and(|seen| seen.call.is_none());
            let extra = if is_new { self.take_reasoning(id) } else { String::new() };
            if let Some(seen) = self.seen.get_mut(place).filter(|seen| seen.call.is_none()) {
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
            let mut part = Said { item: place, words, part: 0 };
            if !has_come {
                // A string is a part by itself.
                self.say(part, parts, out);
            }
            for found in parts.items() {
                let [text, refusal, annotations, data] = &found.pick(PART);
                self.refused |= matches!(refusal, Found::Text(_));
                if !has_come {
                    self.say(part, text, out);
                    self.say(part, refusal, out);
                    if let Some(file) = file_of(sniffed(raw(data), "audio/pcm"), data) {
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

    /// The terminal, which says everything again. What has come of a kind has come whole; matching the rest item by
    /// item is nothing to rely on, since not all servers keep their ids and places.
    fn finish(&mut self, response: &[Found<'_>; 9], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let [status, reason, output, error, tokens @ ..] = response;
        usage(tokens, out);
        if status.says("failed") || is_error(error) {
            return Err(provider_error(&error.into()));
        }
        let answered = self.has_said(false, None);
        // Its parts are those that have come, in this order.
        let mut parts = self.earlier_parts;
        let thought = self.has_said(true, None);
        let called = self.calls > 0;
        for found in output.items() {
            let item: Item<'_> = found.pick(ITEM);
            let [kind, id, ..] = &item;
            let mention = Mention { index: None, id: raw(id) };
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
                // Of the calls, those that were announced may lack their arguments.
                !kind.says(FUNCTION_CALL) || (called && (mention.id.is_empty() || self.find(mention, 1).is_none()))
            };
            if !has_come {
                // Without an id it is none of those before.
                let place = self.find_or_open(mention, if mention.id.is_empty() { 3 } else { 1 });
                self.take(place, &item, true, out);
                if kind.says(REASONING) {
                    self.keep(place, &found);
                }
            }
        }
        for place in 0..self.seen.len() {
            self.input(place, &Found::Nothing, true, out);
        }
        self.end_audio(out);
        let raw = if reason.text().is_some() { reason } else { status }.to_text();
        out(Delta::Finish { reason: self.reason(&raw), raw });
        self.finished = true;
        // Behind a turn that calls tools, those of another may have been appended, that knows what they came to.
        out(if self.calls > 0 { Delta::EndOfTurn } else { Delta::End });
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

const FUNCTION_CALL: &str = "function_call";
const REASONING: &str = "reasoning";

/// Hands on the annotations of a message's parts, the first of which has this number. Gives the number of the next part.
fn annotate_all(message: &Item<'_>, mut number: usize, out: &mut OnDelta<'_>) -> usize {
    let [.., content, _, _, _, _] = message;
    for part in content.items() {
        let [text, refusal, annotations, _] = &part.pick(PART);
        for annotation in annotations.items() {
            annotate(&annotation, number, out);
        }
        number += usize::from(text.text().is_some() || refusal.text().is_some());
    }
    number
}
