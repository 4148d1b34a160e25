//! The site: its tabs share channels and locks, and time.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use futures::channel::oneshot;
use futures::future::{ready, FutureExt, LocalBoxFuture};
use refinire_web::conversation::tabs::Tabs;
use refinire_web::conversation::turns::Turns;
use refinire_web::env::{Change, Channel, Clock, Held, Locks, OnMessage, Seen, Site, Tasks, Try};

type Task = Pin<Box<dyn Future<Output = ()>>>;

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Timer {
    due: f64,
    ring: oneshot::Sender<()>,
}

struct Open {
    number: u64,
    name: String,
    on_message: Option<OnMessage>,
}

type Watcher = Rc<dyn Fn(Seen)>;
type Delivery = (OnMessage, Vec<Change>);

/// One site, with all that its tabs share.
#[derive(Default)]
pub(crate) struct World {
    now: Cell<f64>,
    drawn: Cell<u64>,
    tasks: RefCell<Vec<Task>>,
    timers: RefCell<Vec<Timer>>,
    channels: RefCell<Vec<Open>>,
    opened: Cell<u64>,
    /// Messages on their way.
    mail: RefCell<Vec<Delivery>>,
    /// All that was posted, as `key`, `-key` where it was removed, `?` and `!`.
    pub(crate) posted: RefCell<Vec<String>>,
    /// What watches the storage, by tab.
    watching: RefCell<Vec<(u64, Watcher)>>,
    pub(crate) has_channels: Cell<bool>,
    pub(crate) has_locks: Cell<bool>,
    /// Locks can be asked for, and are refused: a page without an origin.
    pub(crate) denies_locks: Cell<bool>,
    /// Who holds a lock, and who waits for it.
    locks: RefCell<Vec<Queue>>,
}

struct Queue {
    name: String,
    waiting: Vec<oneshot::Sender<Held>>,
}

impl World {
    pub(crate) fn new() -> Rc<Self> {
        let world = Self::default();
        world.has_channels.set(true);
        world.has_locks.set(true);
        Rc::new(world)
    }

    /// A tab of the site.
    pub(crate) fn tab(self: &Rc<Self>) -> Rc<Tabs> {
        Tabs::new(Rc::new(Page(self.clone())), Rc::new(Page(self.clone())), Rc::new(Page(self.clone())))
    }

    /// The turns of a page that is this tab.
    pub(crate) fn turns(self: &Rc<Self>, tab: &Rc<Tabs>) -> Rc<Turns> {
        Turns::new(self.page(), tab.clone(), self.page())
    }

    /// How many wait for a lock.
    pub(crate) fn waiting(&self) -> usize {
        self.locks.borrow().iter().flat_map(|queue| &queue.waiting).filter(|one| !one.is_canceled()).count()
    }

    /// How many locks are held.
    pub(crate) fn held(&self) -> usize {
        self.locks.borrow().len()
    }

    fn grant(self: &Rc<Self>, name: &str) -> Held {
        let (world, tasks, own) = (self.clone(), self.clone(), name.to_owned());
        let (done, released) = oneshot::channel::<()>();
        let release = move || {
            // The browser takes its time to hear of it.
            let give = async move {
                world.pass_on(&own);
                drop(done);
            };
            tasks.tasks.borrow_mut().push(Box::pin(give));
        };
        Held::new(release, released.map(drop).boxed_local())
    }

    fn pass_on(self: &Rc<Self>, name: &str) {
        loop {
            let next = {
                let mut locks = self.locks.borrow_mut();
                let Some(at) = locks.iter().position(|queue| queue.name == name) else { return };
                if locks[at].waiting.is_empty() {
                    locks.swap_remove(at);
                    return;
                }
                locks[at].waiting.remove(0)
            };
            if next.is_canceled() {
                continue;
            }
            let _ = next.send(self.grant(name));
            return;
        }
    }

    pub(crate) fn page(self: &Rc<Self>) -> Rc<Page> {
        Rc::new(Page(self.clone()))
    }

