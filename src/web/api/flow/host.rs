//! The host of a flow's run in JavaScript.

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Array, Map, Object, Reflect, WeakSet, JSON};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::data_to_js;
use super::failed::of_step;
use super::steps::JsStep;
use crate::conversation::turns::Turn;
use crate::conversation::Conversation;
use crate::env::Clock;
use crate::error::{Code, Error};
use crate::event::{Event, HostValue, RunResult, Thrown};
use crate::flow::{Doing, Host, Question, Steer, Trail, Verdict};
use crate::json::Value;
use crate::run::{Delivery, StopSignal, TextChunk};
use crate::web::abort::abort_signal;
use crate::web::api::agent::{RefinireAgent, StepRun};
use crate::web::api::context::Context;
use crate::web::bindings::describe;
use crate::web::context::{json_of, ContextInner};
use crate::web::env::PageClock;
use crate::web::error::{cause_of, cause_to_js, into_js, thrown_to_js};
use crate::web::event::Objects;
use crate::web::listener::{with_trail, AgentStep};
use crate::web::options::RunOptions;
use crate::web::promise::{host_value, promise_of};
use crate::web::storage::Storage;

#[wasm_bindgen]
extern "C" {
    /// Any context's object.
    type ContextObject;

    #[wasm_bindgen(method, structural)]
    fn free(this: &ContextObject);
}

/// A context and its object, which lives as long as this.
#[derive(Clone)]
pub(super) struct JsContext {
    pub(super) value: JsValue,
    pub(super) inner: Rc<ContextInner>,
}

impl JsContext {
    pub(super) fn of(value: JsValue) -> Result<Self, JsValue> {
        let inner = ContextInner::of(&value).map_err(|error| into_js(&error))?;
        Ok(Self { value, inner })
    }

    /// A new context, which is not stored.
    pub(super) fn in_memory(id: &str) -> Result<Self, JsValue> {
        let inner = ContextInner::new(id, &Storage::Memory, &JsValue::UNDEFINED)?;
        Ok(Self { value: Context::object_of(&inner), inner })
    }

    /// Frees its object, too.
    pub(super) fn free(&self) {
        self.value.unchecked_ref::<ContextObject>().free();
    }
}

/// See the module.
pub(super) struct JsHost {
    delivery: Rc<Delivery>,
    options: RunOptions,
    turn: Rc<Turn>,
    /// Whether there is a listener for events.
    hears: bool,
    objects: Objects,
    /// The errors that have the name of a step of this run.
    named: WeakSet,
    /// The results that contexts had, each with its number.
    results: Map,
    last: Cell<u32>,
}

impl JsHost {
    pub(super) fn new(delivery: Rc<Delivery>, options: RunOptions, turn: Rc<Turn>) -> Self {
        let hears = options.on_event.is_some();
        let (named, results, objects) = (WeakSet::new(), Map::new(), Objects::default());
        Self { delivery, options, turn, hears, objects, named, results, last: Cell::new(0) }
    }

    /// Awaits what a function of the caller returned. Runs that the function begins in this context are nested in the flow's run.
    fn nested(&self, given: impl FnOnce() -> Result<JsValue, JsValue>) -> Doing<JsValue> {
        let nesting = self.turn.nest();
        let given = given();
        async move {
            let value = settled(given).await;
            drop(nesting);
            value.map_err(host_error)
        }
        .boxed_local()
    }
}

async fn settled(given: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    let given = given?;
    match promise_of(&given)? {
        Some(promise) => JsFuture::from(promise).await,
        None => Ok(given),
    }
}

fn host_error(error: JsValue) -> Thrown {
    Thrown::Host(cause_of(error))
}

