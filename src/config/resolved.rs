//! What the runs of an agent do: its options with the wire format chosen.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use super::{AgentConfig, Limits, Retry, Timeouts};
use crate::error::Error;
use crate::json::{JsonExtractor, Kinds, Value};
use crate::message::{input_of, Message, Role};
use crate::provider::{HttpRequest, Prompt, Protocol, TransportKind};
use crate::response::anchor;
use crate::schema::{check, kinds_of, Matches, Misfit};
use crate::text::concat;

/// What the runs of an agent do: see [`AgentConfig::resolve`].
#[derive(Debug, Clone)]
pub struct ResolvedConfig {
    /// The options as they were given. Where runs send requests is in the other fields.
    pub options: AgentConfig,
    /// The wire format.
    pub protocol: &'static Protocol,
    /// The API root: `options.base_url`, or the provider's own.
    pub api_root: String,
    /// Whether that is the vendor's own public endpoint.
    pub public: bool,
    /// The model's name as the provider knows it: `options.model` without its scheme.
    pub model_name: String,
    /// Whether only the model's name, which says nothing, chose the wire format.
    pub is_guess: bool,
    /// Whether responses may begin with reasoning in `<think>` tags.
    pub reads_think_tags: bool,
    /// Optional members that the server has rejected in this run.
    pub rejected: Vec<&'static str>,
    /// Those that it has rejected in any run of the agent.
    pub learned: Rc<RefCell<Vec<&'static str>>>,
}

/// What is said where an answer cannot be gone on with by itself.
const GO_ON: &str = "Your answer was cut off. Go on exactly where it stops: begin with its end once more, word for word, \
    from the place below on, and continue from there without a break. Add no introduction, and say nothing about the cut. \
    The end of your answer:\n\n";

impl ResolvedConfig {
    /// The config to read a response of that provider that the caller has fetched: without retries and time bounds, which are
    /// the caller's. Without `think_tags` the provider's default counts.
    ///
    /// # Errors
    /// `invalid-argument` for a provider that does not exist, or that has no HTTP responses.
    pub fn decoding(provider: &str, think_tags: Option<bool>, limits: Limits) -> Result<Self, Error> {
        let is_http = |protocol: &&Protocol| protocol.transport == TransportKind::Http;
        let Some(protocol) = Protocol::named(provider).filter(is_http) else {
            let message = ["decodeResponse: the provider \"", provider, "\" has no HTTP responses"];
            return Err(Error::invalid(concat(&message)));
        };
        Ok(Self {
            options: AgentConfig {
                timeouts: Timeouts { connect: 0.0, first_chunk: 0.0, idle: 0.0, total: 0.0 },
                retry: Retry { attempts: 1, ..Retry::default() },
                fallback: false,
                limits,
                max_steps: 1,
                history: 0,
                ..AgentConfig::default()
            },
            protocol,
            api_root: String::new(),
            public: false,
            model_name: String::new(),
            is_guess: false,
            reads_think_tags: think_tags.unwrap_or(protocol.think_tags),
            rejected: Vec::new(),
            learned: Rc::default(),
        })
    }

    /// What is wrong with the arguments of a call of that tool, given as [`input_of`] reads them; nothing for a tool that
    /// does not exist.
    #[must_use]
    pub fn input_misfit(&self, tool: &str, input: &str, matches: Matches<'_>) -> Option<Misfit> {
        let tool = self.options.tools.iter().find(|own| own.name == tool)?;
        let input = Value::parse(input_of(input)?.as_bytes()).ok()?;
        check(&tool.parameters, &input, matches).err()
    }

    /// What is wrong with an answer in JSON.
    #[must_use]
    pub fn answer_misfit(&self, json: &str, matches: Matches<'_>) -> Option<Misfit> {
        let value = Value::parse(json.as_bytes()).ok()?;
        check(self.options.schema.as_ref()?, &value, matches).err()
    }

    /// Finds the JSON in an answer.
    #[must_use]
    pub fn extractor(&self) -> JsonExtractor {
        JsonExtractor::new(self.options.schema.as_ref().map_or(Kinds::ALL, kinds_of))
    }

    /// The request for an answer to `messages`. If the answer begins with `text`, the request is for its continuation: with `prefill` the text is the last turn, otherwise an instruction asks for it.
    #[must_use]
    pub fn call(&self, messages: &[Message], text: &str, prefill: bool, stream: bool) -> HttpRequest {
        let own = without_foreign_state(messages, &self.api_root);
        let begun = if text.is_empty() { Vec::new() } else { turns_to_go_on_with(&own, text, prefill) };
        let messages = if begun.is_empty() { &*own } else { &begun };
        let prompt = Prompt {
            model: &self.model_name,
            instructions: &self.options.instructions,
            messages,
            temperature: self.options.temperature.as_deref(),
            max_tokens: self.options.max_tokens,
            stream,
            public: self.public,
            tools: &self.options.tools,
            schema: self.options.schema.as_ref(),
            rejected: &self.rejected,
        };
        self.protocol.encode(&self.api_root, &prompt)
    }
}

/// `messages` without the provider state of other API roots: only the API root that produced it can read it.
fn without_foreign_state<'a>(messages: &'a [Message], api_root: &str) -> Cow<'a, [Message]> {
    let is_foreign = |message: &Message| !message.api_root.is_empty() && message.api_root != api_root;
    if !messages.iter().any(is_foreign) {
        return messages.into();
    }
    let mut own = messages.to_vec();
    for message in own.iter_mut().filter(|message| is_foreign(message)) {
        message.state = Value::object();
        message.tool_calls.iter_mut().for_each(|call| call.extra.clear());
    }
    own.into()
}

/// `messages`, and how the answer begins.
fn turns_to_go_on_with(messages: &[Message], text: &str, prefill: bool) -> Vec<Message> {
    let mut turns = messages.to_vec();
    // Models go on badly from white space, and Anthropic's refuse to.
    turns.push(Message::new(Role::Assistant, if prefill { text.trim_end() } else { text }));
    if !prefill {
        turns.push(Message::new(Role::User, concat(&[GO_ON, anchor(text).trim_end()])));
    }
    turns
}
