//! The steps of a flow and what follows each, settled before it runs.

use crate::error::Error;
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
    pub(super) follows: Follows<usize>,
    /// How often it is run again if it fails.
    pub(super) retries: u64,
    pub(super) recovery: Recovery<usize>,
}

/// A step as it is declared, with the names of the steps that it leads to.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'a> {
    /// Its name.
    pub name: &'a str,
    /// What follows it.
    pub follows: Follows<&'a str>,
    /// How often it is run again if it fails.
    pub retries: u64,
    /// What happens if it has failed for good.
    pub recovery: Recovery<&'a str>,
}

/// What follows a step that does not choose the next one itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows<S> {
    /// The step that was declared after it.
    Declared,
    /// Nothing.
    End,
    /// That step.
    To(S),
    /// The first if its condition is true, else the second.
    Either(S, S),
}

/// What happens if a step has failed for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery<S> {
    /// The flow fails.
    Fail,
    /// The flow goes on as if the step had not failed, with a fixed value as its content.
    GoOn,
    /// Another step follows.
    To(S),
}

impl Graph {
    /// Reads the steps. Without `start`, the flow starts with the first one.
    ///
    /// # Errors
    /// `invalid-argument` for a step that does not exist, and if there are no steps.
    pub fn new(declared: &[Declared<'_>], start: Option<&str>, max_steps: Option<u64>) -> Result<Self, Error> {
        if declared.is_empty() {
            return Err(Error::invalid("a flow needs at least one step"));
        }
        let start = start.map_or(Ok(0), |start| target(start, declared))?;
        let mut steps = Vec::new();
        for step in declared {
            let follows = match step.follows {
                Follows::Declared => Follows::Declared,
                Follows::End => Follows::End,
                Follows::To(step) => Follows::To(target(step, declared)?),
                Follows::Either(yes, no) => Follows::Either(target(yes, declared)?, target(no, declared)?),
            };
            let recovery = match step.recovery {
                Recovery::Fail => Recovery::Fail,
                Recovery::GoOn => Recovery::GoOn,
                Recovery::To(step) => Recovery::To(target(step, declared)?),
            };
            steps.push(Step { name: step.name.to_owned(), follows, retries: step.retries, recovery });
        }
        Ok(Self { steps, start, max_steps: max_steps.unwrap_or(DEFAULT_MAX_STEPS) })
    }

    /// The index of the step of that name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name == name)
    }

    pub(super) fn name(&self, step: usize) -> &str {
        self.steps.get(step).map_or("", |step| &step.name)
    }
}

fn target(name: &str, all: &[Declared<'_>]) -> Result<usize, Error> {
    let place = all.iter().position(|step| step.name == name);
    place.ok_or_else(|| Error::invalid(concat(&["there is no step \"", name, "\""])))
}
