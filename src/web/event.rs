//! Events and results, as JavaScript sees them: flat objects, without the members that have no value.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::JSON;
use serde::Serialize;
use serde_wasm_bindgen::{preserve, Serializer};
use wasm_bindgen::JsValue;

use super::error::{into_js, thrown_to_js};
use crate::event::{Evaluation, Event, HostValue, Metrics, Routing, RunResult};
use crate::message::{GeneratedFile, Source, ToolCall, Usage};

/// Makes the JavaScript objects of events and results.
#[derive(Debug, Default)]
pub(super) struct Objects {
    /// The bytes of the files so far. They are large, and the same string is used in the event and in the result.
    files: RefCell<Vec<(Rc<str>, JsValue)>>,
}

impl Objects {
    /// The event.
    pub(super) fn event(&self, event: &Event) -> JsValue {
        object(&match event {
            Event::Start { provider, model, attempt } => Told::Start { provider, model, attempt: *attempt },
            Event::TextDelta { text } => Told::TextDelta { text },
            Event::ReasoningDelta { text } => Told::ReasoningDelta { text },
            Event::ToolInputStart { id, name } => Told::ToolInputStart { id, name },
            Event::ToolInputDelta { id, text } => Told::ToolInputDelta { id, text },
            Event::ToolCall(call) => Told::ToolCall { id: &call.id, name: &call.name, input: input_of(call) },
            Event::ToolResult { id, name, output, is_error } => {
                Told::ToolResult { id, name, output: host(output), is_error: *is_error }
            }
            Event::Partial { value } => Told::Partial { value: host(value) },
            Event::Field { path, value } => Told::Field { path: host(path), value: host(value) },
            Event::Source(source) => Told::Source { source: source.into() },
            Event::File(file) => Told::File { file: self.file(file) },
            Event::Usage(usage) => Told::Usage { usage: usage.into() },
            Event::Retry { attempt, delay_ms, error } => {
                Told::Retry { attempt: *attempt, delay_ms: *delay_ms, error: into_js(error) }
            }
            Event::Fallback { error } => Told::Fallback { error: into_js(error) },
            Event::Continue { error } => Told::Continue { error: into_js(error) },
            Event::Evaluation(Evaluation { score, passed, feedback }) => {
                Told::Evaluation { score: *score, passed: *passed, feedback: feedback.as_deref() }
            }
            Event::Routing(Routing { next_route, reasoning }) => {
                Told::Routing { next_route, reasoning: reasoning.as_deref() }
            }
            Event::StepStart => Told::StepStart {},
            Event::StepRetry { attempt, error } => {
                Told::Retry { attempt: *attempt, delay_ms: 0, error: thrown_to_js(error) }
            }
            Event::StepFallback { error } => Told::Fallback { error: thrown_to_js(error) },
            Event::StepFinish { duration_ms, is_failed } => {
                Told::StepFinish { duration_ms: *duration_ms, status: if *is_failed { "failed" } else { "completed" } }
            }
            Event::UserInput { prompt } => Told::UserInput { prompt },
            Event::Raw { data } => Told::Raw { data },
            Event::Finish { reason, usage, metrics } => Told::Finish {
                reason: reason.as_str(),
                usage: usage.as_ref().map(Figures::from),
                metrics: metrics.into(),
            },
            Event::Host(value) => return host(value),
            Event::Error { error, partial_text } => Told::Error { error: thrown_to_js(error), partial_text },
        })
    }

    /// The result.
    pub(super) fn result(&self, result: &RunResult) -> JsValue {
        let text = JsValue::from_str(&result.text);
        object(&Outcome {
            content: result.content.as_ref().map_or_else(|| text.clone(), host),
            text,
            reasoning: &result.reasoning,
            tool_calls: result.tool_calls.iter().map(Call::from).collect(),
            sources: result.sources.iter().map(Cited::from).collect(),
            files: result.files.iter().map(|file| self.file(file)).collect(),
            finish_reason: result.finish_reason.as_str(),
            raw_finish_reason: given(&result.raw_finish_reason),
            usage: result.usage.as_ref().map(Figures::from),
            metrics: (&result.metrics).into(),
            evaluation: result.evaluation.as_ref().map(|judged| Judged {
                score: judged.score,
                passed: judged.passed,
                feedback: judged.feedback.as_deref(),
            }),
            routing: result
                .routing
                .as_ref()
                .map(|routing| Routed { next_route: &routing.next_route, reasoning: routing.reasoning.as_deref() }),
            attempts: result.attempts,
            success: result.success,
        })
    }

    fn file<'a>(&self, file: &'a GeneratedFile) -> File<'a> {
        let data = file.data.as_ref().map_or(JsValue::UNDEFINED, |data| self.data(data));
        File { media_type: &file.media_type, data, url: file.url.as_deref(), name: file.name.as_deref() }
    }

    fn data(&self, data: &Rc<str>) -> JsValue {
        let mut files = self.files.borrow_mut();
        if let Some((_, known)) = files.iter().find(|(known, _)| Rc::ptr_eq(known, data)) {
            return known.clone();
        }
        let string = JsValue::from_str(data);
        files.push((data.clone(), string.clone()));
        string
    }
}

