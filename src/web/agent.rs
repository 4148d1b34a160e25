//! The agent, and the decoder alone, for a response that somebody else fetched.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{spawn_local, JsFuture};
use web_sys::AbortSignal;

use futures::future::LocalBoxFuture;

use super::config::read_limits;
use super::conversation::Conversation;
use super::env::{HttpClient, PageClock, ResponseTransport};
use super::error::into_js;
use super::features::{AgentFeatures, Beside, Equipment, JsContext, JsTokenCounter};
use super::listener::{AgentStep, Callback, JsListener, RunHandle};
use super::options::AgentOptions;
use super::promise::{handled, host_value};
use super::saving;
use crate::config::ResolvedConfig;
use crate::env::{Clock, Transport};
use crate::error::Error;
use crate::event::{RunResult, Thrown};
use crate::json::Value;
use crate::response::Batch;
use crate::run::features::RunFeatures;
use crate::run::{Batching, Delivery, Driver, Extras, RunHost, Stopped, TokenCounter};

#[wasm_bindgen]
extern "C" {
    /// What a run is asked, with its options, which have been checked.
    #[derive(Debug)]
    pub type Asked;

    #[wasm_bindgen(method, getter)]
    fn question(this: &Asked) -> Option<String>;

    /// What comes with the question.
    #[wasm_bindgen(method, getter)]
    fn attachments(this: &Asked) -> Option<Array>;

    /// Asked instead of the question, which is a turn of the conversation already.
    #[wasm_bindgen(method, getter)]
    fn prompt(this: &Asked) -> Option<String>;

    /// The context that the caller gave.
    #[wasm_bindgen(method, getter)]
    fn context(this: &Asked) -> JsValue;

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

    /// What a run belongs to: `js/world.js`.
    #[derive(Debug)]
    pub type JsHost;

    #[wasm_bindgen(method)]
    fn admit(this: &JsHost, run: RunHandle) -> Promise;

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
}

/// The core of an agent. Internal: `js/agent.js` is what users see.
#[wasm_bindgen(skip_typescript)]
pub struct Agent {
    config: Rc<ResolvedConfig>,
    client: HttpClient,
    features: AgentFeatures,
    /// What agents beside it are made of.
    beside: Rc<Beside>,
    options: AgentOptions,
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
    pub fn new(options: &JsValue) -> Result<Agent, JsValue> {
        let options = AgentOptions::read(options)?;
        let config = Rc::new(options.resolve()?);
        let client = HttpClient::new(options.http.clone(), config.clone()).map_err(|error| into_js(&error))?;
        // A key that is no key is the nearer mistake.
        options.refuse_visible_key(&config)?;
        let features = AgentFeatures::new(&options);
        Ok(Self { config, client, features, beside: Rc::new(Beside::new(&options)), options })
    }

    /// What the caller calls it.
    #[wasm_bindgen(getter)]
    pub fn name(&self) -> String {
        self.options.name.clone()
    }

    /// The steps that it chooses from, in a flow.
    #[wasm_bindgen(getter)]
    pub fn destinations(&self) -> Option<Vec<String>> {
        Some(self.options.routing.as_ref()?.destinations.clone())
    }

    /// The agent is freed: no socket is kept for its next turn.
    pub fn close(&self) {
        self.client.close();
    }

    /// A run that has not begun, of a question in that conversation; `book` is the one that takes its answer.
    pub fn launch(&self, asked: &Asked, conversation: &Conversation, book: &Conversation, host: JsHost) -> RunHandle {
        let middleware = self.options.event_middleware.clone();
        let listener = match asked.step() {
            Some(step) => JsListener::of_step(step, middleware),
            None => JsListener::new(asked.callback(), asked.on_event(), middleware),
        };
        let run = crate::run::Run::new(self.config.clone(), batch_of(asked), listener.hears(), Some(book.shared()));
        let run = Rc::new(RefCell::new(run.numbered(asked.number().unwrap_or_default())));
        let given = Some(asked.context()).filter(|context| !context.is_undefined() && !context.is_null());
        let equipment = Equipment {
            features: self.features.clone(),
            beside: self.beside.clone(),
            config: self.config.clone(),
            run: run.clone(),
            delivery: Weak::new(),
            conversation: conversation.shared(),
            question: asked.question(),
            attachments: asked.attachments().unwrap_or_default(),
            prompt: asked.prompt().filter(|prompt| !prompt.is_empty()),
            context: given.map(JsContext),
        };
        let launch = Launch {
            run,
            transport: Rc::new(self.client.clone()),
            token_counter: self.options.count_tokens.clone(),
            host: Some(host),
            equipment: Some(equipment),
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
    let config = settled(ResolvedConfig::decoding(provider, think_tags, read_limits(limits.as_ref())))?;
    let listener = JsListener::new(asked.callback(), asked.on_event(), Vec::new());
    let run = crate::run::Run::new(config, batch_of(asked), listener.hears(), None);
    let launch = Launch {
        run: Rc::new(RefCell::new(run)),
        transport: Rc::new(ResponseTransport::new(response)),
        token_counter: None,
        host: None,
        equipment: None,
        question: Some(String::new()),
    };
    Ok(launched(launch, listener, asked))
}

fn settled(config: Result<ResolvedConfig, Error>) -> Result<Rc<ResolvedConfig>, JsValue> {
    config.map(Rc::new).map_err(|error| into_js(&error))
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
    transport: Rc<dyn Transport>,
    token_counter: Option<Function>,
    /// None for a response that somebody else fetched.
    host: Option<JsHost>,
    equipment: Option<Equipment>,
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
        // At once: runs have their turn in the order in which they are called.
        let js = self.host;
        let admitted = match &js {
            Some(js) if !delivery.is_over() => Some(js.admit(RunHandle::new(delivery.clone(), listener.clone()))),
            _ => None,
        };
        if let Some(admitted) = &admitted {
            let _ = handled(admitted);
        }
        let equipment = self.equipment.map(|equipment| Equipment { delivery: Rc::downgrade(delivery), ..equipment });
        let token_counter = self.token_counter.map(|count| Rc::new(JsTokenCounter::new(count)) as Rc<dyn TokenCounter>);
        let host = Rc::new(Host {
            js,
            admitted: RefCell::new(admitted),
            equipment,
            extras: RefCell::default(),
            token_counter,
            listener,
        });
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
    equipment: Option<Equipment>,
    extras: RefCell<Option<Rc<RunFeatures>>>,
    token_counter: Option<Rc<dyn TokenCounter>>,
    listener: Rc<JsListener>,
}

impl RunHost for Host {
    fn admit(&self) -> LocalBoxFuture<'_, Result<(), Thrown>> {
        let admitted = self.admitted.take();
        Box::pin(async move {
            if let Some(admitted) = admitted {
                JsFuture::from(admitted).await.map_err(|error| Thrown::Host(host_value(error)))?;
            }
            if let Some(equipment) = &self.equipment {
                let extras = equipment.equip(self.token_counter()).await?;
                *self.extras.borrow_mut() = extras;
            }
            Ok(())
        })
    }

    fn extras(&self) -> Option<Rc<dyn Extras>> {
        self.extras.borrow().clone().map(|extras| extras as Rc<dyn Extras>)
    }

    fn token_counter(&self) -> Option<Rc<dyn TokenCounter>> {
        self.token_counter.clone()
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
