//! Limits how many of a caller's tasks run.

use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{select, Either};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{future_to_promise, JsFuture};

use crate::advice::unknown_option;
use crate::error::Error;
use crate::queue::{Place, Queue};
use crate::text::concat;
use crate::web::env::{Listener, PageClock};
use crate::web::error::into_js;
use crate::web::promise::once;

const OPTIONS: &[&str] = &["maxConcurrent", "perMinute"];

/// At most this many tasks at a time, and this many starts in any 60 seconds; further tasks queue in order.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct RateLimiter {
    queue: Rc<Queue>,
    most: usize,
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc)] // See `types.d.ts`.
impl RateLimiter {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<RateLimiter, JsValue> {
        if !options.is_object() || Array::is_array(options) {
            return Err(refused("RateLimiter: an object of options is needed"));
        }
        for name in Object::keys(options.unchecked_ref::<Object>()) {
            let name = name.as_string().unwrap_or_default();
            if !OPTIONS.contains(&&*name) && !get(options, &name)?.is_undefined() {
                return Err(into_error(&unknown_option("RateLimiter", &name, OPTIONS)));
            }
        }
        let most = count(options, "maxConcurrent")?;
        Ok(Self { queue: Queue::new(Rc::new(PageClock), count(options, "perMinute")?), most })
    }

    /// Calls `task` when it is its turn; returns a promise of its result.
    pub fn run(&self, task: &JsValue, signal: &JsValue) -> Result<Promise, JsValue> {
        let Some(task) = task.dyn_ref::<Function>().cloned() else {
            return Err(refused("RateLimiter.run: `task` must be a function"));
        };
        let is_signal = !signal.is_undefined() && !signal.is_null();
        let has_members = |signal: &JsValue| -> Result<bool, JsValue> {
            Ok(get(signal, "aborted")?.as_bool().is_some() && get(signal, "addEventListener")?.is_function())
        };
        if is_signal && !(signal.is_object() && has_members(signal)?) {
            return Err(refused("RateLimiter.run: `signal` must be an AbortSignal"));
        }
        if is_signal && get(signal, "aborted")?.is_truthy() {
            return Err(get(signal, "reason")?);
        }
        // If it need not wait, the task starts before this method returns.
        if let Some(place) = self.queue.try_enter(self.most) {
            let result = task.call0(&JsValue::UNDEFINED);
            return Ok(future_to_promise(finish(place, result)));
        }
        let entering = self.queue.enter(self.most);
        let (sender, aborted) = oneshot::channel();
        let abort = once(move |_: JsValue| {
            let _ = sender.send(());
        });
        let listener = is_signal.then(|| Listener::new(signal, "abort", abort));
        let signal = signal.clone();
        Ok(future_to_promise(async move {
            let waited = if listener.is_some() {
                // The abort is checked first: a task that was aborted while it waited does not start.
                match select(aborted, entering).await {
                    Either::Left(_) => None,
                    Either::Right((place, _)) => Some(place),
                }
            } else {
                Some(entering.await)
            };
            drop(listener);
            let Some(place) = waited else { return Err(get(&signal, "reason")?) };
            let result = task.call0(&JsValue::UNDEFINED);
            finish(place, result).await
        }))
    }
}

/// The result of a task; then its place is free.
async fn finish(place: Place, result: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    let result = JsFuture::from(Promise::resolve(&result?)).await;
    drop(place);
    result
}

/// A whole number of at least 1; `usize::MAX` for no bound.
fn count(options: &JsValue, name: &str) -> Result<usize, JsValue> {
    let given = get(options, name)?;
    if given.is_undefined() || given.is_null() {
        return Ok(usize::MAX);
    }
    match given.as_f64() {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
        Some(number) if number >= 1.0 && (number.fract() == 0.0 || number.is_infinite()) => Ok(number as usize),
        _ => Err(refused(&concat(&["RateLimiter: `", name, "` must be a whole number of at least 1, or Infinity"]))),
    }
}

fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &JsValue::from_str(name))
}

fn refused(message: &str) -> JsValue {
    into_error(&Error::invalid(message.to_owned()))
}

fn into_error(error: &Error) -> JsValue {
    into_js(error)
}
