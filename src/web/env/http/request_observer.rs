//! What a page knows about a request that it could not send. The page only gets an opaque exception, whatever the cause
//! was.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::address::privacy_of;
use crate::advice::PageFacts;
use crate::env::Clock;
use crate::text::concat;
use crate::web::env::page::{address_of, global, is_offline, Listener, Url};
use crate::web::env::PageClock;

#[wasm_bindgen]
extern "C" {
    type Violation;
    #[wasm_bindgen(method, getter, js_name = blockedURI)]
    fn blocked_uri(this: &Violation) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = effectiveDirective)]
    fn effective_directive(this: &Violation) -> Option<String>;
}

/// Observes a request to an address, to find out afterwards why it may have failed.
pub(super) struct RequestObserver {
    address: Url,
    is_forbidden: Rc<Cell<bool>>,
    _violations: Listener,
}

impl RequestObserver {
    pub(super) fn new(url: &str) -> Result<Self, JsValue> {
        let is_forbidden = Rc::new(Cell::new(false));
        let (forbidden, meant) = (is_forbidden.clone(), address_of(url)?);
        let heard = Closure::<dyn Fn(Violation)>::new(move |violation: Violation| {
            let is_about_requests = violation.effective_directive().as_deref() == Some("connect-src");
            if is_about_requests && is_meant(&violation.blocked_uri().unwrap_or_default(), &meant) {
                forbidden.set(true);
            }
        });
        // In a worker there is no document, and the event goes to the global scope.
        let target = global().document().map_or_else(|| js_sys::global().into(), JsValue::from);
        let violations = Listener::new(&target, "securitypolicyviolation", heard.into_js_value());
        Ok(Self { address: address_of(url)?, is_forbidden, _violations: violations })
    }

    /// The facts, after the request has failed. `is_own_fetch`: it was sent by the caller's own `fetch`.
    pub(super) async fn facts(&self, is_own_fetch: bool) -> PageFacts {
        if !self.is_forbidden.get() {
            // The event comes in its own task, which may run after that of the failure.
            PageClock.sleep(0.0).await;
        }
        let hostname = self.address.hostname();
        PageFacts {
            url: concat(&[&self.address.origin(), &self.address.pathname()]),
            origin: global().location().map(|location| location.origin()).unwrap_or_default(),
            is_offline: is_offline(),
            is_forbidden: self.is_forbidden.get(),
            is_denied: is_more_private(&hostname) && is_denied(&hostname).await,
            is_own_fetch,
        }
    }
}

/// Whether a report is about this address. Browsers report the whole address, its origin, or its scheme alone.
fn is_meant(blocked: &str, address: &Url) -> bool {
    let is_scheme = || address.protocol().strip_suffix(':') == Some(blocked);
    address.href().starts_with(blocked) || blocked.starts_with(&address.origin()) || is_scheme()
}

/// Whether the host is more private than the page. Only then does a browser ask for permission.
fn is_more_private(hostname: &str) -> bool {
    let page = global().location().map(|location| location.hostname()).unwrap_or_default();
    privacy_of(hostname) > privacy_of(&page)
}

/// Whether the page was denied this machine or the local network: <https://wicg.github.io/local-network-access/>.
async fn is_denied(hostname: &str) -> bool {
    let own = if privacy_of(hostname) == 2 { "loopback-network" } else { "local-network" };
    for name in [own, "local-network-access"] {
        // A browser may not know the permission under this name: then it knows it under the other one, or does not ask
        // for it.
        if let Ok(state) = permission(name).await {
            return state.as_string().as_deref() == Some("denied");
        }
    }
    false
}

async fn permission(name: &str) -> Result<JsValue, JsValue> {
    let permissions = global().navigator().and_then(|navigator| navigator.permissions()).ok_or(JsValue::UNDEFINED)?;
    let what = JsValue::from(Object::new());
    Reflect::set(&what, &"name".into(), &name.into())?;
    let status = JsFuture::from(permissions.query(&what)?).await?;
    Reflect::get(&status, &"state".into())
}
