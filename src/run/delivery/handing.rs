//! Hands on what was released.

use std::rc::Rc;

use super::{write_to, Batching, Delivery, Stopped, TextChunk, TextChunks, Wait};
use crate::event::{Event, HostValue};
use crate::response::{Piece, Waiting};

/// Pieces that are being handed on, and what [`Listener::whole`](super::Listener::whole) returned for their text.
pub(super) struct Pieces {
    waiting: Waiting,
    whole: Option<HostValue>,
}

impl Delivery {
    /// Hands on everything, including what was gathered, and waits until it was taken.
    pub async fn flush(&self) {
        if self.is_over() {
            return;
        }
        self.release();
        self.hand_on();
        self.changed.until(|| !self.is_waited_for()).await;
    }

    /// Hands on what the source has released. Returns whether the next read must wait: see [`Delivery::taken`].
    pub fn take(&self) -> bool {
        self.hand_on();
        self.is_waited_for()
    }

    /// Resolves when the next read may be made.
    pub async fn taken(self: Rc<Self>) {
        self.changed.until(|| !self.is_waited_for()).await;
    }

    /// Schedules the delivery of what was gathered. Returns whether the next read must wait: text that is still
    /// gathered does not hold up the next read.
    pub fn schedule(&self) -> bool {
        if self.pending.pacer.is_some() {
            self.pace();
            return self.is_waited_for();
        }
        let mut due = self.pending.due.borrow_mut();
        if due.is_none() && !self.is_over() {
            *due = match self.pending.batching {
                Batching::None | Batching::Pace(_) => None,
                Batching::Frame => Some(self.clock.frame()),
                Batching::Ms(ms) => Some(self.clock.sleep(ms)),
            };
            if due.is_some() {
                self.changed.notify();
            }
        }
        drop(due);
        self.is_waited_for()
    }

    /// Hands on everything that was released.
    pub fn hand_on(&self) {
        if self.is_over() || self.callback.wait.borrow().is_some() {
            return;
        }
        let Some(source) = self.pending.source.borrow().clone() else { return };
        let waiting = source.take();
        self.update_pacer();
        if waiting.is_empty() {
            return;
        }
        let hears_events = self.listener.hears_events();
        // A chunk that is reported as an event is converted there.
        let are_several = waiting.items.len() > 1 && !hears_events;
        let whole = if are_several { self.listener.whole(&waiting.text, self.is_read()) } else { None };
        let write = if hears_events { None } else { self.listener.write() };
        let Some(write) = write else { return self.hand(Pieces { waiting, whole }) };
        let wait = write_to(&write, TextChunks::of(waiting, whole, self.own.clone()));
        if wait.is_some() {
            *self.callback.wait.borrow_mut() = wait;
            self.changed.notify();
        }
    }

    /// Hands on what is waiting, if it is released.
    pub fn hand_released(&self) {
        let source = self.pending.source.borrow().clone();
        if source.is_some_and(|source| source.is_released()) {
            self.hand_on();
        }
    }

    /// Releases everything that was gathered.
    pub(super) fn release(&self) {
        let source = self.pending.source.borrow().clone();
        if let Some(source) = source {
            source.release();
        }
    }

    /// Hands on pieces until a callback asks to be waited for.
    pub(super) fn hand(&self, mut pieces: Pieces) {
        while !self.is_over() {
            let Some(piece) = pieces.waiting.next_piece() else { return };
            match piece {
                Piece::Text { text, units, from } => {
                    let part = pieces.whole.as_ref().map(|whole| (whole, from));
                    if let Some(wait) = self.give(TextChunk { text, units, part }, false) {
                        *self.callback.rest.borrow_mut() = Some(pieces);
                        *self.callback.wait.borrow_mut() = Some(wait);
                        return self.changed.notify();
                    }
                }
                Piece::Reasoning(text) => self.tell(&Event::ReasoningDelta { text: text.to_owned() }),
                Piece::Event(mut event) => {
                    let source = self.pending.source.borrow().clone();
                    if let Some(source) = source {
                        source.complete(&mut event, self.chars());
                    }
                    self.tell(&event);
                }
            }
        }
    }

    /// Hands on a chunk of a flow that was already reported as an event. Returns whether the producer must wait: see
    /// [`Delivery::taken`].
    pub fn chunk(&self, chunk: TextChunk<'_>) -> bool {
        if let Some(wait) = self.give(chunk, true) {
            *self.callback.wait.borrow_mut() = Some(wait);
            self.changed.notify();
        }
        self.is_waited_for()
    }

    /// Hands on a chunk. Returns the future that the callback wants to be awaited.
    fn give(&self, chunk: TextChunk<'_>, is_told: bool) -> Option<Wait> {
        self.note_first();
        // A listener may change the text, and its length with it: such text is counted when it is handed on.
        if !self.is_counted_late() {
            self.count(1, chunk.units);
        }
        let mut changed = None;
        if !is_told && self.listener.hears_events() {
            let told = self.listener.text_event(chunk.text);
            if let Some(error) = told.threw {
                self.stop(Stopped::Threw(error));
            }
            let on_text = self.hooks.on_text.borrow().clone();
            if let Some(on_text) = on_text {
                on_text(chunk.text);
            }
            changed = told.changed;
        }
        let chunk = changed.as_deref().map_or(chunk, TextChunk::from);
        if chunk.text.is_empty() {
            return None;
        }
        if !self.is_over() {
            match self.listener.chunk(chunk) {
                Ok(None) => {}
                Ok(wait) => {
                    *self.callback.chunk.borrow_mut() = Some(chunk.into());
                    return wait;
                }
                Err(error) => {
                    self.stop(Stopped::Threw(error));
                    return None;
                }
            }
        }
        if self.is_read() {
            self.enqueue(chunk.into());
        }
        None
    }

    /// Notes the time of the first chunk.
    fn note_first(&self) {
        if self.figures.first_chunk.get().is_none() {
            self.figures.first_chunk.set(Some(self.clock.now()));
        }
    }

    /// Counts chunks of a list when they are taken from it. Returns false if nothing more is to be handed on.
    pub(super) fn count_taken(&self, chunks: usize, units: usize) -> bool {
        if !self.is_over() {
            self.note_first();
            self.count(chunks, units);
        }
        // Counting may save the answer, and what the user's storage does there may stop the run.
        !self.is_over()
    }

    /// Reports an event, if there is a listener for events.
    pub fn tell(&self, event: &Event) {
        if !self.listener.hears_events() || self.is_over() {
            return;
        }
        if let Err(error) = self.listener.event(event) {
            self.stop(Stopped::Threw(error));
        }
    }

    /// Whether gathered text or events are still waiting.
    pub fn has_gathered(&self) -> bool {
        let source = self.pending.source.borrow().clone();
        source.is_some_and(|source| source.has_gathered())
    }
}
