//! A conversation.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};

use super::clock::now;
use crate::conversation::Conversation;
use crate::error::Error;
use crate::message::{Message, Role};
use crate::queue::{self, Queue};
#[cfg(target_arch = "wasm32")]
use crate::web::ContextInner;

/// A conversation: what the runs of agents read and add to. Clones are the same conversation.
#[derive(Clone)]
pub struct Context(Rc<Inner>);

struct Inner {
    conversation: Rc<RefCell<Conversation>>,
    keeper: Keeper,
}

/// Where it is kept, and who lets one run at a time in.
enum Keeper {
    Memory(Rc<Queue>),
    /// The page's storage.
    #[cfg(target_arch = "wasm32")]
    Page(Rc<ContextInner>),
}

/// The place of a run in its conversation: the next one gets in when it is dropped.
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
        Self(Rc::new(Inner { conversation, keeper: Keeper::Memory(Queue::unlimited()) }))
    }

    /// The conversation of that name in the page's local storage, the same one in all tabs: what is said is kept while it is
    /// said. Where storage is denied it lasts as long as this value.
    ///
    /// # Errors
    /// `storage` where there is no page.
    #[cfg(target_arch = "wasm32")]
    pub fn open(id: &str) -> Result<Self, Error> {
        let page = crate::web::client::open_context(id)?;
        Ok(Self(Rc::new(Inner { conversation: page.conversation()?, keeper: Keeper::Page(page) })))
    }

    /// The turns, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.0.conversation.borrow().messages().to_vec()
    }

    /// A number that is another one whenever the turns have changed.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.conversation.borrow().version()
    }

    /// Adds a turn of the user's. A run that asks the same behind it does not add it again.
    pub fn add_user_message(&self, content: impl Into<String>) {
        self.add(Message::new(Role::User, content));
    }

    /// Adds a turn of the model's.
    pub fn add_assistant_message(&self, content: impl Into<String>) {
        self.add(Message::new(Role::Assistant, content));
    }

    /// Adds instructions, which are sent along however old they are.
    pub fn add_system_message(&self, content: impl Into<String>) {
        self.add(Message::new(Role::System, content));
    }

    /// Adds a turn, said now where it does not say when.
    pub fn add(&self, mut message: Message) {
        if message.timestamp.is_empty() {
            message.timestamp = now();
        }
        self.0.conversation.borrow_mut().add(message);
        self.changed();
    }

    /// Forgets every turn.
    pub fn clear(&self) {
        self.0.conversation.borrow_mut().clear(now());
        self.changed();
    }

    pub(super) fn conversation(&self) -> &Rc<RefCell<Conversation>> {
        &self.0.conversation
    }

    /// Waits until no other run is in the conversation.
    pub(super) fn enter(&self) -> LocalBoxFuture<'static, Result<Place, Error>> {
        match &self.0.keeper {
            Keeper::Memory(queue) => queue.enter(1).map(|place| Ok(Place::Memory { _place: place })).boxed_local(),
            #[cfg(target_arch = "wasm32")]
            Keeper::Page(page) => {
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
        match &self.0.keeper {
            Keeper::Memory(_) => {}
            #[cfg(target_arch = "wasm32")]
            Keeper::Page(page) => page.changed(),
        }
    }

    /// The answer that is being given has grown.
    pub(super) fn grown(&self) {
        match &self.0.keeper {
            Keeper::Memory(_) => {}
            #[cfg(target_arch = "wasm32")]
            Keeper::Page(page) => page.grown(),
        }
    }

    /// Whether it is kept in a storage.
    #[cfg(target_arch = "wasm32")]
    pub(super) fn is_kept(&self) -> bool {
        matches!(&self.0.keeper, Keeper::Page(page) if page.is_kept())
    }
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
