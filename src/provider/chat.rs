//! OpenAI Chat Completions, and the many servers that speak it.
//!
//! - Request: <https://platform.openai.com/docs/api-reference/chat/create>
//! - Stream: <https://platform.openai.com/docs/api-reference/chat-streaming/streaming>
//! - `reasoning_content`: <https://api-docs.deepseek.com/guides/reasoning_model>; `reasoning`:
//!   <https://openrouter.ai/docs/use-cases/reasoning-tokens>; content as parts:
//!   <https://docs.mistral.ai/capabilities/reasoning/>; `x_groq`: <https://console.groq.com/docs/api-reference#chat-create>

use super::read::{detail, emit, owned};
use super::tools::{Calls, Mention};
use super::{provider_error, Auth, Decode, Framing, OnDelta, Prompt, Wire};
use crate::error::Error;
use crate::json::{Kind, Scanner, Text, Value};
use crate::message::{Delta, FinishReason, Message, Role, Usage};
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
    path: |_| "/chat/completions".to_owned(),
    body,
    decoder: || Box::<Chat>::default(),
};

fn body(prompt: &Prompt<'_>) -> Value {
    let mut messages = Vec::new();
    if !prompt.instructions.is_empty() {
        messages.push(Value::object().with("role", "system").with("content", prompt.instructions));
    }
    messages.extend(prompt.messages.iter().map(message));
    let mut body = Value::object().with("model", prompt.model).with("messages", messages);
    if let Some(temperature) = prompt.temperature_value() {
        body.set("temperature", temperature);
    }
    if let Some(tokens) = prompt.max_tokens {
        // OpenAI's own models want the newer name, most compatible servers know only the older one.
        let name = if prompt.public { "max_completion_tokens" } else { "max_tokens" };
        body.set(name, tokens.into());
    }
    if prompt.stream {
        body.set("stream", true.into());
        body.set("stream_options", Value::object().with("include_usage", true));
    }
    body
}

