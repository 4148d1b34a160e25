//! Where a page stores conversations: in its own storages, or in one that the caller provides.

mod adapter;
mod page;

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use futures::future::LocalBoxFuture;
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen_futures::spawn_local;

use self::adapter::WebAdapter;
pub(super) use self::page::is_full;
use self::page::PageStore;
use super::env::{PageClock, WebLocks, WebSite, WebTasks};
use crate::conversation::mirror::{Adapter, Mirror};
use crate::conversation::tabs::{Heard, StorageGroup, Tabs};
use crate::conversation::turns::Turns;
use crate::conversation::{Store, StoreError, LIVE_PREFIX};
use crate::error::Error;
use crate::text::concat;

/// What all conversations of a page share.
struct Page {
    tabs: Rc<Tabs>,
    turns: Rc<Turns>,
    session: Rc<StorageGroup>,
    /// By adapter.
    groups: RefCell<Vec<(JsValue, Weak<StorageGroup>)>>,
}

thread_local! {
    static PAGE: Page = {
        let tasks = Rc::new(WebTasks);
        let tabs = Tabs::new(Rc::new(WebSite), Rc::new(PageClock), tasks.clone());
        let turns = Turns::new(Rc::new(WebLocks), tabs.clone(), tasks.clone());
        Page { tabs, turns, session: Rc::new(StorageGroup::new(tasks)), groups: RefCell::default() }
    };
}

/// The tabs that share the local storage with this one.
pub(super) fn tabs() -> Rc<Tabs> {
    PAGE.with(|page| page.tabs.clone())
}

/// The turns of the page's conversations.
pub(super) fn turns() -> Rc<Turns> {
    PAGE.with(|page| page.turns.clone())
}

/// The group that shares an adapter.
fn group_of(adapter: &JsValue) -> Rc<StorageGroup> {
    PAGE.with(|page| {
        let mut groups = page.groups.borrow_mut();
        groups.retain(|(_, group)| group.strong_count() > 0);
        let known = groups.iter().find(|(other, _)| other == adapter).and_then(|(_, group)| group.upgrade());
        known.unwrap_or_else(|| {
            let group = Rc::new(StorageGroup::new(Rc::new(WebTasks)));
            groups.push((adapter.clone(), Rc::downgrade(&group)));
            group
        })
    })
}

/// `storage` of a context's options.
#[derive(Clone)]
pub(super) enum Storage {
    /// The page's local storage.
    Local,
    /// Its session storage.
    Session,
    /// None.
    Memory,
    /// The caller's.
    Adapter(JsValue),
}

impl Storage {
    /// Reads and checks the option. `of` names the function in messages.
    pub(super) fn of(given: &JsValue, of: &str) -> Result<Self, JsValue> {
        match given.as_string().as_deref() {
            None if given.is_undefined() || given.is_null() => return Ok(Self::Local),
            Some("local") => return Ok(Self::Local),
            Some("session") => return Ok(Self::Session),
            Some("memory") => return Ok(Self::Memory),
            _ => {}
        }
        let mut is_adapter = given.is_object() || given.is_function();
        for method in ["getItem", "setItem", "removeItem"] {
            is_adapter = is_adapter && Reflect::get(given, &JsValue::from_str(method))?.is_function();
        }
        if is_adapter {
            return Ok(Self::Adapter(given.clone()));
        }
        let message = concat(&[of, ": `storage` must be \"local\" or \"session\" or \"memory\""]);
        Err(super::error::into_js(&Error::invalid(message)))
    }
}

/// An open storage.
#[derive(Debug)]
pub(super) enum Kept {
    /// A storage of the page.
    Page(PageStore),
    /// The caller's.
    Adapter(Rc<Mirror>),
}

impl Kept {
    /// Whether other pages report what they store by messages, which arrive in order.
    pub(super) fn is_told(&self) -> bool {
        matches!(self, Self::Page(page) if page.is_told())
    }

    /// Whether there are other pages that can show how an answer grows.
    pub(super) fn has_others(&self) -> bool {
        match self {
            Self::Page(page) => page.has_others(),
            Self::Adapter(mirror) => mirror.has_others(),
        }
    }

    /// Sends the others a value that is not stored.
    pub(super) fn tell(&self, key: &str, value: &str) {
        match self {
            Self::Page(page) => page.publish(key, Some(value)),
            Self::Adapter(mirror) => mirror.publish(key, Some(value)),
        }
    }

    /// Stops sending and receiving changes.
    pub(super) fn leave(&self) {
        match self {
            Self::Page(page) => page.leave(),
            Self::Adapter(mirror) => mirror.leave(),
        }
    }

