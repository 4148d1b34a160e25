//! The classes that users see.

mod context;
mod limiter;

pub use context::Context;
pub use limiter::RateLimiter;
