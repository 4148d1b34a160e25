//! What a provider's decoder finds in a response.

use super::{FinishReason, GeneratedFile, Source, Span, Usage};
use crate::json::{Text, Value};

/// An increment of the answer, as a provider's decoder finds it.
#[derive(Debug)]
pub enum Delta<'a> {
    /// More of the answer's text.
    Text(Text<'a>),
    /// More of the reasoning.
    Reasoning(Text<'a>),
    /// The whole text of the response so far. What follows the text that is already known is new; if the whole text does not
    /// begin with that, nothing is.
    TextSoFar(Text<'a>),
    /// The whole reasoning of the response so far, likewise.
    ReasoningSoFar(Text<'a>),
    /// The reasoning that follows is another part.
    ReasoningPart,
    /// The model begins to call a tool. `call` numbers the calls of one answer from 0; an empty id is one that the
    /// provider does not give.
    ToolStart {
        /// Which call.
        call: usize,
        /// The provider's id.
        id: String,
        /// The tool.
        name: String,
        /// What the provider wants back with the call: see [`ToolCall::extra`](super::ToolCall::extra).
        extra: String,
    },
    /// More of a call's arguments.
    ToolInput {
        /// Which call.
        call: usize,
        /// What to append.
        text: Text<'a>,
    },
    /// A call's arguments are complete.
    ToolEnd {
        /// Which call.
        call: usize,
    },
    /// Another part of the text begins; the first part needs no such delta. Only for providers that count the positions of
    /// citations from the beginning of a part.
    TextPart,
    /// Something that the answer cites, or that was found for it.
    Source {
        /// What is cited. Its `start` and `end` are left empty.
        source: Source,
        /// Where it is cited, if the provider says so.
        span: Option<Span>,
    },
    /// A file that the model made.
    File(GeneratedFile),
    /// What the provider wants back with this turn: a member of [`Message::state`](super::Message::state). A later value replaces an earlier one.
    State {
        /// The member's name, as the provider calls it.
        member: &'static str,
        /// Its value.
        value: Value,
    },
    /// The turn's reasoning is a member of [`Message::state`](super::Message::state) under this name, even if it is empty, where tools are run.
    ReasoningState(&'static str),
    /// What the answer cost so far: later figures replace earlier ones.
    Usage(Usage),
    /// A finish reason: the answer may be complete, but more can follow, even another reason. The last one counts.
    Finish {
        /// Why it ended.
        reason: FinishReason,
        /// The provider's word for it; empty where it has none.
        raw: String,
    },
    /// A final terminal: the answer is complete, and the connection can be closed.
    End,
    /// The end of a response. If tools are run, the answer's turn is complete; otherwise another response may follow.
    EndOfResponse,
    /// Another response begins after one that has ended.
    NextTurn,
    /// An event that is not interpreted, unchanged.
    Raw(&'a [u8]),
}
