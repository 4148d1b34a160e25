//! The answer of a run as it grows, and what is waiting to be handed on.

mod calls;
mod cost;
mod extras;
mod text;
mod turns;

use calls::Calls;
use cost::Cost;

use super::chunk_queue::Kind;
use super::held::Held;
use super::sources::Sources;
use super::text_buffer::TextBuffer;
use super::{Batch, ChunkQueue, Think, Waiting};
use crate::event::Event;
use crate::json::{Text, Value};
use crate::message::{Delta, FinishReason, GeneratedFile, Message};

/// An answer as it grows, and what is waiting to be handed on.
#[derive(Debug, Default)]
pub struct Answer {
    text: TextBuffer,
    reasoning: TextBuffer,
    calls: Calls,
    sources: Sources,
    files: Vec<GeneratedFile>,
    state: ProviderState,
    cost: Cost,
    progress: Progress,
    bounds: Bounds,
    held_back: HeldBack,
    starts: Starts,
    chunks: ChunkQueue,
}

/// How far the answer has progressed.
#[derive(Debug, Default)]
struct Progress {
    /// How many increments of text, reasoning and tool calls, and how many files have arrived.
    content: u64,
    /// The attempt has brought content that is not held back.
    is_new: bool,
    /// The last finish reason, with the provider's word for it.
    finish: Option<(FinishReason, String)>,
    /// The answer is complete: what follows is ignored.
    ended: bool,
    /// The response has ended, but another response may follow.
    reads_on: bool,
}

/// The limits on an answer.
#[derive(Debug, Default)]
struct Bounds {
    /// The most UTF-16 units of text.
    max_units: Option<usize>,
    /// The most bytes of text, reasoning and the arguments of calls together.
    max_bytes: Option<usize>,
    /// Something did not fit into `max_bytes`.
    over: bool,
}

/// Text that is held back until it is known what it is.
#[derive(Debug, Default)]
struct HeldBack {
    /// It may repeat the text so far.
    repetition: Option<Box<Held>>,
    /// Responses may begin with reasoning in `<think>` tags.
    think_tags: bool,
    /// Separates such reasoning from the text, until the reasoning is over.
    think: Option<Box<Think>>,
}

/// Members that the provider wants back with the turn.
#[derive(Debug, Default)]
struct ProviderState {
    members: Vec<(&'static str, Value)>,
    /// The name of the member that is the turn's reasoning, if there is one.
    reasoning: Option<&'static str>,
}

/// Where the parts of an answer begin in the output of the run.
#[derive(Debug, Default)]
struct Starts {
    /// How many UTF-16 units of text come from earlier runs.
    earlier: usize,
    /// The answer: after those that an evaluation has rejected.
    answer: TurnStart,
    /// The current turn.
    turn: TurnStart,
    /// The response that is being read.
    response: ResponseStart,
    /// The next reasoning begins another part.
    begins_part: bool,
}

/// Where a turn begins in the output of the run.
#[derive(Debug, Default, Clone, Copy)]
struct TurnStart {
    /// In bytes.
    text: usize,
    /// The same in UTF-16 units.
    units: usize,
    /// In bytes.
    reasoning: usize,
    calls: usize,
    sources: usize,
    files: usize,
}

/// Where a response begins in the output of the run: in bytes, and in increments.
#[derive(Debug, Default, Clone, Copy)]
struct ResponseStart {
    text: usize,
    reasoning: usize,
    content: u64,
    may_think: bool,
}

impl Answer {
    /// An empty answer that ends at `max_units` UTF-16 units of text.
    #[must_use]
    pub fn new(batch: Batch, wants_events: bool, max_units: Option<usize>) -> Self {
        Self {
            bounds: Bounds { max_units, ..Bounds::default() },
            chunks: ChunkQueue::new(batch, wants_events),
            ..Self::default()
        }
    }

    /// Begins with the part of this answer that comes from an earlier run. It has been delivered already.
    pub(crate) fn take_over(&mut self, earlier: &Message) {
        self.text = TextBuffer::seen(&earlier.content);
        self.reasoning = TextBuffer::seen(&earlier.reasoning);
        self.starts.begins_part = true;
        self.sources.take_over(&earlier.sources);
        self.files.clone_from(&earlier.files);
        self.starts.earlier = self.text.units;
        self.cost.counted = (self.text.text.len(), self.reasoning.text.len());
        // Text that was shown stays, even if it is over the limit.
        self.bounds.max_units = self.bounds.max_units.map(|max| max.max(self.starts.earlier));
    }

    /// Sets the most bytes of text, reasoning and the arguments of calls together. What does not fit is left out, and the
    /// answer ends there: see [`Self::is_over`].
    pub fn bound_bytes(&mut self, max: usize) {
        self.bounds.max_bytes = Some(max);
    }

    /// The limit of [`Self::bound_bytes`].
    #[must_use]
    pub fn max_bytes(&self) -> usize {
        self.bounds.max_bytes.unwrap_or(usize::MAX)
    }

    /// Whether something did not fit into [`Self::max_bytes`].
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.bounds.over
    }

    /// Whether responses may begin with reasoning in `<think>` tags.
    pub fn read_think_tags(&mut self, think_tags: bool) {
        self.held_back.think_tags = think_tags;
    }

    /// Why the answer ended, and the provider's word for that; `None` until a finish reason has arrived.
    #[must_use]
    pub fn finish(&self) -> Option<(FinishReason, &str)> {
        let (reason, raw) = self.progress.finish.as_ref()?;
        let reason = match reason {
            // Some servers say "stop", or use a word of their own, although the model waits for tools.
            FinishReason::Stop | FinishReason::Other if self.calls_tools() => FinishReason::ToolCalls,
            // Others say "tool_calls" although the model has called none.
            FinishReason::ToolCalls if !self.calls_tools() => FinishReason::Stop,
            other => *other,
        };
        Some((reason, raw))
    }

