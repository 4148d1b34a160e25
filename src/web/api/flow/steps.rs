//! The steps of a flow, as users declare them, converted for the core.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::Flow;
use crate::flow::{Branches, Hooks, Kind, NextStep, Node, OnError, Options, Plan, Prompt};
use crate::json::decimal;
use crate::text::concat;
use crate::web::api::agent::RefinireAgent;
use crate::web::error::into_js;
use crate::web::options::{check, get, is_object, one_of, pick, refuse_unknown, refused, Checked, Kind as Must, Shape};
use crate::web::promise::host_value;

const FLOW: Shape = &[
    ("name", Must::Text),
    ("start", Must::Text),
    ("context", Must::Object),
    ("maxSteps", Must::Positive),
    ("beforeStep", Must::Function),
    ("afterStep", Must::Function),
];

const DEFINITION: Shape = &[
    ("nextStep", Must::Text),
    ("storeResultKey", Must::Text),
    ("maxWorkers", Must::Count),
    ("onFailure", Must::Text),
    ("onError", Must::Object),
];

const ON_ERROR: Shape = &[("retry", Must::Number), ("goto", Must::Text)];

/// The options of the classes of steps.
const STEP: Shape =
    &[("run", Must::Function), ("ifTrue", Must::Text), ("ifFalse", Must::Text), ("nextStep", Must::Text)];

const PARALLEL: Shape = &[("nextStep", Must::Text), ("maxWorkers", Must::Count), ("onFailure", Must::Text)];

/// The JavaScript side of a step: an agent, or a function and the object that it is called on.
#[derive(Debug, Clone)]
pub(crate) struct JsStep {
    pub(super) value: JsValue,
    pub(super) function: Option<Function>,
}

impl JsStep {
    fn function(value: &JsValue, function: Function) -> Self {
        Self { value: value.clone(), function: Some(function) }
    }
}

/// The options of a parallel step.
#[cfg(feature = "module")]
const SETTINGS: [&str; 3] = ["nextStep", "maxWorkers", "onFailure"];

const KINDS: [&str; 4] = ["function", "condition", "parallel", "input"];
const DEFINED: [&str; 8] =
    ["nextStep", "storeResultKey", "maxWorkers", "onFailure", "onError", "agent", "parallel", "step"];

/// Checks a step when it is created: its name, its options, and `settings`, which only some steps have. Called by
/// `js/steps.js`.
#[cfg(feature = "module")]
pub(in crate::web) fn check_step(step: &JsValue, settings: &JsValue) -> Result<(), JsValue> {
    let kind = get(step, "kind")?.as_string().unwrap_or_default();
    let Some(name) = name_of(step)? else {
        return Err(refused(&["a ", &kind, " step: `name` must be a string"]));
    };
    if !settings.is_undefined() && !settings.is_null() {
        refuse_unknown(settings, &SETTINGS, &concat(&[&kind, " step \"", &name, "\""]))?;
    }
    kind_of(step, &kind, &name).map(drop)
}

/// The flow of these steps, and the context from its options.
pub(super) fn plan_of(steps: &JsValue, options: &JsValue) -> Result<(Plan<JsStep>, Option<JsValue>), JsValue> {
    let is_given = !options.is_undefined() && !options.is_null();
    let given = if is_given { check(options, FLOW, "Flow", &[])? } else { Checked::none(FLOW) };
    let name = given.text("name").unwrap_or_else(|| "flow".to_owned());
    let hook = |name: &str| given.function(name).map(|function| JsStep::function(&JsValue::UNDEFINED, function));
    let options = Options {
        start: given.text("start"),
        max_steps: given.whole("maxSteps").map(u64::from),
        hooks: Hooks { before: hook("beforeStep"), after: hook("afterStep") },
    };
    let nodes = nodes_of(steps, &concat(&["Flow \"", &name, "\""]))?;
    let plan = Plan::new(&name, nodes, options).map_err(|error| into_js(&error))?;
    Ok((plan, given.value("context").cloned()))
}

/// The nodes of what users declare: a list of steps or of pairs, or an object.
fn nodes_of(steps: &JsValue, of: &str) -> Result<Vec<Node<JsStep>>, JsValue> {
    let mut nodes = Vec::new();
    let is_list = Array::is_array(steps);
    let entries = match steps.dyn_ref::<Array>() {
        Some(list) if is_list => list.clone(),
        _ => steps.dyn_ref::<Object>().map(Object::entries).unwrap_or_default(),
    };
    for (place, entry) in entries.iter().enumerate() {
        let (name, given) = match entry.dyn_ref::<Array>() {
            Some(pair) => (pair.get(0).as_string(), pair.get(1)),
            None => (name_of(&entry)?, entry),
        };
        let name = name.unwrap_or_else(|| concat(&["step_", &decimal(place as u64 + 1)]));
        let of = concat(&[of, ": step \"", &name, "\""]);
        nodes.push(node_of(&name, &given, &of)?);
    }
    Ok(nodes)
}

/// The name that a step itself has.
fn name_of(step: &JsValue) -> Result<Option<String>, JsValue> {
    if !step.is_object() && !step.is_function() {
        return Ok(None);
    }
    let name = get(step, "name")?;
    Ok(name.as_string().filter(|name| !name.is_empty()))
}

