//! Saves growing answers when the page may be gone soon.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::{global, Reflect};
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen::JsCast;
use web_sys::EventTarget;

use crate::run::Delivery;

struct Growing {
    deliveries: Vec<Weak<Delivery>>,
    /// Saves all of them. Listens while there are growing answers.
    listener: Option<Closure<dyn FnMut()>>,
}

thread_local! {
    static GROWING: RefCell<Growing> = const { RefCell::new(Growing { deliveries: Vec::new(), listener: None }) };
}

/// Saves every growing answer, as far as it has been delivered.
pub(super) fn save_all() {
    let deliveries = GROWING.with_borrow(|growing| growing.deliveries.clone());
    for delivery in deliveries.iter().filter_map(Weak::upgrade) {
        delivery.save_now();
    }
}

/// An answer begins to grow.
pub(crate) fn add(delivery: &Rc<Delivery>) {
    GROWING.with_borrow_mut(|growing| {
        growing.deliveries.push(Rc::downgrade(delivery));
        let listener = growing.listener.get_or_insert_with(|| {
            let listener = Closure::new(save_all);
            for (target, event) in targets() {
                let _ = target.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
            }
            listener
        });
        let _ = listener;
    });
}

/// It no longer grows.
pub(crate) fn remove(delivery: &Weak<Delivery>) {
    let listener = GROWING.with_borrow_mut(|growing| {
        growing.deliveries.retain(|other| !other.ptr_eq(delivery));
        if growing.deliveries.is_empty() {
            growing.listener.take()
        } else {
            None
        }
    });
    let Some(listener) = listener else { return };
    for (target, event) in targets() {
        let _ = target.remove_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    }
}

/// A page that is hidden or left may not come back.
fn targets() -> impl Iterator<Item = (EventTarget, &'static str)> {
    let document = Reflect::get(&global(), &JsValue::from_str("document")).unwrap_or_default();
    let document = (!document.is_falsy()).then(|| (document.unchecked_into(), "visibilitychange"));
    [(global().unchecked_into(), "pagehide")].into_iter().chain(document)
}
