//! The host of an agent's run: its turn in the conversation, and its tools.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use super::context::Place;
use super::values::JsonValues;
use super::{Agent, Batch, Context, Env};
use crate::conversation::Conversation;
use crate::event::{RunResult, Thrown};
use crate::message::Attachment;
use crate::run::features::{Asked, Host, RunFeatures};
use crate::run::{Delivery, Driver, Extras, Listener, Run, RunHost, TokenCounter};

/// A run that has not begun.
pub(super) struct Launch {
    pub(super) agent: Agent,
    /// `None` for a run that continues an interrupted answer.
    pub(super) question: Option<String>,
    /// Whether the last question of the conversation is asked again.
    pub(super) regenerates: bool,
    pub(super) attachments: Vec<Attachment>,
    pub(super) batch: Batch,
    /// The conversation that takes the answer.
    pub(super) context: Option<Context>,
    /// Set if the run is a step of a flow.
    pub(super) step: Option<AgentStep>,
}

/// A run that is a step of a flow. The flow holds the turn in the conversation.
pub(super) struct AgentStep {
    /// The prompt that replaces the question; the question itself is a turn of the conversation `asked`.
    pub(super) prompt: String,
    pub(super) asked: Rc<RefCell<Conversation>>,
    /// Identifies the run among those that are in the conversation at the same time.
    pub(super) number: u32,
    /// Called with the result.
    pub(super) concluded: Box<dyn Fn(&RunResult)>,
}

impl Launch {
    /// The run as a future to be polled, and the delivery of what it produces.
    pub(super) fn launch(self, listener: Rc<dyn Listener>) -> (LocalBoxFuture<'static, ()>, Rc<Delivery>) {
        let Self { agent, question, regenerates, attachments, batch, context, step } = self;
        let Env { clock, transport } = agent.env().clone();
        let (batch, batching) = batch.parts();
        let conversation = match &context {
            Some(context) => context.conversation().clone(),
            // It lasts as long as the run.
            None => Rc::new(RefCell::new(Conversation::new("fleeting"))),
        };
        let hears = listener.hears_events();
        let last_question = regenerates.then(|| conversation.borrow().last_question()).flatten();
        let mut run = Run::new(agent.config().clone(), batch, hears, Some(conversation));
        if regenerates {
            run = run.regenerating();
        }
        if let Some(AgentStep { prompt, asked, number, .. }) = &step {
            run = run.numbered(*number);
            run.put(None, Some(prompt), &asked.borrow());
        }
        let run = Rc::new(RefCell::new(run));
        let delivery = Delivery::new(clock.clone(), listener, batching, |_| ());
        if let Some(context) = &context {
            context.follow(&delivery, run.clone(), clock.clone());
        }
        let extras = (!agent.features().is_empty()).then(|| {
            let host = Host { values: Rc::new(JsonValues), events: delivery.clone() };
            let asked = question.clone().or(last_question);
            let resumes = asked.is_none();
            let asked = Asked { question: asked.unwrap_or_default(), resumes, ..Asked::default() };
            Rc::new(RunFeatures::new(agent.features().clone(), agent.config().clone(), host, asked))
        });
        let saving = Saving::new(context.as_ref(), &delivery);
        let (place, saving) = (RefCell::default(), Cell::new(Some(saving)));
        let attached = Attached { run: run.clone(), attachments: attachments.into() };
        let host = Rc::new(AgentHost { context, step, attached, place, extras, saving });
        let driver = Driver::new(run, delivery.clone(), host, transport, clock);
        (Box::pin(driver.drive(question)), delivery)
    }
}

/// The attachments of a run's question, until the run may begin.
struct Attached {
    run: Rc<RefCell<Run>>,
    attachments: RefCell<Vec<Attachment>>,
}

struct AgentHost {
    context: Option<Context>,
    step: Option<AgentStep>,
    attached: Attached,
    /// Holds the turn in the conversation until the run has ended.
    place: RefCell<Option<Place>>,
    extras: Option<Rc<RunFeatures>>,
    saving: Cell<Option<Saving>>,
}

impl RunHost for AgentHost {
    fn admit(&self) -> LocalBoxFuture<'_, Result<(), Thrown>> {
        Box::pin(async move {
            if let Some(context) = self.context.as_ref().filter(|_| self.step.is_none()) {
                let place = context.enter().await?;
                *self.place.borrow_mut() = Some(place);
            }
            let Attached { run, attachments } = &self.attached;
            Ok(run.borrow_mut().attach(attachments.take())?)
        })
    }

    fn extras(&self) -> Option<Rc<dyn Extras>> {
        self.extras.clone().map(|extras| extras as Rc<dyn Extras>)
    }

    fn token_counter(&self) -> Option<Rc<dyn TokenCounter>> {
        None
    }

    fn changed(&self) {
        if let Some(context) = &self.context {
            context.changed();
        }
    }

    fn concluded(&self, result: &RunResult) {
        if let Some(step) = &self.step {
            (step.concluded)(result);
        }
    }

    fn left(&self) {
        self.saving.take();
        let place = self.place.take();
        drop(place);
    }
}

/// While this exists, the part of the answer that was read is saved when the page is closed.
struct Saving {
    #[cfg(target_arch = "wasm32")]
    delivery: Option<std::rc::Weak<Delivery>>,
}

#[cfg(target_arch = "wasm32")]
impl Saving {
    fn new(context: Option<&Context>, delivery: &Rc<Delivery>) -> Self {
        let delivery = context.is_some_and(Context::is_kept).then(|| {
            crate::web::client::save_with_page(delivery);
            Rc::downgrade(delivery)
        });
        Self { delivery }
    }
}

#[cfg(target_arch = "wasm32")]
impl Drop for Saving {
    fn drop(&mut self) {
        if let Some(delivery) = &self.delivery {
            crate::web::client::forget_with_page(delivery);
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Saving {
    fn new(_: Option<&Context>, _: &Rc<Delivery>) -> Self {
        Self {}
    }
}