fn object_of(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

/// A string as it is, anything else as JSON; a value without JSON, such as a function, as an empty text.
fn text_of(value: &JsValue) -> Result<JsValue, JsValue> {
    if value.is_string() {
        return Ok(value.clone());
    }
    let json = JsValue::from(JSON::stringify(value)?);
    Ok(if json.is_undefined() { JsValue::from_str("") } else { json })
}

/// Calls a step's function.
fn call(step: &JsStep, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let Some(function) = &step.function else { return Ok(JsValue::UNDEFINED) };
    function.apply(&step.value, &arguments.iter().copied().collect::<Array>())
}

impl Host for JsHost {
    type Step = JsStep;
    type Context = JsContext;

    fn now(&self) -> f64 {
        PageClock.now()
    }

    fn timestamp(&self) -> String {
        PageClock.timestamp()
    }

    fn call(&self, function: &JsStep, input: &str, cx: &JsContext, signal: &StopSignal) -> Doing<Option<HostValue>> {
        let (input, context) = (JsValue::from_str(input), cx.value.clone());
        let options = object_of(&[("signal", abort_signal(signal).into())]);
        let given = self.nested(|| call(function, &[&input, &context, &options]));
        async move {
            let value = given.await?;
            Ok((!value.is_undefined() && value != context).then(|| cause_of(value)))
        }
        .boxed_local()
    }

    fn judge(&self, condition: &JsStep, cx: &JsContext) -> Doing<Option<Verdict>> {
        let given = self.nested(|| call(condition, &[&cx.value]));
        async move {
            let value = given.await?;
            Ok(value.as_bool().map(Verdict::Is).or_else(|| value.as_string().map(Verdict::Step)))
        }
        .boxed_local()
    }

    fn prompt(&self, prompt: &JsStep, cx: &JsContext) -> Doing<String> {
        let given = self.nested(|| call(prompt, &[&cx.value]));
        async move {
            let wanted = || Error::invalid("a message's content must be a string").into();
            given.await?.as_string().ok_or_else(wanted)
        }
        .boxed_local()
    }

    fn hook(&self, hook: &JsStep, step: &str, cx: &JsContext) -> Doing<()> {
        let given = self.nested(|| call(hook, &[&JsValue::from_str(step), &cx.value]));
        async move { given.await.map(drop) }.boxed_local()
    }

    fn ask(&self, agent: &JsStep, question: Question<Self>) -> Doing<RunResult> {
        let Question { input, prompt, context, answer_target, signal, write, trail } = question;
        let turn = answer_target.is_none().then(|| Rc::new(self.turn.within()));
        let (step, done) = AgentStep::new(write, trail, self.hears, self.delivery.clone());
        let asked = RefinireAgent::of(&agent.value).and_then(|agent| {
            let asked = agent.run_step(StepRun {
                input: (*input).to_owned(),
                prompt,
                context: context.value.clone(),
                conversation: context.inner.clone(),
                answer_target: answer_target.map(|target| (target.context.inner.clone(), target.number)),
                turn: turn.clone(),
                signal: abort_signal(&signal),
                batch: self.options.batch,
                batching: self.options.batching,
                step,
            });
            asked.map_err(|error| into_js(&error))
        });
        async move {
            let lost = || Error::new(Code::Step, "the agent's run was lost").into();
            let done = match asked {
                Ok(()) => done.await.unwrap_or_else(|_| Err(lost())),
                Err(error) => Err(host_error(error)),
            };
            // Even if the run has not come far enough to leave it itself.
            if let Some(turn) = turn {
                turn.leave();
            }
            done
        }
        .boxed_local()
    }

    fn tell(&self, event: Event, trail: &Trail) {
        if self.hears {
            let told = self.objects.event(&event);
            with_trail(told.unchecked_ref(), trail);
            self.delivery.tell(&Event::Host(host_value(told)));
        }
    }

    fn is_over(&self) -> bool {
        self.delivery.is_over()
    }

    fn await_reader(&self) -> Option<LocalBoxFuture<'static, ()>> {
        self.delivery.await_reader()
    }

    fn deliver(&self, chunk: TextChunk<'_>) -> Option<LocalBoxFuture<'static, ()>> {
        self.delivery.chunk(chunk).then(|| self.delivery.clone().taken().boxed_local())
    }

    fn named(&self, error: Thrown, step: &str) -> Thrown {
        let error = thrown_to_js(&error);
        let is_named = error.dyn_ref::<Object>().is_some_and(|error| self.named.has(error));
        if is_named {
            return host_error(error);
        }
        let own = of_step(error, step);
        self.named.add(own.unchecked_ref());
        host_error(own)
    }

    fn describe(&self, error: &Thrown) -> String {
        describe(&thrown_to_js(error))
    }

    fn text(&self, text: &str) -> HostValue {
        cause_of(JsValue::from_str(text))
    }

    fn nothing(&self) -> HostValue {
        cause_of(JsValue::UNDEFINED)
    }

    fn object(&self, members: Vec<(Rc<str>, Option<HostValue>)>) -> HostValue {
        let entries: Array = members
            .iter()
            .map(|(name, value)| {
                let value = value.as_ref().map_or(JsValue::UNDEFINED, cause_to_js);
                Array::of2(&JsValue::from_str(name), &value)
            })
            .collect();
        cause_of(Object::from_entries(&entries).map_or(JsValue::UNDEFINED, JsValue::from))
    }

    fn text_of(&self, value: &HostValue) -> Result<String, Thrown> {
        let text = text_of(&cause_to_js(value)).map_err(host_error)?;
        Ok(text.as_string().unwrap_or_default())
    }

    fn ready(&self, cx: &JsContext) -> LocalBoxFuture<'static, ()> {
        cx.inner.ready().unwrap_or_else(|| ready(()).boxed_local())
    }

    fn refresh(&self, cx: &JsContext) {
        if cx.inner.is_kept() {
            cx.inner.refresh();
        }
    }

    fn conversation(&self, cx: &JsContext) -> Result<Rc<RefCell<Conversation>>, Thrown> {
        Ok(cx.inner.conversation()?)
    }

    fn changed(&self, cx: &JsContext) {
        cx.inner.changed();
    }

    fn conclude(&self, cx: &JsContext, content: HostValue) {
        let content = cause_to_js(&content);
        let text = text_of(&content).unwrap_or_else(|_| JsValue::from_str(&describe(&content)));
        let zero = || JsValue::from(0);
        let names = ["chunks", "chars", "bytes", "timeToFirstChunkMs", "durationMs", "charsPerSecond"];
        let metrics: Vec<_> = names.iter().map(|name| (*name, zero())).collect();
        cx.inner.concluded(&object_of(&[
            ("content", content),
            ("text", text),
            ("reasoning", JsValue::from_str("")),
            ("toolCalls", Array::new().into()),
            ("sources", Array::new().into()),
            ("files", Array::new().into()),
            ("finishReason", JsValue::from_str("stop")),
            ("metrics", object_of(&metrics).into()),
            ("attempts", zero()),
            ("success", JsValue::TRUE),
        ]));
    }

    fn content(&self, cx: &JsContext) -> Option<HostValue> {
        let result = cx.inner.result();
        let content =
            if result.is_object() { Reflect::get(&result, &JsValue::from_str("content")).ok()? } else { result };
        (!content.is_undefined()).then(|| host_value(content))
    }

    fn result_number(&self, cx: &JsContext) -> u64 {
        let result = cx.inner.result();
        if result.is_undefined() {
            return 0;
        }
        if !self.results.has(&result) {
            self.last.set(self.last.get() + 1);
            self.results.set(&result, &JsValue::from(self.last.get()));
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It was made of a whole number.
        self.results.get(&result).as_f64().map_or(0, |number| number as u64)
    }

    fn steer(&self, cx: &JsContext, next: Steer) -> Steer {
        cx.inner.steer(next)
    }

    fn share(&self, cx: &JsContext, key: &str) -> Result<(), Thrown> {
        let Some(state) = cx.inner.state() else { return Ok(()) };
        let content = self.content(cx).as_ref().map_or(JsValue::UNDEFINED, cause_to_js);
        Reflect::set(&state.shared_state(), &JsValue::from_str(key), &content).map(drop).map_err(host_error)
    }

    fn shared_state(&self, cx: &JsContext) -> Result<Value, Thrown> {
        let state = cx.inner.state().map_or(JsValue::UNDEFINED, |state| state.shared_state());
        if state.is_undefined() || state.is_null() {
            return Ok(Value::object());
        }
        Ok(Value::parse(json_of(&state, "sharedState")?.as_bytes())?)
    }

    fn set_shared_state(&self, cx: &JsContext, state: &Value) {
        if let Some(own) = cx.inner.state() {
            own.set_shared_state(&data_to_js(state));
        }
    }

    fn fork(&self, cx: &JsContext) -> Result<JsContext, Thrown> {
        let record = cx.inner.conversation()?.borrow().to_value();
        let record = record.with("sharedState", self.shared_state(cx)?);
        let fork = JsContext::in_memory(cx.inner.id()).map_err(host_error)?;
        fork.inner.take(&record.to_json())?;
        let attached = cx.inner.read(Conversation::attachment_ids)?;
        fork.inner.attachments().share(cx.inner.attachments(), attached);
        fork.inner.concluded(&cx.inner.result());
        Ok(fork)
    }

    fn free(&self, cx: &JsContext) {
        cx.free();
    }
}
