//! The classes that users see.

mod agent;
mod context;
mod decode;
mod flow;
mod limiter;
mod stream;

pub use agent::RefinireAgent;
pub use context::Context;
pub use decode::decode_response;
#[cfg(feature = "module")]
pub(super) use flow::check_step;
pub use flow::Flow;
pub use limiter::RateLimiter;
