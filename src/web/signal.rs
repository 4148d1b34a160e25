//! The caller's `AbortSignal`, for a run.

use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::JsCast;
use web_sys::AbortSignal;

use super::promise::host_value;
use crate::run::{Delivery, Stopped};

/// Listens to the caller's signal and aborts the run with it. Dropping it removes the listener.
pub(super) struct AbortSubscription {
    signal: AbortSignal,
    listener: Closure<dyn FnMut()>,
}

impl AbortSubscription {
    /// Begins with the run, so that a stream that is never read leaves no listener behind.
    pub(super) fn new(signal: AbortSignal, delivery: &Rc<Delivery>) -> Option<Self> {
        if delivery.is_over() {
            return None;
        }
        if signal.aborted() {
            delivery.stop(Stopped::Threw(host_value(signal.reason())));
            return None;
        }
        let (aborted, delivery) = (signal.clone(), Rc::downgrade(delivery));
        let listener = Closure::new(move || {
            if let Some(delivery) = delivery.upgrade() {
                delivery.abort(host_value(aborted.reason()));
            }
        });
        let _ = signal.add_event_listener_with_callback("abort", listener.as_ref().unchecked_ref());
        Some(Self { signal, listener })
    }
}

impl Drop for AbortSubscription {
    fn drop(&mut self) {
        let listener = self.listener.as_ref().unchecked_ref();
        let _ = self.signal.remove_event_listener_with_callback("abort", listener);
    }
}
