//! The context that the caller gave to a run.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::{call, get, host_value};
use crate::event::{Evaluation, HostValue, Routing};
use crate::run::features::SharedContext;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Object, js_name = hasOwn)]
    fn has_own(of: &JsValue, key: &str) -> Result<bool, JsValue>;
}

/// A `Context`.
#[derive(Debug, Clone)]
pub(in crate::web) struct JsContext(pub(in crate::web) JsValue);

impl SharedContext for JsContext {
    fn own(&self) -> HostValue {
        host_value(self.0.clone())
    }

    fn content(&self) -> Option<HostValue> {
        get(&self.0, "content").ok().map(host_value)
    }

    fn evaluation(&self) -> Option<Evaluation> {
        let evaluation = get(&get(&self.0, "result").ok()?, "evaluation").ok()?;
        Some(Evaluation {
            score: get(&evaluation, "score").ok()?.as_f64()?,
            passed: get(&evaluation, "passed").ok()?.is_truthy(),
            feedback: get(&evaluation, "feedback").ok()?.as_string(),
        })
    }

    fn shared(&self, name: &str) -> Option<HostValue> {
        let state = get(&self.0, "sharedState").ok()?;
        has_own(&state, name).ok().filter(|has| *has)?;
        get(&state, name).ok().map(host_value)
    }

    fn route(&self, routing: &Routing) {
        // If the context was freed meanwhile, there is no next step.
        let _ = self.choose(routing);
    }
}

impl JsContext {
    fn choose(&self, Routing { next_route, reasoning }: &Routing) -> Result<(), JsValue> {
        let chosen = Object::new();
        let next = JsValue::from_str(next_route);
        Reflect::set(&chosen, &"nextRoute".into(), &next)?;
        if let Some(reasoning) = reasoning {
            Reflect::set(&chosen, &"reasoning".into(), &reasoning.as_str().into())?;
        }
        Reflect::set(&self.0, &"routingResult".into(), &chosen)?;
        call(&self.0, "goto", &Array::of1(&next)).map(drop)
    }
}
