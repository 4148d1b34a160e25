//! The classes that users see.

mod context;
mod flow;
mod limiter;

pub use context::Context;
pub use flow::{check_step, Flow};
pub use limiter::RateLimiter;
