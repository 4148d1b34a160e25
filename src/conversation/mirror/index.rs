//! Lists of keys, for an adapter that cannot list its keys: one of the conversations, under [`INDEX`], and one of each
//! conversation's keys. The pieces of a growing answer are not listed: their keys follow from the key of their turn.

use std::collections::BTreeSet;
use std::rc::Rc;

use futures::future::join_all;

use super::Adapter;
use crate::error::Error;
use crate::json::Value;
use crate::text::concat;

/// The key of the list of conversations, and the name of the lock for changing lists. The list of a conversation's keys
/// has the same key followed by the conversation's name.
pub const INDEX: &str = "refinire-web-index";

fn index_of(id: &str) -> String {
    concat(&[INDEX, ":", id])
}

/// The keys of a conversation.
pub(super) async fn keys_of(adapter: &Rc<dyn Adapter>, id: &str) -> Result<Vec<String>, Error> {
    names(adapter, &index_of(id)).await
}

/// The keys of all conversations.
pub(super) async fn all_keys(adapter: &Rc<dyn Adapter>) -> Result<Vec<String>, Error> {
    let mut all = Vec::new();
    let ids = names(adapter, INDEX).await?;
    for keys in join_all(ids.iter().map(|id| keys_of(adapter, id))).await {
        all.append(&mut keys?);
    }
    Ok(all)
}

/// Replaces the keys that this page had `listed` by the keys that it has now. Keys that other pages have listed stay.
pub(super) async fn change(
    adapter: &Rc<dyn Adapter>,
    id: &str,
    own: &BTreeSet<String>,
    listed: &BTreeSet<String>,
) -> Result<(), Error> {
    let before = keys_of(adapter, id).await?;
    let was_empty = before.is_empty();
    let mut keys: Vec<_> = before.into_iter().filter(|key| !listed.contains(key) && !own.contains(key)).collect();
    keys.extend(own.iter().cloned());
    if was_empty {
        list_conversation(adapter, id, true).await?;
    }
    let is_empty = keys.is_empty();
    put(adapter, &index_of(id), keys).await?;
    if is_empty {
        list_conversation(adapter, id, false).await?;
    }
    Ok(())
}

async fn list_conversation(adapter: &Rc<dyn Adapter>, id: &str, is_there: bool) -> Result<(), Error> {
    let mut ids = names(adapter, INDEX).await?;
    ids.retain(|other| other != id);
    if is_there {
        ids.push(id.to_owned());
    }
    put(adapter, INDEX, ids).await
}

/// The names in a list.
async fn names(adapter: &Rc<dyn Adapter>, list: &str) -> Result<Vec<String>, Error> {
    let text = adapter.get(list).await?.unwrap_or_default();
    let list = Value::parse(text.as_bytes()).unwrap_or(Value::object());
    Ok(list.items().iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Stores a list; a list without names is removed.
async fn put(adapter: &Rc<dyn Adapter>, list: &str, names: Vec<String>) -> Result<(), Error> {
    if names.is_empty() {
        return adapter.remove(list).await;
    }
    let names = Value::Array(names.into_iter().map(Value::String).collect());
    adapter.set(list, &names.to_json()).await
}
