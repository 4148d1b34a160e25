//! The hand-written responses: `tests/fixtures/<provider>/<scenario>.sse` or `.ndjson`, with what it says beside it.

use std::fs;
use std::path::Path;

use refinire_web::provider::PROTOCOLS;
use serde_json::{json, Value};

use crate::decode::told::usage_value;
use crate::decode::Outcome;
use crate::fixtures::bodies;

#[derive(Debug)]
pub(crate) struct Fixture {
    /// The folder, which is the provider's name.
    pub(crate) provider: String,
    pub(crate) name: String,
    pub(crate) body: Vec<u8>,
    pub(crate) expected: Value,
}

impl Fixture {
    /// Every fixture of every format.
    pub(crate) fn all() -> Vec<Self> {
        PROTOCOLS.iter().flat_map(|protocol| bodies(protocol)).map(|path| Self::read(&path)).collect()
    }

    fn read(path: &Path) -> Self {
        let open = |path: &Path| fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let beside = path.with_extension("json");
        let expected = serde_json::from_slice(&open(&beside));
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let provider = folder.to_string_lossy().into_owned();
        Self {
            name: format!("{provider}/{}", path.file_name().unwrap_or_default().to_string_lossy()),
            provider,
            body: open(path),
            expected: expected.unwrap_or_else(|error| panic!("{}: {error}", beside.display())),
        }
    }

    /// The payloads of its frames, roughly: what stands behind `data:`, or on a line.
    pub(crate) fn payloads(&self) -> Vec<Vec<u8>> {
        let lines = self.body.split(|byte| matches!(byte, b'\r' | b'\n'));
        let payloads = lines.map(|line| line.strip_prefix(b"data:").unwrap_or(line).trim_ascii().to_vec());
        payloads.filter(|payload| payload.starts_with(b"{")).collect()
    }
}

/// An outcome in the words of the expectations.
pub(crate) fn in_words(outcome: &Outcome) -> Value {
    let calls = outcome.tool_calls.iter();
    let calls = calls.map(|call| json!({"id": call.id, "name": call.name, "inputText": call.input_text}));
    let usage = usage_value(&outcome.usage.unwrap_or_default().reported()).to_json();
    let raw = outcome.finish.as_ref().map(|(_, raw)| raw.as_str()).filter(|raw| !raw.is_empty());
    let failure = outcome.failure.as_ref();
    let mut words = json!({
        "text": outcome.text,
        "reasoning": outcome.reasoning,
        "toolCalls": calls.collect::<Vec<_>>(),
        "finish": outcome.finish.as_ref().map(|(reason, _)| *reason),
        "rawFinish": raw,
        "usage": serde_json::from_str::<Value>(&usage).expect("usage is JSON"),
        "error": failure.map(|failure| json!({"code": failure.code, "retryable": failure.retryable})),
    });
    // Most responses have none.
    let parsed = |json: String| serde_json::from_str::<Value>(&json).expect("it is JSON");
    let sources: Vec<_> = outcome.sources.iter().map(|source| parsed(source.to_value().to_json())).collect();
    let files: Vec<_> = outcome.files.iter().map(|file| parsed(file.to_value().to_json())).collect();
    for (name, list) in [("sources", sources), ("files", files)] {
        if !list.is_empty() {
            words[name] = list.into();
        }
    }
    words
}
