//! A flow of steps, as users see it.

mod failed;
mod host;
mod steps;

#[cfg(feature = "module")]
pub(in crate::web) use steps::check_step;

use std::cell::RefCell;
use std::fmt;
use std::pin::pin;
use std::rc::Rc;

use futures::future::{select, Either};
use js_sys::{Array, Promise, JSON};
use wasm_bindgen::convert::TryFromJsValue;
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use self::host::{JsContext, JsHost};
use self::steps::{plan_of, JsStep};
use super::stream::chunk_stream;
use crate::conversation::turns::Turn;
use crate::error::Error;
use crate::event::Thrown;
use crate::flow::{chart, conclude, run, stop_signal, Asked, Ended, Past, Plan, StepRecord};
use crate::json::Value;
use crate::run::{Batching, Delivery, Stopped};
use crate::web::context::random_text;
use crate::web::env::PageClock;
use crate::web::launch::entered;
use crate::web::listener::JsListener;
use crate::web::options::{refused, RunOptions};
use crate::web::run_handle::RunHandle;
use crate::web::signal::AbortSubscription;

#[wasm_bindgen]
extern "C" {
    /// Any flow's object.
    type FlowObject;

    #[wasm_bindgen(method, structural, catch, js_name = __handle)]
    fn handle(this: &FlowObject) -> Result<JsValue, JsValue>;
}

/// Steps that run one after the other.
#[wasm_bindgen(skip_typescript)]
pub struct Flow {
    inner: Rc<Inner>,
    /// Whether this is the caller's own object, and not another reference to the same flow.
    is_own: bool,
}

struct Inner {
    plan: Rc<Plan<JsStep>>,
    past: Rc<Past>,
    context: JsContext,
    has_own_context: bool,
    /// The turn of its last run.
    turn: RefCell<Option<Rc<Turn>>>,
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow").field("name", &self.inner.plan.name).finish_non_exhaustive()
    }
}

impl Flow {
    /// The flow behind a JavaScript value.
    fn of(value: &JsValue) -> Option<Self> {
        let handle = value.unchecked_ref::<FlowObject>().handle().ok()?;
        Self::try_from_js_value(handle).ok()
    }

    fn plan(&self) -> Rc<Plan<JsStep>> {
        self.inner.plan.clone()
    }

    fn launch(&self, input: &JsValue, options: &JsValue, resumes: bool) -> Result<RunHandle, JsValue> {
        let Some(input) = input.as_string() else { return Err(refused(&["the input must be a string"])) };
        let mut options = RunOptions::read(options, &[])?;
        let name = self.inner.plan.name.clone();
        let listener = JsListener::of_flow(options.callback.take(), options.on_event.clone(), name);
        let (inner, hearer) = (self.inner.clone(), listener.clone());
        let begin = move |delivery: &Rc<Delivery>| {
            let subscription = options.signal.take().and_then(|signal| AbortSubscription::new(signal, delivery));
            // At once: turns are taken in the order of the calls.
            let turn = inner.take_turn(!options.fails_if_busy);
            hearer.has_turn(turn.clone());
            let leaving = turn.clone();
            delivery.on_end(move || {
                drop(subscription);
                leaving.leave();
            });
            let delivery = delivery.clone();
            spawn_local(async move {
                if let Err(error) = delivery.during(inner.run(input, resumes, &delivery, options, turn)).await {
                    delivery.fail(error, "");
                }
            });
        };
        let delivery = Delivery::new(Rc::new(PageClock), listener.clone(), Batching::None, begin);
        listener.stops(&delivery);
        Ok(RunHandle::new(delivery, listener))
    }
}

impl Drop for Flow {
    fn drop(&mut self) {
        if !self.is_own || !self.inner.has_own_context {
            return;
        }
        // After the runs that have begun.
        let inner = self.inner.clone();
        let turn = inner.take_turn(true);
        spawn_local(async move {
            turn.come().await;
            inner.context.free();
            turn.leave();
        });
    }
}

impl Inner {
    /// The flow's runs take turns in the queue of its context. The next run follows the last one, even inside another
    /// run.
    fn take_turn(&self, is_to_wait: bool) -> Rc<Turn> {
        let last = self.turn.borrow().clone().filter(|last| !last.has_left());
        let turn = match last {
            Some(last) => last.behind(is_to_wait),
            None => self.context.inner.take_turn(is_to_wait),
        };
        let turn = Rc::new(turn);
        self.turn.replace(Some(turn.clone()));
        turn
    }

