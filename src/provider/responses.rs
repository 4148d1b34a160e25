//! OpenAI Responses.
//!
//! - Request: <https://platform.openai.com/docs/api-reference/responses/create>
//! - Stream: <https://platform.openai.com/docs/api-reference/responses-streaming>
//! - Whole: <https://platform.openai.com/docs/api-reference/responses/object>
//! - Tool calls: <https://platform.openai.com/docs/guides/function-calling?api-mode=responses>
//!
//! A text comes up to four times: in deltas, at the end of its part, at the end of its item, and in the response that
//! ends the stream. Some servers leave out the first, or all but the last; it is handed on once, when it first comes.

mod event;

use self::event::{parts, Event, Item, Response};
use super::read::owned;
use super::{provider_error, Auth, Decode, Framing, OnDelta, Prompt, Wire};
use crate::error::Error;
use crate::json::{Scanner, Text, Value};
use crate::message::{Delta, FinishReason, Message, Role};
use crate::wire::Frame;

pub(super) const WIRE: Wire = Wire {
    name: "openai-responses",
    schemes: &[("openai-responses", None)],
    base_url: Some("https://api.openai.com/v1"),
    framing: Framing::Sse,
    auth: Auth::Bearer,
    headers: &[],
    whole: true,
    path: |_| "/responses".to_owned(),
    body,
    decoder: || Box::<Responses>::default(),
};

fn body(prompt: &Prompt<'_>) -> Value {
    let mut body = Value::object().with("model", prompt.model);
    if !prompt.instructions.is_empty() {
        body.set("instructions", prompt.instructions.into());
    }
    let mut input = Vec::new();
    for message in prompt.messages {
        input_items(message, &mut input);
    }
    body.set("input", input.into());
    if let Some(temperature) = prompt.temperature_value() {
        body.set("temperature", temperature);
    }
    if let Some(tokens) = prompt.max_tokens {
        body.set("max_output_tokens", tokens.into());
    }
    if prompt.stream {
        body.set("stream", true.into());
    }
    body
}

/// A turn is one item for its words and one for each call.
fn input_items(message: &Message, input: &mut Vec<Value>) {
    if let (Role::Tool, Some(id)) = (message.role, &message.tool_call_id) {
        let item = Value::object().with("type", "function_call_output").with("call_id", id.as_str());
        input.push(item.with("output", message.content.as_str()));
        return;
    }
    if !message.content.is_empty() || message.tool_calls.is_empty() {
        let role = message.role.as_str();
        input.push(Value::object().with("role", role).with("content", message.content.as_str()));
    }
    input.extend(message.tool_calls.iter().map(|call| {
        let item = Value::object().with("type", "function_call").with("call_id", call.id.as_str());
        item.with("name", call.name.as_str()).with("arguments", call.input_text.as_str())
    }));
}

#[derive(Debug, Default)]
struct Responses {
    /// The items that have been mentioned.
    seen: Vec<Seen>,
    /// The parts of which text has come, the latest last.
    said: Vec<Said>,
    calls: usize,
    refused: bool,
}

#[derive(Debug)]
struct Seen {
    index: Option<u64>,
    id: String,
    call: Option<Call>,
}

impl Seen {
    fn has_index(&self, index: Option<u64>) -> bool {
        index.is_some() && self.index == index
    }

    fn has_id(&self, id: Option<Text<'_>>) -> bool {
        id.is_some_and(|id| !id.is_empty() && id == self.id.as_str())
    }
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

#[derive(Debug)]
struct Call {
    number: usize,
    /// Some of its arguments have come.
    fed: bool,
    ended: bool,
}

impl Call {
    fn feed(&mut self, text: Option<Text<'_>>, out: &mut OnDelta<'_>) {
        if let Some(text) = text.filter(|text| !text.is_empty() && !self.ended) {
            self.fed = true;
            out(Delta::ToolInput { call: self.number, text });
        }
    }

    /// Ends it, with the arguments whole if they have not come in pieces.
    fn end(&mut self, whole: Option<Text<'_>>, out: &mut OnDelta<'_>) {
        if !self.fed {
            self.feed(whole, out);
        }
        if !std::mem::replace(&mut self.ended, true) {
            out(Delta::ToolEnd { call: self.number });
        }
    }
}

impl Decode for Responses {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let data = frame.data.trim_ascii();
        // Gateways that speak several formats close this one as they close Chat Completions.
        if data.is_empty() || data == b"[DONE]" {
            return Ok(());
        }
        let event = Event::read(data, frame.event)?;
        let typed = event.kind.starts_with(b"response.");
        if event.kind == b"error" || (event.error.is_some() && !typed) {
            // Documented flat; what comes is nested. Gateways send the bare object.
            return Err(provider_error(&Value::parse(event.error.unwrap_or(data))?));
        }
        if !self.event(event, out)? {
            out(Delta::Raw(frame.data));
        }
        Ok(())
    }

