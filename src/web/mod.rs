//! The only folder that knows JavaScript: the outside world of [`crate::env`] on the browser, and the classes that users see.
//! What is to be done is decided in the core.
//!
//! `js/` holds the package's entry, the stream of chunks and the steps that users declare, and the agent's class.

mod abort;
mod advice;
mod agent;
mod api;
mod bindings;
pub(crate) mod client;
mod config;
mod context;
mod conversation;
pub mod env;
mod error;
mod event;
mod features;
mod inside;
mod listener;
pub mod options;
#[cfg(feature = "module")]
mod panic;
mod pattern;
mod promise;
mod saving;
mod storage;

pub use advice::unknown_option;
pub use agent::{decode, Agent, Asked, JsHost};
pub use api::{check_step, Context, Flow, RateLimiter};
pub use context::ContextInner;
pub use conversation::Conversation;
pub use inside::{context_of, Inside, Turn};
pub use listener::RunHandle;
#[cfg(feature = "module")]
pub use panic::report_panics;

/// A third of the size of the default allocator, and as quick.
#[cfg(feature = "module")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
