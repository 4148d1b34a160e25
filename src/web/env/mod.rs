//! The outside world of [`crate::env`], on what browsers, workers and Node have.

mod locks;

pub use locks::WebLocks;
