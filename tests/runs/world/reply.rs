//! What the network says to a request.

use refinire_web::error::Code;

/// What happens next on a connection.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// So many milliseconds pass.
    Wait(f64),
    /// These bytes come in one read.
    Bytes(Vec<u8>),
    /// The connection breaks.
    Break,
}

/// A response, or the lack of one.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    /// How long there is no network for the request, and then no place among the connections.
    pub(crate) offline: f64,
    pub(crate) crowded: f64,
    /// How long the head takes.
    pub(crate) head_after: f64,
    /// There is no head, but this.
    pub(crate) failure: Option<(Code, &'static str)>,
    pub(crate) body: Vec<Step>,
}

impl Reply {
    /// A response with that status and no body yet.
    pub(crate) fn status(status: u16) -> Self {
        Self { status, retry_after: None, offline: 0.0, crowded: 0.0, head_after: 0.0, failure: None, body: Vec::new() }
    }

    /// The beginning of a stream.
    pub(crate) fn ok() -> Self {
        Self::status(200)
    }

    /// A request that does not get through.
    pub(crate) fn unreachable() -> Self {
        Self { failure: Some((Code::Network, "the request failed")), ..Self::ok() }
    }

    /// A request that cannot be made.
    pub(crate) fn mistaken() -> Self {
        Self { failure: Some((Code::InvalidArgument, "`apiKey` must give a string")), ..Self::ok() }
    }

    /// A response that never begins.
    pub(crate) fn silent() -> Self {
        Self::ok().head_after(f64::INFINITY)
    }

    /// A stream of Chat Completions with nothing but this answer, whole.
    pub(crate) fn answer(text: &str) -> Self {
        Self::ok().say(text).done()
    }

    /// An answer of Chat Completions without streaming.
    pub(crate) fn whole(text: &str) -> Self {
        let message = serde_json::json!({"role": "assistant", "content": text});
        Self::ok().bytes(serde_json::json!({"choices": [{"message": message, "finish_reason": "stop"}]}).to_string())
    }

    pub(crate) fn offline(mut self, ms: f64) -> Self {
        self.offline = ms;
        self
    }

    pub(crate) fn crowded(mut self, ms: f64) -> Self {
        self.crowded = ms;
        self
    }

    pub(crate) fn head_after(mut self, ms: f64) -> Self {
        self.head_after = ms;
        self
    }

    pub(crate) fn retry_after(mut self, value: &str) -> Self {
        self.retry_after = Some(value.to_owned());
        self
    }

    fn then(mut self, step: Step) -> Self {
        self.body.push(step);
        self
    }

    pub(crate) fn wait(self, ms: f64) -> Self {
        self.then(Step::Wait(ms))
    }

    /// Nothing more comes, and nobody hangs up.
    pub(crate) fn hang(self) -> Self {
        self.wait(f64::INFINITY)
    }

    pub(crate) fn cut(self) -> Self {
        self.then(Step::Break)
    }

    pub(crate) fn bytes(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::Bytes(bytes.into()))
    }

    /// An event that holds this JSON.
    pub(crate) fn data(self, json: &str) -> Self {
        self.bytes(format!("data: {json}\n\n"))
    }

    /// An increment of a message of Chat Completions.
    pub(crate) fn delta(self, json: &str) -> Self {
        self.data(&format!(r#"{{"choices":[{{"delta":{json}}}]}}"#))
    }

    pub(crate) fn say(self, text: &str) -> Self {
        self.delta(&serde_json::json!({"content": text}).to_string())
    }

    pub(crate) fn think(self, text: &str) -> Self {
        self.delta(&serde_json::json!({"reasoning": text}).to_string())
    }

    /// A call of a tool, whole.
    pub(crate) fn call(self, id: &str, name: &str, arguments: &str) -> Self {
        let function = serde_json::json!({"name": name, "arguments": arguments});
        self.delta(&serde_json::json!({"tool_calls": [{"index": 0, "id": id, "function": function}]}).to_string())
    }

    /// A chunk with a reason to finish, which is the terminal.
    pub(crate) fn finish(self, reason: &str) -> Self {
        self.data(&format!(r#"{{"choices":[{{"delta":{{}},"finish_reason":"{reason}"}}]}}"#))
    }

    /// The terminal, and the end.
    pub(crate) fn done(self) -> Self {
        self.finish("stop").data("[DONE]")
    }
}
