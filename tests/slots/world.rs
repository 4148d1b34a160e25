//! Virtual time, tabs that share their locks, and tasks that run side by side.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use futures::channel::oneshot;
use futures::future::{ready, FutureExt, LocalBoxFuture};
use refinire_web::env::{Clock, Held, Locks, Try};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Time that passes only when it is told to.
#[derive(Clone, Default)]
pub(crate) struct World {
    now: Rc<Cell<f64>>,
    timers: Rc<RefCell<Vec<Rc<Timer>>>>,
    tasks: Rc<RefCell<Vec<Option<Task>>>>,
    pub(crate) log: Rc<RefCell<Vec<String>>>,
}

struct Timer {
    due: f64,
    waker: RefCell<Option<Waker>>,
}

impl World {
    pub(crate) fn clock(&self) -> Rc<dyn Clock> {
        Rc::new(self.clone())
    }

    pub(crate) fn say(&self, what: impl Into<String>) {
        self.log.borrow_mut().push(what.into());
    }

    /// What was said since the last time.
    pub(crate) fn said(&self) -> Vec<String> {
        self.settle();
        self.log.take()
    }

    /// Begins a task; gives its number.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + 'static) -> usize {
        let mut tasks = self.tasks.borrow_mut();
        tasks.push(Some(Box::pin(task)));
        tasks.len() - 1
    }

    pub(crate) fn cancel(&self, task: usize) {
        let task = self.tasks.borrow_mut()[task].take();
        drop(task);
    }

    /// Polls whatever was woken until nothing is.
    pub(crate) fn settle(&self) {
        loop {
            let woken = Arc::new(Woken::default());
            let waker = Waker::from(woken.clone());
            let count = self.tasks.borrow().len();
            for number in 0..count {
                let Some(mut task) = self.tasks.borrow_mut()[number].take() else { continue };
                if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                    self.tasks.borrow_mut()[number] = Some(task);
                }
            }
            if !woken.0.load(std::sync::atomic::Ordering::Relaxed) && self.tasks.borrow().len() == count {
                return;
            }
        }
    }

    pub(crate) fn pass(&self, ms: f64) {
        self.settle();
        let end = self.now.get() + ms;
        loop {
            let next = self.timers.borrow().iter().map(|timer| timer.due).fold(f64::INFINITY, f64::min);
            if next > end {
                break;
            }
            self.now.set(next);
            self.timers.borrow().iter().filter_map(|timer| timer.waker.take()).for_each(Waker::wake);
            self.settle();
            assert!(
                self.timers.borrow().iter().all(|timer| timer.due > next),
                "a timer that is due is still waited for"
            );
        }
        self.now.set(end);
    }

    pub(crate) fn timers(&self) -> usize {
        self.settle();
        self.timers.borrow().len()
    }
}

impl Clock for World {
    fn now(&self) -> f64 {
        self.now.get()
    }

    fn unix_ms(&self) -> f64 {
        0.0
    }

    fn timestamp(&self) -> String {
        String::new()
    }

    fn random(&self) -> f64 {
        0.0
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        let timer = Rc::new(Timer { due: self.now.get() + ms, waker: RefCell::default() });
        self.timers.borrow_mut().push(timer.clone());
        Sleep { world: self.clone(), timer }.boxed_local()
    }

    fn frame(&self) -> LocalBoxFuture<'static, ()> {
        self.sleep(16.0)
    }
}

struct Sleep {
    world: World,
    timer: Rc<Timer>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.timer.due <= self.world.now.get() {
            return Poll::Ready(());
        }
        *self.timer.waker.borrow_mut() = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.world.timers.borrow_mut().retain(|timer| !Rc::ptr_eq(timer, &self.timer));
    }
}

#[derive(Default)]
struct Woken(std::sync::atomic::AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}

/// The locks of a site, which all its tabs share. What is given back is free at once.
#[derive(Clone, Default)]
pub(crate) struct Site(Rc<RefCell<Vec<Lock>>>);

#[derive(Default)]
struct Lock {
    name: String,
    is_held: bool,
    waiting: VecDeque<oneshot::Sender<Held>>,
}

impl Site {
    /// The names of the locks that are held.
    pub(crate) fn held(&self) -> Vec<String> {
        self.0.borrow().iter().filter(|lock| lock.is_held).map(|lock| lock.name.clone()).collect()
    }

    /// How many requests wait, over all locks.
    pub(crate) fn waiting(&self) -> usize {
        let waiting = |lock: &Lock| lock.waiting.iter().filter(|one| !one.is_canceled()).count();
        self.0.borrow().iter().map(waiting).sum()
    }

    fn with<T>(&self, name: &str, work: impl FnOnce(&mut Lock) -> T) -> T {
        let mut locks = self.0.borrow_mut();
        if !locks.iter().any(|lock| lock.name == name) {
            locks.push(Lock { name: name.to_owned(), ..Lock::default() });
        }
        work(locks.iter_mut().find(|lock| lock.name == name).unwrap())
    }

    fn hold(&self, name: &str) -> Held {
        let (site, name) = (self.clone(), name.to_owned());
        Held::new(move || site.give_back(&name), ready(()).boxed_local())
    }

    fn give_back(&self, name: &str) {
        while let Some(next) = self.with(name, |lock| lock.waiting.pop_front()) {
            if !next.is_canceled() {
                let _ = next.send(self.hold(name));
                return;
            }
        }
        self.with(name, |lock| lock.is_held = false);
    }
}

impl Locks for Site {
    fn request(&self, name: &str) -> LocalBoxFuture<'static, Option<Held>> {
        if !self.with(name, |lock| std::mem::replace(&mut lock.is_held, true)) {
            return ready(Some(self.hold(name))).boxed_local();
        }
        let (sender, receiver) = oneshot::channel();
        self.with(name, |lock| lock.waiting.push_back(sender));
        receiver.map(Result::ok).boxed_local()
    }

    fn try_request(&self, name: &str) -> LocalBoxFuture<'static, Try> {
        if self.with(name, |lock| std::mem::replace(&mut lock.is_held, true)) {
            return ready(Try::Taken).boxed_local();
        }
        ready(Try::Held(self.hold(name))).boxed_local()
    }

    fn exist(&self) -> bool {
        true
    }
}

/// A page without an origin: there are locks, and they cannot be had.
pub(crate) struct Denied {
    pub(crate) exist: bool,
}

impl Locks for Denied {
    fn request(&self, _: &str) -> LocalBoxFuture<'static, Option<Held>> {
        ready(None).boxed_local()
    }

    fn try_request(&self, _: &str) -> LocalBoxFuture<'static, Try> {
        ready(Try::Denied).boxed_local()
    }

    fn exist(&self) -> bool {
        self.exist
    }
}
