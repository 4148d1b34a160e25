//! The model: every order in which the pages can make their calls of the store.

use std::collections::HashSet;

use refinire_web::conversation::load;

use super::page::Page;
use super::replay::{Replay, Reply};
use crate::memory_store::{found, lines, MemoryStore, Records};
use crate::pages::Told;

/// How far the pages have come, and what each of them sees.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// What every page sees.
    pub(super) base: Records,
    /// What has been written since: by whom, and what.
    writes: Vec<(usize, Told)>,
    /// How many of those each page sees; it always sees its own.
    seen: Vec<usize>,
    /// The messages that each page has not taken in yet.
    messages: Vec<Vec<Told>>,
    pub(super) told: Vec<Vec<Reply>>,
    done: Vec<bool>,
}

impl State {
    fn view(&self, page: usize) -> Records {
        let mut view = self.base.clone();
        for (number, (by, (key, value))) in self.writes.iter().enumerate() {
            if number < self.seen[page] || *by == page {
                match value {
                    Some(value) => drop(view.insert(key.clone(), value.clone())),
                    None => drop(view.remove(key)),
                }
            }
        }
        view
    }

    /// Puts what every page sees into `base`.
    fn settle(&mut self) {
        while !self.writes.is_empty() && self.seen.iter().all(|seen| *seen > 0) {
            let (_, (key, value)) = self.writes.remove(0);
            match value {
                Some(value) => drop(self.base.insert(key, value)),
                None => drop(self.base.remove(&key)),
            }
            self.seen.iter_mut().for_each(|seen| *seen -= 1);
        }
    }
}

/// A few pages with a store.
pub(super) struct Model<'a> {
    pub(super) pages: &'a [Page],
    pub(super) start: Records,
    /// What others write may be seen only later.
    pub(super) is_late: bool,
}

/// How many states there were, and in how many of them every page had come to its end.
#[derive(Debug, Default)]
pub(super) struct Tried {
    pub(super) states: usize,
    pub(super) ends: usize,
}

impl Model<'_> {
    /// Tries every interleaving, and checks each of its ends.
    pub(super) fn run(&self, check: impl Fn(&Self, &State)) -> Tried {
        let count = self.pages.len();
        let first = State {
            base: self.start.clone(),
            writes: Vec::new(),
            seen: vec![0; count],
            messages: vec![Vec::new(); count],
            told: vec![Vec::new(); count],
            done: vec![false; count],
        };
        let mut tried = Tried::default();
        let mut known = HashSet::from([first.clone()]);
        let mut open = vec![first];
        while let Some(state) = open.pop() {
            tried.states += 1;
            assert!(tried.states < 400_000, "the model is too large");
            let mut is_end = true;
            for page in 0..count {
                for next in self.call(&state, page) {
                    is_end = false;
                    if known.insert(next.clone()) {
                        open.push(next);
                    }
                }
            }
            if is_end {
                tried.ends += 1;
                check(self, &state);
            }
        }
        tried
    }

    /// The states that a page's next call can lead to: it may see more or less of what others have written, and so get
    /// another reply. Of states with the same reply the one that has seen least is enough: it can still see more.
    fn call(&self, state: &State, page: usize) -> Vec<State> {
        let mut nexts: Vec<State> = Vec::new();
        if state.done[page] {
            return nexts;
        }
        for seen in state.seen[page]..=state.writes.len() {
            let mut next = state.clone();
            next.seen[page] = seen;
            let view = next.view(page);
            let is_free = (0..self.pages.len()).all(|other| other == page || state.done[other]);
            let store = Replay::new(&state.told[page], &view).amid(&state.messages[page], is_free);
            self.pages[page].play(&store);
            if store.waits.get() {
                return nexts;
            }
            match store.fresh.take() {
                None => next.done[page] = true,
                Some((reply, write)) => {
                    if matches!(reply, Reply::Messages(_)) {
                        next.messages[page].clear();
                    }
                    next.told[page].push(reply);
                    for (other, messages) in next.messages.iter_mut().enumerate() {
                        if other != page && self.pages[other].hears() {
                            messages.extend(write.clone());
                        }
                    }
                    next.writes.extend(write.map(|write| (page, write)));
                }
            }
            if !self.is_late || next.done.iter().all(|done| *done) {
                next.seen.fill(next.writes.len());
            }
            if !nexts.iter().any(|other| other.told == next.told) {
                next.settle();
                nexts.push(next);
            }
        }
        nexts
    }

    /// What a new page finds at the end, and what was forgotten on the way. Every other page finds the same once it has
    /// looked again.
    pub(super) fn outcome(&self, state: &State) -> (Vec<String>, Vec<String>) {
        let fresh = found(&MemoryStore::of(&state.base), "talk");
        let mut forgotten = Vec::new();
        for (page, told) in self.pages.iter().zip(&state.told) {
            let (mut talk, noted) = page.play(&Replay::new(told, &state.base));
            assert!(talk.is_kept(), "{} has kept everything: {state:#?}", page.name);
            forgotten.extend(noted);
            load(&MemoryStore::of(&state.base), &mut talk).unwrap();
            assert_eq!(lines(&talk), lines(&fresh), "{} sees what a new page sees: {state:#?}", page.name);
        }
        (lines(&fresh), forgotten)
    }
}
