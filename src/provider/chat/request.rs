//! Writing a request.

use super::{CALL_STATE, REASONING_CONTENT, TURN_STATE};
use crate::json::{Value, Writer};
use crate::message::{Attachment, AttachmentSource, Message, Role};
use crate::provider::schema::is_strict;
use crate::provider::select::is_reasoning_model;
use crate::provider::write::{
    first_turn, input, list_tools, name_of, open_turn, options, result, turn_in_parts, url_of, CHAT_TOOL,
};
use crate::provider::Prompt;

pub(super) fn body(prompt: &Prompt<'_>, json: &mut Writer) {
    json.add("{");
    json.text("model", prompt.model);
    json.add(r#""messages":["#);
    first_turn(prompt.instructions, json);
    for turn in prompt.messages {
        let attached = &turn.attachments;
        if attached.is_empty() {
            message(turn, prompt, json);
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

/// The name of the limit on the answer. OpenAI's own models require the newer name on any server; most compatible
/// servers know only the older one; a server that rejects one name gets the other.
fn bound(prompt: &Prompt<'_>) -> &'static str {
    const NAMES: [&str; 2] = ["max_tokens", "max_completion_tokens"];
    let [old, new] = NAMES;
    let newer = prompt.public || is_reasoning_model(prompt.model);
    let (first, second) = if newer { (new, old) } else { (old, new) };
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
    // Without `strict`, the answer is only likely to fit; with it, a schema that is not strict is refused.
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

/// Writes what a model needs back.
fn state(state: &Value, members: &[&str], prompt: &Prompt<'_>, json: &mut Writer) {
    for member in members.iter().filter(|member| prompt.sends(member)) {
        if let Some(value) = state.get(member) {
            json.key(member);
            value.write(json);
        }
    }
}

fn message(message: &Message, prompt: &Prompt<'_>, json: &mut Writer) {
    open_turn(message.role, &result(message), json);
    state(&message.state, TURN_STATE, prompt, json);
    // DeepSeek refuses a conversation in which a turn that calls tools lacks it, such as a turn of another model.
    let is_wanted = || prompt.messages.iter().any(|turn| turn.state.get(REASONING_CONTENT).is_some());
    let is_missing = !message.tool_calls.is_empty() && message.state.get(REASONING_CONTENT).is_none();
    if is_missing && prompt.sends(REASONING_CONTENT) && is_wanted() {
        json.text(REASONING_CONTENT, "");
    }
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
            json.add("}");
            let extra = Value::parse(call.extra.as_bytes()).unwrap_or(Value::object());
            state(&extra, CALL_STATE, prompt, json);
            json.add("}");
        }
        json.add("]");
    }
    json.add("}");
}
