//! Lets one run at a time into a conversation, in the order in which they were called: the runs of this page by a
//! queue, those of other tabs by a Web Lock. Without Web Locks, runs of two tabs may overlap: no turn is lost, but
//! turns are in the order in which their runs began.

mod hold;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use futures::channel::oneshot;
use futures::future::{FutureExt, LocalBoxFuture, Shared};

use self::hold::{hold, Parts};
use super::tabs::Tabs;
use crate::env::{Locks, Tasks};

/// How a run got its turn, or why it did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Come {
    /// At once.
    Free,
    /// After other runs, whose turns must be read first.
    Waited,
    /// Not at all: the run would have to wait, and was told not to.
    Busy,
    /// Not at all: the run would have waited for one whose callback waits for it.
    Itself,
}

type Signal<T> = Shared<LocalBoxFuture<'static, T>>;

/// The runs of a context, one after the other.
#[derive(Default)]
pub struct RunQueue {
    /// How many runs have not left yet.
    active: Cell<usize>,
    /// Resolves when the last run of the queue has left.
    free: RefCell<Option<Signal<()>>>,
    /// The run whose turn it is, or was last.
    holder: RefCell<Option<Rc<Run>>>,
}

impl RunQueue {
    /// Whether a run of this context has a turn or waits for one.
    pub fn is_active(&self) -> bool {
        self.active.get() > 0
    }
}

impl fmt::Debug for RunQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunQueue").field("active", &self.active).finish_non_exhaustive()
    }
}

/// A run in a queue.
#[derive(Default)]
struct Run {
    /// The runs that are nested in this one.
    within: Rc<RunQueue>,
    /// The run that this one is nested in, as a step of a flow.
    outer: Option<Weak<Run>>,
    /// How many functions of its caller are running: the runs that they begin are nested in this one.
    nesting: Cell<u32>,
    has_left: Cell<bool>,
    leaving: RefCell<Option<oneshot::Sender<()>>>,
    coming: RefCell<Option<oneshot::Sender<Come>>>,
    /// How many calls of user code of this run are on the stack.
    calls: Cell<u32>,
    /// The runs that user code of this run has begun and that wait for this one.
    begun: RefCell<Vec<Weak<Run>>>,
}

impl Run {
    fn announce(&self, come: Come) {
        if let Some(coming) = self.coming.take() {
            // The receiver may have been dropped.
            let _ = coming.send(come);
        }
    }

    /// Whether this run is calling user code, which may begin a run that waits for this one.
    fn is_calling(&self) -> bool {
        self.calls.get() > 0 && !self.has_left.get()
    }
}

/// What this page knows about a lock.
struct Here {
    lock: Rc<str>,
    /// How many runs of this page hold it or wait for it.
    runs: usize,
    holder: Option<Weak<Run>>,
}

/// The turns of all conversations of a page.
pub struct Turns {
    locks: Rc<dyn Locks>,
    tabs: Rc<Tabs>,
    tasks: Rc<dyn Tasks>,
    here: RefCell<Vec<Here>>,
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turns").field("locks", &self.here.borrow().len()).finish_non_exhaustive()
    }
}

impl Turns {
    /// Without any runs.
    pub fn new(locks: Rc<dyn Locks>, tabs: Rc<Tabs>, tasks: Rc<dyn Tasks>) -> Rc<Self> {
        Rc::new(Self { locks, tabs, tasks, here: RefCell::default() })
    }

    /// Takes the next place in the queue, and in the queue of the `lock` that all pages share, if it has one. While
    /// functions of the current run are running (see [`Turn::nest`]), a new run is nested in that run and does not wait
    /// for its end.
    pub fn take(self: &Rc<Self>, queue: &Rc<RunQueue>, lock: Option<&str>, is_to_wait: bool) -> Turn {
        let holder = queue.holder.borrow().clone();
        if let Some(holder) = holder.filter(|holder| holder.nesting.get() > 0) {
            return self.take(&holder.within, None, is_to_wait);
        }
        self.enqueue(queue, lock.map(Rc::from), is_to_wait, None)
    }

    fn enqueue(
        self: &Rc<Self>,
        queue: &Rc<RunQueue>,
        lock: Option<Rc<str>>,
        is_to_wait: bool,
        outer: Option<Weak<Run>>,
    ) -> Turn {
        let (leaving, left) = oneshot::channel();
        let (coming, come) = oneshot::channel();
        let run = Rc::new(Run {
            outer,
            leaving: RefCell::new(Some(leaving)),
            coming: RefCell::new(Some(coming)),
            ..Run::default()
        });
        let come = come.map(|come| come.unwrap_or(Come::Busy)).boxed_local().shared();
        let turn = Turn { turns: self.clone(), queue: queue.clone(), lock, run, come };
        if !is_to_wait && queue.active.get() > 0 {
            turn.run.has_left.set(true);
            turn.run.announce(Come::Busy);
            return turn;
        }
        self.note_begun(&turn);
        queue.active.set(queue.active.get() + 1);
        let (freeing, free) = oneshot::channel::<()>();
        let before = queue.free.replace(Some(free.map(drop).boxed_local().shared()));
        let left = left.map(drop).boxed_local().shared();
        let task = hold(turn.clone_parts(), before, left, is_to_wait, freeing);
        self.tasks.spawn(task.boxed_local());
        turn
    }

    /// Notes a run that user code of another run has begun, and that must wait for that run.
    fn note_begun(&self, turn: &Turn) {
        let mut holders = vec![turn.queue.holder.borrow().clone()];
        if let Some(lock) = &turn.lock {
            let here = self.here.borrow();
            let here = here.iter().find(|here| here.lock == *lock);
            holders.push(here.and_then(|here| here.holder.as_ref()?.upgrade()));
        }
        if let Some(holder) = holders.into_iter().flatten().find(|holder| holder.is_calling()) {
            holder.begun.borrow_mut().push(Rc::downgrade(&turn.run));
        }
    }

