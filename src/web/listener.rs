//! The JavaScript side of a listener: the callback, `onEvent`, the middleware around events, the promise of the result.

use std::cell::{OnceCell, RefCell};
use std::rc::{Rc, Weak};

use futures::channel::oneshot;
use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;

use super::error::thrown_to_js;
use super::event::Objects;
use super::promise::{host_value, once, promise_of, wait_for, Deferred};
use crate::conversation::turns::Turn;
use crate::event::{Event, HostValue, RunResult, Thrown};
use crate::flow::Trail;
use crate::run::{write_to, Delivery, Listener, Stopped, TextChunk, TextEvent, Wait, Write};

#[wasm_bindgen]
extern "C" {
    /// The callback of a run. It nearly always returns undefined, which costs nothing to pass.
    #[wasm_bindgen(extends = Function)]
    #[derive(Debug, Clone)]
    pub type Callback;

    #[wasm_bindgen(method, structural, catch, js_name = call)]
    fn call_with_text(this: &Callback, this_argument: &JsValue, text: &str) -> Result<Option<Object>, JsValue>;

    /// A text event.
    type TextDelta;

    #[wasm_bindgen(method, structural, getter, catch)]
    fn text(this: &TextDelta) -> Result<JsValue, JsValue>;

    /// An event of a flow.
    pub(super) type NamedEvent;

    #[wasm_bindgen(method, getter)]
    fn step(this: &NamedEvent) -> JsValue;

    #[wasm_bindgen(method, setter)]
    fn set_step(this: &NamedEvent, step: &str);

    #[wasm_bindgen(method, setter)]
    fn set_steps(this: &NamedEvent, steps: &Array);

    #[wasm_bindgen(method, getter)]
    fn error(this: &NamedEvent) -> Option<NamedError>;

    type NamedError;

    #[wasm_bindgen(method, getter)]
    fn step(this: &NamedError) -> Option<String>;
}

#[wasm_bindgen(module = "/src/web/js/stream.js")]
extern "C" {
    /// Calls the callback with the ASCII text between `from` and `to` in the module's `memory`.
    #[wasm_bindgen(catch, js_name = callWithAscii)]
    fn call_with_ascii(
        callback: &Callback,
        memory: &JsValue,
        from: usize,
        to: usize,
    ) -> Result<Option<Object>, JsValue>;

    /// Calls the callback with a part of `text`, in UTF-16 units.
    #[wasm_bindgen(catch, js_name = callWithSlice)]
    pub(super) fn call_with_slice(
        callback: &Callback,
        text: &JsValue,
        from: usize,
        to: usize,
    ) -> Result<Option<Object>, JsValue>;
}

/// The longest text, in bytes, that is made a string without `TextDecoder` where it is ASCII.
const SHORT_BYTES: usize = 12;

thread_local! {
    static MEMORY: JsValue = wasm_bindgen::memory();
}

impl Callback {
    /// Calls it with a text.
    pub(super) fn call_with(&self, text: &str) -> Result<Option<Object>, JsValue> {
        if text.len() <= SHORT_BYTES && text.is_ascii() {
            let from = text.as_ptr() as usize;
            return MEMORY.with(|memory| call_with_ascii(self, memory, from, from + text.len()));
        }
        self.call_with_text(&JsValue::UNDEFINED, text)
    }
}

/// See the module.
pub(super) struct JsListener {
    pub(super) callback: Option<Callback>,
    pub(super) on_event: Option<Function>,
    /// The middleware that each event passes through, the outermost first.
    pub(super) middleware: Vec<Function>,
    pub(super) outcome: Deferred,
    /// The flow whose run it is: events that are not about a step get the name of the flow.
    flow: Option<Rc<str>>,
    /// The step, for a run that is a step of a flow.
    step: Option<AgentStep>,
    /// The turn of the run in its conversation.
    turn: OnceCell<Rc<Turn>>,
    objects: Objects,
    /// The result as users receive it.
    result: RefCell<Option<JsValue>>,
    delivery: RefCell<Weak<Delivery>>,
}

impl std::fmt::Debug for JsListener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JsListener")
    }
}

impl JsListener {
    pub(super) fn new(callback: Option<Callback>, on_event: Option<Function>, middleware: Vec<Function>) -> Rc<Self> {
        Rc::new(Self::made(callback, on_event, middleware))
    }

    /// For the run of a flow of that name.
    pub(super) fn of_flow(callback: Option<Callback>, on_event: Option<Function>, name: Rc<str>) -> Rc<Self> {
        Rc::new(Self { flow: Some(name), ..Self::made(callback, on_event, Vec::new()) })
    }

