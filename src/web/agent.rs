//! The agent, and the decoder alone, for a response that somebody else fetched.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{spawn_local, JsFuture};
use web_sys::{AbortController, AbortSignal};

use futures::future::LocalBoxFuture;

use super::bindings::TokenCounter as JsTokenCounter;
use super::config::{read_config, read_limits};
use super::conversation::Conversation;
use super::env::{HttpClient, HttpOptions, PageClock, ResponseTransport};
use super::error::{cause_of, cause_to_js, into_js, thrown_to_js};
use super::event::{calls_to_js, Objects};
use super::listener::{AgentStep, Callback, JsListener, RunHandle};
use super::promise::{handled, host_value};
use super::run::Run;
use super::saving;
use crate::agent::{Batch, Plan};
use crate::env::{Clock, Transport};
use crate::error::Error;
use crate::event::{Evaluation, Routing, RunResult, Thrown};
use crate::json::Value;
use crate::message::ToolCall;
use crate::run::{Batching, Delivery, Driver, Extras, Review, RunHost, StopSignal, Stopped, TokenCounter, ToolOutcome};

#[wasm_bindgen]
extern "C" {
    /// What a run is asked, with its options, which have been checked.
    #[derive(Debug)]
    pub type Asked;

    #[wasm_bindgen(method, getter)]
    fn question(this: &Asked) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn callback(this: &Asked) -> Option<Callback>;

    #[wasm_bindgen(method, getter, js_name = onEvent)]
    fn on_event(this: &Asked) -> Option<Function>;

    #[wasm_bindgen(method, getter)]
    fn signal(this: &Asked) -> Option<AbortSignal>;

    /// How many increments become one chunk, 0 for as many as come.
    #[wasm_bindgen(method, getter)]
    fn deltas(this: &Asked) -> u32;

    /// "frame", or after how many milliseconds what was gathered goes out.
    #[wasm_bindgen(method, getter)]
    fn hold(this: &Asked) -> JsValue;

    /// The step of a flow that it is.
    #[wasm_bindgen(method, getter)]
    fn step(this: &Asked) -> Option<AgentStep>;

    /// Which run it is of several in the conversation at the same time.
    #[wasm_bindgen(method, getter)]
    fn number(this: &Asked) -> Option<u32>;

    /// What an agent's requests have of the caller, checked.
    #[derive(Debug)]
    pub type Http;

    #[wasm_bindgen(method, getter, js_name = apiKey)]
    fn api_key(this: &Http) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn headers(this: &Http) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn credentials(this: &Http) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn fetch(this: &Http) -> Option<Function>;

    /// The `request` of each middleware that has one, and the `event`.
    #[wasm_bindgen(method, getter)]
    fn requests(this: &Http) -> Vec<Function>;

    #[wasm_bindgen(method, getter)]
    fn events(this: &Http) -> Vec<Function>;

    /// What is laid over each request's body, as JSON.
    #[wasm_bindgen(method, getter, js_name = providerOptions)]
    fn provider_options(this: &Http) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = maxConnections)]
    fn max_connections(this: &Http) -> Option<f64>;

    /// What a run belongs to: `js/world.js`.
    #[derive(Debug)]
    pub type JsHost;

    #[wasm_bindgen(method)]
    fn admit(this: &JsHost, run: Run) -> Promise;

    #[wasm_bindgen(method, getter)]
    fn extras(this: &JsHost) -> Option<JsExtras>;

    #[wasm_bindgen(method, getter)]
    fn counter(this: &JsHost) -> Option<JsTokenCounter>;

    /// Whether others see the answer while it grows.
    #[wasm_bindgen(method, getter, js_name = isSeen)]
    fn is_seen(this: &JsHost) -> bool;

    #[wasm_bindgen(method)]
    fn changed(this: &JsHost);

    #[wasm_bindgen(method)]
    fn grown(this: &JsHost);

    #[wasm_bindgen(method)]
    fn concluded(this: &JsHost, result: &JsValue);

    #[wasm_bindgen(method)]
    fn left(this: &JsHost);

    #[wasm_bindgen(method)]
    fn ended(this: &JsHost);

    /// What a run does besides asking: `js/run/extras.js`.
    #[derive(Debug)]
    pub type JsExtras;

    #[wasm_bindgen(method)]
    fn calls(this: &JsExtras, calls: &JsValue, signal: &AbortSignal) -> Promise;

    #[wasm_bindgen(method)]
    fn review(this: &JsExtras, draft: &JsValue, signal: &AbortSignal) -> Promise;

    /// What a call came to.
    type CallOutcome;

    #[wasm_bindgen(method, getter)]
    fn id(this: &CallOutcome) -> String;

    #[wasm_bindgen(method, getter)]
    fn text(this: &CallOutcome) -> String;

    #[wasm_bindgen(method, getter, js_name = isError)]
    fn is_error(this: &CallOutcome) -> bool;

    /// What a look at the answer came to.
    type Reviewed;

    #[wasm_bindgen(method, getter)]
    fn prompt(this: &Reviewed) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn content(this: &Reviewed) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = hasContent)]
    fn has_content(this: &Reviewed) -> bool;

    #[wasm_bindgen(method, getter)]
    fn evaluation(this: &Reviewed) -> Option<Judged>;

    #[wasm_bindgen(method, getter)]
    fn routing(this: &Reviewed) -> Option<Routed>;

    type Judged;

    #[wasm_bindgen(method, getter)]
    fn score(this: &Judged) -> f64;

    #[wasm_bindgen(method, getter)]
    fn passed(this: &Judged) -> bool;

    #[wasm_bindgen(method, getter)]
    fn feedback(this: &Judged) -> Option<String>;

    type Routed;

    #[wasm_bindgen(method, getter, js_name = nextRoute)]
    fn next_route(this: &Routed) -> String;

    #[wasm_bindgen(method, getter)]
    fn reasoning(this: &Routed) -> Option<String>;
}

