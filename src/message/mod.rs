//! The types that every stage shares: turns, tools, files, sources, and the increments of an answer.

mod delta;
mod ending;
mod file;
mod source;
mod tool;
mod turn;

pub use delta::Delta;
pub use ending::{FinishReason, Usage};
pub use file::{Attachment, AttachmentSource, GeneratedFile};
pub use source::{Source, Span, Unit};
pub use tool::{input_of, Tool, ToolCall};
pub use turn::{Message, ModelTurn, Role};
