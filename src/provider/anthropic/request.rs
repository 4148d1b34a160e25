//! Writing a request.

use crate::json::{Value, Writer};
use crate::message::{Attachment, AttachmentSource, Message, Role, ToolCall};
use crate::provider::schema::{fit, Dialect};
use crate::provider::write::{has_failed, input, instruct, list_tools, temperature, turn, turn_in_parts, turns};
use crate::provider::Prompt;
use crate::text::{concat, is_blank};

/// The limit on the answer if the caller sets none: the format requires one.
const MAX_TOKENS: u64 = 4096;

pub(super) fn body(prompt: &Prompt<'_>, json: &mut Writer) {
    json.add("{");
    json.text("model", prompt.model);
    json.number("max_tokens", Some(prompt.max_tokens.unwrap_or(MAX_TOKENS)));
    let mut system = prompt.system_text();
    let answer = prompt.schema.and_then(|answer| schema(answer, &mut system));
    if !system.is_empty() {
        json.text("system", &system);
    }
    json.add(r#""messages":["#);
    messages(&turns(prompt), json);
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

/// The schema that the server can enforce; if it cannot enforce any, `system` asks for it.
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
        AttachmentSource::Stored => {}
    }
    json.add("}");
}

fn messages(turns: &[&Message], json: &mut Writer) {
    let asked = turns.iter().rposition(|turn| turn.role == Role::User);
    let mut answers = false;
    for (place, message) in turns.iter().enumerate() {
        let next = turns.get(place + 1);
        if message.role == Role::Tool {
            // Successive results are blocks of one message.
            if !answers {
                json.add(r#"{"role":"user","content":["#);
            }
            tool_result(message, json);
            answers = next.is_some_and(|next| next.role == Role::Tool);
            if !answers {
                json.add("]}");
            }
        } else if !message.tool_calls.is_empty() {
            // Reasoning from before an earlier question is not needed, and refused if anything before it has changed.
            tool_calls(message, asked < Some(place), json);
        } else if !message.attachments.is_empty() {
            attachments(message, &message.attachments, json);
        } else if next.is_none() && message.role == Role::Assistant {
            // An answer that is to be continued must not end in white space.
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
    // Blocks whose text is no longer that of the message are left out.
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

/// A block of text, which must not be blank.
fn words(text: &str, json: &mut Writer) {
    if !is_blank(text) {
        json.add(r#"{"type":"text""#);
        json.text("text", text);
        json.add("}");
    }
}

/// The text without `said`.
fn without(text: &str, said: &str) -> Option<String> {
    (0..=text.len()).find_map(|at| {
        let (before, rest) = text.split_at_checked(at)?;
        Some(concat(&[before, rest.strip_prefix(said)?]))
    })
}

/// The blocks before a call, unchanged.
fn blocks(call: &ToolCall) -> Value {
    Value::parse(call.extra.as_bytes()).unwrap_or(Value::object())
}

fn tool_result(message: &Message, json: &mut Writer) {
    json.add(r#"{"type":"tool_result""#);
    json.text("tool_use_id", message.tool_call_id.as_deref().unwrap_or_default());
    let has_failed = has_failed(message);
    // An error without text is refused.
    json.text("content", if has_failed && message.content.is_empty() { "error" } else { &message.content });
    if has_failed {
        json.add(r#""is_error":true"#);
    }
    json.add("}");
}
