//! A conversation.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};

use super::clock::now;
use crate::conversation::{Alternatives, Conversation};
use crate::env::Clock;
use crate::error::Error;
use crate::message::{Message, Role};
use crate::queue::{self, Queue};
use crate::run::{Delivery, Followed, Follower, Run};
#[cfg(target_arch = "wasm32")]
use crate::web::ContextInner;

/// A conversation: agents send its turns to the model, and add to them. Clones are the same conversation.
#[derive(Clone)]
pub struct Context(Rc<Inner>);

struct Inner {
    conversation: Rc<RefCell<Conversation>>,
    /// The runs whose answers are added here, if it is in memory.
    followed: Followed,
    backend: Backend,
}

/// Where the conversation is stored, with the queue of its runs.
enum Backend {
    Memory(Rc<Queue>),
    /// The page's storage.
    #[cfg(target_arch = "wasm32")]
    Page(Rc<ContextInner>),
}

/// A run's turn in the conversation: the next run begins when this is dropped.
pub(super) enum Place {
    Memory {
        _place: queue::Place,
    },
    #[cfg(target_arch = "wasm32")]
    Page {
        _turn: crate::conversation::turns::Turn,
    },
}

impl Context {
    /// A conversation that lasts as long as this value.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::of(Conversation::new("memory"))
    }

    pub(super) fn of(conversation: Conversation) -> Self {
        let conversation = Rc::new(RefCell::new(conversation));
        let backend = Backend::Memory(Queue::unlimited());
        Self(Rc::new(Inner { conversation, followed: Followed::default(), backend }))
    }

    /// The conversation of that name in the page's local storage, which all tabs share. It is saved while answers stream. If the
    /// browser denies storage, the conversation lasts as long as this value.
    ///
    /// # Errors
    /// `storage` outside a page.
    #[cfg(target_arch = "wasm32")]
    pub fn open(id: &str) -> Result<Self, Error> {
        let page = crate::web::client::open_context(id)?;
        let conversation = page.conversation()?;
        Ok(Self(Rc::new(Inner { conversation, followed: Followed::default(), backend: Backend::Page(page) })))
    }

    /// The turns, oldest first. A growing answer is included as far as it has been delivered.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.catch_up();
        self.0.conversation.borrow().messages().to_vec()
    }

    /// A number that changes whenever the turns change.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.catch_up();
        self.0.conversation.borrow().version()
    }

    /// Adds a turn of the user. A run that then asks the same question does not add it again.
    pub fn add_user_message(&self, content: impl Into<String>) {
        self.add(Message::new(Role::User, content));
    }

    /// Adds a turn of the model.
    pub fn add_assistant_message(&self, content: impl Into<String>) {
        self.add(Message::new(Role::Assistant, content));
    }

    /// Adds instructions, which are always sent along, however many turns follow.
    pub fn add_system_message(&self, content: impl Into<String>) {
        self.add(Message::new(Role::System, content));
    }

    /// Adds a turn. If it has no timestamp, it gets the present time.
    pub fn add(&self, mut message: Message) {
        if message.timestamp.is_empty() {
            message.timestamp = now();
        }
        self.0.conversation.borrow_mut().add(message);
        self.changed();
    }

    /// Removes all turns, and the title.
    pub fn clear(&self) {
        self.alter(|conversation| conversation.clear(now()));
    }

    /// Keeps the first `length` turns and removes the others, with the alternatives that follow them.
    pub fn truncate(&self, length: usize) {
        self.alter(|conversation| conversation.truncate(length, &now()));
    }

    /// Puts aside what follows the first `length` turns: the next turn begins an alternative to it. If the next run
    /// adds no turn, what was put aside is shown again.
    pub fn branch(&self, length: usize) {
        self.alter(|conversation| conversation.branch(length));
    }

    /// Which of several alternatives the turn with that index begins; `None` if it has none.
    #[must_use]
    pub fn alternatives(&self, at: usize) -> Option<Alternatives> {
        self.catch_up();
        self.0.conversation.borrow().alternatives(at)
    }

    /// Shows the alternative `index` of the turn with index `at`, and the turns that follow it.
    ///
    /// # Errors
    /// `invalid-argument` if there is no such turn or alternative.
    pub fn select_alternative(&self, at: usize, index: usize) -> Result<(), Error> {
        self.alter(|conversation| {
            let id = conversation.views().nth(at).map(|view| view.id.to_owned()).unwrap_or_default();
            conversation.select_alternative(&id, index, &now())
        })
    }

    /// A conversation in memory with copies of the first `length` turns.
    #[must_use]
    pub fn fork(&self, length: usize) -> Self {
        self.catch_up();
        let mut fork = Conversation::new("memory");
        fork.replace(self.0.conversation.borrow().fork(length), &now());
        Self::of(fork)
    }

    /// The conversation's title.
    #[must_use]
    pub fn title(&self) -> Option<String> {
        self.0.conversation.borrow().title().map(str::to_owned)
    }

    /// Sets or deletes the conversation's title.
    pub fn set_title(&self, title: Option<String>) {
        self.alter(|conversation| conversation.set_title(title));
    }

    fn alter<T>(&self, change: impl FnOnce(&mut Conversation) -> T) -> T {
        self.catch_up();
        let done = change(&mut self.0.conversation.borrow_mut());
        self.changed();
        done
    }

    pub(super) fn conversation(&self) -> &Rc<RefCell<Conversation>> {
        &self.0.conversation
    }

    /// Waits until the other runs in the conversation have ended.
    pub(super) fn enter(&self) -> LocalBoxFuture<'static, Result<Place, Error>> {
        match &self.0.backend {
            Backend::Memory(queue) => queue.enter(1).map(|place| Ok(Place::Memory { _place: place })).boxed_local(),
            #[cfg(target_arch = "wasm32")]
            Backend::Page(page) => {
                let page = page.clone();
                let turn = page.take_turn(true);
                async move {
                    let is_stale = crate::web::client::entered(&turn).await?;
                    if let Some(ready) = page.ready() {
                        ready.await;
                    }
                    if is_stale && page.is_kept() {
                        page.refresh();
                    }
                    Ok(Place::Page { _turn: turn })
                }
                .boxed_local()
            }
        }
    }

    /// The turns have changed.
    pub(super) fn changed(&self) {
        match &self.0.backend {
            Backend::Memory(_) => {}
            #[cfg(target_arch = "wasm32")]
            Backend::Page(page) => page.changed(),
        }
    }

    /// Its messages follow the answer of a run, which is saved while it grows.
    pub(super) fn follow(&self, delivery: &Rc<Delivery>, run: Rc<RefCell<Run>>, clock: Rc<dyn Clock>) {
        match &self.0.backend {
            Backend::Memory(_) => self.0.followed.add(delivery, Answer { run, clock }),
            #[cfg(target_arch = "wasm32")]
            Backend::Page(page) => page.follow(delivery, run),
        }
    }

    /// Takes over what was delivered of growing answers.
    fn catch_up(&self) {
        match &self.0.backend {
            Backend::Memory(_) => self.0.followed.catch_up(),
            #[cfg(target_arch = "wasm32")]
            Backend::Page(page) => page.catch_up(),
        }
    }

    /// Whether the conversation is stored.
    #[cfg(target_arch = "wasm32")]
    pub(super) fn is_kept(&self) -> bool {
        matches!(&self.0.backend, Backend::Page(page) if page.is_kept())
    }
}

/// A growing answer in memory, where nothing is saved.
struct Answer {
    run: Rc<RefCell<Run>>,
    clock: Rc<dyn Clock>,
}

impl Follower for Answer {
    fn grown(&self) -> bool {
        false
    }

    fn take(&self, delivered: usize) -> bool {
        self.run.try_borrow().is_ok_and(|run| run.keep(delivered, || self.clock.timestamp()))
    }

    fn save(&self) {}
}

impl Default for Context {
    fn default() -> Self {
        Self::in_memory()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("id", &self.0.conversation.borrow().id()).finish_non_exhaustive()
    }
}
