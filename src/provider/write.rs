//! What the writers of several formats need.

use std::borrow::Cow;

use super::Prompt;
use crate::json::{kind_of, Kind, Value, Writer};
use crate::message::{Attachment, AttachmentSource, Message, Role, Tool, ToolCall};
use crate::text::{concat, is_blank};

/// The conversation for formats in which the user speaks first and no turn may be empty: without system messages,
/// without turns before the user's first message, and without answers to calls that are not included.
pub(super) fn turns<'a>(prompt: &Prompt<'a>) -> Vec<&'a Message> {
    let mut turns: Vec<&Message> = Vec::new();
    for message in prompt.messages {
        let says_something = !is_blank(&message.content);
        let kept = match message.role {
            Role::System => false,
            Role::User => says_something || !message.attachments.is_empty(),
            Role::Assistant => !turns.is_empty() && (says_something || !message.tool_calls.is_empty()),
            Role::Tool => answered(&turns, message).is_some(),
        };
        if kept {
            turns.push(message);
        }
    }
    turns
}

/// The last message of the user.
pub(super) fn question<'a>(prompt: &Prompt<'a>) -> &'a str {
    let question = prompt.messages.iter().rfind(|message| message.role == Role::User);
    question.map_or("", |question| &question.content)
}

/// The call that a tool's turn answers.
pub(super) fn answered<'a>(earlier: &[&'a Message], answer: &Message) -> Option<&'a ToolCall> {
    let id = answer.tool_call_id.as_ref()?;
    earlier.iter().rev().find_map(|turn| turn.tool_calls.iter().find(|call| call.id == *id))
}

/// A call's arguments as an object: servers refuse a whole request for anything else, even if they take arguments as
/// text. The answer to the call explains what was wrong with them.
pub(super) fn input(call: &ToolCall) -> Cow<'_, str> {
    call.input().filter(|input| kind_of(input) == Some(Kind::Object)).unwrap_or("{}".into())
}

/// Whether a tool's turn reports that the tool failed.
pub(super) fn has_failed(message: &Message) -> bool {
    message.metadata.get("isError").is_some_and(Value::is_true)
}

/// The result of a tool, for formats in which only the text shows that it is an error.
pub(super) fn result(message: &Message) -> Cow<'_, str> {
    if has_failed(message) {
        return concat(&["Error: ", &message.content]).into();
    }
    (&*message.content).into()
}

/// The tools, if there are any: the text before and after each, and the name of its parameters.
pub(super) fn list_tools(tools: &[Tool], [before, parameters, behind]: [&str; 3], json: &mut Writer) {
    if tools.is_empty() {
        return;
    }
    json.add(r#""tools":["#);
    for tool in tools {
        json.add(before);
        describe(tool, json);
        json.key(parameters);
        tool.parameters.write(json);
        json.add(behind);
    }
    json.add("]");
}

/// A tool's name and what it does.
pub(super) fn describe(tool: &Tool, json: &mut Writer) {
    json.text("name", &tool.name);
    json.text("description", &tool.description);
}

/// Tools as Chat Completions have them.
pub(super) const CHAT_TOOL: [&str; 3] = [r#"{"type":"function","function":{"#, "parameters", "}}"];

/// A turn in parts: first the attachments, each written by `part`, then the text, which models read better after them.
pub(super) fn turn_in_parts(
    message: &Message,
    attached: &[Attachment],
    text: &str,
    part: fn(&Attachment, &mut Writer),
    json: &mut Writer,
) {
    json.add("{");
    json.text("role", message.role.as_str());
    json.add(r#""content":["#);
    for attachment in attached {
        json.add("{");
        part(attachment, json);
        json.add("}");
    }
    if !is_blank(&message.content) {
        json.add("{");
        json.text("type", text);
        json.text("text", &message.content);
        json.add("}");
    }
    json.add("]}");
}

/// An attachment's URL; a data URL if it has no other.
pub(super) fn url_of(attachment: &Attachment) -> Cow<'_, str> {
    match &attachment.source {
        AttachmentSource::Url(url) => url.into(),
        AttachmentSource::Stored => "".into(),
        AttachmentSource::Data(data) => concat(&["data:", &attachment.media_type, ";base64,", data]).into(),
    }
}

/// A file's name, which is required with its data.
pub(super) fn name_of(attachment: &Attachment) -> &str {
    if attachment.name.is_empty() {
        return "attachment";
    }
    &attachment.name
}

/// Describes to the model in words what the answer must be.
pub(super) fn instruct(schema: &Value, system: &mut String) {
    if !system.is_empty() {
        system.push_str("\n\n");
    }
    system.push_str("Answer with JSON only, without a word around it, that fits this JSON Schema: ");
    system.push_str(&schema.to_json());
}

/// A turn with nothing but text.
pub(super) fn turn(role: Role, content: &str, json: &mut Writer) {
    open_turn(role, content, json);
    json.add("}");
}

/// A turn that may have more than text.
pub(super) fn open_turn(role: Role, content: &str, json: &mut Writer) {
    json.add("{");
    json.text("role", role.as_str());
    json.text("content", content);
}

/// The instructions as a turn of their own, if there are any.
pub(super) fn first_turn(instructions: &str, json: &mut Writer) {
    if !instructions.is_empty() {
        turn(Role::System, instructions, json);
    }
}

/// The temperature and the limit on the answer, if they are set.
pub(super) fn options(prompt: &Prompt<'_>, bound: &str, json: &mut Writer) {
    temperature(prompt, json);
    json.number(bound, prompt.max_tokens);
}

/// The same in an object, with the members in `more`.
pub(super) fn options_in(key: &str, prompt: &Prompt<'_>, bound: &str, more: &str, json: &mut Writer) {
    if prompt.temperature.is_some() || prompt.max_tokens.is_some() || !more.is_empty() {
        json.member(key, "{");
        options(prompt, bound, json);
        if !more.is_empty() {
            json.add(more);
        }
        json.add("}");
    }
}

/// The temperature, if it is set.
pub(super) fn temperature(prompt: &Prompt<'_>, json: &mut Writer) {
    if let Some(temperature) = prompt.temperature {
        json.member("temperature", temperature);
    }
}
