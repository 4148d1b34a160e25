//! The argument of the functions of a flow.

use std::fmt;
use std::rc::Rc;

use super::host::Scope;
use crate::client::values::json_of;
use crate::client::Context;
use crate::flow::Steer;
use crate::json::Value;

/// The argument of a flow's functions: the flow's input, the result of the step before, and the shared state.
#[derive(Clone)]
pub struct StepContext {
    scope: Scope,
    input: Rc<str>,
}

impl StepContext {
    pub(super) fn of(scope: &Scope, input: Rc<str>) -> Self {
        Self { scope: scope.clone(), input }
    }

    /// The input of the flow.
    #[must_use]
    pub fn input(&self) -> &str {
        &self.input
    }

    /// The result of the step before, or of the last run.
    #[must_use]
    pub fn content(&self) -> Option<Value> {
        self.scope.content().as_ref().and_then(json_of).cloned()
    }

    /// The same as text: a text unchanged, anything else as JSON, and no result as an empty text.
    #[must_use]
    pub fn text(&self) -> String {
        self.scope.text()
    }

    /// The value of the shared state under that key.
    #[must_use]
    pub fn shared(&self, key: &str) -> Option<Value> {
        self.scope.shared_state().get(key).cloned()
    }

    /// Sets a value of the shared state, for later steps and later runs.
    pub fn share(&self, key: &str, value: impl Into<Value>) {
        self.scope.share(key, value.into());
    }

    /// Continues with that step.
    pub fn go_to(&self, step: &str) {
        self.scope.steer(Steer::Goto(step.to_owned()));
    }

    /// Ends the flow after this step.
    pub fn finish(&self) {
        self.scope.steer(Steer::Finish);
    }

    /// The conversation; in a branch, a copy of it.
    #[must_use]
    pub fn conversation(&self) -> &Context {
        self.scope.context()
    }
}

impl fmt::Debug for StepContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepContext").field("input", &self.input).finish_non_exhaustive()
    }
}
