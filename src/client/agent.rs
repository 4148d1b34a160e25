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
    /// The time, timers and random numbers.
    pub clock: Rc<dyn Clock>,
    /// Sends requests.
    pub transport: Rc<dyn Transport>,
}

impl Env {
    /// An outside world made of your own clock and transport, or of those in the module `testing`.
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
    /// An agent in a page, which sends its requests by `fetch`.
    ///
    /// # Errors
    /// `invalid-argument` for an invalid config (see [`AgentConfig::resolve`]), and for a provider's key in a page
    /// (see [`AgentConfig::dangerously_allow_browser`]).
    #[cfg(target_arch = "wasm32")]
    pub fn new(mut config: AgentConfig) -> Result<Self, Error> {
        let transport = crate::web::client::http_client(&mut config)?;
        Self::with_env(config, Env::new(crate::web::env::PageClock, transport))
    }

    /// An agent with its own clock and transport: for native code, or for a test.
    ///
    /// # Errors
    /// `invalid-argument` for an invalid config: see [`AgentConfig::resolve`].
    pub fn with_env(config: AgentConfig, env: Env) -> Result<Self, Error> {
        let answer = config.schema.is_some().then_some(AnswerCheck::JsonSchema);
        let features = Features { answer, ..Features::default() };
        Self::made(config, features, env)
    }

    /// The same agent with more tools, which run when the model calls them.
    ///
    /// # Errors
    /// `invalid-argument` if the provider does not support tools.
    pub fn with_tools(self, tools: impl IntoIterator<Item = Tool>) -> Result<Self, Error> {
        let Inner { config, features, env } = &*self.0;
        let mut given = config.options.clone();
        // Tools with functions come first, so that both lists have the same indices. A call of another tool ends the run.
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

    /// A run that asks the model this question. It begins when it is awaited, or when its stream is polled.
    pub fn run(&self, input: impl Into<String>) -> Ask {
        Ask::new(self.clone(), Some(input.into()))
    }

    /// A run that continues the interrupted answer at the end of its conversation: see [`Ask::in_conversation`].
    pub fn resume(&self) -> Ask {
        Ask::new(self.clone(), None)
    }

    /// A run that asks the last question of its conversation again: see [`Ask::in_conversation`]. Its answer is an
    /// alternative to the earlier one. If the run adds no answer, the earlier one is shown again. Fails with
    /// `invalid-argument` if there is no question.
    pub fn regenerate(&self) -> Ask {
        Ask { regenerates: true, ..Ask::new(self.clone(), None) }
    }

    /// Whether both are the same agent.
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
