//! Tokens that the caller counts.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::JsValue;

use crate::error::Error;
use crate::run::TokenCounter;
use crate::text::concat;
use crate::web::bindings::describe;
use crate::web::error::cause_of;

/// The caller's function that counts tokens. It never throws into the core: an error is kept as its failure.
#[derive(Debug)]
pub(in crate::web) struct JsTokenCounter {
    count: Function,
    failure: RefCell<Option<Error>>,
}

impl JsTokenCounter {
    pub(in crate::web) fn new(count: Function) -> Self {
        Self { count, failure: RefCell::default() }
    }
}

impl TokenCounter for JsTokenCounter {
    fn count(&self, text: &str) -> f64 {
        let counted = self.count.call1(&JsValue::UNDEFINED, &JsValue::from_str(text));
        let cause = match counted {
            Ok(tokens) => match tokens.as_f64() {
                Some(tokens) if tokens >= 0.0 => return tokens,
                _ => tokens,
            },
            Err(thrown) => thrown,
        };
        let message = concat(&["`countTokens` must give a number of at least 0: ", &describe(&cause)]);
        *self.failure.borrow_mut() = Some(Error::invalid(message).caused_by(cause_of(cause)));
        f64::INFINITY
    }

    fn failure(&self) -> Option<Error> {
        self.failure.borrow().clone()
    }
}
