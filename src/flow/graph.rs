//! The steps of a flow and what follows each, settled before it runs.

use crate::error::Error;
use crate::json::Value;
use crate::text::concat;

/// How many steps a flow takes where the caller does not say, as in Refinire.
const DEFAULT_MAX_STEPS: u64 = 1000;

/// The steps of a flow.
#[derive(Debug, Clone)]
pub struct Graph {
    pub(super) steps: Vec<Step>,
    pub(super) start: usize,
    pub(super) max_steps: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) next: Next,
    pub(super) recovery: Recovery,
}

/// What follows a step that says nothing else.
#[derive(Debug, Clone, Copy)]
pub(super) enum Next {
    /// The one that was declared behind it.
    Declared,
    End,
    To(usize),
    /// One where it says yes, the other where it says no.
    Either(usize, usize),
}

/// What becomes of a step that fails.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recovery {
    /// How often it is run again.
    pub(super) retries: u64,
    pub(super) then: Then,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Then {
    Fail,
    /// As if it had not failed: there is a value instead of its own.
    GoOn,
    To(usize),
}

impl Graph {
    /// Reads it as JSON: `{"steps":[{"name","next","ifTrue","ifFalse","retries","goto","hasValue"}],"start","maxSteps"}`. A
    /// `next` of null ends the flow, one that is missing is the step declared behind; `goto` and `hasValue` say what becomes
    /// of a step that has failed more than `retries` times. The first step is where it starts if `start` does not say.
    ///
    /// # Errors
    /// `invalid-argument` for a step that does not exist, and where there is none at all; `protocol` for what is not JSON.
    pub fn read(json: &str) -> Result<Self, Error> {
        let given = Value::parse(json.as_bytes())?;
        let mut steps = Vec::new();
        for step in given.list("steps") {
            steps.push(read_step(step, given.list("steps"))?);
        }
        if steps.is_empty() {
            return Err(Error::invalid("a flow needs at least one step"));
        }
        let start = target(&given, "start", given.list("steps"))?.unwrap_or_default();
        let max_steps = given.get("maxSteps").and_then(Value::as_unsigned).unwrap_or(DEFAULT_MAX_STEPS);
        Ok(Self { steps, start, max_steps })
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name == name)
    }

    pub(super) fn name(&self, step: usize) -> &str {
        self.steps.get(step).map_or("", |step| &step.name)
    }
}

fn read_step(given: &Value, all: &[Value]) -> Result<Step, Error> {
    let to = |key| target(given, key, all);
    let next = match (to("ifTrue")?.zip(to("ifFalse")?), to("next")?) {
        (Some((yes, no)), _) => Next::Either(yes, no),
        (None, Some(step)) => Next::To(step),
        (None, None) if given.get("next").is_some_and(Value::is_null) => Next::End,
        (None, None) => Next::Declared,
    };
    let then = match to("goto")? {
        Some(step) => Then::To(step),
        None if given.get("hasValue").is_some_and(Value::is_true) => Then::GoOn,
        None => Then::Fail,
    };
    let retries = given.get("retries").and_then(Value::as_unsigned).unwrap_or_default();
    let name = given.text("name").unwrap_or_default().to_owned();
    Ok(Step { name, next, recovery: Recovery { retries, then } })
}

/// The step that a member names.
fn target(given: &Value, key: &str, all: &[Value]) -> Result<Option<usize>, Error> {
    let Some(name) = given.text(key) else { return Ok(None) };
    let place = all.iter().position(|step| step.text("name") == Some(name));
    place.map_or_else(|| Err(Error::invalid(concat(&["there is no step \"", name, "\""]))), |place| Ok(Some(place)))
}
