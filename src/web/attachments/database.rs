//! The page's own store of attachments, in IndexedDB. All conversations share it.

use std::cell::Cell;

use js_sys::{Array, Date};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::blob::Blob;
use super::New;
use crate::conversation::attached::{orphans, references, to_make_room, Owner, StoredAttachment};
use crate::env::Clock;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::text::concat;
use crate::web::env::PageClock;
use crate::web::error::thrown;
use crate::web::storage::{is_full, open, Storage};

#[wasm_bindgen(module = "/src/web/js/attachments.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = putAttachment)]
    async fn put_attachment(id: &str, blob: &Blob, name: &str, at: f64, owner: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = readAttachment)]
    async fn read_attachment(id: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = listAttachments)]
    async fn list_attachments() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = removeAttachments)]
    async fn remove_attachments(ids: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = ownAttachments)]
    async fn own_attachments(ids: &Array, owner: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = disownAttachments)]
    async fn disown_attachments(ids: Option<&Array>, owner: &str) -> Result<JsValue, JsValue>;
}

/// How many milliseconds the page waits before it looks for attachments without references: by then it has finished
/// loading.
const COLLECT_MS: f64 = 1_000.0;

thread_local! {
    static HAS_COLLECTED: Cell<bool> = const { Cell::new(false) };
}

/// Stores an attachment of a question. If there is no room, it replaces the oldest attachments, but none of this
/// question. The names of those that were removed are added to `removed`.
pub(super) async fn put(new: &New, question: &[String], owner: &Owner, removed: &mut Vec<String>) -> Result<(), Error> {
    let New { id, name, blob } = new;
    loop {
        let Err(cause) = put_attachment(id, blob, name, Date::now(), &owner.to_text()).await else { return Ok(()) };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
        let needed = blob.size() as u64;
        if !is_full(&cause) {
            return Err(failed("attachments cannot be stored, they are in memory", &cause));
        }
        let going = to_make_room(list().await?, needed, question);
        if going.is_empty() {
            let what = ["there is no room for the attachment \"", name, "\", it is in memory"];
            return Err(failed(&concat(&what), &cause));
        }
        let ids = array_of(going.iter().map(|going| &*going.id));
        remove_attachments(&ids).await.map_err(|cause| failed("attachments could not be deleted", &cause))?;
        removed.extend(going.into_iter().map(|going| if going.name.is_empty() { going.id } else { going.name }));
    }
}

/// The bytes under that id, if there are any.
pub(super) async fn read(id: &str) -> Result<Option<Blob>, Error> {
    let blob = read_attachment(id).await.map_err(|cause| failed("an attachment could not be read", &cause))?;
    Ok((!blob.is_falsy()).then(|| blob.into()))
}

/// Adds the owner to these attachments.
pub(super) async fn own(ids: &[String], owner: &Owner) -> Result<(), Error> {
    let ids = array_of(ids.iter().map(|id| &**id));
    let outcome = own_attachments(&ids, &owner.to_text()).await;
    outcome.map(drop).map_err(|cause| failed("attachments could not be shared", &cause))
}

/// Removes the owner from these attachments, or from all of them.
pub(super) async fn disown(ids: Option<&[String]>, owner: &Owner) -> Result<(), Error> {
    let ids = ids.map(|ids| array_of(ids.iter().map(|id| &**id)));
    let gone = disown_attachments(ids.as_ref(), &owner.to_text()).await;
    gone.map(drop).map_err(|cause| failed("attachments could not be deleted", &cause))
}

async fn list() -> Result<Vec<StoredAttachment>, Error> {
    let listed = list_attachments().await.map_err(|cause| failed("attachments could not be listed", &cause))?;
    let listed = Value::parse(listed.as_string().unwrap_or_default().as_bytes())?;
    Ok(listed.items().iter().map(StoredAttachment::from_value).collect())
}

/// Once per page, and not at once: removes attachments that no turn refers to any more.
pub(super) fn collect_soon() {
    if !HAS_COLLECTED.replace(true) {
        spawn_local(async {
            PageClock.sleep(COLLECT_MS).await;
            // The next page tries again.
            let _ = collect().await;
        });
    }
}

async fn collect() -> Result<(), JsValue> {
    let Ok(stored) = list().await else { return Ok(()) };
    let kept = |storage| Ok::<_, JsValue>(open(&storage, None, None, Box::new(drop))?.kept);
    // Without a storage it is not known which attachments are still referred to.
    let (Some(local), Some(session)) = (kept(Storage::Local)?, kept(Storage::Session)?) else { return Ok(()) };
    let (Ok(local), Ok(session)) = (references(&local), references(&session)) else { return Ok(()) };
    let refers = |owner: &Owner, id: &str| {
        let references = if owner.is_of_session { &session } else { &local };
        references.contains(&(owner.conversation.clone(), id.to_owned()))
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Milliseconds since 1970.
    let now = Date::now() as u64;
    for (id, owner) in orphans(&stored, now, refers) {
        let _ = disown(Some(&[id]), &owner).await;
    }
    Ok(())
}

fn array_of<'a>(ids: impl Iterator<Item = &'a str>) -> Array {
    ids.map(JsValue::from_str).collect()
}

fn failed(what: &str, cause: &JsValue) -> Error {
    thrown(Code::Storage, what, cause)
}

/// The error for `onStorageError` when the oldest attachments were removed to make room.
pub(super) fn were_removed(names: &[String]) -> Error {
    let what = "the storage was full: the oldest attachments went, ";
    Error::new(Code::Storage, concat(&[what, &names.join(", ")]))
}
