//! How conversations are kept, found again and listed.

use std::cell::{Cell, RefCell};

use refinire_web::conversation::{erase, list, load, save, Conversation, Store, KEY_PREFIX};
use refinire_web::error::{Code, Error};
use refinire_web::json::Value;
use refinire_web::message::{Message, Role, ToolCall};

/// A store that has room and never fails.
#[derive(Debug, Default)]
struct MemoryStore(RefCell<Vec<(String, String)>>);

impl Store for MemoryStore {
    fn get(&self, key: &str) -> Result<Option<String>, Error> {
        Ok(self.0.borrow().iter().find(|(name, _)| name == key).map(|(_, value)| value.clone()))
    }

    fn set(&self, key: &str, value: &str) -> Result<(), Error> {
        self.remove(key)?;
        self.0.borrow_mut().push((key.to_owned(), value.to_owned()));
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), Error> {
        self.0.borrow_mut().retain(|(name, _)| name != key);
        Ok(())
    }

    fn keys(&self) -> Result<Vec<String>, Error> {
        Ok(self.0.borrow().iter().map(|(name, _)| name.clone()).collect())
    }
}

fn parse(json: &str) -> Value {
    Value::parse(json.as_bytes()).unwrap()
}

fn conversation(id: &str, turns: &[(Role, &str, &str)]) -> Conversation {
    let mut conversation = Conversation::new(id);
    for (role, content, timestamp) in turns {
        conversation.add(Message { timestamp: (*timestamp).to_owned(), ..Message::new(*role, *content) });
    }
    conversation
}

/// What is kept of a conversation.
fn found(store: &MemoryStore, id: &str) -> Conversation {
    load(store, id).unwrap().unwrap()
}

