//! What the functions of a flow are given.

use std::fmt;
use std::rc::Rc;

use super::host::Scope;
use crate::client::values::json_of;
use crate::client::Context;
use crate::flow::Steer;
use crate::json::Value;

/// What a function of a flow is given: the input, what came of the step before, what the steps share.
#[derive(Clone)]
pub struct StepContext {
    scope: Scope,
    input: Rc<str>,
}

impl StepContext {
    pub(super) fn of(scope: &Scope, input: Rc<str>) -> Self {
        Self { scope: scope.clone(), input }
    }

    /// What the flow was asked.
    #[must_use]
    pub fn input(&self) -> &str {
        &self.input
    }

    /// What came of the step before, or of the last run.
    #[must_use]
    pub fn content(&self) -> Option<Value> {
        self.scope.content().as_ref().and_then(json_of).cloned()
    }

    /// The same as a text: a text as it stands, anything else as JSON, nothing as nothing.
    #[must_use]
    pub fn text(&self) -> String {
        self.scope.text()
    }

    /// What is shared under that key.
    #[must_use]
    pub fn shared(&self, key: &str) -> Option<Value> {
        self.scope.shared_state().get(key).cloned()
    }

    /// Shares something under that key, with the steps to come and the runs to come.
    pub fn share(&self, key: &str, value: impl Into<Value>) {
        self.scope.share(key, value.into());
    }

    /// That step follows this one.
    pub fn go_to(&self, step: &str) {
        self.scope.steer(Steer::Goto(step.to_owned()));
    }

    /// No step follows this one.
    pub fn finish(&self) {
        self.scope.steer(Steer::Finish);
    }

    /// The conversation; in a branch a copy of it.
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
