//! The browser, as the core sees it.

use gloo_net::http::Response;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::bindings::{describe, now, timer, timestamp, until, Delivery, Exchange as JsExchange, Timer, World};
use super::error::{cause_of, into_js, thrown};
use crate::agent::{Clock, Event, Exchange, Head, Outlet, SharedIntake, Transport};
use crate::error::{Code, Error};
use crate::json::Value;
use crate::provider::{Auth, Call};

/// The world of one run.
pub(super) struct Host {
    pub(super) world: World,
    pub(super) delivery: Delivery,
    pub(super) provider: &'static str,
    pub(super) model: String,
}

/// One request on fetch.
pub(super) struct FetchExchange(JsExchange);

impl Transport for Host {
    type Exchange = FetchExchange;

    fn open(&self, call: Call) -> FetchExchange {
        let key_header = match call.auth {
            Auth::Bearer => "authorization",
            Auth::Header(name) => name,
        };
        FetchExchange(self.world.exchange(&call.url, call.headers, key_header, &call.body))
    }

    fn redact(&self, message: String) -> String {
        self.world.redact(&message)
    }
}

impl Exchange for FetchExchange {
    async fn head(&mut self) -> Result<Head, Error> {
        let response = JsFuture::from(self.0.head()).await.map_err(|error| failed("the request failed", &error))?;
        let head = Response::from(response.unchecked_into::<web_sys::Response>());
        Ok(Head { status: head.status(), retry_after: head.headers().get("retry-after") })
    }

    async fn pump(&mut self, _intake: &SharedIntake) -> Result<(), Error> {
        // The loop in JavaScript pushes into the run, which shares the intake.
        let pumped = JsFuture::from(self.0.pump()).await;
        pumped.map(drop).map_err(|error| failed("the connection broke", &error))
    }
}

/// What JavaScript threw while it made a request: the caller's mistake where it says so, else the network's.
fn failed(what: &str, error: &JsValue) -> Error {
    let code = js_sys::Reflect::get(error, &JsValue::from_str("code")).ok().and_then(|code| code.as_string());
    match code.as_deref() {
        Some("invalid-argument") => {
            let mut mistake = Error::invalid(describe(error)).caused_by(cause_of(error.clone()));
            // Asked once more, without streaming, it would be the same.
            mistake.refused = true;
            mistake
        }
        _ => thrown(Code::Network, what, error),
    }
}

impl Drop for FetchExchange {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Clock for Host {
    fn now(&self) -> f64 {
        now()
    }

    fn timestamp(&self) -> String {
        timestamp()
    }

    fn until(&self, date: &str) -> Option<u64> {
        let ms = until(date);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
        (!ms.is_nan()).then_some(ms as u64)
    }

    async fn sleep(&self, ms: f64) {
        let sleep = Sleep(timer(ms));
        let _ = JsFuture::from(sleep.0.done()).await;
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }
}

/// A timer that is cancelled when nobody waits for it.
struct Sleep(Timer);

impl Drop for Sleep {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Outlet for Host {
    async fn event(&self, event: Event<'_>) {
        let value = Value::object();
        let (value, error) = match event {
            Event::Start { attempt } => {
                let value = value.with("type", "start").with("provider", self.provider);
                (value.with("model", self.model.as_str()).with("attempt", u64::from(attempt)), None)
            }
            Event::Retry { attempt, delay_ms, error } => {
                let value = value.with("type", "retry").with("attempt", u64::from(attempt));
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // At most a minute.
                (value.with("delayMs", delay_ms as u64), Some(error))
            }
            Event::Fallback { error } => (value.with("type", "fallback"), Some(error)),
        };
        let error = error.map_or(JsValue::UNDEFINED, |error| {
            let mut told = error.clone();
            told.message = self.redact(told.message.to_string()).into();
            into_js(&told, "", Some(self.provider))
        });
        self.delivery.event(&value.to_json(), &error);
    }

    async fn flush(&self) {
        let _ = JsFuture::from(self.delivery.flush()).await;
    }

    fn delivered(&self) -> (usize, usize) {
        (self.delivery.chunks(), self.delivery.chars())
    }
}
