//! OpenAI Chat Completions, and the many servers that speak it.
//!
//! - Request: <https://platform.openai.com/docs/api-reference/chat/create>
//! - Stream: <https://platform.openai.com/docs/api-reference/chat-streaming/streaming>
//! - Tools: <https://platform.openai.com/docs/guides/function-calling?api-mode=chat>; JSON:
//!   <https://platform.openai.com/docs/guides/structured-outputs?api-mode=chat>
//! - Images: <https://platform.openai.com/docs/guides/images-vision?api-mode=chat>; sound:
//!   <https://platform.openai.com/docs/guides/audio>; files, PDF only and not by URL:
//!   <https://platform.openai.com/docs/guides/file-inputs?api-mode=chat>
//! - `reasoning_content`, which goes back with the turns that call tools, even if it is empty:
//!   <https://api-docs.deepseek.com/guides/thinking_mode#tool-calls>,
//!   <https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model>; `reasoning` and `reasoning_details`:
//!   <https://openrouter.ai/docs/use-cases/reasoning-tokens>; `extra_content`, what Gemini wants back:
//!   <https://ai.google.dev/gemini-api/docs/thought-signatures>; content as parts:
//!   <https://docs.mistral.ai/capabilities/reasoning/>, references among them:
//!   <https://docs.mistral.ai/capabilities/citations/>; `x_groq`: <https://console.groq.com/docs/api-reference#chat-create>

mod details;
mod finds;

use self::details::Details;
use self::finds::{take_image, Finds, FINDS, OF_DELTA};
use super::cite::cite;
use super::fault::{error_in, is_error, is_failure, plain_error, unknown};
use super::read::{count, say};
use super::schema::is_strict;
use super::select::is_reasoning_model;
use super::tools::{Calls, Mention};
use super::write::{
    first_turn, input, list_tools, name_of, open_turn, options, result, turn_in_parts, url_of, CHAT_TOOL,
};
use super::{Auth, Decode, Framing, OnDelta, Prompt, Wire};
use crate::error::Error;
use crate::json::{pick, unsigned, Found, Text, Value, Want, Wants, Writer};
use crate::message::{Attachment, AttachmentSource, Delta, FinishReason, Message, Role};
use crate::wire::Frame;

