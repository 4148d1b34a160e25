//! Reading a response.

use crate::error::Error;
use crate::json::{fields, RawValue, Select, Text};
use crate::message::{Delta, FinishReason, Usage};
use crate::provider::cite::cite;
use crate::provider::errors::{error_in, is_error, plain_error, unknown};
use crate::provider::read::{newest, raw, say, sum};
use crate::provider::tools::Calls;
use crate::provider::{provider_error, Decode, OnDelta};
use crate::text::concat;
use crate::wire::Frame;

const TOOL_USE: &str = "tool_use";

#[derive(Debug, Default)]
pub(super) struct Anthropic {
    started: bool,
    /// Calls of the caller's tools. Tools that the server runs itself are not included.
    tools: Vec<Tool>,
    calls: Calls,
    /// The blocks of text and of reasoning since the last call, as JSON, and whether the last one is still open.
    blocks: Vec<u8>,
    open: bool,
    /// The signature of the open block, as it is in JSON.
    signature: Vec<u8>,
    /// Whether there has been any reasoning.
    thinks: bool,
    counts: Counts,
}

#[derive(Debug)]
struct Tool {
    index: Option<u64>,
    call: usize,
    /// Whether its block is still open.
    open: bool,
    /// The input from the beginning of the block, which is valid unless increments follow.
    input: Vec<u8>,
}

/// The newest of each count: those of `message_delta` are cumulative and may be fewer.
#[derive(Debug, Default)]
struct Counts {
    input: Option<u64>,
    cache_creation: Option<u64>,
    cache_read: Option<u64>,
    output: Option<u64>,
    thinking: Option<u64>,
}

fields! {
    /// An event with its content block, or with its increment of a block or of the message: their members have
    /// different names.
    struct Event {
        kind, index, message, usage, error,
        part_kind, text, thinking, partial_json, stop_reason, id, name, input, signature, data, citation, citations, content,
    }
    const EVENT = {
        "type" => kind,
        "index" => index,
        "delta" => (PART),
        "content_block" => (PART),
        "message" => message,
        "usage" => usage,
        "error" => error,
    }
    const PART = {
        "type" => part_kind,
        "text" => text,
        "thinking" => thinking,
        "partial_json" => partial_json,
        "stop_reason" => stop_reason,
        "id" => id,
        "name" => name,
        "input" => input,
        "signature" => signature,
        "data" => data,
        "citation" => citation,
        "citations" => citations,
        "content" => content,
    }
}

fields! {
    /// A citation. Its places are in the cited document, not in the text.
    struct Citation { url, source, title, document, text }
    const CITATION = {
        "url" => url,
        "source" => source,
        "title" => title,
        "document_title" => document,
        "cited_text" => text,
    }
}

fields! {
    /// A page that was found or fetched.
    struct Page { url, title }
    const PAGE = { "url" => url, "title" => title, "content" => { "title" => title } }
}

fields! {
    /// A complete answer, or the beginning of a stream.
    struct Message { content, stop_reason, usage, error }
    const MESSAGE = { "content" => content, "stop_reason" => stop_reason, "usage" => usage, "error" => error }
}

fields! {
    struct TokenCounts { input, cache_creation, cache_read, output, thinking }
    const USAGE = {
        "input_tokens" => input,
        "cache_creation_input_tokens" => cache_creation,
        "cache_read_input_tokens" => cache_read,
        "output_tokens" => output,
        "output_tokens_details" => { "thinking_tokens" => thinking },
    }
}

