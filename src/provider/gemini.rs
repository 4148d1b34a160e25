//! Google's Gemini API.
//!
//! - Request, response and stream: <https://ai.google.dev/api/generate-content>
//! - Function calls: <https://ai.google.dev/gemini-api/docs/function-calling>; arguments in pieces, which Vertex AI sends:
//!   <https://googleapis.github.io/js-genai/release_docs/interfaces/types.PartialArg.html>
//! - JSON: <https://ai.google.dev/gemini-api/docs/structured-output>, which models before Gemini 3 do not give together with
//!   tools: <https://github.com/googleapis/python-genai/issues/867>; how much of JSON Schema:
//!   <https://ai.google.dev/api/caching#Schema>
//! - Images and files: <https://ai.google.dev/gemini-api/docs/file-input-methods>
//! - Thoughts: <https://ai.google.dev/gemini-api/docs/thinking>; their signatures:
//!   <https://ai.google.dev/gemini-api/docs/thought-signatures>
//! - What an answer is grounded on, and what it cites, both with places in bytes of UTF-8:
//!   <https://ai.google.dev/gemini-api/docs/google-search>, <https://ai.google.dev/api/generate-content#GroundingMetadata>; pages
//!   that were read: <https://ai.google.dev/gemini-api/docs/url-context>
//! - Images that were made: <https://ai.google.dev/gemini-api/docs/image-generation>; speech, PCM in pieces:
//!   <https://ai.google.dev/gemini-api/docs/speech-generation>
//! - Finish reasons: <https://googleapis.github.io/js-genai/release_docs/enums/types.FinishReason.html>; counts:
//!   <https://googleapis.github.io/js-genai/release_docs/classes/types.GenerateContentResponseUsageMetadata.html>
//! - An answer to be gone on with as the last turn is in none of these; models take it, but for some of the newer, which
//!   refuse with a status of 400: <https://github.com/LibreChat-AI/agents/pull/323>

mod calls;
mod grounding;

use self::calls::Calls;
use self::grounding::{cite_all, CITATIONS, GROUNDING};
use super::base64::Base64;
use super::cite::{file_at, file_of};
use super::fault::{error_in, is_error, plain_error, unknown};
use super::read::{newest, raw, say, sum};
use super::schema::{fit, Dialect};
use super::write::{answered, describe, has_failed, input, instruct, options_in, turns};
use super::{Auth, Decode, Framing, OnDelta, Prompt, Wire};
use crate::error::Error;
use crate::json::{kind_of, pick, Found, Kind, Scanner, Text, Value, Want, Wants, Writer};
use crate::message::{Attachment, AttachmentSource, Delta, FinishReason, Message, Role, Tool, Usage};
use crate::text::{concat, is_blank, split_once};
use crate::wire::Frame;

/// What stands in for the signature of a call that is not known, which the newer models want back.
const NO_SIGNATURE: &str = "skip_thought_signature_validator";

pub(super) const WIRE: Wire = Wire {
    name: "gemini",
    schemes: &[("gemini", None), ("google", None)],
    base_url: Some("https://generativelanguage.googleapis.com/v1beta"),
    framing: Framing::Sse,
    auth: Auth::Header("x-goog-api-key"),
    headers: &[],
    whole: true,
    prefill: true,
    optional: &[],
    idle: &[],
    ends: &[],
    plain_text: false,
    tools: true,
    media: &[("", true)],
    think_tags: false,
    path,
    body,
    decoder: || Box::<Gemini>::default(),
};

fn path(prompt: &Prompt<'_>) -> String {
    let (folder, model) = match split_once(prompt.model, '/') {
        Some((folder @ ("models" | "tunedModels"), model)) => (folder, model),
        _ => ("models", prompt.model),
    };
    let mut path = concat(&["/", folder, "/"]);
    for byte in model.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@:".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push('%');
            for half in [byte >> 4, byte & 15] {
                path.push(char::from_digit(u32::from(half), 16).unwrap_or_default().to_ascii_uppercase());
            }
        }
    }
    path.push_str(if prompt.stream { ":streamGenerateContent?alt=sse" } else { ":generateContent" });
    path
}

