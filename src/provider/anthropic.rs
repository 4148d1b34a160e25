//! Anthropic's Messages API.
//!
//! - Request: <https://platform.claude.com/docs/en/api/messages/create>
//! - Stream: <https://platform.claude.com/docs/en/build-with-claude/streaming>
//! - Stop reasons: <https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons>; refusals:
//!   <https://platform.claude.com/docs/en/test-and-evaluate/strengthen-guardrails/handle-streaming-refusals>
//! - Tools: <https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools>; their calls:
//!   <https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls>; thinking, which goes back with
//!   what they answered: <https://platform.claude.com/docs/en/build-with-claude/extended-thinking>, and is good only
//!   behind what it was thought of, words among it:
//!   <https://platform.claude.com/docs/en/build-with-claude/preserved-thinking>
//! - Citations: <https://platform.claude.com/docs/en/build-with-claude/citations>, of search results:
//!   <https://platform.claude.com/docs/en/build-with-claude/search-results>; what a search or a fetch found:
//!   <https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool>,
//!   <https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-fetch-tool>
//! - JSON, and how much of JSON Schema: <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>
//! - Images: <https://platform.claude.com/docs/en/build-with-claude/vision>; PDF:
//!   <https://platform.claude.com/docs/en/build-with-claude/pdf-support>
//! - An answer to be gone on with as the last turn, which models from 4.6 on refuse with a status of 400:
//!   <https://platform.claude.com/docs/en/about-claude/models/migration-guide>

use super::cite::cite;
use super::fault::{error_in, is_error, plain_error, unknown};
use super::read::{newest, raw, say, sum};
use super::schema::{fit, Dialect};
use super::tools::Calls;
use super::write::{has_failed, input, instruct, list_tools, temperature, turn, turn_in_parts, turns};
use super::{provider_error, Auth, Decode, Framing, OnDelta, Prompt, Wire};
use crate::error::Error;
use crate::json::{pick, Found, Text, Value, Want, Wants, Writer};
use crate::message::{Attachment, AttachmentSource, Delta, FinishReason, Message, Role, ToolCall, Usage};
use crate::text::{concat, is_blank};
use crate::wire::Frame;

/// The bound on the answer where the caller names none: the format wants one.
const MAX_TOKENS: u64 = 4096;

pub(super) const WIRE: Wire = Wire {
    name: "anthropic",
    schemes: &[("anthropic", None)],
    base_url: Some("https://api.anthropic.com/v1"),
    framing: Framing::Sse,
    auth: Auth::Header("x-api-key"),
    headers: &[
        ("anthropic-version", "2023-06-01"),
        // Without it the server answers no page of another origin.
        ("anthropic-dangerous-direct-browser-access", "true"),
    ],
    whole: true,
    prefill: true,
    optional: &[],
    idle: &[],
    ends: &["message_stop"],
    plain_text: false,
    tools: true,
    media: &[("image/", true), ("application/pdf", true)],
    think_tags: false,
    path: |_| "/messages".to_owned(),
    body,
    decoder: || Box::<Anthropic>::default(),
};

