//! What Rust code uses: agents whose runs are futures and streams, conversations, and flows. The front page of the crate has examples.
//!
//! Nothing here needs an executor: a run makes progress while its future or stream is polled, and dropping the future or stream
//! stops the run. Nothing is `Send`: everything runs on one thread, as in a page.

mod agent;
mod ask;
mod clock;
mod context;
mod event_queue;
pub mod flow;
mod host;
mod stream;
mod tool;
mod values;

pub use agent::{Agent, Env};
pub use ask::{Ask, Batch};
pub use context::Context;
pub use flow::{Flow, FlowStream, Step, StepContext};
pub use stream::{RunStream, TextStream};
pub use tool::Tool;
pub use values::json_of;
