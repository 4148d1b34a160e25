//! A store in memory that counts, and that fails, fills and is looked into where a test says so.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;

use refinire_web::conversation::{load, Conversation, Store, StoreError, KEY_PREFIX};
use refinire_web::error::{Code, Error};
use refinire_web::json::Value;
use refinire_web::message::{Attachment, AttachmentSource, GeneratedFile, Message, Role, Source, ToolCall};

/// What is kept, by key.
pub(crate) type Records = BTreeMap<String, String>;

type Looker = Box<dyn FnMut(&Records)>;

/// From which call on it fails, counted from 0, and for how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failing {
    Never,
    At(usize),
    From(usize),
    /// Nothing can be set.
    Sets,
}

pub(crate) struct MemoryStore {
    pub(crate) records: RefCell<Records>,
    /// How many bytes there is room for.
    pub(crate) room: Cell<usize>,
    /// How large a file may be that is kept.
    pub(crate) max_file_bytes: usize,
    pub(crate) failing: Cell<Failing>,
    /// Every call: what, and of which key.
    pub(crate) calls: RefCell<Vec<(&'static str, String)>>,
    /// Bytes of keys and values that were set.
    pub(crate) written: Cell<usize>,
    /// Looks into it before each call.
    pub(crate) looker: RefCell<Option<Looker>>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::with_room(usize::MAX)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("records", &self.records).finish_non_exhaustive()
    }
}

impl MemoryStore {
    pub(crate) fn with_room(room: usize) -> Self {
        Self {
            records: RefCell::default(),
            room: Cell::new(room),
            max_file_bytes: usize::MAX,
            failing: Cell::new(Failing::Never),
            calls: RefCell::default(),
            written: Cell::new(0),
            looker: RefCell::default(),
        }
    }

    /// One that holds this.
    pub(crate) fn of(records: &Records) -> Self {
        Self { records: RefCell::new(records.clone()), ..Self::default() }
    }

    pub(crate) fn used(&self) -> usize {
        self.records.borrow().iter().map(|(key, value)| key.len() + value.len()).sum()
    }

    /// Forgets what it has counted, and gives the calls.
    pub(crate) fn recount(&self) -> Vec<(&'static str, String)> {
        self.written.set(0);
        self.calls.take()
    }

    fn ask(&self, what: &'static str, key: &str) -> Result<(), StoreError> {
        let number = self.calls.borrow().len();
        self.calls.borrow_mut().push((what, key.to_owned()));
        if let Some(looker) = self.looker.borrow_mut().as_mut() {
            looker(&self.records.borrow());
        }
        let fails = match self.failing.get() {
            Failing::Never => false,
            Failing::At(at) => number == at,
            Failing::From(at) => number >= at,
            Failing::Sets => what == "set",
        };
        if fails {
            return Err(StoreError::Other(Error::new(Code::Storage, "denied")));
        }
        Ok(())
    }
}

impl Store for MemoryStore {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.ask("get", key)?;
        Ok(self.records.borrow().get(key).cloned())
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.ask("set", key)?;
        let before = self.records.borrow().get(key).map_or(0, |value| key.len() + value.len());
        if self.used() - before + key.len() + value.len() > self.room.get() {
            return Err(StoreError::Full(Error::new(Code::Storage, "full")));
        }
        self.written.set(self.written.get() + key.len() + value.len());
        self.records.borrow_mut().insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.ask("remove", key)?;
        self.records.borrow_mut().remove(key);
        Ok(())
    }

    fn keys(&self) -> Result<Vec<String>, StoreError> {
        self.ask("keys", "")?;
        Ok(self.records.borrow().keys().cloned().collect())
    }

    fn max_file_bytes(&self) -> usize {
        self.max_file_bytes
    }
}

pub(crate) fn parse(json: &str) -> Value {
    Value::parse(json.as_bytes()).unwrap()
}

pub(crate) fn head_key(id: &str) -> String {
    format!("{KEY_PREFIX}:{id}")
}

/// A moment, so many milliseconds after the first one.
pub(crate) fn at(ms: usize) -> String {
    format!("2026-01-01T00:{:02}:{:02}.{:03}Z", ms / 60_000, ms / 1_000 % 60, ms % 1_000)
}

/// A turn said at a moment.
pub(crate) fn said(role: Role, content: &str, timestamp: &str) -> Message {
    Message { timestamp: timestamp.to_owned(), ..Message::new(role, content) }
}

pub(crate) fn conversation(id: &str, turns: &[(Role, &str, &str)]) -> Conversation {
    let mut conversation = Conversation::new(id);
    for (role, content, timestamp) in turns {
        conversation.add(said(*role, content, timestamp));
    }
    conversation
}

/// What is kept of a conversation.
pub(crate) fn found(store: &impl Store, id: &str) -> Conversation {
    let mut conversation = Conversation::new(id);
    load(store, &mut conversation).unwrap();
    conversation
}

/// The same in short: a line for each turn, with "…" behind what was interrupted.
pub(crate) fn lines(conversation: &Conversation) -> Vec<String> {
    let line = |turn: &Message| format!("{}{}", turn.content, if turn.interrupted { "…" } else { "" });
    conversation.messages().iter().map(line).collect()
}

/// An image whose bytes, if it has them, are its name.
pub(crate) fn attachment(id: &str, name: &str) -> Attachment {
    Attachment { id: id.to_owned(), size: Some(3), ..Attachment::of_data("image/png", name, name) }
}

/// A conversation with everything in it.
pub(crate) fn rich() -> Conversation {
    let mut rich = conversation("rich", &[(Role::System, "Be\n\"brief\"\u{0} \u{1F600}", "2026-01-01T00:00:00.000Z")]);
    let call = |id: &str, input: &str| ToolCall {
        id: id.into(),
        name: "look".into(),
        input_text: input.into(),
        extra: String::new(),
    };
    rich.add(Message {
        metadata: parse(r#"{"a":[1,2.5e300,null],"__proto__":{"b":true}}"#),
        ..Message::new(Role::User, "?")
    });
    rich.add(Message {
        attachments: vec![
            Attachment { source: AttachmentSource::Stored, ..attachment("a1", "a.png") },
            Attachment { size: Some(7), ..Attachment::at_url("text/plain", "", "https://example.com/a") },
        ],
        ..Message::new(Role::User, "")
    });
    rich.add(Message {
        interrupted: true,
        tool_calls: vec![call("c", r#"{"at":1}"#), call("d", "{\"at"), call("", "")],
        reasoning: "Perhaps\n\nnot".into(),
        sources: vec![
            Source { url: Some("https://example.com/a".into()), start: Some(0), end: Some(4), ..Source::default() },
            Source { title: Some("T".into()), text: Some("\u{1F600}".into()), ..Source::default() },
        ],
        files: vec![GeneratedFile {
            media_type: "image/png".into(),
            data: Some("AA==".into()),
            ..GeneratedFile::default()
        }],
        state: parse(r#"{"reasoning_details":[{"type":"reasoning.text"}]}"#),
        api_root: "https://example.com/v1".into(),
        ..Message::new(Role::Assistant, "")
    });
    rich.add(Message { tool_call_id: Some("c".into()), ..said(Role::Tool, "seen", "2026-01-01T00:00:01.000Z") });
    rich.set_shared_state(parse(r#"{"step":{"deep":[[]]},"number":12345678901234567890}"#));
    rich
}
