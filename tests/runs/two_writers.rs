//! Two and three pages that write into one conversation: a model in which every interleaving of their single calls of the
//! store is tried, also of a store that shows what others have written only later.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use refinire_web::conversation::{apply, catch_up, load, save, Conversation, Store, StoreError};
use refinire_web::error::{Code, Error};
use refinire_web::message::{ModelTurn, Role};

use crate::shelf::{at, head_key, lines, said, Records};
use Op::{Add, CatchUp, Clear, End, Enter, Grow, Hear, Load, Save, Send};

#[derive(Debug, Clone, Copy)]
enum Op {
    Add(&'static str),
    Grow(&'static str),
    End(&'static str),
    Clear,
    Load,
    Save,
    /// Takes in the messages that have come.
    Hear,
    /// The same when no other page is at work any more: a run that has waited for its turn.
    Enter,
    CatchUp,
    /// Asks the model.
    Send,
}

/// What the store said to a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Reply {
    Text(Option<String>),
    Keys(Vec<String>),
    Messages(Vec<Write>),
    Done,
}

/// A write: the key, and what is kept there from then on.
type Write = (String, Option<String>);

/// The store of a page that is run again from its beginning for each step: it hears again what it was told, then makes
/// one new call, and whatever follows does not count.
#[derive(Debug)]
struct Replay<'a> {
    told: &'a [Reply],
    /// What the page sees now.
    view: &'a Records,
    /// The messages that have come and were not taken in yet.
    messages: &'a [Write],
    /// No other page is at work any more.
    is_free: bool,
    /// It waits until that is so.
    waits: Cell<bool>,
    next: Cell<usize>,
    fresh: RefCell<Option<(Reply, Option<Write>)>>,
}

impl<'a> Replay<'a> {
    fn new(told: &'a [Reply], view: &'a Records) -> Self {
        let (next, waits, fresh) = (Cell::new(0), Cell::new(false), RefCell::default());
        Self { told, view, messages: &[], is_free: true, waits, next, fresh }
    }

    fn hear(&self, enters: bool) -> Result<Vec<Write>, StoreError> {
        let is_told = self.next.get() < self.told.len();
        if enters && !is_told && !self.is_free && self.fresh.borrow().is_none() {
            self.waits.set(true);
            return Err(StoreError::Other(Error::new(Code::Storage, "it is not this page's turn")));
        }
        match self.call(|| Reply::Messages(self.messages.to_vec()), None)? {
            Reply::Messages(messages) => Ok(messages),
            other => panic!("another call was made the first time: {other:?}"),
        }
    }

    fn call(&self, reply: impl FnOnce() -> Reply, write: Option<Write>) -> Result<Reply, StoreError> {
        let number = self.next.replace(self.next.get() + 1);
        if let Some(told) = self.told.get(number) {
            return Ok(told.clone());
        }
        if self.fresh.borrow().is_some() {
            return Err(StoreError::Other(Error::new(Code::Storage, "it is another page's turn")));
        }
        let reply = reply();
        *self.fresh.borrow_mut() = Some((reply.clone(), write));
        Ok(reply)
    }
}

impl Store for Replay<'_> {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        match self.call(|| Reply::Text(self.view.get(key).cloned()), None)? {
            Reply::Text(text) => Ok(text),
            other => panic!("another call was made the first time: {other:?}"),
        }
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.call(|| Reply::Done, Some((key.to_owned(), Some(value.to_owned())))).map(drop)
    }

    fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.call(|| Reply::Done, Some((key.to_owned(), None))).map(drop)
    }

    fn keys(&self) -> Result<Vec<String>, StoreError> {
        match self.call(|| Reply::Keys(self.view.keys().cloned().collect()), None)? {
            Reply::Keys(keys) => Ok(keys),
            other => panic!("another call was made the first time: {other:?}"),
        }
    }
}

/// A page: what it does, at which moments.
#[derive(Debug, Clone, Copy)]
struct Page {
    name: &'static str,
    ops: &'static [Op],
    /// When it does the first of them, and how much later each of the others: a clock may go back.
    clock: (isize, isize),
}

impl Page {
    /// What it holds at the end, and what it held when it forgot, or asked.
    fn play(&self, store: &Replay<'_>) -> (Conversation, Vec<String>) {
        let mut talk = Conversation::new("talk").by(self.name);
        let mut noted = Vec::new();
        for (number, op) in (0..).zip(self.ops) {
            let now = at(usize::try_from(self.clock.0 + number * self.clock.1).unwrap());
            match op {
                Add(text) => talk.add(said(Role::User, text, &now)),
                Grow(text) => talk.grow(text, &now),
                End(text) => talk.answer(ModelTurn::new(*text), false, now),
                Clear => {
                    noted.extend(lines(&talk));
                    talk.clear(now);
                }
                Load => drop(load(store, &mut talk)),
                Save => drop(save(store, &mut talk)),
                Hear | Enter => {
                    for (key, value) in store.hear(matches!(op, Enter)).unwrap_or_default() {
                        apply(&mut talk, &key, value.as_deref()).unwrap();
                    }
                }
                CatchUp => drop(catch_up(store, &mut talk)),
                Send => noted.extend(lines(&talk)),
            }
            if store.waits.get() {
                break;
            }
        }
        (talk, noted)
    }

