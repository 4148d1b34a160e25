//! What a flow needs from its host: a way to call functions and ask agents, and a context.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use super::Verdict;
use crate::conversation::Conversation;
use crate::event::{Event, HostValue, RunResult, Thrown};
use crate::json::Value;
use crate::run::{StopSignal, TextChunk, Write};

/// The result of something that the host does, later.
pub type Doing<T> = LocalBoxFuture<'static, Result<T, Thrown>>;

/// The host of a flow's run. The flow passes on the host's contents and thrown values unread.
pub trait Host: 'static {
    /// A function, an agent or a hook.
    type Step: 'static;
    /// A conversation and the state that the steps share. A clone is the same context.
    type Context: Clone + 'static;

    /// Milliseconds from an arbitrary start.
    fn now(&self) -> f64;
    /// The time of day, as ISO 8601 in UTC.
    fn timestamp(&self) -> String;

    /// Calls a step's function. `None` if the content stays as it is.
    fn call(
        &self,
        function: &Self::Step,
        input: &str,
        cx: &Self::Context,
        signal: &StopSignal,
    ) -> Doing<Option<HostValue>>;
    /// Asks a condition. `None` if the answer is neither true nor false nor a name.
    fn judge(&self, condition: &Self::Step, cx: &Self::Context) -> Doing<Option<Verdict>>;
    /// Makes the question for the user.
    fn prompt(&self, prompt: &Self::Step, cx: &Self::Context) -> Doing<String>;
    /// Calls a hook.
    fn hook(&self, hook: &Self::Step, step: &str, cx: &Self::Context) -> Doing<()>;
    /// Asks an agent. The host itself stops the agent with the signal, and reports the agent's events.
    fn ask(&self, agent: &Self::Step, question: Question<Self>) -> Doing<RunResult>;

    /// Reports an event.
    fn tell(&self, event: Event, trail: &Trail);
    /// Whether the run is over, so that no more chunks are handed on.
    fn is_over(&self) -> bool;
    /// What to wait for before the next chunk is taken: see [`Delivery::await_reader`](crate::run::Delivery::await_reader).
    fn await_reader(&self) -> Option<LocalBoxFuture<'static, ()>>;
    /// Hands on a chunk. Returns a future if the next chunk has to wait.
    fn deliver(&self, chunk: TextChunk<'_>) -> Option<LocalBoxFuture<'static, ()>>;

    /// The error, with the name of the step that failed. A thrown value that is not an error of the library becomes the cause of
    /// one.
    fn named(&self, error: Thrown, step: &str) -> Thrown;
    /// Describes an error in one line.
    fn describe(&self, error: &Thrown) -> String;

    /// A text as a value.
    fn text(&self, text: &str) -> HostValue;
    /// The value for "no content".
    fn nothing(&self) -> HostValue;
    /// An object of values; a member without a value is undefined.
    fn object(&self, members: Vec<(Rc<str>, Option<HostValue>)>) -> HostValue;
    /// A value as a text: a text as it is, anything else as JSON.
    ///
    /// # Errors
    /// If the value cannot be written as JSON.
    fn text_of(&self, value: &HostValue) -> Result<String, Thrown>;

    /// Resolves when what was stored has been read.
    fn ready(&self, cx: &Self::Context) -> LocalBoxFuture<'static, ()>;
    /// Reads what other tabs may have added.
    fn refresh(&self, cx: &Self::Context);
    /// The turns.
    ///
    /// # Errors
    /// If the context has been freed.
    fn conversation(&self, cx: &Self::Context) -> Result<Rc<RefCell<Conversation>>, Thrown>;
    /// The context has changed: the host stores it and calls its listeners, unless it has been freed.
    fn changed(&self, cx: &Self::Context);
    /// Sets the content. Cannot fail.
    fn conclude(&self, cx: &Self::Context, content: HostValue);
    /// The content.
    fn content(&self, cx: &Self::Context) -> Option<HostValue>;
    /// A number that changes whenever the context gets another result.
    fn result_number(&self, cx: &Self::Context) -> u64;
    /// Sets which step is to run next. Returns what was set before.
    fn steer(&self, cx: &Self::Context, next: Steer) -> Steer;
    /// Shares the content under that key.
    ///
    /// # Errors
    /// If the host refuses the key or the content.
    fn share(&self, cx: &Self::Context, key: &str) -> Result<(), Thrown>;
    /// The shared state, an object.
    ///
    /// # Errors
    /// If the state cannot be written as JSON.
    fn shared_state(&self, cx: &Self::Context) -> Result<Value, Thrown>;
    /// Replaces the shared state.
    fn set_shared_state(&self, cx: &Self::Context, state: &Value);
    /// A copy of the context that is not stored, with the same result.
    ///
    /// # Errors
    /// If the context has been freed, or cannot be written as JSON.
    fn fork(&self, cx: &Self::Context) -> Result<Self::Context, Thrown>;
    /// Frees a copy that is no longer needed.
    fn free(&self, cx: &Self::Context);
}

/// What a flow asks an agent.
pub struct Question<H: Host + ?Sized> {
    /// The flow's input, which is already a turn.
    pub input: Rc<str>,
    /// What is sent to the agent in place of the input.
    pub prompt: String,
    /// The context.
    pub context: H::Context,
    /// In a branch, where the answer goes.
    pub answer_target: Option<AnswerTarget<H::Context>>,
    /// Stops the agent.
    pub signal: StopSignal,
    /// Takes the chunks of the answer.
    pub write: Write,
    /// The step that asks.
    pub trail: Trail,
}

impl<H: Host + ?Sized> fmt::Debug for Question<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").field("trail", &self.trail).finish_non_exhaustive()
    }
}

/// Where the answers of a branch go. The branch itself runs in a copy of the context.
#[derive(Debug, Clone)]
pub struct AnswerTarget<C> {
    /// The context that takes the answers.
    pub context: C,
    /// The number of the branch among the runs of that context.
    pub number: u32,
}

/// A step, and the steps that it is nested in.
#[derive(Debug, Clone)]
pub struct Trail {
    /// Its name.
    pub step: Rc<str>,
    /// The names from the outside in, with its own last; empty if the step is not nested.
    pub steps: Rc<[Rc<str>]>,
}

/// What a step has said about the step to run next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Steer {
    /// Nothing.
    #[default]
    Nothing,
    /// This step is next.
    Goto(String),
    /// The flow ends.
    Finish,
    /// A flow has ended. No step says this.
    Over,
}
