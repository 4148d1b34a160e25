//! The title of a conversation.

use refinire_web::conversation::{list, Conversation};
use refinire_web::message::Role;

use crate::memory_store::{at, conversation, found, parse, MemoryStore};
use crate::pages::{hear, kept};

#[test]
fn a_title_is_stored_and_listed_and_the_last_one_counts_in_every_page() {
    let store = MemoryStore::default();
    let mut talk = conversation("talk", &[(Role::User, "Q1", &at(1))]).by("aaaa");
    let mut other = Conversation::new("talk").by("bbbb");
    talk.set_title(Some("One".to_owned()));
    hear(&mut other, &kept(&store, &mut talk));
    assert_eq!(other.title(), Some("One"));
    assert_eq!(list(&store).unwrap()[0].title.as_deref(), Some("One"));
    other.set_title(Some("Two".to_owned()));
    // What is not saved yet is not overwritten.
    talk.set_shared_state(parse(r#"{"a":1}"#));
    hear(&mut other, &kept(&store, &mut talk));
    assert_eq!(other.title(), Some("Two"));
    let version = talk.version();
    hear(&mut talk, &kept(&store, &mut other));
    assert_eq!((talk.title(), found(&store, "talk").title()), (Some("Two"), Some("Two")));
    assert_ne!(talk.version(), version);
    assert_eq!(Conversation::from_value("copy", &talk.to_value()).unwrap().title(), Some("Two"));
    talk.set_title(None);
    hear(&mut other, &kept(&store, &mut talk));
    assert_eq!((other.title(), list(&store).unwrap()[0].title.clone()), (None, None));
    talk.set_title(Some("Three".to_owned()));
    talk.clear(at(5));
    hear(&mut other, &kept(&store, &mut talk));
    assert_eq!((talk.title(), other.title()), (None, None));
}
