//! One's own backend over server-sent events, as the streaming guide of Refinire has it in its FastAPI example:
//! `data: {"chunk": "…"}` … `data: {"complete": true}`, or `data: {"error": "…"}`.
//!
//! What is no JSON object is text as it stands, so a backend that sends bare text works too; `[DONE]` and `[COMPLETE]`
//! end the turn as well. Event names do not matter.

use super::{provider_error, Auth, Decode, Framing, OnDelta, Prompt, Wire};
use crate::error::Error;
use crate::json::{Kind, Scanner, Text, Value};
use crate::message::{Delta, FinishReason, Message, Role};
use crate::wire::Frame;

pub(super) const WIRE: Wire = Wire {
    name: "relay",
    schemes: &[("relay", None)],
    base_url: None,
    framing: Framing::Sse,
    auth: Auth::Bearer,
    headers: &[],
    whole: false,
    path: |_| String::new(),
    body,
    decoder: || Box::new(Relay),
};

fn body(prompt: &Prompt<'_>) -> Value {
    let question = prompt.messages.iter().rev().find(|message| message.role == Role::User);
    let mut messages = Vec::new();
    if !prompt.instructions.is_empty() {
        messages.push(turn(Role::System, prompt.instructions));
    }
    messages.extend(prompt.messages.iter().map(|Message { role, content, .. }| turn(*role, content)));
    Value::object()
        .with("message", question.map(|message| message.content.as_str()).unwrap_or_default())
        .with("messages", messages)
        .with("model", prompt.model)
}

fn turn(role: Role, content: &str) -> Value {
    Value::object().with("role", role.as_str()).with("content", content)
}

#[derive(Debug)]
struct Relay;

impl Decode for Relay {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let data = frame.data.trim_ascii();
        if matches!(data, b"[DONE]" | b"[COMPLETE]") {
            end(out);
            return Ok(());
        }
        match Payload::read(data) {
            Some(payload) if payload.known => payload.hand_on(out),
            Some(_) => {
                out(Delta::Raw(frame.data));
                Ok(())
            }
            // White space is part of a text, and a chunk may well be a single space.
            None if frame.data.is_empty() => Ok(()),
            None => {
                out(Delta::Text(Text::verbatim(frame.data)));
                Ok(())
            }
        }
    }

    fn whole(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        let Some(mut payload) = Payload::read(body).filter(|payload| payload.known) else {
            return Err(Error::protocol("the response is no answer: it has no chunk"));
        };
        payload.complete = true;
        payload.hand_on(out)
    }
}

/// What an object says that has to do with the turn.
#[derive(Default)]
struct Payload<'a> {
    chunk: Option<Text<'a>>,
    error: Option<&'a [u8]>,
    complete: bool,
    /// It has one of the three keys.
    known: bool,
}

impl<'a> Payload<'a> {
    /// Reads a payload; `None` for what is no JSON object.
    fn read(data: &'a [u8]) -> Option<Self> {
        Self::scan(&mut Scanner::new(data)).ok()
    }

    fn scan(scan: &mut Scanner<'a>) -> Result<Self, Error> {
        let mut payload = Self::default();
        scan.object()?;
        while let Some(key) = scan.key()? {
            payload.known |= matches!(&*key, b"chunk" | b"complete" | b"error");
            match &*key {
                b"chunk" => payload.chunk = chunk(scan)?,
                b"complete" => payload.complete = scan.bool()? == Some(true),
                b"error" => payload.error = Some(scan.raw()?).filter(|raw| *raw != b"null"),
                _ => scan.skip()?,
            }
        }
        scan.finish()?;
        Ok(payload)
    }

    fn hand_on(self, out: &mut OnDelta<'_>) -> Result<(), Error> {
        if let Some(text) = self.chunk.filter(|text| !text.is_empty()) {
            out(Delta::Text(text));
        }
        if let Some(error) = self.error {
            return Err(provider_error(&Value::parse(error)?));
        }
        if self.complete {
            end(out);
        }
        Ok(())
    }
}

/// A chunk that is no string is shown as its JSON stands rather than lost; `null` is none.
fn chunk<'a>(scan: &mut Scanner<'a>) -> Result<Option<Text<'a>>, Error> {
    Ok(match scan.peek()? {
        Kind::String => scan.string()?,
        Kind::Null => scan.skip().map(|()| None)?,
        _ => Some(Text::verbatim(scan.raw()?)),
    })
}

fn end(out: &mut OnDelta<'_>) {
    out(Delta::Finish { reason: FinishReason::Stop, raw: String::new() });
    out(Delta::End);
}
