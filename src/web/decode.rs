//! The decoder alone, for a response that somebody else fetched.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::agent::{conclude, settle};
use super::bindings::{chunk_stream, is_response};
use super::convert::Options;
use super::error::into_js;
use super::host::Host;
use super::options::RunOptions;
use super::transport::Link;
use super::{clock, Run};
use crate::agent::{run, Answer, Intake, Limits, Plan, Retry, Stopper, Timeouts};
use crate::error::Error;
use crate::provider::Wire;

/// Reads a response as the stream that `provider` sends. Nothing is retried, and no timer runs.
///
/// @throws RefinireError "invalid-argument" for no response, one whose body is taken, or an unknown provider.
#[allow(clippy::missing_errors_doc)] // The heading would show in JavaScript's types.
#[wasm_bindgen(js_name = decodeResponse, skip_typescript)]
pub fn decode_response(response: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    start(response, options).map_err(|error| into_js(&error, "", None))
}

fn start(response: &JsValue, options: &JsValue) -> Result<JsValue, Error> {
    if !is_response(response) {
        return Err(Error::invalid("decodeResponse: a Response is needed"));
    }
    let response: web_sys::Response = response.clone().unchecked_into();
    if response.body_used() {
        return Err(Error::invalid("decodeResponse: the response's body has been read already"));
    }
    let provider = Options::new(options, "decodeResponse")?.required_string("provider")?;
    let wire = Wire::named(&provider)
        .ok_or_else(|| Error::invalid(["decodeResponse: there is no provider \"", &provider, "\""].concat()))?;
    let options = RunOptions::read(options)?;
    let plan = plan(wire);
    let answer = Answer::new(options.batch, options.on_event.is_some(), None);
    let intake = Rc::new(RefCell::new(Intake::new(wire, plan.limits.max_event_bytes, answer)));
    let stopper = Stopper::default();
    let (shared, stop) = (intake.clone(), stopper.clone());
    let start = move |run_object, delivery: super::bindings::Delivery| {
        spawn_local(async move {
            let host = Host {
                link: Rc::new(Link::default()),
                run: run_object,
                delivery: delivery.clone(),
                provider: wire.name,
                model: String::new(),
                response: Some(response),
            };
            let started = clock::now_ms();
            let ended = run(&host, &plan, &[], &intake, &stopper).await;
            settle(&delivery, conclude(&intake, &delivery, wire.name, started, ended));
        });
    };
    let delivery = options.deliver(Run::new(shared, stop, Box::new(start)));
    let stream = chunk_stream(&delivery);
    delivery.stream();
    Ok(stream)
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
