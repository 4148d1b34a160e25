//! The places of turns: which one the next turn gets, and which ones are reserved for the turns of a run.

use super::place;

/// How many places are reserved for the turns of a run that is not within another run.
const RESERVED: u64 = 5_000;

/// A run within another run gets this part of the places that the outer run has left.
const SHARE: u64 = 16;

/// The places that turns get.
#[derive(Debug, Clone)]
pub(super) struct Places {
    /// The name of the page, which is part of each place.
    pub(super) writer: String,
    /// The last place of all that are known.
    pub(super) latest: String,
    /// The run that the next calls are about.
    pub(super) run: u32,
    /// Where the turns of some runs will stand.
    reserved: Vec<Reservation>,
    /// Where answers stand that grow on this page.
    pub(super) growing: Vec<Unfinished>,
    /// Where the turns stand that have called tools, and that no later turn of their run follows yet.
    calling: Vec<Unfinished>,
    /// What the next turn of each run that is active follows.
    begun: Vec<(u32, Follows)>,
}

/// What the next turn of a run follows.
#[derive(Debug, Clone)]
pub(super) enum Follows {
    /// The turn at that place.
    Turn(String),
    /// The turn `after` of the branch `of`, as the first turn of another branch.
    Start { of: String, after: String },
}

/// The turn of a run that is not finished.
#[derive(Debug, Clone)]
pub(super) struct Unfinished {
    run: u32,
    pub(super) place: String,
}

/// The next place that is reserved for a run, and how many are left from there on.
#[derive(Debug, Clone)]
struct Reservation {
    run: u32,
    place: String,
    left: u64,
}

impl Reservation {
    /// Takes that many of the places that are left, and gives the first of them.
    fn take(&mut self, places: u64) -> String {
        self.left -= places;
        let next = place::beyond(&self.place, places);
        if next.is_none() {
            self.left = 0;
        }
        std::mem::replace(&mut self.place, next.unwrap_or_default())
    }
}

impl Default for Places {
    fn default() -> Self {
        Self {
            writer: place::NOBODY.to_owned(),
            latest: String::new(),
            run: 0,
            reserved: Vec::new(),
            growing: Vec::new(),
            calling: Vec::new(),
            begun: Vec::new(),
        }
    }
}

impl Places {
    /// A place after all others.
    fn after_all(&mut self, now: &str) -> String {
        self.latest = place::after(&self.latest, now, &self.writer);
        self.latest.clone()
    }

    /// The place of the next turn of the run.
    pub(super) fn next(&mut self, now: &str) -> String {
        let run = self.run;
        match self.reserved.iter_mut().find(|reserved| reserved.run == run && reserved.left > 0) {
            Some(reserved) => reserved.take(1),
            None => self.after_all(now),
        }
    }

    /// Notes a place that is known from elsewhere.
    pub(super) fn note(&mut self, place: &str) {
        if place > self.latest.as_str() {
            place.clone_into(&mut self.latest);
        }
    }

    /// Reserves places for the turns of the run: some of those of the run `within` which it runs, if that has any.
    pub(super) fn reserve(&mut self, within: u32, now: &str) {
        let (place, left) = if let Some(outer) = self.reserved.iter_mut().find(|outer| outer.run == within) {
            let left = outer.left / SHARE;
            (outer.take(left), left)
        } else {
            let place = self.after_all(now);
            let last = place::beyond(&place, RESERVED - 1);
            let left = if last.is_some() { RESERVED } else { 1 };
            self.latest = last.unwrap_or_else(|| place.clone());
            (place, left)
        };
        self.reserved.push(Reservation { run: self.run, place, left });
    }

    /// Gives up what is reserved for the run: it adds no more turns.
    pub(super) fn release(&mut self) {
        self.take_growing();
        self.take_calling();
        self.end();
        self.reserved.retain(|reserved| reserved.run != self.run);
    }

    /// Gives up all reservations. No answer grows any longer.
    pub(super) fn clear(&mut self) {
        self.growing.clear();
        self.calling.clear();
        self.begun.clear();
        self.reserved.clear();
    }

    /// The turns at these places are gone: no answer grows there any longer.
    pub(super) fn forget(&mut self, is_gone: &dyn Fn(&str) -> bool) {
        for unfinished in [&mut self.growing, &mut self.calling] {
            unfinished.retain(|turn| !is_gone(&turn.place));
        }
    }

    /// The run begins, behind that.
    pub(super) fn begin(&mut self, follows: Follows) {
        self.end();
        self.begun.push((self.run, follows));
    }

    /// What the next turn of the run follows; `None` where it has not begun.
    pub(super) fn begun(&self) -> Option<&Follows> {
        self.begun.iter().find(|(run, _)| *run == self.run).map(|(_, follows)| follows)
    }

    /// The next turn of the run follows the one at that place.
    pub(super) fn go_on(&mut self, place: &str) {
        if let Some((_, follows)) = self.begun.iter_mut().find(|(run, _)| *run == self.run) {
            *follows = Follows::Turn(place.to_owned());
        }
    }

    /// The run has ended.
    pub(super) fn end(&mut self) {
        self.begun.retain(|(run, _)| *run != self.run);
    }

    /// The answer of the run grows at that place from now on.
    pub(super) fn add_growing(&mut self, place: String) {
        self.growing.push(Unfinished { run: self.run, place });
    }

    /// Where the answer of the run grows.
    pub(super) fn own_growing(&self) -> Option<&str> {
        self.growing.iter().find(|growing| growing.run == self.run).map(|growing| &*growing.place)
    }

    /// The same; the answer no longer grows.
    pub(super) fn take_growing(&mut self) -> Option<String> {
        let at = self.growing.iter().position(|growing| growing.run == self.run)?;
        Some(self.growing.swap_remove(at).place)
    }

    /// The turn of the run at that place has called tools.
    pub(super) fn add_calling(&mut self, place: String) {
        self.calling.push(Unfinished { run: self.run, place });
    }

    /// Where the turn of the run stands that has called tools; it is no longer the last one.
    pub(super) fn take_calling(&mut self) -> Option<String> {
        let at = self.calling.iter().position(|calling| calling.run == self.run)?;
        Some(self.calling.swap_remove(at).place)
    }

    /// Whether the turn at that place has called tools on this page, and no later turn of its run follows yet.
    pub(super) fn calls(&self, place: &str) -> bool {
        self.calling.iter().any(|calling| calling.place == place)
    }

    /// Whether the turn at that place is an answer that grows on this page.
    pub(super) fn grows(&self, place: &str) -> bool {
        self.growing.iter().any(|growing| growing.place == place)
    }
}
