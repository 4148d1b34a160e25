//! Between a run and the network: what arrives, what is waiting to be handed on, and what a request waits for before it
//! is sent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use super::{Delivery, Notify, Run, Source};
use crate::env::{Clock, Phase, Pushed, Sink, Transport};
use crate::error::Error;
use crate::event::Event;
use crate::response::{Status, Waiting};

/// Wakes the driver when the run's timers count something else.
#[derive(Default)]
pub(super) struct Alarm {
    pub(super) is_changed: Cell<bool>,
    pub(super) is_set: Cell<bool>,
    pub(super) changed: Notify,
}

impl Alarm {
    pub(super) fn change(&self) {
        self.is_changed.set(true);
        self.changed.notify();
    }

    /// The timers go on counting. If a timer is set, it is early enough.
    pub(super) fn resume(&self) {
        if !self.is_set.get() {
            self.change();
        }
    }
}

/// The time that a request waits before it is sent is counted separately.
pub(super) fn on_phase(run: Rc<RefCell<Run>>, alarm: Rc<Alarm>, clock: Rc<dyn Clock>) -> Rc<dyn Fn(Phase)> {
    let last = Cell::new(Phase::Sending);
    Rc::new(move |phase| {
        let now = clock.now();
        let before = last.replace(phase);
        let mut state = run.borrow_mut();
        match before {
            Phase::Offline => state.offline(false, now),
            Phase::Queued => state.reader_mut().resume(now),
            Phase::Sending => {}
        }
        match phase {
            Phase::Offline => state.offline(true, now),
            Phase::Queued => state.reader_mut().pause(now),
            Phase::Sending => {}
        }
        drop(state);
        alarm.change();
    })
}

/// Takes what comes over the network.
pub(super) struct RunSink {
    pub(super) run: Rc<RefCell<Run>>,
    pub(super) delivery: Rc<Delivery>,
    pub(super) clock: Rc<dyn Clock>,
    pub(super) alarm: Rc<Alarm>,
}

impl Sink for RunSink {
    fn push(&self, bytes: &[u8]) -> Pushed {
        self.delivery.add_bytes(bytes.len());
        let status = self.run.borrow_mut().reader_mut().push(bytes, self.clock.now());
        if status.has(Status::CLOCK) {
            self.alarm.change();
        }
        let mut is_waited_for = status.has(Status::READY) && self.delivery.take();
        if status.has(Status::GATHERED) && self.delivery.has_gathered() {
            is_waited_for |= self.delivery.schedule();
        }
        if status.has(Status::STOP) || self.delivery.is_over() {
            return Pushed::Stop;
        }
        if is_waited_for {
            return Pushed::Wait(self.wait());
        }
        Pushed::More
    }
}

impl RunSink {
    /// Waits for the consumer of the answer. Meanwhile no timer runs.
    fn wait(&self) -> LocalBoxFuture<'static, ()> {
        self.run.borrow_mut().reader_mut().pause(self.clock.now());
        let taken = self.delivery.clone().taken();
        let (run, clock, alarm) = (self.run.clone(), self.clock.clone(), self.alarm.clone());
        Box::pin(async move {
            taken.await;
            run.borrow_mut().reader_mut().resume(clock.now());
            alarm.resume();
        })
    }
}

/// The pieces of a run that are waiting to be handed on.
pub(super) struct RunSource {
    pub(super) run: Rc<RefCell<Run>>,
    pub(super) transport: Rc<dyn Transport>,
}

impl Source for RunSource {
    fn take(&self) -> Waiting {
        self.run.borrow_mut().reader_mut().answer_mut().take_waiting()
    }

    fn release(&self) {
        self.run.borrow_mut().reader_mut().answer_mut().release();
    }

    fn release_part(&self, units: usize) {
        self.run.borrow_mut().reader_mut().answer_mut().release_part(units);
    }

    fn gathered(&self) -> usize {
        self.run.borrow().reader().answer().chunks().gathered()
    }

    fn has_gathered(&self) -> bool {
        self.run.borrow().reader().answer().chunks().is_gathering()
    }

    fn is_released(&self) -> bool {
        self.run.borrow().reader().answer().chunks().is_released()
    }

    fn complete(&self, event: &mut Event, delivered: usize) {
        if let Event::Retry { error, .. } | Event::Fallback { error } | Event::Continue { error } = event {
            *error = completed(error.clone(), &self.run.borrow(), delivered, &*self.transport);
        }
    }
}
/// An error as users see it: with what was delivered before it, and without the key.
pub(super) fn completed(mut error: Error, run: &Run, delivered: usize, transport: &dyn Transport) -> Error {
    error.message = transport.redact(&error.message).into();
    run.reader().answer().text_up_to(delivered).clone_into(&mut error.partial_text);
    error.provider = Some(run.provider());
    error
}
