//! The agents that help another one: one judges its answers, one chooses what follows them.

use std::rc::Rc;

use super::JsValues;
use crate::config::{AgentConfig, ResolvedConfig};
use crate::error::Error;
use crate::run::features::{judge_config, router_config, EvaluationConfig, Helper, HelperAgent, Member, RoutingConfig};
use crate::run::TokenCounter;
use crate::web::env::{HttpClient, HttpOptions, PageClock};
use crate::web::options::AgentOptions;

/// The options that an agent's helpers are made from.
#[derive(Debug)]
pub(in crate::web) struct HelperAgents {
    config: AgentConfig,
    http: HttpOptions,
    evaluation: Option<EvaluationConfig>,
    routing: Option<RoutingConfig>,
    schema_retries: u64,
}

impl HelperAgents {
    /// The options for the helpers of an agent with these options.
    pub(in crate::web) fn new(options: &AgentOptions) -> Self {
        Self {
            config: options.config.clone(),
            // The agent's provider options are for its own answers, not for those of a judge or a router.
            http: HttpOptions { provider_options: None, ..options.http.clone() },
            evaluation: options.evaluation.clone(),
            routing: options.routing.clone(),
            schema_retries: options.schema_retries,
        }
    }

    /// Makes the helper whose answers have this member, if the agent has one. `own` is the agent's config.
    pub(super) fn make(
        &self,
        member: Member,
        own: &ResolvedConfig,
        token_counter: Option<Rc<dyn TokenCounter>>,
    ) -> Result<Option<Rc<dyn Helper>>, Error> {
        let config = match member {
            Member::Score => self.evaluation.as_ref().map(|evaluation| judge_config(&self.config, evaluation)),
            Member::NextRoute => self.routing.as_ref().map(|routing| router_config(&self.config, routing)),
        };
        let Some(config) = config else { return Ok(None) };
        let config = Rc::new(config.resolve()?);
        let client = HttpClient::new(self.http.clone(), config.clone())?;
        // A key is only for the vendor that it was given for: no other vendor receives it.
        if config.api_root != own.api_root {
            client.forget_credentials();
        }
        Ok(Some(Rc::new(HelperAgent {
            config,
            member,
            schema_retries: self.schema_retries,
            values: Rc::new(JsValues),
            transport: Rc::new(client),
            clock: Rc::new(PageClock),
            token_counter,
        })))
    }
}