    fn whole(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let mut scan = Scanner::new(body);
        let response = Response::read(&mut scan)?.unwrap_or_default();
        scan.finish()?;
        if response.output.is_none() && response.error.is_none() {
            return Err(Error::protocol("the response has no output"));
        }
        self.finish(&response, out)
    }
}

impl Responses {
    /// False for an event that means nothing here.
    fn event(&mut self, event: Event<'_>, out: &mut OnDelta<'_>) -> Result<bool, Error> {
        match event.kind {
            b"response.output_text.delta" => self.increment(&event, Words::Answer, out),
            b"response.reasoning_text.delta" => self.increment(&event, Words::Reasoning, out),
            b"response.reasoning_summary_text.delta" => self.increment(&event, Words::Summary, out),
            b"response.refusal.delta" => {
                self.refused = true;
                self.increment(&event, Words::Answer, out);
            }
            b"response.output_text.done" => self.rest(&event, Words::Answer, out),
            b"response.reasoning_text.done" => self.rest(&event, Words::Reasoning, out),
            b"response.reasoning_summary_text.done" => self.rest(&event, Words::Summary, out),
            b"response.refusal.done" => {
                self.refused = true;
                self.rest(&event, Words::Answer, out);
            }
            b"response.function_call_arguments.delta" | b"response.function_call_arguments.done" => {
                return Ok(self.arguments(&event, out));
            }
            b"response.output_item.added" => return Ok(self.item_added(&event, out)),
            b"response.output_item.done" => return self.item_done(&event, out),
            b"response.completed" | b"response.incomplete" | b"response.failed" => {
                let mut response = event.response.unwrap_or_default();
                response.status = event.kind.strip_prefix(b"response.").unwrap_or_default();
                self.finish(&response, out)?;
            }
            b"response.created"
            | b"response.queued"
            | b"response.in_progress"
            | b"response.content_part.added"
            | b"response.content_part.done"
            | b"response.reasoning_summary_part.added"
            | b"response.reasoning_summary_part.done" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The item that is meant. Some servers change its id from event to event, some give all items one index: what
    /// agrees in both counts most. Where a server gives neither, it is the last one.
    fn find(&self, index: Option<u64>, id: Option<Text<'_>>) -> Option<usize> {
        let by_index = || self.seen.iter().rposition(|item| item.has_index(index));
        let by_id = || self.seen.iter().rposition(|item| item.has_id(id));
        let last = || self.seen.len().checked_sub(1).filter(|_| index.is_none() && id.is_none());
        self.find_exactly(index, id).or_else(by_index).or_else(by_id).or_else(last)
    }

    fn find_exactly(&self, index: Option<u64>, id: Option<Text<'_>>) -> Option<usize> {
        self.seen.iter().rposition(|item| item.has_index(index) && item.has_id(id))
    }

    fn open(&mut self, index: Option<u64>, id: Option<Text<'_>>) -> usize {
        self.seen.push(Seen { index, id: owned(id), call: None });
        self.seen.len() - 1
    }

    fn find_or_open(&mut self, index: Option<u64>, id: Option<Text<'_>>) -> usize {
        self.find(index, id).unwrap_or_else(|| self.open(index, id))
    }

    /// More of a part.
    fn increment(&mut self, event: &Event<'_>, words: Words, out: &mut OnDelta<'_>) {
        let item = self.find_or_open(event.output_index, event.item_id);
        self.say(Said { item, words, part: event.part }, event.delta, out);
    }

    /// The end of a part, which says it whole again.
    fn rest(&mut self, event: &Event<'_>, words: Words, out: &mut OnDelta<'_>) {
        let item = self.find_or_open(event.output_index, event.item_id);
        let part = Said { item, words, part: event.part };
        if !self.said.contains(&part) {
            self.say(part, event.whole, out);
        }
    }

    fn say(&mut self, part: Said, text: Option<Text<'_>>, out: &mut OnDelta<'_>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        let thought = part.words != Words::Answer;
        if self.said.last() != Some(&part) {
            if thought {
                out(Delta::ReasoningPart);
            }
            self.said.retain(|said| *said != part);
            self.said.push(part);
        }
        out(if thought { Delta::Reasoning(text) } else { Delta::Text(text) });
    }

    /// False for arguments of a call that has not begun: it comes whole with the end of its item.
    fn arguments(&mut self, event: &Event<'_>, out: &mut OnDelta<'_>) -> bool {
        let place = self.find(event.output_index, event.item_id);
        let Some(call) = place.and_then(|place| self.seen.get_mut(place)?.call.as_mut()) else { return false };
        call.feed(event.delta, out);
        if event.kind.ends_with(b".done") {
            call.end(event.whole, out);
        }
        true
    }

    /// False for an item that means nothing here.
    fn item_added(&mut self, event: &Event<'_>, out: &mut OnDelta<'_>) -> bool {
        let Some(item) = event.item.as_ref().filter(|item| has_meaning(item)) else { return false };
        let known = self.find_exactly(event.output_index, item.id);
        let place = known.unwrap_or_else(|| self.open(event.output_index, item.id));
        if item.kind == b"function_call" {
            self.begin(place, item, out);
        }
        true
    }

    /// False for an item that means nothing here.
    fn item_done(&mut self, event: &Event<'_>, out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let Some(item) = event.item.as_ref().filter(|item| has_meaning(item)) else { return Ok(false) };
        let place = self.find_or_open(event.output_index, item.id);
        self.complete(place, item, out)?;
        Ok(true)
    }

    /// Hands on what has not yet come of an item that is whole.
    fn complete(&mut self, place: usize, item: &Item<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        if item.kind == b"function_call" {
            self.begin(place, item, out);
            if let Some(call) = self.seen.get_mut(place).and_then(|seen| seen.call.as_mut()) {
                call.end(item.arguments, out);
            }
            return Ok(());
        }
        let content = if item.kind == b"reasoning" { Words::Reasoning } else { Words::Answer };
        let thought = content != Words::Answer;
        let has_come = self.said.iter().any(|said| said.item == place && (said.words != Words::Answer) == thought);
        for (words, raw) in [(Words::Summary, item.summary), (content, item.content)] {
            parts(raw.unwrap_or(b"null"), &mut |number, part| {
                self.refused |= part.refusal;
                if !has_come {
                    self.say(Said { item: place, words, part: number }, Some(part.text), out);
                }
            })?;
        }
        Ok(())
    }

    fn begin(&mut self, place: usize, item: &Item<'_>, out: &mut OnDelta<'_>) {
        let Some(seen) = self.seen.get_mut(place).filter(|seen| seen.call.is_none()) else { return };
        let number = self.calls;
        self.calls += 1;
        seen.call = Some(Call { number, fed: false, ended: false });
        out(Delta::ToolStart { call: number, id: owned(item.call_id.or(item.id)), name: owned(item.name) });
    }

    /// The terminal, which says everything again. What has come of a kind has come whole; matching the rest item by
    /// item is nothing to rely on, since not all servers keep their ids and places.
    fn finish(&mut self, response: &Response<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        if let Some(usage) = response.usage {
            out(Delta::Usage(usage));
        }
        if response.status == b"failed" || response.error.is_some() {
            return Err(provider_error(&Value::parse(response.error.unwrap_or(b"null"))?));
        }
        let answered = self.said.iter().any(|said| said.words == Words::Answer);
        let thought = self.said.iter().any(|said| said.words != Words::Answer);
        let called = self.calls > 0;
        let mut scan = Scanner::new(response.output.unwrap_or(b"[]"));
        scan.enter_array()?;
        while scan.item()? {
            let Some(item) = Item::read(&mut scan)? else { continue };
            let known = item.id.and_then(|id| self.find(None, Some(id)));
            let has_come = match item.kind {
                b"message" => answered,
                b"reasoning" => thought,
                b"function_call" => called && known.is_none(),
                _ => true,
            };
            if !has_come {
                let place = known.unwrap_or_else(|| self.open(None, item.id));
                self.complete(place, &item, out)?;
            }
        }
        for call in self.seen.iter_mut().filter_map(|seen| seen.call.as_mut()) {
            call.end(None, out);
        }
        let raw = if response.incomplete.is_empty() { response.status } else { response.incomplete };
        out(Delta::Finish { reason: self.reason(raw), raw: String::from_utf8_lossy(raw).into_owned() });
        out(Delta::End);
        Ok(())
    }

    fn reason(&self, raw: &[u8]) -> FinishReason {
        match raw {
            _ if self.refused => FinishReason::ContentFilter,
            b"completed" | b"" if self.calls > 0 => FinishReason::ToolCalls,
            b"completed" | b"" => FinishReason::Stop,
            b"max_output_tokens" => FinishReason::Length,
            b"content_filter" => FinishReason::ContentFilter,
            _ => FinishReason::Other,
        }
    }
}

fn has_meaning(item: &Item<'_>) -> bool {
    matches!(item.kind, b"message" | b"reasoning" | b"function_call")
}
