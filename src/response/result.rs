//! The result of a run.

use super::ResponseReader;
use crate::event::{Metrics, RunResult};
use crate::message::{FinishReason, Usage};

/// The result, with the text as its content. `stopped` is how much of the text was delivered, if the caller stopped the
/// run. The delivery adds the figures.
#[must_use]
pub fn run_result(reader: &ResponseReader, stopped: Option<usize>, usage: Option<Usage>) -> RunResult {
    let answer = reader.answer();
    let (reason, raw) = match (stopped, answer.finish()) {
        (None, Some(finish)) => finish,
        (None, None) => (FinishReason::Other, ""),
        (Some(_), _) => (FinishReason::Aborted, ""),
    };
    RunResult {
        content: None,
        text: answer.answer_text(stopped).to_owned(),
        reasoning: answer.reasoning().to_owned(),
        tool_calls: answer.tool_calls(),
        sources: answer.sources(stopped),
        files: answer.files().to_vec(),
        finish_reason: reason,
        raw_finish_reason: raw.to_owned(),
        usage: usage.map(Usage::reported),
        metrics: Metrics::default(),
        evaluation: None,
        routing: None,
        attempts: reader.attempts(),
        success: true,
    }
}