    /// Runs everything that can run without time passing.
    pub(crate) fn settle(&self) {
        for _ in 0..10_000 {
            let has_run = self.run_tasks();
            let mail = self.mail.borrow_mut().drain(..).next_back().is_some();
            if !has_run && !mail {
                return;
            }
        }
        panic!("it does not come to rest");
    }

    fn run_tasks(&self) -> bool {
        let woken = Arc::new(Woken(AtomicBool::new(false)));
        let waker = Waker::from(woken.clone());
        let mut has_run = false;
        loop {
            woken.0.store(false, Ordering::Relaxed);
            let tasks = std::mem::take(&mut *self.tasks.borrow_mut());
            let mut left: Vec<Task> = Vec::new();
            for mut task in tasks {
                if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                    left.push(task);
                } else {
                    has_run = true;
                }
            }
            let is_new = !self.tasks.borrow().is_empty();
            left.append(&mut self.tasks.borrow_mut());
            *self.tasks.borrow_mut() = left;
            let mail = std::mem::take(&mut *self.mail.borrow_mut());
            let is_told = !mail.is_empty();
            for (on_message, changes) in mail {
                on_message(changes);
            }
            if !is_new && !is_told && !woken.0.load(Ordering::Relaxed) {
                return has_run;
            }
        }
    }

    /// Lets so many milliseconds pass.
    pub(crate) fn pass(&self, ms: f64) {
        let end = self.now.get() + ms;
        self.settle();
        loop {
            let next = self.timers.borrow().iter().map(|timer| timer.due).fold(f64::INFINITY, f64::min);
            if next > end {
                break;
            }
            self.now.set(next);
            let due: Vec<_> = self.timers.borrow_mut().extract_if_due(next);
            for timer in due {
                let _ = timer.ring.send(());
            }
            self.settle();
        }
        self.now.set(end);
    }

    /// How many timers are set.
    pub(crate) fn timers(&self) -> usize {
        self.timers.borrow().iter().filter(|timer| !timer.ring.is_canceled()).count()
    }

    /// How many channels are open.
    pub(crate) fn channels(&self) -> usize {
        self.channels.borrow().len()
    }

    /// What all tabs see of the storage. Not of this protocol's making.
    pub(crate) fn seen(&self, seen: &Seen) {
        let watching: Vec<_> = self.watching.borrow().iter().map(|(_, watcher)| watcher.clone()).collect();
        for watcher in watching {
            watcher(seen.clone());
        }
    }

    pub(crate) fn watchers(&self) -> usize {
        self.watching.borrow().len()
    }

    /// Posts what a tab of another version would.
    pub(crate) fn post(&self, changes: &[Change]) {
        self.send(0, "refinire-web", changes);
    }

    fn send(&self, from: u64, name: &str, changes: &[Change]) {
        let short = |change: &Change| {
            let key = change.key.clone().unwrap_or_default();
            match (key.as_str(), &change.value) {
                ("refinire-web?", _) => "?".to_owned(),
                ("refinire-web!", _) => "!".to_owned(),
                (key, Some(_)) => key.to_owned(),
                (key, None) => format!("-{key}"),
            }
        };
        self.posted.borrow_mut().push(changes.iter().map(short).collect::<Vec<_>>().join(" "));
        for open in self.channels.borrow().iter().filter(|open| open.number != from && open.name == name) {
            if let Some(on_message) = &open.on_message {
                self.mail.borrow_mut().push((on_message.clone(), changes.to_vec()));
            }
        }
    }

    /// What was posted since the last call.
    pub(crate) fn take_posted(&self) -> Vec<String> {
        std::mem::take(&mut *self.posted.borrow_mut())
    }
}

trait Due {
    fn extract_if_due(&mut self, now: f64) -> Vec<Timer>;
}

