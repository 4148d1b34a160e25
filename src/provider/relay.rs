//! A custom backend over server-sent events, as in the FastAPI example of Refinire's streaming guide: `data: {"chunk":
//! "…"}` … `data: {"complete": true}`, or `data: {"error": "…"}`.
//!
//! Anything that is not a JSON object is text, so a backend that sends plain text works, too; `[DONE]` and `[COMPLETE]`
//! also end the turn. Event names do not matter. If an answer is to be continued, the `message` asks for that; if it
//! must be JSON, the first of the `messages` asks for that. There are no tools and no attachments.

use super::errors::{is_error, relay_error, reports_error, value_of};
use super::read::{finish, names};
use super::write::{first_turn, instruct, question, turn};
use super::{Auth, Decode, Framing, OnDelta, Prompt, Protocol, TransportKind};
use crate::error::Error;
use crate::json::{fields, Select, Text, Writer};
use crate::message::{Delta, FinishReason};
use crate::wire::Frame;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "relay",
    prefixes: &[("relay", None)],
    is_model: |_| false,
    is_default: false,
    base_url: None,
    local_server: None,
    endpoints: &[],
    transport: TransportKind::Http,
    framing: Framing::Sse,
    auth: Auth::Bearer,
    headers: &[],
    non_streaming: false,
    prefill: false,
    optional: &[],
    unread: &[],
    final_events: &[],
    plain_text: true,
    tools: false,
    media: &[],
    think_tags: false,
    path: |_| String::new(),
    body,
    decoder: || Box::new(Relay),
};

fn body(prompt: &Prompt<'_>, json: &mut Writer) {
    json.add("{");
    json.text("message", question(prompt));
    json.add(r#""messages":["#);
    let mut system = prompt.instructions.to_owned();
    if let Some(schema) = prompt.schema {
        instruct(schema, &mut system);
    }
    first_turn(&system, json);
    for message in prompt.messages {
        turn(message.role, &message.content, json);
    }
    json.add("]");
    json.text("model", prompt.model);
    json.add("}");
}

/// The text that ends a turn.
pub(super) const COMPLETE: &[u8] = b"[COMPLETE]";

#[derive(Debug)]
pub(super) struct Relay;

impl Decode for Relay {
    fn frame(&mut self, frame: Frame<'_>, out: &mut OnDelta<'_>) -> Result<(), Error> {
        let data = frame.data.trim_ascii();
        if data == COMPLETE {
            finish(FinishReason::Stop, String::new(), out);
            return Ok(());
        }
        let is_error = frame.event == b"error";
        match payload(data, false, out)? {
            Some(true) => {}
            _ if is_error || reports_error(data, true) => return Err(relay_error(&value_of(data))),
            Some(false) => out(Delta::Raw(frame.data)),
            // White space is part of a text, and a chunk may be a single space.
            None if frame.data.is_empty() => {}
            None => out(Delta::Text(Text::verbatim(frame.data))),
        }
        Ok(())
    }

    fn response(&mut self, body: &[u8], out: &mut OnDelta<'_>) -> Result<(), Error> {
        if let Some(true) = payload(body, true, out)? {
            return Ok(());
        }
        Err(Error::protocol("the response is no answer: it has no chunk"))
    }
}

fields! {
    struct Payload { chunk, complete, error }
    const PAYLOAD = { "chunk" => chunk, "complete" => complete, "error" => error }
}

/// Hands on the content of an object; if it `is_document`, it is a complete answer. Returns false for an object without
/// any of the keys, and `None` for a payload that is not a JSON object.
fn payload(data: &[u8], is_document: bool, out: &mut OnDelta<'_>) -> Result<Option<bool>, Error> {
    let mut payload = Payload::default();
    if payload.select(data, PAYLOAD).is_err() {
        return Ok(None);
    }
    let Payload { chunk, complete, error } = &payload;
    if ![chunk, complete, error].iter().any(|member| member.is_there()) && !names(data, &["chunk", "complete", "error"])
    {
        return Ok(Some(false));
    }
    // A chunk that is not a string is shown as JSON, so that it is not lost; `null` is no chunk.
    let json = chunk.other().map(Text::verbatim);
    if let Some(text) = chunk.text().or(json) {
        out(Delta::Text(text));
    }
    if is_error(error) {
        return Err(relay_error(&value_of(data)));
    }
    if is_document || complete.is_true() {
        finish(FinishReason::Stop, String::new(), out);
    }
    Ok(Some(true))
}