    /// For a run that is a step of a flow.
    pub(super) fn of_step(step: AgentStep, middleware: Vec<Function>) -> Rc<Self> {
        Rc::new(Self { step: Some(step), ..Self::made(None, None, middleware) })
    }

    fn made(callback: Option<Callback>, on_event: Option<Function>, middleware: Vec<Function>) -> Self {
        Self {
            callback,
            on_event,
            middleware,
            outcome: Deferred::new(),
            flow: None,
            step: None,
            turn: OnceCell::new(),
            objects: Objects::default(),
            result: RefCell::default(),
            delivery: RefCell::default(),
        }
    }

    /// Whether there is a listener besides the reader of the stream.
    pub(super) fn listens(&self) -> bool {
        self.callback.is_some() || self.on_event.is_some()
    }

    /// Whether there is a listener for events.
    pub(super) fn hears(&self) -> bool {
        self.on_event.is_some() || !self.middleware.is_empty() || self.step.as_ref().is_some_and(|step| step.hears)
    }

    /// Stops the delivery when a promise of the listener rejects.
    pub(super) fn stops(&self, delivery: &Rc<Delivery>) {
        *self.delivery.borrow_mut() = Rc::downgrade(delivery);
    }

    /// The run has that turn. If the callback begins a run in the same conversation and waits for it, that run would
    /// never get a turn.
    pub(super) fn has_turn(&self, turn: Rc<Turn>) {
        let _ = self.turn.set(turn);
    }

    /// The result as a JavaScript object, the same each time.
    pub(super) fn result_of(&self, result: &RunResult) -> JsValue {
        let known = self.result.borrow().clone();
        known.unwrap_or_else(|| {
            let made = self.objects.result(result);
            *self.result.borrow_mut() = Some(made.clone());
            made
        })
    }

    /// An event after all middleware; a falsy value if it was dropped.
    fn passed(&self, event: JsValue) -> Result<JsValue, JsValue> {
        let mut event = event;
        for pass in &self.middleware {
            if event.is_falsy() {
                break;
            }
            event = pass.call1(&JsValue::UNDEFINED, &event)?;
        }
        Ok(event)
    }

    fn say(&self, event: &JsValue) -> Result<(), JsValue> {
        if let Some(step) = self.step.as_ref().filter(|step| step.hears && event.is_object()) {
            step.tell(event);
            return Ok(());
        }
        if let Some(flow) = self.flow.as_ref().filter(|_| event.is_object()) {
            name_event(event.unchecked_ref(), flow);
        }
        let Some(on_event) = self.on_event.as_ref().filter(|_| !event.is_falsy()) else { return Ok(()) };
        let answer = on_event.call1(&JsValue::UNDEFINED, event)?;
        if let Some(promise) = promise_of(&answer)? {
            self.stop_if_rejected(&promise);
        }
        Ok(())
    }

    /// Calls the callback. Returns the future that the callback wants to be awaited.
    fn called(
        &self,
        call: impl FnOnce(&Callback) -> Result<Option<Object>, JsValue>,
    ) -> Result<Option<Wait>, HostValue> {
        let Some(callback) = &self.callback else { return Ok(None) };
        let calling = self.turn.get().map(|turn| turn.call());
        let Some(answer) = call(callback).map_err(host_value)? else { return Ok(None) };
        let promise = promise_of(&answer).map_err(host_value)?;
        if let Some(calling) = calling.filter(|_| promise.is_some()) {
            calling.returned_promise();
        }
        Ok(promise.map(wait_for))
    }

    fn stop_if_rejected(&self, promise: &Promise) {
        let delivery = self.delivery.borrow().clone();
        let stop = once(move |error: JsValue| {
            if let Some(delivery) = delivery.upgrade() {
                delivery.stop(Stopped::Threw(host_value(error)));
            }
        });
        let nothing = JsValue::UNDEFINED;
        let then = js_sys::Reflect::get(promise, &"then".into()).ok().and_then(|then| then.dyn_into::<Function>().ok());
        if let Some(then) = then {
            let _ = then.call2(promise, &nothing, &stop);
        }
    }
}

impl Listener for JsListener {
    fn hears_events(&self) -> bool {
        self.hears()
    }

    fn outgoing(&self, error: Thrown) -> Thrown {
        Thrown::Host(host_value(thrown_to_js(&error)))
    }

    fn changes_events(&self) -> bool {
        !self.middleware.is_empty()
    }

