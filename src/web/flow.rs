//! The core of a flow's run, as `js/flow/` drives it.

use std::cell::RefCell;

use wasm_bindgen::prelude::{wasm_bindgen, JsValue};

use super::error::into_js;
use crate::error::Error;
use crate::flow::{merged, Cursor, Declared, Follows, Graph, Next, OrderedMerge, Outcome, Recovery, Verdict};
use crate::json::{decimal, Value};

/// The core of a flow's run. Internal: no part of the public surface.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Flow {
    walk: RefCell<Cursor>,
    /// Of each step whose branches run, or ran.
    lanes: RefCell<Vec<OrderedMerge>>,
}

impl Flow {
    fn try_tell(&self, what: u32, text: &str) -> Result<Value, Error> {
        let given = Value::parse(text.as_bytes())?;
        let mut walk = self.walk.borrow_mut();
        Ok(match what {
            0 => place(match given.text("step") {
                Some(step) => walk.start_at(step)?,
                None => walk.start()?,
            }),
            1 => place(walk.done(&said(&given))?),
            2 => walk.failed()?.map_or(Value::Literal("null".to_owned()), place),
            3 => place(walk.go_on_behind(given.text("step").unwrap_or_default(), &said(&given))?),
            4 => share(&given),
            _ => self.lane(what, &given),
        })
    }

    fn lane(&self, what: u32, given: &Value) -> Value {
        let number = |key| given.get(key).and_then(Value::as_unsigned).and_then(|number| usize::try_from(number).ok());
        let (group, branch) = (number("group").unwrap_or_default(), number("branch").unwrap_or_default());
        let mut lanes = self.lanes.borrow_mut();
        if what == 5 {
            lanes.push(OrderedMerge::new(number("count").unwrap_or_default()));
            return Value::number(lanes.len() as u64 - 1);
        }
        let Some(lanes) = lanes.get_mut(group) else { return Value::bool(false) };
        if what == 6 {
            return lanes.push(branch, given.text("text").unwrap_or_default()).into();
        }
        let mut released = Vec::new();
        for chunk in lanes.close(branch) {
            released.push(Value::String(chunk));
        }
        Value::Array(released)
    }
}

/// Reads a graph as JSON: `{"steps":[{"name","next","ifTrue","ifFalse","retries","goto","hasValue"}],"start","maxSteps"}`.
fn graph_of(json: &str) -> Result<Graph, Error> {
    let given = Value::parse(json.as_bytes())?;
    let steps: Vec<_> = given.list("steps").iter().map(declared).collect();
    Graph::new(&steps, given.text("start"), given.get("maxSteps").and_then(Value::as_unsigned))
}

fn declared(step: &Value) -> Declared<'_> {
    let follows = match (step.text("ifTrue").zip(step.text("ifFalse")), step.text("next")) {
        (Some((yes, no)), _) => Follows::Either(yes, no),
        (None, Some(next)) => Follows::To(next),
        (None, None) if step.get("next").is_some_and(Value::is_null) => Follows::End,
        (None, None) => Follows::Declared,
    };
    let recovery = match step.text("goto") {
        Some(step) => Recovery::To(step),
        None if step.get("hasValue").is_some_and(Value::is_true) => Recovery::GoOn,
        None => Recovery::Fail,
    };
    let retries = step.get("retries").and_then(Value::as_unsigned).unwrap_or_default();
    Declared { name: step.text("name").unwrap_or_default(), follows, retries, recovery }
}

/// A step by its place; -1 the end, -2 the same again.
fn place(go: Next) -> Value {
    Value::Literal(match go {
        Next::Run(step) => decimal(step as u64),
        Next::End => "-1".to_owned(),
        Next::Again => "-2".to_owned(),
    })
}

/// `{finish, goto, verdict}`; the verdict is true, false or a step's name.
fn said(given: &Value) -> Outcome {
    let verdict = given.get("verdict").map(|verdict| match verdict.as_str() {
        Some(step) => Verdict::Step(step.to_owned()),
        None => Verdict::Is(verdict.is_true()),
    });
    Outcome {
        finish: given.get("finish").is_some_and(Value::is_true),
        goto: given.text("goto").map(str::to_owned),
        verdict,
    }
}

/// `{base, branches: [{name, state}]}`.
fn share(given: &Value) -> Value {
    let nothing = Value::object();
    let mut branches = Vec::new();
    for branch in given.list("branches") {
        branches.push((branch.text("name").unwrap_or_default(), branch.get("state").unwrap_or(&nothing)));
    }
    merged(given.get("base").unwrap_or(&nothing), &branches)
}

#[wasm_bindgen]
#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)] // Explained where they are called.
impl Flow {
    #[wasm_bindgen(constructor)]
    pub fn new(graph: &str) -> Result<Flow, JsValue> {
        let graph = graph_of(graph).map_err(|error| told(&error))?;
        Ok(Self { walk: RefCell::new(Cursor::new(graph)), lanes: RefCell::default() })
    }

    /// Gives JSON, or what went wrong. `what` is to be done with `text`, JSON, too. Which step runs: 0 at the start, or at `step`, 1 when
    /// one is done that said `{finish, goto, verdict}`, 2 when one has failed (null where the flow does), 3 behind `step`,
    /// which said that, too. 4 what is shared behind `{base, branches}`. Of branches: 5 there are `count`, which gives the
    /// number of their `group`; 6 a `branch` brings `text`: whether it is to be handed on now; 7 it brings no more: what is.
    pub fn tell(&self, what: u32, text: &str) -> JsValue {
        match self.try_tell(what, text) {
            Ok(value) => JsValue::from_str(&value.to_json()),
            Err(error) => told(&error),
        }
    }
}

fn told(error: &Error) -> JsValue {
    into_js(error)
}
