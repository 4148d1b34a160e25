//! A run from its question to its end, as straight async code over the traits of [`crate::env`].

mod extras;
pub mod features;
mod notify;
mod stop;

pub use extras::{Extras, Review, TokenCounter, ToolOutcome};
pub use notify::Notify;
pub use stop::StopSignal;
