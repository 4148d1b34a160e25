//! The options of an agent.

use js_sys::{Function, Reflect, JSON};
use wasm_bindgen::{JsCast, JsValue};

use super::run::{limits_of, LIMITS};
use super::schema::{as_json, Schema};
use super::{check, get, is_none, one_of, refused, Checked, Kind, Shape};
use crate::config::{AgentConfig, ResolvedConfig, Retry, Timeouts};
use crate::json::decimal;
use crate::message::Tool;
use crate::provider::{Protocol, TransportKind};
use crate::run::features::{EvaluationConfig, RoutingConfig};
use crate::text::{concat, split_once};
use crate::web::env::page::{address_of, global};
use crate::web::env::HttpOptions;
use crate::web::error::into_js;

const OF: &str = "RefinireAgent";

const TIMEOUT: Shape =
    &[("connect", Kind::Number), ("firstChunk", Kind::Number), ("idle", Kind::Number), ("total", Kind::Number)];

const AGENT: Shape = &[
    ("name", Kind::Text),
    ("generationInstructions", Kind::Text),
    ("model", Kind::Text),
    ("provider", Kind::Text),
    ("baseUrl", Kind::Text),
    ("maxTokens", Kind::Count),
    ("timeout", Kind::Members(TIMEOUT)),
    ("limits", Kind::Members(LIMITS)),
    ("historySize", Kind::Number),
    ("maxInputTokens", Kind::Positive),
    ("fallback", Kind::Flag),
    ("continueOnCut", Kind::Whole),
    ("maxSteps", Kind::Count),
    ("thinkTags", Kind::Flag),
    ("temperature", Kind::Finite),
    ("providerOptions", Kind::Object),
    ("dangerouslyAllowBrowser", Kind::Flag),
    ("headers", Kind::Strings),
    ("credentials", Kind::Text),
    ("fetch", Kind::Function),
    ("inputGuardrails", Kind::Functions),
    ("maxConnections", Kind::Count),
    ("countTokens", Kind::Function),
    ("middleware", Kind::List),
    ("tools", Kind::List),
    ("outputSchema", Kind::Schema),
    ("evaluation", Kind::Object),
    ("outputGuardrails", Kind::Functions),
    ("routing", Kind::Object),
    ("apiKey", Kind::Any),
    ("retry", Kind::Any),
];

const RETRY: Shape =
    &[("attempts", Kind::Count), ("baseMs", Kind::Number), ("maxMs", Kind::Number), ("schema", Kind::Whole)];

const TOOL: Shape =
    &[("name", Kind::Text), ("description", Kind::Text), ("parameters", Kind::Schema), ("execute", Kind::Function)];

const EVALUATION: Shape =
    &[("instructions", Kind::Text), ("threshold", Kind::Score), ("model", Kind::Text), ("maxRetries", Kind::Whole)];

const ROUTING: Shape = &[("instruction", Kind::Text), ("destinations", Kind::Names)];

/// The options of an agent: those for the core, and those that stay JavaScript, which go to different parts of the library.
#[derive(Debug)]
pub struct AgentOptions {
    /// Its name.
    pub name: String,
    /// The options for the core.
    pub config: AgentConfig,
    /// The caller's options for its requests.
    pub http: HttpOptions,
    /// Whether the page may use a key that everyone who opens it can see.
    pub allows_browser: bool,
    /// Counts the tokens of a text.
    pub count_tokens: Option<Function>,
    /// The middleware that each event passes through, the outermost first.
    pub event_middleware: Vec<Function>,
    /// The guardrails that are asked before a question is sent.
    pub input_guardrails: Vec<Function>,
    /// The guardrails that are asked before an answer is accepted.
    pub output_guardrails: Vec<Function>,
    /// The tools, in the order of those in `config`.
    pub tools: Vec<ToolOptions>,
    /// The `~standard` of the validator of answers; `None` for a JSON Schema.
    pub answer_validator: Option<JsValue>,
    /// How often an answer that does not fit is asked for again.
    pub schema_retries: u64,
    /// How answers are judged.
    pub evaluation: Option<EvaluationConfig>,
    /// The steps that the model chooses from.
    pub routing: Option<RoutingConfig>,
}

/// The parts of a tool that stay JavaScript.
#[derive(Debug, Clone)]
pub struct ToolOptions {
    /// The caller's object, which `execute` is called on.
    pub tool: JsValue,
    /// Runs it; the call of a tool without one ends the run.
    pub execute: Option<Function>,
    /// The `~standard` of the validator of its input; `None` for a JSON Schema.
    pub validator: Option<JsValue>,
}

