//! Reading a response.

use super::details::Details;
use super::fields::{calls, Choice, Chunk, Part, CHOICE, CHUNK, DELTA, PART, USAGE};
use super::finds::{take_image, Finds};
use super::{EXTRA_CONTENT, REASONING, REASONING_CONTENT, REASONING_DETAILS};
use crate::error::Error;
use crate::json::{RawValue, Select, Text};
use crate::message::{Delta, FinishReason};
use crate::provider::cite::cite;
use crate::provider::errors::{error_in, is_error, is_failure, plain_error, unknown};
use crate::provider::read::{count, say};
use crate::provider::tools::Calls;
use crate::provider::{Decode, OnDelta};
use crate::wire::Frame;

#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // Facts, each by itself.
pub(super) struct Chat {
    calls: Calls,
    finds: Finds,
    refused: bool,
    /// Whether a choice has arrived, even an empty one.
    begun: bool,
    /// Whether a finish reason has arrived.
    finished: bool,
    /// Whether the model was offered tools.
    offered: bool,
    details: Details,
    /// The name of the reasoning member that is sent back unchanged.
    reasoning: &'static str,
}

impl Decode for Chat {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        plain_error(&frame)?;
        let data = frame.data.trim_ascii();
        let known = self.object(data, Shape::Chunk, frame.event == b"error", out)?;
        if !known {
            return unknown(frame, out);
        }
        Ok(())
    }

    fn response(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        if !self.object(body, Shape::Whole, false, out)? {
            return Err(Error::protocol("the response is no chat completion: it has no choices"));
        }
        out(Delta::End);
        Ok(())
    }

    fn has_begun(&self) -> bool {
        self.begun
    }

    fn offer(&mut self, tools: &[String]) {
        self.calls.offer(tools);
        self.offered = !tools.is_empty();
    }

    fn end(&mut self, out: &mut OnDelta<'_>) {
        self.calls.end_all(out);
        self.keep_details(out);
        self.finds.end(out);
        if self.refused && !self.finished {
            out(Delta::Finish { reason: FinishReason::ContentFilter, raw: String::new() });
        }
    }
}

impl Chat {
    fn reason(&self, raw: &str) -> FinishReason {
        if self.refused {
            return FinishReason::ContentFilter;
        }
        // Compatible servers pass on the reasons of the model's own vendor: those of Mistral (`model_length`), Zhipu
        // (`sensitive`, `model_context_window_exceeded`), Hugging Face (`eos_token`), Cohere (`COMPLETE`), Anthropic
        // and Gemini.
        match raw.to_ascii_lowercase().as_str() {
            "" | "stop" | "end_turn" | "eos" | "eos_token" | "stop_sequence" | "complete" => FinishReason::Stop,
            "length"
            | "max_tokens"
            | "max_output_tokens"
            | "max_length"
            | "model_length"
            | "model_context_window_exceeded" => FinishReason::Length,
            "content_filter" | "content-filter" | "sensitive" | "safety" | "refusal" | "recitation"
            | "prohibited_content" | "blocklist" | "spii" => FinishReason::ContentFilter,
            "tool_calls" | "function_call" | "tool_use" => FinishReason::ToolCalls,
            _ => FinishReason::Other,
        }
    }

    /// Reads a chunk, or a complete answer without streaming, which is similar. False if it is neither.
    fn object(&mut self, data: &[u8], shape: Shape, failed: bool, out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let mut chunk = Chunk::default();
        chunk.select(data, CHUNK)?;
        // If there are several choices, the first is the answer.
        if chunk.index.other().is_some_and(|index| index != b"0") {
            chunk = chunk.without_choice();
        }
        self.say(&chunk, out);
        self.finds.take(&chunk, false, out);
        if chunk.message.as_object().is_some() {
            self.message(&chunk, shape, out);
        }
        let Chunk { choices, finish, citations, search_results, usage, groq_usage, .. } = &chunk;
        let Chunk { error, choice_error, base_resp, .. } = &chunk;
        for usage in [usage, groq_usage] {
            if usage.as_object().is_some() {
                // Other formats have counts of this name, too, but no choices.
                self.begun = self.begun || choices.items().next().is_some();
                out(Delta::Usage(count(&usage.select(USAGE))));
            }
        }
        if failed || is_error(error) || is_error(choice_error) || is_failure(base_resp) {
            // Before the finish reason, which is "error" then: such an answer has no end.
            return Err(error_in(data));
        }
        if finish.text().is_some() {
            self.finished = true;
            let raw = finish.to_text();
            out(Delta::Finish { reason: self.reason(&raw), raw });
        }
        Ok(choices.is_there()
            || citations.is_there()
            || search_results.is_there()
            || usage.is_there()
            || groq_usage.is_there())
    }

