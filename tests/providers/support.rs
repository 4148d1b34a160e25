//! Sends a response's bytes through framing and decoder, and collects what comes out.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use refinire_web::error::Error;
use refinire_web::json::{Split, Value};
use refinire_web::message::{
    Attachment, Delta, FinishReason, GeneratedFile, Message, Role, Source, Span, Tool, ToolCall, Usage,
};
use refinire_web::provider::{Decode, Framing, Prompt, Protocol};
use refinire_web::wire::{Frame, Ndjson, Sse, DEFAULT_MAX_EVENT_BYTES};

/// Everything that one response said.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) text: String,
    /// Its parts separated by a blank line.
    pub(crate) reasoning: String,
    pub(crate) calls: Vec<ToolCall>,
    /// How many calls were reported whole.
    pub(crate) calls_ended: usize,
    /// How many increments of arguments came, the empty ones too.
    pub(crate) input_count: usize,
    /// With their places as the provider counts them.
    pub(crate) sources: Vec<Source>,
    pub(crate) spans: Vec<Span>,
    pub(crate) files: Vec<GeneratedFile>,
    /// What the provider wants back, each member as often as it came.
    pub(crate) state: Vec<(&'static str, Value)>,
    pub(crate) usage: Usage,
    pub(crate) usage_count: usize,
    /// The last one that came.
    pub(crate) finish: Option<(FinishReason, String)>,
    /// The decoder said that nothing follows.
    pub(crate) ended: bool,
    pub(crate) raw_count: usize,
    /// What came, in the order in which it did, each run of one kind once.
    pub(crate) order: Vec<&'static str>,
    pub(crate) error: Option<Error>,
    splits: (Split, Split),
    input_splits: Vec<Split>,
    new_part: bool,
}

impl Answer {
    /// The calls as pairs of name and arguments.
    pub(crate) fn called(&self) -> Vec<(&str, &str)> {
        self.calls.iter().map(|call| (call.name.as_str(), call.input_text.as_str())).collect()
    }

    /// The finish reason with the provider's word for it.
    pub(crate) fn finished(&self) -> Option<(FinishReason, &str)> {
        self.finish.as_ref().map(|(reason, raw)| (*reason, raw.as_str()))
    }

    /// The error's code, and whether asking again may help.
    pub(crate) fn failed(&self) -> Option<(&'static str, bool)> {
        self.error.as_ref().map(|error| (error.code.as_str(), error.retryable))
    }

    /// Input, output, total, reasoning and cached tokens.
    pub(crate) fn tokens(&self) -> [Option<u64>; 5] {
        let Usage { input_tokens, output_tokens, total_tokens, reasoning_tokens, cached_input_tokens, .. } = self.usage;
        [input_tokens, output_tokens, total_tokens, reasoning_tokens, cached_input_tokens]
    }

    fn note(&mut self, delta: &Delta<'_>) {
        let kind = match delta {
            Delta::Text(_) => "text",
            Delta::Reasoning(_) => "reasoning",
            Delta::TextSoFar(_) | Delta::ReasoningSoFar(_) => "so far",
            Delta::ReasoningPart => "part",
            Delta::ToolStart { .. } | Delta::ToolInput { .. } | Delta::ToolEnd { .. } => "tool",
            Delta::TextPart | Delta::ReasoningState(_) => return,
            Delta::Source { .. } => "source",
            Delta::File(_) => "file",
            Delta::State { .. } => "state",
            Delta::Usage(_) => "usage",
            Delta::Finish { .. } => "finish",
            Delta::End | Delta::EndOfResponse => "end",
            Delta::NextTurn => "next",
            Delta::Raw(_) => "raw",
        };
        if self.order.last() != Some(&kind) {
            self.order.push(kind);
        }
    }

