//! What a run tells and gives back, written as JSON to be looked at.

use refinire_web::event::{Event, RunResult};
use refinire_web::json::Value;
use refinire_web::message::{GeneratedFile, Source, ToolCall, Usage};

/// An event of the answer.
pub(crate) fn event_json(event: &Event) -> String {
    let of = |kind: &str| Value::object().with("type", kind);
    let value = match event {
        Event::ToolInputStart { id, name } => {
            of("tool-input-start").with("id", id.as_str()).with("name", name.as_str())
        }
        Event::ToolInputDelta { id, text } => {
            of("tool-input-delta").with("id", id.as_str()).with("text", text.as_str())
        }
        Event::ToolCall(call) => {
            let event = of("tool-call").with("id", call.id.as_str()).with("name", call.name.as_str());
            match call.input() {
                Some(input) => event.with("input", Value::Literal(input.into_owned())),
                None => event,
            }
        }
        Event::Source(source) => of("source").with("source", source.to_value()),
        Event::File(file) => of("file").with("file", file.to_value()),
        Event::Usage(usage) => of("usage").with("usage", usage_value(usage)),
        Event::Raw { data } => of("raw").with("data", data.as_str()),
        other => panic!("this is told by nobody here: {other:?}"),
    };
    value.to_json()
}

pub(crate) fn result_value(result: &RunResult) -> serde_json::Value {
    let list = |values: Vec<Value>| Value::Array(values);
    let mut value = Value::object()
        .with("text", result.text.as_str())
        .with("reasoning", result.reasoning.as_str())
        .with("toolCalls", list(result.tool_calls.iter().map(ToolCall::to_value).collect()))
        .with("sources", list(result.sources.iter().map(Source::to_value).collect()))
        .with("files", list(result.files.iter().map(GeneratedFile::to_value).collect()))
        .with("finishReason", result.finish_reason.as_str());
    if !result.raw_finish_reason.is_empty() {
        value.set("rawFinishReason", result.raw_finish_reason.as_str().into());
    }
    if let Some(usage) = &result.usage {
        value.set("usage", usage_value(usage));
    }
    value.set("attempts", u64::from(result.attempts).into());
    value.set("success", result.success.into());
    serde_json::from_str(&value.to_json()).expect("a result is JSON")
}

pub(crate) fn usage_value(usage: &Usage) -> Value {
    let mut value = Value::object();
    let figures = [
        ("inputTokens", usage.input_tokens),
        ("outputTokens", usage.output_tokens),
        ("totalTokens", usage.total_tokens),
        ("reasoningTokens", usage.reasoning_tokens),
        ("cachedInputTokens", usage.cached_input_tokens),
    ];
    for (key, figure) in figures {
        if let Some(figure) = figure {
            value.set(key, figure.into());
        }
    }
    if usage.estimated {
        value.set("estimated", true.into());
    }
    value
}
