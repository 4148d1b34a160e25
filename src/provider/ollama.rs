//! Ollama's own chat endpoint.
//!
//! - Request and response: <https://docs.ollama.com/api/chat>; options:
//!   <https://docs.ollama.com/modelfile#valid-parameters-and-values>
//! - Stream: <https://docs.ollama.com/api/streaming>
//! - Tool calls and their results: <https://docs.ollama.com/capabilities/tool-calling>; thinking:
//!   <https://docs.ollama.com/capabilities/thinking>
//! - Errors while streaming: <https://docs.ollama.com/api/errors>

use super::read::{emit, owned};
use super::{provider_error, Auth, Decode, Framing, OnDelta, Prompt, Wire};
use crate::error::Error;
use crate::json::{Kind, Scanner, Text, Value};
use crate::message::{Delta, FinishReason, Message, Role, ToolCall, Usage};
use crate::wire::Frame;

pub(super) const WIRE: Wire = Wire {
    name: "ollama",
    schemes: &[("ollama", None)],
    base_url: Some("http://localhost:11434"),
    framing: Framing::Ndjson,
    auth: Auth::Bearer,
    headers: &[],
    whole: true,
    path: |_| "/api/chat".to_owned(),
    body,
    decoder: || Box::<Ollama>::default(),
};

fn body(prompt: &Prompt<'_>) -> Value {
    let mut messages = Vec::new();
    if !prompt.instructions.is_empty() {
        messages.push(Value::object().with("role", "system").with("content", prompt.instructions));
    }
    let turns = prompt.messages.iter().enumerate();
    messages.extend(turns.map(|(at, turn)| message(turn, prompt.messages.get(..at).unwrap_or_default())));
    let mut options = Value::object();
    if let Some(temperature) = prompt.temperature_value() {
        options.set("temperature", temperature);
    }
    if let Some(tokens) = prompt.max_tokens {
        options.set("num_predict", tokens.into());
    }
    // Ollama streams unless it is told not to.
    let mut body = Value::object().with("model", prompt.model).with("messages", messages).with("stream", prompt.stream);
    if options != Value::object() {
        body.set("options", options);
    }
    body
}

fn message(message: &Message, earlier: &[Message]) -> Value {
    let mut value = Value::object().with("role", message.role.as_str()).with("content", message.content.as_str());
    if message.role == Role::Tool {
        // A result names the tool, not the call.
        let mut calls = earlier.iter().rev().flat_map(|turn| &turn.tool_calls);
        if let Some(call) = calls.find(|call| message.tool_call_id.as_ref() == Some(&call.id)) {
            value.set("tool_name", call.name.as_str().into());
        }
    }
    if !message.tool_calls.is_empty() {
        value.set("tool_calls", Value::Array(message.tool_calls.iter().map(tool_call).collect()));
    }
    value
}

fn tool_call(call: &ToolCall) -> Value {
    // Ollama refuses a whole request for arguments that are no object.
    let arguments = Value::parse(call.input_text.as_bytes()).ok().filter(|value| matches!(value, Value::Object(_)));
    let function =
        Value::object().with("name", call.name.as_str()).with("arguments", arguments.unwrap_or_else(Value::object));
    Value::object().with("type", "function").with("function", function)
}

#[derive(Debug, Default)]
struct Ollama {
    /// How many tools the model has called.
    calls: usize,
}

impl Decode for Ollama {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let line = Line::read(frame.data)?;
        if !line.known {
            out(Delta::Raw(frame.data));
        }
        self.hand_on(&line, out)
    }

    fn whole(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let mut line = Line::read(body)?;
        if !line.known {
            return Err(Error::protocol("the response is no chat: it has no message"));
        }
        line.done = true;
        self.hand_on(&line, out)
    }
}