    /// Counts one more run of this page that holds the lock or waits for it. Returns whether it is the only one.
    fn come_here(&self, lock: &Rc<str>) -> bool {
        let mut all = self.here.borrow_mut();
        if let Some(here) = all.iter_mut().find(|here| here.lock == *lock) {
            here.runs += 1;
            return false;
        }
        all.push(Here { lock: lock.clone(), runs: 1, holder: None });
        true
    }

    fn holds(&self, lock: &Rc<str>, run: &Rc<Run>) {
        if let Some(here) = self.here.borrow_mut().iter_mut().find(|here| here.lock == *lock) {
            here.holder = Some(Rc::downgrade(run));
        }
    }

    fn go(&self, lock: &Rc<str>) {
        let mut all = self.here.borrow_mut();
        if let Some(here) = all.iter_mut().find(|here| here.lock == *lock) {
            here.runs -= 1;
        }
        all.retain(|here| here.runs > 0);
    }
}

/// A run's place in a queue. Dropping it leaves the queue.
pub struct Turn {
    turns: Rc<Turns>,
    queue: Rc<RunQueue>,
    lock: Option<Rc<str>>,
    run: Rc<Run>,
    come: Signal<Come>,
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").field("has_left", &self.run.has_left).finish_non_exhaustive()
    }
}

impl Turn {
    /// Resolves when it is this run's turn, or when it is clear that it will not get one.
    #[must_use]
    pub fn come(&self) -> LocalBoxFuture<'static, Come> {
        self.come.clone().boxed_local()
    }

    /// Lets the next run in. A run that leaves before its turn does not let the next one in early.
    pub fn leave(&self) {
        if self.run.has_left.replace(true) {
            return;
        }
        self.queue.active.set(self.queue.active.get().saturating_sub(1));
        if let Some(leaving) = self.run.leaving.take() {
            let _ = leaving.send(());
        }
    }

    /// Whether it has left.
    #[must_use]
    pub fn has_left(&self) -> bool {
        self.run.has_left.get()
    }

    /// A turn nested in this one, for a step of a flow.
    #[must_use]
    pub fn within(&self) -> Turn {
        self.turns.enqueue(&self.run.within, None, true, Some(Rc::downgrade(&self.run)))
    }

    /// The next turn in the queue that this one is in.
    #[must_use]
    pub fn behind(&self, is_to_wait: bool) -> Turn {
        self.turns.enqueue(&self.queue, self.lock.clone(), is_to_wait, None)
    }

    /// A function of the caller runs until the returned value is dropped: the runs that it begins in this conversation are
    /// nested in this one.
    #[must_use]
    pub fn nest(&self) -> Nesting {
        self.run.nesting.set(self.run.nesting.get() + 1);
        Nesting(self.run.clone())
    }

    /// User code of this run is being called: a callback, a listener, a tool. As soon as it has returned, drop this or
    /// call [`Calling::returned_promise`].
    #[must_use]
    pub fn call(&self) -> Calling {
        let innermost = Called::new(self.run.clone());
        let mut outer = Vec::new();
        let mut next = innermost.outer();
        while let Some(run) = next.take() {
            let called = Called::new(run);
            next = called.outer();
            outer.push(called);
        }
        Calling { innermost, outer }
    }

    fn clone_parts(&self) -> Parts {
        let (turns, queue) = (self.turns.clone(), self.queue.clone());
        Parts { turns, queue, lock: self.lock.clone(), run: self.run.clone() }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.leave();
    }
}

/// A function of a run's caller runs until this is dropped.
pub struct Nesting(Rc<Run>);

impl fmt::Debug for Nesting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nesting").field("nesting", &self.0.nesting).finish()
    }
}

impl Drop for Nesting {
    fn drop(&mut self) {
        self.0.nesting.set(self.0.nesting.get().saturating_sub(1));
    }
}

/// User code is on the stack until this is dropped.
pub struct Calling {
    innermost: Called,
    /// The runs that it is nested in: usually none, which takes no memory. There is a call for each chunk of an answer.
    outer: Vec<Called>,
}

/// A run that calls user code.
struct Called {
    run: Rc<Run>,
    /// How many runs had been begun before the call.
    before: usize,
}

impl Called {
    fn new(run: Rc<Run>) -> Self {
        run.calls.set(run.calls.get() + 1);
        let before = run.begun.borrow().len();
        Self { run, before }
    }

    fn outer(&self) -> Option<Rc<Run>> {
        self.run.outer.as_ref().and_then(Weak::upgrade)
    }
}

impl Drop for Called {
    fn drop(&mut self) {
        self.run.calls.set(self.run.calls.get().saturating_sub(1));
        // These runs wait for their turn as usual.
        self.run.begun.borrow_mut().truncate(self.before);
    }
}

impl fmt::Debug for Calling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calling").field("outer", &self.outer.len()).finish_non_exhaustive()
    }
}

impl Calling {
    /// The user code has returned a promise, which the run will wait for. The runs that the code has begun in this
    /// conversation are refused, because they would wait for this run. They are refused even if the promise does not
    /// depend on them: that cannot be known here.
    pub fn returned_promise(self) {
        for Called { run, before } in std::iter::once(&self.innermost).chain(&self.outer) {
            let begun = {
                let mut all = run.begun.borrow_mut();
                let before = all.len().min(*before);
                all.split_off(before)
            };
            for refused in begun {
                if let Some(refused) = refused.upgrade() {
                    refused.announce(Come::Itself);
                }
            }
        }
    }
}