    /// Whether a finish reason has arrived that another one may still replace.
    #[must_use]
    pub fn is_settling(&self) -> bool {
        self.progress.finish.is_some() && !self.progress.ended && !self.progress.reads_on
    }

    /// Whether the answer is complete: whatever follows is ignored.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.progress.ended
    }

    /// How many increments of text, reasoning and tool calls, and how many files have arrived.
    #[must_use]
    pub fn content(&self) -> u64 {
        self.progress.content
    }

    /// Whether the attempt has brought content that was not held back. If not, a retry is not visible to the user.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.progress.is_new
    }

    /// The chunks that are waiting to be handed on.
    #[must_use]
    pub fn chunks(&self) -> &ChunkQueue {
        &self.chunks
    }

    /// Adds an event of the run itself.
    pub(crate) fn turn(&mut self, event: Event) {
        self.chunks.add_turn(event);
    }

    /// Makes everything that was gathered ready to be handed on.
    pub fn release(&mut self) {
        self.chunks.release();
    }

    /// Releases the first part of what was gathered: `units` UTF-16 units of text and reasoning, a few more where the
    /// cut would split a character, and the events before the rest.
    pub fn release_part(&mut self, units: usize) {
        self.chunks.release_part(units, self.text.waiting(), self.reasoning.waiting());
    }

    /// Takes the chunks that are ready to be handed on.
    pub fn take_waiting(&mut self) -> Waiting {
        let items = self.chunks.take();
        let (text, reasoning) = items.bytes();
        Waiting::new(self.text.hand_on(text), self.reasoning.hand_on(reasoning), items)
    }

    /// Drops what belongs to one attempt only.
    pub(crate) fn reset(&mut self) {
        self.progress.is_new = false;
        self.held_back.repetition = None;
        self.cost.usage = None;
        self.progress.finish = None;
        self.progress.ended = false;
        self.progress.reads_on = false;
        self.state.members.clear();
        self.sources.begin(&self.text.text);
        self.state.reasoning = None;
        self.begin_response(self.turn_text().is_empty());
    }

    /// Another response begins. If it is not `fresh`, it continues a text.
    fn begin_response(&mut self, fresh: bool) {
        let may_think = self.held_back.think_tags && fresh;
        self.held_back.think = may_think.then(Box::default);
        self.starts.response = ResponseStart {
            text: self.text.text.len(),
            reasoning: self.reasoning.text.len(),
            content: self.progress.content,
            may_think,
        };
    }

    /// No more text follows. Halves of surrogate pairs stay halves. After a `cut`, text that is held back because it
    /// may repeat the answer is dropped: most of it does.
    pub(super) fn close(&mut self, cut: bool) {
        self.stop_thinking(cut);
        let added = self.reasoning.end();
        self.chunks.add(Kind::Reasoning, added);
        if cut {
            self.held_back.repetition = None;
        }
        self.settle();
        let added = self.text.end();
        self.add_text(added);
        for source in self.sources.settle(&self.text.text) {
            self.tell_source(&source);
        }
        for place in 0..self.calls.list.len() - self.starts.turn.calls {
            self.end_call(place);
        }
    }

    /// Takes an increment.
    pub fn take(&mut self, delta: Delta<'_>) {
        match delta {
            Delta::Text(text) => self.take_text(text),
            Delta::Reasoning(text) => self.take_reasoning(text),
            Delta::TextSoFar(text) => self.take_text_so_far(text),
            Delta::ReasoningSoFar(text) => self.take_thought_so_far(&text.read()),
            Delta::ReasoningPart => self.starts.begins_part = true,
            Delta::ToolStart { call, id, name, extra } => self.start_call(call, id, name, extra),
            Delta::ToolInput { call, text } => self.take_input(call, text),
            Delta::ToolEnd { call } => self.end_call(call),
            Delta::TextPart => self.sources.begin_part(&self.text.text),
            Delta::Source { source, span } => self.take_source(source, span),
            Delta::File(file) => self.take_file(file),
            Delta::State { member, value } => {
                self.state.members.retain(|(known, _)| *known != member);
                self.state.members.push((member, value));
            }
            Delta::ReasoningState(member) => self.state.reasoning = Some(member),
            Delta::Usage(usage) => self.take_usage(&usage),
            // The last finish reason counts, unless the answer ended at the caller's own limit.
            Delta::Finish { reason, raw } => {
                if !matches!(self.progress.finish, Some((FinishReason::Limit, _))) {
                    self.progress.finish = Some((reason, raw));
                }
            }
            Delta::End => {
                self.progress.ended = true;
                self.progress.finish.get_or_insert((FinishReason::Stop, String::new()));
            }
            Delta::EndOfResponse => {
                self.progress.ended = self.calls.are_run;
                self.progress.reads_on = !self.calls.are_run;
            }
            Delta::NextTurn => {
                self.progress.finish = None;
                self.progress.reads_on = false;
                self.stop_thinking(false);
                self.begin_response(true);
            }
            Delta::Raw(data) => self.take_raw(data),
        }
    }

    /// Counts content that is not held back.
    fn bring(&mut self) {
        self.progress.content += 1;
        self.progress.is_new = true;
    }

    fn take_raw(&mut self, data: &[u8]) {
        if self.chunks.wants_events() {
            self.chunks.add_loose_event(Event::Raw { data: Text::verbatim(data).read() });
        }
    }
}
