//! How many connections there may be to an origin, over all tabs of a site.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::select_all;

use crate::env::{Clock, Held, Locks, Try};
use crate::json::decimal;
use crate::queue::{Place, Queue};
use crate::text::concat;

/// More than these are counted by each tab for itself: what a lock is asked for so often takes longer than it is worth.
const MOST_SHARED: usize = 64;

/// The connections of this tab, by origin. Each holds one of so many slots, which are Web Locks: as many as there may be, over
/// all tabs. Where there are no locks each tab counts its own.
pub struct Slots {
    clock: Rc<dyn Clock>,
    locks: Rc<dyn Locks>,
    origins: RefCell<Vec<Rc<Origin>>>,
}

struct Origin {
    name: String,
    /// Those of this tab.
    queue: Rc<Queue>,
    /// Lets one at a time look for a slot, so that they get them in the order they came.
    seeking: Rc<Queue>,
    /// The slots that this tab holds.
    taken: RefCell<Vec<usize>>,
}

/// A slot that is held until this is dropped.
#[derive(Debug)]
pub struct Slot {
    _lock: Option<Taken>,
    _place: Place,
}

impl Slots {
    /// No connections yet.
    #[must_use]
    pub fn new(clock: Rc<dyn Clock>, locks: Rc<dyn Locks>) -> Self {
        Self { clock, locks, origins: RefCell::default() }
    }

    /// Waits until there are fewer than `most` connections to this origin. Dropping the future leaves the queue.
    pub async fn enter(&self, origin: &str, most: usize) -> Slot {
        let (origin, most) = (self.origin(origin), most.max(1));
        let place = match origin.queue.try_enter(most) {
            Some(place) => place,
            None => origin.queue.enter(most).await,
        };
        if most > MOST_SHARED || !self.locks.exist() {
            return Slot { _lock: None, _place: place };
        }
        let _turn = origin.seeking.enter(1).await;
        let lock = origin.lock(&*self.locks, most).await;
        Slot { _lock: lock, _place: place }
    }

    fn origin(&self, name: &str) -> Rc<Origin> {
        let mut origins = self.origins.borrow_mut();
        if let Some(origin) = origins.iter().find(|origin| origin.name == name) {
            return origin.clone();
        }
        let queue = || Queue::new(self.clock.clone(), usize::MAX);
        let origin =
            Rc::new(Origin { name: name.to_owned(), queue: queue(), seeking: queue(), taken: RefCell::default() });
        origins.push(origin.clone());
        origin
    }
}

impl std::fmt::Debug for Slots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slots").finish_non_exhaustive()
    }
}

impl Origin {
    fn name_of(&self, number: usize) -> String {
        concat(&["refinire-web-slot:", &self.name, ":", &decimal(number as u64)])
    }

    /// One of the first `most` slots; nothing where there are no locks to be had.
    async fn lock(self: &Rc<Self>, locks: &dyn Locks, most: usize) -> Option<Taken> {
        // The lowest first: who may have fewer counts those of the others.
        for number in 0..most {
            if self.taken.borrow().contains(&number) {
                continue;
            }
            match locks.try_request(&self.name_of(number)).await {
                Try::Held(held) => return Some(self.take(number, held)),
                Try::Taken => {}
                Try::Denied => return None,
            }
        }
        // All are taken: the first that is given back, by whatever tab.
        let (held, number, _) = select_all((0..most).map(|number| locks.request(&self.name_of(number)))).await;
        Some(self.take(number, held?))
    }

    fn take(self: &Rc<Self>, number: usize, held: Held) -> Taken {
        self.taken.borrow_mut().push(number);
        Taken { origin: self.clone(), number, _held: held }
    }
}

/// A slot's lock.
struct Taken {
    origin: Rc<Origin>,
    number: usize,
    _held: Held,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.origin.taken.borrow_mut().retain(|number| *number != self.number);
    }
}

impl std::fmt::Debug for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Taken").field("number", &self.number).finish_non_exhaustive()
    }
}
