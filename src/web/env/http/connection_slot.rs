//! What a request needs before it is sent: a network, and a slot among the page's connections.

use std::rc::Rc;

use futures::channel::oneshot;
use wasm_bindgen::prelude::JsValue;
use web_sys::{AbortController, AbortSignal};

use crate::address::is_this_machine;
use crate::env::Phase;
use crate::slots::{Slot, Slots};
use crate::web::env::page::{address_of, global, is_offline, Listener, Url};
use crate::web::env::{PageClock, WebLocks};
use crate::web::promise::once;

thread_local! {
    /// For all agents of the page.
    static SLOTS: Rc<Slots> = Rc::new(Slots::new(Rc::new(PageClock), Rc::new(WebLocks)));
}

/// A slot among the page's connections, for one request. Dropping it closes the connection and frees the slot.
pub(super) struct ConnectionSlot {
    controller: AbortController,
    _slot: Option<Slot>,
}

impl ConnectionSlot {
    /// Waits until the request may be sent: until the page is online, and has fewer than `most` connections to that origin. `None`
    /// allows any number.
    pub(super) async fn open(url: &str, most: Option<usize>, on_phase: &dyn Fn(Phase)) -> Result<Self, JsValue> {
        let controller = AbortController::new()?;
        // Nothing to wait for.
        if most.is_none() && !is_offline() {
            return Ok(Self { controller, _slot: None });
        }
        let address = address_of(url)?;
        if is_offline() && !is_near(&address) {
            on_phase(Phase::Offline);
            online().await;
            on_phase(Phase::Sending);
        }
        let Some(most) = most else { return Ok(Self { controller, _slot: None }) };
        on_phase(Phase::Queued);
        let slots = SLOTS.with(Rc::clone);
        let slot = slots.enter(&address.origin(), most).await;
        on_phase(Phase::Sending);
        Ok(Self { controller, _slot: Some(slot) })
    }

    /// Aborted when the connection is closed, without a reason: that would be the caller's.
    pub(super) fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.controller.abort();
    }
}

/// Whether the address is reachable offline: this machine is, but the page's own server may forward requests to others.
fn is_near(address: &Url) -> bool {
    let page = global().location().map(|location| location.origin());
    is_this_machine(&address.hostname()) && page.as_deref() != Some(&*address.origin())
}

/// Waits for the network.
async fn online() {
    let (sender, receiver) = oneshot::channel();
    let heard = once(move |_: JsValue| {
        let _ = sender.send(());
    });
    let _listener = Listener::new(&js_sys::global(), "online", heard);
    let _ = receiver.await;
}
