//! Pages that add, branch, choose and cut at random, and hear of one another late, out of order or not at all, show the same in
//! the end.

use refinire_web::conversation::{load, Conversation};
use refinire_web::message::Role;

use super::{ids, marks};
use crate::memory_store::{at, found, said, MemoryStore};
use crate::pages::{hear, kept, Told};
use crate::seed::rng;

/// A few pages with one store. What one saves the others are told later, or never.
struct Site {
    random: fastrand::Rng,
    store: MemoryStore,
    pages: Vec<Conversation>,
    /// What each page is told, by sender: one sender's news keep their order.
    mail: Vec<Vec<Vec<Told>>>,
    loses: bool,
    now: usize,
}

impl Site {
    fn new(seed: u64, pages: usize, loses: bool) -> Self {
        let page = |number: usize| Conversation::new("talk").by(&format!("pag{number}"));
        let mail = vec![vec![Vec::new(); pages]; pages];
        let (random, store) = (fastrand::Rng::with_seed(seed), MemoryStore::default());
        Self { random, store, pages: (0..pages).map(page).collect(), mail, loses, now: 1_000 }
    }

    fn step(&mut self) {
        // Clocks differ, and go back.
        self.now += self.random.usize(0..4);
        let now = at(self.now - self.random.usize(0..20));
        let page = self.random.usize(0..self.pages.len());
        let talk = &mut self.pages[page];
        let length = talk.messages().len();
        match self.random.u8(0..12) {
            0..=4 => {
                let role = if self.random.bool() { Role::User } else { Role::Assistant };
                talk.add(said(role, &format!("{page}-{}", self.now), &now));
            }
            5..=6 => drop(talk.branch(self.random.usize(0..=length))),
            7..=8 => {
                let forks: Vec<_> = (0..length).filter_map(|at| Some((at, talk.alternatives(at)?.count))).collect();
                if let Some((at, count)) = self.random.choice(forks) {
                    let id = ids(talk).swap_remove(at);
                    talk.select_alternative(&id, self.random.usize(0..count), &now).unwrap();
                }
            }
            9 if self.random.u8(0..4) == 0 => talk.truncate(self.random.usize(0..=length), &now),
            _ => self.deliver(page),
        }
        self.check(page);
        self.save(page);
    }

    fn save(&mut self, page: usize) {
        let told = kept(&self.store, &mut self.pages[page]);
        for other in (0..self.pages.len()).filter(|other| *other != page) {
            self.mail[other][page].extend(told.iter().cloned());
        }
    }

    /// Some of what one of the others has told comes.
    fn deliver(&mut self, page: usize) {
        let from = self.random.usize(0..self.pages.len());
        let some = self.random.usize(0..=self.mail[page][from].len());
        let mut told: Vec<_> = self.mail[page][from].drain(..some).collect();
        if self.loses {
            told.retain(|_| self.random.u8(0..4) > 0);
            self.random.shuffle(&mut told);
        }
        hear(&mut self.pages[page], &told);
        if self.pages[page].take_to_be_saved_again() {
            self.save(page);
        }
    }

    /// What holds at any moment.
    fn check(&self, page: usize) {
        let talk = &self.pages[page];
        let ids = ids(talk);
        assert!(ids.windows(2).all(|two| two[0] < two[1]), "{ids:?}");
        for view in talk.views() {
            assert!(view.alternatives.is_none_or(|of| of.count > 1 && of.index < of.count));
        }
    }

    /// Everything arrives; with `looks` each page looks into the store, too.
    fn settle(&mut self, looks: bool) {
        for _ in 0..5 {
            for page in 0..self.pages.len() {
                let number = self.pages[page].branching();
                self.pages[page].end_branch(number);
                self.save(page);
                if looks {
                    self.mail[page].iter_mut().for_each(Vec::clear);
                    load(&self.store, &mut self.pages[page]).unwrap();
                    self.pages[page].take_to_be_saved_again();
                    self.save(page);
                }
                while self.mail[page].iter().any(|mail| !mail.is_empty()) {
                    self.deliver(page);
                }
            }
        }
        let fresh = found(&self.store, "talk");
        for page in &self.pages {
            assert_eq!((ids(page), marks(page)), (ids(&fresh), marks(&fresh)), "{:#?}", self.store.records.borrow());
        }
    }
}

#[test]
fn pages_show_the_same_once_all_news_have_come() {
    let (mut random, mut forks) = (rng(), 0);
    for _ in 0..300 {
        let mut site = Site::new(random.u64(..), 2, false);
        (0..60).for_each(|_| site.step());
        site.settle(false);
        forks += marks(&site.pages[0]).concat().len();
    }
    assert!(forks > 500, "{forks}");
}

#[test]
fn pages_show_the_same_once_they_look_into_the_store_whatever_was_lost() {
    let mut random = rng();
    for round in 0..300 {
        let mut site = Site::new(random.u64(..), 2 + round % 2, true);
        (0..60).for_each(|_| site.step());
        site.settle(true);
    }
}
