//! The tool calls of an answer.

use super::super::ChunkQueue;
use super::Answer;
use crate::event::Event;
use crate::json::{decimal, Split, Text};
use crate::message::ToolCall;
use crate::text::concat;

/// The calls of all turns.
#[derive(Debug, Default)]
pub(super) struct Calls {
    pub(super) list: Vec<Open>,
    /// The number of the first call, for the ids of calls that come without one.
    first_number: u64,
    /// How many bytes their arguments have.
    pub(super) input_bytes: usize,
    /// Whether the tools that the model calls are run.
    pub(super) are_run: bool,
}

/// A call, whose arguments may still grow.
#[derive(Debug, Default)]
pub(super) struct Open {
    call: ToolCall,
    split: Split,
    done: bool,
}

impl Open {
    /// Reports that the arguments have grown from `before` on.
    fn tell_input(&self, before: usize, chunks: &mut ChunkQueue) {
        let added = self.call.input_text.get(before..).unwrap_or_default();
        if chunks.wants_events() && !added.is_empty() {
            chunks.add_event(Event::ToolInputDelta { id: self.call.id.clone(), text: added.to_owned() });
        }
    }
}

impl Answer {
    /// Sets whether the tools that the model calls are run. If so, a turn that calls tools ends the response.
    pub(crate) fn run_tools(&mut self, runs_tools: bool) {
        self.calls.are_run = runs_tools;
    }

    /// Calls that come without an id are numbered from here.
    pub(crate) fn number_calls(&mut self, from: u64) {
        self.calls.first_number = from;
    }

    /// The tool calls so far.
    #[must_use]
    pub fn tool_calls(&self) -> Vec<ToolCall> {
        self.calls.list.iter().map(|call| call.call.clone()).collect()
    }

    /// The calls of the turn.
    #[must_use]
    pub fn turn_calls(&self) -> Vec<ToolCall> {
        self.calls.list.iter().skip(self.starts.turn.calls).map(|call| call.call.clone()).collect()
    }

    /// Whether the model has begun to call a tool in this turn.
    #[must_use]
    pub fn calls_tools(&self) -> bool {
        self.calls.list.len() > self.starts.turn.calls
    }

    /// Begins the call with the index `place` in the turn.
    pub(super) fn start_call(&mut self, place: usize, id: String, name: String, extra: String) {
        self.settle();
        self.bring();
        let number = self.calls.first_number + (self.starts.turn.calls + place) as u64;
        let id = if id.is_empty() { concat(&["call_", &decimal(number)]) } else { id };
        if self.chunks.wants_events() {
            self.chunks.add_event(Event::ToolInputStart { id: id.clone(), name: name.clone() });
        }
        self.calls.list.push(Open { call: ToolCall { id, name, extra, ..ToolCall::default() }, ..Open::default() });
    }

    pub(super) fn take_input(&mut self, place: usize, text: Text<'_>) {
        if !self.fits(text) {
            return;
        }
        self.bring();
        let Some(call) = self.calls.list.get_mut(self.starts.turn.calls + place) else { return };
        let before = call.call.input_text.len();
        text.append_to(&mut call.call.input_text, &mut call.split);
        self.calls.input_bytes += call.call.input_text.len() - before;
        call.tell_input(before, &mut self.chunks);
    }

    pub(super) fn end_call(&mut self, place: usize) {
        let Some(call) = self.calls.list.get_mut(self.starts.turn.calls + place).filter(|call| !call.done) else {
            return;
        };
        call.done = true;
        let before = call.call.input_text.len();
        call.split.end(&mut call.call.input_text);
        call.tell_input(before, &mut self.chunks);
        if self.chunks.wants_events() {
            self.chunks.add_event(Event::ToolCall(call.call.clone()));
        }
    }
}
