//! Tells the conversations of this page, and of other tabs, what one of them has kept.
//!
//! Tabs talk over a `BroadcastChannel`. A message is a list of `[key, value]`: what one change has stored, in order, `null`
//! for what it has removed. Two keys are no keys of records: with [`ASK`] a tab asks the others whether it has heard all that
//! they told, with [`ANSWER`] they say so.

use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{ready, select, FutureExt, LocalBoxFuture};

pub use crate::conversation::room::{Heard, Room, Seat};
use crate::conversation::{LIVE_PREFIX, PIECE_PREFIX};
use crate::env::{Change, Channel, Clock, Seen, Site, Tasks};
use crate::json::decimal;
use crate::text::concat;

/// The name of the channel.
pub const CHANNEL: &str = "refinire-web";

/// What a tab asks with. Older versions ignore it.
pub const ASK: &str = "refinire-web?";
/// What it is answered with.
pub const ANSWER: &str = "refinire-web!";

/// How long an answer is waited for. A tab that runs answers at once; one that is closed, frozen or of an older version never
/// does.
const PATIENCE_MS: f64 = 300.0;

/// How long changes are repeated to a tab that asks: a tab that was opened meanwhile may not have heard them, nor find them in
/// its storage yet.
const LATELY_MS: f64 = 5_000.0;
const MOST_LATELY: usize = 100;

/// A change that was told lately.
struct Late {
    key: String,
    value: Option<String>,
    at: f64,
}

/// A question of this tab's whose answers are waited for.
struct Asked {
    number: String,
    missing: Vec<String>,
    is_answered: bool,
    done: Option<oneshot::Sender<()>>,
}

#[derive(Default)]
struct State {
    channel: Option<Rc<dyn Channel>>,
    watch: Option<Box<dyn Any>>,
    /// Whether other tabs listen: who begins to says so, by a message without changes, and is answered. As long as nobody has,
    /// nobody is told how an answer grows; whole turns always, as who is let in next may have been overtaken by its greeting.
    has_others: bool,
    /// What they are to be told: all that one change writes is one message.
    changes: Vec<Change>,
    /// Those that have answered before.
    peers: Vec<String>,
    asked: Vec<Asked>,
    asks: u64,
    /// The last that this tab has told of each key, the oldest first.
    lately: VecDeque<Late>,
}

/// This tab among the others of its site, which share its local storage.
pub struct Tabs {
    site: Rc<dyn Site>,
    clock: Rc<dyn Clock>,
    room: Rc<Room>,
    me: String,
    state: RefCell<State>,
}

impl fmt::Debug for Tabs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tabs").field("me", &self.me).finish_non_exhaustive()
    }
}

impl Tabs {
    /// A tab that listens to nobody yet.
    pub fn new(site: Rc<dyn Site>, clock: Rc<dyn Clock>, tasks: Rc<dyn Tasks>) -> Rc<Self> {
        let me = random_text(&*clock, 11);
        Rc::new(Self { site, clock, room: Rc::new(Room::new(tasks)), me, state: RefCell::default() })
    }

    /// Joins those who share the local storage: from now on the others are listened to, until all seats are dropped.
    pub fn join(self: &Rc<Self>, heard: Rc<Heard>) -> Seat {
        let seat = self.room.join(heard).shared_by(self);
        self.listen();
        seat
    }

    /// Messages and the storage's own events: a message may overtake what another process has written, or the other way
    /// round.
    fn listen(self: &Rc<Self>) {
        if self.state.borrow().watch.is_some() {
            return;
        }
        let tab = Rc::downgrade(self);
        let on_message = Rc::new(move |changes| {
            if let Some(tab) = tab.upgrade() {
                tab.take(changes);
            }
        });
        let tab = Rc::downgrade(self);
        let seen = Rc::new(move |seen| match (tab.upgrade(), seen) {
            (Some(tab), Seen::Stored { key, value }) => tab.hear(key.as_deref(), value.as_deref()),
            // It heard of nothing meanwhile.
            (Some(tab), Seen::Restored) => tab.room.tell(None, None, None),
            (None, _) => {}
        });
        let (channel, watch) = (self.site.channel(CHANNEL, Some(on_message)), self.site.watch(seen));
        {
            let mut state = self.state.borrow_mut();
            state.channel = channel;
            state.watch = Some(watch);
        }
        self.post();
    }

    pub(super) fn stop(&self) {
        self.flush();
        let (closed, asked) = {
            let mut state = self.state.borrow_mut();
            state.has_others = false;
            state.lately.clear();
            ((state.channel.take(), state.watch.take()), std::mem::take(&mut state.asked))
        };
        drop(closed);
        for one in asked {
            self.give_up(&one.missing);
        }
    }

    pub(super) fn channel(&self) -> Option<Rc<dyn Channel>> {
        self.state.borrow().channel.clone()
    }

    pub(super) fn has_others(&self) -> bool {
        self.state.borrow().has_others
    }

    fn post(&self) {
        let (channel, changes) = {
            let mut state = self.state.borrow_mut();
            (state.channel.clone(), std::mem::take(&mut state.changes))
        };
        if let Some(channel) = channel {
            channel.post(&changes);
        }
    }

    fn flush(&self) {
        if !self.state.borrow().changes.is_empty() {
            self.post();
        }
    }

