//! Reports to the conversations of this page, and of other tabs, what one of them has stored.
//!
//! Tabs talk over a `BroadcastChannel`. A message is a list of `[key, value]`: what one change has stored, in order,
//! with `null` for what it has removed. Two keys do not stand for records: with [`ASK`] a tab asks the others to
//! confirm that it has received everything they posted, with [`ANSWER`] they confirm it.

use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{ready, select, FutureExt, LocalBoxFuture};

pub use crate::conversation::storage_group::{Heard, Member, StorageGroup};
use crate::conversation::{LIVE_PREFIX, PIECE_PREFIX};
use crate::env::{Change, Channel, Clock, Seen, Site, Tasks};
use crate::json::decimal;
use crate::text::concat;

/// The name of the channel.
pub const CHANNEL: &str = "refinire-web";

/// The key of a question to the other tabs. Older versions ignore it.
pub const ASK: &str = "refinire-web?";
/// The key of the answer.
pub const ANSWER: &str = "refinire-web!";

/// How long a tab waits for answers. A running tab answers at once. A tab that is closed, frozen or of an older version
/// never does.
const PATIENCE_MS: f64 = 300.0;

/// How long changes are repeated to a tab that asks: a tab that was opened after a change has not received it, and may
/// not find it in the storage yet.
const LATELY_MS: f64 = 5_000.0;
const MOST_LATELY: usize = 100;

/// A recent change.
struct Late {
    key: String,
    value: Option<String>,
    at: f64,
}

/// A question of this tab that waits for answers.
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
    /// Whether other tabs listen. A tab that begins to listen posts a message without changes, and gets an answer.
    /// Until such a message arrives, this tab does not report how an answer grows. It always reports complete turns,
    /// because the next tab may get its turn before its message arrives here.
    has_others: bool,
    /// The changes to post: everything that one change writes is one message.
    changes: Vec<Change>,
    /// The tabs that have answered before.
    peers: Vec<String>,
    asked: Vec<Asked>,
    asks: u64,
    /// The last change that this tab has posted for each key, the oldest first.
    lately: VecDeque<Late>,
}

/// This tab among the others of its site, which share its local storage.
pub struct Tabs {
    site: Rc<dyn Site>,
    clock: Rc<dyn Clock>,
    group: Rc<StorageGroup>,
    me: String,
    state: RefCell<State>,
}

impl fmt::Debug for Tabs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tabs").field("me", &self.me).finish_non_exhaustive()
    }
}

impl Tabs {
    /// A tab that does not listen yet.
    pub fn new(site: Rc<dyn Site>, clock: Rc<dyn Clock>, tasks: Rc<dyn Tasks>) -> Rc<Self> {
        let me = random_text(&*clock, 11);
        Rc::new(Self { site, clock, group: Rc::new(StorageGroup::new(tasks)), me, state: RefCell::default() })
    }

    /// Joins the group that shares the local storage. This tab listens to the others until all members are dropped.
    pub fn join(self: &Rc<Self>, heard: Rc<Heard>) -> Member {
        let member = self.group.join(heard).shared_by(self);
        self.listen();
        member
    }

    /// Listens to messages and to the storage's own events: either may arrive first.
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
            // A page that is put away receives nothing.
            (Some(tab), Seen::Restored) => tab.group.tell(None, None, None),
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
            self.group.spawn(flush.boxed_local());
        }
    }

    /// Another tab has stored a value, or removed it.
    fn hear(&self, key: Option<&str>, value: Option<&str>) {
        {
            let mut state = self.state.borrow_mut();
            // A value that the other tab has replaced is not repeated.
            state.lately.retain(|late| key.is_some_and(|key| late.key != key));
        }
        self.group.tell(key, value, None);
    }

    /// Takes the changes of a message.
    fn take(&self, changes: Vec<Change>) {
        if let Some(first) = changes.first() {
            // This tab's own question has come back.
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

    /// Posts the answer, after all changes.
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

    /// These tabs did not answer: this tab does not wait for them again.
    fn give_up(&self, missing: &[String]) {
        self.state.borrow_mut().peers.retain(|peer| !missing.contains(peer));
    }

    /// Resolves when this tab has received everything that the others had posted before the call. `is_other`: another
    /// tab has just posted something.
    ///
    /// Messages of one sender keep their order, so a tab's answer arrives after everything that it posted before. A tab
    /// that has been closed since does not answer. For that case, the question is posted on a second channel: it comes
    /// back to this page's own channel after the messages that were already on their way.
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

/// A question that is withdrawn when this is dropped.
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

    /// Stops waiting for answers.
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

/// `length` random letters and digits.
pub(crate) fn random_text(clock: &dyn Clock, length: usize) -> String {
    let mut text = String::new();
    for _ in 0..length {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // From 0 to 35.
        let digit = (clock.random() * 36.0) as u32;
        text.push(char::from_digit(digit, 36).unwrap_or('0'));
    }
    text
}