    fn hears(&self) -> bool {
        self.ops.iter().any(|op| matches!(op, Hear | Enter))
    }

    /// What it has said, in order, if it is not forgotten.
    fn says(&self) -> Vec<&'static str> {
        let mut said = Vec::new();
        let mut grows = false;
        for op in self.ops {
            match op {
                Add(text) => said.push(*text),
                Grow(text) | End(text) => {
                    if std::mem::replace(&mut grows, matches!(op, Grow(_))) {
                        said.pop();
                    }
                    said.push(text);
                }
                Clear | Load | Save | Hear | Enter | CatchUp | Send => {}
            }
        }
        said
    }
}

/// Where the pages are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    /// What every page sees.
    base: Records,
    /// What has been written since: by whom, and what.
    writes: Vec<(usize, Write)>,
    /// How much of that each page sees; its own writes it always does.
    seen: Vec<usize>,
    /// The messages that each page has not taken in yet.
    messages: Vec<Vec<Write>>,
    told: Vec<Vec<Reply>>,
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
struct Model<'a> {
    pages: &'a [Page],
    start: Records,
    /// What others write is seen later.
    is_late: bool,
}

/// How often it went how far.
#[derive(Debug, Default)]
struct Tried {
    states: usize,
    ends: usize,
}

impl Model<'_> {
    /// Tries every interleaving, and says how many states that were and how many ends.
    fn run(&self, check: impl Fn(&Self, &State)) -> Tried {
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

    /// The page makes its next call: what comes of it, whatever it sees of what the others have written since. Seeing
    /// more and being told the same is left out: who has seen less can still see more.
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
            let messages = state.messages[page].as_slice();
            let store = Replay { messages, is_free, ..Replay::new(&state.told[page], &view) };
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

    /// What each page has at the end once it has looked again, what a new one finds, and what was forgotten on the way.
    fn outcome(&self, state: &State) -> (Vec<String>, Vec<String>) {
        let fresh = crate::shelf::found(&crate::shelf::Shelf::of(&state.base), "talk");
        let mut forgotten = Vec::new();
        for (page, told) in self.pages.iter().zip(&state.told) {
            let (mut talk, noted) = page.play(&Replay::new(told, &state.base));
            assert!(talk.is_kept(), "{} has kept everything: {state:#?}", page.name);
            forgotten.extend(noted);
            load(&crate::shelf::Shelf::of(&state.base), &mut talk).unwrap();
            assert_eq!(lines(&talk), lines(&fresh), "{} sees what a new page sees: {state:#?}", page.name);
        }
        (lines(&fresh), forgotten)
    }
}

/// No turn is lost, none is there twice, and each page's are in its order; those of `start` come first.
fn everything_is_there(model: &Model<'_>, state: &State, start: &[&str]) {
    let (found, _) = model.outcome(state);
    let total: usize = model.pages.iter().map(|page| page.says().len()).sum();
    assert_eq!(found.len(), start.len() + total, "{found:?} of {state:#?}");
    assert_eq!(found[..start.len()], *start);
    for page in model.pages {
        let says = page.says();
        let own: Vec<_> = found.iter().map(String::as_str).filter(|line| says.contains(line)).collect();
        assert_eq!(own, says, "{} in {state:#?}", page.name);
    }
}

const fn page(name: &'static str, ops: &'static [Op]) -> Page {
    Page { name, ops, clock: (10, 1) }
}

const A: Page = page("aaaa", &[Add("a1"), Save, Load, Add("a2"), Save]);
const B: Page = page("bbbb", &[Add("b1"), Save, Load, Add("b2"), Save]);
const C: Page = page("cccc", &[Load, Add("c1"), Save]);
const SHORT_A: Page = page("aaaa", &[Load, Add("a1"), Save]);
const SHORT_B: Page = page("bbbb", &[Load, Add("b1"), Save]);
const ANSWERS: Page =
    page("aaaa", &[Add("?"), Grow("x"), Save, Grow("xy"), Save, Load, Grow("xyz"), Save, End("xyz!"), Save]);
const ALSO_ANSWERS: Page = page("bbbb", &[Grow("u"), Save, Grow("uv"), Save, Load, End("uvw"), Save]);

fn try_all(pages: &[Page], is_late: bool) -> Tried {
    let model = Model { pages, start: Records::new(), is_late };
    model.run(|model, state| everything_is_there(model, state, &[]))
}

#[test]
fn whatever_two_pages_do_at_once_no_turn_is_lost() {
    let pairs = [[A, B], [A, ALSO_ANSWERS], [ANSWERS, B], [ANSWERS, ALSO_ANSWERS]];
    for pages in pairs {
        let tried = try_all(&pages, false);
        assert!(tried.states > 100 && tried.ends > 5, "{tried:?}");
    }
}

