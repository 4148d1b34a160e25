//! Lets one run at a time into a conversation, in the order they came: those of this page by a queue of its own, those of
//! other tabs by a Web Lock. Where there are no Web Locks, runs of two tabs may overlap: no turn is lost, but their order is
//! that of their beginnings.

mod hold;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use futures::channel::oneshot;
use futures::future::{FutureExt, LocalBoxFuture, Shared};

use self::hold::{hold, Parts};
use super::tabs::Tabs;
use crate::env::{Locks, Tasks};

/// How it came to a run's turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Come {
    /// At once.
    Free,
    /// When others may have been in before: what they have added is to be read.
    Waited,
    /// Not at all: it would have had to wait.
    Busy,
    /// Not at all: it would have waited for the run whose callback waits for it.
    Itself,
}

type Signal<T> = Shared<LocalBoxFuture<'static, T>>;

/// The queue of a context: its runs, one behind the other.
#[derive(Default)]
pub struct Line {
    /// How many have not left yet.
    active: Cell<usize>,
    /// Resolves when the last one's place is free.
    free: RefCell<Option<Signal<()>>>,
    /// The run whose turn it is, or was last.
    holder: RefCell<Option<Rc<Run>>>,
}

impl Line {
    /// Whether a run of this context has a turn or waits for one.
    pub fn is_active(&self) -> bool {
        self.active.get() > 0
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("active", &self.active).finish_non_exhaustive()
    }
}

/// A run in a line.
#[derive(Default)]
struct Run {
    /// The runs within it.
    within: Rc<Line>,
    /// The run that it is within, if it is a step of that.
    outer: Option<Weak<Run>>,
    /// How many of its functions run whose runs are its guests.
    guests: Cell<u32>,
    has_left: Cell<bool>,
    leaving: RefCell<Option<oneshot::Sender<()>>>,
    coming: RefCell<Option<oneshot::Sender<Come>>>,
    /// How many calls of user code of this run are on the stack.
    calls: Cell<u32>,
    /// The runs that were begun meanwhile, and wait for this one.
    begun: RefCell<Vec<Weak<Run>>>,
}

impl Run {
    fn announce(&self, come: Come) {
        if let Some(coming) = self.coming.take() {
            // Whoever waited may have gone.
            let _ = coming.send(come);
        }
    }

    /// Whether this run calls user code at the moment, which may begin a run that waits for this one.
    fn is_calling(&self) -> bool {
        self.calls.get() > 0 && !self.has_left.get()
    }
}

/// A lock, as far as this page is concerned.
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
    /// Turns of nobody yet.
    pub fn new(locks: Rc<dyn Locks>, tabs: Rc<Tabs>, tasks: Rc<dyn Tasks>) -> Rc<Self> {
        Rc::new(Self { locks, tabs, tasks, here: RefCell::default() })
    }

    /// Takes the next place in the line, and among the runs of all pages that have the `lock` of that name, if there is one.
    /// While the run whose turn it is has functions running that [`Turn::host`] tells of, what these run is within it, not
    /// behind it.
    pub fn take(self: &Rc<Self>, line: &Rc<Line>, lock: Option<&str>, is_to_wait: bool) -> Turn {
        let holder = line.holder.borrow().clone();
        if let Some(holder) = holder.filter(|holder| holder.guests.get() > 0) {
            return self.take(&holder.within, None, is_to_wait);
        }
        self.enqueue(line, lock.map(Rc::from), is_to_wait, None)
    }

    fn enqueue(
        self: &Rc<Self>,
        line: &Rc<Line>,
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
        let turn = Turn { turns: self.clone(), line: line.clone(), lock, run, come };
        if !is_to_wait && line.active.get() > 0 {
            turn.run.has_left.set(true);
            turn.run.announce(Come::Busy);
            return turn;
        }
        self.note_begun(&turn);
        line.active.set(line.active.get() + 1);
        let (freeing, free) = oneshot::channel::<()>();
        let before = line.free.replace(Some(free.map(drop).boxed_local().shared()));
        let left = left.map(drop).boxed_local().shared();
        let task = hold(turn.clone_parts(), before, left, is_to_wait, freeing);
        self.tasks.spawn(task.boxed_local());
        turn
    }

    /// A run that is begun by user code of the one that it has to wait for.
    fn note_begun(&self, turn: &Turn) {
        let mut holders = vec![turn.line.holder.borrow().clone()];
        if let Some(lock) = &turn.lock {
            let here = self.here.borrow();
            let here = here.iter().find(|here| here.lock == *lock);
            holders.push(here.and_then(|here| here.holder.as_ref()?.upgrade()));
        }
        if let Some(holder) = holders.into_iter().flatten().find(|holder| holder.is_calling()) {
            holder.begun.borrow_mut().push(Rc::downgrade(&turn.run));
        }
    }

    /// One more run of this page is interested in the lock. Whether it is the only one.
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

