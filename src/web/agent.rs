//! The agent, and the decoder alone, for a response that somebody else fetched.

use std::rc::Rc;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::config::{read_config, read_limits};
use super::conversation::Conversation;
use super::error::into_js;
use super::Run;
use crate::agent::Plan;
use crate::error::Error;
use crate::json::Value;

/// The core of an agent. Internal: `js/agent.js` is what users see.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Agent {
    plan: Rc<Plan>,
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // Explained where they are called.
impl Agent {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Agent, JsValue> {
        let plan = Value::parse(options.as_bytes()).and_then(|options| read_config(&options).resolve());
        Ok(Self { plan: settled(plan)? })
    }

    /// Whether a key goes to a vendor's public endpoint.
    #[wasm_bindgen(getter, js_name = isPublic)]
    pub fn is_public(&self) -> bool {
        self.plan.public
    }

    /// The API root.
    pub fn root(&self) -> JsValue {
        JsValue::from_str(&self.plan.base_url)
    }

    /// A run that has not begun. `deltas`: how many become one chunk, 0 for as many as come. `number`: which one of several in
    /// the conversation at the same time.
    pub fn run(&self, deltas: u32, wants_events: bool, conversation: &Conversation, number: u32) -> Run {
        Run::new(&self.plan, deltas, wants_events, Some(conversation.shared()), number)
    }
}

/// A run that reads one response and asks nothing. Internal: `js/decode.js` is what users see.
#[allow(clippy::missing_errors_doc)] // The heading would show in JavaScript's types.
#[wasm_bindgen(skip_typescript)]
pub fn decode(
    provider: &str,
    deltas: u32,
    wants_events: bool,
    think_tags: Option<bool>,
    limits: &str,
) -> Result<Run, JsValue> {
    let limits = Value::parse(limits.as_bytes()).ok();
    let plan = settled(Plan::decoding(provider, think_tags, read_limits(limits.as_ref())))?;
    Ok(Run::new(&plan, deltas, wants_events, None, 0))
}

fn settled(plan: Result<Plan, Error>) -> Result<Rc<Plan>, JsValue> {
    plan.map(Rc::new).map_err(|error| into_js(&error, "", None, &JsValue::UNDEFINED))
}
