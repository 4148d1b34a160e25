//! Hands on the text of a flow, one chunk after the other.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures::future::LocalBoxFuture;

use super::host::Host;
use crate::run::TextChunks;

/// Hands on chunks in order.
pub(super) struct Outlet<H> {
    host: Rc<H>,
    text: RefCell<String>,
    /// What the last chunk that was handed on waits for.
    current: RefCell<Option<LocalBoxFuture<'static, ()>>>,
    is_busy: Cell<bool>,
    queue: RefCell<VecDeque<TextChunks>>,
    /// How many lists of chunks were brought, and how many of them have gone through.
    brought: Cell<u64>,
    through: Cell<u64>,
    /// The tasks that wait until chunks have been handed on, and the task that hands them on.
    waiting: RefCell<Vec<Waker>>,
    pump: RefCell<Option<Waker>>,
}

impl<H: Host> Outlet<H> {
    pub(super) fn new(host: Rc<H>) -> Self {
        Self {
            host,
            text: RefCell::default(),
            current: RefCell::default(),
            is_busy: Cell::default(),
            queue: RefCell::default(),
            brought: Cell::default(),
            through: Cell::default(),
            waiting: RefCell::default(),
            pump: RefCell::default(),
        }
    }

    /// All that was handed on.
    pub(super) fn text(&self) -> String {
        self.text.borrow().clone()
    }

    /// Hands on chunks after those before them. Returns a future if the caller should wait before it brings more.
    pub(super) fn write(self: &Rc<Self>, chunks: TextChunks) -> Option<LocalBoxFuture<'static, ()>> {
        let until = self.brought.get() + 1;
        self.brought.set(until);
        self.queue.borrow_mut().push_back(chunks);
        if !self.is_busy.replace(true) {
            self.hand_on_queue();
        }
        if self.through.get() >= until {
            return None;
        }
        let own = self.clone();
        Some(Box::pin(poll_fn(move |context| own.poll_through(until, context))))
    }

    /// Hands on the chunks that waited for the one before them, as far as it has been taken.
    pub(super) fn pump(&self, context: &mut Context<'_>) {
        loop {
            let Some(mut current) = self.current.take() else { break };
            if current.as_mut().poll(context).is_pending() {
                self.current.replace(Some(current));
                break;
            }
            self.hand_on_queue();
        }
        self.pump.replace(Some(context.waker().clone()));
    }

    /// Hands on what has queued, up to a chunk that has to be waited for.
    fn hand_on_queue(&self) {
        loop {
            let Some(next) = self.queue.borrow_mut().pop_front() else { break };
            if self.hand_on(next) {
                return;
            }
        }
        self.is_busy.set(false);
    }

    /// Resolves when everything that was brought has been handed on.
    pub(super) async fn flushed(&self) {
        let until = self.brought.get();
        poll_fn(|context| {
            self.pump(context);
            self.poll_through(until, context)
        })
        .await;
    }

    fn poll_through(&self, until: u64, context: &mut Context<'_>) -> Poll<()> {
        if self.through.get() >= until {
            return Poll::Ready(());
        }
        let mut waiting = self.waiting.borrow_mut();
        if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            waiting.push(context.waker().clone());
        }
        Poll::Pending
    }

    /// Hands on chunks. Returns whether one of them has to be waited for: those after it are first in the queue then.
    fn hand_on(&self, mut chunks: TextChunks) -> bool {
        let mut wait = None;
        while wait.is_none() && !self.host.is_over() && !chunks.is_empty() {
            wait = self.host.await_reader();
            if wait.is_some() {
                break;
            }
            let Some(chunk) = chunks.take() else { break };
            wait = self.host.deliver(chunk);
        }
        self.text.borrow_mut().push_str(chunks.taken_text());
        let Some(wait) = wait else {
            self.is_through();
            return false;
        };
        self.queue.borrow_mut().push_front(chunks);
        self.current.replace(Some(wait));
        if let Some(pump) = self.pump.take() {
            pump.wake();
        }
        true
    }

    fn is_through(&self) {
        self.through.set(self.through.get() + 1);
        for waker in self.waiting.take() {
            waker.wake();
        }
    }
}
