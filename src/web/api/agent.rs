//! The agent, as users see it.

mod input;

use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};

use js_sys::{Promise, Reflect};
use wasm_bindgen::convert::TryFromJsValue;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use self::input::Input;
use super::stream::chunk_stream;
use crate::config::ResolvedConfig;
use crate::conversation::turns::Turn;
use crate::error::Error;
use crate::response::Batch;
use crate::run::{Batching, Run};
use crate::web::context::ContextInner;
use crate::web::env::HttpClient;
use crate::web::error::into_js;
use crate::web::features::{AgentFeatures, Equipment, HelperAgents, JsContext, Question};
use crate::web::launch::{Launch, Place};
use crate::web::listener::{AgentStep, JsListener};
use crate::web::options::{refused, AgentOptions, RunOptions};
use crate::web::run_handle::RunHandle;
use web_sys::AbortSignal;

#[wasm_bindgen]
extern "C" {
    /// Any agent's object.
    type AgentObject;

    #[wasm_bindgen(method, structural, catch, js_name = __agent)]
    fn handle(this: &AgentObject) -> Result<JsValue, JsValue>;
}

/// Asks a model, and remembers nothing between runs.
#[wasm_bindgen(skip_typescript)]
pub struct RefinireAgent {
    inner: Rc<Inner>,
    /// Whether this is the caller's own object, and not another reference to the same agent.
    is_own: bool,
}

struct Inner {
    config: Rc<ResolvedConfig>,
    client: HttpClient,
    features: AgentFeatures,
    helpers: Rc<HelperAgents>,
    options: AgentOptions,
}

/// A run of an agent that is a step of a flow.
pub(super) struct StepRun {
    pub(super) input: String,
    /// Sent instead of the input, which is already a turn.
    pub(super) prompt: String,
    pub(super) context: JsValue,
    pub(super) conversation: Rc<ContextInner>,
    /// In a branch, the context that takes the answer, and the run's number there.
    pub(super) answer_target: Option<(Rc<ContextInner>, u32)>,
    /// Its turn inside the turn of its flow.
    pub(super) turn: Option<Rc<Turn>>,
    pub(super) signal: AbortSignal,
    pub(super) batch: Batch,
    pub(super) batching: Batching,
    pub(super) step: AgentStep,
}

impl fmt::Debug for RefinireAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefinireAgent").field("name", &self.inner.options.name).finish_non_exhaustive()
    }
}

impl RefinireAgent {
    /// Whether a value is an agent, even one that has been freed.
    pub(super) fn is(value: &JsValue) -> bool {
        value.is_object() && Reflect::has(value, &JsValue::from_str("__agent")).unwrap_or_default()
    }

    /// The agent behind a JavaScript value.
    ///
    /// # Errors
    /// `invalid-argument` if it has been freed.
    pub(super) fn of(value: &JsValue) -> Result<Self, JsValue> {
        let handle = AgentObject::from(value.clone()).handle().and_then(Self::try_from_js_value);
        handle.map_err(|_| refused(&["this agent has been freed"]))
    }

    /// Runs it as a step of a flow, which receives the result.
    ///
    /// # Errors
    /// `invalid-argument` if the context has been freed.
    pub(super) fn run_step(&self, asked: StepRun) -> Result<(), Error> {
        let Inner { config, options, .. } = &*self.inner;
        let listener = JsListener::of_step(asked.step, options.event_middleware.clone());
        let (answer_target, number) = asked.answer_target.unwrap_or_else(|| (asked.conversation.clone(), 0));
        let run = Run::new(config.clone(), asked.batch, listener.hears(), Some(answer_target.conversation()?))
            .numbered(number);
        let input = Input { text: Some(asked.input), ..Input::default() };
        let place = Place {
            conversation: asked.conversation,
            answer_target,
            turn: asked.turn,
            is_to_wait: true,
            is_seen: true,
        };
        let launch = Asked {
            input,
            prompt: Some(asked.prompt).filter(|prompt| !prompt.is_empty()),
            context: Some(asked.context),
        };
        let launch = self.launch(launch, run, place, listener)?;
        Launch { batching: asked.batching, signal: Some(asked.signal), ..launch }.into_handle().begin();
        Ok(())
    }

