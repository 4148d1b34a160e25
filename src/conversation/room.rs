//! The conversations of a page that share a storage.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use futures::future::{FutureExt, LocalBoxFuture};

use super::tabs::Tabs;
use crate::env::Tasks;

/// Is told what somebody else has stored under a key, or that it was removed; without a key anything may have changed.
pub type Heard = dyn Fn(Option<&str>, Option<&str>);

/// The conversations of this page that share a storage.
pub struct Room {
    tasks: Rc<dyn Tasks>,
    members: RefCell<Vec<(u64, Weak<Heard>)>>,
    last: Cell<u64>,
}

impl Room {
    /// A room that nobody is in.
    pub fn new(tasks: Rc<dyn Tasks>) -> Self {
        Self { tasks, members: RefCell::default(), last: Cell::default() }
    }

    /// Joins it, until the seat is dropped. The room does not hold on to `heard`.
    pub fn join(self: &Rc<Self>, heard: Rc<Heard>) -> Seat {
        let number = self.last.get() + 1;
        self.last.set(number);
        self.members.borrow_mut().push((number, Rc::downgrade(&heard)));
        Seat { room: self.clone(), number, tabs: None, _heard: heard }
    }

    pub(super) fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.tasks.spawn(task);
    }

    pub(super) fn tell(&self, key: Option<&str>, value: Option<&str>, but: Option<u64>) {
        // Who hears of it may leave, and others may come.
        let members = self.members.borrow().clone();
        for (number, heard) in members {
            if let Some(heard) = heard.upgrade().filter(|_| Some(number) != but) {
                heard(key, value);
            }
        }
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room").field("members", &self.members.borrow().len()).finish_non_exhaustive()
    }
}

/// A place among those who share a storage. Dropping it leaves them.
pub struct Seat {
    room: Rc<Room>,
    number: u64,
    /// Where the storage is shared with other tabs.
    tabs: Option<Rc<Tabs>>,
    _heard: Rc<Heard>,
}

impl Seat {
    /// The same of a storage that is shared with other tabs.
    pub(super) fn shared_by(mut self, tabs: &Rc<Tabs>) -> Self {
        self.tabs = Some(tabs.clone());
        self
    }

    /// Tells the others what was stored, or removed.
    pub fn publish(&self, key: &str, value: Option<&str>) {
        if self.room.members.borrow().len() > 1 {
            let (room, number) = (self.room.clone(), self.number);
            let (key, value) = (key.to_owned(), value.map(str::to_owned));
            // Later: whoever writes is in the middle of it.
            let tell = async move { room.tell(Some(&key), value.as_deref(), Some(number)) };
            self.room.spawn(tell.boxed_local());
        }
        if let Some(tabs) = &self.tabs {
            tabs.publish(key, value);
        }
    }

    /// Whether there is somebody to tell how an answer grows.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.room.members.borrow().len() > 1 || self.tabs.as_ref().is_some_and(|tabs| tabs.has_others())
    }

    /// Whether other pages report what they store by messages, which arrive in order.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.tabs.as_ref().is_some_and(|tabs| tabs.channel().is_some())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let is_empty = {
            let mut members = self.room.members.borrow_mut();
            members.retain(|(number, _)| *number != self.number);
            members.is_empty()
        };
        if let Some(tabs) = self.tabs.take().filter(|_| is_empty) {
            tabs.stop();
        }
    }
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").field("number", &self.number).finish_non_exhaustive()
    }
}
