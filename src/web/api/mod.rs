//! The classes that users see.

mod limiter;

pub use limiter::RateLimiter;