fn message(message: &Message) -> Value {
    let mut value = Value::object().with("role", message.role.as_str()).with("content", message.content.as_str());
    if let (Role::Tool, Some(id)) = (message.role, &message.tool_call_id) {
        value.set("tool_call_id", id.as_str().into());
    }
    if !message.tool_calls.is_empty() {
        let calls = message.tool_calls.iter().map(|call| {
            let function = Value::object().with("name", call.name.as_str()).with("arguments", call.input_text.as_str());
            Value::object().with("id", call.id.as_str()).with("type", "function").with("function", function)
        });
        value.set("tool_calls", Value::Array(calls.collect()));
    }
    value
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
            out(Delta::Raw(frame.data));
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
    fn object(&mut self, data: &[u8], mut failed: bool, out: &mut OnDelta<'_>) -> Result<bool, Error> {
        let mut scan = Scanner::new(data);
        let mut known = false;
        let mut usage = None;
        let mut finish = None;
        scan.object()?;
        while let Some(key) = scan.key()? {
            match &*key {
                b"choices" => {
                    known = true;
                    let mut first = true;
                    if scan.enter_array()? {
                        while scan.item()? {
                            if std::mem::take(&mut first) {
                                finish = self.choice(&mut scan, out)?;
                            } else {
                                scan.skip()?;
                            }
                        }
                    }
                }
                b"usage" => usage = read_usage(&mut scan)?.or(usage),
                b"x_groq" if scan.enter_object()? => {
                    while let Some(key) = scan.key()? {
                        match &*key {
                            b"usage" => usage = read_usage(&mut scan)?.or(usage),
                            _ => scan.skip()?,
                        }
                    }
                }
                b"x_groq" => {}
                b"error" => failed |= scan.raw()? != b"null",
                _ => scan.skip()?,
            }
        }
        scan.finish()?;
        if let Some(usage) = usage {
            known = true;
            out(Delta::Usage(usage));
        }
        if failed {
            // Before the finish reason, which is "error" then: such an answer has no end.
            let value = Value::parse(data)?;
            return Err(provider_error(value.get("error").unwrap_or(&value)));
        }
        if let Some(raw) = finish {
            self.finish(raw.to_string(), out);
        }
        Ok(known)
    }

    /// Gives the finish reason.
    fn choice<'a>(&mut self, scan: &mut Scanner<'a>, out: &mut OnDelta<'_>) -> Result<Option<Text<'a>>, Error> {
        let mut raw = None;
        if !scan.enter_object()? {
            return Ok(None);
        }
        while let Some(key) = scan.key()? {
            match &*key {
                // A whole completion, and the last chunk of some servers, has `message` where a chunk has `delta`.
                b"delta" | b"message" => self.delta(scan, out)?,
                b"finish_reason" => raw = scan.string()?,
                _ => scan.skip()?,
            }
        }
        Ok(raw.filter(|raw| !raw.is_empty()))
    }

    fn delta(&mut self, scan: &mut Scanner<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let mut reasoning = None;
        let mut content = None;
        let mut parts = None;
        let mut refusal = None;
        let mut tools = None;
        if !scan.enter_object()? {
            return Ok(());
        }
        while let Some(key) = scan.key()? {
            match &*key {
                b"content" if scan.peek()? == Kind::Array => parts = Some(scan.raw()?),
                b"content" => content = scan.string()?,
                b"reasoning_content" => reasoning = scan.string()?.filter(|text| !text.is_empty()).or(reasoning),
                // Servers that send both send the same twice.
                b"reasoning" => {
                    let text = scan.string()?;
                    reasoning = reasoning.or(text);
                }
                b"refusal" => refusal = scan.string()?,
                b"tool_calls" => tools = Some(scan.raw()?),
                _ => scan.skip()?,
            }
        }
        emit(reasoning, Delta::Reasoning, out);
        emit(content, Delta::Text, out);
        if let Some(parts) = parts {
            self.parts(&mut Scanner::new(parts), out)?;
        }
        if let Some(text) = refusal.filter(|text| !text.is_empty()) {
            self.refused = true;
            out(Delta::Text(text));
        }
        match tools {
            Some(tools) => self.tool_calls(&mut Scanner::new(tools), out),
            None => Ok(()),
        }
    }

    /// `content` as a list of parts: `{type: "text", text}`, `{type: "thinking", thinking: [{text}]}`,
    /// `{type: "refusal", refusal}`.
    fn parts(&mut self, scan: &mut Scanner<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        scan.enter_array()?;
        while scan.item()? {
            if !scan.enter_object()? {
                continue;
            }
            while let Some(key) = scan.key()? {
                match &*key {
                    b"text" => emit(scan.string()?, Delta::Text, out),
                    b"refusal" => {
                        self.refused = true;
                        emit(scan.string()?, Delta::Text, out);
                    }
                    b"thinking" if scan.peek()? == Kind::Array => thinking(scan, out)?,
                    b"thinking" => emit(scan.string()?, Delta::Reasoning, out),
                    _ => scan.skip()?,
                }
            }
        }
        Ok(())
    }

    fn tool_calls(&mut self, scan: &mut Scanner<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        if !scan.enter_array()? {
            return Ok(());
        }
        while scan.item()? {
            if !scan.enter_object()? {
                continue;
            }
            let mut mention = Mention::default();
            let mut arguments = None;
            while let Some(key) = scan.key()? {
                match &*key {
                    b"index" => mention.index = scan.unsigned()?,
                    b"id" => mention.id = owned(scan.string()?),
                    b"function" if scan.enter_object()? => {
                        while let Some(key) = scan.key()? {
                            match &*key {
                                b"name" => mention.name = owned(scan.string()?),
                                // A few servers send the arguments as JSON instead of a string that holds it.
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
            let call = self.calls.locate(mention, out);
            if let Some(arguments) = arguments {
                Calls::input(call, arguments, out);
            }
        }
        Ok(())
    }
}

fn thinking(scan: &mut Scanner<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
    scan.enter_array()?;
    while scan.item()? {
        if scan.enter_object()? {
            while let Some(key) = scan.key()? {
                match &*key {
                    b"text" => emit(scan.string()?, Delta::Reasoning, out),
                    _ => scan.skip()?,
                }
            }
        }
    }
    Ok(())
}

/// `usage`; `null`, as in every chunk but the last, is none.
fn read_usage(scan: &mut Scanner<'_>) -> Result<Option<Usage>, Error> {
    if !scan.enter_object()? {
        return Ok(None);
    }
    let mut usage = Usage::default();
    while let Some(key) = scan.key()? {
        match &*key {
            b"prompt_tokens" => usage.input_tokens = scan.unsigned()?,
            b"completion_tokens" => usage.output_tokens = scan.unsigned()?,
            b"total_tokens" => usage.total_tokens = scan.unsigned()?,
            b"prompt_cache_hit_tokens" => usage.cached_input_tokens = scan.unsigned()?.or(usage.cached_input_tokens),
            b"prompt_tokens_details" => {
                usage.cached_input_tokens = detail(scan, b"cached_tokens")?.or(usage.cached_input_tokens);
            }
            b"completion_tokens_details" => usage.reasoning_tokens = detail(scan, b"reasoning_tokens")?,
            _ => scan.skip()?,
        }
    }
    include_reasoning(&mut usage);
    Ok(Some(usage))
}

/// xAI leaves the reasoning out of `completion_tokens`; only the total tells.
fn include_reasoning(usage: &mut Usage) {
    let (Some(input), Some(output), Some(total), Some(reasoning)) =
        (usage.input_tokens, usage.output_tokens, usage.total_tokens, usage.reasoning_tokens)
    else {
        return;
    };
    let with_reasoning = output.saturating_add(reasoning);
    if reasoning > 0 && input.saturating_add(with_reasoning) == total {
        usage.output_tokens = Some(with_reasoning);
    }
}
