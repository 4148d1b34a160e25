//! The events of a run that have not been read yet.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::task::{Context, Waker};

use crate::error::{Code, Error};
use crate::event::{Event, HostValue, RunResult, Thrown};
use crate::run::{Listener, TextChunk, TextEvent, Wait};

/// The next item for a reader.
#[derive(Debug)]
pub(super) enum Item {
    Event(Event),
    /// The delivery has a chunk.
    Text,
    Failed(Error),
}

/// The events of a run that have not been read yet.
#[derive(Default)]
pub(super) struct EventQueue {
    /// The reader wants only the result.
    is_quiet: bool,
    items: RefCell<VecDeque<Item>>,
    outcome: RefCell<Option<Result<RunResult, Error>>>,
    /// The task that waits for the next item.
    reader: RefCell<Option<Waker>>,
    /// A chunk was requested and has not arrived yet.
    pub(super) is_awaited: Cell<bool>,
    /// Chunks that were requested and have arrived.
    pub(super) chunks: RefCell<VecDeque<String>>,
}

impl EventQueue {
    pub(super) fn new(is_quiet: bool) -> Self {
        Self { is_quiet, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.borrow().is_empty()
    }

    pub(super) fn pop(&self) -> Option<Item> {
        self.items.borrow_mut().pop_front()
    }

    /// Wakes the task when there is something to read.
    pub(super) fn register(&self, context: &Context<'_>) {
        *self.reader.borrow_mut() = Some(context.waker().clone());
    }

    /// The result of the run.
    pub(super) fn outcome(&self) -> Option<Result<RunResult, Error>> {
        self.outcome.borrow().clone()
    }

    pub(super) fn push(&self, item: Item) {
        self.items.borrow_mut().push_back(item);
        let reader = self.reader.take();
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}

impl Listener for EventQueue {
    fn hears_events(&self) -> bool {
        !self.is_quiet
    }

    fn text_event(&self, _: &str) -> TextEvent {
        self.push(Item::Text);
        TextEvent::default()
    }

    fn event(&self, event: &Event) -> Result<(), HostValue> {
        // The error is the last item of the stream: an event for it would repeat it.
        if !matches!(event, Event::Error { .. }) {
            self.push(Item::Event(event.clone()));
        }
        Ok(())
    }

    fn chunk(&self, _: TextChunk<'_>) -> Result<Option<Wait>, HostValue> {
        Ok(None)
    }

    fn settle(&self, outcome: Result<RunResult, Thrown>) {
        let outcome = outcome.map_err(error_of);
        let failed = outcome.as_ref().err().cloned();
        *self.outcome.borrow_mut() = Some(outcome);
        if let Some(error) = failed {
            self.push(Item::Failed(error));
        }
    }
}

/// A thrown value as an error. In Rust code, nothing else is thrown.
pub(super) fn error_of(thrown: Thrown) -> Error {
    match thrown {
        Thrown::Error(error) => error,
        Thrown::Host(value) => match value.downcast_ref::<Error>() {
            Some(error) => error.clone(),
            None => Error::new(Code::Step, "the run was stopped").caused_by(value),
        },
    }
}