    fn ask(&self, input: Input, options: RunOptions) -> Result<RunHandle, JsValue> {
        let Inner { config, options: own, .. } = &*self.inner;
        let conversation = match &options.context {
            Some(context) => ContextInner::of(context).map_err(|error| into_js(&error))?,
            None => ContextInner::fleeting(),
        };
        let listener = JsListener::new(options.callback, options.on_event, own.event_middleware.clone());
        let shared = conversation.conversation().map_err(|error| into_js(&error))?;
        let mut run = Run::new(config.clone(), options.batch, listener.hears(), Some(shared));
        if input.regenerates {
            run = run.regenerating();
        }
        let place = Place {
            answer_target: conversation.clone(),
            conversation,
            turn: None,
            is_to_wait: !options.fails_if_busy,
            is_seen: options.context.is_some(),
        };
        let asked = Asked { input, prompt: None, context: options.context };
        let launch = self.launch(asked, run, place, listener).map_err(|error| into_js(&error))?;
        Ok(Launch { batching: options.batching, signal: options.signal, ..launch }.into_handle())
    }

    /// A run that does not add a new question: it resumes or regenerates.
    fn ask_in(&self, input: Input, options: &JsValue, of: &str) -> Result<JsValue, JsValue> {
        let options = RunOptions::read(options, &[])?;
        if options.context.is_none() {
            return Err(refused(&[of, ": `context` must be a Context"]));
        }
        Ok(chunk_stream(self.ask(input, options)?))
    }

    fn launch(&self, asked: Asked, run: Run, place: Place, listener: Rc<JsListener>) -> Result<Launch, Error> {
        let Inner { config, client, features, helpers, options } = &*self.inner;
        let run = Rc::new(RefCell::new(run));
        let Asked { input: Input { text, attachments, regenerates }, prompt, context } = asked;
        let equipment = Equipment {
            features: features.clone(),
            helpers: helpers.clone(),
            config: config.clone(),
            run: run.clone(),
            delivery: Weak::new(),
            turn: None,
            conversation: place.conversation.conversation()?,
            question: Question {
                text: RefCell::new(text.clone()),
                regenerates,
                attachments,
                // Without a context there is no conversation to keep them for.
                store: context.is_some().then(|| place.conversation.attachments().clone()),
                prompt,
            },
            context: context.map(JsContext),
        };
        Ok(Launch {
            run,
            transport: Rc::new(client.clone()),
            token_counter: options.count_tokens.clone(),
            place: Some(place),
            equipment: Some(equipment),
            question: text,
            listener,
            batching: Batching::None,
            signal: None,
        })
    }
}

/// What a run is asked, and where.
struct Asked {
    input: Input,
    prompt: Option<String>,
    /// The context that the caller gave.
    context: Option<JsValue>,
}

/// When the caller's agent is freed or collected, no socket is kept for a next turn, not even by runs that are still going on.
impl Drop for RefinireAgent {
    fn drop(&mut self) {
        if self.is_own {
            self.inner.client.close();
        }
    }
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // See `types.d.ts`.
impl RefinireAgent {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<RefinireAgent, JsValue> {
        let options = AgentOptions::read(options)?;
        let config = Rc::new(options.resolve()?);
        let client = HttpClient::new(options.http.clone(), config.clone()).map_err(|error| into_js(&error))?;
        // Checked last: a malformed key is the more likely mistake.
        options.refuse_visible_key(&config)?;
        let (features, helpers) = (AgentFeatures::new(&options), Rc::new(HelperAgents::new(&options)));
        Ok(Self { inner: Rc::new(Inner { config, client, features, helpers, options }), is_own: true })
    }

    /// Another reference to it, for the flow that it is a step of.
    #[wasm_bindgen(js_name = __agent)]
    #[must_use]
    pub fn handle(&self) -> RefinireAgent {
        RefinireAgent { inner: self.inner.clone(), is_own: false }
    }

    #[wasm_bindgen(getter)]
    pub fn name(&self) -> String {
        self.inner.options.name.clone()
    }

    /// The steps that it chooses from when it is part of a flow.
    #[wasm_bindgen(getter)]
    pub fn destinations(&self) -> Option<Vec<String>> {
        Some(self.inner.options.routing.as_ref()?.destinations.clone())
    }

    /// Runs to the end.
    pub fn run(&self, input: &JsValue, options: &JsValue) -> Result<Promise, JsValue> {
        let options = RunOptions::read(options, &[])?;
        Ok(self.ask(Input::read(input)?, options)?.start())
    }

    /// Runs as far as it is read.
    #[wasm_bindgen(js_name = runStreamed)]
    pub fn run_streamed(&self, input: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
        let options = RunOptions::read(options, &[])?;
        Ok(chunk_stream(self.ask(Input::read(input)?, options)?))
    }

    /// Goes on from the interrupted answer that the context ends with, as far as it is read.
    pub fn resume(&self, options: &JsValue) -> Result<JsValue, JsValue> {
        self.ask_in(Input::default(), options, "resume")
    }

    /// Asks the last question of the context again, as far as it is read.
    pub fn regenerate(&self, options: &JsValue) -> Result<JsValue, JsValue> {
        self.ask_in(Input { regenerates: true, ..Input::default() }, options, "regenerate")
    }
}
