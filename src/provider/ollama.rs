//! Ollama's own chat endpoint.
//!
//! - Request and response: <https://docs.ollama.com/api/chat>; options:
//!   <https://docs.ollama.com/modelfile#valid-parameters-and-values>
//! - Stream: <https://docs.ollama.com/api/streaming>
//! - Tool calls and their results: <https://docs.ollama.com/capabilities/tool-calling>; thinking:
//!   <https://docs.ollama.com/capabilities/thinking>
//! - JSON: <https://docs.ollama.com/capabilities/structured-outputs>; images, without a URL:
//!   <https://docs.ollama.com/capabilities/vision>
//! - Errors while streaming: <https://docs.ollama.com/api/errors>
//! - An answer to be gone on with as the last turn: <https://github.com/ollama/ollama/issues/6778>

use super::cite::image_of;
use super::errors::{error_in, is_error, plain_error, reports_error, unknown};
use super::read::{names, say, usage, Tokens};
use super::tools::{Calls, Mention};
use super::write::{answered, first_turn, input, list_tools, open_turn, options_in, result, CHAT_TOOL};
use super::{Auth, Decode, Framing, LocalServer, OnDelta, Prompt, Protocol, TransportKind};
use crate::error::Error;
use crate::json::{fields, RawValue, Select, Text, Value, Writer};
use crate::message::{Attachment, AttachmentSource, Delta, FinishReason, Message, Role};
use crate::wire::Frame;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ollama",
    prefixes: &[("ollama", None)],
    is_model: |_| false,
    is_default: true,
    base_url: Some("http://localhost:11434"),
    local_server: Some(&LocalServer {
        title: "Ollama",
        port: ":11434",
        not_running: "Ollama does not run: start it with `ollama serve`",
        not_allowed: "Ollama does not allow this page: start it with OLLAMA_ORIGINS=",
        openai_path: "/v1",
    }),
    endpoints: &["/api/chat", "/api/generate"],
    transport: TransportKind::Http,
    framing: Framing::Ndjson,
    auth: Auth::Bearer,
    headers: &[],
    non_streaming: true,
    prefill: true,
    optional: &[THINKING],
    unread: &[r#""created_at":""#],
    final_events: &[],
    plain_text: false,
    tools: true,
    media: &[("image/", false)],
    think_tags: true,
    path: |_| "/api/chat".to_owned(),
    body,
    decoder: || Box::<Ollama>::default(),
};

