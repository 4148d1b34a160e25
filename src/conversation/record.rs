//! How a conversation is written down as a whole: `{"schema":3,"id","updatedAt","sharedState":{…},"messages":[{"role",
//! "content","timestamp","metadata":{…},"interrupted"?:true,"attachments"?:[{"id","mediaType","name"?,"size"?,"url"?}],"toolCalls"?:[{"id","name","inputText","extra"?}],
//! "toolCallId"?,"reasoning"?,"sources"?:[{"url"?,"title"?,"text"?,"start"?,"end"?}],"files"?:[{"mediaType","data"?,"url"?,"name"?}],
//! "state"?:{…},"apiRoot"?}]}`.
//! What is missing is empty; what is unknown is dropped.
//!
//! Schema 3 has added `attachments` and the members from `reasoning` on to turns; schemas 1 and 2 are the same without
//! them. In a store, where each turn has its own record, a turn with one of these members has `"schema":3`. The head
//! still has `"schema":2`, because it has not changed: a page of an older version, which sets aside a conversation with
//! a newer head, can still read it. If such a page writes a turn again, to continue an interrupted answer, it drops the
//! members that it does not know. A newer page that has the turn open notices that by the missing `"schema":3`, and
//! saves the turn again with its members.

use std::rc::Rc;

use super::branches::Choices;
use super::position::{after, NOBODY};
use super::store::Unreadable;
use super::Conversation;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::message::{Attachment, AttachmentSource, GeneratedFile, Message, Role, Source, ToolCall};
use crate::text::concat;

/// The newest schema, which this version writes.
pub(super) const SCHEMA: u64 = 3;

/// The schema of heads in a store: see [`super::store`].
const HEAD_SCHEMA: u64 = 2;

/// From this schema on, the record of a turn has the newer members, if the turn has them.
const MEMBERS_SCHEMA: u64 = 3;

impl Conversation {
    /// The conversation as JSON, from which [`Self::from_value`] makes it again.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let messages: Vec<_> = self.rows.messages.iter().map(|message| message.to_record(usize::MAX)).collect();
        self.head_of(SCHEMA).with("id", self.id.as_str()).with("messages", messages)
    }

    /// The messages as users see them.
    #[must_use]
    pub fn messages_value(&self) -> Value {
        self.views().map(|view| view.to_value()).collect::<Vec<_>>().into()
    }

    /// What a store holds of the conversation besides its turns.
    pub(super) fn head(&self) -> Value {
        let mut head = self.head_of(HEAD_SCHEMA);
        if !self.branches.choices.is_empty() {
            head.set("chosen", self.branches.choices.to_value());
        }
        head
    }

    fn head_of(&self, schema: u64) -> Value {
        let mut head = Value::object().with("schema", schema).with("updatedAt", self.updated_at.as_str());
        if let Some(title) = &self.title.text {
            head.set("title", title.as_str().into());
        }
        head.with("sharedState", self.shared_state.clone())
    }

    /// The conversation that `to_value` wrote, under this name.
    ///
    /// # Errors
    /// `storage` for a record of a newer version, or for anything that is not a record.
    pub fn from_value(id: &str, value: &Value) -> Result<Self, Error> {
        let mut conversation = Self::new(id);
        conversation.take_head(value)?;
        Ok(conversation)
    }

    /// Takes over what another page has saved of everything except the messages; of the messages, only those in a
    /// record of schema 1.
    pub(super) fn take_head(&mut self, value: &Value) -> Result<(), Unreadable> {
        let schema = value.get("schema").and_then(Value::as_unsigned).unwrap_or_default();
        if schema > SCHEMA {
            return Err(Unreadable::Newer);
        }
        if schema == 0 {
            return Err(Error::new(Code::Storage, "what is kept there is no conversation").into());
        }
        // Unsaved shared state has priority over the stored one, unless it is empty.
        if !self.head.is_new || self.shared_state == Value::object() {
            self.shared_state = object(value, "sharedState");
        }
        if !self.title.is_new {
            let title = value.text("title").map(str::to_owned);
            self.changes.version += u32::from(title != self.title.text);
            self.title.text = title;
        }
        self.take_choices(&Choices::from_value(value.get("chosen").unwrap_or(&Value::object())));
        self.head.is_stored = true;
        let updated_at = text(value, "updatedAt");
        // Every page that reads the record assigns the same positions, so that it is converted only once.
        let mut position = String::new();
        for message in value.list("messages") {
            if let Some(message) = Message::from_value(message) {
                position = after(&position, &message.timestamp, NOBODY);
                self.take_over(&position, message);
            }
        }
        if updated_at > self.updated_at {
            self.updated_at = updated_at;
        }
        Ok(())
    }
}

