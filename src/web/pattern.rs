//! The regular expressions of JSON Schemas.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = RegExp)]
    type Pattern;

    #[wasm_bindgen(constructor, catch, js_class = "RegExp")]
    fn new(pattern: &str, flags: &str) -> Result<Pattern, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn test(this: &Pattern, text: &str) -> Result<bool, JsValue>;
}

/// How many are kept compiled.
const MOST: usize = 500;

thread_local! {
    static COMPILED: RefCell<HashMap<String, Option<Rc<Pattern>>>> = RefCell::default();
}

/// Whether a regular expression matches anywhere in a text; true for one that is not valid.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    // An engine may run out of memory while it matches.
    compiled(pattern).is_none_or(|pattern| pattern.test(text).unwrap_or(true))
}

fn compiled(pattern: &str) -> Option<Rc<Pattern>> {
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(known) = compiled.get(pattern) {
            return known.clone();
        }
        if compiled.len() >= MOST {
            compiled.clear();
        }
        // Patterns of JSON Schema use Unicode mode. Many are written without it, and have escapes that Unicode mode
        // does not allow.
        let made = Pattern::new(pattern, "u").or_else(|_| Pattern::new(pattern, "")).ok().map(Rc::new);
        compiled.insert(pattern.to_owned(), made.clone());
        made
    })
}