impl Decode for Anthropic {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        plain_error(&frame)?;
        let data = frame.data.trim_ascii();
        let mut event = Event::default();
        event.select(data, EVENT)?;
        let Event { kind, index, message, usage, error, .. } = &event;
        let index = index.unsigned();
        let kind = if let RawValue::Text(kind) = kind { kind.raw() } else { frame.event };
        let mut known = true;
        self.usage(usage, out);
        // Compared one by one: a `match` on bytes compares them byte by byte, and is as large as the rest of this.
        let is = |known: &str| kind == known.as_bytes();
        if is("content_block_delta") {
            known = self.delta(index, &event, out);
        } else if is("content_block_start") {
            known = self.begin(index, &event, out);
        } else if is("content_block_stop") {
            self.end(index, false, out);
        } else if is("message_start") {
            self.message(&message.select(MESSAGE), out)?;
        } else if is("message_delta") {
            stop(&event.stop_reason, out);
        } else if is("message_stop") {
            out(Delta::End);
        } else {
            known = is("ping");
        }
        if is_error(error) || is("error") {
            return Err(error_in(data));
        }
        if !known {
            return unknown(frame, out);
        }
        Ok(())
    }

    fn response(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let mut message = Message::default();
        message.select(body, MESSAGE)?;
        if !message.content.is_there() && !is_error(&message.error) {
            return Err(Error::protocol("the response is no message: it has no content"));
        }
        self.message(&message, out)?;
        out(Delta::End);
        Ok(())
    }

    fn has_begun(&self) -> bool {
        self.started
    }

    fn more_text(&mut self, text: Text<'_>) {
        self.grow_block(&RawValue::Text(text));
    }

    fn end(&mut self, out: &mut OnDelta<'_>) {
        self.end(None, true, out);
    }
}

impl Anthropic {
    /// A message and its blocks, which are complete.
    fn message(&mut self, message: &Message<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let Message { content, stop_reason, usage, error } = message;
        self.usage(usage, out);
        // Some gateways send the beginning twice.
        if !std::mem::replace(&mut self.started, true) {
            for block in content.items() {
                if !self.begin(None, &block.select(PART), out) {
                    out(Delta::Raw(block.other().unwrap_or_default()));
                }
                self.end(None, false, out);
            }
        }
        if is_error(error) {
            return Err(provider_error(&error.into()));
        }
        stop(stop_reason, out);
        Ok(())
    }