pub(super) const WIRE: Wire = Wire {
    name: "openai",
    schemes: &[
        ("openai", None),
        ("openrouter", Some("https://openrouter.ai/api/v1")),
        ("groq", Some("https://api.groq.com/openai/v1")),
        ("lmstudio", Some("http://localhost:1234/v1")),
    ],
    base_url: Some("https://api.openai.com/v1"),
    framing: Framing::Sse,
    auth: Auth::Bearer,
    headers: &[],
    whole: true,
    prefill: false,
    optional: &[
        "stream_options",
        "max_tokens",
        "max_completion_tokens",
        "strict",
        REASONING_CONTENT,
        REASONING,
        REASONING_DETAILS,
        EXTRA_CONTENT,
        PROVIDER_FIELDS,
    ],
    idle: &[r#""obfuscation":""#],
    ends: &[],
    plain_text: false,
    tools: true,
    media: &[
        ("image/", true),
        ("audio/wav", false),
        ("audio/x-wav", false),
        ("audio/mpeg", false),
        ("audio/mp3", false),
        ("application/pdf", false),
    ],
    think_tags: true,
    path: |_| "/chat/completions".to_owned(),
    body,
    decoder: || Box::<Chat>::default(),
};

fn body(prompt: &Prompt<'_>, json: &mut Writer) {
    json.add("{");
    json.text("model", prompt.model);
    json.add(r#""messages":["#);
    first_turn(prompt.instructions, json);
    for turn in prompt.messages {
        let attached = prompt.attached(turn);
        if attached.is_empty() {
            message(turn, prompt, json);
        } else {
            attachments(turn, attached, json);
        }
    }
    json.add("]");
    list_tools(prompt.tools, CHAT_TOOL, json);
    if let Some(answer) = prompt.schema {
        schema(answer, prompt.sends("strict"), json);
    }
    options(prompt, bound(prompt), json);
    if prompt.stream {
        json.add(r#""stream":true"#);
        if prompt.sends("stream_options") {
            json.add(r#""stream_options":{"include_usage":true}"#);
        }
    }
    json.add("}");
}

/// The name of the bound on the answer. OpenAI's own models want the newer one, whoever serves them; most compatible servers
/// know only the older one; a server that rejects one of them gets the other.
fn bound(prompt: &Prompt<'_>) -> &'static str {
    const NAMES: [&str; 2] = ["max_tokens", "max_completion_tokens"];
    let [old, new] = NAMES;
    let newer = prompt.public || is_reasoning_model(prompt.model);
    let (first, second) = if newer { (new, old) } else { (old, new) };
    if prompt.sends(first) || !prompt.sends(second) {
        first
    } else {
        second
    }
}

fn schema(schema: &Value, may_be_strict: bool, json: &mut Writer) {
    json.add(r#""response_format":{"type":"json_schema","json_schema":{"name":"answer""#);
    json.key("schema");
    schema.write(json);
    // Without it the answer is only likely to fit; a schema that is none for it is refused with it.
    if may_be_strict && is_strict(schema) {
        json.add(r#""strict":true"#);
    }
    json.add("}}");
}

fn attachments(message: &Message, attached: &[Attachment], json: &mut Writer) {
    turn_in_parts(message, attached, "text", part, json);
}

fn part(attachment: &Attachment, json: &mut Writer) {
    if attachment.media_type.starts_with("image/") {
        json.add(r#""type":"image_url","image_url":{"#);
        json.text("url", &url_of(attachment));
    } else if let (true, AttachmentSource::Data(data)) =
        (attachment.media_type.starts_with("audio/"), &attachment.source)
    {
        json.add(r#""type":"input_audio","input_audio":{"#);
        json.text("data", data);
        json.text("format", if attachment.media_type.ends_with("wav") { "wav" } else { "mp3" });
    } else {
        json.add(r#""type":"file","file":{"#);
        json.text("filename", name_of(attachment));
        json.text("file_data", &url_of(attachment));
    }
    json.add("}");
}

/// What models want back with a turn, and with a call.
const REASONING_CONTENT: &str = "reasoning_content";
const REASONING: &str = "reasoning";
const REASONING_DETAILS: &str = "reasoning_details";
const EXTRA_CONTENT: &str = "extra_content";
const PROVIDER_FIELDS: &str = "provider_specific_fields";
const TURN_STATE: &[&str] = &[REASONING_CONTENT, REASONING, REASONING_DETAILS, EXTRA_CONTENT];
const CALL_STATE: &[&str] = &[EXTRA_CONTENT, PROVIDER_FIELDS];

/// Writes what a model wants back.
fn state(state: &Value, members: &[&str], prompt: &Prompt<'_>, json: &mut Writer) {
    for member in members.iter().filter(|member| prompt.sends(member)) {
        if let Some(value) = state.get(member) {
            json.key(member);
            value.write(json);
        }
    }
}

fn message(message: &Message, prompt: &Prompt<'_>, json: &mut Writer) {
    open_turn(message.role, &result(message), json);
    state(&message.state, TURN_STATE, prompt, json);
    // DeepSeek refuses a conversation in which a turn that calls tools lacks it, as those of other models do.
    let is_wanted = || prompt.messages.iter().any(|turn| turn.state.get(REASONING_CONTENT).is_some());
    let is_missing = !message.tool_calls.is_empty() && message.state.get(REASONING_CONTENT).is_none();
    if is_missing && prompt.sends(REASONING_CONTENT) && is_wanted() {
        json.text(REASONING_CONTENT, "");
    }
    if let (Role::Tool, Some(id)) = (message.role, &message.tool_call_id) {
        json.text("tool_call_id", id);
    }
    if !message.tool_calls.is_empty() {
        json.add(r#""tool_calls":["#);
        for call in &message.tool_calls {
            json.add("{");
            json.text("id", &call.id);
            json.add(r#""type":"function","function":{"#);
            json.text("name", &call.name);
            json.text("arguments", &input(call));
            json.add("}");
            let extra = Value::parse(call.extra.as_bytes()).unwrap_or(Value::object());
            state(&extra, CALL_STATE, prompt, json);
            json.add("}");
        }
        json.add("]");
    }
    json.add("}");
}

#[derive(Debug, Default)]
struct Chat {
    calls: Calls,
    finds: Finds,
    refused: bool,
    /// A finish reason has come.
    finished: bool,
    /// The model was offered tools.
    offered: bool,
    details: Details,
    /// The name of the reasoning that goes back as it is.
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

    fn whole(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        if !self.object(body, Shape::Whole, false, out)? {
            return Err(Error::protocol("the response is no chat completion: it has no choices"));
        }
        out(Delta::End);
        Ok(())
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
        // Compatible servers hand on the words of the model's own vendor: those of Mistral (`model_length`), Zhipu (`sensitive`,
        // `model_context_window_exceeded`), Hugging Face (`eos_token`), Cohere (`COMPLETE`), Anthropic and Gemini.
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

    /// Reads a chunk, or a whole completion, which differ in little. False if it has nothing of either.
    fn object(&mut self, data: &[u8], shape: Shape, failed: bool, out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let mut found = [Found::Nothing; SLOTS + FINDS];
        pick(data, CHUNK, &mut found)?;
        let Some((found, finds)) = apart(&mut found) else { return Ok(false) };
        let [_, finish, index, message, said @ .., _, _, _, _, _] = found;
        // Of several choices the first is the answer.
        if index.other().is_some_and(|index| index != b"0") {
            *finish = Found::Nothing;
            *message = Found::Nothing;
            said.fill(Found::Nothing);
            finds.iter_mut().take(OF_DELTA).for_each(|find| *find = Found::Nothing);
        }
        let [choices, finish, _, message, said @ .., usage, groq_usage, error, choice_error, base_resp] = &*found;
        self.say(said, out);
        self.finds.take(finds, false, out);
        if message.as_object().is_some() {
            self.message(message, shape, said, finish, choices, out);
        }
        for usage in [usage, groq_usage] {
            if usage.as_object().is_some() {
                out(Delta::Usage(count(&usage.pick::<6>(USAGE))));
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
        let [.., citations, results] = finds;
        Ok(choices.is_there()
            || citations.is_there()
            || results.is_there()
            || usage.is_there()
            || groq_usage.is_there())
    }

    /// Hands on what a delta says, or the message of a whole completion.
    fn say(&mut self, said: &Said<'_>, out: &mut OnDelta<'_>) {
        let [text, content, reasoning_content, reasoning, thinking, refusal, tools, function, audio, details, extra] =
            said;
        // Servers that send several kinds of reasoning send the same several times.
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
        say(audio, false, out);
        self.refuse(refusal, out);
        for call in calls(tools, function) {
            self.calls.take(call, out);
        }
    }

    /// Keeps what goes back with the turn.
    fn keep(&mut self, content: &Found<'_>, reasoning: &Found<'_>, extra: &Found<'_>, out: &mut OnDelta<'_>) {
        let member = if matches!(content, Found::Text(_)) {
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
        // Without a signature it says of what kind a part is.
        if extra.as_object().is_some_and(|extra| extra.windows(SIGNATURE.len()).any(|part| part == SIGNATURE)) {
            out(Delta::State { member: EXTRA_CONTENT, value: extra.into() });
        }
    }

    fn keep_details(&mut self, out: &mut OnDelta<'_>) {
        if !self.details.is_empty() && (self.offered || self.details.is_signed()) {
            out(Delta::State { member: REASONING_DETAILS, value: self.details.to_value() });
        }
    }

    /// A message where a chunk has a delta. In a stream it says everything so far once more: it counts only where there is
    /// no delta, or at the end, where the delta may be empty.
    fn message(
        &mut self,
        message: &Found<'_>,
        shape: Shape,
        delta: &Said<'_>,
        finish: &Found<'_>,
        choices: &Found<'_>,
        out: &mut OnDelta<'_>,
    ) {
        let mut found = message.pick::<{ SLOTS + FINDS }>(DELTA);
        let Some((found, finds)) = apart(&mut found) else { return };
        let [_, _, _, _, said @ .., _, _, _, _, _] = &*found;
        if shape == Shape::Whole {
            self.say(said, out);
            return self.finds.take(finds, true, out);
        }
        // Whoever collects them keeps each once.
        self.finds.take(finds, true, out);
        let has_delta = || choices.items().next().is_some_and(|choice| choice.pick::<1>(HAS_DELTA)[0].is_there());
        if delta.iter().any(|member| member.text().is_some() || member.other().is_some())
            || (finish.text().is_none() && has_delta())
        {
            return;
        }
        let [_, content, reasoning_content, reasoning, thinking, _, tools, function, ..] = said;
        if let Some(text) = [reasoning_content, reasoning, thinking].into_iter().find_map(Found::text) {
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

    /// What is said aloud: a string, or parts, of which a server may send the only one without a list around it.
    fn content(&mut self, content: &Found<'_>, out: &mut OnDelta<'_>) {
        say(content, false, out);
        if content.as_object().is_some() {
            self.part(content, out);
        }
        for part in content.items() {
            self.part(&part, out);
        }
    }

    fn refuse(&mut self, refusal: &Found<'_>, out: &mut OnDelta<'_>) {
        self.refused |= refusal.text().is_some();
        say(refusal, false, out);
    }

    /// A part of `content` where that is a list: `{type: "text", text}`, `{type: "thinking", thinking: [{text}]}`,
    /// `{type: "refusal", refusal}`. The text of some is an object again: `{type: "text", text: {value}}`.
    fn part(&mut self, part: &Found<'_>, out: &mut OnDelta<'_>) {
        if part.text().is_some() {
            return say(part, false, out);
        }
        let [text, refusal, thinking, .., kind, image, url, title] = &part.pick::<10>(PART);
        if kind.says("tool_reference") {
            return cite(url, title, &Found::Nothing, None, out);
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
        let [_, _, _, _, _, value, ..] = &text.pick::<10>(PART);
        say(value, false, out);
        self.refuse(refusal, out);
    }
}

/// Reasoning that is no string: an object that holds it, or a list of such objects.
fn think(thought: &Found<'_>, out: &mut OnDelta<'_>) {
    for part in thought.items() {
        think(&part, out);
    }
    let found = thought.pick::<10>(PART);
    let [text, _, thinking, summary, content, ..] = &found;
    let said = [thought, text, thinking, summary, content].into_iter().find(|found| found.text().is_some());
    if let Some(said) = said {
        say(said, true, out);
    }
}

/// The calls of a delta or a message, under their newer and their older name.
fn calls<'a>(tools: &Found<'a>, function: &Found<'a>) -> impl Iterator<Item = Mention<'a>> {
    let count = tools.items().take(2).count();
    let older = Some(*function).filter(|function| function.as_object().is_some());
    // The only call may come without a list around it, and its name and arguments without `function`.
    let only = Some(*tools).filter(|call| call.as_object().is_some());
    let newer = tools.items().chain(only).enumerate().map(move |(position, call)| {
        let [index, id, name, arguments, own_name, own_arguments, extra @ ..] = &call.pick::<8>(TOOL_CALL);
        let (name, arguments) =
            if name.is_there() || arguments.is_there() { (name, arguments) } else { (own_name, own_arguments) };
        let index = index.unsigned().or_else(|| unsigned(index.to_text().as_bytes()));
        // Several entries of one list are several calls, also without id, index or name.
        let index = index.or((count > 1).then_some(position as u64));
        Mention { extra: extra_of(extra), ..mention(index, id.to_text(), name, arguments) }
    });
    newer.chain(older.into_iter().map(|function| {
        let [name, arguments] = &function.pick(FUNCTION);
        mention(None, String::new(), name, arguments)
    }))
}

/// What goes back with a call, as JSON.
fn extra_of(extra: &[Found<'_>; 2]) -> String {
    let mut value = Value::object();
    for (member, found) in CALL_STATE.iter().zip(extra).filter(|(_, found)| found.is_there()) {
        value.set(member, found.into());
    }
    if value == Value::object() {
        String::new()
    } else {
        value.to_json()
    }
}

fn mention<'a>(index: Option<u64>, id: String, name: &Found<'_>, arguments: &Found<'a>) -> Mention<'a> {
    // A few servers send the arguments as JSON instead of a string that holds it.
    let whole = arguments.as_object().map(Text::verbatim);
    Mention { index, id, name: name.to_text(), extra: String::new(), input: arguments.text().or(whole) }
}

/// The members of a chunk's words and terminal, and those of what was found.
fn apart<'f, 'a>(
    found: &'f mut [Found<'a>; SLOTS + FINDS],
) -> Option<(&'f mut [Found<'a>; SLOTS], &'f mut [Found<'a>; FINDS])> {
    let (found, finds) = found.split_first_chunk_mut()?;
    Some((found, finds.try_into().ok()?))
}

/// How a response comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Chunk,
    Whole,
}

/// How many members of a chunk are wanted, and how many of them are those of a delta or a message.
const SLOTS: usize = 20;
type Said<'a> = [Found<'a>; 11];

const CHUNK: Wants = &[
    ("choices", Want::First(0, CHOICE)),
    ("usage", Want::Value(15)),
    ("x_groq", Want::In(&[("usage", Want::Value(16)), ("error", Want::Value(17))])),
    ("error", Want::Value(17)),
    // MiniMax, which sends it with a good answer, too: its code is 0 then.
    ("base_resp", Want::Value(19)),
    ("citations", Want::Value(25)),
    ("search_results", Want::Value(26)),
    ("web_search", Want::Value(26)),
];

const CHOICE: Wants = &[
    ("error", Want::Value(18)),
    ("index", Want::Value(2)),
    ("finish_reason", Want::Value(1)),
    ("delta", Want::In(DELTA)),
    // A whole completion has it where a chunk has `delta`, and some servers send both.
    ("message", Want::Value(3)),
    // The older completions: <https://platform.openai.com/docs/api-reference/completions/object>
    ("text", Want::Value(4)),
];

const HAS_DELTA: Wants = &[("delta", Want::Value(0))];

const DELTA: Wants = &[
    ("content", Want::Value(5)),
    (REASONING_CONTENT, Want::Value(6)),
    (REASONING, Want::Value(7)),
    ("thinking", Want::Value(8)),
    ("refusal", Want::Value(9)),
    ("tool_calls", Want::Value(10)),
    ("function_call", Want::Value(11)),
    ("audio", Want::In(&[("transcript", Want::Value(12)), ("data", Want::Value(22))])),
    (REASONING_DETAILS, Want::Value(13)),
    (EXTRA_CONTENT, Want::Value(14)),
    ("annotations", Want::Value(20)),
    ("images", Want::Value(21)),
    ("executed_tools", Want::Value(23)),
    ("context", Want::In(&[("citations", Want::Value(24))])),
];

const PART: Wants = &[
    ("text", Want::Value(0)),
    ("refusal", Want::Value(1)),
    ("thinking", Want::Value(2)),
    ("summary", Want::Value(3)),
    ("content", Want::Value(4)),
    ("value", Want::Value(5)),
    ("type", Want::Value(6)),
    ("image_url", Want::Value(7)),
    ("url", Want::Value(8)),
    ("title", Want::Value(9)),
];

const TOOL_CALL: Wants = &[
    ("index", Want::Value(0)),
    ("id", Want::Value(1)),
    ("function", Want::In(&[("name", Want::Value(2)), ("arguments", Want::Value(3))])),
    ("name", Want::Value(4)),
    ("arguments", Want::Value(5)),
    (EXTRA_CONTENT, Want::Value(6)),
    (PROVIDER_FIELDS, Want::Value(7)),
];

/// The name of a signature in `extra_content` ends so.
const SIGNATURE: &[u8] = b"signature\"";

const FUNCTION: Wants = &[("name", Want::Value(0)), ("arguments", Want::Value(1))];

/// As `count` wants them.
const USAGE: Wants = &[
    ("prompt_tokens", Want::Value(0)),
    ("completion_tokens", Want::Value(1)),
    ("total_tokens", Want::Value(2)),
    ("completion_tokens_details", Want::In(&[("reasoning_tokens", Want::Value(3))])),
    ("prompt_tokens_details", Want::In(&[("cached_tokens", Want::Value(4))])),
    ("prompt_cache_hit_tokens", Want::Value(5)),
];
