//! The agent.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen_futures::{spawn_local, JsFuture};

use super::bindings::{chunk_stream, Delivery};
use super::context::{Context, Inner};
use super::error::{cause_to_js, into_js};
use super::host::Host;
use super::options::{AgentOptions, RunOptions};
use super::{clock, Run};
use crate::agent::{is_cancelled, result_value, turn, Answer, Ended, Intake, Question, SharedIntake, Stop, Stopper};
use crate::error::{Code, Error};

/// An agent: a model with its instructions and the way to it.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct RefinireAgent {
    options: Rc<AgentOptions>,
}

#[wasm_bindgen]
impl RefinireAgent {
    /// An agent with these options.
    ///
    /// @throws RefinireError "invalid-argument" naming the option that is wrong.
    #[allow(clippy::missing_errors_doc)] // The heading would show in JavaScript's types.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<RefinireAgent, JsValue> {
        let options = AgentOptions::read(options).map_err(|error| into_js(&error, "", None))?;
        Ok(Self { options: Rc::new(options) })
    }

    /// The agent's name.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn name(&self) -> String {
        self.options.name.clone()
    }

    /// Runs to the end; gives the promise of the result.
    pub fn run(&self, input: &JsValue, options: &JsValue, context: &Context) -> Promise {
        self.launch(input, options, context).start()
    }

    /// Runs as far as it is read; gives the stream of chunks.
    #[wasm_bindgen(js_name = runStreamed)]
    #[must_use]
    pub fn run_streamed(&self, input: &JsValue, options: &JsValue, context: &Context) -> JsValue {
        let delivery = self.launch(input, options, context);
        let stream = chunk_stream(&delivery);
        delivery.stream();
        stream
    }
}

impl RefinireAgent {
    /// Puts a run together. What is wrong with its arguments is told where its other failures are.
    fn launch(&self, input: &JsValue, options: &JsValue, context: &Context) -> Delivery {
        let read = RunOptions::read(options).and_then(|options| Ok((options, read_input(input)?)));
        let (options, input) = match read {
            Ok((options, input)) => (options, Ok(input)),
            Err(error) => (RunOptions::default(), Err(error)),
        };
        let agent = self.options.clone();
        let plan = &agent.plan;
        let wants_events = options.on_event.is_some();
        let answer = Answer::new(options.batch, wants_events, plan.limits.max_chars);
        let intake = Rc::new(RefCell::new(Intake::new(plan.wire, plan.limits.max_event_bytes, answer)));
        let stopper = Stopper::default();
        let context = context.inner();
        let job = Job { agent, input, context, intake: intake.clone(), stopper: stopper.clone() };
        let run = Run::new(intake, stopper, Box::new(move |run, delivery| spawn_local(job.drive(run, delivery))));
        options.deliver(run)
    }
}

impl RunOptions {
    /// The delivery of a run with these options.
    pub(super) fn deliver(&self, run: Run) -> Delivery {
        Delivery::new(
            &run.into(),
            &wasm_bindgen::memory(),
            self.callback.as_ref(),
            self.on_event.as_ref(),
            &self.hold,
            self.signal.as_ref(),
        )
    }
}

fn read_input(input: &JsValue) -> Result<String, Error> {
    let input = input.as_string().ok_or_else(|| Error::invalid("the input must be a string"))?;
    if input.trim().is_empty() {
        return Err(Error::invalid("the input is empty: there is nothing to answer"));
    }
    Ok(input)
}

/// Everything a run needs until it has ended.
struct Job {
    agent: Rc<AgentOptions>,
    input: Result<String, Error>,
    context: Rc<Inner>,
    intake: SharedIntake,
    stopper: Stopper,
}

impl Job {
    async fn drive(self, run: JsValue, delivery: Delivery) {
        let plan = &self.agent.plan;
        let host = Host {
            link: self.agent.link.clone(),
            run,
            delivery: delivery.clone(),
            provider: plan.wire.name,
            model: plan.model.clone(),
            response: None,
        };
        let pass = self.context.turnstile().join();
        let started = clock::now_ms();
        let ended = match self.stopper.race(pass.turn()).await {
            Ok(()) => self.ask(&host).await,
            Err(stop) => Err(Ended::Stopped(stop)),
        };
        self.context.changed();
        let result = conclude(&self.intake, &delivery, plan.wire.name, started, ended);
        if let Ok(result) = &result {
            self.context.set_result(result.clone());
        }
        // The next run in this conversation may begin before this one's caller is told.
        drop(pass);
        settle(&delivery, result);
    }

    async fn ask(&self, host: &Host) -> Result<(), Ended> {
        let input = self.input.clone().map_err(Ended::Failed)?;
        self.stopper.race(self.guard(&input)).await.map_err(Ended::Stopped)?.map_err(Ended::Failed)?;
        let question = Question {
            conversation: self.context.conversation(),
            input: &input,
            history: self.agent.history,
            added: &|| self.context.changed(),
        };
        turn(host, &self.agent.plan, &question, &self.intake, &self.stopper).await
    }

    async fn guard(&self, input: &str) -> Result<(), Error> {
        for guardrail in &self.agent.input_guardrails {
            if !passes(guardrail, input).await? {
                return Err(Error::new(Code::Guardrail, "an input guardrail refused the input"));
            }
        }
        Ok(())
    }
}

async fn passes(guardrail: &Function, input: &str) -> Result<bool, Error> {
    let threw = |error: JsValue| super::error::thrown(Code::Guardrail, "an input guardrail threw", &error);
    let answer = guardrail.call1(&JsValue::UNDEFINED, &JsValue::from_str(input)).map_err(threw)?;
    let answer = JsFuture::from(Promise::resolve(&answer)).await.map_err(threw)?;
    Ok(answer.is_truthy())
}

/// What the caller gets: the result, or what the run failed with.
pub(super) fn conclude(
    intake: &SharedIntake,
    delivery: &Delivery,
    provider: &str,
    started: f64,
    ended: Result<(), Ended>,
) -> Result<JsValue, JsValue> {
    let intake = intake.borrow();
    let delivered = delivery.chars();
    let stopped = match ended {
        Ok(()) => None,
        Err(ended) if is_cancelled(&ended) => Some(delivered),
        Err(Ended::Stopped(Stop::Signal(reason) | Stop::Threw(reason))) => return Err(cause_to_js(&reason)),
        Err(Ended::Stopped(Stop::Cancelled)) => Some(delivered),
        Err(Ended::Failed(error)) => {
            return Err(into_js(&error, intake.answer().text_up_to(delivered), Some(provider)));
        }
    };
    let now = clock::now_ms();
    let first = intake.first_text_at().unwrap_or(now) - started;
    let result = result_value(&intake, stopped).to_json();
    #[allow(clippy::cast_precision_loss)] // Exact up to 9 petabytes.
    let bytes = intake.bytes() as f64;
    drop(intake);
    Ok(delivery.finish(&result, bytes, first, now - started))
}

/// Tells the caller.
pub(super) fn settle(delivery: &Delivery, result: Result<JsValue, JsValue>) {
    match result {
        Ok(result) => delivery.end(&result),
        Err(error) => delivery.fail(&error),
    }
}
