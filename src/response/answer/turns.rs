//! The turns of an answer: where each begins, and what the model returned in it.

use super::{Answer, TurnStart};
use crate::json::Value;
use crate::message::ModelTurn;

impl Answer {
    /// Another turn begins.
    pub(crate) fn next_turn(&mut self) {
        self.starts.turn = TurnStart {
            text: self.text.text.len(),
            units: self.text.units,
            reasoning: self.reasoning.text.len(),
            calls: self.calls.list.len(),
            sources: self.sources.list().len(),
            files: self.files.len(),
        };
        self.starts.begins_part = true;
        self.sources.next_turn();
        self.spend();
        self.reset();
    }

    /// Another answer to the same question begins.
    pub(crate) fn ask_again(&mut self) {
        self.starts.answer = self.starts.turn;
        self.bounds.max_units = self.bounds.max_units.map(|max| max + self.text.units);
    }

    /// The text so far, of all turns.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text.text
    }

    /// The text of the answer; with `units`, only as far as the first `units` UTF-16 units of the run's text.
    #[must_use]
    pub fn answer_text(&self, units: Option<usize>) -> &str {
        let text = units.map_or(self.text(), |units| self.text_up_to(units));
        text.get(self.starts.answer.text..).unwrap_or_default()
    }

    /// The text of earlier runs and the first `units` UTF-16 units of this run's, or one less where that would split a
    /// surrogate pair.
    #[must_use]
    pub fn text_up_to(&self, units: usize) -> &str {
        self.text.up_to(self.starts.earlier + units)
    }

    /// The text of the turn.
    #[must_use]
    pub fn turn_text(&self) -> &str {
        self.text().get(self.starts.turn.text..).unwrap_or_default()
    }

    /// The text of the turn within [`Self::text_up_to`].
    #[must_use]
    pub fn turn_text_up_to(&self, units: usize) -> &str {
        self.text_up_to(units).get(self.starts.turn.text..).unwrap_or_default()
    }

    /// Everything that the model has returned in this turn.
    #[must_use]
    pub fn model_turn(&self) -> ModelTurn {
        let mut turn = self.shown_turn(self.turn_text(), None);
        turn.tool_calls = self.turn_calls();
        for (member, value) in &self.state.members {
            turn.state.set(member, value.clone());
        }
        // Models continue earlier reasoning only between calls of tools and the answer to their results.
        let is_wanted = self.calls.are_run && (!turn.tool_calls.is_empty() || !turn.reasoning.is_empty());
        if let Some(member) = self.state.reasoning.filter(|_| is_wanted) {
            turn.state.set(member, Value::string(turn.reasoning.clone()));
        }
        turn
    }

    /// A turn that was interrupted: the text within the first `units` UTF-16 units of the run's, and no calls or provider state,
    /// which only a whole turn can be sent back with.
    #[must_use]
    pub fn model_turn_up_to(&self, units: usize) -> ModelTurn {
        self.shown_turn(self.turn_text_up_to(units), Some(units))
    }

    fn shown_turn(&self, text: &str, units: Option<usize>) -> ModelTurn {
        let mut turn = ModelTurn::new(text);
        let reasoning = self.reasoning.text.get(self.starts.turn.reasoning..).unwrap_or_default();
        reasoning.trim_start_matches('\n').clone_into(&mut turn.reasoning);
        turn.sources = self.sources_from(self.starts.turn, units);
        turn.files = self.files.get(self.starts.turn.files..).unwrap_or_default().to_vec();
        turn
    }

    /// The reasoning so far, its parts separated by a blank line.
    #[must_use]
    pub fn reasoning(&self) -> &str {
        &self.reasoning.text
    }
}