fn body(prompt: &Prompt<'_>, json: &mut Writer) {
    json.add("{");
    json.text("model", prompt.model);
    json.number("max_tokens", Some(prompt.max_tokens.unwrap_or(MAX_TOKENS)));
    let mut system = prompt.system_text();
    let answer = prompt.schema.and_then(|answer| schema(answer, &mut system));
    if !system.is_empty() {
        json.text("system", &system);
    }
    json.add(r#""messages":["#);
    messages(prompt, &turns(prompt), json);
    json.add("]");
    list_tools(prompt.tools, ["{", "input_schema", "}"], json);
    if let Some(answer) = answer {
        json.add(r#""output_config":{"format":{"type":"json_schema""#);
        json.key("schema");
        answer.write(json);
        json.add("}}");
    }
    temperature(prompt, json);
    if prompt.stream {
        json.add(r#""stream":true"#);
    }
    json.add("}");
}

/// What the server can keep the answer to; where it knows no such schema, `system` asks for it.
fn schema(schema: &Value, system: &mut String) -> Option<Value> {
    let fitting = fit(schema, &DIALECT);
    if fitting.is_none() {
        instruct(schema, system);
    }
    fitting
}

const DIALECT: Dialect = Dialect {
    known: &["type", "title", "description", "enum", "const", "default", "required"],
    formats: &["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"],
    closed: true,
};

fn attachments(message: &Message, attached: &[Attachment], json: &mut Writer) {
    turn_in_parts(message, attached, "text", part, json);
}

fn part(attachment: &Attachment, json: &mut Writer) {
    let is_image = attachment.media_type.starts_with("image/");
    json.text("type", if is_image { "image" } else { "document" });
    json.add(r#""source":{"#);
    match &attachment.source {
        AttachmentSource::Url(url) => {
            json.add(r#""type":"url""#);
            json.text("url", url);
        }
        AttachmentSource::Data(data) => {
            json.add(r#""type":"base64""#);
            json.text("media_type", &attachment.media_type);
            json.text("data", data);
        }
    }
    json.add("}");
}

fn messages(prompt: &Prompt<'_>, turns: &[&Message], json: &mut Writer) {
    let asked = turns.iter().rposition(|turn| turn.role == Role::User);
    let mut answers = false;
    for (place, message) in turns.iter().enumerate() {
        let next = turns.get(place + 1);
        if message.role == Role::Tool {
            // Results that follow one another are blocks of one message.
            if !answers {
                json.add(r#"{"role":"user","content":["#);
            }
            tool_result(message, json);
            answers = next.is_some_and(|next| next.role == Role::Tool);
            if !answers {
                json.add("]}");
            }
        } else if !message.tool_calls.is_empty() {
            // What was thought before an earlier question is not wanted, and refused if anything before it has changed.
            tool_calls(message, asked < Some(place), json);
        } else if !prompt.attached(message).is_empty() {
            attachments(message, prompt.attached(message), json);
        } else if next.is_none() && message.role == Role::Assistant {
            // An answer to be gone on with must not end in white space.
            turn(message.role, message.content.trim_end(), json);
        } else {
            turn(message.role, &message.content, json);
        }
    }
}

fn tool_calls(message: &Message, with_thoughts: bool, json: &mut Writer) {
    let blocks: Vec<_> =
        message.tool_calls.iter().map(|call| if with_thoughts { blocks(call) } else { Value::object() }).collect();
    let mut said = String::new();
    for block in blocks.iter().flat_map(Value::items) {
        said.push_str(block.text("text").unwrap_or_default());
    }
    // Those whose words are not the message's any more go without them.
    let rest = without(&message.content, &said);
    json.add("{");
    json.text("role", message.role.as_str());
    json.add(r#""content":["#);
    for (place, (call, blocks)) in message.tool_calls.iter().zip(&blocks).enumerate() {
        for block in blocks.items() {
            match block.text("text") {
                Some(text) if rest.is_some() => words(text, json),
                Some(_) => {}
                None => block.write(json),
            }
        }
        if place == 0 {
            words(rest.as_deref().unwrap_or(&message.content), json);
        }
        json.add(r#"{"type":"tool_use""#);
        json.text("id", &call.id);
        json.text("name", &call.name);
        json.member("input", &input(call));
        json.add("}");
    }
    json.add("]}");
}

/// A block of words, which must not be blank.
fn words(text: &str, json: &mut Writer) {
    if !is_blank(text) {
        json.add(r#"{"type":"text""#);
        json.text("text", text);
        json.add("}");
    }
}

/// The text without what is said in it.
fn without(text: &str, said: &str) -> Option<String> {
    (0..=text.len()).find_map(|at| {
        let (before, rest) = text.split_at_checked(at)?;
        Some(concat(&[before, rest.strip_prefix(said)?]))
    })
}

/// The blocks that stood before a call, as they came.
fn blocks(call: &ToolCall) -> Value {
    Value::parse(call.extra.as_bytes()).unwrap_or(Value::object())
}

fn tool_result(message: &Message, json: &mut Writer) {
    json.add(r#"{"type":"tool_result""#);
    json.text("tool_use_id", message.tool_call_id.as_deref().unwrap_or_default());
    let has_failed = has_failed(message);
    // An error without a word is refused.
    json.text("content", if has_failed && message.content.is_empty() { "error" } else { &message.content });
    if has_failed {
        json.add(r#""is_error":true"#);
    }
    json.add("}");
}

const TOOL_USE: &str = "tool_use";

#[derive(Debug, Default)]
struct Anthropic {
    started: bool,
    /// Of the caller's tools. Those that the server runs by itself are not among them.
    tools: Vec<Tool>,
    calls: Calls,
    /// The blocks of words and of thinking since the last call, as JSON, and whether the last one is still open.
    blocks: Vec<u8>,
    open: bool,
    /// What signs the open one, as it stands in JSON.
    signature: Vec<u8>,
    /// Something has been thought.
    thinks: bool,
    /// As `USAGE` has them, each the newest: those of `message_delta` are cumulative and may be fewer.
    counts: [Option<u64>; 5],
}

#[derive(Debug)]
struct Tool {
    index: Option<u64>,
    call: usize,
    /// Its block has not ended.
    open: bool,
    /// The input that came with the block's beginning, good unless increments follow.
    input: Vec<u8>,
}

const EVENT: Wants = &[
    ("type", Want::Value(13)),
    ("index", Want::Value(14)),
    ("delta", Want::In(PART)),
    ("content_block", Want::In(PART)),
    ("message", Want::Value(15)),
    ("usage", Want::Value(16)),
    ("error", Want::Value(17)),
];

/// A content block, or an increment of a block or of the message: their members have different names.
const PART: Wants = &[
    ("type", Want::Value(0)),
    ("text", Want::Value(1)),
    ("thinking", Want::Value(2)),
    ("partial_json", Want::Value(3)),
    ("stop_reason", Want::Value(4)),
    ("id", Want::Value(5)),
    ("name", Want::Value(6)),
    ("input", Want::Value(7)),
    ("signature", Want::Value(8)),
    ("data", Want::Value(9)),
    ("citation", Want::Value(10)),
    ("citations", Want::Value(11)),
    ("content", Want::Value(12)),
];

type Part<'a> = [Found<'a>; 13];

/// What a text cites. Its places are those in the document that is cited, not in the text.
const CITATION: Wants = &[
    ("url", Want::Value(0)),
    ("source", Want::Value(1)),
    ("title", Want::Value(2)),
    ("document_title", Want::Value(3)),
    ("cited_text", Want::Value(4)),
];

/// A page that was found or fetched.
const PAGE: Wants =
    &[("url", Want::Value(0)), ("title", Want::Value(1)), ("content", Want::In(&[("title", Want::Value(1))]))];

/// All of an answer, or the beginning of a stream.
const MESSAGE: Wants = &[
    ("content", Want::Value(0)),
    ("stop_reason", Want::Value(1)),
    ("usage", Want::Value(2)),
    ("error", Want::Value(3)),
];

const USAGE: Wants = &[
    ("input_tokens", Want::Value(0)),
    ("cache_creation_input_tokens", Want::Value(1)),
    ("cache_read_input_tokens", Want::Value(2)),
    ("output_tokens", Want::Value(3)),
    ("output_tokens_details", Want::In(&[("thinking_tokens", Want::Value(4))])),
];

impl Decode for Anthropic {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        plain_error(&frame)?;
        let data = frame.data.trim_ascii();
        let mut found = [Found::Nothing; 18];
        pick(data, EVENT, &mut found)?;
        let [part @ .., kind, index, message, usage, error] = &found;
        let [_, _, _, _, stop_reason, ..] = part;
        let index = index.unsigned();
        let kind = if let Found::Text(kind) = kind { kind.raw() } else { frame.event };
        let mut known = true;
        self.usage(usage, out);
        // Compared one by one: a `match` on bytes compares them byte by byte, and is as large as the rest of this.
        let is = |known: &str| kind == known.as_bytes();
        if is("content_block_delta") {
            known = self.delta(index, part, out);
        } else if is("content_block_start") {
            known = self.begin(index, part, out);
        } else if is("content_block_stop") {
            self.end(index, false, out);
        } else if is("message_start") {
            self.message(&message.pick(MESSAGE), out)?;
        } else if is("message_delta") {
            stop(stop_reason, out);
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

    fn whole(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let mut message = [Found::Nothing; 4];
        pick(body, MESSAGE, &mut message)?;
        let [content, _, _, error] = &message;
        if !content.is_there() && !is_error(error) {
            return Err(Error::protocol("the response is no message: it has no content"));
        }
        self.message(&message, out)?;
        out(Delta::End);
        Ok(())
    }

    fn end(&mut self, out: &mut OnDelta<'_>) {
        self.end(None, true, out);
    }
}

impl Anthropic {
    /// A message, and the blocks in it, which are whole.
    fn message(&mut self, message: &[Found<'_>; 4], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let [content, stop_reason, usage, error] = message;
        self.usage(usage, out);
        // Some gateways begin twice.
        if !std::mem::replace(&mut self.started, true) {
            for block in content.items() {
                if !self.begin(None, &block.pick(PART), out) {
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

    /// The beginning of a block; false for those that have no meaning here, as tools that the server runs by itself.
    fn begin(&mut self, index: Option<u64>, block: &Part<'_>, out: &mut OnDelta<'_>) -> bool {
        let [kind, text, thinking, _, _, id, name, input, signature, data, _, citations, content] = block;
        self.end_block();
        if kind.says("text") {
            say(text, false, out);
            citations.items().for_each(|citation| cite_passage(&citation, out));
            self.begin_block(br#"{"type":"text","text":""#, text, &Found::Nothing);
        } else if kind.says("thinking") {
            out(Delta::ReasoningPart);
            say(thinking, true, out);
            self.thinks = true;
            self.begin_block(br#"{"type":"thinking","thinking":""#, thinking, signature);
        } else if kind.says("redacted_thinking") {
            self.thinks = true;
            self.begin_block(br#"{"type":"redacted_thinking","data":""#, data, &Found::Nothing);
            return false;
        } else if kind.says(TOOL_USE) {
            let extra = self.take_blocks();
            let call = self.calls.begin(id.to_text(), name.to_text(), extra, out);
            // In a stream an empty object holds the place of what follows.
            let input = input.as_object().filter(|input| index.is_none() || !is_empty_object(input));
            self.tools.push(Tool { index, call, open: true, input: input.unwrap_or_default().to_vec() });
        } else {
            return kind.text().is_some_and(|kind| kind.raw().ends_with(b"_tool_result")) && cite_pages(content, out);
        }
        true
    }

    /// An increment of a block; false for those that have no meaning here.
    fn delta(&mut self, index: Option<u64>, delta: &Part<'_>, out: &mut OnDelta<'_>) -> bool {
        let [kind, text, thinking, json, .., signature, _, citation, _, _] = delta;
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

    /// A block begins: its JSON up to the first text, which more may follow.
    fn begin_block(&mut self, json: &[u8], text: &Found<'_>, signature: &Found<'_>) {
        if !self.blocks.is_empty() {
            self.blocks.push(b',');
        }
        self.open = true;
        self.blocks.extend_from_slice(json);
        self.blocks.extend_from_slice(raw(text));
        self.signature = raw(signature).to_vec();
    }

    fn grow_block(&mut self, text: &Found<'_>) {
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

    /// What has to go back with a call, if anything has been thought: an array of the blocks before it.
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
    fn usage(&mut self, usage: &Found<'_>, out: &mut OnDelta<'_>) {
        if usage.as_object().is_none() {
            return;
        }
        newest(&mut self.counts, &usage.pick::<5>(USAGE));
        let [input @ .., output, thinking] = &self.counts;
        let [_, _, cache_read] = input;
        out(Delta::Usage(Usage {
            input_tokens: sum(input),
            output_tokens: *output,
            total_tokens: None,
            reasoning_tokens: *thinking,
            cached_input_tokens: *cache_read,
            ..Usage::default()
        }));
    }
}

/// A stop reason comes before the end, and says as much: the message is whole.
fn stop(reason: &Found<'_>, out: &mut OnDelta<'_>) {
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
        // `pause_turn` among them: the server wants to be asked to go on.
        _ => FinishReason::Other,
    }
}

fn cite_passage(citation: &Found<'_>, out: &mut OnDelta<'_>) {
    let [url, source, title, document, text] = &citation.pick(CITATION);
    let url = if url.text().is_some() { url } else { source };
    cite(url, if title.text().is_some() { title } else { document }, text, None, out);
}

/// Hands on what a server's tool found: a list of pages, or one. False for anything else, as an error.
fn cite_pages(content: &Found<'_>, out: &mut OnDelta<'_>) -> bool {
    let mut found = false;
    let mut page = |page: &Found<'_>| {
        let [url, title] = &page.pick(PAGE);
        found |= url.text().is_some();
        if url.text().is_some() {
            cite(url, title, &Found::Nothing, None, out);
        }
    };
    page(content);
    content.items().for_each(|item| page(&item));
    found
}

fn is_empty_object(json: &[u8]) -> bool {
    json.iter().all(|byte| matches!(byte, b'{' | b'}' | b' ' | b'\t' | b'\r' | b'\n'))
}
