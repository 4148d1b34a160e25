//! The totals of the runs of a flow's agents.

use crate::event::{Metrics, RunResult};
use crate::message::{FinishReason, Source, Usage};
use crate::text::join;

/// The results of a flow's agents, in order.
#[derive(Debug, Default)]
pub(super) struct Totals(Vec<RunResult>);

impl Totals {
    pub(super) fn add(&mut self, result: RunResult) {
        self.0.push(result);
    }

    /// How many bytes have come over the network.
    pub(super) fn bytes(&self) -> u64 {
        self.0.iter().map(|result| result.metrics.bytes).sum()
    }

    /// The results as those of one run with this `text`: counts are summed, lists and texts are joined, and the finish reason is
    /// the last one's.
    pub(super) fn result(&self, text: String) -> RunResult {
        let results = &self.0;
        let last = results.last();
        let reasoning: Vec<_> = results.iter().map(|one| &*one.reasoning).filter(|one| !one.is_empty()).collect();
        let usages = results.iter().filter_map(|result| result.usage).map(with_total);
        RunResult {
            content: None,
            reasoning: join(&reasoning, "\n\n"),
            tool_calls: results.iter().flat_map(|result| result.tool_calls.iter().cloned()).collect(),
            sources: sources_of(results, &text),
            files: results.iter().flat_map(|result| result.files.iter().cloned()).collect(),
            finish_reason: last.map_or(FinishReason::Stop, |last| last.finish_reason),
            raw_finish_reason: last.map(|last| last.raw_finish_reason.clone()).unwrap_or_default(),
            usage: usages.reduce(|sum, usage| sum.plus(&usage)),
            metrics: Metrics::default(),
            evaluation: None,
            routing: None,
            attempts: results.iter().map(|result| result.attempts).sum(),
            success: results.iter().all(|result| result.success),
            text,
        }
    }
}

/// One run may tell the total that another leaves to be summed.
fn with_total(usage: Usage) -> Usage {
    let sum = usage.input_tokens.zip(usage.output_tokens).map(|(input, output)| input.saturating_add(output));
    Usage { total_tokens: usage.total_tokens.or(sum), ..usage }
}

/// Each source once, its place counted in `text`, if that is the texts of the results one behind the other.
fn sources_of(results: &[RunResult], text: &str) -> Vec<Source> {
    if results.iter().all(|result| result.sources.is_empty()) {
        return Vec::new();
    }
    let mut rest = text;
    let is_joined = results.iter().all(|result| match rest.strip_prefix(&*result.text) {
        Some(behind) => {
            rest = behind;
            true
        }
        None => false,
    }) && rest.is_empty();
    let mut sources: Vec<Source> = Vec::new();
    let mut before = 0;
    for result in results {
        for source in &result.sources {
            let place = |at: Option<usize>| at.filter(|_| is_joined).map(|at| before + at);
            let placed = Source { start: place(source.start), end: place(source.end), ..source.clone() };
            if !sources.contains(&placed) {
                sources.push(placed);
            }
        }
        before += result.text.encode_utf16().count();
    }
    sources
}
