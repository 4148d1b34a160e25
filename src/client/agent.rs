//! The agent.

use std::fmt;
use std::rc::Rc;

use super::tool::Tool;
use super::Ask;
use crate::config::{AgentConfig, ResolvedConfig};
use crate::env::{Clock, Transport};
use crate::error::Error;
use crate::run::features::{AnswerCheck, Features, HostTool};

/// The outside world of an agent: time, and the network.
#[derive(Clone)]
pub struct Env {
    /// Time and chance.
    pub clock: Rc<dyn Clock>,
    /// Sends requests.
    pub transport: Rc<dyn Transport>,
}

impl Env {
    /// An outside world of one's own, as of `testing`.
    pub fn new(clock: impl Clock + 'static, transport: impl Transport + 'static) -> Self {
        Self { clock: Rc::new(clock), transport: Rc::new(transport) }
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}

/// Asks a model. Clones are the same agent.
///
/// ```
/// use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
/// use refinire_web::{Agent, AgentConfig, Env};
///
/// let clock = VirtualClock::default();
/// let server = ScriptedTransport::new(&clock, [Reply::answer("Hello!")]);
/// let agent = Agent::with_env(AgentConfig::new("gpt-5-mini"), Env::new(clock.clone(), server))?;
/// let answer = clock.block_on(async { agent.run("Hi").await })?;
/// assert_eq!(answer.text, "Hello!");
/// # Ok::<(), refinire_web::Error>(())
/// ```
#[derive(Clone)]
pub struct Agent(Rc<Inner>);

struct Inner {
    config: Rc<ResolvedConfig>,
    features: Rc<Features>,
    env: Env,
}

impl Agent {
    /// An agent of the page, which asks by `fetch`.
    ///
    /// # Errors
    /// `invalid-argument` for a config that cannot be (see [`AgentConfig::resolve`]), and for a key of the provider's in a page
    /// (see [`AgentConfig::dangerously_allow_browser`]).
    #[cfg(target_arch = "wasm32")]
    pub fn new(mut config: AgentConfig) -> Result<Self, Error> {
        let transport = crate::web::client::http_client(&mut config)?;
        Self::with_env(config, Env::new(crate::web::env::PageClock, transport))
    }

    /// An agent in an outside world of one's own: natively, or in a test.
    ///
    /// # Errors
    /// `invalid-argument` for a config that cannot be: see [`AgentConfig::resolve`].
    pub fn with_env(config: AgentConfig, env: Env) -> Result<Self, Error> {
        let answer = config.schema.is_some().then_some(AnswerCheck::JsonSchema);
        let features = Features { answer, ..Features::default() };
        Self::made(config, features, env)
    }

    /// The same agent with tools, which run when the model calls them.
    ///
    /// # Errors
    /// `invalid-argument` for a provider that has no tools.
    pub fn with_tools(self, tools: impl IntoIterator<Item = Tool>) -> Result<Self, Error> {
        let Inner { config, features, env } = &*self.0;
        let mut given = config.options.clone();
        // In the order of those in the config; those that are there already end the run, as nobody runs them.
        let mut features = (**features).clone();
        for Tool { declared, function } in tools {
            let at = features.tools.len();
            given.tools.insert(at, declared);
            features.tools.push(function as Rc<dyn HostTool>);
        }
        Self::made(given, features, env.clone())
    }

    fn made(given: AgentConfig, features: Features, env: Env) -> Result<Self, Error> {
        let config = Rc::new(given.resolve()?);
        Ok(Self(Rc::new(Inner { config, features: Rc::new(features), env })))
    }

    /// A run that asks this. It begins when it is awaited, or its stream is polled.
    pub fn run(&self, input: impl Into<String>) -> Ask {
        Ask::new(self.clone(), Some(input.into()))
    }

    /// A run that goes on from the interrupted answer that its conversation ends with: see [`Ask::in_conversation`].
    pub fn resume(&self) -> Ask {
        Ask::new(self.clone(), None)
    }

    /// Whether it is the same agent.
    pub(super) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    pub(super) fn config(&self) -> &Rc<ResolvedConfig> {
        &self.0.config
    }

    pub(super) fn features(&self) -> &Rc<Features> {
        &self.0.features
    }

    pub(super) fn env(&self) -> &Env {
        &self.0.env
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent").field("config", &self.0.config.options).finish_non_exhaustive()
    }
}
