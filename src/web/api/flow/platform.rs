//! What of a flow's run is still done in JavaScript, as agents are classes there: see `js/flow.js`.

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use web_sys::AbortSignal;

use crate::web::inside::Turn;
use crate::web::listener::{AgentStep, RunHandle};

#[wasm_bindgen]
extern "C" {
    /// A class of this package's.
    pub(super) type Internal;

    /// What Rust has of it.
    #[wasm_bindgen(method, structural, catch, js_name = __handle)]
    pub(super) fn handle(this: &Internal) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural)]
    pub(super) fn free(this: &Internal);

    /// `js/flow.js`.
    #[derive(Debug, Clone)]
    pub type Platform;

    #[wasm_bindgen(method, js_name = isAgent)]
    pub(super) fn is_agent(this: &Platform, value: &JsValue) -> bool;

    /// A run as a stream.
    #[wasm_bindgen(method)]
    pub(super) fn stream(this: &Platform, run: RunHandle) -> JsValue;

    /// Runs an agent as a step.
    #[wasm_bindgen(method, catch)]
    pub(super) fn ask(this: &Platform, agent: &JsValue, input: &str, options: &AgentOptions) -> Result<(), JsValue>;

    /// The options of an agent's run that is a step of a flow.
    pub(super) type AgentOptions;

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_context(this: &AgentOptions, context: &JsValue);

    /// The context that takes the answer, where it is another one, and what the run is called there.
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_book(this: &AgentOptions, context: &JsValue);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_number(this: &AgentOptions, number: u32);

    /// The turn that it has within that of its flow.
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_turn(this: &AgentOptions, turn: Turn);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_signal(this: &AgentOptions, signal: &AbortSignal);

    /// How many increments become one chunk, 0 for as many as come.
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_deltas(this: &AgentOptions, deltas: u32);

    /// "frame", or after how many milliseconds what was gathered goes out.
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_hold(this: &AgentOptions, hold: &JsValue);

    /// What is asked instead of the input.
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_prompt(this: &AgentOptions, prompt: &str);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_step(this: &AgentOptions, step: AgentStep);
}
