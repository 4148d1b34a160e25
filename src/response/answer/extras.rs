//! The sources and the files of an answer.

use std::collections::HashSet;

use super::super::sources::{placed, placed_between};
use super::{Answer, TurnStart};
use crate::event::Event;
use crate::message::{GeneratedFile, Source, Span};

impl Answer {
    /// The sources of the answer, each once. Their offsets are offsets in [`Self::answer_text`] for the same `units`.
    #[must_use]
    pub fn sources(&self, units: Option<usize>) -> Vec<Source> {
        let mut sources = self.sources_from(self.starts.answer, units);
        let mut seen = HashSet::new();
        sources.retain(|source| seen.insert(source.clone()));
        sources
    }

    pub(super) fn sources_from(&self, start: TurnStart, units: Option<usize>) -> Vec<Source> {
        let sources = self.sources.list().get(start.sources..).unwrap_or_default();
        let end = units.map_or(self.text.units, |units| self.text.units.min(self.starts.earlier + units));
        placed_between(sources, start.units, end)
    }

    /// The files of the answer.
    #[must_use]
    pub fn files(&self) -> &[GeneratedFile] {
        self.files.get(self.starts.answer.files..).unwrap_or_default()
    }

    /// Takes a source. It is not content: an attempt that has brought nothing else may be retried.
    pub(super) fn take_source(&mut self, source: Source, span: Option<Span>) {
        if let Some(source) = self.sources.take(source, span, &self.text.text) {
            self.tell_source(&source);
        }
    }

    /// Reports a source as an event.
    pub(super) fn tell_source(&mut self, source: &Source) {
        if self.chunks.wants_events() {
            self.chunks.add_event(Event::Source(placed(source, self.starts.answer.units, self.text.units)));
        }
    }

    /// Takes a file, unless it is a repetition: some servers send all files once more at the end.
    pub(super) fn take_file(&mut self, file: GeneratedFile) {
        if self.files.iter().skip(self.starts.turn.files).any(|known| *known == file) {
            return;
        }
        self.settle();
        self.bring();
        if self.chunks.wants_events() {
            self.chunks.add_event(Event::File(file.clone()));
        }
        self.files.push(file);
    }
}