/// One object of a stream, or the only one without.
#[derive(Default)]
struct Line<'a> {
    thinking: Option<Text<'a>>,
    content: Option<Text<'a>>,
    tool_calls: Option<&'a [u8]>,
    done: bool,
    reason: Option<Text<'a>>,
    usage: Usage,
    error: Option<&'a [u8]>,
    /// It has something of a chat.
    known: bool,
}

impl<'a> Line<'a> {
    fn read(data: &'a [u8]) -> Result<Self, Error> {
        let mut scan = Scanner::new(data);
        let mut line = Self::default();
        scan.object()?;
        while let Some(key) = scan.key()? {
            line.known |= matches!(&*key, b"message" | b"done" | b"error");
            match &*key {
                b"message" => line.message(&mut scan)?,
                b"done" => line.done = scan.bool()? == Some(true),
                b"done_reason" => line.reason = scan.string()?,
                b"prompt_eval_count" => line.usage.input_tokens = scan.unsigned()?,
                b"eval_count" => line.usage.output_tokens = scan.unsigned()?,
                b"error" => line.error = Some(scan.raw()?).filter(|raw| *raw != b"null"),
                _ => scan.skip()?,
            }
        }
        scan.finish()?;
        Ok(line)
    }

    fn message(&mut self, scan: &mut Scanner<'a>) -> Result<(), Error> {
        if !scan.enter_object()? {
            return Ok(());
        }
        while let Some(key) = scan.key()? {
            match &*key {
                b"thinking" => self.thinking = scan.string()?,
                b"content" => self.content = scan.string()?,
                b"tool_calls" => self.tool_calls = Some(scan.raw()?),
                _ => scan.skip()?,
            }
        }
        Ok(())
    }
}

impl Ollama {
    /// Everything a line says, in the order in which a model says it, whatever the order of the keys.
    fn hand_on(&mut self, line: &Line<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        emit(line.thinking, Delta::Reasoning, out);
        emit(line.content, Delta::Text, out);
        if let Some(calls) = line.tool_calls {
            self.tool_calls(&mut Scanner::new(calls), out)?;
        }
        if line.usage != Usage::default() {
            out(Delta::Usage(line.usage));
        }
        if let Some(error) = line.error {
            return Err(provider_error(&Value::parse(error)?));
        }
        if line.done {
            let raw = owned(line.reason);
            out(Delta::Finish { reason: self.reason(&raw), raw });
            out(Delta::End);
        }
        Ok(())
    }

    /// Old servers give no reason; none has a word of its own for tools.
    fn reason(&self, raw: &str) -> FinishReason {
        match raw {
            "stop" | "" if self.calls > 0 => FinishReason::ToolCalls,
            "stop" | "" => FinishReason::Stop,
            "length" => FinishReason::Length,
            _ => FinishReason::Other,
        }
    }

    /// Calls come whole, each once.
    fn tool_calls(&mut self, scan: &mut Scanner<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        if !scan.enter_array()? {
            return Ok(());
        }
        while scan.item()? {
            if !scan.enter_object()? {
                continue;
            }
            let (mut id, mut name, mut arguments) = (None, None, None);
            while let Some(key) = scan.key()? {
                match &*key {
                    b"id" => id = scan.string()?,
                    b"function" if scan.enter_object()? => {
                        while let Some(key) = scan.key()? {
                            match &*key {
                                b"name" => name = scan.string()?,
                                b"arguments" if scan.peek()? == Kind::Object => {
                                    arguments = Some(Text::verbatim(scan.raw()?));
                                }
                                b"arguments" => arguments = scan.string()?,
                                _ => scan.skip()?,
                            }
                        }
                    }
                    b"function" => {}
                    _ => scan.skip()?,
                }
            }
            let call = self.calls;
            self.calls += 1;
            out(Delta::ToolStart { call, id: owned(id), name: owned(name) });
            if let Some(text) = arguments.filter(|text| !text.is_empty()) {
                out(Delta::ToolInput { call, text });
            }
            out(Delta::ToolEnd { call });
        }
        Ok(())
    }
}
