//! How a run ends: stopped, with a result, or with an error.

use std::rc::Rc;

use super::{Delivery, Figures, Stopped};
use crate::event::{Event, HostValue, Metrics, RunResult, Thrown};

impl Delivery {
    /// The reader of the stream has left.
    pub fn cancel(self: &Rc<Self>) {
        self.flags.is_cancelled.set(true);
        self.reading.queue.borrow_mut().clear();
        self.stop(Stopped::Cancelled);
        self.begin();
    }

    /// The caller's signal is aborted.
    pub fn abort(&self, reason: HostValue) {
        if self.is_over() {
            return;
        }
        // Text that has arrived and waits for its frame is shown before the stop.
        self.release();
        if self.callback.wait.borrow().is_none() {
            self.hand_on();
        }
        self.enqueue_awaited();
        // So is the text that waits for its frame in the steps of a flow: they are told before the flow is over.
        self.call_on_stop(Some(reason.clone()));
        self.stop(Stopped::Threw(reason));
    }

    /// Stops the run early.
    pub fn stop(&self, stopped: Stopped) {
        if self.flags.is_over.replace(true) {
            return;
        }
        *self.ending.stopped.borrow_mut() = Some(stopped.clone());
        self.pending.due.take();
        self.call_on_stop(stopped.reason());
        self.changed.notify();
    }

    fn call_on_stop(&self, reason: Option<HostValue>) {
        let on_stop = self.hooks.on_stop.take();
        if let Some(on_stop) = on_stop {
            on_stop(reason);
        }
    }

    /// The run has ended. Nothing more is handed on, and nothing more is counted: chunks that are still queued will be read,
    /// even after a stop, so they count as delivered now. Returns how much was delivered, in UTF-16 units.
    pub fn conclude(&self) -> usize {
        self.flags.is_over.set(true);
        self.following.take();
        if self.flags.is_lazy.get() {
            self.count_queue();
        }
        self.flags.is_lazy.set(false);
        self.pending.due.take();
        self.chars()
    }

    /// The run has an answer, or its reader has stopped it. Adds the figures to the result and reports it.
    #[must_use]
    pub fn finish(&self, mut result: RunResult) -> RunResult {
        result.metrics = self.metrics();
        let (reason, usage, metrics) = (result.finish_reason, result.usage, result.metrics);
        self.tell_last(&Event::Finish { reason, usage, metrics });
        result
    }

    #[allow(clippy::cast_precision_loss)] // No text is so long.
    fn metrics(&self) -> Metrics {
        let Figures { chunks, chars, bytes, began, first_chunk } = &self.figures;
        let ended = self.clock.now();
        let duration_ms = ended - began.get();
        Metrics {
            chunks: chunks.get(),
            chars: chars.get() as u64,
            bytes: bytes.get(),
            time_to_first_chunk_ms: first_chunk.get().unwrap_or(ended) - began.get(),
            duration_ms,
            chars_per_second: if duration_ms > 0.0 { chars.get() as f64 / duration_ms * 1000.0 } else { 0.0 },
        }
    }

    /// The last thing of all: settles the result and closes the stream after its last chunk.
    pub fn end(&self, result: RunResult) {
        self.close();
        self.listener.settle(Ok(result));
    }

    /// The same for a run that failed. `partial_text` is the text that was delivered before.
    pub fn fail(&self, error: Thrown, partial_text: &str) {
        let error = self.listener.outgoing(error);
        self.tell_last(&Event::Error { error: error.clone(), partial_text: partial_text.to_owned() });
        *self.ending.failure.borrow_mut() = Some(error.clone());
        self.close();
        self.listener.settle(Err(error));
    }

    /// Reports the last event. An error that its listener throws does not change how the run has ended.
    fn tell_last(&self, event: &Event) {
        if self.listener.hears_events() {
            let _ = self.listener.event(event);
        }
    }

    fn close(&self) {
        self.flags.is_over.set(true);
        self.flags.has_ended.set(true);
        self.following.take();
        self.pending.due.take();
        self.callback.wait.take();
        self.callback.rest.take();
        self.hooks.on_text.take();
        self.hooks.on_stop.take();
        let readers = self.reading.readers.take();
        for reader in readers {
            reader(None);
        }
        // Done here and not when the stream is garbage-collected: a page that keeps asking may not get that far.
        self.pending.source.take();
        self.changed.notify();
        let on_end = self.hooks.on_end.take();
        if let Some(on_end) = on_end {
            on_end();
        }
    }
}