    async fn run(
        &self,
        input: String,
        resumes: bool,
        delivery: &Rc<Delivery>,
        options: RunOptions,
        turn: Rc<Turn>,
    ) -> Result<(), Thrown> {
        let signal = stop_signal(delivery);
        let come = match select(pin!(signal.stopped()), pin!(entered(&turn))).await {
            Either::Left(_) => None,
            Either::Right((come, _)) => Some(come),
        };
        match delivery.stopped() {
            Some(Stopped::Threw(reason)) => return Err(Thrown::Host(reason)),
            Some(Stopped::Cancelled) => {
                delivery.end(delivery.finish(Ended::before_it_began()));
                return Ok(());
            }
            None => {}
        }
        let is_stale = come.transpose()?.unwrap_or_default();
        if options.context.as_ref().is_some_and(|context| *context != self.context.value) {
            return Err(Error::invalid("a flow has its context from its constructor").into());
        }
        self.recall();
        let asked = Asked { input, resumes, is_stale };
        let host = Rc::new(JsHost::new(delivery.clone(), options, turn));
        let (plan, past) = (self.plan.clone(), self.past.clone());
        let ended = run(host.clone(), plan, past, self.context.clone(), asked, signal.clone()).await;
        conclude(&*host, delivery, ended);
        Ok(())
    }

    /// Restores what its runs have left: in this page, or in another one before it asked the user.
    fn recall(&self) {
        if let Ok(conversation) = self.context.inner.conversation() {
            self.past.recall(&self.plan, &conversation.borrow());
        }
    }
}

/// JSON data as a JavaScript value.
fn data_to_js(value: &Value) -> JsValue {
    JSON::parse(&value.to_json()).unwrap_or(JsValue::UNDEFINED)
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // See `types.d.ts`.
impl Flow {
    #[wasm_bindgen(constructor)]
    pub fn new(steps: &JsValue, options: &JsValue) -> Result<Flow, JsValue> {
        let (plan, given) = plan_of(steps, options)?;
        let has_own_context = given.is_none();
        let context = match given {
            Some(context) => JsContext::of(context)?,
            None => JsContext::in_memory(&random_text(20))?,
        };
        let inner =
            Inner { plan: Rc::new(plan), past: Rc::default(), context, has_own_context, turn: RefCell::default() };
        Ok(Self { inner: Rc::new(inner), is_own: true })
    }

    /// Another reference to it, for the flow that it is a step of.
    #[wasm_bindgen(js_name = __handle)]
    #[must_use]
    pub fn handle(&self) -> Flow {
        Flow { inner: self.inner.clone(), is_own: false }
    }

    #[wasm_bindgen(getter)]
    pub fn name(&self) -> String {
        (*self.inner.plan.name).to_owned()
    }

    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> String {
        "flow".to_owned()
    }

    #[wasm_bindgen(getter)]
    pub fn context(&self) -> JsValue {
        self.inner.context.value.clone()
    }

    #[wasm_bindgen(getter)]
    pub fn history(&self) -> Array {
        self.inner.recall();
        let records = self.inner.past.history();
        data_to_js(&Value::Array(records.iter().map(StepRecord::to_value).collect())).unchecked_into()
    }

    /// What the user is asked, if the conversation ends with a question of this flow.
    #[wasm_bindgen(getter)]
    pub fn awaiting(&self) -> JsValue {
        let Inner { past, plan, context, .. } = &*self.inner;
        let Ok(conversation) = context.inner.conversation() else { return JsValue::UNDEFINED };
        let awaiting = past.awaiting(plan, &conversation.borrow());
        awaiting.map_or(JsValue::UNDEFINED, |awaiting| data_to_js(&awaiting.to_value()))
    }

    /// The steps as a chart, with the path that was taken drawn thick.
    pub fn show(&self) -> String {
        self.inner.recall();
        chart(&self.inner.plan, &self.inner.past.path())
    }

    pub fn run(&self, input: &JsValue, options: &JsValue) -> Result<Promise, JsValue> {
        Ok(self.launch(input, options, false)?.start())
    }

    #[wasm_bindgen(js_name = runStreamed)]
    pub fn run_streamed(&self, input: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
        Ok(chunk_stream(self.launch(input, options, false)?))
    }

    /// Continues after the step that asked the user.
    pub fn resume(&self, answer: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
        Ok(chunk_stream(self.launch(answer, options, true)?))
    }
}
