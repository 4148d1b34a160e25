//! What a run of an agent belongs to: its place in a conversation, its tools.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use super::context::Place;
use super::outbox::Outbox;
use super::values::JsonValues;
use super::{Ask, Context, Env};
use crate::conversation::Conversation;
use crate::event::{RunResult, Thrown};
use crate::run::features::{Asked, Host, RunFeatures};
use crate::run::{Delivery, Driver, Extras, Run, RunHost, TokenCounter};

/// A run, ready to be driven by whoever polls the future, and what it hands on. `hears` says that somebody reads a stream.
pub(super) fn launch(ask: Ask, outbox: Rc<Outbox>, hears: bool) -> (LocalBoxFuture<'static, ()>, Rc<Delivery>) {
    let Ask { agent, question, context, batch } = ask;
    let Env { clock, transport } = agent.env().clone();
    let (batch, batching) = batch.parts();
    let conversation = match &context {
        Some(context) => context.conversation().clone(),
        // It lasts as long as the run.
        None => Rc::new(RefCell::new(Conversation::new("fleeting"))),
    };
    let run = Rc::new(RefCell::new(Run::new(agent.config().clone(), batch, hears, Some(conversation))));
    let delivery = Rc::new(Delivery::new(clock.clone(), outbox, batching, |_| ()));
    if hears {
        delivery.stream(false);
    }
    if let Some(context) = &context {
        let (context, clock, growing) = (context.clone(), clock.clone(), run.clone());
        delivery.save_with(move |delivered| {
            growing.borrow().keep(delivered, &clock.timestamp());
            context.grown();
        });
    }
    let extras = (!agent.features().is_empty()).then(|| {
        let host = Host { values: Rc::new(JsonValues), events: delivery.clone() };
        let asked =
            Asked { question: question.clone().unwrap_or_default(), resumes: question.is_none(), ..Asked::default() };
        Rc::new(RunFeatures::new(agent.features().clone(), agent.config().clone(), host, asked))
    });
    let saving = Saving::new(context.as_ref(), &delivery);
    let host = Rc::new(AgentHost { context, place: RefCell::default(), extras, saving: Cell::new(Some(saving)) });
    let driver = Driver::new(run, delivery.clone(), host, transport, clock);
    (Box::pin(driver.drive(question)), delivery)
}

struct AgentHost {
    context: Option<Context>,
    /// From when it may begin until it has ended.
    place: RefCell<Option<Place>>,
    extras: Option<Rc<RunFeatures>>,
    saving: Cell<Option<Saving>>,
}

impl RunHost for AgentHost {
    fn admit(&self) -> LocalBoxFuture<'_, Result<(), Thrown>> {
        Box::pin(async move {
            if let Some(context) = &self.context {
                let place = context.enter().await?;
                *self.place.borrow_mut() = Some(place);
            }
            Ok(())
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

    fn concluded(&self, _: &RunResult) {}

    fn left(&self) {
        self.saving.take();
        let place = self.place.take();
        drop(place);
    }
}

/// Saves what was read of the answer when the page goes away, as long as this is there.
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
