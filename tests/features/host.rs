//! A host without JavaScript: a value is JSON, what is thrown is a string.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use futures::future::{poll_immediate, FutureExt, LocalBoxFuture};
use refinire_web::config::{AgentConfig, ResolvedConfig};
use refinire_web::error::Error;
use refinire_web::event::{Evaluation, Event, HostValue, Metrics, Routing, RunResult, Thrown};
use refinire_web::json::Value;
use refinire_web::message::{FinishReason, Tool, ToolCall};
use refinire_web::run::features::{
    AnswerCheck, Asked, Done, EventSink, Features, GrowingValue, Helper, Host, HostTool, RunFeatures, SharedContext,
    ToolContext, Validator, Values,
};
use refinire_web::run::{Extras, Review, StopSignal};

pub(crate) fn host_value(json: &str) -> HostValue {
    Rc::new(Value::parse(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}")))
}

pub(crate) fn thrown(words: &str) -> HostValue {
    Rc::new(Value::string(words))
}

/// A value as JSON; empty where it has none.
pub(crate) fn json(value: &HostValue) -> String {
    value.downcast_ref().map(Value::to_json).unwrap_or_default()
}

/// What has no waits in it.
pub(crate) fn now<T>(work: impl Future<Output = T>) -> T {
    work.now_or_never().expect("nothing is waited for")
}

#[derive(Default)]
pub(crate) struct JsonValues;

impl Values for JsonValues {
    fn parse(&self, json: &str) -> Result<HostValue, HostValue> {
        Value::parse(json.as_bytes()).map(|value| Rc::new(value) as HostValue).map_err(|error| thrown(&error.told()))
    }

    fn string(&self, text: &str) -> HostValue {
        thrown(text)
    }

    fn text_of(&self, value: &HostValue) -> Result<String, HostValue> {
        match value.downcast_ref::<Value>() {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(value) => Ok(value.to_json()),
            None if value.is::<()>() => Ok(String::new()),
            None => Err(thrown("it is circular")),
        }
    }

    fn error(&self, message: &str) -> HostValue {
        thrown(message)
    }

    fn describe(&self, thrown: &HostValue) -> String {
        self.text_of(thrown).unwrap_or_else(|_| "something".to_owned())
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        text.contains(pattern)
    }

    fn number(&self, text: &str) -> f64 {
        if text.trim().is_empty() {
            return 0.0;
        }
        text.trim().parse().unwrap_or(f64::NAN)
    }

    fn number_text(&self, number: f64) -> String {
        number.to_string()
    }

    fn growing(&self) -> Rc<dyn GrowingValue> {
        Rc::new(Growing::default())
    }
}

/// Tells of each piece as a partial value, and of the whole value as a field.
#[derive(Default)]
struct Growing {
    text: RefCell<String>,
    is_whole: Cell<bool>,
}

impl GrowingValue for Growing {
    fn push(&self, json: &str, tell: &dyn Fn(&Event)) -> bool {
        self.text.borrow_mut().push_str(json);
        let text = self.text.borrow().clone();
        let whole = (1..=text.len()).find_map(|end| Value::parse(text.get(..end)?.as_bytes()).ok());
        if let Some(value) = whole {
            self.is_whole.set(true);
            tell(&Event::Field { path: host_value("[]"), value: Rc::new(value) });
            return false;
        }
        tell(&Event::Partial { value: thrown(&text) });
        true
    }

    fn is_whole(&self) -> bool {
        self.is_whole.get()
    }
}

/// What was told, a line each.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) lines: RefCell<Vec<String>>,
    pub(crate) delivered: Cell<usize>,
}

impl Log {
    pub(crate) fn add(&self, line: String) {
        self.lines.borrow_mut().push(line);
    }

    pub(crate) fn take(&self) -> Vec<String> {
        self.lines.take()
    }
}

impl EventSink for Log {
    fn tell(&self, event: &Event) {
        self.add(match event {
            Event::ToolResult { id, name, output, is_error } => {
                format!("{id} {name}{}: {}", if *is_error { " failed" } else { "" }, json(output))
            }
            Event::Partial { value } => format!("partial {}", json(value)),
            Event::Field { path, value } => format!("field {} {}", json(path), json(value)),
            Event::Retry { attempt, delay_ms, error } => format!("retry {attempt} {delay_ms} {error:?}"),
            Event::Evaluation(evaluation) => format!("{evaluation:?}"),
            Event::Routing(routing) => format!("{routing:?}"),
            other => panic!("{other:?}"),
        });
    }

    fn delivered(&self) -> usize {
        self.delivered.get()
    }
}

/// A tool, or a validator, that is this function.
pub(crate) struct Does<F>(pub(crate) F);

impl<F: Fn(HostValue, ToolContext<'_>) -> Done<HostValue>> HostTool for Does<F> {
    fn validator(&self) -> Option<Rc<dyn Validator>> {
        None
    }

    fn execute(&self, input: HostValue, given: ToolContext<'_>) -> Done<HostValue> {
        self.0(input, given)
    }
}

pub(crate) struct Checks(pub(crate) fn(String) -> Result<&'static str, &'static str>);

impl Validator for Checks {
    fn validate(&self, value: HostValue) -> Done<HostValue> {
        let made = self.0(json(&value)).map(host_value).map_err(thrown);
        Box::pin(async { made })
    }
}

/// Another agent, which gives these answers, one after the other, and remembers what it was asked.
#[derive(Default)]
pub(crate) struct Answers {
    pub(crate) answers: RefCell<Vec<Result<&'static str, Error>>>,
    pub(crate) asked: RefCell<Vec<String>>,
}