    pub(super) fn publish(self: &Rc<Self>, key: &str, value: Option<&str>) {
        let is_piece = key.starts_with(PIECE_PREFIX) || key.starts_with(LIVE_PREFIX);
        let is_first = {
            let mut state = self.state.borrow_mut();
            if !is_piece {
                remember(&mut state.lately, key, value, self.clock.now());
            } else if !state.has_others {
                return;
            }
            state.changes.push(change(key, value));
            state.changes.len() == 1
        };
        if is_first {
            let tab = self.clone();
            let flush = async move { tab.flush() };
            self.room.spawn(flush.boxed_local());
        }
    }

    /// Another tab has stored that, or removed it.
    fn hear(&self, key: Option<&str>, value: Option<&str>) {
        {
            let mut state = self.state.borrow_mut();
            // What it has changed is not told again as it was.
            state.lately.retain(|late| key.is_some_and(|key| late.key != key));
        }
        self.room.tell(key, value, None);
    }

    /// Takes a message.
    fn take(&self, changes: Vec<Change>) {
        if let Some(first) = changes.first() {
            // What this tab asks comes back to it.
            if first.key.as_deref() == Some(ASK) && first.by.as_deref() == Some(&self.me) {
                return self.answered(first.value.as_deref().unwrap_or_default(), &self.me);
            }
        }
        if !self.state.borrow().has_others {
            self.post();
        }
        self.state.borrow_mut().has_others = true;
        for Change { key, value, by } in changes {
            match key.as_deref() {
                Some(ANSWER) => self.answered(&value.unwrap_or_default(), &by.unwrap_or_default()),
                Some(ASK) => self.answer(value),
                key => self.hear(key, value.as_deref()),
            }
        }
    }

    /// The answer comes behind all changes.
    fn answer(&self, question: Option<String>) {
        {
            let mut state = self.state.borrow_mut();
            let mut told = Vec::new();
            for late in &state.lately {
                told.push(change(&late.key, late.value.as_deref()));
            }
            told.append(&mut state.changes);
            told.push(Change { key: Some(ANSWER.to_owned()), value: question, by: Some(self.me.clone()) });
            state.changes = told;
        }
        self.post();
    }

    fn answered(&self, question: &str, who: &str) {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        let Some(asked) = state.asked.iter_mut().find(|asked| asked.number == question) else { return };
        asked.missing.retain(|missing| missing != who);
        if who != self.me {
            if !state.peers.iter().any(|peer| peer == who) {
                state.peers.push(who.to_owned());
            }
            asked.is_answered = true;
        }
        if asked.is_answered && asked.missing.is_empty() {
            asked.done = None;
        }
    }

    /// Those did not answer: they are not waited for again.
    fn give_up(&self, missing: &[String]) {
        self.state.borrow_mut().peers.retain(|peer| !missing.contains(peer));
    }

    /// Resolves when this tab has heard whatever the others had told before the call. `is_other`: there is another tab that has
    /// just told something.
    ///
    /// Messages of one sender keep their order, so the answer of a tab comes behind all that it told before. A tab that has been
    /// closed since does not answer; but a message to all comes back to this page's own channel, as it is posted by a second
    /// one, behind the messages that were on their way before it.
    pub fn caught_up(self: &Rc<Self>, is_other: bool) -> LocalBoxFuture<'static, ()> {
        let second = self.channel().and_then(|_| self.site.channel(CHANNEL, None));
        let Some(second) = second else { return ready(()).boxed_local() };
        let (done, is_done) = oneshot::channel();
        let number = {
            let mut state = self.state.borrow_mut();
            state.asks += 1;
            let number = concat(&[&self.me, " ", &decimal(state.asks)]);
            let mut missing = state.peers.clone();
            missing.push(self.me.clone());
            state.asked.push(Asked { number: number.clone(), missing, is_answered: !is_other, done: Some(done) });
            number
        };
        let ask = Change { key: Some(ASK.to_owned()), value: Some(number.clone()), by: Some(self.me.clone()) };
        second.post(&[ask]);
        let patience = self.clock.sleep(PATIENCE_MS);
        let asking = Asking { tab: self.clone(), number, _second: second };
        async move {
            select(is_done, patience).await;
            asking.end();
        }
        .boxed_local()
    }
}

/// A question that is asked no more when this is dropped.
struct Asking {
    tab: Rc<Tabs>,
    number: String,
    _second: Rc<dyn Channel>,
}

impl Asking {
    fn take(&self) -> Option<Asked> {
        let mut state = self.tab.state.borrow_mut();
        let at = state.asked.iter().position(|asked| asked.number == self.number)?;
        Some(state.asked.swap_remove(at))
    }

    /// Answers are not waited for any more.
    fn end(&self) {
        if let Some(asked) = self.take() {
            self.tab.give_up(&asked.missing);
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.take();
    }
}

fn change(key: &str, value: Option<&str>) -> Change {
    Change { key: Some(key.to_owned()), value: value.map(str::to_owned), by: None }
}

fn remember(lately: &mut VecDeque<Late>, key: &str, value: Option<&str>, now: f64) {
    lately.retain(|late| late.key != key);
    lately.push_back(Late { key: key.to_owned(), value: value.map(str::to_owned), at: now });
    while lately.front().is_some_and(|oldest| lately.len() > MOST_LATELY || now - oldest.at >= LATELY_MS) {
        lately.pop_front();
    }
}

/// So many letters and digits at random.
pub(crate) fn random_text(clock: &dyn Clock, length: usize) -> String {
    let mut text = String::new();
    for _ in 0..length {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // From 0 to 35.
        let digit = (clock.random() * 36.0) as u32;
        text.push(char::from_digit(digit, 36).unwrap_or('0'));
    }
    text
}
