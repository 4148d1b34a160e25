//! The core's signal as an `AbortSignal`.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, AbortSignal};

use super::error::cause_to_js;
use super::promise::host_value;
use crate::run::StopSignal;

/// An `AbortSignal` that is aborted when `signal` stops, with its reason. Every call returns the same one.
pub(super) fn abort_signal(signal: &StopSignal) -> AbortSignal {
    let own = signal.own_value(|| {
        // It exists wherever there is a fetch.
        let controller = AbortController::new().unwrap_or_else(|_| JsValue::UNDEFINED.unchecked_into());
        let aborted = controller.signal();
        signal.on_stop(move |reason| match reason {
            Some(reason) => controller.abort_with_reason(&cause_to_js(&reason)),
            None => controller.abort(),
        });
        host_value(aborted.into())
    });
    cause_to_js(&own).unchecked_into()
}
