//! A storage that the caller provides.

use futures::future::FutureExt;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::page::of_adapter;
use crate::conversation::mirror::{Adapter, Outcome};
use crate::error::Error;
use crate::web::bindings::array_from;

#[wasm_bindgen]
extern "C" {
    /// `StorageAdapter` of the types. Each method may return a promise.
    type StorageAdapter;
    #[wasm_bindgen(method, catch, js_name = getItem)]
    fn get_item(this: &StorageAdapter, key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = setItem)]
    fn set_item(this: &StorageAdapter, key: &str, value: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeItem)]
    fn remove_item(this: &StorageAdapter, key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn keys(this: &StorageAdapter) -> Result<JsValue, JsValue>;
}

/// An adapter, as the core uses it.
pub(super) struct WebAdapter {
    adapter: StorageAdapter,
    has_keys: bool,
}

impl WebAdapter {
    pub(super) fn new(given: &JsValue) -> Result<Self, JsValue> {
        let has_keys = Reflect::get(given, &JsValue::from_str("keys"))?.is_truthy();
        Ok(Self { adapter: given.clone().unchecked_into(), has_keys })
    }

    /// Calls `changed` with the keys that others change. Returns the function that ends this.
    pub(super) fn subscribe(&self, changed: &JsValue) -> Result<Option<Function>, JsValue> {
        let subscribe = Reflect::get(&self.adapter, &JsValue::from_str("subscribe"))?;
        if subscribe.is_undefined() || subscribe.is_null() {
            return Ok(None);
        }
        let ends = subscribe.dyn_into::<Function>()?.call1(&self.adapter, changed)?;
        Ok(ends.dyn_into().ok())
    }
}

/// The returned value, once it is settled.
fn settled(given: Result<JsValue, JsValue>) -> Outcome<JsValue> {
    let given = given.map(|given| JsFuture::from(Promise::resolve(&given)));
    async move { settle(given).await.map_err(of_adapter) }.boxed_local()
}

async fn settle(given: Result<JsFuture, JsValue>) -> Result<JsValue, JsValue> {
    given?.await
}

fn done(given: Result<JsValue, JsValue>) -> Outcome<()> {
    settled(given).map(|settled| settled.map(drop)).boxed_local()
}

impl Adapter for WebAdapter {
    fn get(&self, key: &str) -> Outcome<Option<String>> {
        let text = |value: Result<JsValue, Error>| value.map(|value| value.as_string());
        settled(self.adapter.get_item(key)).map(text).boxed_local()
    }

    fn set(&self, key: &str, value: &str) -> Outcome<()> {
        done(self.adapter.set_item(key, value))
    }

    fn remove(&self, key: &str) -> Outcome<()> {
        done(self.adapter.remove_item(key))
    }

    fn keys(&self) -> Option<Outcome<Vec<String>>> {
        let names = |keys: Result<JsValue, Error>| {
            let keys = array_from(&keys?).map_err(of_adapter)?;
            Ok(keys.iter().filter_map(|key| key.as_string()).collect())
        };
        self.has_keys.then(|| settled(self.adapter.keys()).map(names).boxed_local())
    }

    fn has_keys(&self) -> bool {
        self.has_keys
    }
}
