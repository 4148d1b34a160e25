//! Runs when the module is instantiated, and exports the public classes that only exist in JavaScript.

use std::panic::{set_hook, PanicHookInfo};

use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};

use super::api::check_step;

/// The types of everything that is exported.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

// Classes, declared as functions: a type that is exported again cannot be left out of the generated TypeScript.
#[wasm_bindgen(module = "/src/web/js/error.js")]
extern "C" {
    #[wasm_bindgen(reexport, skip_typescript, js_name = RefinireError)]
    fn refinire_error();
}

#[wasm_bindgen(module = "/src/web/js/steps.js")]
extern "C" {
    #[wasm_bindgen(reexport, skip_typescript, js_name = FunctionStep)]
    fn function_step();
    #[wasm_bindgen(reexport, skip_typescript, js_name = ConditionStep)]
    fn condition_step();
    #[wasm_bindgen(reexport, skip_typescript, js_name = ParallelStep)]
    fn parallel_step();
    #[wasm_bindgen(reexport, skip_typescript, js_name = UserInputStep)]
    fn user_input_step();
}

#[wasm_bindgen(module = "/src/web/js/json-stream.js")]
extern "C" {
    #[wasm_bindgen(reexport, skip_typescript, js_name = JsonStream)]
    fn json_stream();
}

#[wasm_bindgen(module = "/src/web/js/started.js")]
extern "C" {
    /// Reports that the module is ready, and passes the function that checks steps.
    #[wasm_bindgen(js_name = start)]
    fn started(check_step: &JsValue);
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);
}

/// Called when the module is instantiated.
#[wasm_bindgen(start, skip_typescript)]
pub fn start() {
    report_panics();
    let check =
        Closure::<dyn Fn(JsValue, JsValue) -> Result<(), JsValue>>::new(|step, settings| check_step(&step, &settings));
    started(&check.into_js_value());
}

/// Writes the message and the location of every panic to `console.error`: a panic ends in a trap without a message.
pub fn report_panics() {
    set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    console_error(&info.to_string());
}
