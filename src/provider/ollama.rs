//! Ollama's own chat endpoint.
//!
//! - Request and response: <https://docs.ollama.com/api/chat>; options:
//!   <https://docs.ollama.com/modelfile#valid-parameters-and-values>
//! - Stream: <https://docs.ollama.com/api/streaming>
//! - Tool calls and their results: <https://docs.ollama.com/capabilities/tool-calling>; thinking:
//!   <https://docs.ollama.com/capabilities/thinking>
//! - Errors while streaming: <https://docs.ollama.com/api/errors>

use super::read::{fault, finish, first_turns, names, object, say, set_options, turn, usage};
use super::{Auth, Decode, Framing, OnDelta, Prompt, Wire};
use crate::error::Error;
use crate::json::{pick, Found, Text, Value, Want, Wants};
use crate::message::{Delta, FinishReason, Message, Role, ToolCall};
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
    let mut messages = first_turns(prompt);
    for (place, turn) in prompt.messages.iter().enumerate() {
        messages.push(message(turn, prompt.messages.get(..place).unwrap_or_default()));
    }
    let mut body = object(&[("model", prompt.model)]);
    body.set("messages", Value::Array(messages));
    // Ollama streams unless it is told not to.
    body.set("stream", prompt.stream.into());
    if prompt.temperature.is_some() || prompt.max_tokens.is_some() {
        let mut options = Value::object();
        set_options(prompt, "num_predict", &mut options);
        body.set("options", options);
    }
    body
}

fn message(message: &Message, earlier: &[Message]) -> Value {
    let mut value = turn(message.role, &message.content);
    if let (Role::Tool, Some(id)) = (message.role, &message.tool_call_id) {
        // A result names the tool, not the call.
        if let Some(call) = earlier.iter().rev().find_map(|turn| turn.tool_calls.iter().find(|call| call.id == *id)) {
            value.set("tool_name", call.name.as_str().into());
        }
    }
    if !message.tool_calls.is_empty() {
        let mut calls = Vec::new();
        for call in &message.tool_calls {
            calls.push(tool_call(call));
        }
        value.set("tool_calls", Value::Array(calls));
    }
    value
}

fn tool_call(call: &ToolCall) -> Value {
    // Ollama refuses a whole request for arguments that are no object.
    let arguments = match Value::parse(call.input_text.as_bytes()) {
        Ok(value @ Value::Object(_)) => value,
        _ => Value::object(),
    };
    let mut function = object(&[("name", &call.name)]);
    function.set("arguments", arguments);
    let mut value = object(&[("type", "function")]);
    value.set("function", function);
    value
}

#[derive(Debug, Default)]
struct Ollama {
    /// How many tools the model has called.
    calls: usize,
}

impl Decode for Ollama {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        if !self.object(frame.data, false, out)? {
            out(Delta::Raw(frame.data));
        }
        Ok(())
    }

    fn whole(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        if !self.object(body, true, out)? {
            return Err(Error::protocol("the response is no chat: it has no message"));
        }
        Ok(())
    }
}

/// One object of a stream, or the only one without.
const LINE: Wants = &[
    (
        "message",
        Want::In(&[
            ("role", Want::Value(0)),
            ("content", Want::Value(1)),
            ("thinking", Want::Value(2)),
            ("tool_calls", Want::Value(3)),
        ]),
    ),
    ("done", Want::Value(4)),
    ("error", Want::Value(5)),
    ("done_reason", Want::Value(6)),
    ("prompt_eval_count", Want::Value(7)),
    ("eval_count", Want::Value(8)),
];

/// How many of these, from the first, mark a chat.
const MARKS: usize = 6;

const TOOL_CALL: Wants =
    &[("id", Want::Value(0)), ("function", Want::In(&[("name", Want::Value(1)), ("arguments", Want::Value(2))]))];

impl Ollama {
    /// Everything a line says, in the order in which a model says it, whatever the order of the keys. False if it has
    /// nothing of a chat.
    fn object(&mut self, data: &[u8], whole: bool, out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let found = pick::<9>(data, LINE)?;
        let [_, content, thinking, tools, done, error, reason, tokens @ ..] = &found;
        if !found.iter().take(MARKS).any(Found::is_there) && !names(data, &["message", "done", "error"]) {
            return Ok(false);
        }
        say(thinking, true, out);
        say(content, false, out);
        for call in tools.items() {
            self.tool_call(&call, out);
        }
        usage(tokens, out);
        if error.is_there() {
            return Err(fault(error));
        }
        if whole || done.is_true() {
            let raw = reason.to_text();
            finish(self.reason(&raw), raw, out);
        }
        Ok(true)
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
    fn tool_call(&mut self, found: &Found<'_>, out: &mut OnDelta<'_>) {
        if found.as_object().is_none() {
            return;
        }
        let [id, name, arguments] = &found.pick(TOOL_CALL);
        let call = self.calls;
        self.calls += 1;
        out(Delta::ToolStart { call, id: id.to_text(), name: name.to_text() });
        let json = arguments.as_object().map(Text::verbatim);
        if let Some(text) = arguments.text().or(json) {
            out(Delta::ToolInput { call, text });
        }
        out(Delta::ToolEnd { call });
    }
}
