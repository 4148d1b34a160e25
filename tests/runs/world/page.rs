//! A page that saves an answer while it grows.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use refinire_web::conversation::Conversation;
use refinire_web::run::{Delivery, Followed, Follower};
use refinire_web::testing::timestamp;

use super::host::World;

/// What was saved of the answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Saved {
    pub(crate) at: f64,
    /// How many chunks the caller had received.
    pub(crate) chunks: usize,
    pub(crate) text: String,
}

struct Page {
    world: Weak<World>,
    conversation: Rc<RefCell<Conversation>>,
}

/// Saves the answer of this run.
pub(super) fn follow(world: &Rc<World>, delivery: &Rc<Delivery>, conversation: Rc<RefCell<Conversation>>) {
    Followed::default().add(delivery, Page { world: Rc::downgrade(world), conversation });
}

impl Page {
    fn world(&self) -> Rc<World> {
        self.world.upgrade().expect("the world is there")
    }
}

impl Follower for Page {
    fn grown(&self) -> bool {
        true
    }

    fn take(&self, delivered: usize) -> bool {
        let world = self.world();
        let run = world.run.try_borrow();
        run.is_ok_and(|run| run.keep(delivered, || timestamp(world.time.now())))
    }

    fn save(&self) {
        let world = self.world();
        let text = self.conversation.borrow().messages().last().expect("there is an answer").content.clone();
        world.saves.borrow_mut().push(Saved { at: world.time.now(), chunks: world.chunks.borrow().len(), text });
    }
}