impl AgentOptions {
    /// Reads them.
    ///
    /// # Errors
    /// A `RefinireError` for what is wrong, or what a getter throws.
    pub fn read(options: &JsValue) -> Result<Self, JsValue> {
        let given = check(options, AGENT, OF, &["name", "generationInstructions", "model"])?;
        let credentials = given.text("credentials");
        one_of(credentials.as_deref(), &["omit", "same-origin", "include"], "RefinireAgent: `credentials`")?;
        let (retry, schema_retries) = read_retry(given.value("retry").unwrap_or(&JsValue::UNDEFINED))?;
        let mut config = read_config(&given, retry);
        if let Some(base_url) = &config.base_url {
            let host = host_of(base_url, &config);
            config.host = Some(host.ok_or_else(|| refused(&[OF, ": `baseUrl` is no address that can be fetched"]))?);
        }
        let (told, tools) = read_tools(given.items("tools"))?;
        config.tools = told;
        let mut answer_validator = None;
        if let Some(schema) = given.value("outputSchema") {
            let schema = Schema::read(schema, "RefinireAgent: `outputSchema`")?;
            config.schema = Some(schema.json);
            answer_validator = schema.validator;
        }
        let evaluation = given.value("evaluation").map(read_evaluation).transpose()?;
        let routing = given.value("routing").map(read_routing).transpose()?;
        let provider_options = match given.value("providerOptions") {
            Some(own) => Some(as_json(own, "RefinireAgent: `providerOptions` must be something that JSON can hold")?),
            None => None,
        };
        let (middleware, event_middleware) = read_middleware(given.items("middleware"))?;
        Ok(Self {
            name: given.text("name").unwrap_or_default(),
            config,
            http: HttpOptions {
                api_key: given.value("apiKey").cloned().unwrap_or(JsValue::UNDEFINED),
                headers: given.value("headers").cloned().unwrap_or_default(),
                credentials,
                fetch: given.function("fetch"),
                middleware,
                provider_options,
                max_connections: given.number("maxConnections"),
            },
            allows_browser: given.flag("dangerouslyAllowBrowser").unwrap_or_default(),
            count_tokens: given.function("countTokens"),
            event_middleware,
            input_guardrails: given.functions("inputGuardrails"),
            output_guardrails: given.functions("outputGuardrails"),
            tools,
            answer_validator,
            schema_retries,
            evaluation,
            routing,
        })
    }

    /// Chooses the wire format and the API root.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn resolve(&self) -> Result<ResolvedConfig, JsValue> {
        self.config.clone().resolve().map_err(|error| into_js(&error))
    }

    /// Refuses a key that everyone would see.
    ///
    /// # Errors
    /// A `RefinireError` for a vendor's key, given as a string, in a page.
    pub fn refuse_visible_key(&self, config: &ResolvedConfig) -> Result<(), JsValue> {
        if config.public && self.http.api_key.is_string() && !self.allows_browser && is_in_page() {
            return Err(refused(&[
                OF,
                ": a key in a page can be read by everyone who opens it. Give a function that fetches a short-lived one, or a \
                 baseUrl of your own backend, or set dangerouslyAllowBrowser: true",
            ]));
        }
        Ok(())
    }
}

fn read_config(given: &Checked, retry: Retry) -> AgentConfig {
    let default = AgentConfig::default();
    AgentConfig {
        model: given.text("model").unwrap_or_default(),
        provider: given.text("provider"),
        base_url: given.text("baseUrl"),
        host: None,
        // These are among the options themselves.
        api_key: None,
        dangerously_allow_browser: false,
        instructions: given.text("generationInstructions").unwrap_or_default(),
        temperature: given.value("temperature").and_then(|number| JSON::stringify(number).ok()).map(String::from),
        max_tokens: given.whole("maxTokens").map(u64::from),
        timeouts: read_timeouts(given.members("timeout")),
        retry,
        fallback: given.flag("fallback").unwrap_or(default.fallback),
        limits: limits_of(given.members("limits")),
        continue_on_cut: given.whole("continueOnCut").map_or(default.continue_on_cut, u64::from),
        tools: Vec::new(),
        schema: None,
        think_tags: given.flag("thinkTags"),
        max_steps: given.whole("maxSteps").map_or(default.max_steps, u64::from),
        history: given.whole("historySize").map_or(default.history, |turns| turns as usize),
        max_input_tokens: given.whole("maxInputTokens").map(f64::from),
    }
}

fn read_timeouts(given: Option<&Checked>) -> Timeouts {
    let default = Timeouts::default();
    let ms = |name, default| given.and_then(|given| given.whole(name)).map_or(default, f64::from);
    Timeouts {
        connect: ms("connect", default.connect),
        first_chunk: ms("firstChunk", default.first_chunk),
        idle: ms("idle", default.idle),
        total: ms("total", default.total),
    }
}

