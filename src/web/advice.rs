//! Advice for what is checked in JavaScript.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::advice;

/// What is wrong with an option that does not exist: whose options they are, its name, and the known ones, separated by
/// spaces. Internal: `js/options.js` calls it.
#[wasm_bindgen(js_name = unknownOption, skip_typescript)]
#[must_use]
pub fn unknown_option(of: &str, name: &str, known: &str) -> String {
    let known: Vec<_> = known.split(' ').filter(|name| !name.is_empty()).collect();
    advice::unknown_option(of, name, &known).message.clone().into_owned()
}
