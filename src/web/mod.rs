//! The only folder that knows JavaScript. Makes no decisions: what JavaScript hands in has been checked there
//! (`js/options.js`), what is to be done with it is decided in the core.
//!
//! `js/` holds the package's entry and what is better said in JavaScript: the classes users see, the driver
//! that does what a run says and waits for it, the loop that reads a body, the hand-over of chunks, the stream.

mod advice;
mod agent;
mod api;
mod bindings;
mod config;
mod context;
mod conversation;
pub mod env;
mod error;
mod event;
mod flow;
mod inside;
mod listener;
pub mod options;
mod panic;
mod pattern;
mod promise;
mod run;
mod saving;
mod storage;

pub use advice::unknown_option;
pub use agent::{decode, Agent, Asked, Http, JsHost};
pub use api::{Context, RateLimiter};
pub use bindings::TokenCounter;
pub use context::ContextInner;
pub use conversation::Conversation;
pub use flow::Flow;
pub use inside::{context_of, Inside, Turn};
pub use listener::RunHandle;
pub use panic::report_panics;
pub use run::Run;

/// A third of the size of the default allocator, and as quick.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
