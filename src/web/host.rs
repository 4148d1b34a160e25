//! The browser, as the core sees it.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::bindings::Delivery;
use super::transport::{FetchExchange, Link};
use super::{clock, error};
use crate::agent::{Clock, Event, Outlet, Transport};
use crate::json::Value;
use crate::provider::Call;

/// Fetch, the clock, and the delivery of one run.
pub(super) struct Host {
    pub(super) link: Rc<Link>,
    pub(super) run: JsValue,
    pub(super) delivery: Delivery,
    pub(super) provider: &'static str,
    pub(super) model: String,
    /// A response to read instead of making requests.
    pub(super) response: Option<web_sys::Response>,
}

impl Transport for Host {
    type Exchange = FetchExchange;

    fn open(&self, call: Call) -> FetchExchange {
        match &self.response {
            Some(response) => FetchExchange::response(Clone::clone(response), self.run.clone(), self.delivery.clone()),
            None => FetchExchange::request(self.link.clone(), call, self.run.clone(), self.delivery.clone()),
        }
    }

    fn redact(&self, message: String) -> String {
        self.link.redact(message)
    }
}

impl Clock for Host {
    fn now(&self) -> f64 {
        clock::now_ms()
    }

    fn epoch_ms(&self) -> f64 {
        js_sys::Date::now()
    }

    async fn sleep(&self, ms: f64) {
        clock::sleep(ms).await;
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
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
                (value.with("delayMs", delay_ms.round() as u64), Some(error))
            }
            Event::Fallback { error } => (value.with("type", "fallback"), Some(error)),
        };
        let error = error.map_or(JsValue::UNDEFINED, |error| {
            let mut told = error.clone();
            told.message = self.redact(told.message.to_string()).into();
            error::into_js(&told, "", Some(self.provider))
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