/// The core of an agent. Internal: `js/agent.js` is what users see.
#[wasm_bindgen(skip_typescript)]
pub struct Agent {
    plan: Rc<Plan>,
    client: HttpClient,
    /// What each event goes through, the outermost first.
    middleware: Vec<Function>,
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Agent")
    }
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // Explained where they are called.
impl Agent {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, http: &Http) -> Result<Agent, JsValue> {
        let plan = Value::parse(options.as_bytes()).and_then(|options| read_config(&options).resolve());
        let plan = settled(plan)?;
        let patch = http.provider_options().and_then(|patch| Value::parse(patch.as_bytes()).ok());
        let options = HttpOptions {
            api_key: http.api_key(),
            headers: http.headers(),
            credentials: http.credentials(),
            fetch: http.fetch(),
            middleware: http.requests(),
            provider_options: patch,
            max_connections: http.max_connections(),
        };
        let client = HttpClient::new(options, plan.clone()).map_err(|error| into_js(&error))?;
        Ok(Self { plan, client, middleware: http.events() })
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

    /// From now on requests go without key and headers of the caller's own.
    pub fn forget(&self) {
        self.client.forget_credentials();
    }

    /// The agent is freed: no socket is kept for its next turn.
    pub fn close(&self) {
        self.client.close();
    }

    /// A run that has not begun; `book` is the conversation that takes its answer.
    pub fn launch(&self, asked: &Asked, book: &Conversation, host: JsHost) -> RunHandle {
        let listener = match asked.step() {
            Some(step) => JsListener::of_step(step, self.middleware.clone()),
            None => JsListener::new(asked.callback(), asked.on_event(), self.middleware.clone()),
        };
        let run = crate::run::Run::new(self.plan.clone(), batch_of(asked), listener.hears(), Some(book.shared()));
        let launch = Launch {
            run: Rc::new(RefCell::new(run.numbered(asked.number().unwrap_or_default()))),
            plan: self.plan.clone(),
            transport: Rc::new(self.client.clone()),
            host: Some(host),
            question: asked.question(),
        };
        launched(launch, listener, asked)
    }
}

/// A run that reads one response and asks nothing. Internal: `js/decode.js` is what users see.
#[allow(clippy::missing_errors_doc)] // The heading would show in JavaScript's types.
#[wasm_bindgen(skip_typescript)]
pub fn decode(
    response: JsValue,
    provider: &str,
    think_tags: Option<bool>,
    limits: &str,
    asked: &Asked,
) -> Result<RunHandle, JsValue> {
    let limits = Value::parse(limits.as_bytes()).ok();
    let plan = settled(Plan::decoding(provider, think_tags, read_limits(limits.as_ref())))?;
    let listener = JsListener::new(asked.callback(), asked.on_event(), Vec::new());
    let run = crate::run::Run::new(plan.clone(), batch_of(asked), listener.hears(), None);
    let launch = Launch {
        run: Rc::new(RefCell::new(run)),
        plan,
        transport: Rc::new(ResponseTransport::new(response)),
        host: None,
        question: Some(String::new()),
    };
    Ok(launched(launch, listener, asked))
}