    fn take(&mut self, delta: Delta<'_>) {
        self.note(&delta);
        match delta {
            Delta::Text(text) => text.append_to(&mut self.text, &mut self.splits.0),
            Delta::Reasoning(text) => {
                if std::mem::take(&mut self.new_part) && !self.reasoning.is_empty() {
                    self.reasoning.push_str("\n\n");
                }
                text.append_to(&mut self.reasoning, &mut self.splits.1);
            }
            Delta::TextSoFar(text) => {
                if let Some(rest) = text.read().strip_prefix(&*self.text) {
                    self.text.push_str(rest);
                }
            }
            Delta::ReasoningSoFar(text) => {
                if let Some(rest) = text.read().strip_prefix(&*self.reasoning) {
                    self.reasoning.push_str(rest);
                }
            }
            Delta::ReasoningPart => self.new_part = true,
            Delta::ToolStart { call, id, name, extra } => {
                assert_eq!(call, self.calls.len(), "calls are numbered in the order they begin");
                self.calls.push(ToolCall { id, name, extra, ..ToolCall::default() });
                self.input_splits.push(Split::default());
            }
            Delta::ToolInput { call, text } => {
                self.input_count += 1;
                text.append_to(&mut self.calls[call].input_text, &mut self.input_splits[call]);
            }
            Delta::ToolEnd { .. } => self.calls_ended += 1,
            Delta::Source { source, span } => {
                self.sources.push(Source {
                    start: span.map(|span| span.start),
                    end: span.map(|span| span.end),
                    ..source
                });
                self.spans.extend(span);
            }
            Delta::File(file) => self.files.push(file),
            Delta::State { member, value } => self.state.push((member, value)),
            Delta::Usage(usage) => {
                self.usage_count += 1;
                self.usage.update(&usage);
            }
            Delta::Finish { reason, raw } => self.finish = Some((reason, raw)),
            Delta::End => {
                self.ended = true;
                self.finish.get_or_insert((FinishReason::Stop, String::new()));
            }
            Delta::TextPart | Delta::EndOfResponse | Delta::ReasoningState(_) => {}
            Delta::NextTurn => self.finish = None,
            Delta::Raw(_) => self.raw_count += 1,
        }
    }

    fn frame(&mut self, protocol: &Protocol, decoder: &mut dyn Decode, frame: Frame<'_>) -> ControlFlow<()> {
        self.error = protocol.read(decoder, frame, &mut |delta| self.take(delta)).err();
        if self.ended || self.error.is_some() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// As the answer does at the end of a turn.
    fn end(&mut self, decoder: &mut dyn Decode) {
        if self.finish.is_some() {
            decoder.end(&mut |delta| self.take(delta));
        }
    }
}

pub(crate) fn protocol(provider: &str) -> &'static Protocol {
    Protocol::named(provider).unwrap_or_else(|| panic!("there is no provider {provider}"))
}

/// Reads the body of a stream.
pub(crate) fn stream(provider: &str, body: impl AsRef<[u8]>) -> Answer {
    stream_offering(provider, &[], body)
}

/// The same where the model was offered these tools.
fn stream_offering(provider: &str, tools: &[&str], body: impl AsRef<[u8]>) -> Answer {
    let protocol = protocol(provider);
    let mut decoder = (protocol.decoder)();
    decoder.offer(&tools.iter().map(|tool| (*tool).to_owned()).collect::<Vec<_>>());
    let mut answer = Answer::default();
    let mut each = |frame: Frame<'_>| answer.frame(protocol, &mut *decoder, frame);
    match protocol.framing {
        Framing::Sse => drop(Sse::new(DEFAULT_MAX_EVENT_BYTES).push(body.as_ref(), &mut each)),
        Framing::Ndjson => {
            let mut lines = Ndjson::new(DEFAULT_MAX_EVENT_BYTES);
            if lines.push(body.as_ref(), &mut each).is_continue() {
                let _ = lines.finish(&mut each);
            }
        }
    }
    answer.end(&mut *decoder);
    answer
}

/// Reads payloads, each as the data of an event without a name, or as a line.
pub(crate) fn events(provider: &str, payloads: &[&str]) -> Answer {
    events_offering(provider, &[], payloads)
}

/// The same where the model was offered these tools.
pub(crate) fn events_offering(provider: &str, tools: &[&str], payloads: &[&str]) -> Answer {
    let (before, after) = match protocol(provider).framing {
        Framing::Sse => ("data: ", "\n\n"),
        Framing::Ndjson => ("", "\n"),
    };
    let body: String = payloads.iter().map(|payload| [before, payload, after].concat()).collect();
    stream_offering(provider, tools, body)
}