impl Message {
    /// The members that users see and a store holds, except those about progress; `ahead` is text after its content.
    pub(super) fn add_members(&self, value: &mut Value, ahead: &str) {
        value.set("role", self.role.as_str().into());
        value.set("content", concat(&[&self.content, ahead]).as_str().into());
        value.set("timestamp", self.timestamp.as_str().into());
        value.set("metadata", self.metadata.clone());
        if !self.attachments.is_empty() {
            value.set("attachments", self.attachments.iter().map(Attachment::to_value).collect::<Vec<_>>().into());
        }
        if !self.tool_calls.is_empty() {
            value.set("toolCalls", self.tool_calls.iter().map(ToolCall::to_value).collect::<Vec<_>>().into());
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
    }

    /// The message as it is stored: with what only the provider needs back, and without the bytes of files that are
    /// larger than `max_file_bytes`.
    #[must_use]
    pub fn to_record(&self, max_file_bytes: usize) -> Value {
        let mut value = Value::object();
        self.add_members(&mut value, "");
        if self.interrupted {
            value.set("interrupted", true.into());
        }
        if self.tool_calls.iter().any(|call| !call.extra.is_empty()) {
            let call = |call: &ToolCall| {
                if call.extra.is_empty() {
                    call.to_value()
                } else {
                    call.to_value().with("extra", call.extra.as_str())
                }
            };
            value.set("toolCalls", self.tool_calls.iter().map(call).collect::<Vec<_>>().into());
        }
        if self.files.iter().any(|file| file.bytes() > max_file_bytes) {
            let file = |file: &GeneratedFile| {
                if file.bytes() > max_file_bytes { file.without_data() } else { file.clone() }.to_value()
            };
            value.set("files", self.files.iter().map(file).collect::<Vec<_>>().into());
        }
        if self.state != Value::object() {
            value.set("state", self.state.clone());
        }
        if !self.api_root.is_empty() {
            value.set("apiRoot", self.api_root.as_str().into());
        }
        if self.has_new_members() {
            value.set("schema", MEMBERS_SCHEMA.into());
        }
        value
    }

    /// Whether it has members that schema 2 does not know.
    pub(super) fn has_new_members(&self) -> bool {
        let has_lists = !self.attachments.is_empty() || !self.sources.is_empty() || !self.files.is_empty();
        has_lists || !self.reasoning.is_empty() || !self.api_root.is_empty() || self.state != Value::object()
    }

    /// An older version has written this turn: what it has dropped is restored from `known`. The provider's state is
    /// only restored if the text is the same.
    pub(super) fn restore_from(&mut self, known: &Self) {
        self.attachments.clone_from(&known.attachments);
        self.reasoning.clone_from(&known.reasoning);
        self.sources.clone_from(&known.sources);
        self.files.clone_from(&known.files);
        self.api_root.clone_from(&known.api_root);
        if self.content == known.content {
            self.state.clone_from(&known.state);
        }
    }

    /// Takes over the bytes of attachments, and of files that were too large to be stored, from `known`, the same turn.
    pub(super) fn take_data_from(&mut self, known: &Self) {
        for (attachment, known) in self.attachments.iter_mut().zip(&known.attachments) {
            if attachment.is_stored() && (&attachment.id, &attachment.name) == (&known.id, &known.name) {
                attachment.source.clone_from(&known.source);
            }
        }
        for (file, known) in self.files.iter_mut().zip(&known.files) {
            if file.data.is_none() && *file == known.without_data() {
                file.data.clone_from(&known.data);
            }
        }
    }

    /// The message that `to_record` wrote; `None` for anything that is not a message. A turn with an unknown role
    /// cannot be used.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        let mut message = Self::new(Role::parse(value.text("role")?)?, value.text("content")?);
        message.timestamp = text(value, "timestamp");
        message.metadata = object(value, "metadata");
        message.interrupted = value.get("interrupted").is_some_and(Value::is_true);
        message.attachments = value.list("attachments").iter().map(Attachment::from_value).collect();
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
    /// The source for JavaScript.
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

impl Attachment {
    /// The attachment for JavaScript, without its bytes.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = Value::object().with("id", self.id.as_str()).with("mediaType", self.media_type.as_str());
        if !self.name.is_empty() {
            value.set("name", self.name.as_str().into());
        }
        if let Some(size) = self.size {
            value.set("size", size.into());
        }
        if let AttachmentSource::Url(url) = &self.source {
            value.set("url", url.as_str().into());
        }
        value
    }

    /// The attachment that `to_value` wrote.
    #[must_use]
    pub fn from_value(value: &Value) -> Self {
        let url = value.text("url").map(|url| AttachmentSource::Url(url.to_owned()));
        Self {
            id: text(value, "id"),
            media_type: text(value, "mediaType"),
            name: text(value, "name"),
            size: value.get("size").and_then(Value::as_unsigned),
            source: url.unwrap_or(AttachmentSource::Stored),
        }
    }
}

impl GeneratedFile {
    /// The file for JavaScript.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = Value::object().with("mediaType", self.media_type.as_str());
        let members = [("data", self.data.as_deref()), ("url", self.url.as_deref()), ("name", self.name.as_deref())];
        for (key, text) in members {
            if let Some(text) = text {
                value.set(key, text.into());
            }
        }
        value
    }

    /// About how many bytes it has.
    fn bytes(&self) -> usize {
        self.data.as_ref().map_or(0, |data| data.len() / 4 * 3)
    }

    fn without_data(&self) -> Self {
        Self { data: None, ..self.clone() }
    }

    /// The file that `to_value` wrote.
    #[must_use]
    pub fn from_value(value: &Value) -> Self {
        let part = |key| value.text(key).map(str::to_owned);
        Self {
            media_type: text(value, "mediaType"),
            data: value.text("data").map(Rc::from),
            url: part("url"),
            name: part("name"),
        }
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

/// Whether the record of a turn was written by an older version, or by a newer one without any of the new members.
pub(super) fn lacks_new_members(record: &Value) -> bool {
    record.get("schema").and_then(Value::as_unsigned).unwrap_or_default() < MEMBERS_SCHEMA
}