fn node_of(name: &str, given: &JsValue, of: &str) -> Result<Node<JsStep>, JsValue> {
    let node =
        |kind| Node { name: name.into(), kind, next: NextStep::Declared, store_result_key: None, on_error: None };
    if let Some(function) = given.dyn_ref::<Function>() {
        return Ok(node(Kind::Function(JsStep::function(&JsValue::UNDEFINED, function.clone()))));
    }
    if !is_object(given)? {
        return Err(refused(&[of, ": this is not a step"]));
    }
    let mut inner = None;
    if !RefinireAgent::is(given) {
        for member in ["agent", "step"] {
            let value = get(given, member)?;
            if inner.is_none() && !value.is_undefined() && !value.is_null() {
                inner = Some(node_of(name, &value, of)?);
            }
        }
        let parallel = get(given, "parallel")?;
        if inner.is_none() && parallel.is_truthy() {
            inner = Some(node(Kind::Parallel(branches_of(name, &parallel, given)?)));
        }
    }
    let mut made = match inner {
        Some(inner) => defined(inner, given, of)?,
        None => node(step_of(given, name, of)?),
    };
    let next = get(given, "nextStep")?;
    if !next.is_undefined() {
        made.next = next.as_string().map_or(NextStep::End, NextStep::To);
    }
    Ok(made)
}

/// A step with the settings that it has in this flow.
fn defined(mut node: Node<JsStep>, given: &JsValue, of: &str) -> Result<Node<JsStep>, JsValue> {
    refuse_unknown(given, &DEFINED, of)?;
    let own = pick(given, DEFINITION, of, &[])?;
    node.store_result_key = own.text("storeResultKey").filter(|key| !key.is_empty());
    if let Some(on_error) = own.value("onError") {
        let of = concat(&[of, ": `onError`"]);
        refuse_unknown(on_error, &["retry", "goto", "value"], &of)?;
        let own = pick(on_error, ON_ERROR, &of, &[])?;
        // Any value is allowed.
        let has_value = Reflect::has(on_error, &JsValue::from_str("value"))?;
        let value = if has_value { Some(host_value(get(on_error, "value")?)) } else { None };
        let retry = own.whole("retry").map(u64::from).unwrap_or_default();
        node.on_error = Some(OnError { retry, goto: own.text("goto"), value });
    }
    Ok(node)
}

/// What a step does that is declared by itself: an agent, a flow, or an instance of a class of steps.
fn step_of(given: &JsValue, name: &str, of: &str) -> Result<Kind<JsStep>, JsValue> {
    if RefinireAgent::is(given) {
        let mut destinations = Vec::new();
        if let Ok(names) = get(given, "destinations")?.dyn_into::<Array>() {
            destinations.extend(names.iter().filter_map(|name| name.as_string()));
        }
        return Ok(Kind::Agent { agent: JsStep { value: given.clone(), function: None }, destinations });
    }
    let kind = get(given, "kind")?.as_string().unwrap_or_default();
    if kind == "flow" {
        if let Some(flow) = Flow::of(given) {
            return Ok(Kind::Flow(flow.plan()));
        }
    }
    if KINDS.contains(&&*kind) {
        return kind_of(given, &kind, &name_of(given)?.unwrap_or_else(|| name.to_owned()));
    }
    Err(refused(&[of, ": this is not a step"]))
}

/// What an instance of a class of steps does. The checks are the same as when it was created.
fn kind_of(step: &JsValue, kind: &str, name: &str) -> Result<Kind<JsStep>, JsValue> {
    let of = concat(&[kind, " step \"", name, "\""]);
    let own = pick(step, STEP, &of, &[])?;
    let missing = |name: &str| refused(&[&of, ": `", name, "` is missing"]);
    let function = || own.function("run").ok_or_else(|| missing("run"));
    let target = |name: &str| own.text(name).ok_or_else(|| missing(name));
    match kind {
        "condition" => Ok(Kind::Condition {
            condition: JsStep::function(step, function()?),
            if_true: target("ifTrue")?,
            if_false: target("ifFalse")?,
        }),
        "parallel" => Ok(Kind::Parallel(branches_of(name, &get(step, "steps")?, step)?)),
        "input" => {
            let prompt = get(step, "prompt")?;
            if let Some(text) = prompt.as_string().filter(|text| !text.is_empty()) {
                return Ok(Kind::Input(Prompt::Text(text)));
            }
            let function = prompt.dyn_into::<Function>();
            let function = function.map_err(|_| refused(&[&of, ": `prompt` must be a string or a function"]))?;
            Ok(Kind::Input(Prompt::Made(JsStep::function(step, function))))
        }
        _ => Ok(Kind::Function(JsStep::function(step, function()?))),
    }
}

/// The branches of the step of that name, with its `settings`.
fn branches_of(name: &str, steps: &JsValue, settings: &JsValue) -> Result<Branches<JsStep>, JsValue> {
    let of = concat(&["parallel step \"", name, "\""]);
    let own = pick(settings, PARALLEL, &of, &[])?;
    let on_failure = own.text("onFailure");
    one_of(on_failure.as_deref(), &["cancel", "finish"], &concat(&[&of, ": `onFailure`"]))?;
    let nodes = nodes_of(steps, name)?;
    let is_same = |one: &JsStep, other: &JsStep| one.value == other.value;
    let branches = Branches::new(name, nodes, &is_same).map_err(|error| into_js(&error))?;
    let max_workers = own.whole("maxWorkers").map_or(usize::MAX, |most| most as usize);
    Ok(Branches { max_workers, cancels: on_failure.as_deref() != Some("finish"), ..branches })
}
