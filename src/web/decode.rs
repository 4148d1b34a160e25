//! The decoder alone, for a response that somebody else fetched.

use crate::text::concat;
use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::agent::{batch_of, conclude, settle};
use super::bindings::{now, World};
use super::error::into_js;
use super::host::Host;
use super::Run;
use crate::agent::{run, Answer, Intake, Limits, Plan, Retry, Stopper, Timeouts};
use crate::error::Error;
use crate::provider::Wire;

/// A run that reads the one response that its world has. Nothing is retried, and no timer runs. Internal:
/// `js/decode.js` is what users see.
#[allow(clippy::missing_errors_doc)] // The heading would show in JavaScript's types.
#[wasm_bindgen(skip_typescript)]
pub fn decode(provider: &str, deltas: u32, wants_events: bool) -> Result<Run, JsValue> {
    let Some(wire) = Wire::named(provider) else {
        let error = Error::invalid(concat(&["decodeResponse: there is no provider \"", provider, "\""]));
        return Err(into_js(&error, "", None));
    };
    let plan = plan(wire);
    let answer = Answer::new(batch_of(deltas), wants_events, None);
    let intake = Rc::new(RefCell::new(Intake::new(wire, plan.limits.max_event_bytes, answer)));
    let stopper = Stopper::default();
    let (shared, stop) = (intake.clone(), stopper.clone());
    let start = move |world: World| {
        spawn_local(async move {
            let delivery = world.delivery();
            let host = Host { world, delivery: delivery.clone(), provider: wire.name, model: String::new() };
            let started = now();
            let ended = run(&host, &plan, &[], &intake, &stopper).await;
            settle(&delivery, conclude(&intake, &delivery, wire.name, started, ended));
        });
    };
    Ok(Run::new(shared, stop, Box::new(start)))
}

/// One attempt, without timers: whoever fetched the response has chosen both.
fn plan(wire: &'static Wire) -> Plan {
    Plan {
        wire,
        base_url: String::new(),
        public: false,
        model: String::new(),
        instructions: String::new(),
        temperature: None,
        max_tokens: None,
        options: None,
        timeouts: Timeouts { connect: 0.0, first_chunk: 0.0, idle: 0.0, total: 0.0 },
        retry: Retry { attempts: 1, ..Retry::default() },
        fallback: false,
        limits: Limits::default(),
    }
}
