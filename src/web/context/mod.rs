//! A context: a conversation with its storage and its JavaScript values. Users have a [`super::api::Context`]; runs and
//! flows refer to the [`ContextInner`].

mod branches;
mod changes;
mod listeners;
mod live;
mod messages;
mod state;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::rc::{Rc, Weak};

use futures::channel::oneshot;
use futures::future::{FutureExt, LocalBoxFuture, Shared};
use js_sys::{Function, JSON};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen_futures::spawn_local;

use self::changes::News;
use self::listeners::Listeners;
use self::live::Growing;
use self::messages::ShownMessages;
pub(super) use self::state::State;
use self::state::{state_of, ObjectLink};
use super::attachments::{self, Attachments};
use super::env::PageClock;
use super::error::{cause_of, into_js};
use super::storage::{open, turns, Kept, Opened, Storage};
use crate::conversation::attached::Owner;
use crate::conversation::tabs::Heard;
use crate::conversation::turns::{RunQueue, Turn};
use crate::conversation::{erase, load, Conversation};
use crate::error::Error;
use crate::flow::Steer;
use crate::text::concat;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn random_values(bytes: &mut [u8]) -> Result<(), JsValue>;
}

/// The prefix of each head's key and of each lock's name.
const PREFIX: &str = "refinire-web:";

