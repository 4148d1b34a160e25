//! The other tabs of the page's site.

use std::any::Any;
use std::rc::Rc;

use futures::future::LocalBoxFuture;
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::page::Listener;
use crate::env::{Change, Channel, OnMessage, Seen, Site, Tasks};

#[wasm_bindgen]
extern "C" {
    type BroadcastChannel;
    #[wasm_bindgen(constructor, catch)]
    fn new(name: &str) -> Result<BroadcastChannel, JsValue>;
    #[wasm_bindgen(method, setter, js_name = onmessage)]
    fn set_on_message(this: &BroadcastChannel, heard: &JsValue);
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post_message(this: &BroadcastChannel, message: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &BroadcastChannel);

    type MessageEvent;
    #[wasm_bindgen(method, getter)]
    fn data(this: &MessageEvent) -> JsValue;

    /// The event of `storage` and `pageshow`.
    type PageEvent;
    #[wasm_bindgen(method, getter, js_name = storageArea)]
    fn storage_area(this: &PageEvent) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn key(this: &PageEvent) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = newValue)]
    fn new_value(this: &PageEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn persisted(this: &PageEvent) -> JsValue;
}

/// The tabs of the page's origin.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebSite;

impl Site for WebSite {
    fn channel(&self, name: &str, on_message: Option<OnMessage>) -> Option<Rc<dyn Channel>> {
        let channel = BroadcastChannel::new(name).ok()?;
        if let Some(on_message) = on_message {
            let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(changes) = changes_of(&event.data()) {
                    on_message(changes);
                }
            });
            channel.set_on_message(&heard.into_js_value());
        }
        Some(Rc::new(WebChannel(channel)))
    }

    fn watch(&self, seen: Rc<dyn Fn(Seen)>) -> Box<dyn Any> {
        let tell = seen.clone();
        let stored = Closure::<dyn Fn(PageEvent)>::new(move |event: PageEvent| {
            let local = Reflect::get(&js_sys::global(), &JsValue::from_str("localStorage")).unwrap_or_default();
            if event.storage_area() == local {
                tell(Seen::Stored { key: event.key(), value: event.new_value() });
            }
        });
        let shown = Closure::<dyn Fn(PageEvent)>::new(move |event: PageEvent| {
            if event.persisted().is_truthy() {
                seen(Seen::Restored);
            }
        });
        let page = js_sys::global();
        Box::new([
            Listener::new(&page, "storage", stored.into_js_value()),
            Listener::new(&page, "pageshow", shown.into_js_value()),
        ])
    }
}

/// A channel that is open until this is dropped.
struct WebChannel(BroadcastChannel);

impl Channel for WebChannel {
    fn post(&self, message: &[Change]) {
        let list = Array::new();
        for change in message {
            let entry = Array::of2(&text(change.key.as_deref()), &text(change.value.as_deref()));
            if let Some(by) = &change.by {
                entry.push(&JsValue::from_str(by));
            }
            list.push(&entry);
        }
        // A failure is ignored.
        let _ = self.0.post_message(&list);
    }
}

impl Drop for WebChannel {
    fn drop(&mut self) {
        self.0.set_on_message(&JsValue::NULL);
        self.0.close();
    }
}

fn text(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::NULL, JsValue::from_str)
}

/// The changes in a message of this or another version; `None` if it is not a list of changes.
fn changes_of(data: &JsValue) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    for entry in data.dyn_ref::<Array>()?.iter() {
        let entry = entry.dyn_into::<Array>().ok()?;
        let [key, value, by] = [0, 1, 2].map(|place| entry.get(place).as_string());
        changes.push(Change { key, value, by });
    }
    Some(changes)
}

/// The page's tasks.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebTasks;

impl Tasks for WebTasks {
    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        spawn_local(task);
    }
}
