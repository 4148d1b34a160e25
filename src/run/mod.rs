//! A run from its question to its end, as straight async code over the traits of [`crate::env`].
//!
//! ```text
//! Driver ──asks──▶ Transport ──bytes──▶ Run ──pieces──▶ Delivery ──▶ callback · events · reader of the stream
//! ```

mod attached;
mod attempts;
mod backoff;
mod delivery;
mod driver;
mod extras;
pub mod features;
mod following;
mod freeze_aware_timer;
mod network;
mod notify;
mod request;
mod state;
mod stop;
mod timers;

pub use attempts::{Next, Refusal};
pub use backoff::{backoff_ms, retry_after_ms, MAX_RETRY_AFTER_MS};
pub use delivery::{
    write_to, Batching, Chunk, Delivery, Listener, Reader, Source, Stopped, TextChunk, TextChunks, TextEvent, Wait,
    Write,
};
pub use driver::{Driver, RunHost};
pub use extras::{Extras, Review, TokenCounter, ToolOutcome};
pub use following::{Followed, Follower};
pub use notify::Notify;
pub use request::Request;
pub use state::Run;
pub use stop::StopSignal;
pub use timers::Counted;
