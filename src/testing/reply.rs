//! What a server answers, on a script.

use crate::error::Code;
use crate::json::Writer;
use crate::text::concat;

/// What happens next on a connection.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// So many milliseconds pass.
    Wait(f64),
    /// These bytes come in one read.
    Bytes(Vec<u8>),
    /// The connection breaks.
    Break,
}

/// A response, or the lack of one: what happens on the connection, in order. The methods that name something of an answer,
/// as [`Reply::say`] does, write Chat Completions; for other formats there is [`Reply::bytes`].
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) retry_after: Option<String>,
    /// How long there is no network for the request, and then no place among the connections.
    pub(super) offline: f64,
    pub(super) queued: f64,
    /// How long the head takes.
    pub(super) head_after: f64,
    /// There is no head, but this.
    pub(super) failure: Option<(Code, &'static str)>,
    pub(super) body: Vec<Step>,
}

impl Reply {
    /// A response with that HTTP status and no body yet.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status, retry_after: None, offline: 0.0, queued: 0.0, head_after: 0.0, failure: None, body: Vec::new() }
    }

    /// The beginning of a stream.
    #[must_use]
    pub fn ok() -> Self {
        Self::status(200)
    }

    /// A stream with nothing but this answer, whole.
    #[must_use]
    pub fn answer(text: &str) -> Self {
        Self::ok().say(text).done()
    }

    /// A request that does not get through.
    #[must_use]
    pub fn unreachable() -> Self {
        Self { failure: Some((Code::Network, "the request failed")), ..Self::ok() }
    }

    /// A request that cannot be made, by the caller's mistake.
    #[must_use]
    pub fn mistaken() -> Self {
        Self { failure: Some((Code::InvalidArgument, "`apiKey` must give a string")), ..Self::ok() }
    }

    /// A response that never begins.
    #[must_use]
    pub fn silent() -> Self {
        Self::ok().head_after(f64::INFINITY)
    }

    /// An answer without streaming.
    #[must_use]
    pub fn whole(text: &str) -> Self {
        let mut json = Writer::default();
        json.add(r#"{"choices":[{"message":{"role":"assistant""#);
        json.text("content", text);
        json.add(r#"},"finish_reason":"stop"}]}"#);
        Self::ok().bytes(json.finish())
    }

    /// For so many milliseconds there is no network.
    #[must_use]
    pub fn offline(mut self, ms: f64) -> Self {
        self.offline = ms;
        self
    }

    /// For so many milliseconds there are too many other connections.
    #[must_use]
    pub fn queued(mut self, ms: f64) -> Self {
        self.queued = ms;
        self
    }

    /// The head takes so many milliseconds.
    #[must_use]
    pub fn head_after(mut self, ms: f64) -> Self {
        self.head_after = ms;
        self
    }

    /// A header `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, value: &str) -> Self {
        self.retry_after = Some(value.to_owned());
        self
    }

    fn then(mut self, step: Step) -> Self {
        self.body.push(step);
        self
    }

    /// So many milliseconds pass.
    #[must_use]
    pub fn wait(self, ms: f64) -> Self {
        self.then(Step::Wait(ms))
    }

    /// Nothing more comes, and nobody hangs up.
    #[must_use]
    pub fn hang(self) -> Self {
        self.wait(f64::INFINITY)
    }

    /// The connection breaks.
    #[must_use]
    pub fn cut(self) -> Self {
        self.then(Step::Break)
    }

    /// These bytes come in one read.
    #[must_use]
    pub fn bytes(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::Bytes(bytes.into()))
    }

    /// What follows is the body of `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.body.extend(other.body);
        self
    }

    /// How many bytes the body has.
    #[must_use]
    pub fn body_len(&self) -> usize {
        let bytes = |step: &Step| if let Step::Bytes(bytes) = step { bytes.len() } else { 0 };
        self.body.iter().map(bytes).sum()
    }

    /// An event that holds this JSON.
    #[must_use]
    pub fn data(self, json: &str) -> Self {
        self.bytes(concat(&["data: ", json, "\n\n"]))
    }

    /// An increment of the message, as JSON.
    #[must_use]
    pub fn delta(self, json: &str) -> Self {
        self.data(&concat(&[r#"{"choices":[{"delta":"#, json, "}]}"]))
    }

    /// More of the text.
    #[must_use]
    pub fn say(self, text: &str) -> Self {
        self.delta(&object(&[("content", text)]))
    }

    /// More of the reasoning.
    #[must_use]
    pub fn think(self, text: &str) -> Self {
        self.delta(&object(&[("reasoning", text)]))
    }

    /// A call of a tool, whole.
    #[must_use]
    pub fn call(self, id: &str, name: &str, arguments: &str) -> Self {
        let function = object(&[("name", name), ("arguments", arguments)]);
        let mut call = Writer::default();
        call.add(r#"{"tool_calls":[{"index":0"#);
        call.text("id", id);
        call.member("function", &function);
        call.add("}]}");
        self.delta(&call.finish())
    }

    /// A reason to finish, which is a terminal.
    #[must_use]
    pub fn finish(self, reason: &str) -> Self {
        self.data(&concat(&[r#"{"choices":[{"delta":{},"finish_reason":""#, reason, r#""}]}"#]))
    }

    /// The end of the stream.
    #[must_use]
    pub fn done(self) -> Self {
        self.finish("stop").data("[DONE]")
    }
}

fn object(members: &[(&'static str, &str)]) -> String {
    let mut json = Writer::default();
    json.add("{");
    for (name, text) in members {
        json.text(name, text);
    }
    json.add("}");
    json.finish()
}
