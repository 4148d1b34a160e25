//! A run, as its delivery in JavaScript sees it.

use std::cell::RefCell;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::bindings::World;
use super::error::cause_of;
use crate::agent::{Answer, SharedIntake, Stop, Stopper};

/// How much of a read is taken at once, in bytes: what a browser gives in one read, most of the time.
const INPUT_BYTES: usize = 64 * 1024;

thread_local! {
    /// Where JavaScript puts the bytes of a read. One for all runs: they are decoded before anything else happens.
    static INPUT: RefCell<Vec<u8>> = RefCell::new(vec![0; INPUT_BYTES]);
}

/// The run's side of the delivery. Internal: no part of the public surface.
#[wasm_bindgen(skip_typescript)]
pub struct Run {
    intake: SharedIntake,
    stopper: Stopper,
    start: RefCell<Option<Start>>,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run").field("intake", &self.intake).finish_non_exhaustive()
    }
}

/// Starts the run in its world, which comes as an argument because a run that holds its own delivery would never be
/// collected if nobody began it.
pub(super) type Start = Box<dyn FnOnce(World)>;

impl Run {
    pub(super) fn new(intake: SharedIntake, stopper: Stopper, start: Start) -> Self {
        Self { intake, stopper, start: RefCell::new(Some(start)) }
    }

    fn with_answer<R>(&self, read: impl FnOnce(&Answer) -> R) -> R {
        read(self.intake.borrow().answer())
    }
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::must_use_candidate)] // Called by delivery.js and exchange.js, where it is explained.
impl Run {
    pub fn begin(&self, world: World) {
        let start = self.start.borrow_mut().take();
        if let Some(start) = start {
            start(world);
        }
    }

    #[wasm_bindgen(js_name = inputAt)]
    pub fn input_at(&self) -> usize {
        INPUT.with_borrow(|input| input.as_ptr() as usize)
    }

    #[wasm_bindgen(js_name = inputSize)]
    pub fn input_size(&self) -> usize {
        INPUT_BYTES
    }

    pub fn push(&self, length: usize, now: f64) -> u32 {
        INPUT.with_borrow(|input| {
            let bytes = input.get(..length).unwrap_or_default();
            self.intake.borrow_mut().push(bytes, now).bits()
        })
    }

    pub fn pause(&self, now: f64) {
        self.intake.borrow_mut().pause(now);
    }

    pub fn resume(&self, now: f64) {
        self.intake.borrow_mut().resume(now);
    }

    pub fn release(&self) {
        self.intake.borrow_mut().answer_mut().release();
    }

    #[wasm_bindgen(js_name = parcelsAt)]
    pub fn parcels_at(&self) -> usize {
        self.with_answer(|answer| answer.outbox().parcels().as_ptr() as usize)
    }

    #[wasm_bindgen(js_name = parcelsCount)]
    pub fn parcels_count(&self) -> usize {
        self.with_answer(|answer| answer.outbox().parcels().len())
    }

    #[wasm_bindgen(js_name = textAt)]
    pub fn text_at(&self) -> usize {
        self.with_answer(|answer| answer.pending().0.as_ptr() as usize)
    }

    #[wasm_bindgen(js_name = textSize)]
    pub fn text_size(&self) -> usize {
        self.with_answer(|answer| answer.pending().0.len())
    }

    #[wasm_bindgen(js_name = reasoningAt)]
    pub fn reasoning_at(&self) -> usize {
        self.with_answer(|answer| answer.pending().1.as_ptr() as usize)
    }

    #[wasm_bindgen(js_name = reasoningSize)]
    pub fn reasoning_size(&self) -> usize {
        self.with_answer(|answer| answer.pending().1.len())
    }

    #[wasm_bindgen(js_name = eventsAt)]
    pub fn events_at(&self) -> usize {
        self.with_answer(|answer| answer.outbox().events().as_ptr() as usize)
    }

    #[wasm_bindgen(js_name = eventsSize)]
    pub fn events_size(&self) -> usize {
        self.with_answer(|answer| answer.outbox().events().len())
    }

    pub fn taken(&self) {
        self.intake.borrow_mut().answer_mut().handed_on();
    }

    /// `kind`: 0 a callback threw `reason`, 1 the signal was aborted for it, 2 nobody reads on.
    pub fn stop(&self, kind: u32, reason: JsValue) {
        self.stopper.stop(match kind {
            0 => Stop::Threw(cause_of(reason)),
            1 => Stop::Signal(cause_of(reason)),
            _ => Stop::Cancelled,
        });
    }
}
