//! How a run holds its place in the queue, and the lock.

use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{ready, select, Either, FutureExt};

use super::{Come, Run, RunQueue, Signal, Turns};
use crate::env::{Held, Try};

/// The parts of a turn, without leaving the queue on drop.
pub(super) struct Parts {
    pub(super) turns: Rc<Turns>,
    pub(super) queue: Rc<RunQueue>,
    pub(super) lock: Option<Rc<str>>,
    pub(super) run: Rc<Run>,
}

impl Parts {
    fn come(&self, come: Come) {
        if !self.run.has_left.get() && self.run.coming.borrow().is_some() {
            *self.queue.holder.borrow_mut() = Some(self.run.clone());
            if let Some(lock) = &self.lock {
                self.turns.holds(lock, &self.run);
            }
        }
        self.run.announce(come);
    }
}

/// Holds a place in the queue, and the lock, until the run has left.
pub(super) async fn hold(
    own: Parts,
    before: Option<Signal<()>>,
    left: Signal<()>,
    is_to_wait: bool,
    freeing: oneshot::Sender<()>,
) {
    if let Some(before) = before {
        before.await;
    }
    let counted = own.lock.clone().filter(|_| own.turns.locks.exist());
    if own.run.has_left.get() {
        own.come(Come::Busy);
    } else if let Some(lock) = counted {
        let is_other = own.turns.come_here(&lock);
        if let Some(held) = enter(&own, &lock, is_other, is_to_wait, &left).await {
            left.await;
            // Released before the next run of this page requests it.
            held.release().await;
        } else {
            left.await;
        }
        own.turns.go(&lock);
    } else {
        if own.lock.is_some() {
            select(own.turns.tabs.caught_up(false), left.clone()).await;
            own.come(Come::Waited);
        } else {
            own.come(Come::Free);
        }
        left.await;
    }
    // There may be no next run.
    let _ = freeing.send(());
}

/// Acquires the lock, if there is one to acquire.
async fn enter(own: &Parts, lock: &Rc<str>, is_other: bool, is_to_wait: bool, left: &Signal<()>) -> Option<Held> {
    let (locks, tabs) = (&own.turns.locks, &own.turns.tabs);
    match locks.try_request(lock).await {
        Try::Held(held) => {
            own.come(Come::Free);
            return Some(held);
        }
        // A page without an origin has no locks, but does not share its storage either.
        Try::Denied => {
            own.come(Come::Free);
            return None;
        }
        Try::Taken if !is_to_wait => {
            own.run.announce(Come::Busy);
            return None;
        }
        Try::Taken => {}
    }
    // While this run waits, the tab learns which other tabs there are.
    own.turns.tasks.spawn(tabs.caught_up(false));
    let held = match select(locks.request(lock), left.clone()).await {
        Either::Left((held, _)) => held,
        Either::Right(_) => return None,
    };
    // First the changes of the run that held the lock before are read.
    let changes = if held.is_some() { tabs.caught_up(is_other) } else { ready(()).boxed_local() };
    select(changes, left.clone()).await;
    own.come(if held.is_some() { Come::Waited } else { Come::Free });
    held
}