/// A place in a line. Dropping it leaves the line.
pub struct Turn {
    turns: Rc<Turns>,
    line: Rc<Line>,
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
    /// Resolves when it is this run's turn, or is not to be.
    #[must_use]
    pub fn come(&self) -> LocalBoxFuture<'static, Come> {
        self.come.clone().boxed_local()
    }

    /// Lets the next one in; who leaves before it was its turn lets nobody in early.
    pub fn leave(&self) {
        if self.run.has_left.replace(true) {
            return;
        }
        self.line.active.set(self.line.active.get().saturating_sub(1));
        if let Some(leaving) = self.run.leaving.take() {
            let _ = leaving.send(());
        }
    }

    /// Whether it has left.
    #[must_use]
    pub fn has_left(&self) -> bool {
        self.run.has_left.get()
    }

    /// A turn within this one: of a step in that of its flow.
    #[must_use]
    pub fn within(&self) -> Turn {
        self.turns.enqueue(&self.run.within, None, true, Some(Rc::downgrade(&self.run)))
    }

    /// The next turn in the same line as this one, wherever that is.
    #[must_use]
    pub fn behind(&self, is_to_wait: bool) -> Turn {
        self.turns.enqueue(&self.line, self.lock.clone(), is_to_wait, None)
    }

    /// A function of the caller's runs from now on, until what this gives is dropped: what it runs in this conversation has
    /// its turn within this one.
    #[must_use]
    pub fn host(&self) -> Hosting {
        self.run.guests.set(self.run.guests.get() + 1);
        Hosting(self.run.clone())
    }

    /// User code of this run is called now: a callback, a listener, a tool. To be dropped, or told of a promise, as soon as it
    /// has returned.
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
        let (turns, line) = (self.turns.clone(), self.line.clone());
        Parts { turns, line, lock: self.lock.clone(), run: self.run.clone() }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Functions of a run's caller run until this is dropped.
pub struct Hosting(Rc<Run>);

impl fmt::Debug for Hosting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosting").field("guests", &self.0.guests).finish()
    }
}

impl Drop for Hosting {
    fn drop(&mut self) {
        self.0.guests.set(self.0.guests.get().saturating_sub(1));
    }
}

/// User code is on the stack until this is dropped.
pub struct Calling {
    innermost: Called,
    /// Those that it is within: mostly none, which takes no memory. There is a call for each chunk of an answer.
    outer: Vec<Called>,
}

/// A run that calls user code.
struct Called {
    run: Rc<Run>,
    /// How many runs were begun before.
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
        // They wait for their turn.
        self.run.begun.borrow_mut().truncate(self.before);
    }
}

impl fmt::Debug for Calling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calling").field("outer", &self.outer.len()).finish_non_exhaustive()
    }
}

impl Calling {
    /// The user code has returned a promise, which the run will wait for: the runs that it has begun in this conversation are
    /// refused, as they would wait for this run. If the promise is not about them they are refused all the same: nobody can
    /// tell.
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
