//! How a conversation is written down as a whole: `{"schema":2,"id","updatedAt","sharedState":{…},"messages":[{"role",
//! "content","timestamp","metadata":{…},"interrupted"?:true,"toolCalls"?:[{"id","name","inputText","extra"?}],
//! "toolCallId"?,"reasoning"?,"sources"?:[{"url"?,"title"?,"text"?,"start"?,"end"?}],"files"?:[{"mediaType","data"?,"url"?,"name"?}],
//! "state"?:{…},"apiRoot"?}]}`.
//! What is missing is empty; what is unknown is dropped. Schema 1 is the same.

use super::place::{after, NOBODY};
use super::Conversation;
use crate::agent::call_value;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::message::{GeneratedFile, Message, Role, Source, ToolCall};

/// The schema that this version writes.
const SCHEMA: u64 = 2;

impl Conversation {
    /// The conversation as JSON.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut messages = Vec::new();
        for message in &self.messages {
            messages.push(message.to_value());
        }
        self.head().with("id", self.id.as_str()).with("messages", messages)
    }

    /// The conversation as JSON without its messages.
    pub(super) fn head(&self) -> Value {
        let head = Value::object().with("schema", SCHEMA).with("updatedAt", self.updated_at.as_str());
        head.with("sharedState", self.shared_state.clone())
    }

    /// The conversation that `to_value` wrote, under this name.
    ///
    /// # Errors
    /// `storage` for a record of a newer version, or one that is none.
    pub fn from_value(id: &str, value: &Value) -> Result<Self, Error> {
        let mut conversation = Self::new(id);
        conversation.take_head(value)?;
        Ok(conversation)
    }

    /// Takes over what another page has kept of everything but the messages, and of them what a record of schema 1 holds.
    pub(super) fn take_head(&mut self, value: &Value) -> Result<(), Error> {
        let schema = value.get("schema").and_then(Value::as_unsigned).unwrap_or_default();
        if schema > SCHEMA {
            let mut newer = Error::new(Code::Storage, "the conversation was kept by a newer version of refinire-web");
            newer.refused = true;
            return Err(newer);
        }
        if schema == 0 {
            return Err(Error::new(Code::Storage, "what is kept there is no conversation"));
        }
        // What is shared here goes before what is kept; nothing does not.
        if !self.is_head_new || self.shared_state == Value::object() {
            self.shared_state = object(value, "sharedState");
        }
        self.has_head = true;
        let updated_at = text(value, "updatedAt");
        // The same places in every page that reads it, however often, so that it is kept anew once.
        let mut place = String::new();
        for message in value.list("messages") {
            if let Some(message) = Message::from_value(message) {
                place = after(&place, &message.timestamp, NOBODY);
                self.take_over(&place, message);
            }
        }
        if updated_at > self.updated_at {
            self.updated_at = updated_at;
        }
        Ok(())
    }
}

impl Message {
    /// The message as JavaScript sees it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = Value::object()
            .with("role", self.role.as_str())
            .with("content", self.content.as_str())
            .with("timestamp", self.timestamp.as_str())
            .with("metadata", self.metadata.clone());
        if self.interrupted {
            value.set("interrupted", true.into());
        }
        if !self.tool_calls.is_empty() {
            let mut calls = Vec::new();
            for call in &self.tool_calls {
                let mut value = call_value(call).with("inputText", call.input_text.as_str());
                if !call.extra.is_empty() {
                    value.set("extra", call.extra.as_str().into());
                }
                calls.push(value);
            }
            value.set("toolCalls", calls.into());
        }
        if let Some(id) = &self.tool_call_id {
            value.set("toolCallId", id.as_str().into());
        }
        if !self.reasoning.is_empty() {
            value.set("reasoning", self.reasoning.as_str().into());
        }
        if !self.sources.is_empty() {
            value.set("sources", self.sources.iter().map(Source::to_value).collect::<Vec<_>>().into());
        }
        if !self.files.is_empty() {
            value.set("files", self.files.iter().map(GeneratedFile::to_value).collect::<Vec<_>>().into());
        }
        if self.state != Value::object() {
            value.set("state", self.state.clone());
        }
        if !self.api_root.is_empty() {
            value.set("apiRoot", self.api_root.as_str().into());
        }
        value
    }

    /// The message that `to_value` wrote; `None` for what is no message: a turn of a role that does not exist helps
    /// nobody.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        let mut message = Self::new(Role::parse(value.text("role")?)?, value.text("content")?);
        message.timestamp = text(value, "timestamp");
        message.metadata = object(value, "metadata");
        message.interrupted = value.get("interrupted").is_some_and(Value::is_true);
        for call in value.list("toolCalls") {
            let [id, name, input_text, extra] = ["id", "name", "inputText", "extra"].map(|key| text(call, key));
            message.tool_calls.push(ToolCall { id, name, input_text, extra });
        }
        message.tool_call_id = value.text("toolCallId").map(str::to_owned);
        message.reasoning = text(value, "reasoning");
        message.sources = value.list("sources").iter().map(Source::from_value).collect();
        message.files = value.list("files").iter().map(GeneratedFile::from_value).collect();
        message.state = object(value, "state");
        message.api_root = text(value, "apiRoot");
        Some(message)
    }
}

impl Source {
    /// The source as JavaScript sees it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = Value::object();
        for (key, text) in [("url", &self.url), ("title", &self.title), ("text", &self.text)] {
            if let Some(text) = text {
                value.set(key, text.as_str().into());
            }
        }
        for (key, offset) in [("start", self.start), ("end", self.end)] {
            if let Some(offset) = offset {
                value.set(key, (offset as u64).into());
            }
        }
        value
    }

    /// The source that `to_value` wrote.
    #[must_use]
    pub fn from_value(value: &Value) -> Self {
        let text = |key| value.text(key).map(str::to_owned);
        let offset = |key| value.get(key)?.as_unsigned().and_then(|offset| usize::try_from(offset).ok());
        Self { url: text("url"), title: text("title"), text: text("text"), start: offset("start"), end: offset("end") }
    }
}

impl GeneratedFile {
    /// The file as JavaScript sees it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.to_value_with(self.data.as_deref().map(Value::from))
    }

    /// The same with this in place of its bytes.
    #[must_use]
    pub fn to_value_with(&self, data: Option<Value>) -> Value {
        let mut value = Value::object().with("mediaType", self.media_type.as_str());
        if let Some(data) = data {
            value.set("data", data);
        }
        for (key, text) in [("url", &self.url), ("name", &self.name)] {
            if let Some(text) = text {
                value.set(key, text.as_str().into());
            }
        }
        value
    }

    /// The file that `to_value` wrote.
    #[must_use]
    pub fn from_value(value: &Value) -> Self {
        let part = |key| value.text(key).map(str::to_owned);
        Self { media_type: text(value, "mediaType"), data: part("data"), url: part("url"), name: part("name") }
    }
}

fn text(value: &Value, key: &str) -> String {
    value.text(key).unwrap_or_default().to_owned()
}

fn object(value: &Value, key: &str) -> Value {
    match value.get(key) {
        Some(object @ Value::Object(_)) => object.clone(),
        _ => Value::object(),
    }
}