    /// Hands on the content of a delta, or of the message of a complete answer.
    fn say(&mut self, said: &Chunk<'_>, out: &mut OnDelta<'_>) {
        let Chunk { text, content, reasoning_content, reasoning, thinking, refusal, .. } = said;
        let Chunk { tools, function, transcript, details, extra, .. } = said;
        // Servers that send several kinds of reasoning send the same text in each.
        let thoughts = [reasoning_content, reasoning, thinking].into_iter();
        let mut shown = true;
        if let Some(thought) = thoughts.clone().find(|thought| thought.text().is_some()) {
            say(thought, true, out);
        } else if let Some(thought) = thoughts.clone().find(|thought| thought.other().is_some()) {
            think(thought, out);
        } else {
            shown = false;
        }
        self.details.take(details, !shown, out);
        self.keep(reasoning_content, reasoning, extra, out);
        self.content(content, out);
        say(text, false, out);
        say(transcript, false, out);
        self.refuse(refusal, out);
        for call in calls(tools, function) {
            self.calls.take(call, out);
        }
    }

    /// Keeps what is sent back with the turn.
    fn keep(&mut self, content: &RawValue<'_>, reasoning: &RawValue<'_>, extra: &RawValue<'_>, out: &mut OnDelta<'_>) {
        let member = if matches!(content, RawValue::Text(_)) {
            REASONING_CONTENT
        } else if self.reasoning.is_empty() && self.details.is_empty() && reasoning.text().is_some() {
            REASONING
        } else {
            self.reasoning
        };
        if member != self.reasoning {
            self.reasoning = member;
            out(Delta::ReasoningState(member));
        }
        // Without a signature, it describes the kind of a part.
        if extra.as_object().is_some_and(|extra| extra.windows(SIGNATURE.len()).any(|part| part == SIGNATURE)) {
            out(Delta::State { member: EXTRA_CONTENT, value: extra.into() });
        }
    }

    fn keep_details(&mut self, out: &mut OnDelta<'_>) {
        if !self.details.is_empty() && (self.offered || self.details.is_signed()) {
            out(Delta::State { member: REASONING_DETAILS, value: self.details.to_value() });
        }
    }

    /// A message in place of a delta. In a stream it repeats everything so far: it counts only if there is no delta, or
    /// at the end, where the delta may be empty.
    fn message(&mut self, chunk: &Chunk<'_>, shape: Shape, out: &mut OnDelta<'_>) {
        let message: Chunk<'_> = chunk.message.select(DELTA);
        if shape == Shape::Whole {
            self.say(&message, out);
            return self.finds.take(&message, true, out);
        }
        // The answer keeps each source and file once.
        self.finds.take(&message, true, out);
        let has_delta = |choice: RawValue<'_>| choice.select::<Choice<'_>>(CHOICE).delta.is_there();
        if chunk.says_something()
            || (chunk.finish.text().is_none() && chunk.choices.items().next().is_some_and(has_delta))
        {
            return;
        }
        let Chunk { content, reasoning_content, reasoning, thinking, tools, function, .. } = &message;
        if let Some(text) = [reasoning_content, reasoning, thinking].into_iter().find_map(RawValue::text) {
            out(Delta::ReasoningSoFar(text));
        }
        let mut text = String::new();
        self.content(content, &mut |delta| {
            if let Delta::Text(part) = delta {
                text.push_str(&part.read());
            }
        });
        if !text.is_empty() {
            out(Delta::TextSoFar(Text::verbatim(text.as_bytes())));
        }
        self.calls.take_summary(calls(tools, function), out);
    }

    /// The text: a string, or parts. A server may send a single part without a list around it.
    fn content(&mut self, content: &RawValue<'_>, out: &mut OnDelta<'_>) {
        say(content, false, out);
        if content.as_object().is_some() {
            self.part(content, out);
        }
        for part in content.items() {
            self.part(&part, out);
        }
    }

    fn refuse(&mut self, refusal: &RawValue<'_>, out: &mut OnDelta<'_>) {
        self.refused |= refusal.text().is_some();
        say(refusal, false, out);
    }

    /// A part of `content`, if `content` is a list: `{type: "text", text}`, `{type: "thinking", thinking: [{text}]}`,
    /// `{type: "refusal", refusal}`. The text of some parts is an object itself: `{type: "text", text: {value}}`.
    fn part(&mut self, part: &RawValue<'_>, out: &mut OnDelta<'_>) {
        if part.text().is_some() {
            return say(part, false, out);
        }
        let Part { text, refusal, thinking, kind, image, url, title, .. } = &part.select(PART);
        if kind.says("tool_reference") {
            return cite(url, title, &RawValue::Missing, None, out);
        }
        let is_image = image.is_there() && take_image(part, out);
        if !is_image && (image.is_there() || kind.says("reference")) {
            out(Delta::Raw(part.other().unwrap_or_default()));
        }
        say(thinking, true, out);
        for thought in thinking.items() {
            think(&thought, out);
        }
        say(text, false, out);
        let Part { value, .. } = text.select(PART);
        say(&value, false, out);
        self.refuse(refusal, out);
    }
}

/// Reasoning that is not a string: an object that contains it, or a list of such objects.
fn think(thought: &RawValue<'_>, out: &mut OnDelta<'_>) {
    for part in thought.items() {
        think(&part, out);
    }
    let Part { text, thinking, summary, content, .. } = &thought.select(PART);
    let said = [thought, text, thinking, summary, content].into_iter().find(|found| found.text().is_some());
    if let Some(said) = said {
        say(said, true, out);
    }
}

/// The shape of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Chunk,
    Whole,
}

/// The end of the name of a signature in `extra_content`.
const SIGNATURE: &[u8] = b"signature\"";