thread_local! {
    /// The contexts that have an object, by number.
    static CONTEXTS: RefCell<HashMap<u32, Weak<ContextInner>>> = RefCell::default();
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// A context, as runs and flows use it.
///
/// To keep it for longer than a call, keep the context's object as well: the caller's values live as long as that object.
pub struct ContextInner {
    id: String,
    number: u32,
    js: ObjectLink,
    queue: Rc<RunQueue>,
    /// `None` once the context has been freed.
    core: RefCell<Option<Rc<RefCell<Conversation>>>>,
    stored: Stored,
    attachments: Rc<Attachments>,
    loading: Loading,
    steer: RefCell<Steer>,
    shown: ShownMessages,
    listeners: Listeners,
    growing: Growing,
}

/// Where and how the conversation is stored.
struct Stored {
    kept: Option<Kept>,
    /// The option as it was passed: a fork is stored there, too.
    storage: Storage,
    lock: Option<String>,
    unsubscribe: RefCell<Option<Function>>,
    /// The shared state as it was last saved, as JSON.
    state: RefCell<String>,
}

/// How far what is stored has been read.
#[derive(Default)]
struct Loading {
    /// Resolves when it has been read; `None` if that took no time.
    ready: RefCell<Option<Shared<LocalBoxFuture<'static, ()>>>>,
    is_under_way: Cell<bool>,
    /// Cleared before it was read.
    is_cleared: Cell<bool>,
}

impl fmt::Debug for ContextInner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextInner").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The error for a context that has been freed.
pub(super) fn freed() -> Error {
    Error::invalid("this context has been freed")
}

impl ContextInner {
    /// The context behind a JavaScript value.
    ///
    /// # Errors
    /// `invalid-argument` if the value is not a context, or has been freed.
    pub fn of(value: &JsValue) -> Result<Rc<Self>, Error> {
        if !value.is_object() {
            return Err(Error::invalid("`context` must be a Context"));
        }
        let state =
            state_of(value).ok_or_else(|| Error::invalid("`context` must be a Context: new Context({ id })"))?;
        let inner = CONTEXTS.with_borrow(|contexts| contexts.get(&state.number()).and_then(Weak::upgrade));
        inner.filter(|inner| inner.core.borrow().is_some()).ok_or_else(freed)
    }

    /// A conversation for a single run without a context.
    #[must_use]
    pub fn fleeting() -> Rc<Self> {
        let attachments = Attachments::new(attachments::Place::Memory, Box::new(drop));
        Rc::new(Self::made("fleeting", 0, None, Opened::default(), attachments, &Storage::Memory))
    }

    /// A context of that name.
    pub(in crate::web) fn new(id: &str, storage: &Storage, on_storage_error: &JsValue) -> Result<Rc<Self>, JsValue> {
        let number = LAST.get() + 1;
        LAST.set(number);
        let state = State::of_number(number, on_storage_error);
        let own: Rc<RefCell<Weak<Self>>> = Rc::default();
        let (to, from) = (own.clone(), own.clone());
        let heard: Rc<Heard> = Rc::new(move |key: Option<&str>, value: Option<&str>| {
            let inner = to.borrow().upgrade();
            if let Some(inner) = inner {
                inner.hear(&key.map_or(News::All, |key| News::Key(key, value)));
            }
        });
        let failed = move |error: Error| {
            let inner = from.borrow().upgrade();
            if let Some(inner) = inner {
                inner.complain(&into_js(&error));
            }
        };
        let mut opened = open(storage, Some(id), Some(heard), Box::new(failed.clone()))?;
        let attachments = Attachments::new(place_of_attachments(storage, id, &opened), Box::new(failed));
        let (fill, denied) = (opened.fill.take(), opened.denied.take());
        let inner = Rc::new(Self::made(id, number, Some(state), opened, attachments, storage));
        *own.borrow_mut() = Rc::downgrade(&inner);
        CONTEXTS.with_borrow_mut(|contexts| contexts.insert(number, Rc::downgrade(&inner)));
        inner.begin(fill, denied);
        Ok(inner)
    }

    fn made(
        id: &str,
        number: u32,
        state: Option<State>,
        opened: Opened,
        attachments: Rc<Attachments>,
        storage: &Storage,
    ) -> Self {
        let has_lock = !matches!(storage, Storage::Session);
        let writer = if opened.kept.is_some() { random_text(4) } else { String::new() };
        let core = Conversation::new(id).by(&writer);
        Self {
            id: id.to_owned(),
            number,
            js: ObjectLink::new(state),
            queue: Rc::default(),
            core: RefCell::new(Some(Rc::new(RefCell::new(core)))),
            stored: Stored {
                lock: opened.kept.is_some().then(|| concat(&[PREFIX, id])).filter(|_| has_lock),
                kept: opened.kept,
                storage: storage.clone(),
                unsubscribe: RefCell::new(opened.unsubscribe),
                state: RefCell::new("{}".to_owned()),
            },
            attachments,
            loading: Loading::default(),
            steer: RefCell::default(),
            shown: ShownMessages::default(),
            listeners: Listeners::default(),
            growing: Growing::default(),
        }
    }

    /// Reads what is stored.
    fn begin(self: &Rc<Self>, fill: Option<LocalBoxFuture<'static, ()>>, denied: Option<Error>) {
        if let Some(fill) = fill {
            self.loading.is_under_way.set(true);
            let (done, filled) = oneshot::channel::<()>();
            *self.loading.ready.borrow_mut() = Some(filled.map(drop).boxed_local().shared());
            let inner = Rc::downgrade(self);
            spawn_local(async move {
                fill.await;
                if let Some(inner) = inner.upgrade() {
                    inner.loaded();
                }
                drop(done);
            });
        } else {
            let problem = self.work(load);
            if self.stored.kept.is_some() {
                self.read_state();
            }
            if let Some(problem) = denied.or(problem.err()) {
                self.complain(&into_js(&problem));
            }
            self.look_for_writer();
            self.collect_attachments();
        }
    }

    fn collect_attachments(&self) {
        if self.read(|conversation| !conversation.attachment_ids().is_empty()).unwrap_or_default() {
            self.attachments.collect_soon();
        }
    }

    /// The records of an adapter have been read.
    fn loaded(self: &Rc<Self>) {
        self.loading.is_under_way.set(false);
        if self.is_freed() {
            return;
        }
        if self.loading.is_cleared.get() {
            self.complain_of(self.work(erase));
            self.attachments.forget_all();
        }
        self.hear(&News::All);
        // Saves what was added meanwhile.
        self.keep();
    }

    /// Sets the context's object: from now on the caller's values live as long as it does.
    pub(super) fn attach_to(&self, context: &JsValue) {
        self.js.attach_to(context);
    }

    /// The context's object, unless it has been collected.
    #[must_use]
    pub fn object(&self) -> Option<JsValue> {
        self.js.context()
    }

    /// The JavaScript values that belong to the context, unless its object has been collected.
    pub(super) fn state(&self) -> Option<State> {
        self.js.state()
    }

    /// Its name in the store.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The turns. A run that outlives its context still holds them.
    ///
    /// # Errors
    /// If it has been freed.
    pub fn conversation(&self) -> Result<Rc<RefCell<Conversation>>, Error> {
        self.core.borrow().clone().ok_or_else(freed)
    }

    /// Looks at the turns.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Conversation) -> T) -> Result<T, Error> {
        Ok(read(&*self.conversation()?.try_borrow().map_err(|_| in_use())?))
    }

    /// Changes the turns. Nothing of the caller's is called meanwhile.
    fn write<T>(&self, write: impl FnOnce(&mut Conversation) -> T) -> Result<T, Error> {
        Ok(write(&mut *self.conversation()?.try_borrow_mut().map_err(|_| in_use())?))
    }

    fn is_freed(&self) -> bool {
        self.core.borrow().is_none()
    }

    /// Whether it has a storage.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.stored.kept.is_some()
    }

    /// The name of the lock that runs in all pages wait for.
    #[must_use]
    pub fn lock(&self) -> Option<&str> {
        self.stored.lock.as_deref()
    }

    /// What is attached to its questions.
    #[must_use]
    pub(in crate::web) fn attachments(&self) -> &Rc<Attachments> {
        &self.attachments
    }

    /// A turn among the runs of this conversation.
    #[must_use]
    pub fn take_turn(&self, is_to_wait: bool) -> Turn {
        turns().take(&self.queue, self.lock(), is_to_wait)
    }

    /// Resolves when what is stored has been read; `None` if that took no time.
    #[must_use]
    pub fn ready(&self) -> Option<LocalBoxFuture<'static, ()>> {
        self.loading.ready.borrow().clone().map(FutureExt::boxed_local)
    }

    pub(super) fn is_loading(&self) -> bool {
        self.loading.is_under_way.get()
    }

    /// A run has ended with that result.
    pub fn concluded(&self, result: &JsValue) {
        if let Some(state) = self.state() {
            state.set_result(result);
        }
    }

    /// The last run's result.
    #[must_use]
    pub fn result(&self) -> JsValue {
        self.state().map_or(JsValue::UNDEFINED, |state| state.result())
    }

    /// Sets which step is to run next. Returns what was set before.
    pub fn steer(&self, next: Steer) -> Steer {
        self.steer.replace(next)
    }

    pub(super) fn is_finished(&self) -> bool {
        matches!(*self.steer.borrow(), Steer::Finish | Steer::Over)
    }
}

