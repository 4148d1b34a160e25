//! OpenAI Chat Completions, and the many servers that speak it.
//!
//! - Request: <https://platform.openai.com/docs/api-reference/chat/create>
//! - Stream: <https://platform.openai.com/docs/api-reference/chat-streaming/streaming>
//! - Tools: <https://platform.openai.com/docs/guides/function-calling?api-mode=chat>; JSON:
//!   <https://platform.openai.com/docs/guides/structured-outputs?api-mode=chat>
//! - Images: <https://platform.openai.com/docs/guides/images-vision?api-mode=chat>; sound:
//!   <https://platform.openai.com/docs/guides/audio>; files, PDF only and not by URL:
//!   <https://platform.openai.com/docs/guides/file-inputs?api-mode=chat>
//! - `reasoning_content`: <https://api-docs.deepseek.com/guides/reasoning_model>; `reasoning`:
//!   <https://openrouter.ai/docs/use-cases/reasoning-tokens>; content as parts:
//!   <https://docs.mistral.ai/capabilities/reasoning/>; `x_groq`: <https://console.groq.com/docs/api-reference#chat-create>

use super::fault::{error_in, is_error, is_failure, plain_error, unknown};
use super::read::{count, say};
use super::schema::is_strict;
use super::tools::{Calls, Mention};
use super::write::{
    first_turn, input, list_tools, name_of, open_turn, options, result, turn_in_parts, url_of, CHAT_TOOL,
};
use super::{Auth, Decode, Framing, OnDelta, Prompt, Wire};
use crate::error::Error;
use crate::json::{pick, Found, Text, Value, Want, Wants, Writer};
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
    optional: &["stream_options", "max_tokens", "max_completion_tokens", "strict"],
    idle: &[r#""obfuscation":""#],
    tools: true,
    media: &[
        ("image/", true),
        ("audio/wav", false),
        ("audio/x-wav", false),
        ("audio/mpeg", false),
        ("audio/mp3", false),
        ("application/pdf", false),
    ],
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
            message(turn, json);
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

/// The name of the bound on the answer. OpenAI's own models want the newer one, most compatible servers know only the older
/// one; a server that rejects one of them gets the other.
fn bound(prompt: &Prompt<'_>) -> &'static str {
    const NAMES: [&str; 2] = ["max_tokens", "max_completion_tokens"];
    let [old, new] = NAMES;
    let (first, second) = if prompt.public { (new, old) } else { (old, new) };
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

fn message(message: &Message, json: &mut Writer) {
    open_turn(message.role, &result(message), json);
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
            json.add("}}");
        }
        json.add("]");
    }
    json.add("}");
}

#[derive(Debug, Default)]
struct Chat {
    calls: Calls,
    refused: bool,
    /// The terminal has come: the first one counts.
    finished: bool,
}

impl Decode for Chat {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        plain_error(&frame)?;
        let data = frame.data.trim_ascii();
        if data == b"[DONE]" {
            self.finish(String::new(), out);
            out(Delta::End);
            return Ok(());
        }
        if data.is_empty() {
            return Ok(());
        }
        let known = self.object(data, frame.event == b"error", out)?;
        if !known {
            return unknown(frame, out);
        }
        Ok(())
    }

    fn whole(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        if !self.object(body, false, out)? {
            return Err(Error::protocol("the response is no chat completion: it has no choices"));
        }
        self.finish(String::new(), out);
        out(Delta::End);
        Ok(())
    }
}

impl Chat {
    fn finish(&mut self, raw: String, out: &mut OnDelta<'_>) {
        if !std::mem::replace(&mut self.finished, true) {
            self.calls.end_all(out);
            out(Delta::Finish { reason: self.reason(&raw), raw });
        }
    }

    fn reason(&self, raw: &str) -> FinishReason {
        match raw {
            _ if self.refused => FinishReason::ContentFilter,
            "" | "stop" | "end_turn" | "eos" => FinishReason::Stop,
            "length" | "max_tokens" => FinishReason::Length,
            "content_filter" => FinishReason::ContentFilter,
            "tool_calls" | "function_call" => FinishReason::ToolCalls,
            _ => FinishReason::Other,
        }
    }