/// A value as a JavaScript object; undefined if it cannot be converted, which does not happen for the types above.
fn object(said: &impl Serialize) -> JsValue {
    said.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

/// The value that the core carried.
fn host(value: &HostValue) -> JsValue {
    value.downcast_ref::<JsValue>().cloned().unwrap_or_default()
}

/// The arguments of a call; undefined if they are not JSON. JavaScript parses them: a member `__proto__` is one like
/// any other.
fn input_of(call: &ToolCall) -> JsValue {
    call.input().and_then(|input| JSON::parse(&input).ok()).unwrap_or_default()
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde wants it.
fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum Told<'a> {
    Start {
        provider: &'a str,
        model: &'a str,
        attempt: u32,
    },
    TextDelta {
        text: &'a str,
    },
    ReasoningDelta {
        text: &'a str,
    },
    ToolInputStart {
        id: &'a str,
        name: &'a str,
    },
    ToolInputDelta {
        id: &'a str,
        text: &'a str,
    },
    ToolCall {
        id: &'a str,
        name: &'a str,
        #[serde(with = "preserve", skip_serializing_if = "JsValue::is_undefined")]
        input: JsValue,
    },
    ToolResult {
        id: &'a str,
        name: &'a str,
        #[serde(with = "preserve")]
        output: JsValue,
        #[serde(skip_serializing_if = "is_false")]
        is_error: bool,
    },
    Partial {
        #[serde(with = "preserve")]
        value: JsValue,
    },
    Field {
        #[serde(with = "preserve")]
        path: JsValue,
        #[serde(with = "preserve")]
        value: JsValue,
    },
    Source {
        source: Cited<'a>,
    },
    File {
        file: File<'a>,
    },
    Usage {
        usage: Figures,
    },
    Retry {
        attempt: u32,
        delay_ms: u64,
        #[serde(with = "preserve")]
        error: JsValue,
    },
    Fallback {
        #[serde(with = "preserve")]
        error: JsValue,
    },
    Continue {
        #[serde(with = "preserve")]
        error: JsValue,
    },
    Evaluation {
        score: f64,
        passed: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        feedback: Option<&'a str>,
    },
    Routing {
        next_route: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reasoning: Option<&'a str>,
    },
    StepStart {},
    StepFinish {
        duration_ms: f64,
        status: &'static str,
    },
    UserInput {
        prompt: &'a str,
    },
    Raw {
        data: &'a str,
    },
    Finish {
        reason: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        usage: Option<Figures>,
        metrics: Measured,
    },
    Error {
        #[serde(with = "preserve")]
        error: JsValue,
        partial_text: &'a str,
    },
}

/// A result as JavaScript receives it, one field for each member of `RunResult`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    #[serde(with = "preserve")]
    content: JsValue,
    #[serde(with = "preserve")]
    text: JsValue,
    reasoning: &'a str,
    tool_calls: Vec<Call<'a>>,
    sources: Vec<Cited<'a>>,
    files: Vec<File<'a>>,
    finish_reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_finish_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Figures>,
    metrics: Measured,
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluation: Option<Judged<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing: Option<Routed<'a>>,
    attempts: u32,
    success: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Call<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(with = "preserve", skip_serializing_if = "JsValue::is_undefined")]
    input: JsValue,
    input_text: &'a str,
}

impl<'a> From<&'a ToolCall> for Call<'a> {
    fn from(call: &'a ToolCall) -> Self {
        Self { id: &call.id, name: &call.name, input: input_of(call), input_text: &call.input_text }
    }
}

#[derive(Serialize)]
struct Judged<'a> {
    score: f64,
    passed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Routed<'a> {
    next_route: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<&'a str>,
}

#[derive(Serialize)]
struct Cited<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
}

impl<'a> From<&'a Source> for Cited<'a> {
    fn from(source: &'a Source) -> Self {
        Self {
            url: source.url.as_deref(),
            title: source.title.as_deref(),
            text: source.text.as_deref(),
            start: source.start,
            end: source.end,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    media_type: &'a str,
    #[serde(with = "preserve", skip_serializing_if = "JsValue::is_undefined")]
    data: JsValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    #[serde(skip_serializing_if = "Option::is_none")]
    input_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cached_input_tokens: Option<u64>,
    #[serde(skip_serializing_if = "is_false")]
    estimated: bool,
}

impl From<&Usage> for Figures {
    fn from(usage: &Usage) -> Self {
        let Usage { input_tokens, output_tokens, total_tokens, reasoning_tokens, cached_input_tokens, estimated } =
            usage.reported();
        Self { input_tokens, output_tokens, total_tokens, reasoning_tokens, cached_input_tokens, estimated }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    chunks: u64,
    chars: u64,
    bytes: u64,
    time_to_first_chunk_ms: f64,
    duration_ms: f64,
    chars_per_second: f64,
}

impl From<&Metrics> for Measured {
    fn from(metrics: &Metrics) -> Self {
        let Metrics { chunks, chars, bytes, time_to_first_chunk_ms, duration_ms, chars_per_second } = *metrics;
        Self { chunks, chars, bytes, time_to_first_chunk_ms, duration_ms, chars_per_second }
    }
}