impl Answers {
    pub(crate) fn of(answers: impl IntoIterator<Item = Result<&'static str, Error>>) -> Rc<Self> {
        let answers = RefCell::new(answers.into_iter().collect());
        Rc::new(Self { answers, ..Self::default() })
    }
}

impl Helper for Answers {
    fn ask(&self, input: String) -> LocalBoxFuture<'_, Result<RunResult, Thrown>> {
        self.asked.borrow_mut().push(input);
        let answer = self.answers.borrow_mut().remove(0);
        let result = answer.map(|json| RunResult { content: Some(host_value(json)), ..draft(json) });
        Box::pin(async { result.map_err(Thrown::Error) })
    }
}

/// What a run was given, and where it was sent.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) content: Option<HostValue>,
    pub(crate) evaluation: Option<Evaluation>,
    pub(crate) routed: RefCell<Vec<Routing>>,
}

impl SharedContext for Shared {
    fn own(&self) -> HostValue {
        thrown("the context")
    }

    fn content(&self) -> Option<HostValue> {
        self.content.clone()
    }

    fn evaluation(&self) -> Option<Evaluation> {
        self.evaluation.clone()
    }

    fn shared(&self, name: &str) -> Option<HostValue> {
        match name {
            "town" => Some(host_value(r#""Rome {{town}}""#)),
            "list" => Some(host_value("[1]")),
            "" => Some(host_value("0")),
            "nothing" => Some(Rc::new(())),
            "circle" => Some(Rc::new(1_u8)),
            _ => None,
        }
    }

    fn route(&self, routing: &Routing) {
        self.routed.borrow_mut().push(routing.clone());
    }
}

/// What an agent does that has these tools, none of which runs by itself.
pub(crate) fn config_with(tools: &[&str], parameters: &str) -> Rc<ResolvedConfig> {
    let parameters = Value::parse(parameters.as_bytes()).unwrap();
    let tool = |name: &&str| Tool {
        name: (*name).to_owned(),
        description: String::new(),
        parameters: parameters.clone(),
        executes: true,
    };
    let tools = tools.iter().map(tool).collect();
    Rc::new(AgentConfig { tools, ..AgentConfig::new("gpt-4o") }.resolve().unwrap())
}

pub(crate) fn agent_config() -> Rc<ResolvedConfig> {
    config_with(&[], "{}")
}

/// What an agent does whose answers fit this JSON Schema.
pub(crate) fn config_for(schema: &str) -> Rc<ResolvedConfig> {
    let schema = Some(Value::parse(schema.as_bytes()).unwrap());
    Rc::new(AgentConfig { schema, ..AgentConfig::new("gpt-4o") }.resolve().unwrap())
}

pub(crate) fn draft(text: &str) -> RunResult {
    RunResult {
        content: None,
        text: text.to_owned(),
        reasoning: String::new(),
        tool_calls: Vec::new(),
        sources: Vec::new(),
        files: Vec::new(),
        finish_reason: FinishReason::Stop,
        raw_finish_reason: String::new(),
        usage: None,
        metrics: Metrics::default(),
        evaluation: None,
        routing: None,
        attempts: 1,
        success: true,
    }
}

pub(crate) struct Bench {
    pub(crate) log: Rc<Log>,
    pub(crate) run: RunFeatures,
}

impl Bench {
    pub(crate) fn new(features: Features, config: Rc<ResolvedConfig>, asked: Asked) -> Self {
        let log = Rc::new(Log::default());
        let host = Host { values: Rc::new(JsonValues), events: log.clone() };
        Self { run: RunFeatures::new(Rc::new(features), config, host, asked), log }
    }

    /// A run whose answer is to be JSON of this schema.
    pub(crate) fn structured(schema: &str, schema_retries: u64) -> Self {
        let features = Features { answer: Some(AnswerCheck::JsonSchema), schema_retries, ..Features::default() };
        Self::new(features, config_for(schema), Asked::default())
    }

    /// A chunk is delivered, and somebody hears of it.
    pub(crate) fn hear(&self, text: &str) {
        self.log.delivered.set(self.log.delivered.get() + text.encode_utf16().count());
        self.run.heard(text);
    }

    pub(crate) fn review(&self, text: &str) -> Result<Review, Thrown> {
        now(self.run.review(draft(text), StopSignal::default()))
    }

    /// The content of an answer that is taken, as JSON.
    pub(crate) fn content(&self, text: &str) -> String {
        match self.review(text) {
            Ok(Review::Accept { content: Some(content), .. }) => json(&content),
            other => panic!("{other:?}"),
        }
    }

    /// What is wrong with it.
    pub(crate) fn failure(&self, text: &str) -> Error {
        match self.review(text) {
            Err(Thrown::Error(error)) => error,
            other => panic!("{other:?}"),
        }
    }

    /// The prompt for another one.
    pub(crate) fn prompt(&self, text: &str) -> String {
        match self.review(text) {
            Ok(Review::Again(prompt)) => prompt,
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) fn call(id: &str, name: &str, input: &str) -> ToolCall {
    ToolCall { id: id.to_owned(), name: name.to_owned(), input_text: input.to_owned(), ..ToolCall::default() }
}

/// What some work has come to so far.
pub(crate) fn poll<T>(work: &mut LocalBoxFuture<'_, T>) -> Option<T> {
    poll_immediate(work).now_or_never().flatten()
}
