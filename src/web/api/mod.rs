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
pub use flow::{check_step, Flow};
pub use limiter::RateLimiter;
