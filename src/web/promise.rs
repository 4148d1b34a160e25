//! Promises.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise};
use wasm_bindgen::convert::ReturnWasmAbi;
use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::event::HostValue;
use crate::run::Wait;

#[wasm_bindgen]
extern "C" {
    /// Anything that may be a promise.
    type Thenable;

    #[wasm_bindgen(method, structural, getter, catch)]
    fn then(this: &Thenable) -> Result<JsValue, JsValue>;
}

thread_local! {
    static NOTHING: Closure<dyn FnMut(JsValue)> = Closure::new(|_| {});
}

/// A function for JavaScript that calls `call` at most once, and is collected when JavaScript no longer refers to it.
/// `Closure::once_into_js` would leak if it is never called.
pub(in crate::web) fn once<T: ReturnWasmAbi + Default + 'static>(call: impl FnOnce(JsValue) -> T + 'static) -> JsValue {
    let call = Cell::new(Some(call));
    let once = move |value| call.take().map(|call| call(value)).unwrap_or_default();
    Closure::<dyn Fn(JsValue) -> T>::new(once).into_js_value()
}

/// A promise that is settled from outside.
#[derive(Debug)]
pub(super) struct Deferred {
    pub(super) promise: Promise,
    settle: RefCell<Option<(Function, Function)>>,
}

impl Deferred {
    pub(super) fn new() -> Self {
        let mut settle = None;
        let promise = Promise::new(&mut |resolve, reject| settle = Some((resolve, reject)));
        Self { promise, settle: RefCell::new(settle) }
    }

    /// Settles it; only the first call has an effect.
    pub(super) fn settle(&self, outcome: &Result<JsValue, JsValue>) {
        let settle = self.settle.take();
        let Some((resolve, reject)) = settle else { return };
        let _ = match outcome {
            Ok(value) => resolve.call1(&JsValue::UNDEFINED, value),
            Err(error) => reject.call1(&JsValue::UNDEFINED, error),
        };
    }
}

/// Marks its rejection as handled, because it is reported elsewhere. Resolves when it is settled.
pub(super) fn handled(promise: &Promise) -> Promise {
    NOTHING.with(|nothing| promise.catch(nothing))
}

/// A promise, if the value is one or can be made one.
pub(super) fn promise_of(value: &JsValue) -> Result<Option<Promise>, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let then = value.unchecked_ref::<Thenable>().then()?;
    Ok(then.is_function().then(|| Promise::resolve(value)))
}

/// Waits for a promise on behalf of the core.
pub(super) fn wait_for(promise: Promise) -> Wait {
    Box::pin(async move { JsFuture::from(promise).await.map(drop).map_err(host_value) })
}

/// A JavaScript value for the core to carry.
pub(super) fn host_value(value: JsValue) -> HostValue {
    std::rc::Rc::new(value)
}