fn body(prompt: &Prompt<'_>, json: &mut Writer) {
    json.add("{");
    json.text("model", prompt.model);
    json.add(r#""messages":["#);
    first_turn(prompt.instructions, json);
    let mut earlier = Vec::new();
    for turn in prompt.messages {
        message(turn, &earlier, prompt, json);
        earlier.push(turn);
    }
    json.add("]");
    list_tools(prompt.tools, CHAT_TOOL, json);
    if let Some(answer) = prompt.schema {
        schema(answer, json);
    }
    // Ollama streams by default.
    json.add(if prompt.stream { r#""stream":true"# } else { r#""stream":false"# });
    options_in("options", prompt, "num_predict", "", json);
    json.add("}");
}

fn schema(schema: &Value, json: &mut Writer) {
    json.key("format");
    schema.write(json);
}

fn attachments(attached: &[Attachment], json: &mut Writer) {
    json.add(r#""images":["#);
    for attachment in attached {
        if let AttachmentSource::Data(data) = &attachment.source {
            json.string(data);
        }
    }
    json.add("]");
}

/// The model's reasoning is sent back with the turns that call tools.
const THINKING: &str = "thinking";

fn message(message: &Message, earlier: &[&Message], prompt: &Prompt<'_>, json: &mut Writer) {
    open_turn(message.role, &result(message), json);
    if let Some(thinking) = message.state.text(THINKING).filter(|_| prompt.sends(THINKING)) {
        json.text(THINKING, thinking);
    }
    let attached = &message.attachments;
    if !attached.is_empty() {
        attachments(attached, json);
    }
    // A result names the tool, not the call.
    if let (Role::Tool, Some(call)) = (message.role, answered(earlier, message)) {
        json.text("tool_name", &call.name);
    }
    if !message.tool_calls.is_empty() {
        json.add(r#""tool_calls":["#);
        for call in &message.tool_calls {
            json.add(r#"{"type":"function","function":{"#);
            json.text("name", &call.name);
            // Ollama refuses a whole request for arguments that are not an object.
            json.member("arguments", &input(call));
            json.add("}}");
        }
        json.add("]");
    }
    json.add("}");
}

#[derive(Debug, Default)]
struct Ollama {
    /// The calls of the model.
    calls: Calls,
    /// Whether the model has sent reasoning.
    thinks: bool,
}

impl Decode for Ollama {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        plain_error(&frame)?;
        if !self.object(frame.data, false, out)? {
            return unknown(frame, out);
        }
        Ok(())
    }

    fn response(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        if !self.object(body, true, out)? {
            return Err(Error::protocol("the response is no chat: it has no message"));
        }
        Ok(())
    }
}

fields! {
    /// An object of a stream, or the only object of an answer without streaming.
    struct Line { role, content, thinking, tools, images, done, reason, error, input_tokens, output_tokens }
    const LINE = {
        "message" => {
            "role" => role,
            "content" => content,
            THINKING => thinking,
            "tool_calls" => tools,
            "images" => images,
        },
        // The member of `/api/generate`, which proxies in front of Ollama send: <https://docs.ollama.com/api/generate>.
        "response" => content,
        THINKING => thinking,
        "done" => done,
        "done_reason" => reason,
        "error" => error,
        "prompt_eval_count" => input_tokens,
        "eval_count" => output_tokens,
    }
}

fields! {
    struct ToolCall { id, name, arguments }
    const TOOL_CALL = { "id" => id, "function" => { "name" => name, "arguments" => arguments } }
}

impl Ollama {
    /// Hands on everything in a line, in the order in which a model produces it, whatever the order of the keys. A line
    /// that `is_document` is a complete answer. Returns false for a line without any member of a chat.
    fn object(&mut self, data: &[u8], is_document: bool, out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let mut line = Line::default();
        line.select(data, LINE)?;
        let Line { role, content, thinking, tools, images, done, reason, error, input_tokens, output_tokens } = &line;
        if ![role, content, thinking, tools, done, reason, error].iter().any(|member| member.is_there()) {
            if reports_error(data, false) {
                return Err(error_in(data));
            }
            if !names(data, &["message", "done", "error"]) {
                return Ok(false);
            }
        }
        if thinking.text().is_some() && !std::mem::replace(&mut self.thinks, true) {
            out(Delta::ReasoningState(THINKING));
        }
        say(thinking, true, out);
        say(content, false, out);
        for image in images.items() {
            if let Some(file) = image_of(&image) {
                out(Delta::File(file));
            }
        }
        for call in tools.items() {
            self.tool_call(&call, out);
        }
        usage(&Tokens { input: *input_tokens, output: *output_tokens, ..Tokens::default() }, out);
        if is_error(error) {
            return Err(error_in(data));
        }
        let done = is_document || done.is_true();
        if done || reason.text().is_some() {
            let raw = reason.to_text();
            out(Delta::Finish { reason: self.reason(&raw), raw });
        }
        if done {
            out(Delta::End);
        }
        Ok(true)
    }

    /// Old servers send no reason; no version has a reason for tool calls.
    fn reason(&self, raw: &str) -> FinishReason {
        match raw {
            "stop" | "" if !self.calls.is_empty() => FinishReason::ToolCalls,
            "stop" | "" => FinishReason::Stop,
            "length" => FinishReason::Length,
            _ => FinishReason::Other,
        }
    }

    fn tool_call(&mut self, found: &RawValue<'_>, out: &mut OnDelta<'_>) {
        if found.as_object().is_none() {
            return;
        }
        let ToolCall { id, name, arguments } = &found.select(TOOL_CALL);
        let json = arguments.as_object().map(Text::verbatim);
        let input = arguments.text().or(json);
        let mention = Mention { id: id.to_text(), name: name.to_text(), input, ..Mention::default() };
        self.calls.take(mention, out);
        // Calls arrive complete.
        self.calls.end_all(out);
    }
}