    /// Reads a chunk, or a whole completion, which differ in little. False if it has nothing of either.
    fn object(&mut self, data: &[u8], failed: bool, out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let mut found = [Found::Nothing; SLOTS];
        pick(data, CHUNK, &mut found)?;
        let [_, said @ .., _, _, _, index, _, _] = &mut found;
        // Of several choices the first is the answer.
        if index.other().is_some_and(|index| index != b"0") {
            said.fill(Found::Nothing);
        }
        let [choices, finish, content, reasoning_content, reasoning, refusal, tools, usage, groq_usage, error, _, choice_error, base_resp] =
            &found;
        // Servers that send both kinds of reasoning send the same twice.
        say(if reasoning_content.text().is_some() { reasoning_content } else { reasoning }, true, out);
        say(content, false, out);
        for part in content.items() {
            self.part(&part, out);
        }
        self.refuse(refusal, out);
        for call in tools.items() {
            self.tool_call(&call, out);
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
            self.finish(finish.to_text(), out);
        }
        Ok(choices.is_there() || usage.is_there() || groq_usage.is_there())
    }

    fn refuse(&mut self, refusal: &Found<'_>, out: &mut OnDelta<'_>) {
        self.refused |= refusal.text().is_some();
        say(refusal, false, out);
    }

    /// A part of `content` where that is a list: `{type: "text", text}`, `{type: "thinking", thinking: [{text}]}`,
    /// `{type: "refusal", refusal}`.
    fn part(&mut self, part: &Found<'_>, out: &mut OnDelta<'_>) {
        let [text, refusal, thinking] = &part.pick(PART);
        say(thinking, true, out);
        for thought in thinking.items() {
            let [text, ..] = &thought.pick::<3>(PART);
            say(text, true, out);
        }
        say(text, false, out);
        self.refuse(refusal, out);
    }

    fn tool_call(&mut self, call: &Found<'_>, out: &mut OnDelta<'_>) {
        let [index, id, name, arguments] = &call.pick(TOOL_CALL);
        let mention = Mention { index: index.unsigned(), id: id.to_text(), name: name.to_text(), ..Mention::default() };
        let call = self.calls.locate(mention, out);
        // A few servers send the arguments as JSON instead of a string that holds it.
        let whole = arguments.as_object().map(Text::verbatim);
        if let Some(text) = arguments.text().or(whole) {
            Calls::input(call, text, out);
        }
    }
}

/// How many members of a chunk are wanted.
const SLOTS: usize = 13;

const CHUNK: Wants = &[
    ("choices", Want::First(0, CHOICE)),
    ("usage", Want::Value(7)),
    ("x_groq", Want::In(&[("usage", Want::Value(8))])),
    ("error", Want::Value(9)),
    // MiniMax, which sends it with a good answer, too: its code is 0 then.
    ("base_resp", Want::Value(12)),
];

const CHOICE: Wants = &[
    ("error", Want::Value(11)),
    ("index", Want::Value(10)),
    ("finish_reason", Want::Value(1)),
    // A whole completion, and the last chunk of some servers, has `message` where a chunk has `delta`.
    ("delta", Want::In(DELTA)),
    ("message", Want::In(DELTA)),
];

const DELTA: Wants = &[
    ("content", Want::Value(2)),
    ("reasoning_content", Want::Value(3)),
    ("reasoning", Want::Value(4)),
    ("refusal", Want::Value(5)),
    ("tool_calls", Want::Value(6)),
];

const PART: Wants = &[("text", Want::Value(0)), ("refusal", Want::Value(1)), ("thinking", Want::Value(2))];

const TOOL_CALL: Wants = &[
    ("index", Want::Value(0)),
    ("id", Want::Value(1)),
    ("function", Want::In(&[("name", Want::Value(2)), ("arguments", Want::Value(3))])),
];

/// As `count` wants them.
const USAGE: Wants = &[
    ("prompt_tokens", Want::Value(0)),
    ("completion_tokens", Want::Value(1)),
    ("total_tokens", Want::Value(2)),
    ("completion_tokens_details", Want::In(&[("reasoning_tokens", Want::Value(3))])),
    ("prompt_tokens_details", Want::In(&[("cached_tokens", Want::Value(4))])),
    ("prompt_cache_hit_tokens", Want::Value(5)),
];
