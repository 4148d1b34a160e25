//! A run, as its delivery in JavaScript sees it.

use std::cell::RefCell;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::bindings::World;
use super::error::cause_of;
use crate::agent::{SharedIntake, Stop, Stopper};

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
    /// Written for JavaScript to read, all at once.
    view: RefCell<[u32; 8]>,
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
        Self { intake, stopper, start: RefCell::new(Some(start)), view: RefCell::default() }
    }
}

/// An address or a size: 32 bits are all there are.
fn word(number: usize) -> u32 {
    u32::try_from(number).unwrap_or_default()
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

    /// Where the places and sizes of what waits stand, in bytes: parcels (their number), text, reasoning, events.
    pub fn view(&self) -> usize {
        let intake = self.intake.borrow();
        let (outbox, (text, reasoning)) = (intake.answer().outbox(), intake.answer().pending());
        let parcels = outbox.parcels();
        let mut view = self.view.borrow_mut();
        *view = [
            word(parcels.as_ptr() as usize),
            word(parcels.len()),
            word(text.as_ptr() as usize),
            word(text.len()),
            word(reasoning.as_ptr() as usize),
            word(reasoning.len()),
            word(outbox.events().as_ptr() as usize),
            word(outbox.events().len()),
        ];
        view.as_ptr() as usize
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