/// False means no retries. The second value is how often an answer that does not fit is asked for again.
fn read_retry(retry: &JsValue) -> Result<(Retry, u64), JsValue> {
    let default = Retry::default();
    if retry.as_bool() == Some(false) {
        return Ok((Retry { attempts: 1, ..default }, 0));
    }
    let given = if is_none(retry) { Checked::none(RETRY) } else { check(retry, RETRY, "RefinireAgent: `retry`", &[])? };
    let retry = Retry {
        attempts: given.whole("attempts").unwrap_or(default.attempts),
        base_ms: given.whole("baseMs").map_or(default.base_ms, f64::from),
        max_ms: given.whole("maxMs").map_or(default.max_ms, f64::from),
    };
    Ok((retry, given.whole("schema").map_or(0, u64::from)))
}

fn read_tools(items: &[JsValue]) -> Result<(Vec<Tool>, Vec<ToolOptions>), JsValue> {
    let (mut told, mut tools) = (Vec::<Tool>::new(), Vec::new());
    for (place, tool) in items.iter().enumerate() {
        let of = concat(&[OF, ": `tools[", &decimal(place as u64), "]`"]);
        let given = check(tool, TOOL, &of, &[])?;
        let Some(name) = given.text("name").filter(|name| !name.is_empty()) else {
            return Err(refused(&[&of, ": `name` must be a string"]));
        };
        let parameters = given.value("parameters");
        let schema = parameters.map(|schema| Schema::read(schema, &concat(&[&of, ": `parameters`"]))).transpose()?;
        let execute = given.function("execute");
        told.push(Tool {
            name,
            description: given.text("description").unwrap_or_default(),
            parameters: Tool::parameters_of(schema.as_ref().map(|schema| &schema.json)),
            executes: execute.is_some(),
        });
        let validator = schema.and_then(|schema| schema.validator);
        tools.push(ToolOptions { tool: tool.clone(), execute, validator });
    }
    let is_twice = |(place, tool): &(usize, &Tool)| told.iter().take(*place).any(|other| other.name == tool.name);
    match told.iter().enumerate().find(is_twice) {
        Some((_, twice)) => Err(refused(&[OF, ": two `tools` of the name \"", &twice.name, "\""])),
        None => Ok((told, tools)),
    }
}

fn read_evaluation(evaluation: &JsValue) -> Result<EvaluationConfig, JsValue> {
    let given = check(evaluation, EVALUATION, "RefinireAgent: `evaluation`", &["instructions"])?;
    let mut config = EvaluationConfig::new(given.text("instructions").unwrap_or_default());
    config.threshold = given.number("threshold").unwrap_or(config.threshold);
    config.model = given.text("model");
    config.max_retries = given.whole("maxRetries").map_or(config.max_retries, u64::from);
    Ok(config)
}

fn read_routing(routing: &JsValue) -> Result<RoutingConfig, JsValue> {
    let given = check(routing, ROUTING, "RefinireAgent: `routing`", &["destinations"])?;
    let destinations = given.items("destinations").iter().filter_map(JsValue::as_string).collect();
    Ok(RoutingConfig { instruction: given.text("instruction"), destinations })
}

/// The middleware around requests, and the middleware around events. A middleware may have members of its own.
fn read_middleware(items: &[JsValue]) -> Result<(Vec<Function>, Vec<Function>), JsValue> {
    let (mut requests, mut events) = (Vec::new(), Vec::new());
    for (place, middleware) in items.iter().enumerate() {
        for (name, list) in [("request", &mut requests), ("event", &mut events)] {
            let value = get(middleware, name)?;
            match value.dyn_into::<Function>() {
                Ok(function) => list.push(function),
                Err(value) if is_none(&value) => {}
                Err(_) => {
                    let place = decimal(place as u64);
                    return Err(refused(&[OF, ": `middleware[", &place, "]`: `", name, "` must be a function"]));
                }
            }
        }
    }
    Ok((requests, events))
}

/// The host that a base URL stands for. Checked here, so that a typing error is not retried as if it were the network's.
pub(in crate::web) fn host_of(base_url: &str, config: &AgentConfig) -> Option<String> {
    let name = config.provider.as_ref().unwrap_or(&config.model);
    // A provider that does not exist is refused later.
    let protocol = Protocol::named(split_once(name, ':').map_or(name, |(scheme, _)| scheme));
    let schemes: &[&str] = match protocol.map(|protocol| protocol.transport) {
        Some(TransportKind::WebSocket) => &["http:", "https:", "ws:", "wss:"],
        _ => &["http:", "https:"],
    };
    let url = address_of(base_url)
        .ok()
        .filter(|url| schemes.contains(&&*url.protocol()) && url.username().is_empty() && url.password().is_empty());
    url.map(|url| url.host())
}

/// Whether this is a page or one of its workers, whose code everyone can read.
pub(in crate::web) fn is_in_page() -> bool {
    let global = global();
    let has = |name| Reflect::has(&global, &JsValue::from_str(name)).unwrap_or_default();
    has("document") || has("WorkerGlobalScope")
}
