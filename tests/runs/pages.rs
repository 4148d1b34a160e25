//! What pages with one store tell one another.

use refinire_web::conversation::{apply, save, Conversation};

use crate::shelf::{Records, Shelf};

/// A key, and what is stored there from then on.
pub(crate) type Told = (String, Option<String>);

/// Saves a conversation, and gives what other pages are told of that.
pub(crate) fn kept(shelf: &Shelf, talk: &mut Conversation) -> Vec<Told> {
    let before = shelf.records.borrow().clone();
    save(shelf, talk).unwrap();
    assert!(talk.is_kept());
    changes(&before, &shelf.records.borrow())
}

/// What was written between two looks at a store.
fn changes(before: &Records, after: &Records) -> Vec<Told> {
    let removed = before.keys().filter(|key| !after.contains_key(*key)).map(|key| (key.clone(), None));
    let set = after.iter().filter(|(key, value)| before.get(*key) != Some(value));
    removed.chain(set.map(|(key, value)| (key.clone(), Some(value.clone())))).collect()
}

/// Takes in what other pages tell.
pub(crate) fn hear(talk: &mut Conversation, told: &[Told]) {
    for (key, value) in told {
        apply(talk, key, value.as_deref()).unwrap();
    }
}