fn settled(plan: Result<Plan, Error>) -> Result<Rc<Plan>, JsValue> {
    plan.map(Rc::new).map_err(|error| into_js(&error))
}

fn batch_of(asked: &Asked) -> Batch {
    match asked.deltas() {
        0 => Batch::Gather { deltas: None },
        1 => Batch::Delta,
        deltas => Batch::Gather { deltas: Some(deltas) },
    }
}

fn batching_of(asked: &Asked) -> Batching {
    match (asked.hold().as_f64(), asked.hold().as_string()) {
        (Some(ms), _) => Batching::Ms(ms),
        (None, Some(_)) => Batching::Frame,
        (None, None) => Batching::None,
    }
}

/// What a run is made of.
struct Launch {
    run: Rc<RefCell<crate::run::Run>>,
    plan: Rc<Plan>,
    transport: Rc<dyn Transport>,
    /// None for a response that somebody else fetched.
    host: Option<JsHost>,
    question: Option<String>,
}

fn launched(launch: Launch, listener: Rc<JsListener>, asked: &Asked) -> RunHandle {
    let clock: Rc<dyn Clock> = Rc::new(PageClock);
    let signal = asked.signal();
    let owner = listener.clone();
    let begin = move |delivery: &Rc<Delivery>| {
        let heeded = signal.and_then(|signal| Heeded::new(signal, delivery));
        launch.begin(delivery, owner, heeded);
    };
    let delivery = Rc::new(Delivery::new(clock, listener.clone(), batching_of(asked), begin));
    listener.stops(&delivery);
    RunHandle::new(delivery, listener)
}

impl Launch {
    fn begin(self, delivery: &Rc<Delivery>, listener: Rc<JsListener>, heeded: Option<Heeded>) {
        let clock: Rc<dyn Clock> = Rc::new(PageClock);
        let run = Run::new(self.run.clone(), delivery, self.plan, listener.clone());
        // At once: runs have their turn in the order in which they are called.
        let js = self.host;
        let admitted = match &js {
            Some(js) if !delivery.is_over() => Some(js.admit(run)),
            _ => None,
        };
        if let Some(admitted) = &admitted {
            let _ = handled(admitted);
        }
        let host = Rc::new(Host { js, admitted: RefCell::new(admitted), listener });
        if host.js.as_ref().is_some_and(JsHost::is_seen) {
            let (growing, owner, clock) = (self.run.clone(), host.clone(), clock.clone());
            delivery.save_with(move |delivered| {
                growing.borrow().keep(delivered, &clock.timestamp());
                if let Some(js) = &owner.js {
                    js.grown();
                }
            });
            saving::add(delivery);
        }
        let (leaver, leaving) = (host.clone(), Rc::downgrade(delivery));
        delivery.on_end(move || {
            drop(heeded);
            saving::remove(&leaving);
            if let Some(js) = &leaver.js {
                js.ended();
            }
        });
        let driver = Driver::new(self.run, delivery.clone(), host, self.transport, clock);
        spawn_local(driver.drive(self.question));
    }
}

/// The caller's signal, as long as the run heeds it.
pub(super) struct Heeded {
    signal: AbortSignal,
    listener: Closure<dyn FnMut()>,
}

impl Heeded {
    /// From the beginning of the run on: a stream that nobody reads leaves no listener behind.
    pub(super) fn new(signal: AbortSignal, delivery: &Rc<Delivery>) -> Option<Self> {
        if delivery.is_over() {
            return None;
        }
        if signal.aborted() {
            delivery.stop(Stopped::Threw(host_value(signal.reason())));
            return None;
        }
        let (aborted, delivery) = (signal.clone(), Rc::downgrade(delivery));
        let listener = Closure::new(move || {
            if let Some(delivery) = delivery.upgrade() {
                delivery.abort(host_value(aborted.reason()));
            }
        });
        let _ = signal.add_event_listener_with_callback("abort", listener.as_ref().unchecked_ref());
        Some(Self { signal, listener })
    }
}

