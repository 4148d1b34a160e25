//! What an answer costs.

use super::Answer;
use crate::event::Event;
use crate::message::Usage;

/// What the answer has cost so far.
#[derive(Debug, Default)]
pub(super) struct Cost {
    /// The usage of the current turn, as reported so far.
    pub(super) usage: Option<Usage>,
    /// The usage of the turns before.
    spent: Option<Usage>,
    /// How many bytes of the text and of the reasoning are included in that usage.
    pub(super) counted: (usize, usize),
}

impl Answer {
    /// The usage reported so far is final: what follows is added to it.
    pub(crate) fn spend(&mut self) {
        if self.cost.usage.is_some_and(|usage| usage.output_tokens.is_some()) {
            self.cost.counted = (self.text.text.len(), self.reasoning.text.len());
        }
        self.cost.spent = self.usage();
        self.cost.usage = None;
    }

    /// The usage of all turns, as far as the provider has reported it.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        match (&self.cost.spent, &self.cost.usage) {
            (Some(spent), Some(usage)) => Some(spent.plus(usage)),
            (spent, usage) => spent.or(*usage),
        }
    }

    /// The usage of an answer that was stopped after `delivered` UTF-16 units. Unless the provider has reported it with
    /// a finish reason, `count` counts the tokens of what was delivered. `None` if nothing is known.
    pub(crate) fn usage_of_stopped(&self, delivered: usize, count: &mut dyn FnMut(&str) -> f64) -> Option<Usage> {
        let current = self.cost.usage.unwrap_or_default();
        if self.progress.finish.is_some() && current.output_tokens.is_some() {
            return self.usage();
        }
        let text = self.text_up_to(delivered).get(self.cost.counted.0..).unwrap_or_default();
        let reasoning = self.reasoning().get(self.cost.counted.1..).unwrap_or_default();
        let mut tokens = 0;
        for part in [text, reasoning].into_iter().filter(|part| !part.is_empty()) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
            let counted = count(part).ceil() as u64;
            tokens += counted;
        }
        if tokens == 0 && self.cost.usage.is_none() && self.cost.spent.is_none() {
            return None;
        }
        let current = current.of_stopped(tokens);
        Some(self.cost.spent.map_or(current, |spent| Usage { total_tokens: None, ..spent.plus(&current) }))
    }

    pub(super) fn take_usage(&mut self, usage: &Usage) {
        self.cost.usage.get_or_insert_with(Usage::default).update(usage);
        if self.chunks.wants_events() {
            let usage = self.usage().unwrap_or_default();
            self.chunks.add_loose_event(Event::Usage(usage.reported()));
        }
    }
}
