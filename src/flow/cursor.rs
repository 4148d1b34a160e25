//! Which step runs next.

use super::graph::{Follows, Recovery};
use super::Graph;
use crate::error::{Code, Error};
use crate::json::decimal;
use crate::text::concat;

/// How much of the path an error names, in steps.
const TOLD_STEPS: usize = 12;

/// What to do next in a walk through a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Run the step of that index, and come back with [`Cursor::done`] or [`Cursor::failed`].
    Run(usize),
    /// Run the same step again: it has failed.
    Again,
    /// There are no more steps.
    End,
}

/// What a step said about what comes next.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The flow ends.
    pub finish: bool,
    /// The name of the next step.
    pub goto: Option<String>,
    /// The result of its condition.
    pub verdict: Option<Verdict>,
}

/// The result of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// True or false.
    Is(bool),
    /// The step of that name.
    Step(String),
}

/// A way through the steps of a flow.
#[derive(Debug)]
pub struct Cursor {
    graph: Graph,
    /// The steps that were run, with the one that runs now at the end.
    path: Vec<usize>,
    /// How often the step that runs has failed.
    failures: u64,
}

impl Cursor {
    /// A cursor that has not begun.
    #[must_use]
    pub fn new(graph: Graph) -> Self {
        Self { graph, path: Vec::new(), failures: 0 }
    }

    /// The first step.
    ///
    /// # Errors
    /// `limit` if the flow may not take any step.
    pub fn start(&mut self) -> Result<Next, Error> {
        self.enter(self.graph.start)
    }

    /// Begins with that step.
    ///
    /// # Errors
    /// `step` if there is no such step, `limit` if the flow may not take any step.
    pub fn start_at(&mut self, step: &str) -> Result<Next, Error> {
        let step = self.graph.find(step).ok_or_else(|| unknown(step, "the flow was to go on with"))?;
        self.enter(step)
    }

    /// Begins after a step that was run before.
    ///
    /// # Errors
    /// Those of [`Cursor::done`], and `step` if there is no such step.
    pub fn go_on_after(&mut self, step: &str, outcome: &Outcome) -> Result<Next, Error> {
        let step = self.graph.find(step).ok_or_else(|| unknown(step, "the flow was to go on after"))?;
        self.path.push(step);
        self.done(outcome)
    }

    /// The step that ran is done. What it said takes precedence over what was declared: first the end, then a step, then its
    /// condition.
    ///
    /// # Errors
    /// `step` for a step that does not exist, `limit` for more steps than the flow may take.
    pub fn done(&mut self, outcome: &Outcome) -> Result<Next, Error> {
        if outcome.finish {
            return Ok(Next::End);
        }
        let name = match (&outcome.goto, &outcome.verdict) {
            (Some(name), _) | (None, Some(Verdict::Step(name))) => name,
            (None, verdict) => return self.follow(*verdict == Some(Verdict::Is(true))),
        };
        let Some(step) = self.graph.find(name) else {
            let who = concat(&["\"", self.graph.name(self.current()), "\" goes on to"]);
            return Err(unknown(name, &who));
        };
        self.enter(step)
    }

    /// The step that ran has failed. Returns `None` if the flow fails with it.
    ///
    /// # Errors
    /// `limit` for more steps than the flow may take.
    pub fn failed(&mut self) -> Result<Option<Next>, Error> {
        let Some(step) = self.graph.steps.get(self.current()) else { return Ok(None) };
        let (retries, recovery) = (step.retries, step.recovery);
        if self.failures < retries {
            self.failures += 1;
            return Ok(Some(Next::Again));
        }
        match recovery {
            Recovery::Fail => Ok(None),
            Recovery::GoOn => self.follow(false).map(Some),
            Recovery::To(step) => self.enter(step).map(Some),
        }
    }

    /// The step that runs, or ran last.
    fn current(&self) -> usize {
        self.path.last().copied().unwrap_or_default()
    }

    fn follow(&mut self, is_true: bool) -> Result<Next, Error> {
        let current = self.current();
        let next = match self.graph.steps.get(current).map(|step| step.follows) {
            Some(Follows::To(step)) => step,
            Some(Follows::Either(yes, no)) => {
                if is_true {
                    yes
                } else {
                    no
                }
            }
            Some(Follows::Declared) if current + 1 < self.graph.steps.len() => current + 1,
            _ => return Ok(Next::End),
        };
        self.enter(next)
    }

    fn enter(&mut self, step: usize) -> Result<Next, Error> {
        if self.path.len() as u64 >= self.graph.max_steps {
            return Err(self.endless(step));
        }
        self.path.push(step);
        self.failures = 0;
        Ok(Next::Run(step))
    }

    /// The error of a flow that would take too many steps with `step`.
    fn endless(&self, step: usize) -> Error {
        let mut message = "the flow has taken ".to_owned();
        message.push_str(&decimal(self.graph.max_steps));
        message.push_str(" steps, its `maxSteps`: ");
        let left_out = self.path.len().saturating_sub(TOLD_STEPS);
        if left_out > 0 {
            message.push_str("… → ");
        }
        for past in self.path.iter().skip(left_out) {
            message.push_str(self.graph.name(*past));
            message.push_str(" → ");
        }
        message.push_str(self.graph.name(step));
        Error::new(Code::Limit, message)
    }
}

fn unknown(name: &str, who: &str) -> Error {
    Error::new(Code::Step, concat(&[who, " \"", name, "\", but there is no such step"]))
}