#[test]
fn whatever_three_pages_do_at_once_no_turn_is_lost() {
    let tried = try_all(&[SHORT_A, SHORT_B, C], false);
    assert!(tried.states > 1_000 && tried.ends > 10, "{tried:?}");
}

#[test]
fn what_others_have_written_may_be_seen_late_and_nothing_is_lost() {
    for pages in [[SHORT_A, SHORT_B], [A, SHORT_B], [ANSWERS, SHORT_B]] {
        let tried = try_all(&pages, true);
        assert!(tried.states > 50 && tried.ends > 3, "{tried:?}");
    }
}

#[test]
fn clocks_that_go_back_or_stand_still_lose_nothing() {
    for clocks in [[(50, -1), (50, 0)], [(0, 0), (0, 0)], [(90, -3), (10, 5)]] {
        let pages = [Page { clock: clocks[0], ..A }, Page { clock: clocks[1], ..B }];
        try_all(&pages, false);
    }
}

#[test]
fn two_pages_that_migrate_at_once_lose_nothing() {
    let record = r#"{"schema":1,"messages":[{"role":"user","content":"old"},{"role":"user","content":"older"}]}"#;
    let start = Records::from([(head_key("talk"), record.to_owned())]);
    for is_late in [false, true] {
        let model = Model { pages: &[SHORT_A, SHORT_B], start: start.clone(), is_late };
        let tried = model.run(|model, state| everything_is_there(model, state, &["old", "older"]));
        assert!(tried.states > 100 && tried.ends > 1, "{tried:?}");
    }
}

#[test]
fn who_forgets_forgets_what_it_has_seen_and_nothing_else() {
    const FORGETS: Page = page("ffff", &[Load, Clear, Save, Add("anew"), Save]);
    let record = r#"{"role":"user","content":"old"}"#;
    let turn = "refinire-web/2026-01-01T00:00:00.000Z0000000000:talk";
    let start = Records::from([(turn.to_owned(), record.to_owned())]);
    for other in [SHORT_B, B] {
        let model = Model { pages: &[FORGETS, other], start: start.clone(), is_late: false };
        let tried = model.run(|model, state| {
            let (found, forgotten) = model.outcome(state);
            assert!(forgotten.contains(&"old".to_owned()));
            let all = ["old", "anew"].into_iter().chain(other.says());
            for line in all.map(str::to_owned) {
                let count = found.iter().filter(|one| **one == line).count();
                assert_eq!(count, usize::from(!forgotten.contains(&line)), "{line}: {found:?} of {state:#?}");
            }
        });
        assert!(tried.states > 100 && tried.ends > 5, "{tried:?}");
    }
}

#[test]
fn an_answer_that_is_forgotten_while_it_grows_is_whole_in_the_end_and_leaves_nothing_behind() {
    const FORGETS: Page = page("ffff", &[Load, Clear, Save]);
    let model = Model { pages: &[FORGETS, ANSWERS], start: Records::new(), is_late: false };
    let tried = model.run(|model, state| {
        let (found, forgotten) = model.outcome(state);
        let count = found.iter().filter(|line| *line == "xyz!").count();
        // It may have ended just when what was seen of it was forgotten.
        let was_seen = forgotten.iter().any(|line| line.starts_with('x'));
        assert!(count == 1 || (count == 0 && was_seen), "{found:?} of {state:#?}");
        assert!(!state.base.keys().any(|key| key.starts_with("refinire-web+")), "{state:#?}");
    });
    assert!(tried.states > 100 && tried.ends > 5, "{tried:?}");
}

/// What a run sends that has waited for its turn, however much of the store it sees: the messages of whoever was in before
/// have come.
fn sends(holder: Page, start: &Records, expected: &[&str]) {
    const WAITS: Page = page("wwww", &[Load, Hear, Enter, CatchUp, Send, Add("And?"), Save]);
    for is_late in [false, true] {
        let model = Model { pages: &[holder, WAITS], start: start.clone(), is_late };
        let tried = model.run(|model, state| {
            let (_, sent) = WAITS.play(&Replay::new(&state.told[1], &state.base));
            assert_eq!(sent, expected, "{state:#?}");
            let (found, _) = model.outcome(state);
            assert_eq!(found, [expected, &["And?"]].concat(), "{state:#?}");
        });
        assert!(tried.states > 20 && tried.ends > 0, "{tried:?}");
    }
}

#[test]
fn a_run_that_waited_sends_the_last_turn_of_the_one_before_it() {
    const HOLDS: Page =
        page("hhhh", &[Load, Add("?"), Grow("x"), Save, Grow("xy"), Save, Grow("xyz"), Save, End("xyz!"), Save]);
    sends(HOLDS, &Records::new(), &["?", "xyz!"]);
}

#[test]
fn a_run_that_waited_does_not_send_what_was_forgotten_meanwhile() {
    const FORGETS: Page = page("ffff", &[Load, Clear, Save, Add("anew"), Save]);
    let record = r#"{"role":"user","content":"old"}"#;
    let turn = "refinire-web/2026-01-01T00:00:00.000Z0000000000:talk";
    sends(FORGETS, &Records::from([(turn.to_owned(), record.to_owned())]), &["anew"]);
}
