//! Launches a run in the page: its question, its conversation and its driver.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use futures::future::LocalBoxFuture;
use js_sys::Function;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortSignal;

use super::context::ContextInner;
use super::env::RunClock;
use super::features::{Equipment, JsTokenCounter};
use super::listener::JsListener;
use super::run_handle::RunHandle;
use super::saving;
use super::signal::AbortSubscription;
use crate::conversation::turns::{Come, Turn};
use crate::env::{Clock, Transport};
use crate::error::Error;
use crate::event::{RunResult, Thrown};
use crate::run::features::RunFeatures;
use crate::run::{Batching, Delivery, Driver, Extras, Run, RunHost, TokenCounter};

/// The conversation of a run, and the run's turn in it.
pub(super) struct Place {
    /// The conversation that is asked in.
    pub(super) conversation: Rc<ContextInner>,
    /// Where its answer goes: another one for a branch of a flow.
    pub(super) answer_target: Rc<ContextInner>,
    /// For a step of a flow, its turn inside the flow's turn.
    pub(super) turn: Option<Rc<Turn>>,
    /// Whether the run waits for those before it; if not, it fails.
    pub(super) is_to_wait: bool,
    /// Whether the answer is shown to others while it grows.
    pub(super) is_seen: bool,
}

/// What a run is made of.
pub(super) struct Launch {
    pub(super) run: Rc<RefCell<Run>>,
    pub(super) transport: Rc<dyn Transport>,
    pub(super) token_counter: Option<Function>,
    /// `None` for a response that the caller has fetched.
    pub(super) place: Option<Place>,
    pub(super) equipment: Option<Equipment>,
    pub(super) question: Option<String>,
    pub(super) listener: Rc<JsListener>,
    pub(super) batching: Batching,
    pub(super) signal: Option<AbortSignal>,
}

impl Launch {
    /// A run that begins when it is read, or started.
    pub(super) fn into_handle(self) -> RunHandle {
        let (listener, batching) = (self.listener.clone(), self.batching);
        let clock: Rc<dyn Clock> = Rc::new(RunClock::default());
        let own = clock.clone();
        let begin = move |delivery: &Rc<Delivery>| self.begin(delivery, own);
        let delivery = Delivery::new(clock, listener.clone(), batching, begin);
        listener.stops(&delivery);
        RunHandle::new(delivery, listener)
    }

    fn begin(mut self, delivery: &Rc<Delivery>, clock: Rc<dyn Clock>) {
        let subscription = self.signal.take().and_then(|signal| AbortSubscription::new(signal, delivery));
        let token_counter = self.token_counter.map(|count| Rc::new(JsTokenCounter::new(count)) as Rc<dyn TokenCounter>);
        let turn = self.place.as_ref().and_then(|place| place.turn(delivery, &self.listener));
        let equip = |equipment| Equipment { delivery: Rc::downgrade(delivery), turn: turn.clone(), ..equipment };
        let host = Rc::new(Host {
            equipment: self.equipment.map(equip),
            turn,
            place: self.place,
            extras: RefCell::default(),
            token_counter,
            listener: self.listener,
        });
        if let Some(place) = host.place.as_ref().filter(|place| place.is_seen) {
            place.answer_target.follow(delivery, self.run.clone());
            if place.answer_target.is_kept() {
                saving::add(delivery);
            }
        }
        let leaving: Weak<Delivery> = Rc::downgrade(delivery);
        delivery.on_end(move || {
            drop(subscription);
            saving::remove(&leaving);
        });
        let driver = Driver::new(self.run, delivery.clone(), host, self.transport, clock);
        spawn_local(driver.drive(self.question));
    }
}

impl Place {
    /// Takes the turn at once: runs have their turn in the order in which they are called.
    fn turn(&self, delivery: &Delivery, listener: &JsListener) -> Option<Rc<Turn>> {
        if delivery.is_over() {
            return None;
        }
        let own = || Rc::new(self.conversation.take_turn(self.is_to_wait));
        let turn = self.turn.clone().unwrap_or_else(own);
        listener.has_turn(turn.clone());
        Some(turn)
    }
}

/// The conversation and the turn of a run.
struct Host {
    place: Option<Place>,
    turn: Option<Rc<Turn>>,
    equipment: Option<Equipment>,
    extras: RefCell<Option<Rc<RunFeatures>>>,
    token_counter: Option<Rc<dyn TokenCounter>>,
    listener: Rc<JsListener>,
}

impl RunHost for Host {
    fn admit(&self) -> LocalBoxFuture<'_, Result<(), Thrown>> {
        Box::pin(async move {
            if let (Some(turn), Some(place)) = (&self.turn, &self.place) {
                let is_stale = entered(turn).await?;
                if let Some(ready) = place.conversation.ready() {
                    ready.await;
                }
                // What other tabs have just added belongs to the question.
                if is_stale && place.conversation.is_kept() {
                    place.conversation.refresh();
                }
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

    fn attachment(&self, id: String) -> LocalBoxFuture<'_, Option<Rc<str>>> {
        Box::pin(async move { self.place.as_ref()?.conversation.attachments().base64(&id).await })
    }

    fn token_counter(&self) -> Option<Rc<dyn TokenCounter>> {
        self.token_counter.clone()
    }

    fn changed(&self) {
        if let Some(place) = &self.place {
            place.answer_target.changed();
        }
    }

    fn concluded(&self, result: &RunResult) {
        if let Some(place) = &self.place {
            place.conversation.concluded(&self.listener.result_of(result));
        }
    }

    fn left(&self) {
        if let Some(turn) = &self.turn {
            turn.leave();
        }
    }
}

/// Waits for a turn. Returns whether other runs may have changed the conversation before.
///
/// # Errors
/// `invalid-argument` if the run does not get its turn.
pub(crate) async fn entered(turn: &Turn) -> Result<bool, Error> {
    Err(Error::invalid(match turn.come().await {
        Come::Free => return Ok(false),
        Come::Waited => return Ok(true),
        Come::Busy => "another run is under way in this conversation",
        Come::Itself => {
            "a run cannot wait for another one that waits for it: the callback or tool that has begun it returned a promise"
        }
    }))
}
