//! Writing a request.

use super::{INCLUDE, REASONING};
use crate::json::{Value, Writer};
use crate::message::{Attachment, AttachmentSource, Message, Role};
use crate::provider::schema::is_strict;
use crate::provider::select::is_reasoning_model;
use crate::provider::write::{input, list_tools, name_of, options, result, turn, turn_in_parts, url_of};
use crate::provider::Prompt;

pub(super) fn body(prompt: &Prompt<'_>, json: &mut Writer) {
    json.add("{");
    json.text("model", prompt.model);
    if !prompt.instructions.is_empty() {
        json.text("instructions", prompt.instructions);
    }
    json.add(r#""input":["#);
    let asked = prompt.messages.iter().rposition(|message| message.role == Role::User);
    for (place, message) in prompt.messages.iter().enumerate() {
        let attached = &message.attachments;
        if attached.is_empty() {
            // Reasoning about an earlier question is no longer used.
            items(message, asked < Some(place) && prompt.sends(REASONING), json);
        } else {
            attachments(message, attached, json);
        }
    }
    json.add("]");
    // By default, the server makes every argument required.
    list_tools(prompt.tools, [r#"{"type":"function""#, "parameters", r#""strict":false}"#], json);
    if let Some(answer) = prompt.schema {
        schema(answer, json);
    }
    let reasons = is_reasoning_model(prompt.model) && !prompt.model.contains("-chat");
    if reasons && !prompt.tools.is_empty() && prompt.sends(INCLUDE) {
        json.add(r#""include":["reasoning.encrypted_content"]"#);
    }
    options(prompt, "max_output_tokens", json);
    if prompt.stream {
        json.add(r#""stream":true"#);
    }
    json.add("}");
}

fn schema(schema: &Value, json: &mut Writer) {
    json.add(r#""text":{"format":{"type":"json_schema","name":"answer""#);
    json.key("schema");
    schema.write(json);
    json.member("strict", if is_strict(schema) { "true" } else { "false" });
    json.add("}}");
}

fn attachments(message: &Message, attached: &[Attachment], json: &mut Writer) {
    turn_in_parts(message, attached, "input_text", part, json);
}

fn part(attachment: &Attachment, json: &mut Writer) {
    if attachment.media_type.starts_with("image/") {
        json.add(r#""type":"input_image""#);
        json.text("image_url", &url_of(attachment));
        return;
    }
    json.add(r#""type":"input_file""#);
    if let AttachmentSource::Url(url) = &attachment.source {
        json.text("file_url", url);
    } else {
        json.text("filename", name_of(attachment));
        json.text("file_data", &url_of(attachment));
    }
}

/// A turn is an item for its text and an item for each call. If `with_reasoning`, the reasoning of a call precedes it.
fn items(message: &Message, with_reasoning: bool, json: &mut Writer) {
    if let (Role::Tool, Some(id)) = (message.role, &message.tool_call_id) {
        json.add(r#"{"type":"function_call_output""#);
        json.text("call_id", id);
        json.text("output", &result(message));
        json.add("}");
        return;
    }
    let extras: Vec<_> = message
        .tool_calls
        .iter()
        .map(|call| Value::parse(call.extra.as_bytes()).ok().filter(|_| with_reasoning).unwrap_or(Value::object()))
        .collect();
    let reasoning = |extra: Option<&Value>, json: &mut Writer| {
        extra.map_or(&[][..], |extra| extra.list(REASONING)).iter().for_each(|item| item.write(json));
    };
    // The model writes text before a call, but after its reasoning.
    reasoning(extras.first(), json);
    if !message.content.is_empty() || message.tool_calls.is_empty() {
        turn(message.role, &message.content, json);
    }
    for (place, (call, extra)) in message.tool_calls.iter().zip(&extras).enumerate() {
        if place > 0 {
            reasoning(Some(extra), json);
        }
        json.add(r#"{"type":"function_call""#);
        if let Some(id) = extra.text("id") {
            json.text("id", id);
        }
        json.text("call_id", &call.id);
        json.text("name", &call.name);
        json.text("arguments", &input(call));
        json.add("}");
    }
}
