//! What of a run's features is the host language's.

use std::fmt;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use crate::conversation::turns::Turn;
use crate::event::{Evaluation, Event, HostValue, Routing, RunResult, Thrown};
use crate::run::StopSignal;

/// What the caller's code comes to, or what it throws.
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

    /// A text as it is, nothing as nothing, anything else as JSON.
    ///
    /// # Errors
    /// What is thrown by a value that cannot be written as JSON.
    fn text_of(&self, value: &HostValue) -> Result<String, HostValue>;

    /// An error with this message, as the host's own code throws it.
    fn error(&self, message: &str) -> HostValue;

    /// A line about anything that was thrown.
    fn describe(&self, thrown: &HostValue) -> String;

    /// Whether a regular expression matches anywhere in a text; true for one that is not valid.
    fn matches(&self, pattern: &str, text: &str) -> bool;

    /// The number that a text stands for; NaN for none.
    fn number(&self, text: &str) -> f64;

    /// A number as users read it.
    fn number_text(&self, number: f64) -> String;

    /// A value that grows out of JSON that is still arriving.
    fn growing(&self) -> Rc<dyn GrowingValue>;
}

/// A value that grows out of JSON that is still arriving.
pub trait GrowingValue {
    /// Takes more of the JSON, and reports [`Event::Field`] and [`Event::Partial`]. Returns whether more can follow: false after the
    /// whole value, and after text that is not JSON.
    fn push(&self, json: &str, tell: &dyn Fn(&Event)) -> bool;

    /// Whether the value is whole.
    fn is_whole(&self) -> bool;
}

/// Takes what a value is to be, and what of it is wrong.
pub trait Validator {
    /// The value as the validator makes it, or an error that says what does not fit.
    fn validate(&self, value: HostValue) -> Done<HostValue>;
}

/// A tool that the host runs.
pub trait HostTool {
    /// What its input has to be, where no JSON Schema says so.
    fn validator(&self) -> Option<Rc<dyn Validator>>;

    /// Runs it.
    fn execute(&self, input: HostValue, given: ToolContext<'_>) -> Done<HostValue>;
}

/// What a tool is given besides its input.
#[derive(Clone, Copy)]
pub struct ToolContext<'a> {
    /// The call's.
    pub id: &'a str,
    /// The context that the caller gave to the run.
    pub context: Option<&'a HostValue>,
    /// Stops when nobody waits for the tool any more.
    pub signal: &'a StopSignal,
    /// The run's turn in the conversation. A run that the tool begins there would wait for this one.
    pub turn: Option<&'a Turn>,
}

impl fmt::Debug for ToolContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolContext").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Says whether a question is asked, or an answer is taken.
pub trait Guardrail {
    /// Whether it lets the value pass.
    fn passes(&self, value: HostValue) -> Done<bool>;
}

/// The context that a run was given, as far as its features use it.
pub trait SharedContext {
    /// The context itself, for tools.
    fn own(&self) -> HostValue;

    /// What came of the run or step before; none for nothing.
    fn content(&self) -> Option<HostValue>;

    /// How that was judged.
    fn evaluation(&self) -> Option<Evaluation>;

    /// What is shared under a name.
    fn shared(&self, name: &str) -> Option<HostValue>;

    /// A model chose the next step.
    fn route(&self, routing: &Routing);
}

/// An agent that helps another one: it judges the other agent's answers, or chooses what follows them.
pub trait Helper {
    /// What it answers. Dropping the future stops it.
    fn ask(&self, input: String) -> LocalBoxFuture<'_, Result<RunResult, Thrown>>;
}

/// Receives the events of a run, in order.
pub trait EventSink {
    /// Tells of an event.
    fn tell(&self, event: &Event);

    /// UTF-16 units of text that were delivered.
    fn delivered(&self) -> usize;
}
