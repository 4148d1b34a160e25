//! Writing a request.

use super::SIGNATURE;
use crate::json::{kind_of, Kind, Value, Writer};
use crate::message::{Attachment, AttachmentSource, Message, Role, Tool};
use crate::provider::schema::{fit, Dialect};
use crate::provider::write::{answered, describe, has_failed, input, instruct, options_in, turns};
use crate::provider::Prompt;
use crate::text::{concat, is_blank, split_once};

/// The placeholder for an unknown signature of a call, which the newer models require.
const NO_SIGNATURE: &str = "skip_thought_signature_validator";

pub(super) fn path(prompt: &Prompt<'_>) -> String {
    let (folder, model) = match split_once(prompt.model, '/') {
        Some((folder @ ("models" | "tunedModels"), model)) => (folder, model),
        _ => ("models", prompt.model),
    };
    let mut path = concat(&["/", folder, "/"]);
    for byte in model.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@:".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push('%');
            for half in [byte >> 4, byte & 15] {
                path.push(char::from_digit(u32::from(half), 16).unwrap_or_default().to_ascii_uppercase());
            }
        }
    }
    path.push_str(if prompt.stream { ":streamGenerateContent?alt=sse" } else { ":generateContent" });
    path
}

pub(super) fn body(prompt: &Prompt<'_>, json: &mut Writer) {
    json.add("{");
    let mut system = prompt.system_text();
    let answer = prompt.schema.map(|answer| schema(answer, prompt, &mut system)).unwrap_or_default();
    if !system.is_empty() {
        json.add(r#""systemInstruction":{"parts":["#);
        text_part(&system, json);
        json.add("]}");
    }
    json.add(r#""contents":["#);
    contents(&turns(prompt), json);
    json.add("]");
    if !prompt.tools.is_empty() {
        tools(prompt.tools, json);
    }
    options_in("generationConfig", prompt, "maxOutputTokens", &answer, json);
    json.add("}");
}

fn tools(tools: &[Tool], json: &mut Writer) {
    json.add(r#""tools":[{"functionDeclarations":["#);
    for tool in tools {
        json.add("{");
        describe(tool, json);
        // An object without properties is refused: "should be non-empty for OBJECT type". Leaving the schema out means
        // the same.
        if let (false, Value::Object(members)) = (tool.takes_nothing(), &tool.parameters) {
            let is_empty = |(key, value): &&(String, Value)| key == "properties" && *value == Value::object();
            let parameters = Value::Object(members.iter().filter(|member| !is_empty(member)).cloned().collect());
            fitting(["parameters", "parametersJsonSchema"], &parameters, json);
        }
        json.add("}");
    }
    json.add("]}]");
}

/// The members of the configuration that ask for JSON. If a model does not support them together with tools, `system`
/// asks for it.
fn schema(schema: &Value, prompt: &Prompt<'_>, system: &mut String) -> String {
    let mut json = Writer::default();
    let name = split_once(prompt.model, '/').map_or(prompt.model, |(_, name)| name);
    if !prompt.tools.is_empty() && (name.starts_with("gemini-1") || name.starts_with("gemini-2")) {
        instruct(schema, system);
    } else {
        json.text("responseMimeType", "application/json");
        fitting(["responseSchema", "responseJsonSchema"], schema, &mut json);
    }
    json.finish()
}

/// A schema under the first key, which refuses unknown keywords; if the schema has any, under the second key, which
/// accepts all.
fn fitting([own, any]: [&str; 2], schema: &Value, json: &mut Writer) {
    let fitting = fit(schema, &DIALECT);
    json.key(if fitting.is_some() { own } else { any });
    fitting.as_ref().unwrap_or(schema).write(json);
}

const DIALECT: Dialect = Dialect {
    known: &[
        "type",
        "title",
        "description",
        "nullable",
        "enum",
        "default",
        "example",
        "required",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minProperties",
        "maxProperties",
        "pattern",
        "propertyOrdering",
    ],
    formats: &["date-time", "enum", "float", "double", "int32", "int64"],
    closed: false,
};

fn attachments(attached: &[Attachment], json: &mut Writer) {
    for attachment in attached {
        let (kind, key, source) = match &attachment.source {
            AttachmentSource::Data(data) => (r#"{"inlineData":{"#, "data", &**data),
            AttachmentSource::Url(url) => (r#"{"fileData":{"#, "fileUri", &**url),
            AttachmentSource::Stored => continue,
        };
        json.add(kind);
        json.text("mimeType", &attachment.media_type);
        json.text(key, source);
        json.add("}}");
    }
}

/// Successive turns of the same role become one: all answers to calls must be together.
fn contents(turns: &[&Message], json: &mut Writer) {
    let mut open = "";
    for message in turns {
        let role = if message.role == Role::Assistant { "model" } else { "user" };
        if role != open {
            if !open.is_empty() {
                json.add("]}");
            }
            json.add("{");
            json.text("role", role);
            json.add(r#""parts":["#);
            open = role;
        }
        attachments(&message.attachments, json);
        parts(message, turns, json);
    }
    if !open.is_empty() {
        json.add("]}");
    }
}

fn parts(message: &Message, turns: &[&Message], json: &mut Writer) {
    if message.role == Role::Tool {
        json.add(r#"{"functionResponse":{"#);
        id(message.tool_call_id.as_deref().unwrap_or_default(), json);
        json.text("name", answered(turns, message).map_or("", |call| &call.name));
        // The result of a tool must be an object.
        let key = if has_failed(message) { "error" } else { "output" };
        match kind_of(&message.content) {
            Some(Kind::Object) if key == "output" => json.member("response", &message.content),
            kind => {
                json.add(r#""response":{"#);
                if kind.is_some() {
                    json.member(key, &message.content);
                } else {
                    json.text(key, &message.content);
                }
                json.add("}");
            }
        }
        json.add("}}");
        return;
    }
    if !is_blank(&message.content) {
        text_part(&message.content, json);
    }
    for (place, call) in message.tool_calls.iter().enumerate() {
        json.add(r#"{"functionCall":{"#);
        id(&call.id, json);
        json.text("name", &call.name);
        json.member("args", &input(call));
        json.add("}");
        let extra = Value::parse(call.extra.as_bytes()).unwrap_or(Value::object());
        // Of parallel calls, only the first is signed.
        let signature = extra.text(SIGNATURE).or((place == 0).then_some(NO_SIGNATURE));
        if let Some(signature) = signature {
            json.text(SIGNATURE, signature);
        }
        json.add("}");
    }
}

/// The id of a call, if the model has set one: ids that were assigned here are the same in every answer.
fn id(id: &str, json: &mut Writer) {
    let is_given = id.strip_prefix("call_").is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()));
    if !is_given && !id.is_empty() {
        json.text("id", id);
    }
}

fn text_part(text: &str, json: &mut Writer) {
    json.add("{");
    json.text("text", text);
    json.add("}");
}
