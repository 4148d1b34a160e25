//! The agent.

use crate::text::is_blank;
use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen_futures::{spawn_local, JsFuture};

use super::bindings::{now, Delivery, World};
use super::context::{Conversation, Shared};
use super::error::{cause_of, cause_to_js, into_js};
use super::host::Host;
use super::Run;
use crate::agent::{result_value, turn, Answer, Batch, Ended, Intake, Question, Settings, SharedIntake, Stop, Stopper};
use crate::error::Error;

/// The core of an agent. Internal: `js/agent.js` is what users see.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Agent {
    settings: Rc<Settings>,
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // Explained where they are called.
impl Agent {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Agent, JsValue> {
        let settings = Settings::read(options).map_err(|error| into_js(&error, "", None))?;
        Ok(Self { settings: Rc::new(settings) })
    }

    /// Whether a key goes to a vendor's public endpoint.
    #[wasm_bindgen(getter, js_name = isPublic)]
    pub fn is_public(&self) -> bool {
        self.settings.plan.public
    }

    /// A run that begins when its delivery wants it to. `deltas`: how many become one chunk, 0 for as many as come.
    pub fn run(&self, input: String, deltas: u32, wants_events: bool, conversation: &Conversation) -> Run {
        let settings = self.settings.clone();
        let limits = settings.plan.limits;
        let answer = Answer::new(batch_of(deltas), wants_events, limits.max_chars);
        let intake = Rc::new(RefCell::new(Intake::new(settings.plan.wire, limits.max_event_bytes, answer)));
        let stopper = Stopper::default();
        let conversation = conversation.shared();
        let job = Job { settings, input, conversation, intake: intake.clone(), stopper: stopper.clone() };
        Run::new(intake, stopper, Box::new(move |world| spawn_local(job.drive(world))))
    }
}

pub(super) fn batch_of(deltas: u32) -> Batch {
    match deltas {
        0 => Batch::Gather { deltas: None },
        1 => Batch::Delta,
        deltas => Batch::Gather { deltas: Some(deltas) },
    }
}

/// Everything a run needs until it has ended.
struct Job {
    settings: Rc<Settings>,
    input: String,
    conversation: Rc<Shared>,
    intake: SharedIntake,
    stopper: Stopper,
}

impl Job {
    async fn drive(self, world: World) {
        let plan = &self.settings.plan;
        let delivery = world.delivery();
        let model = plan.model.clone();
        let host = Host { world: world.clone(), delivery: delivery.clone(), provider: plan.wire.name, model };
        let pass = self.conversation.turnstile.join();
        let started = now();
        let ended = match self.stopper.race(pass.turn()).await {
            Ok(()) => self.ask(&host).await,
            Err(stop) => Err(Ended::Stopped(stop)),
        };
        world.changed();
        let result = conclude(&self.intake, &delivery, plan.wire.name, started, ended);
        if let Ok(result) = &result {
            world.concluded(result);
        }
        // The next run in this conversation may begin before this one's caller is told.
        drop(pass);
        settle(&delivery, result);
    }

    async fn ask(&self, host: &Host) -> Result<(), Ended> {
        if is_blank(&self.input) {
            return Err(Ended::Failed(Error::invalid("the input is empty: there is nothing to answer")));
        }
        let guard = self.stopper.race(JsFuture::from(host.world.guard(&self.input)));
        let refused = |error| Ended::Stopped(Stop::Threw(cause_of(error)));
        guard.await.map_err(Ended::Stopped)?.map_err(refused)?;
        let question = Question {
            conversation: &self.conversation.conversation,
            input: &self.input,
            history: self.settings.history,
            added: &|| host.world.changed(),
        };
        turn(host, &self.settings.plan, &question, &self.intake, &self.stopper).await
    }
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
        Err(Ended::Stopped(Stop::Cancelled)) => Some(delivered),
        Err(Ended::Stopped(Stop::Signal(reason) | Stop::Threw(reason))) => return Err(cause_to_js(&reason)),
        Err(Ended::Failed(error)) => {
            return Err(into_js(&error, intake.answer().text_up_to(delivered), Some(provider)));
        }
    };
    let now = now();
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