    fn text_event(&self, text: &str) -> TextEvent {
        let ended = |threw: Option<JsValue>| TextEvent { changed: Some(String::new()), threw: threw.map(host_value) };
        let event = match self.passed(self.objects.event(&Event::TextDelta { text: text.to_owned() })) {
            Ok(event) => event,
            Err(error) => return ended(Some(error)),
        };
        let is_over = self.delivery.borrow().upgrade().is_none_or(|delivery| delivery.is_over());
        let threw = if is_over { None } else { self.say(&event).err() };
        if self.middleware.is_empty() {
            return TextEvent { changed: None, threw: threw.map(host_value) };
        }
        if event.is_falsy() {
            return ended(threw);
        }
        match event.unchecked_ref::<TextDelta>().text() {
            Ok(text) => TextEvent { changed: Some(text.as_string().unwrap_or_default()), threw: threw.map(host_value) },
            Err(error) => ended(Some(error)),
        }
    }

    fn event(&self, event: &Event) -> Result<(), HostValue> {
        // The failure of a step is reported by the flow.
        let is_failed_step = self.step.is_some() && matches!(event, Event::Error { .. });
        let passed = self.passed(self.objects.event(event)).map_err(host_value)?;
        if is_failed_step {
            return Ok(());
        }
        self.say(&passed).map_err(host_value)
    }

    fn chunk(&self, chunk: TextChunk<'_>) -> Result<Option<Wait>, HostValue> {
        if let Some(step) = &self.step {
            return Ok(write_to(&step.write, chunk.into()));
        }
        let TextChunk { text, units, part } = chunk;
        self.called(|callback| match part.and_then(|(whole, from)| Some((whole.downcast_ref()?, from))) {
            Some((whole, from)) => call_with_slice(callback, whole, from, from + units),
            None => callback.call_with(text),
        })
    }

    fn write(&self) -> Option<Write> {
        self.step.as_ref().map(|step| step.write.clone())
    }

    // Making a JavaScript string costs more than the call itself: it is made once for all chunks of a read.
    fn whole(&self, text: &str, is_read: bool) -> Option<HostValue> {
        let is_wanted = is_read || self.step.is_some() || self.callback.is_some();
        is_wanted.then(|| host_value(JsValue::from_str(text)))
    }

    fn settle(&self, outcome: Result<RunResult, Thrown>) {
        if let Some(step) = &self.step {
            return step.settle(outcome);
        }
        self.outcome.settle(&match outcome {
            Ok(result) => Ok(self.result_of(&result)),
            Err(error) => Err(thrown_to_js(&error)),
        });
    }
}

/// Events of a flow itself have the flow's name as their step.
fn name_event(event: &NamedEvent, flow: &str) {
    if event.step().is_undefined() {
        let step = event.error().and_then(|error| error.step());
        event.set_step(step.as_deref().unwrap_or(flow));
    }
}

/// The outcome of a run.
type Outcome = Result<RunResult, Thrown>;

/// Receives the answer of an agent that is a step of a flow. Internal: not part of the public surface.
#[wasm_bindgen(skip_typescript)]
#[derive(Clone)]
pub struct AgentStep {
    write: Write,
    trail: Trail,
    /// Whether there is a listener for events.
    hears: bool,
    /// The delivery of the flow.
    delivery: Rc<Delivery>,
    done: Rc<RefCell<Option<oneshot::Sender<Outcome>>>>,
}

impl AgentStep {
    /// Also returns the receiver of the outcome.
    pub(super) fn new(
        write: Write,
        trail: Trail,
        hears: bool,
        delivery: Rc<Delivery>,
    ) -> (Self, oneshot::Receiver<Outcome>) {
        let (sender, receiver) = oneshot::channel();
        let done = Rc::new(RefCell::new(Some(sender)));
        (Self { write, trail, hears, delivery, done }, receiver)
    }

    fn tell(&self, event: &JsValue) {
        let told = Object::assign(&Object::new(), event.unchecked_ref());
        with_trail(told.unchecked_ref(), &self.trail);
        self.delivery.tell(&Event::Host(host_value(told.into())));
    }

    fn settle(&self, outcome: Outcome) {
        if let Some(done) = self.done.take() {
            // A flow that has ended no longer waits for it.
            let _ = done.send(outcome);
        }
    }
}

impl std::fmt::Debug for AgentStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentStep").field("trail", &self.trail).finish_non_exhaustive()
    }
}

/// Adds the step to an event that it is about.
pub(super) fn with_trail(event: &NamedEvent, trail: &Trail) {
    event.set_step(&trail.step);
    if !trail.steps.is_empty() {
        event.set_steps(&trail.steps.iter().map(|step| JsValue::from_str(step)).collect());
    }
}
