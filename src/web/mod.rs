//! The only folder that knows JavaScript: what is exported, and the browser as the core sees it. Makes no decisions.

mod agent;
mod bindings;
mod clock;
mod context;
mod convert;
mod decode;
mod error;
mod host;
mod options;
mod run;
mod store;
mod transport;

pub use agent::RefinireAgent;
pub use context::Context;
pub use decode::decode_response;
pub use run::Run;

use wasm_bindgen::prelude::wasm_bindgen;

/// The version of this build.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