fn body(prompt: &Prompt<'_>, json: &mut Writer) {
    json.add("{");
    let mut system = prompt.system_text();
    let answer = prompt.schema.map(|answer| schema(answer, prompt, &mut system)).unwrap_or_default();
    if !system.is_empty() {
        json.add(r#""systemInstruction":{"parts":["#);
        text_part(&system, json);
        json.add("]}");
    }
    json.add(r#""contents":["#);
    contents(prompt, &turns(prompt), json);
    json.add("]");
    if !prompt.tools.is_empty() {
        tools(prompt.tools, json);
    }
    options_in("generationConfig", prompt, "maxOutputTokens", &answer, json);
    json.add("}");
}

fn tools(tools: &[Tool], json: &mut Writer) {
    json.add(r#""tools":[{"functionDeclarations":["#);
    for tool in tools {
        json.add("{");
        describe(tool, json);
        // An object without properties is refused: "should be non-empty for OBJECT type". No schema says the same.
        if let (false, Value::Object(members)) = (tool.takes_nothing(), &tool.parameters) {
            let is_empty = |(key, value): &&(String, Value)| key == "properties" && *value == Value::object();
            let parameters = Value::Object(members.iter().filter(|member| !is_empty(member)).cloned().collect());
            fitting(["parameters", "parametersJsonSchema"], &parameters, json);
        }
        json.add("}");
    }
    json.add("]}]");
}

/// The members of the configuration that ask for JSON; where a model has them not beside tools, `system` asks for it.
fn schema(schema: &Value, prompt: &Prompt<'_>, system: &mut String) -> String {
    let mut json = Writer::default();
    let name = split_once(prompt.model, '/').map_or(prompt.model, |(_, name)| name);
    if !prompt.tools.is_empty() && (name.starts_with("gemini-1") || name.starts_with("gemini-2")) {
        instruct(schema, system);
    } else {
        json.text("responseMimeType", "application/json");
        fitting(["responseSchema", "responseJsonSchema"], schema, &mut json);
    }
    json.finish()
}

/// A schema under the first key, which refuses what it does not know; if it says more than that, under the second, which
/// takes any.
fn fitting([own, any]: [&str; 2], schema: &Value, json: &mut Writer) {
    let fitting = fit(schema, &DIALECT);
    json.key(if fitting.is_some() { own } else { any });
    fitting.as_ref().unwrap_or(schema).write(json);
}

const DIALECT: Dialect = Dialect {
    known: &[
        "type",
        "title",
        "description",
        "nullable",
        "enum",
        "default",
        "example",
        "required",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minProperties",
        "maxProperties",
        "pattern",
        "propertyOrdering",
    ],
    formats: &["date-time", "enum", "float", "double", "int32", "int64"],
    closed: false,
};

fn attachments(attached: &[Attachment], json: &mut Writer) {
    for attachment in attached {
        let (kind, key, source) = match &attachment.source {
            AttachmentSource::Data(data) => (r#"{"inlineData":{"#, "data", data),
            AttachmentSource::Url(url) => (r#"{"fileData":{"#, "fileUri", url),
        };
        json.add(kind);
        json.text("mimeType", &attachment.media_type);
        json.text(key, source);
        json.add("}}");
    }
}

/// Turns of the same role that follow one another are one: all answers to calls have to stand together.
fn contents(prompt: &Prompt<'_>, turns: &[&Message], json: &mut Writer) {
    let mut open = "";
    for message in turns {
        let role = if message.role == Role::Assistant { "model" } else { "user" };
        if role != open {
            if !open.is_empty() {
                json.add("]}");
            }
            json.add("{");
            json.text("role", role);
            json.add(r#""parts":["#);
            open = role;
        }
        attachments(prompt.attached(message), json);
        parts(message, turns, json);
    }
    if !open.is_empty() {
        json.add("]}");
    }
}

fn parts(message: &Message, turns: &[&Message], json: &mut Writer) {
    if message.role == Role::Tool {
        json.add(r#"{"functionResponse":{"#);
        id(message.tool_call_id.as_deref().unwrap_or_default(), json);
        json.text("name", answered(turns, message).map_or("", |call| &call.name));
        // What a tool answered has to be an object.
        let key = if has_failed(message) { "error" } else { "output" };
        match kind_of(&message.content) {
            Some(Kind::Object) if key == "output" => json.member("response", &message.content),
            kind => {
                json.add(r#""response":{"#);
                if kind.is_some() {
                    json.member(key, &message.content);
                } else {
                    json.text(key, &message.content);
                }
                json.add("}");
            }
        }
        json.add("}}");
        return;
    }
    if !is_blank(&message.content) {
        text_part(&message.content, json);
    }
    for (place, call) in message.tool_calls.iter().enumerate() {
        json.add(r#"{"functionCall":{"#);
        id(&call.id, json);
        json.text("name", &call.name);
        json.member("args", &input(call));
        json.add("}");
        let extra = Value::parse(call.extra.as_bytes()).unwrap_or(Value::object());
        // Of calls made together only the first is signed.
        let signature = extra.text(SIGNATURE).or((place == 0).then_some(NO_SIGNATURE));
        if let Some(signature) = signature {
            json.text(SIGNATURE, signature);
        }
        json.add("}");
    }
}

/// What signs a call, in a part and in the call's extra.
const SIGNATURE: &str = "thoughtSignature";

/// The id of a call, if the model gave it one: those that it was given here are the same in every answer.
fn id(id: &str, json: &mut Writer) {
    let is_given = id.strip_prefix("call_").is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()));
    if !is_given && !id.is_empty() {
        json.text("id", id);
    }
}

fn text_part(text: &str, json: &mut Writer) {
    json.add("{");
    json.text("text", text);
    json.add("}");
}

#[derive(Debug, Default)]
struct Gemini {
    calls: Calls,
    /// Something else came since the last thought: the next one is another part.
    thought_over: bool,
    /// As `USAGE` has them, each the newest.
    counts: [Option<u64>; 6],
    /// Speech that comes in pieces, and its media type.
    audio: (Base64, String),
}

/// One response of a stream, or the only one without.
const RESPONSE: Wants = &[
    ("candidates", Want::First(6, CANDIDATE)),
    ("promptFeedback", Want::Value(9)),
    ("usageMetadata", Want::Value(10)),
    ("error", Want::Value(11)),
];

const CANDIDATE: Wants = &[
    ("content", Want::In(&[("parts", Want::First(7, PART))])),
    ("finishReason", Want::Value(8)),
    ("groundingMetadata", Want::Value(12)),
    ("citationMetadata", Want::Value(13)),
    ("urlContextMetadata", Want::Value(14)),
];

const PART: Wants = &[
    ("text", Want::Value(0)),
    ("thought", Want::Value(1)),
    ("functionCall", Want::Value(2)),
    (SIGNATURE, Want::Value(3)),
    ("inlineData", Want::Value(4)),
    ("fileData", Want::Value(5)),
];

/// `inlineData` or `fileData`.
const FILE: Wants = &[
    ("mimeType", Want::Value(0)),
    ("data", Want::Value(1)),
    ("fileUri", Want::Value(2)),
    ("displayName", Want::Value(3)),
];

const FEEDBACK: Wants = &[("blockReason", Want::Value(0))];

const USAGE: Wants = &[
    ("promptTokenCount", Want::Value(0)),
    ("toolUsePromptTokenCount", Want::Value(1)),
    ("totalTokenCount", Want::Value(2)),
    ("cachedContentTokenCount", Want::Value(3)),
    ("candidatesTokenCount", Want::Value(4)),
    ("thoughtsTokenCount", Want::Value(5)),
];

impl Decode for Gemini {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        plain_error(&frame)?;
        let data = frame.data.trim_ascii();
        if !self.response(data, false, out)? {
            return unknown(frame, out);
        }
        Ok(())
    }

    fn whole(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let mut scan = Scanner::new(body);
        let mut known = false;
        if scan.peek()? == Kind::Array {
            // What a stream is without `alt=sse`.
            let responses = Found::Other(scan.raw()?);
            scan.finish()?;
            for response in responses.items() {
                if let Some(response) = response.as_object() {
                    known |= self.response(response, false, out)?;
                }
            }
        } else {
            known = self.response(body, true, out)?;
        }
        if !known {
            return Err(Error::protocol("the response has no candidates"));
        }
        out(Delta::End);
        Ok(())
    }

    fn end(&mut self, out: &mut OnDelta<'_>) {
        self.calls.end(out);
        let kind = std::mem::take(&mut self.audio.1);
        if let Some(file) = self.audio.0.end(&kind) {
            out(Delta::File(file));
        }
    }
}

impl Gemini {
    /// Everything a response says, which may be `whole`: then the places of citations are counted from the beginning of one of
    /// its parts. False if it says nothing that is known.
    fn response(&mut self, data: &[u8], whole: bool, out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let mut found = [Found::Nothing; 15];
        pick(data, RESPONSE, &mut found)?;
        let [first @ .., candidates, parts, finish, feedback, usage, error, grounding, citations, pages] = &found;
        // For each part, how many parts of the answer's text there are before it.
        let mut numbers = Vec::new();
        let mut texts = 0;
        for (place, part) in parts.items().enumerate() {
            if whole {
                let [text, thought, ..] = &part.pick::<6>(PART);
                let is_text = text.text().is_some() && !thought.is_true();
                if is_text && texts > 0 {
                    out(Delta::TextPart);
                }
                numbers.push(texts);
                texts += usize::from(is_text);
            }
            let known = if place == 0 { self.part(first, out) } else { self.part(&part.pick(PART), out) };
            if !known {
                out(Delta::Raw(part.other().unwrap_or_default()));
            }
        }
        if [grounding, citations, pages].into_iter().any(Found::is_there) {
            let number = |part: u64| usize::try_from(part).ok().and_then(|part| numbers.get(part));
            let part = |part| number(part).copied().unwrap_or_default();
            if !cite_all(&grounding.pick(GROUNDING), &citations.pick(CITATIONS), pages, &part, out) {
                out(Delta::Raw(data));
            }
        }
        self.usage(usage, out);
        if is_error(error) {
            return Err(error_in(data));
        }
        let [blocked] = feedback.pick(FEEDBACK);
        if blocked.text().is_some() {
            out(Delta::Finish { reason: FinishReason::ContentFilter, raw: blocked.to_text() });
        } else if finish.text().is_some() && !finish.says("FINISH_REASON_UNSPECIFIED") {
            let raw = finish.to_text();
            out(Delta::Finish { reason: finish_reason(&raw), raw });
        }
        Ok(candidates.is_there() || feedback.is_there() || usage.is_there())
    }

    /// False for a part that has no meaning here: `executableCode`, `codeExecutionResult` …
    fn part(&mut self, part: &[Found<'_>; 6], out: &mut OnDelta<'_>) -> bool {
        let [text, thought, call, signature, inline, file] = part;
        if text.text().is_some() {
            let thought = thought.is_true();
            if thought && self.thought_over {
                out(Delta::ReasoningPart);
            }
            self.thought_over = !thought;
            say(text, thought, out);
        }
        if call.as_object().is_some() {
            self.thought_over = true;
            self.calls.take(call, signature, out);
        }
        // What is made while thinking is none of the answer's.
        let is_file = !thought.is_true() && (self.file(inline, out) || self.file(file, out));
        text.is_there() || call.is_there() || signature.is_there() || is_file
    }

    fn file(&mut self, file: &Found<'_>, out: &mut OnDelta<'_>) -> bool {
        let [kind, data, uri, name] = &file.pick(FILE);
        let media_type = kind.to_text();
        if is_pcm(&media_type) && data.text().is_some() {
            self.audio.0.push(raw(data));
            self.audio.1 = media_type;
            return true;
        }
        let found = file_of(&media_type, data).or_else(|| file_at(uri, &media_type));
        let is_there = found.is_some();
        if let Some(mut found) = found {
            found.media_type = if media_type.is_empty() { found.media_type } else { media_type };
            found.name = name.text().map(Text::read);
            out(Delta::File(found));
        }
        is_there
    }

    /// The prompt's count includes what was cached, but not what tools put in; that of the candidates leaves out thoughts.
    fn usage(&mut self, usage: &Found<'_>, out: &mut OnDelta<'_>) {
        newest(&mut self.counts, &usage.pick::<6>(USAGE));
        let [input @ .., total, cached, _, thoughts] = &self.counts;
        let [_, _, _, _, output @ ..] = &self.counts;
        let sums = Usage {
            input_tokens: sum(input),
            output_tokens: sum(output),
            total_tokens: *total,
            reasoning_tokens: *thoughts,
            cached_input_tokens: *cached,
            ..Usage::default()
        };
        if usage.is_there() && sums != Usage::default() {
            out(Delta::Usage(sums));
        }
    }
}

/// Whether it is sound without a head, whose pieces are one file.
fn is_pcm(media_type: &str) -> bool {
    ["audio/l16", "audio/pcm"]
        .iter()
        .any(|kind| media_type.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(kind)))
}

fn finish_reason(raw: &str) -> FinishReason {
    match raw {
        "STOP" => FinishReason::Stop,
        "MAX_TOKENS" => FinishReason::Length,
        _ if FILTERED.contains(&raw) => FinishReason::ContentFilter,
        _ => FinishReason::Other,
    }
}

const FILTERED: &[&str] = &[
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "MODEL_ARMOR",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
];
