//! Answers that are being written: those of this page are shown, and sent to other tabs, with each frame; those of
//! other tabs are watched, because a tab may be gone before it has ended them.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use futures::future::{abortable, AbortHandle, FutureExt};
use wasm_bindgen_futures::spawn_local;

use super::ContextInner;
use crate::conversation::Conversation;
use crate::env::{Clock, Locks};
use crate::run::{Delivery, Followed, Follower, Run};
use crate::web::env::{PageClock, WebLocks};
use crate::web::storage::{tabs, Kept};

/// How often the page checks whether a tab that writes is still there, in milliseconds.
const LOOK_MS: f64 = 1_000.0;

/// Without Web Locks, a tab counts as gone after so many milliseconds without news.
const SILENCE_MS: f64 = 5_000.0;

/// A task that ends when this is dropped.
pub(super) struct Task(AbortHandle);

impl Task {
    fn spawn(work: impl std::future::Future<Output = ()> + 'static) -> Self {
        let (work, handle) = abortable(work);
        spawn_local(work.map(drop));
        Self(handle)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A growing answer.
struct Answer {
    run: Rc<RefCell<Run>>,
    context: Weak<ContextInner>,
}

impl Follower for Answer {
    fn grown(&self) -> bool {
        let Some(context) = self.context.upgrade() else { return false };
        context.grows();
        context.is_kept()
    }

    fn take(&self, delivered: usize) -> bool {
        self.run.try_borrow().is_ok_and(|run| run.keep(delivered, || PageClock.timestamp()))
    }

    fn save(&self) {
        if let Some(context) = self.context.upgrade() {
            context.save_growth();
        }
    }
}

/// The answers that are growing here.
#[derive(Default)]
pub(super) struct Growing {
    /// The runs in this page whose answers they are.
    pub(super) followed: Followed,
    /// Checks whether other tabs that write are still there.
    pub(super) watching: RefCell<Option<Task>>,
}

impl ContextInner {
    /// Its messages follow the answer of a run, which is saved while it grows.
    pub(crate) fn follow(self: &Rc<Self>, delivery: &Rc<Delivery>, run: Rc<RefCell<Run>>) {
        self.growing.followed.add(delivery, Answer { run, context: Rc::downgrade(self) });
    }

    /// Takes over what was delivered of growing answers.
    pub(crate) fn catch_up(&self) {
        self.growing.followed.catch_up();
    }

    /// An answer has grown: listeners are called with the next frame.
    pub(super) fn grows(self: &Rc<Self>) {
        let has_audience = self.listeners.count.get() > 0 || self.stored.kept.as_ref().is_some_and(Kept::has_others);
        if !has_audience || self.listeners.frame.borrow().is_some() || self.is_freed() {
            return;
        }
        let inner = Rc::downgrade(self);
        let task = Task::spawn(async move {
            PageClock.frame().await;
            if let Some(inner) = inner.upgrade().filter(|inner| !inner.is_freed()) {
                inner.tell();
            }
        });
        *self.listeners.frame.borrow_mut() = Some(task);
    }

    /// Lets other tabs show how answers grow before they are saved.
    pub(super) fn tell_others(&self) {
        let Some(kept) = self.stored.kept.as_ref().filter(|kept| kept.has_others()) else { return };
        if self.write(Conversation::take_unsaved_answer).unwrap_or_default() {
            self.complain_of(self.save_turns());
        }
        for (key, value) in self.write(Conversation::take_news).unwrap_or_default() {
            kept.tell(&key, &value);
        }
    }

    /// The storage has answers that were not ended: if another tab is in this conversation, it is writing them.
    pub(super) fn look_for_writer(self: &Rc<Self>) {
        let Some(lock) = self.stored.lock.clone().filter(|_| self.read(Conversation::has_open).unwrap_or_default())
        else {
            return;
        };
        let inner = Rc::downgrade(self);
        spawn_local(async move {
            if WebLocks.is_held(&lock).await {
                // The lock may be held by a run of this context itself.
                if let Some(inner) = inner.upgrade().filter(|inner| !inner.is_freed() && !inner.queue.is_active()) {
                    let _ = inner.write(Conversation::is_written);
                    inner.tell();
                    inner.watch();
                }
            }
        });
    }

    /// Ends the answers of other tabs when their tab is gone. The lock is queried and not requested: a request would
    /// take the lock for a moment, and delay or refuse a run.
    pub(super) fn watch(self: &Rc<Self>) {
        if self.read(|conversation| conversation.live().is_empty()).unwrap_or(true) {
            self.growing.watching.take();
            return;
        }
        if self.growing.watching.borrow().is_some() {
            return;
        }
        let inner = Rc::downgrade(self);
        // An adapter that reports changes may be shared with other devices, which hold no lock of this browser.
        let is_shared = self.stored.unsubscribe.borrow().is_some();
        let lock = self.stored.lock.clone().filter(|_| WebLocks.exist() && !is_shared);
        let task = Task::spawn(async move {
            loop {
                let live = inner.upgrade().and_then(|inner| inner.read(Conversation::live).ok()).unwrap_or_default();
                if live.is_empty() {
                    break;
                }
                if let Some(lock) = &lock {
                    PageClock.sleep(LOOK_MS).await;
                    if WebLocks.is_held(lock).await {
                        continue;
                    }
                    // Its last messages may still be on their way.
                    tabs().caught_up(true).await;
                } else {
                    PageClock.sleep(SILENCE_MS).await;
                }
                let Some(inner) = inner.upgrade().filter(|inner| !inner.is_freed()) else { break };
                if inner.write(|conversation| conversation.abandon(&live)).unwrap_or_default() {
                    inner.changed();
                }
            }
            if let Some(inner) = inner.upgrade() {
                inner.growing.watching.take();
            }
        });
        *self.growing.watching.borrow_mut() = Some(task);
    }
}