impl Due for Vec<Timer> {
    fn extract_if_due(&mut self, now: f64) -> Vec<Timer> {
        let (due, left) = std::mem::take(self).into_iter().partition(|timer| timer.due <= now);
        *self = left;
        due
    }
}

/// What a tab sees of it.
pub(crate) struct Page(Rc<World>);

impl Clock for Page {
    fn now(&self) -> f64 {
        self.0.now.get()
    }

    fn unix_ms(&self) -> f64 {
        0.0
    }

    fn timestamp(&self) -> String {
        "2026-01-01T00:00:00.000Z".to_owned()
    }

    #[allow(clippy::cast_precision_loss)]
    fn random(&self) -> f64 {
        self.0.drawn.set(self.0.drawn.get() + 1);
        (self.0.drawn.get() as f64 * 0.618_033_988_75).fract()
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        let (ring, rings) = oneshot::channel();
        self.0.timers.borrow_mut().push(Timer { due: self.0.now.get() + ms, ring });
        rings.map(drop).boxed_local()
    }

    fn frame(&self) -> LocalBoxFuture<'static, ()> {
        self.sleep(16.0)
    }
}

impl Tasks for Page {
    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.0.tasks.borrow_mut().push(task);
    }
}

impl Locks for Page {
    fn request(&self, name: &str) -> LocalBoxFuture<'static, Option<Held>> {
        if self.0.denies_locks.get() {
            return ready(None).boxed_local();
        }
        let (granting, granted) = oneshot::channel();
        let mut locks = self.0.locks.borrow_mut();
        if let Some(queue) = locks.iter_mut().find(|queue| queue.name == name) {
            queue.waiting.push(granting);
            return granted.map(Result::ok).boxed_local();
        }
        locks.push(Queue { name: name.to_owned(), waiting: Vec::new() });
        ready(Some(self.0.grant(name))).boxed_local()
    }

    fn try_request(&self, name: &str) -> LocalBoxFuture<'static, Try> {
        if self.0.denies_locks.get() {
            return ready(Try::Denied).boxed_local();
        }
        let mut locks = self.0.locks.borrow_mut();
        if locks.iter().any(|queue| queue.name == name) {
            return ready(Try::Taken).boxed_local();
        }
        locks.push(Queue { name: name.to_owned(), waiting: Vec::new() });
        ready(Try::Held(self.0.grant(name))).boxed_local()
    }

    fn exist(&self) -> bool {
        self.0.has_locks.get()
    }
}

impl Site for Page {
    fn channel(&self, name: &str, on_message: Option<OnMessage>) -> Option<Rc<dyn Channel>> {
        if !self.0.has_channels.get() {
            return None;
        }
        self.0.opened.set(self.0.opened.get() + 1);
        let number = self.0.opened.get();
        self.0.channels.borrow_mut().push(Open { number, name: name.to_owned(), on_message });
        Some(Rc::new(ScriptedChannel { world: Rc::downgrade(&self.0), number, name: name.to_owned() }))
    }

    fn watch(&self, seen: Rc<dyn Fn(Seen)>) -> Box<dyn Any> {
        self.0.opened.set(self.0.opened.get() + 1);
        let number = self.0.opened.get();
        self.0.watching.borrow_mut().push((number, seen));
        Box::new(Watch { world: Rc::downgrade(&self.0), number })
    }
}

struct Watch {
    world: Weak<World>,
    number: u64,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(world) = self.world.upgrade() {
            world.watching.borrow_mut().retain(|(number, _)| *number != self.number);
        }
    }
}

struct ScriptedChannel {
    world: Weak<World>,
    number: u64,
    name: String,
}

impl Channel for ScriptedChannel {
    fn post(&self, message: &[Change]) {
        self.world.upgrade().unwrap().send(self.number, &self.name, message);
    }
}

impl Drop for ScriptedChannel {
    fn drop(&mut self) {
        if let Some(world) = self.world.upgrade() {
            world.channels.borrow_mut().retain(|open| open.number != self.number);
        }
    }
}
