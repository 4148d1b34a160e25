//! Attachments that are stored apart from the turns: what refers to them, and which of them go.

use refinire_web::conversation::attached::{orphans, references, to_make_room, Owner, StoredAttachment};
use refinire_web::conversation::{attachment_key, list, load, save, Conversation, Store};
use refinire_web::json::Value;
use refinire_web::message::{Attachment, AttachmentSource, Message, Role};

use crate::memory_store::{attachment, found, parse, MemoryStore};

const HOUR: u64 = 3_600_000;

fn owner(text: &str) -> Owner {
    Owner::parse(text).unwrap()
}

fn stored(id: &str, size: u64, created: u64, owners: &[&str]) -> StoredAttachment {
    let owners = owners.iter().copied().map(owner).collect();
    StoredAttachment { id: id.to_owned(), name: String::new(), size, created, owners }
}

/// Who loses what, where `local:talk` refers to `a`, at the end of the third day.
fn lost(stored: &[StoredAttachment]) -> Vec<String> {
    let refers = |owner: &Owner, id: &str| owner.to_text() == "local:talk" && id == "a";
    orphans(stored, 72 * HOUR, refers).iter().map(|(id, owner)| format!("{id} {}", owner.to_text())).collect()
}

#[test]
fn what_no_turn_of_its_conversation_refers_to_is_an_orphan_after_an_hour() {
    let at = |hours_ago: u64, id| stored(id, 1, (72 - hours_ago) * HOUR, &["local:talk", "local:gone"]);
    assert_eq!(lost(&[at(2, "a"), at(1, "b")]), ["a local:gone"]);
    assert_eq!(lost(&[at(2, "b")]), ["b local:talk", "b local:gone"]);
    // A clock that was set back makes nothing old.
    assert!(lost(&[stored("b", 1, 99 * HOUR, &["local:gone"])]).is_empty());
}

#[test]
fn what_belongs_to_a_session_stays_for_a_day_as_another_tab_may_have_it() {
    let at = |hours_ago: u64| stored("a", 1, (72 - hours_ago) * HOUR, &["session:talk"]);
    assert!(lost(&[at(24)]).is_empty());
    assert_eq!(lost(&[at(25)]), ["a session:talk"]);
}

#[test]
fn the_oldest_go_until_there_is_room_but_none_where_all_are_too_small() {
    let all = [stored("b", 3, 2, &[]), stored("c", 3, 3, &[]), stored("a", 3, 1, &[]), stored("own", 9, 0, &[])];
    for (needed, gone) in [(1, "a"), (3, "a"), (4, "ab"), (9, "abc"), (10, ""), (0, "")] {
        let going = to_make_room(all.to_vec(), needed, &["own".to_owned()]);
        assert_eq!(going.iter().map(|going| &*going.id).collect::<String>(), gone, "{needed}");
    }
}

#[test]
fn a_record_of_one_is_read_without_owners_that_nobody_knows() {
    let record = r#"{"id":"a","name":"a.png","size":3,"created":7,"owners":["local:x:y","session:s","else:x",7]}"#;
    let read = StoredAttachment::from_value(&parse(record));
    let expected = stored("a", 3, 7, &["local:x:y", "session:s"]);
    assert_eq!(read, StoredAttachment { name: "a.png".to_owned(), ..expected });
    assert_eq!(StoredAttachment::from_value(&Value::object()), StoredAttachment::default());
}

fn showing(id: &str) -> Message {
    let stored = Attachment { source: AttachmentSource::Stored, ..attachment(id, "a.png") };
    Message { attachments: vec![stored], ..Message::new(Role::User, "It?") }
}

#[test]
fn the_turns_of_a_store_say_what_they_refer_to() {
    let store = MemoryStore::default();
    for (id, attached) in [("talk", vec!["a", "b"]), ("other", vec!["b"]), ("empty", vec![])] {
        let mut talk = Conversation::new(id);
        talk.add(Message::new(Role::User, "\"attachments\""));
        for id in attached {
            talk.add(showing(id));
        }
        save(&store, &mut talk).unwrap();
    }
    store.set("foreign", r#"{"attachments":[{"id":"c"}]}"#).unwrap();
    let mut all: Vec<_> = references(&store).unwrap().into_iter().collect();
    all.sort();
    let pair = |conversation: &str, id: &str| (conversation.to_owned(), id.to_owned());
    assert_eq!(all, [pair("other", "b"), pair("talk", "a"), pair("talk", "b")]);
    assert_eq!(found(&store, "talk").attachment_ids(), ["a", "b"]);
}

#[test]
fn bytes_under_a_key_of_their_own_are_no_turn() {
    let store = MemoryStore::default();
    let mut talk = Conversation::new("talk");
    talk.add(showing("a"));
    save(&store, &mut talk).unwrap();
    store.set(&attachment_key("a", "talk"), "data:image/png;base64,AAAA").unwrap();
    store.set(&attachment_key("a", "other"), "data:image/png;base64,AAAA").unwrap();
    load(&store, &mut talk).unwrap();
    assert_eq!(talk.messages().len(), 1);
    let listed = list(&store).unwrap();
    assert_eq!(listed.iter().map(|row| (&*row.id, row.messages)).collect::<Vec<_>>(), [("talk", 1)]);
}

#[test]
fn what_an_alternative_refers_to_stays_and_what_goes_with_its_turns_is_told() {
    let mut talk = Conversation::new("talk");
    talk.add(showing("a"));
    talk.add(Message::new(Role::Assistant, "A cat."));
    talk.branch(0);
    talk.add(showing("b"));
    let before = talk.attachment_ids();
    assert_eq!(before, ["b", "a"]);
    talk.branch(0);
    assert!(talk.without_attached(before.clone()).is_empty());
    talk.add(showing("c"));
    assert!(talk.without_attached(before.clone()).is_empty());
    talk.truncate(0, "");
    assert_eq!(talk.without_attached(before.clone()), before);
}
