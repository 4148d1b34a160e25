//! Which position the next turn gets, and which positions are reserved for the turns of a run.

use super::position;

/// How many positions are reserved for the turns of a run that is not within another run.
const RESERVED: u64 = 5_000;

/// A nested run gets this fraction of the positions that the outer run has left.
const SHARE: u64 = 16;

/// The positions that turns get.
#[derive(Debug, Clone)]
pub(super) struct Positions {
    /// The name of the page, which is part of each position.
    pub(super) writer: String,
    /// The last position that is known.
    pub(super) latest: String,
    /// The run that the next calls refer to.
    pub(super) run: u32,
    /// The positions that are reserved for the turns of runs.
    reserved: Vec<Reservation>,
    /// The answers that grow on this page.
    pub(super) growing: Vec<Unfinished>,
    /// The turns that have called tools, and that no later turn of their run follows yet.
    calling: Vec<Unfinished>,
    /// For each active run, what its next turn follows.
    begun: Vec<(u32, Follows)>,
}

/// The place that the next turn of a run follows.
#[derive(Debug, Clone)]
pub(super) enum Follows {
    /// The turn at that position.
    Turn(String),
    /// The turn `after` of the branch `of`, as the first turn of another branch.
    Start { of: String, after: String },
}

/// A turn of a run that is not finished.
#[derive(Debug, Clone)]
pub(super) struct Unfinished {
    run: u32,
    pub(super) position: String,
}

/// The next position that is reserved for a run, and how many are left from there.
#[derive(Debug, Clone)]
struct Reservation {
    run: u32,
    position: String,
    left: u64,
}

impl Reservation {
    /// Takes this many of the positions that are left, and returns the first one.
    fn take(&mut self, positions: u64) -> String {
        self.left -= positions;
        let next = position::beyond(&self.position, positions);
        if next.is_none() {
            self.left = 0;
        }
        std::mem::replace(&mut self.position, next.unwrap_or_default())
    }
}

impl Default for Positions {
    fn default() -> Self {
        Self {
            writer: position::NOBODY.to_owned(),
            latest: String::new(),
            run: 0,
            reserved: Vec::new(),
            growing: Vec::new(),
            calling: Vec::new(),
            begun: Vec::new(),
        }
    }
}

impl Positions {
    /// A position after all others.
    fn after_all(&mut self, now: &str) -> String {
        self.latest = position::after(&self.latest, now, &self.writer);
        self.latest.clone()
    }

    /// The position of the next turn of the run.
    pub(super) fn next(&mut self, now: &str) -> String {
        let run = self.run;
        match self.reserved.iter_mut().find(|reserved| reserved.run == run && reserved.left > 0) {
            Some(reserved) => reserved.take(1),
            None => self.after_all(now),
        }
    }

    /// Notes a position that was assigned elsewhere.
    pub(super) fn note(&mut self, position: &str) {
        if position > self.latest.as_str() {
            position.clone_into(&mut self.latest);
        }
    }

    /// Reserves positions for the turns of the run: a part of those of the run `within` which it runs, if there are
    /// any.
    pub(super) fn reserve(&mut self, within: u32, now: &str) {
        let (position, left) = if let Some(outer) = self.reserved.iter_mut().find(|outer| outer.run == within) {
            let left = outer.left / SHARE;
            (outer.take(left), left)
        } else {
            let position = self.after_all(now);
            let last = position::beyond(&position, RESERVED - 1);
            let left = if last.is_some() { RESERVED } else { 1 };
            self.latest = last.unwrap_or_else(|| position.clone());
            (position, left)
        };
        self.reserved.push(Reservation { run: self.run, position, left });
    }

    /// Gives up the reservation of the run: it adds no more turns.
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

    /// The turns at these positions are gone: no answer grows there any longer.
    pub(super) fn forget(&mut self, is_gone: &dyn Fn(&str) -> bool) {
        for unfinished in [&mut self.growing, &mut self.calling] {
            unfinished.retain(|turn| !is_gone(&turn.position));
        }
    }

    /// The run begins: its first turn follows `follows`.
    pub(super) fn begin(&mut self, follows: Follows) {
        self.end();
        self.begun.push((self.run, follows));
    }

    /// What the next turn of the run follows; `None` if the run has not begun.
    pub(super) fn begun(&self) -> Option<&Follows> {
        self.begun.iter().find(|(run, _)| *run == self.run).map(|(_, follows)| follows)
    }

    /// The next turn of the run follows the one at that position.
    pub(super) fn go_on(&mut self, position: &str) {
        if let Some((_, follows)) = self.begun.iter_mut().find(|(run, _)| *run == self.run) {
            *follows = Follows::Turn(position.to_owned());
        }
    }

    /// The run has ended.
    pub(super) fn end(&mut self) {
        self.begun.retain(|(run, _)| *run != self.run);
    }

    /// The answer of the run grows at that position from now on.
    pub(super) fn add_growing(&mut self, position: String) {
        self.growing.push(Unfinished { run: self.run, position });
    }

    /// Where the answer of the run grows.
    pub(super) fn own_growing(&self) -> Option<&str> {
        self.growing.iter().find(|growing| growing.run == self.run).map(|growing| &*growing.position)
    }

    /// The position where the answer of the run grew: it no longer grows.
    pub(super) fn take_growing(&mut self) -> Option<String> {
        let at = self.growing.iter().position(|growing| growing.run == self.run)?;
        Some(self.growing.swap_remove(at).position)
    }

    /// The turn of the run at that position has called tools.
    pub(super) fn add_calling(&mut self, position: String) {
        self.calling.push(Unfinished { run: self.run, position });
    }

    /// The position of the run's turn that has called tools: it is no longer the run's last turn.
    pub(super) fn take_calling(&mut self) -> Option<String> {
        let at = self.calling.iter().position(|calling| calling.run == self.run)?;
        Some(self.calling.swap_remove(at).position)
    }

    /// Whether the turn at that position has called tools on this page, and is not yet followed by a later turn of its
    /// run.
    pub(super) fn calls(&self, position: &str) -> bool {
        self.calling.iter().any(|calling| calling.position == position)
    }

    /// Whether the turn at that position is an answer that grows on this page.
    pub(super) fn grows(&self, position: &str) -> bool {
        self.growing.iter().any(|growing| growing.position == position)
    }
}
