//! The outside world of [`crate::env`], on what browsers, workers and Node have.

mod clock;
mod locks;
mod page;

pub use clock::PageClock;
pub use locks::WebLocks;
pub(crate) use page::Listener;
