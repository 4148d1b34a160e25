//! From a response to an answer: what its bytes mean, what of it waits to be handed on, and what an agent is configured to do.
//! [`Run`](crate::run::Run) asks and waits.

mod answer;
mod channel;
mod config;
mod frames;
mod held;
mod intake;
mod outbox;
mod overlap;
mod plan;
mod position;
mod request;
mod result;
mod seam;
mod sources;
mod status;
mod think;

pub use answer::Answer;
pub use channel::Length;
pub use config::{AgentConfig, Limits, Retry, Timeouts};
pub use intake::Intake;
pub use outbox::{Batch, Item, Items, Outbox, Piece, Waiting};
pub use overlap::Overlap;
pub use plan::Plan;
pub use request::Request;
pub use result::run_result;
pub use seam::{anchor, Join, Seam, MOST_HELD};
pub use status::{Shape, Status};
pub use think::{OnPiece, Think};
