//! A recording: the events of a stream, and what they amount to.

use std::fs;
use std::path::Path;

use refinire_web::json::Value;

use crate::decode::{decode, Outcome};

#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) expect: Value,
    protocol: String,
    events: Vec<Value>,
}

impl Recording {
    /// Every recording of the folder, in the order of their names.
    pub(crate) fn all(folder: &Path) -> Vec<Self> {
        let files = fs::read_dir(folder).expect("the folder of recordings can be read");
        let mut paths: Vec<_> = files.map(|file| file.expect("a file can be listed").path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let shown = path.display();
        let file = fs::read(path).unwrap_or_else(|error| panic!("{shown}: {error}"));
        let value = Value::parse(&file).unwrap_or_else(|error| panic!("{shown}: {error}"));
        let member = |key: &str| value.get(key).unwrap_or_else(|| panic!("{shown} has no {key}"));
        let text = |key: &str| member(key).as_str().unwrap_or_else(|| panic!("{shown}: {key} is no string")).to_owned();
        Self {
            name: text("name"),
            protocol: text("protocol"),
            expect: member("expect").clone(),
            events: member("events").items().to_vec(),
        }
    }

    /// The same recording, the members of every object the other way round.
    pub(crate) fn with_keys_reversed(&self) -> Self {
        let (name, protocol, expect) = (self.name.clone(), self.protocol.clone(), self.expect.clone());
        Self { name, protocol, expect, events: self.events.iter().cloned().map(reversed).collect() }
    }

    fn provider(&self) -> &'static str {
        match self.protocol.as_str() {
            "openai-chat" => "openai",
            "openai-responses" => "openai-responses",
            "anthropic-messages" => "anthropic",
            "gemini" => "gemini",
            other => panic!("{}: the protocol {other} is none that is known", self.name),
        }
    }

    /// The body that holds all its events, those of several responses one behind the other.
    fn body(&self) -> String {
        let mut body = String::new();
        for event in &self.events {
            let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
            if matches!(self.protocol.as_str(), "openai-responses" | "anthropic-messages") {
                body.push_str(&["event: ", kind, "\n"].concat());
            }
            body.push_str(&["data: ", &event.to_json(), "\n\n"].concat());
        }
        if self.protocol == "openai-chat" {
            body.push_str("data: [DONE]\n\n");
        }
        body
    }

    /// What it becomes, cut into reads by `cut`.
    pub(crate) fn decode(&self, cut: impl FnOnce(&[u8]) -> Vec<&[u8]>) -> Outcome {
        decode(self.provider(), &cut(self.body().as_bytes()))
    }

    /// What an outcome says, in the words of `expect`.
    pub(crate) fn says(outcome: &Outcome) -> Value {
        let calls = outcome
            .tool_calls
            .iter()
            .map(|call| Value::object().with("name", call.name.as_str()).with("arguments", call.input_text.as_str()));
        let null = || Value::Literal("null".to_owned());
        let number = |figure: Option<u64>| figure.map_or_else(null, Value::number);
        let usage = outcome.usage.unwrap_or_default();
        Value::object()
            .with("text", outcome.text.as_str())
            .with("reasoning", outcome.reasoning.as_str())
            .with("toolCalls", calls.collect::<Vec<_>>())
            .with("finish", outcome.finish.as_ref().map_or_else(null, |(_, raw)| Value::string(raw)))
            .with("inputTokens", number(usage.input_tokens))
            .with("outputTokens", number(usage.output_tokens))
            .with("error", outcome.failure.as_ref().map_or_else(null, |failure| Value::string(&failure.message)))
    }
}

fn reversed(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(reversed).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().rev().map(|(key, value)| (key, reversed(value))).collect())
        }
        other => other,
    }
}
