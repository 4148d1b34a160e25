//! The conversations of a page that share a storage.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use futures::future::{FutureExt, LocalBoxFuture};

use super::tabs::Tabs;
use crate::env::Tasks;

/// Called with what another conversation or tab has stored under a key. Without a value, it has removed the key.
/// Without a key, anything may have changed.
pub type Heard = dyn Fn(Option<&str>, Option<&str>);

/// The conversations of this page that share a storage, and report to each other what they store.
pub struct StorageGroup {
    tasks: Rc<dyn Tasks>,
    members: RefCell<Vec<(u64, Weak<Heard>)>>,
    last: Cell<u64>,
}

impl StorageGroup {
    /// A group without members.
    pub fn new(tasks: Rc<dyn Tasks>) -> Self {
        Self { tasks, members: RefCell::default(), last: Cell::default() }
    }

    /// Joins the group until the member is dropped. The group does not keep `heard` alive.
    pub fn join(self: &Rc<Self>, heard: Rc<Heard>) -> Member {
        let number = self.last.get() + 1;
        self.last.set(number);
        self.members.borrow_mut().push((number, Rc::downgrade(&heard)));
        Member { group: self.clone(), number, tabs: None, _heard: heard }
    }

    pub(super) fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.tasks.spawn(task);
    }

    pub(super) fn tell(&self, key: Option<&str>, value: Option<&str>, but: Option<u64>) {
        // A copy, because members may leave and join when they are called.
        let members = self.members.borrow().clone();
        for (number, heard) in members {
            if let Some(heard) = heard.upgrade().filter(|_| Some(number) != but) {
                heard(key, value);
            }
        }
    }
}

impl fmt::Debug for StorageGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StorageGroup").field("members", &self.members.borrow().len()).finish_non_exhaustive()
    }
}

/// A conversation's membership of a group. Dropping it leaves the group.
pub struct Member {
    group: Rc<StorageGroup>,
    number: u64,
    /// The tabs that share the storage, if there are any.
    tabs: Option<Rc<Tabs>>,
    _heard: Rc<Heard>,
}

impl Member {
    /// The same member, for a storage that is shared with other tabs.
    pub(super) fn shared_by(mut self, tabs: &Rc<Tabs>) -> Self {
        self.tabs = Some(tabs.clone());
        self
    }

    /// Reports to the other members and tabs what was stored, or removed.
    pub fn publish(&self, key: &str, value: Option<&str>) {
        if self.group.members.borrow().len() > 1 {
            let (group, number) = (self.group.clone(), self.number);
            let (key, value) = (key.to_owned(), value.map(str::to_owned));
            // Not at once, because the caller is in the middle of writing.
            let tell = async move { group.tell(Some(&key), value.as_deref(), Some(number)) };
            self.group.spawn(tell.boxed_local());
        }
        if let Some(tabs) = &self.tabs {
            tabs.publish(key, value);
        }
    }

    /// Whether there are others that can show how an answer grows.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.group.members.borrow().len() > 1 || self.tabs.as_ref().is_some_and(|tabs| tabs.has_others())
    }

    /// Whether other pages report what they store by messages, which arrive in order.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.tabs.as_ref().is_some_and(|tabs| tabs.channel().is_some())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let is_empty = {
            let mut members = self.group.members.borrow_mut();
            members.retain(|(number, _)| *number != self.number);
            members.is_empty()
        };
        if let Some(tabs) = self.tabs.take().filter(|_| is_empty) {
            tabs.stop();
        }
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("number", &self.number).finish_non_exhaustive()
    }
}
