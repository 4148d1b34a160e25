//! The environment of the module: a page, one of its workers, or neither, as in Node.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;

#[wasm_bindgen]
extern "C" {
    /// The global object. Each getter may return undefined.
    pub(in crate::web) type Global;
    #[wasm_bindgen(method, getter)]
    pub(super) fn document(this: &Global) -> Option<Document>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn location(this: &Global) -> Option<Location>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn navigator(this: &Global) -> Option<Navigator>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn performance(this: &Global) -> Performance;
    #[wasm_bindgen(method, getter)]
    pub(super) fn fetch(this: &Global) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = requestAnimationFrame)]
    pub(super) fn request_animation_frame(this: &Global) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = matchMedia)]
    pub(super) fn match_media(this: &Global) -> JsValue;

    #[derive(Debug)]
    pub(super) type Performance;
    #[wasm_bindgen(method)]
    pub(super) fn now(this: &Performance) -> f64;

    pub(super) type Document;
    #[wasm_bindgen(method, getter, js_name = visibilityState)]
    pub(super) fn visibility_state(this: &Document) -> String;

    pub(super) type Location;
    #[wasm_bindgen(method, getter)]
    pub(super) fn href(this: &Location) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn origin(this: &Location) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn hostname(this: &Location) -> String;

    pub(super) type Navigator;
    #[wasm_bindgen(method, getter, js_name = onLine)]
    pub(super) fn on_line(this: &Navigator) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn locks(this: &Navigator) -> Option<LockManager>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn permissions(this: &Navigator) -> Option<Permissions>;

    pub(super) type LockManager;

    pub(super) type Permissions;
    #[wasm_bindgen(method, catch)]
    pub(super) fn query(this: &Permissions, what: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = URL)]
    pub(in crate::web) type Url;
    #[wasm_bindgen(constructor, js_class = "URL", catch)]
    fn new(url: &str, base: &str) -> Result<Url, JsValue>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn href(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn origin(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn protocol(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn host(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn hostname(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn username(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn password(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn pathname(this: &Url) -> String;
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_protocol(this: &Url, protocol: &str);
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_hash(this: &Url, hash: &str);

    /// An event target.
    #[derive(Clone)]
    pub(super) type Target;
    #[wasm_bindgen(method, getter, js_name = addEventListener)]
    fn add_listener(this: &Target) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = removeEventListener)]
    fn remove_listener(this: &Target) -> JsValue;
}

/// The global object.
pub(in crate::web) fn global() -> Global {
    js_sys::global().unchecked_into()
}

/// Whether the browser says that there is no network.
pub(super) fn is_offline() -> bool {
    global().navigator().and_then(|navigator| navigator.on_line()) == Some(false)
}

/// The URL as it is fetched. Without a page, a relative URL gets a placeholder host.
pub(in crate::web) fn address_of(url: &str) -> Result<Url, JsValue> {
    let page = global().location().map(|location| location.href());
    let base = page.filter(|href| href.starts_with("http"));
    Url::new(url, base.as_deref().unwrap_or("http://page.invalid/"))
}

/// Listens to an event until this is dropped.
pub(crate) struct Listener {
    target: Target,
    kind: &'static str,
    heard: Function,
}

impl Listener {
    /// Adds the listener if the target supports events. It must be safe to call `heard` after this is dropped.
    pub(crate) fn new(target: &JsValue, kind: &'static str, heard: JsValue) -> Self {
        let (target, heard) = (target.clone().unchecked_into::<Target>(), heard.unchecked_into::<Function>());
        if let Some(add) = target.add_listener().dyn_ref::<Function>() {
            let _ = add.call2(&target, &JsValue::from_str(kind), &heard);
        }
        Self { target, kind, heard }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(remove) = self.target.remove_listener().dyn_ref::<Function>() {
            let _ = remove.call2(&self.target, &JsValue::from_str(self.kind), &self.heard);
        }
    }
}
