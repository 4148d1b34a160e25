//! What touches JavaScript, run in a real browser: `wasm-pack test --headless --chrome -- --test browser`.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_module_runs_in_a_page() {
    assert!(web_sys::window().is_some());
}
