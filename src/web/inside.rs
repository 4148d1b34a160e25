//! What of a context and its turns the scripts need that run agents and flows.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen_futures::future_to_promise;

use super::context::ContextInner;
use super::conversation::Conversation;
use super::error::into_js;
use crate::conversation::turns::{self, Come};
use crate::error::Error;

/// What a run needs of a context. Internal.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Inside {
    inner: Rc<ContextInner>,
}

impl Inside {
    pub(super) fn new(inner: Rc<ContextInner>) -> Self {
        Self { inner }
    }
}

/// What a run needs of the context that a value is. Internal.
#[allow(clippy::missing_errors_doc)] // The heading would show in JavaScript's types.
#[wasm_bindgen(js_name = contextOf, skip_typescript)]
pub fn context_of(value: &JsValue) -> Result<Inside, JsValue> {
    ContextInner::of(value).map(Inside::new).map_err(|error| into_js(&error))
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // Explained at what they call.
impl Inside {
    #[wasm_bindgen(getter)]
    pub fn core(&self) -> Result<Conversation, JsValue> {
        self.inner.conversation().map(Conversation::of).map_err(|error| into_js(&error))
    }

    #[wasm_bindgen(getter, js_name = isKept)]
    pub fn is_kept(&self) -> bool {
        self.inner.is_kept()
    }

    #[wasm_bindgen(getter)]
    pub fn ready(&self) -> JsValue {
        let Some(ready) = self.inner.ready() else { return JsValue::UNDEFINED };
        let ready = async move {
            ready.await;
            Ok(JsValue::UNDEFINED)
        };
        future_to_promise(ready).into()
    }

    pub fn changed(&self) {
        self.inner.changed();
    }

    pub fn grown(&self) {
        self.inner.grown();
    }

    pub fn refresh(&self) {
        self.inner.refresh();
    }

    pub fn concluded(&self, result: &JsValue) {
        self.inner.concluded(result);
    }

    #[wasm_bindgen(js_name = takeTurn)]
    pub fn take_turn(&self, is_to_wait: bool) -> Turn {
        Turn::of(Rc::new(self.inner.take_turn(is_to_wait)))
    }
}

/// A turn of a run. Internal.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Turn {
    turn: Rc<turns::Turn>,
}

/// Waits for a turn. Gives whether others may have been in before.
///
/// # Errors
/// `invalid-argument` where it is not to be its turn.
pub(crate) async fn entered(turn: &turns::Turn) -> Result<bool, Error> {
    Err(Error::invalid(match turn.come().await {
        Come::Free => return Ok(false),
        Come::Waited => return Ok(true),
        Come::Busy => "another run is under way in this conversation",
        Come::Itself => {
            "a run cannot wait for another one that waits for it: the callback that has begun it returned a promise"
        }
    }))
}

impl Turn {
    pub(super) fn of(turn: Rc<turns::Turn>) -> Self {
        Self { turn }
    }

    pub(super) fn turn(&self) -> Rc<turns::Turn> {
        self.turn.clone()
    }
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::must_use_candidate, clippy::return_self_not_must_use)] // Explained at what they call.
impl Turn {
    /// Whether others may have been in before; rejects where it is not to be its turn.
    pub fn come(&self) -> Promise {
        let turn = self.turn.clone();
        future_to_promise(async move { entered(&turn).await.map(JsValue::from).map_err(|error| into_js(&error)) })
    }

    pub fn leave(&self) {
        self.turn.leave();
    }
}
