//! The listeners to a context's changes, and to errors of its storage.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Map};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;

use super::live::Task;
use super::ContextInner;
use crate::error::Error;
use crate::web::error::into_js;
use crate::web::saving::save_all;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = reportError)]
    fn report_error(error: &JsValue) -> Result<(), JsValue>;
}

/// The listeners for changes.
#[derive(Default)]
pub(super) struct Listeners {
    /// The number of the last one, and how many there are.
    pub(super) last: Cell<u32>,
    pub(super) count: Cell<u32>,
    /// Calls them with the next frame, because an answer has grown.
    pub(super) frame: RefCell<Option<Task>>,
}

impl ContextInner {
    pub(super) fn complain_of(&self, outcome: Result<(), Error>) {
        if let Err(problem) = outcome {
            self.complain(&into_js(&problem));
        }
    }

    pub(super) fn complain(&self, problem: &JsValue) {
        let listener = self.state().map(|state| state.on_storage_error());
        if let Some(listener) = listener.and_then(|listener| listener.dyn_into::<Function>().ok()) {
            heard(&listener, problem);
        }
    }

    /// Adds a listener to every change. Returns its number.
    pub(in crate::web) fn subscribe(&self, listener: &JsValue) -> u32 {
        let number = self.listeners.last.get() + 1;
        self.listeners.last.set(number);
        self.listeners.count.set(self.listeners.count.get() + 1);
        if let Some(state) = self.state() {
            state.listeners().set(&number.into(), listener);
        }
        number
    }

    pub(in crate::web) fn unsubscribe(&self, number: u32) {
        if let Some(state) = self.state() {
            if state.listeners().delete(&number.into()) {
                self.listeners.count.set(self.listeners.count.get() - 1);
            }
        }
    }

    pub(super) fn tell(&self) {
        // Calls the listeners now instead of with the next frame.
        let is_due = self.listeners.frame.take().is_some();
        if is_due {
            self.catch_up();
            self.tell_others();
        }
        let (Some(state), Some(context)) = (self.state(), self.object()) else { return };
        for listener in Array::from(&Map::values(&state.listeners())) {
            heard(listener.unchecked_ref(), &context);
        }
    }

    /// Closes the context: nothing is saved or reported from now on.
    pub(in crate::web) fn close(&self) {
        if self.is_freed() {
            return;
        }
        if self.stored.kept.is_some() && self.state().is_some() {
            // Text that was shown but is not saved yet, including that of a growing answer.
            save_all();
        }
        self.core.borrow_mut().take();
        self.listeners.frame.take();
        self.growing.watching.take();
        if let Some(kept) = &self.stored.kept {
            kept.leave();
        }
        let unsubscribe = self.stored.unsubscribe.borrow_mut().take();
        if let Some(unsubscribe) = unsubscribe {
            if let Err(error) = unsubscribe.call0(&JsValue::UNDEFINED) {
                let _ = report_error(&error);
            }
        }
        if let Some(state) = self.state() {
            state.listeners().clear();
        }
    }
}

/// Calls a listener. What it throws is reported to the page like any uncaught error, and does not end the run.
fn heard(listener: &Function, with: &JsValue) {
    if let Err(error) = listener.call1(&JsValue::UNDEFINED, with) {
        let _ = report_error(&error);
    }
}
