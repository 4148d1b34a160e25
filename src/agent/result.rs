//! What a run gives back.

use super::{call_value, Intake};
use crate::json::Value;
use crate::message::FinishReason;

/// The result as JavaScript sees it, without `content` and `metrics`. `stopped` is how much of
/// the text was delivered of a run that the caller stopped.
#[must_use]
pub fn result_value(intake: &Intake, stopped: Option<usize>) -> Value {
    let answer = intake.answer();
    let calls = answer.tool_calls();
    let calls = calls.iter().map(|call| call_value(call).with("inputText", call.input_text.as_str()));
    let (reason, raw) = match (stopped, answer.finish()) {
        (None, Some(finish)) => finish,
        (None, None) => (FinishReason::Other, ""),
        (Some(_), _) => (FinishReason::Aborted, ""),
    };
    let mut value = Value::object()
        .with("text", stopped.map_or(answer.text(), |units| answer.text_up_to(units)))
        .with("reasoning", answer.reasoning())
        .with("toolCalls", calls.collect::<Vec<_>>())
        .with("finishReason", reason.as_str());
    if !raw.is_empty() {
        value.set("rawFinishReason", raw.into());
    }
    if let Some(usage) = answer.usage() {
        value.set("usage", usage.to_value());
    }
    value.with("attempts", u64::from(intake.attempts())).with("success", true)
}
