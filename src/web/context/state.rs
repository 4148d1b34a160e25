//! The JavaScript values of a context: the caller's own objects and functions. The context's object holds them, and
//! Rust only has a weak reference. So a context that is never freed can be collected, whatever the values refer to.

use std::cell::RefCell;

use js_sys::{Map, Object, WeakMap, WeakRef};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};
use wasm_bindgen::JsCast;

#[wasm_bindgen]
extern "C" {
    /// The JavaScript values that belong to a context.
    #[derive(Debug, Clone)]
    pub(in crate::web) type State;
    #[wasm_bindgen(method, getter)]
    pub(super) fn number(this: &State) -> u32;
    #[wasm_bindgen(method, setter)]
    fn set_number(this: &State, number: u32);
    #[wasm_bindgen(method, getter, js_name = sharedState)]
    pub(in crate::web) fn shared_state(this: &State) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = sharedState)]
    pub(in crate::web) fn set_shared_state(this: &State, state: &JsValue);
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn result(this: &State) -> JsValue;
    #[wasm_bindgen(method, setter)]
    pub(in crate::web) fn set_result(this: &State, result: &JsValue);
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn routing(this: &State) -> JsValue;
    #[wasm_bindgen(method, setter)]
    pub(in crate::web) fn set_routing(this: &State, routing: &JsValue);
    #[wasm_bindgen(method, getter)]
    pub(super) fn messages(this: &State) -> JsValue;
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_messages(this: &State, messages: &JsValue);
    #[wasm_bindgen(method, getter)]
    pub(in crate::web) fn ready(this: &State) -> JsValue;
    #[wasm_bindgen(method, setter)]
    pub(in crate::web) fn set_ready(this: &State, ready: &JsValue);
    #[wasm_bindgen(method, getter, js_name = onStorageError)]
    pub(super) fn on_storage_error(this: &State) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = onStorageError)]
    fn set_on_storage_error(this: &State, listener: &JsValue);
    #[wasm_bindgen(method, getter)]
    pub(super) fn listeners(this: &State) -> Map;
    #[wasm_bindgen(method, setter)]
    fn set_listeners(this: &State, listeners: &Map);
}

impl State {
    /// The state of the context with that number.
    pub(super) fn of_number(number: u32, on_storage_error: &JsValue) -> Self {
        let state: Self = JsValue::from(Object::new()).unchecked_into();
        state.set_number(number);
        state.set_shared_state(&Object::new());
        state.set_on_storage_error(on_storage_error);
        state.set_listeners(&Map::new());
        state
    }
}

thread_local! {
    /// By the object of the context.
    static STATES: WeakMap = WeakMap::new();
}

/// The state of a context's object; `None` if the value is not a context.
pub(super) fn state_of(context: &JsValue) -> Option<State> {
    if !context.is_object() {
        return None;
    }
    let state = STATES.with(|states| states.get(context.unchecked_ref::<Object>()));
    state.is_object().then(|| state.unchecked_into())
}

/// The link from a context to its JavaScript object, and to the values that belong to it.
#[derive(Debug)]
pub(super) struct ObjectLink {
    /// Holds the values until there is an object.
    held: RefCell<Option<State>>,
    weak: RefCell<Option<Weak>>,
}

#[derive(Debug)]
struct Weak {
    context: WeakRef,
    state: WeakRef,
}

impl ObjectLink {
    pub(super) fn new(state: Option<State>) -> Self {
        Self { held: RefCell::new(state), weak: RefCell::default() }
    }

    /// Hands the values over to the object: from now on they live as long as it does.
    pub(super) fn attach_to(&self, context: &JsValue) {
        let Some(state) = self.held.borrow_mut().take() else { return };
        let context = context.unchecked_ref::<Object>();
        STATES.with(|states| states.set(context, &state));
        let weak = Weak { context: WeakRef::new(context), state: WeakRef::new(state.unchecked_ref::<Object>()) };
        *self.weak.borrow_mut() = Some(weak);
    }

    /// `None` if the object has been collected, or never existed.
    pub(super) fn state(&self) -> Option<State> {
        if let Some(state) = &*self.held.borrow() {
            return Some(state.clone());
        }
        let state = self.weak.borrow().as_ref()?.state.deref()?;
        Some(JsValue::from(state).unchecked_into())
    }

    /// The context's object.
    pub(super) fn context(&self) -> Option<JsValue> {
        self.weak.borrow().as_ref()?.context.deref().map(JsValue::from)
    }
}
