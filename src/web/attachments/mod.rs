//! The bytes of what is attached to the questions of a conversation. They are stored where the conversation is. The
//! page's storages have little room: for them, the bytes are in IndexedDB. What cannot be stored is in memory, as long
//! as its context.

mod blob;
mod database;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{select, Either, FutureExt, LocalBoxFuture, Shared};
use wasm_bindgen_futures::spawn_local;

use self::blob::blob_of_data_url;
pub(super) use self::blob::Blob;
use crate::conversation::attached::Owner;
use crate::conversation::mirror::Adapter;
use crate::conversation::{attachment_key, ATTACHMENT_PREFIX};
use crate::env::Clock;
use crate::error::{Code, Error};
use crate::web::env::PageClock;
use crate::web::error::thrown;

/// IndexedDB may be slow, or never answer. After this many milliseconds a run continues without it.
const PATIENCE_MS: f64 = 5_000.0;

/// Where the bytes are kept.
pub(super) enum Place {
    /// In memory alone.
    Memory,
    /// In IndexedDB, for this owner.
    Page(Owner),
    /// In the caller's storage, for the conversation of that name.
    Adapter(Rc<dyn Adapter>, String),
}

/// An attachment that is to be stored.
#[derive(Debug, Clone)]
pub(super) struct New {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) blob: Blob,
}

/// The attachments of a conversation.
pub(super) struct Attachments {
    place: Place,
    /// The attachments in memory: all of them if there is no other place, otherwise those that are being stored, or
    /// could not be.
    held: RefCell<HashMap<String, Blob>>,
    /// Resolves when everything that was begun is done. The tasks run one after the other.
    last: RefCell<Option<Shared<LocalBoxFuture<'static, ()>>>>,
    failed: Box<dyn Fn(Error)>,
    /// The errors that were reported: each is reported once.
    told: RefCell<HashSet<String>>,
}

impl fmt::Debug for Attachments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachments").field("held", &self.held.borrow().len()).finish_non_exhaustive()
    }
}

impl Attachments {
    /// `failed` is called with what could not be stored, and with what was removed to make room.
    pub(super) fn new(place: Place, failed: Box<dyn Fn(Error)>) -> Rc<Self> {
        let (held, last, told) = (RefCell::default(), RefCell::default(), RefCell::default());
        Rc::new(Self { place, held, last, failed, told })
    }

    /// The conversation has attachments: attachments that no conversation refers to may be removed.
    pub(super) fn collect_soon(&self) {
        if matches!(self.place, Place::Page(_)) {
            database::collect_soon();
        }
    }

    /// Stores the attachments of a question.
    pub(super) fn keep(self: &Rc<Self>, question: Vec<New>) {
        let blobs = question.iter().map(|new| (new.id.clone(), new.blob.clone()));
        self.held.borrow_mut().extend(blobs);
        let own = self.clone();
        self.then(async move { own.put_all(question).await });
        self.collect_soon();
    }

    async fn put_all(&self, all: Vec<New>) {
        let ids: Vec<_> = all.iter().map(|new| new.id.clone()).collect();
        let mut removed = Vec::new();
        for new in &all {
            self.held.borrow_mut().insert(new.id.clone(), new.blob.clone());
            match self.put(new, &ids, &mut removed).await {
                Ok(()) if matches!(self.place, Place::Memory) => {}
                Ok(()) => drop(self.held.borrow_mut().remove(&new.id)),
                Err(error) => self.tell_once(error),
            }
        }
        if !removed.is_empty() {
            (self.failed)(database::were_removed(&removed));
        }
    }

    async fn put(&self, new: &New, question: &[String], removed: &mut Vec<String>) -> Result<(), Error> {
        match &self.place {
            Place::Memory => Ok(()),
            Place::Page(owner) => database::put(new, question, owner, removed).await,
            Place::Adapter(adapter, conversation) => {
                let unread = |cause| thrown(Code::Storage, "an attachment could not be read", &cause);
                let url = new.blob.data_url().await.map_err(unread)?;
                adapter.set(&attachment_key(&new.id, conversation), &url).await
            }
        }
    }

    /// The bytes under that id, if they are there.
    pub(super) async fn read(&self, id: &str) -> Option<Blob> {
        if let Some(held) = self.held(id) {
            return Some(held);
        }
        self.settled().await;
        self.find(id).await
    }

    async fn find(&self, id: &str) -> Option<Blob> {
        if let Some(held) = self.held(id) {
            return Some(held);
        }
        match &self.place {
            Place::Memory => None,
            Place::Page(_) => {
                let found = database::read(id).await;
                found.map_err(|error| self.tell_once(error)).ok()?
            }
            Place::Adapter(adapter, conversation) => {
                let url = adapter.get(&attachment_key(id, conversation)).await.ok()??;
                blob_of_data_url(&url).ok()
            }
        }
    }

