//! The parts of a run's features that the host language provides.

use std::fmt;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use crate::conversation::turns::Turn;
use crate::event::{Evaluation, Event, HostValue, Routing, RunResult, Thrown};
use crate::run::StopSignal;

/// What the caller's code returns, or what it throws.
pub type Done<T> = LocalBoxFuture<'static, Result<T, HostValue>>;

/// Makes and reads values of the host language.
pub trait Values {
    /// The value that a JSON text stands for.
    ///
    /// # Errors
    /// What the host throws for a text that is not JSON.
    fn parse(&self, json: &str) -> Result<HostValue, HostValue>;

    /// A text as a value.
    fn string(&self, text: &str) -> HostValue;

    /// A text as it is, no value as an empty text, anything else as JSON.
    ///
    /// # Errors
    /// What is thrown by a value that cannot be written as JSON.
    fn text_of(&self, value: &HostValue) -> Result<String, HostValue>;

    /// An error with this message, as the host's own code throws it.
    fn error(&self, message: &str) -> HostValue;

    /// A line that describes what was thrown, whatever it is.
    fn describe(&self, thrown: &HostValue) -> String;

    /// Whether a regular expression matches anywhere in a text; true for one that is not valid.
    fn matches(&self, pattern: &str, text: &str) -> bool;

    /// The number that a text stands for; NaN if it is not a number.
    fn number(&self, text: &str) -> f64;

    /// A number, formatted for users.
    fn number_text(&self, number: f64) -> String;

    /// A value that grows out of JSON that is still arriving.
    fn growing(&self) -> Rc<dyn GrowingValue>;
}

/// A value that grows out of JSON that is still arriving.
pub trait GrowingValue {
    /// Takes more of the JSON, and reports [`Event::Field`] and [`Event::Partial`]. Returns whether more can follow:
    /// false after the complete value, and after text that is not JSON.
    fn push(&self, json: &str, tell: &dyn Fn(&Event)) -> bool;

    /// Whether the value is complete.
    fn is_whole(&self) -> bool;
}

/// Checks and converts a value.
pub trait Validator {
    /// The converted value, or an error that says what does not fit.
    fn validate(&self, value: HostValue) -> Done<HostValue>;
}

/// A tool that the host runs.
pub trait HostTool {
    /// The validator of its input, if it has no JSON Schema.
    fn validator(&self) -> Option<Rc<dyn Validator>>;

    /// Runs it.
    fn execute(&self, input: HostValue, given: ToolContext<'_>) -> Done<HostValue>;
}

/// What a tool receives besides its input.
#[derive(Clone, Copy)]
pub struct ToolContext<'a> {
    /// The id of the call.
    pub id: &'a str,
    /// The context that the caller gave to the run.
    pub context: Option<&'a HostValue>,
    /// Stopped when the tool's result is no longer waited for.
    pub signal: &'a StopSignal,
    /// The run's turn in the conversation. A run that the tool begins there would wait for this one.
    pub turn: Option<&'a Turn>,
}

impl fmt::Debug for ToolContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolContext").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Decides whether a question is asked, or an answer is accepted.
pub trait Guardrail {
    /// Whether it lets the value pass.
    fn passes(&self, value: HostValue) -> Done<bool>;
}

/// The context that a run was given, as far as its features use it.
pub trait SharedContext {
    /// The context itself, for tools.
    fn own(&self) -> HostValue;

    /// The result of the run or step before, if there was one.
    fn content(&self) -> Option<HostValue>;

    /// How that result was judged.
    fn evaluation(&self) -> Option<Evaluation>;

    /// The value that is shared under a name.
    fn shared(&self, name: &str) -> Option<HostValue>;

    /// A model chose the next step.
    fn route(&self, routing: &Routing);
}

/// An agent that helps another one: it judges the other agent's answers, or chooses what follows them.
pub trait Helper {
    /// Its answer. Dropping the future stops it.
    fn ask(&self, input: String) -> LocalBoxFuture<'_, Result<RunResult, Thrown>>;
}

/// Receives the events of a run, in order.
pub trait EventSink {
    /// Takes an event.
    fn tell(&self, event: &Event);

    /// UTF-16 units of text that were delivered.
    fn delivered(&self) -> usize;
}
