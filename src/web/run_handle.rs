//! A run that is read as a stream, for `js/stream.js`.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::error::thrown_to_js;
use super::listener::{call_with_slice, Callback, JsListener};
use super::promise::handled;
use crate::run::{Chunk, Delivery};

/// A run that is read as a stream, for `js/stream.js`. Internal: not part of the public surface.
#[wasm_bindgen(skip_typescript)]
pub struct RunHandle {
    delivery: Rc<Delivery>,
    listener: Rc<JsListener>,
}

impl RunHandle {
    pub(super) fn new(delivery: Rc<Delivery>, listener: Rc<JsListener>) -> Self {
        Self { delivery, listener }
    }

    /// Runs to the end, and reports that to the listener.
    pub(super) fn begin(&self) {
        self.delivery.start();
    }
}

impl std::fmt::Debug for RunHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RunHandle")
    }
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value)] // Called by stream.js, where it is explained.
impl RunHandle {
    /// Runs to the end; returns the promise of the result.
    pub fn start(&self) -> Promise {
        self.delivery.start();
        self.listener.outcome.promise.clone()
    }

    /// Runs as far as it is read, or begins at once if there is a listener.
    pub fn stream(&self) {
        // The reader of the stream sees the failure there.
        let _ = handled(&self.listener.outcome.promise);
        self.delivery.stream(self.listener.listens());
    }

    /// Calls `reader` with the next chunk, as soon as there is one; with undefined at the end.
    pub fn read(&self, reader: Callback) {
        self.delivery.read(Box::new(move |chunk| {
            let _ = match chunk {
                Some(Chunk::Text(text)) => reader.call_with(&text).map(drop),
                Some(Chunk::Part { whole, from, to }) => match whole.downcast_ref() {
                    Some(whole) => call_with_slice(&reader, whole, from, to).map(drop),
                    None => Ok(()),
                },
                None => reader.call0(&JsValue::UNDEFINED).map(drop),
            };
        }));
    }

    /// The reader leaves the stream. Resolves when the run has ended: by then, what was read is in the conversation.
    pub fn cancel(&self) -> Promise {
        self.delivery.cancel();
        handled(&self.listener.outcome.promise)
    }

    /// Reading the result lets the run go to its end, even if the stream is not read.
    #[wasm_bindgen(getter)]
    pub fn result(&self) -> Promise {
        self.delivery.want_result();
        self.listener.outcome.promise.clone()
    }

    /// The run has failed.
    #[wasm_bindgen(getter, js_name = hasFailed)]
    pub fn has_failed(&self) -> bool {
        self.delivery.failure().is_some()
    }

    /// What it failed with.
    #[wasm_bindgen(getter)]
    pub fn error(&self) -> JsValue {
        self.delivery.failure().map_or(JsValue::UNDEFINED, |error| thrown_to_js(&error))
    }

    #[wasm_bindgen(getter, js_name = isCancelled)]
    pub fn is_cancelled(&self) -> bool {
        self.delivery.is_cancelled()
    }
}
