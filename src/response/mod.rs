//! From a response to an answer: what its bytes mean, what is waiting to be handed on, and how a broken answer is
//! continued.
//! [`Run`](crate::run::Run) asks and waits.

mod answer;
mod chunk_queue;
mod frames;
mod held;
mod overlap;
mod portion;
mod position;
mod reader;
mod result;
mod seam;
mod sources;
mod status;
mod text_buffer;
mod think;

pub use answer::Answer;
pub use chunk_queue::{Batch, ChunkQueue, Item, Items, Piece, Waiting};
pub use overlap::Overlap;
pub use reader::ResponseReader;
pub use result::run_result;
pub use seam::{anchor, Join, Seam, MOST_HELD};
pub use status::{Shape, Status};
pub use text_buffer::Length;
pub use think::{OnPiece, Think};