/// A conversation with everything in it.
fn rich() -> Conversation {
    let mut rich = conversation("rich", &[(Role::System, "Be\n\"brief\"\u{0} \u{1F600}", "2026-01-01T00:00:00.000Z")]);
    let call = |id: &str, input: &str| ToolCall { id: id.into(), name: "look".into(), input_text: input.into() };
    rich.add(Message {
        metadata: parse(r#"{"a":[1,2.5e300,null],"__proto__":{"b":true}}"#),
        ..Message::new(Role::User, "?")
    });
    rich.add(Message {
        interrupted: true,
        tool_calls: vec![call("c", r#"{"at":1}"#), call("d", "{\"at"), call("", "")],
        ..Message::new(Role::Assistant, "")
    });
    rich.add(Message { tool_call_id: Some("c".into()), ..Message::new(Role::Tool, "seen") });
    rich.set_shared_state(parse(r#"{"step":{"deep":[[]]},"number":12345678901234567890}"#));
    rich
}

#[test]
fn a_conversation_comes_back_from_its_record_as_it_was() {
    for original in [rich(), Conversation::new("empty")] {
        let store = MemoryStore::default();
        save(&store, &original).unwrap();
        let loaded = found(&store, original.id());
        assert_eq!(loaded.to_value(), original.to_value());
        assert_eq!(loaded.messages(), original.messages());
        assert_eq!(loaded.updated_at(), original.updated_at());
        assert_eq!(loaded.shared_state(), original.shared_state());
        assert_eq!(store.keys().unwrap(), [format!("{KEY_PREFIX}{}", original.id())]);
    }
}

#[test]
fn what_was_never_kept_is_empty_and_what_was_forgotten_too() {
    let store = MemoryStore::default();
    save(&store, &conversation("a", &[(Role::User, "hi", "")])).unwrap();
    assert!(load(&store, "b").unwrap().is_none());
    erase(&store, "a").unwrap();
    assert!(load(&store, "a").unwrap().is_none());
    assert!(store.keys().unwrap().is_empty());
}

#[test]
fn what_a_record_lacks_is_empty_and_what_it_has_more_is_dropped() {
    let store = MemoryStore::default();
    let key = format!("{KEY_PREFIX}a");
    let record = r#"{"schema":1,"more":1,"messages":[{"role":"user","content":"hi","more":2},{"role":"robot","content":"?"},
        {"role":"user"},7,{"role":"assistant","content":"ho","metadata":[],"interrupted":"yes","toolCalls":7}]}"#;
    store.set(&key, record).unwrap();
    let loaded = found(&store, "a");
    let turns: Vec<_> = loaded.messages().iter().map(|turn| (turn.content.as_str(), turn.interrupted)).collect();
    assert_eq!(turns, [("hi", false), ("ho", false)]);
    assert_eq!(loaded.messages()[1].metadata, Value::object());
    assert_eq!(loaded.id(), "a", "it is called as it is kept");
    assert_eq!(loaded.shared_state(), &Value::object());
}

const UNREADABLE: [&str; 9] = [
    r#"{"schema":2,"id":"a","messages":[]}"#,
    r#"{"schema":1,"messages":[{"role":"user","content":"cut"#,
    r#"{"messages":[]}"#,
    r#"{"schema":0}"#,
    r#"{"schema":"1"}"#,
    "not JSON",
    "",
    "null",
    "[1]",
];

#[test]
fn a_record_that_is_newer_or_broken_is_set_aside_and_never_overwritten() {
    for record in UNREADABLE {
        let store = MemoryStore::default();
        store.set(&format!("{KEY_PREFIX}a"), record).unwrap();
        let problem = load(&store, "a").expect_err("somebody is told");
        assert_eq!(problem.code, Code::Storage);
        save(&store, &Conversation::new("a")).unwrap();
        let kept: Vec<_> = store.keys().unwrap().into_iter().filter(|key| !key.starts_with(KEY_PREFIX)).collect();
        assert_eq!(kept.len(), 1, "{record}");
        assert_eq!(store.get(&kept[0]).unwrap().as_deref(), Some(record));
        assert!(problem.message.contains(&kept[0]), "{}", problem.message);
        assert_eq!(found(&store, "a"), Conversation::new("a"), "told once");
    }
}

/// A store with room for so many bytes, or that refuses everything.
#[derive(Debug, Default)]
struct Small {
    records: MemoryStore,
    room: Cell<usize>,
    is_denied: Cell<bool>,
    asked: RefCell<Vec<String>>,
}

impl Small {
    fn with_room(room: usize) -> Self {
        Self { room: Cell::new(room), ..Self::default() }
    }

    fn used(&self) -> usize {
        let keys = self.records.keys().unwrap();
        keys.iter().map(|key| key.len() + self.records.get(key).unwrap().map_or(0, |value| value.len())).sum()
    }

    fn ask(&self, what: &str) -> Result<(), Error> {
        self.asked.borrow_mut().push(what.to_owned());
        if self.is_denied.get() {
            return Err(Error::new(Code::Storage, "denied"));
        }
        Ok(())
    }
}

impl Store for Small {
    fn get(&self, key: &str) -> Result<Option<String>, Error> {
        self.ask("get")?;
        self.records.get(key)
    }

    fn set(&self, key: &str, value: &str) -> Result<(), Error> {
        self.ask("set")?;
        let before = self.records.get(key)?.map_or(0, |value| key.len() + value.len());
        if self.used() - before + key.len() + value.len() > self.room.get() {
            return Err(Error::new(Code::Storage, "full"));
        }
        self.records.set(key, value)
    }

    fn remove(&self, key: &str) -> Result<(), Error> {
        self.ask("remove")?;
        self.records.remove(key)
    }

    fn keys(&self) -> Result<Vec<String>, Error> {
        self.ask("keys")?;
        self.records.keys()
    }
}

#[test]
fn a_record_is_set_aside_also_where_there_is_no_room_for_two() {
    let record = "x".repeat(1_000);
    let store = Small::with_room(1_100);
    store.set(&format!("{KEY_PREFIX}a"), &record).unwrap();
    assert!(load(&store, "a").is_err());
    let _ = save(&store, &Conversation::new("a"));
    let values: Vec<_> = store.keys().unwrap().iter().filter_map(|key| store.get(key).unwrap()).collect();
    assert!(values.contains(&record), "{values:?}");
}

#[test]
fn a_record_that_cannot_be_set_aside_stays_where_it_is() {
    let record = "x".repeat(1_000);
    let store = Small::with_room(1_020);
    store.set(&format!("{KEY_PREFIX}a"), &record).unwrap();
    assert_eq!(load(&store, "a").unwrap_err().message, "full");
    assert_eq!(store.get(&format!("{KEY_PREFIX}a")).unwrap(), Some(record));
}

#[test]
fn a_store_that_fails_is_told_and_fails_nothing() {
    let store = Small::default();
    store.is_denied.set(true);
    assert_eq!(load(&store, "a").unwrap_err().message, "denied");
    assert_eq!(store.asked.borrow().as_slice(), ["get"], "what cannot be read is not written");
    for result in [save(&store, &rich()), erase(&store, "a"), list(&store).map(drop)] {
        assert_eq!(result.unwrap_err().code, Code::Storage);
    }
    let full = Small::with_room(10);
    assert_eq!(save(&full, &rich()).unwrap_err().message, "full");
}

#[test]
fn conversations_are_listed_the_one_that_changed_last_first() {
    let store = MemoryStore::default();
    let at = |day: u8| format!("2026-01-{day:02}T00:00:00.000Z");
    for (id, day) in [("b", 2), ("d", 4), ("a", 2), ("c", 3)] {
        let turns = [(Role::System, "s", ""), (Role::User, "first \u{1F600}", ""), (Role::User, "second", &at(day))];
        save(&store, &conversation(id, &turns)).unwrap();
    }
    save(&store, &Conversation::new("e")).unwrap();
    store.set("somebody else's", "{}").unwrap();
    store.set(&format!("{KEY_PREFIX}broken"), "{").unwrap();
    let listed = list(&store).unwrap();
    let ids: Vec<_> = listed.items().iter().map(|row| row.text("id").unwrap()).collect();
    assert_eq!(ids, ["d", "c", "a", "b", "e"]);
    let row = format!("{{\"id\":\"d\",\"updatedAt\":\"{}\",\"messages\":3,\"preview\":\"first \u{1F600}\"}}", at(4));
    assert_eq!(listed.items()[0].to_json(), row);
    assert_eq!(listed.items()[4].to_json(), r#"{"id":"e","updatedAt":"","messages":0,"preview":""}"#);
    save(&store, &conversation("long", &[(Role::User, &"\u{1F600}".repeat(100), "9")])).unwrap();
    assert_eq!(list(&store).unwrap().items()[0].text("preview"), Some("\u{1F600}".repeat(80).as_str()));
    assert_eq!(store.get("somebody else's").unwrap().as_deref(), Some("{}"));
}

#[test]
fn a_conversation_takes_over_what_another_page_kept() {
    let mut here = conversation("a", &[(Role::User, "hi", "1")]);
    let version = here.version();
    here.replace(conversation("b", &[(Role::User, "hi", "1"), (Role::Assistant, "ho", "2")]));
    assert_eq!((here.id(), here.messages().len(), here.updated_at()), ("a", 2, "2"));
    assert!(here.version() > version);
}
