//! What a run gives back.

use super::{open_call, Intake};
use crate::json::Writer;
use crate::message::{FinishReason, Usage};

/// The result as JSON, as JavaScript sees it without `content` and `metrics`; in place of a file's bytes stands the number under
/// which [`Answer::file_data`](super::Answer::file_data) has them. `stopped` is how much of
/// the text was delivered of a run that the caller stopped.
#[must_use]
pub fn result_json(intake: &Intake, stopped: Option<usize>, usage: Option<Usage>) -> String {
    let answer = intake.answer();
    let (reason, raw) = match (stopped, answer.finish()) {
        (None, Some(finish)) => finish,
        (None, None) => (FinishReason::Other, ""),
        (Some(_), _) => (FinishReason::Aborted, ""),
    };
    let (text, reasoning) = (answer.answer_text(stopped), answer.reasoning());
    // One in sixteen characters may need an escape before it has to grow.
    let length = text.len() + reasoning.len();
    let mut json = Writer::with_capacity(length + length / 16 + 1024);
    json.add("{");
    json.text("text", text);
    json.text("reasoning", reasoning);
    json.add(r#""toolCalls":["#);
    for call in answer.tool_calls() {
        open_call(&call, &mut json);
        json.text("inputText", &call.input_text);
        json.add("}");
    }
    json.add(r#"],"sources":["#);
    for source in answer.sources(stopped) {
        source.to_value().write(&mut json);
    }
    json.add(r#"],"files":"#);
    answer.write_files(&mut json);
    json.text("finishReason", reason.as_str());
    if !raw.is_empty() {
        json.text("rawFinishReason", raw);
    }
    if let Some(usage) = usage {
        json.key("usage");
        usage.write(&mut json);
    }
    json.number("attempts", Some(u64::from(intake.attempts())));
    json.add(r#""success":true}"#);
    json.finish()
}
