//! A panic ends in a trap that says nothing. The hook says before what went wrong, and where.

use std::panic::{set_hook, PanicHookInfo};

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);
}

/// Writes the message and the place of every panic to `console.error`. Called when the module is instantiated.
#[wasm_bindgen(start)]
pub fn report_panics() {
    set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    console_error(&info.to_string());
}
