//! What pages with one store tell one another.

use refinire_web::conversation::{apply, save, Conversation};

use crate::memory_store::{MemoryStore, Records};

/// A key, and what is stored there from then on.
pub(crate) type Told = (String, Option<String>);

/// Saves a conversation, and gives what other pages are told of that.
pub(crate) fn kept(store: &MemoryStore, talk: &mut Conversation) -> Vec<Told> {
    let before = store.records.borrow().clone();
    save(store, talk).unwrap();
    assert!(talk.is_kept());
    changes(&before, &store.records.borrow())
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