    /// The same in Base64, for a request, with a limit on the wait.
    pub(super) async fn base64(&self, id: &str) -> Option<Rc<str>> {
        let read = async { self.read(id).await?.base64().await.ok() }.boxed_local();
        match select(read, PageClock.sleep(PATIENCE_MS)).await {
            Either::Left((data, _)) => data,
            Either::Right(_) => None,
        }
    }

    fn drop_held(&self, ids: &[String]) {
        self.held.borrow_mut().retain(|id, _| !ids.contains(id));
    }

    fn held(&self, id: &str) -> Option<Blob> {
        self.held.borrow().get(id).cloned()
    }

    /// The conversation no longer has these attachments.
    pub(super) fn forget(self: &Rc<Self>, ids: Vec<String>) {
        if ids.is_empty() {
            return;
        }
        self.drop_held(&ids);
        let own = self.clone();
        self.then(async move {
            // Attachments that were still waiting to be stored.
            own.drop_held(&ids);
            let gone = match &own.place {
                Place::Memory => Ok(()),
                Place::Page(owner) => database::disown(Some(&ids), owner).await,
                Place::Adapter(adapter, conversation) => {
                    remove(&**adapter, ids.iter().map(|id| attachment_key(id, conversation))).await
                }
            };
            own.tell_of(gone);
        });
    }

    /// The conversation is deleted.
    pub(super) fn forget_all(self: &Rc<Self>) {
        self.held.borrow_mut().clear();
        let own = self.clone();
        self.then(async move {
            let gone = match &own.place {
                Place::Memory => Ok(()),
                Place::Page(owner) => database::disown(None, owner).await,
                Place::Adapter(adapter, conversation) => remove_all(&**adapter, conversation).await,
            };
            own.tell_of(gone);
        });
    }

    /// The conversation now also has these attachments of another one, even if they are removed there.
    pub(super) fn share(self: &Rc<Self>, from: &Rc<Self>, ids: Vec<String>) {
        if ids.is_empty() {
            return;
        }
        let (found, shared) = oneshot::channel();
        let (own, source) = (self.clone(), from.clone());
        from.then(async move {
            let is_in_page = matches!((&own.place, &source.place), (Place::Page(_), Place::Page(_)));
            if let (true, Place::Page(owner)) = (is_in_page, &own.place) {
                own.tell_of(database::own(&ids, owner).await);
            }
            let mut all = Vec::new();
            for id in ids {
                let blob = if is_in_page { source.held(&id) } else { source.find(&id).await };
                let Some(blob) = blob else { continue };
                all.push(New { id, name: blob.name().unwrap_or_default(), blob });
            }
            let _ = found.send(all);
        });
        let own = self.clone();
        self.then(async move { own.put_all(shared.await.unwrap_or_default()).await });
    }

    /// The conversation was read from a record that refers to these attachments: it now also owns those that this
    /// browser stores.
    pub(super) fn own(self: &Rc<Self>, ids: Vec<String>) {
        if let (Place::Page(_), false) = (&self.place, ids.is_empty()) {
            let own = self.clone();
            self.then(async move {
                if let Place::Page(owner) = &own.place {
                    own.tell_of(database::own(&ids, owner).await);
                }
            });
        }
    }

    /// Does something after everything that was begun before.
    fn then(&self, work: impl std::future::Future<Output = ()> + 'static) {
        let before = self.last.borrow().clone();
        let all = async move {
            if let Some(before) = before {
                before.await;
            }
            work.await;
        };
        let all = all.boxed_local().shared();
        *self.last.borrow_mut() = Some(all.clone());
        spawn_local(all);
    }

    /// Resolves when everything that was begun is done.
    pub(super) fn settled(&self) -> LocalBoxFuture<'static, ()> {
        let last = self.last.borrow().clone();
        async move {
            if let Some(last) = last {
                last.await;
            }
        }
        .boxed_local()
    }

    /// The same, with a limit on the wait.
    pub(super) async fn settled_soon(&self) {
        select(self.settled(), PageClock.sleep(PATIENCE_MS)).await;
    }

    fn tell_of(&self, outcome: Result<(), Error>) {
        if let Err(error) = outcome {
            self.tell_once(error);
        }
    }

    fn tell_once(&self, error: Error) {
        if self.told.borrow_mut().insert(error.message.to_string()) {
            (self.failed)(error);
        }
    }
}

async fn remove(adapter: &dyn Adapter, keys: impl Iterator<Item = String>) -> Result<(), Error> {
    for key in keys {
        adapter.remove(&key).await?;
    }
    Ok(())
}

/// Also removes attachments that no turn refers to, if the adapter can list its keys.
async fn remove_all(adapter: &dyn Adapter, conversation: &str) -> Result<(), Error> {
    let Some(keys) = adapter.keys() else { return Ok(()) };
    let keys = keys.await?;
    let is_of = |key: &String| {
        let rest = key.strip_prefix(ATTACHMENT_PREFIX).and_then(|rest| rest.split_once(':'));
        rest.is_some_and(|(_, other)| other == conversation)
    };
    remove(adapter, keys.into_iter().filter(is_of)).await
}