/// Reads the body of a response without streaming.
pub(crate) fn whole(provider: &str, body: &str) -> Answer {
    let mut answer = Answer::default();
    let mut decoder = (protocol(provider).decoder)();
    answer.error = decoder.response(body.as_bytes(), &mut |delta| answer.take(delta)).err();
    answer.end(&mut *decoder);
    answer
}

/// A question to a model, with nothing else said.
pub(crate) fn prompt<'a>(model: &'a str, messages: &'a [Message]) -> Prompt<'a> {
    Prompt {
        model,
        instructions: "",
        messages,
        temperature: None,
        max_tokens: None,
        stream: true,
        public: false,
        tools: &[],
        schema: None,
        rejected: &[],
    }
}

static TOOLS: LazyLock<[Tool; 1]> = LazyLock::new(|| [weather()]);

/// The same of an agent that has a tool: calls and results stay what they are.
pub(crate) fn prompt_with_tools<'a>(model: &'a str, messages: &'a [Message]) -> Prompt<'a> {
    Prompt { tools: &*TOOLS, ..prompt(model, messages) }
}

/// A turn of the conversation.
pub(crate) fn say(role: Role, content: &str) -> Message {
    Message::new(role, content)
}

/// A question with what is attached to it.
pub(crate) fn showing(content: &str, attachments: &[Attachment]) -> Message {
    let mut message = say(Role::User, content);
    message.attachments = attachments.to_vec();
    message
}

/// A turn of the model's in which it calls tools, given as id, name and arguments.
pub(crate) fn call(content: &str, calls: &[(&str, &str, &str)]) -> Message {
    let mut message = say(Role::Assistant, content);
    message.tool_calls = calls
        .iter()
        .map(|(id, name, input)| ToolCall {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            input_text: (*input).to_owned(),
            extra: String::new(),
        })
        .collect();
    message
}

/// What a tool answered.
pub(crate) fn tool(id: &str, content: &str) -> Message {
    let mut message = say(Role::Tool, content);
    message.tool_call_id = Some(id.to_owned());
    message
}

/// Checks the body of a request, whatever its white space, and whatever its tools where `expected` has none.
pub(crate) fn assert_body(provider: &str, prompt: &Prompt<'_>, expected: &str) {
    let expected = Value::parse(expected.as_bytes()).unwrap();
    let mut body = Value::parse(protocol(provider).encode("", prompt).body.as_bytes()).unwrap();
    if let (Value::Object(members), None) = (&mut body, expected.get("tools")) {
        members.retain(|(name, _)| name != "tools");
    }
    assert_eq!(body.to_json(), expected.to_json());
}

/// The address of a request.
pub(crate) fn url(provider: &str, base: &str, prompt: &Prompt<'_>) -> String {
    protocol(provider).encode(base, prompt).url
}

/// A tool that tells the weather of a city.
pub(crate) fn weather() -> Tool {
    Tool {
        name: "weather".to_owned(),
        description: "Tells the weather.".to_owned(),
        parameters: schema(r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#),
        executes: true,
    }
}

/// A JSON Schema.
pub(crate) fn schema(json: &str) -> Value {
    Value::parse(json.as_bytes()).unwrap()
}

/// A file of these bytes, in Base64.
pub(crate) fn file(media_type: &str, data: &str, name: &str) -> Attachment {
    Attachment::of_data(media_type, name, data)
}

/// A file that is somewhere else.
pub(crate) fn link(media_type: &str, url: &str) -> Attachment {
    Attachment::at_url(media_type, "", url)
}

/// What a tool that failed answered.
pub(crate) fn failure(id: &str, content: &str) -> Message {
    let mut message = tool(id, content);
    message.metadata = schema(r#"{"isError":true}"#);
    message
}

/// What a response cites: the address, the title and the text of each.
pub(crate) fn cited(answer: &Answer) -> Vec<String> {
    let texts =
        |source: &Source| [&source.url, &source.title, &source.text].map(|text| text.clone().unwrap_or_default());
    answer.sources.iter().map(|source| texts(source).join("|")).collect()
}
