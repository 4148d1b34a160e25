//! The stream that users read, which `js/stream.js` makes from a run.

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use crate::web::run_handle::RunHandle;

#[wasm_bindgen(module = "/src/web/js/stream.js")]
extern "C" {
    /// A `ReadableStream` of the chunks of a run.
    #[wasm_bindgen(js_name = chunkStream)]
    pub(super) fn chunk_stream(run: RunHandle) -> JsValue;
}
