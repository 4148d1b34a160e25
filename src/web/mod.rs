//! The only folder that knows JavaScript: the outside world of [`crate::env`] on the browser, and the classes that users see.
//! What is to be done is decided in the core.
//!
//! `js/` holds what only JavaScript can do, or does in a fraction of the time:
//!
//! - the entry: `index.js` (what users import), `inline.classic.js` (the same as a global), `exports.js` and `classes.js` (the classes,
//!   with errors before `init()` and after `free()`), `module.js` and `init/` (fetch and start the module), `started.js` (whether it is);
//! - classes that Rust cannot extend or make: `error.js` (`RefinireError`), `steps.js` (the steps of a flow);
//! - the hot path: `pump.js` (reads a body, and closes a socket), `stream.js` (the stream of chunks, and text for callbacks);
//! - objects that grow: `incremental-json.js` (a value out of JSON in pieces), `json-stream.js` (the same for users), `growing-value.js` (the same
//!   for structured answers), `messages.js` (frozen lists of messages);
//! - `attachments.js`: transactions of IndexedDB.

mod abort;
mod api;
mod attachments;
mod bindings;
pub(crate) mod client;
mod context;
pub mod env;
mod error;
mod event;
mod features;
mod launch;
mod listener;
pub mod options;
mod pattern;
mod promise;
mod run_handle;
mod saving;
mod signal;
#[cfg(feature = "module")]
mod startup;
mod storage;

pub use api::{decode_response, Context, Flow, RateLimiter, RefinireAgent};
pub use context::ContextInner;
pub use run_handle::RunHandle;
#[cfg(feature = "module")]
pub use startup::{report_panics, start};

/// A third of the size of the default allocator, and as fast.
#[cfg(feature = "module")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
