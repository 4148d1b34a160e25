//! The only folder that knows JavaScript: the outside world of [`crate::env`] on the browser, and the classes that users see.
//! What is to be done is decided in the core.
//!
//! `js/` holds the package's entry, the stream of chunks, the growing value and the steps that users declare.

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

/// A third of the size of the default allocator, and as quick.
#[cfg(feature = "module")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
