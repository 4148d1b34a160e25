//! An agent's options.

mod resolved;
mod secret;

pub use resolved::ResolvedConfig;
pub use secret::Secret;

use std::rc::Rc;

use crate::advice::wrong_root;
use crate::error::Error;
use crate::json::Value;
use crate::message::Tool;
use crate::provider::{is_vendor_host, select};
use crate::text::concat;
use crate::wire::DEFAULT_MAX_EVENT_BYTES;

/// Bounds on time, in milliseconds; 0 means no bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timeouts {
    /// From sending a request to the head of its response.
    pub connect: f64,
    /// From sending a request to the first content of its answer.
    pub first_chunk: f64,
    /// From one piece of content to the next.
    pub idle: f64,
    /// The whole run.
    pub total: f64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: 30_000.0, first_chunk: 60_000.0, idle: 30_000.0, total: 0.0 }
    }
}

/// How a request is repeated that failed before any content came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    /// The most attempts, the first one included.
    pub attempts: u32,
    /// The first wait, in milliseconds; each later one is twice as long.
    pub base_ms: f64,
    /// The longest wait.
    pub max_ms: f64,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 3, base_ms: 500.0, max_ms: 8_000.0 }
    }
}

/// Bounds on size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// UTF-16 units of text after which the answer ends.
    pub max_chars: Option<usize>,
    /// Bytes of one event.
    pub max_event_bytes: usize,
    /// Bytes of text, reasoning and the arguments of calls together.
    pub max_answer_bytes: usize,
}

/// The bound on an answer, in bytes, where the caller names none.
const DEFAULT_MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self { max_chars: None, max_event_bytes: DEFAULT_MAX_EVENT_BYTES, max_answer_bytes: DEFAULT_MAX_ANSWER_BYTES }
    }
}

/// What an agent is to do. Whatever is not set has its default. It has many fields because there are many options.
///
/// # Example: an agent that asks your own server
/// ```
/// use refinire_web::config::AgentConfig;
///
/// let mut config = AgentConfig::new("gpt-5-mini");
/// config.provider = Some("openai".to_owned());
/// config.base_url = Some("https://chat.example/v1".to_owned());
/// config.instructions = "Answer briefly.".to_owned();
/// let resolved = config.resolve().expect("the provider exists");
/// assert_eq!(resolved.protocol.name, "openai");
/// ```
#[derive(Debug, Clone)]
pub struct AgentConfig {
    /// The model, which may begin with a scheme that chooses the provider: `anthropic://claude-…`.
    pub model: String,
    /// The provider; without it the model's name decides.
    pub provider: Option<String>,
    /// The API root; without it, the provider's own.
    pub base_url: Option<String>,
    /// The host and port that `base_url` stands for, as a browser reads it.
    pub host: Option<String>,
    /// The provider's key, for an agent made by [`Agent::new`](crate::Agent). A transport of your own adds the key itself.
    pub api_key: Option<Secret>,
    /// Whether a page may send a key to the provider itself, though everyone who opens the page can read it.
    pub dangerously_allow_browser: bool,
    /// The instructions that the model gets before the conversation.
    pub instructions: String,
    /// The temperature: a number, as it is written in JSON.
    pub temperature: Option<String>,
    /// The most tokens of an answer.
    pub max_tokens: Option<u64>,
    /// Bounds on time.
    pub timeouts: Timeouts,
    /// Retries.
    pub retry: Retry,
    /// Whether to ask again without streaming if streaming fails.
    pub fallback: bool,
    /// Bounds on size.
    pub limits: Limits,
    /// How often an answer is continued whose connection was cut.
    pub continue_on_cut: u64,
    /// The tools that the model may call.
    pub tools: Vec<Tool>,
    /// The JSON Schema of the answer, if the answer is to be JSON.
    pub schema: Option<Value>,
    /// Whether responses may begin with reasoning in `<think>` tags; without it the provider's default.
    pub think_tags: Option<bool>,
    /// The most requests of a run: one, and one more after each round of tools.
    pub max_steps: u64,
    /// How many earlier turns are sent along.
    pub history: usize,
    /// The most tokens of a request.
    pub max_input_tokens: Option<f64>,
}

/// How often a run asks the model where the caller does not say.
const DEFAULT_MAX_STEPS: u64 = 8;

/// How many earlier turns are sent along where the caller does not say, as in Refinire.
const DEFAULT_HISTORY: usize = 10;

impl Default for AgentConfig {
    fn default() -> Self {
        Self {
            model: String::new(),
            provider: None,
            base_url: None,
            host: None,
            api_key: None,
            dangerously_allow_browser: false,
            instructions: String::new(),
            temperature: None,
            max_tokens: None,
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            fallback: true,
            limits: Limits::default(),
            continue_on_cut: 0,
            tools: Vec::new(),
            schema: None,
            think_tags: None,
            max_steps: DEFAULT_MAX_STEPS,
            history: DEFAULT_HISTORY,
            max_input_tokens: None,
        }
    }
}

impl AgentConfig {
    /// The options of an agent that asks this model, everything else by default.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self { model: model.into(), ..Self::default() }
    }

    /// The options of an agent that helps this one, by judging its answers or choosing what follows them. It may have another
    /// `model`. It has the same server, timers and retries, but not the limits of this agent's answers.
    #[must_use]
    pub fn helper(&self, model: Option<String>, instructions: String, schema: Value) -> Self {
        let model = model.unwrap_or_else(|| self.model.clone());
        // A model of its own may be another provider's.
        let is_elsewhere = model != self.model && model.contains("://");
        Self {
            provider: self.provider.clone().filter(|_| !is_elsewhere),
            model,
            instructions,
            schema: Some(schema),
            tools: Vec::new(),
            limits: Limits::default(),
            max_tokens: None,
            ..self.clone()
        }
    }

    /// Chooses the wire format and the API root.
    ///
    /// # Errors
    /// `invalid-argument` for a provider that does not exist, lacks its `base_url`, has one that is no API root, or has no
    /// tools where some are given.
    pub fn resolve(self) -> Result<ResolvedConfig, Error> {
        let selection = select(&self.model, self.provider.as_deref())?;
        let protocol = selection.protocol;
        // Without white space around it and without a fragment, which no server is sent:
        // https://url.spec.whatwg.org/#concept-basic-url-parser
        let own = self.base_url.as_deref().map(|given| given.trim_ascii().split('#').next().unwrap_or_default());
        let Some(base_url) = own.or(selection.base_url) else {
            return Err(Error::invalid(concat(&["provider \"", protocol.name, "\" needs `baseUrl`, your endpoint"])));
        };
        let given = own.unwrap_or_default();
        if let Some(error) = wrong_root(protocol.name, given, selection.is_guess, &selection.model) {
            return Err(error);
        }
        if let Some(error) = protocol.refuses_tools(&self.tools) {
            return Err(error);
        }
        Ok(ResolvedConfig {
            protocol,
            public: is_vendor_host(self.host.as_deref(), base_url),
            api_root: base_url.to_owned(),
            model_name: selection.model,
            is_guess: selection.is_guess,
            reads_think_tags: self.think_tags.unwrap_or(protocol.think_tags),
            rejected: Vec::new(),
            learned: Rc::default(),
            options: self,
        })
    }
}
