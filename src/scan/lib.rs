//! What every byte of a stream goes through: bytes to frames, and the members of a frame that matter.
//!
//! A crate of its own so that it alone is built for speed, while the rest of the module is built for size.

mod concat;
pub mod error;
pub mod json;
pub mod wire;

pub use concat::concat;