impl Drop for Heeded {
    fn drop(&mut self) {
        let listener = self.listener.as_ref().unchecked_ref();
        let _ = self.signal.remove_event_listener_with_callback("abort", listener);
    }
}

/// What a run belongs to, over `js/world.js`.
struct Host {
    js: Option<JsHost>,
    /// What `admit()` gave.
    admitted: RefCell<Option<Promise>>,
    listener: Rc<JsListener>,
}

impl RunHost for Host {
    fn admit(&self) -> LocalBoxFuture<'_, Result<(), Thrown>> {
        let admitted = self.admitted.take();
        Box::pin(async move {
            if let Some(admitted) = admitted {
                JsFuture::from(admitted).await.map_err(|error| Thrown::Host(host_value(error)))?;
            }
            Ok(())
        })
    }

    fn extras(&self) -> Option<Rc<dyn Extras>> {
        Some(Rc::new(self.js.as_ref()?.extras()?))
    }

    fn token_counter(&self) -> Option<Rc<dyn TokenCounter>> {
        Some(Rc::new(self.js.as_ref()?.counter()?))
    }

    fn changed(&self) {
        if let Some(js) = &self.js {
            js.changed();
        }
    }

    fn concluded(&self, result: &RunResult) {
        if let Some(js) = &self.js {
            js.concluded(&self.listener.result_of(result));
        }
    }

    fn left(&self) {
        if let Some(js) = &self.js {
            js.left();
        }
    }
}

impl TokenCounter for JsTokenCounter {
    fn count(&self, text: &str) -> f64 {
        self.count_tokens(text)
    }

    fn failure(&self) -> Option<Error> {
        let failure = self.problem();
        (!failure.is_undefined()).then(|| Error::invalid("").caused_by(cause_of(failure)))
    }
}

impl Extras for JsExtras {
    fn call(&self, calls: Vec<ToolCall>, signal: StopSignal) -> LocalBoxFuture<'_, Vec<ToolOutcome>> {
        let outcomes = self.calls(&calls_to_js(&calls), &abort_signal(&signal));
        Box::pin(async move {
            let Ok(outcomes) = JsFuture::from(outcomes).await else { return Vec::new() };
            let outcome = |outcome: JsValue| {
                let outcome = outcome.unchecked_into::<CallOutcome>();
                ToolOutcome { id: outcome.id(), output: outcome.text(), is_error: outcome.is_error() }
            };
            Array::from(&outcomes).iter().map(outcome).collect()
        })
    }

    fn review(&self, draft: RunResult, signal: StopSignal) -> LocalBoxFuture<'_, Result<Review, Thrown>> {
        let reviewed = JsExtras::review(self, &Objects::default().result(&draft), &abort_signal(&signal));
        Box::pin(async move {
            let reviewed = JsFuture::from(reviewed).await.map_err(|error| Thrown::Host(host_value(error)))?;
            let reviewed = reviewed.unchecked_into::<Reviewed>();
            if let Some(prompt) = reviewed.prompt() {
                return Ok(Review::Again(prompt));
            }
            Ok(Review::Accept {
                content: reviewed.has_content().then(|| host_value(reviewed.content())),
                evaluation: reviewed.evaluation().map(|judged| Evaluation {
                    score: judged.score(),
                    passed: judged.passed(),
                    feedback: judged.feedback(),
                }),
                routing: reviewed
                    .routing()
                    .map(|routed| Routing { next_route: routed.next_route(), reasoning: routed.reasoning() }),
            })
        })
    }
}

/// The same as an `AbortSignal`.
pub(super) fn abort_signal(signal: &StopSignal) -> AbortSignal {
    let own = signal.own_value(|| {
        // There is one wherever there is a fetch.
        let controller = AbortController::new().unwrap_or_else(|_| JsValue::UNDEFINED.unchecked_into());
        let aborted = controller.signal();
        signal.on_stop(move |reason| match reason {
            Some(reason) => controller.abort_with_reason(&thrown_to_js(&Thrown::Host(reason))),
            None => controller.abort(),
        });
        host_value(aborted.into())
    });
    cause_to_js(&own).unchecked_into()
}