    /// The beginning of a block; false for blocks without a meaning here, such as tools that the server runs itself.
    fn begin(&mut self, index: Option<u64>, block: &Event<'_>, out: &mut OnDelta<'_>) -> bool {
        let Event { part_kind: kind, text, thinking, id, name, input, signature, data, citations, content, .. } = block;
        self.end_block();
        if kind.says("text") {
            say(text, false, out);
            citations.items().for_each(|citation| cite_passage(&citation, out));
            self.begin_block(br#"{"type":"text","text":""#, text, &RawValue::Missing);
        } else if kind.says("thinking") {
            out(Delta::ReasoningPart);
            say(thinking, true, out);
            self.thinks = true;
            self.begin_block(br#"{"type":"thinking","thinking":""#, thinking, signature);
        } else if kind.says("redacted_thinking") {
            self.thinks = true;
            self.begin_block(br#"{"type":"redacted_thinking","data":""#, data, &RawValue::Missing);
            return false;
        } else if kind.says(TOOL_USE) {
            let extra = self.take_blocks();
            let call = self.calls.begin(id.to_text(), name.to_text(), extra, out);
            // In a stream, an empty object is a placeholder for what follows.
            let input = input.as_object().filter(|input| index.is_none() || !is_empty_object(input));
            self.tools.push(Tool { index, call, open: true, input: input.unwrap_or_default().to_vec() });
        } else {
            return kind.text().is_some_and(|kind| kind.raw().ends_with(b"_tool_result")) && cite_pages(content, out);
        }
        true
    }

    /// An increment of a block; false for increments without a meaning here.
    fn delta(&mut self, index: Option<u64>, delta: &Event<'_>, out: &mut OnDelta<'_>) -> bool {
        let Event { part_kind: kind, text, thinking, partial_json: json, signature, citation, .. } = delta;
        if kind.says("text_delta") {
            say(text, false, out);
            self.grow_block(text);
        } else if kind.says("thinking_delta") {
            say(thinking, true, out);
            self.grow_block(thinking);
        } else if kind.says("signature_delta") {
            self.signature.extend_from_slice(raw(signature));
            return false;
        } else if kind.says("citations_delta") {
            cite_passage(citation, out);
        } else if kind.says("input_json_delta") {
            let Some(tool) = self.tools.iter_mut().rfind(|tool| tool.open && tool.index == index) else {
                return false;
            };
            if let Some(text) = json.text() {
                tool.input.clear();
                out(Delta::ToolInput { call: tool.call, text });
            }
        } else {
            return false;
        }
        true
    }

    /// A block begins: keeps its JSON up to the first text, which may grow.
    fn begin_block(&mut self, json: &[u8], text: &RawValue<'_>, signature: &RawValue<'_>) {
        if !self.blocks.is_empty() {
            self.blocks.push(b',');
        }
        self.open = true;
        self.blocks.extend_from_slice(json);
        self.blocks.extend_from_slice(raw(text));
        self.signature = raw(signature).to_vec();
    }

    fn grow_block(&mut self, text: &RawValue<'_>) {
        if self.open {
            self.blocks.extend_from_slice(raw(text));
        }
    }

    fn end_block(&mut self) {
        if std::mem::take(&mut self.open) {
            let signature = std::mem::take(&mut self.signature);
            if !signature.is_empty() {
                self.blocks.extend_from_slice(br#"","signature":""#);
                self.blocks.extend_from_slice(&signature);
            }
            self.blocks.extend_from_slice(br#""}"#);
        }
    }

    /// What must be sent back with a call, if there has been reasoning: an array of the blocks before it.
    fn take_blocks(&mut self) -> String {
        let blocks = std::mem::take(&mut self.blocks);
        if blocks.is_empty() || !self.thinks {
            return String::new();
        }
        concat(&["[", &Text::verbatim(&blocks).read(), "]"])
    }

    /// Ends the blocks of this index, or all.
    fn end(&mut self, index: Option<u64>, all: bool, out: &mut OnDelta<'_>) {
        for tool in &mut self.tools {
            if tool.open && (all || tool.index == index) {
                tool.open = false;
                Calls::input(tool.call, Text::verbatim(&tool.input), out);
                self.calls.end(tool.call, out);
            }
        }
    }

    /// "Total input tokens in a request is the summation of `input_tokens`, `cache_creation_input_tokens`, and
    /// `cache_read_input_tokens`."
    fn usage(&mut self, usage: &RawValue<'_>, out: &mut OnDelta<'_>) {
        if usage.as_object().is_none() {
            return;
        }
        let found: TokenCounts<'_> = usage.select(USAGE);
        let Counts { input, cache_creation, cache_read, output, thinking } = &mut self.counts;
        newest(input, &found.input);
        newest(cache_creation, &found.cache_creation);
        newest(cache_read, &found.cache_read);
        newest(output, &found.output);
        newest(thinking, &found.thinking);
        out(Delta::Usage(Usage {
            input_tokens: sum(&[*input, *cache_creation, *cache_read]),
            output_tokens: *output,
            total_tokens: None,
            reasoning_tokens: *thinking,
            cached_input_tokens: *cache_read,
            ..Usage::default()
        }));
    }
}

/// A stop reason arrives before the end, and already means that the message is complete.
fn stop(reason: &RawValue<'_>, out: &mut OnDelta<'_>) {
    if reason.text().is_some() {
        let raw = reason.to_text();
        out(Delta::Finish { reason: finish_reason(&raw), raw });
    }
}

fn finish_reason(raw: &str) -> FinishReason {
    match raw {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        TOOL_USE => FinishReason::ToolCalls,
        "refusal" => FinishReason::ContentFilter,
        // This includes `pause_turn`: the server wants another request to continue.
        _ => FinishReason::Other,
    }
}

fn cite_passage(citation: &RawValue<'_>, out: &mut OnDelta<'_>) {
    let Citation { url, source, title, document, text } = &citation.select(CITATION);
    let url = if url.text().is_some() { url } else { source };
    cite(url, if title.text().is_some() { title } else { document }, text, None, out);
}

/// Hands on the results of a server's tool: a list of pages, or one page. False for anything else, such as an error.
fn cite_pages(content: &RawValue<'_>, out: &mut OnDelta<'_>) -> bool {
    let mut found = false;
    let mut page = |page: &RawValue<'_>| {
        let Page { url, title } = &page.select(PAGE);
        found |= url.text().is_some();
        if url.text().is_some() {
            cite(url, title, &RawValue::Missing, None, out);
        }
    };
    page(content);
    content.items().for_each(|item| page(&item));
    found
}

fn is_empty_object(json: &[u8]) -> bool {
    json.iter().all(|byte| matches!(byte, b'{' | b'}' | b' ' | b'\t' | b'\r' | b'\n'))
}