impl Drop for ContextInner {
    fn drop(&mut self) {
        let number = self.number;
        // The page may be going away.
        let _ = CONTEXTS.try_with(|contexts| contexts.try_borrow_mut().map(|mut contexts| contexts.remove(&number)));
    }
}

/// Attachments are kept where the conversation is.
fn place_of_attachments(storage: &Storage, id: &str, opened: &Opened) -> attachments::Place {
    match (storage, &opened.adapter) {
        (_, Some(adapter)) => attachments::Place::Adapter(adapter.clone(), id.to_owned()),
        (Storage::Local | Storage::Session, None) if opened.kept.is_some() => attachments::Place::Page(Owner {
            is_of_session: matches!(storage, Storage::Session),
            conversation: id.to_owned(),
        }),
        _ => attachments::Place::Memory,
    }
}

/// The error for a call from a callback in the middle of a change.
fn in_use() -> Error {
    Error::invalid("this context is being changed at the moment")
}

/// A value as JSON, or an error that names what could not be written.
pub(super) fn json_of(value: &JsValue, what: &str) -> Result<String, Error> {
    let refused = || Error::invalid(concat(&[what, " cannot be written as JSON"]));
    let json = JSON::stringify(value).map_err(|cause| refused().caused_by(cause_of(cause)))?;
    JsValue::from(json).as_string().ok_or_else(refused)
}

/// `length` random letters and digits.
pub(super) fn random_text(length: usize) -> String {
    let mut bytes = vec![0; length];
    if random_values(&mut bytes).is_err() {
        return crate::conversation::tabs::random_text(&PageClock, length);
    }
    bytes.iter().filter_map(|byte| char::from_digit(u32::from(byte % 36), 36)).collect()
}
