//! A page of the version before next to a new one: it reads what the new one keeps, and makes it lose nothing.

use refinire_web::conversation::{apply, load, save, Conversation, Store};
use refinire_web::json::Value;
use refinire_web::message::{Attachment, AttachmentSource, GeneratedFile, Message, ModelTurn, Role, Source, ToolCall};

use crate::memory_store::{at, attachment, found, head_key, parse, said, MemoryStore};

/// What schema 2 knows of a turn; what it reads of one, and writes again, is that.
const KNOWN: [&str; 8] = ["role", "content", "timestamp", "metadata", "interrupted", "toolCalls", "toolCallId", "open"];

/// The record of a turn as the version before writes it that has read `record`.
fn rewritten(record: &str, changes: &[(&str, Value)]) -> String {
    let Value::Object(members) = parse(record) else { panic!("{record}") };
    let mut known = Value::Object(members.into_iter().filter(|(key, _)| KNOWN.contains(&key.as_str())).collect());
    for (key, value) in changes {
        known.set(key, value.clone());
    }
    known.to_json()
}

fn is(literal: &str) -> Value {
    Value::Literal(literal.to_owned())
}

fn cited() -> Message {
    Message {
        attachments: vec![Attachment { source: AttachmentSource::Stored, ..attachment("a1", "a.png") }],
        reasoning: "Hm.".to_owned(),
        sources: vec![Source { url: Some("https://a.example".to_owned()), start: Some(1), ..Source::default() }],
        files: vec![GeneratedFile {
            media_type: "image/png".to_owned(),
            data: Some("AAAA".into()),
            ..GeneratedFile::default()
        }],
        state: parse(r#"{"reasoning_content":"Hm."}"#),
        api_root: "https://api.example/v1".to_owned(),
        interrupted: true,
        ..said(Role::Assistant, "Hello", &at(1))
    }
}

/// A conversation as the new version has kept it, and the key of its last turn.
fn kept(store: &MemoryStore) -> (Conversation, String) {
    let mut talk = Conversation::new("talk");
    talk.add(said(Role::User, "Hi", &at(0)));
    talk.add(cited());
    save(store, &mut talk).unwrap();
    let key = store.keys().unwrap().into_iter().rfind(|key| key.starts_with("refinire-web/")).unwrap();
    (talk, key)
}

fn read(store: &MemoryStore, key: &str) -> String {
    store.get(key).unwrap().unwrap()
}

#[test]
fn it_can_read_what_the_new_version_keeps() {
    let store = MemoryStore::default();
    let (_, key) = kept(&store);
    let head = parse(&read(&store, &head_key("talk")));
    // It sets aside a conversation whose head is of another schema, with all its turns.
    assert_eq!(head.get("schema").and_then(Value::as_unsigned), Some(2));
    let turn = parse(&read(&store, &key));
    assert_eq!(turn.get("schema").and_then(Value::as_unsigned), Some(3));
    let turns: Vec<_> = store.keys().unwrap().into_iter().filter(|key| key.starts_with("refinire-web/")).collect();
    assert_eq!(parse(&read(&store, &turns[0])).get("schema"), None, "what has nothing new is as it was");
}

/// Messages and storage events bring the same; a page that was away finds it in the store.
#[test]
fn an_answer_that_it_goes_on_with_keeps_what_it_does_not_know() {
    for by_message in [true, false] {
        let store = MemoryStore::default();
        let (mut page, key) = kept(&store);
        let piece = key.replace('/', "+").replace(":talk", "000000:talk");
        let mut write = |key: &str, value: Option<&str>| {
            match value {
                Some(value) => store.set(key, value).unwrap(),
                None => store.remove(key).unwrap(),
            }
            if by_message {
                apply(&mut page, key, value).unwrap();
            } else {
                load(&store, &mut page).unwrap();
            }
            assert_eq!(page.messages()[1].sources, cited().sources, "{value:?}");
            assert_eq!(page.messages()[1].files, cited().files, "{value:?}");
            page.take_to_be_saved_again()
        };
        let begun = rewritten(&read(&store, &key), &[("open", is("true")), ("timestamp", at(5).as_str().into())]);
        assert!(!write(&key, Some(&begun)), "what grows is not the new page's to write");
        write(&piece, Some(", wörld"));
        let end =
            [("content", "Hello, wörld!".into()), ("interrupted", is("false")), ("timestamp", at(9).as_str().into())];
        assert!(write(
            &key,
            Some(&rewritten(&read(&store, &key), &[("open", is("false"))].into_iter().chain(end).collect::<Vec<_>>()))
        ));
        write(&piece, None);
        save(&store, &mut page).unwrap();
        let found = found(&store, "talk");
        let turn = &found.messages()[1];
        assert_eq!((turn.content.as_str(), turn.interrupted), ("Hello, wörld!", false));
        assert_eq!((&turn.reasoning, &turn.api_root), (&cited().reasoning, &cited().api_root));
        assert_eq!((&turn.sources, &turn.files), (&cited().sources, &cited().files));
        assert_eq!(turn.state, Value::object(), "that belonged to another text");
        assert!(page.is_kept() && !page.take_to_be_saved_again(), "once is enough");
    }
}

#[test]
fn what_it_has_written_itself_is_taken_as_it_is() {
    let store = MemoryStore::default();
    let (mut page, key) = kept(&store);
    let later = key.replace("00:00:00.001Z", "00:00:01.000Z");
    let turn = r#"{"role":"user","content":"old","timestamp":"","metadata":{}}"#;
    apply(&mut page, &later, Some(turn)).unwrap();
    assert_eq!(page.messages().len(), 3);
    assert!(page.is_kept() && !page.take_to_be_saved_again());
}

#[test]
fn records_of_schema_2_have_nothing_new_and_those_of_schema_3_have_it_all() {
    let mut old = Conversation::new("a");
    old.add(cited());
    let record = old.to_value();
    assert_eq!(record.get("schema").and_then(Value::as_unsigned), Some(3));
    assert_eq!(Conversation::from_value("a", &record).unwrap().messages(), old.messages());
    let two = r#"{"schema":2,"messages":[{"role":"assistant","content":"Hello","toolCalls":[{"id":"c","name":"f","inputText":"{}"}]}]}"#;
    let read = Conversation::from_value("a", &parse(two)).unwrap();
    let call = ToolCall { id: "c".into(), name: "f".into(), input_text: "{}".into(), extra: String::new() };
    let turn = ModelTurn { tool_calls: vec![call], ..ModelTurn::new("Hello") };
    assert_eq!(read.messages(), [turn.into_message()]);
}

#[test]
fn what_only_a_provider_wants_is_not_shown() {
    let (page, _) = kept(&MemoryStore::default());
    let shown = page.messages_value().to_json();
    assert!(shown.contains("sources") && shown.contains("reasoning"));
    assert!(!shown.contains("apiRoot") && !shown.contains("reasoning_content") && !shown.contains("schema"), "{shown}");
}

/// localStorage has room for some 5 MB.
#[test]
fn the_bytes_of_large_files_are_not_kept_in_a_small_store_and_stay_as_long_as_the_page() {
    let store = MemoryStore { max_file_bytes: 64 * 1024, ..MemoryStore::default() };
    let file = |bytes: usize| GeneratedFile {
        media_type: "image/png".to_owned(),
        data: Some("A".repeat(bytes / 3 * 4).into()),
        ..GeneratedFile::default()
    };
    let files = vec![file(60_000), file(70_000)];
    let mut page = Conversation::new("talk");
    page.add(Message { files: files.clone(), ..said(Role::Assistant, "Here.", &at(0)) });
    save(&store, &mut page).unwrap();
    assert!(page.is_kept() && store.used() < 90_000);
    load(&store, &mut page).unwrap();
    assert_eq!(page.messages()[0].files, files);
    let found = found(&store, "talk");
    let lengths: Vec<_> =
        found.messages()[0].files.iter().map(|file| file.data.as_ref().map(|data| data.len())).collect();
    assert_eq!(lengths, [Some(80_000), None]);
}