    /// Resolves when everything is written; `None` if writing takes no time.
    pub(super) fn saved(&self) -> Option<LocalBoxFuture<'static, Result<(), Error>>> {
        match self {
            Self::Page(_) => None,
            Self::Adapter(mirror) => Some(mirror.saved()),
        }
    }
}

impl Store for Kept {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        match self {
            Self::Page(page) => page.get(key),
            Self::Adapter(mirror) => mirror.get(key),
        }
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        match self {
            Self::Page(page) => page.set(key, value),
            Self::Adapter(mirror) => mirror.set(key, value),
        }
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        match self {
            Self::Page(page) => page.remove(key),
            Self::Adapter(mirror) => mirror.remove(key),
        }
    }

    fn keys(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Page(page) => page.keys(),
            Self::Adapter(mirror) => mirror.keys(),
        }
    }

    fn max_file_bytes(&self) -> usize {
        match self {
            Self::Page(page) => page.max_file_bytes(),
            Self::Adapter(mirror) => mirror.max_file_bytes(),
        }
    }
}

/// An open storage, or why there is none.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) kept: Option<Kept>,
    /// The caller's storage itself.
    pub(super) adapter: Option<Rc<dyn Adapter>>,
    /// Reads what is stored, if that takes time.
    pub(super) fill: Option<LocalBoxFuture<'static, ()>>,
    /// Ends the reports of the adapter.
    pub(super) unsubscribe: Option<Function>,
    /// Why there is no storage.
    pub(super) denied: Option<Error>,
}

/// Opens a storage for the conversation `id`; without an id, for all conversations, whose changes are not reported.
/// `heard` is called with what others store, `failed` with what could not be read or written.
pub(super) fn open(
    storage: &Storage,
    id: Option<&str>,
    heard: Option<Rc<Heard>>,
    failed: Box<dyn Fn(Error)>,
) -> Result<Opened, JsValue> {
    let name = match storage {
        Storage::Memory => return Ok(Opened::default()),
        Storage::Adapter(adapter) => return open_adapter(adapter, id, heard, failed),
        Storage::Local => "localStorage",
        Storage::Session => "sessionStorage",
    };
    let page = match PageStore::open(name) {
        Ok(page) => page,
        Err(denied) => return Ok(Opened { denied: Some(denied), ..Opened::default() }),
    };
    if let Some(heard) = heard {
        page.publish_to(PAGE.with(|page| match storage {
            Storage::Local => page.tabs.join(heard),
            _ => page.session.join(heard),
        }));
    }
    Ok(Opened { kept: Some(Kept::Page(page)), ..Opened::default() })
}

fn open_adapter(
    given: &JsValue,
    id: Option<&str>,
    heard: Option<Rc<Heard>>,
    failed: Box<dyn Fn(Error)>,
) -> Result<Opened, JsValue> {
    let adapter = Rc::new(WebAdapter::new(given)?);
    let mirror = Mirror::new(adapter.clone(), id, Rc::new(WebLocks), Rc::new(WebTasks), failed);
    let mut opened = Opened { fill: Some(mirror.fill()), ..Opened::default() };
    if let Some(heard) = heard {
        let (own, told) = (Rc::downgrade(&mirror), heard.clone());
        let in_page: Rc<Heard> = Rc::new(move |key: Option<&str>, value: Option<&str>| {
            if let (Some(mirror), Some(key)) = (own.upgrade(), key.filter(|key| !key.starts_with(LIVE_PREFIX))) {
                mirror.take(key, value);
            }
            told(key, value);
        });
        mirror.publish_to(group_of(given).join(in_page));
        let own = Rc::downgrade(&mirror);
        let changed = Closure::<dyn Fn(JsValue)>::new(move |key: JsValue| {
            let (Some(mirror), Some(key), heard) = (own.upgrade(), key.as_string(), heard.clone()) else { return };
            spawn_local(async move {
                // A value that cannot be read is not reported as an error: the caller did not ask for it.
                if let Ok(Some(value)) = mirror.reread(&key).await {
                    heard(Some(&key), value.as_deref());
                }
            });
        });
        opened.unsubscribe = adapter.subscribe(&changed.into_js_value())?;
    }
    opened.kept = Some(Kept::Adapter(mirror));
    opened.adapter = Some(adapter);
    Ok(opened)
}

/// The keys of an object, as `Object.keys` returns them.
fn keys_of(object: &JsValue) -> Result<Vec<String>, JsValue> {
    let mut keys = Vec::new();
    for key in Reflect::own_keys(object)? {
        if let Some(key) = key.as_string() {
            keys.push(key);
        }
    }
    Ok(keys)
}
