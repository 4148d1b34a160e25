//! What a flow needs of its host: who calls functions and asks agents, and what a context is.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use super::Verdict;
use crate::conversation::Conversation;
use crate::event::{Event, HostValue, RunResult, Thrown};
use crate::json::Value;
use crate::run::{StopSignal, TextChunk};

/// What comes of something that the host does.
pub type Doing<T> = LocalBoxFuture<'static, Result<T, Thrown>>;

/// Takes a chunk of text. Gives a future where whoever brings more shall wait.
pub type Write = Rc<dyn Fn(TextChunk<'_>) -> Option<LocalBoxFuture<'static, ()>>>;

/// The host of a flow's run. Contents, and what is thrown, are its own: they go through unread.
pub trait Host: 'static {
    /// A function, an agent or a hook.
    type Step: 'static;
    /// A conversation and what its steps share. Cloned it is the same one.
    type Context: Clone + 'static;

    /// Milliseconds from an arbitrary start.
    fn now(&self) -> f64;
    /// The time of day, as ISO 8601 in UTC.
    fn timestamp(&self) -> String;

    /// Calls a step's function. `None` where what it gives leaves the content as it is.
    fn call(
        &self,
        function: &Self::Step,
        input: &str,
        cx: &Self::Context,
        signal: &StopSignal,
    ) -> Doing<Option<HostValue>>;
    /// Asks a condition. `None` where that is neither true nor false nor a name.
    fn judge(&self, condition: &Self::Step, cx: &Self::Context) -> Doing<Option<Verdict>>;
    /// Makes the question to a user.
    fn prompt(&self, prompt: &Self::Step, cx: &Self::Context) -> Doing<String>;
    /// Calls a hook.
    fn hook(&self, hook: &Self::Step, step: &str, cx: &Self::Context) -> Doing<()>;
    /// Asks an agent. Heeds the signal by itself, and tells of what happens itself.
    fn ask(&self, agent: &Self::Step, question: Question<Self>) -> Doing<RunResult>;

    /// Tells of an event.
    fn tell(&self, event: Event, trail: &Trail);
    /// Whether nothing more is to be handed on.
    fn is_over(&self) -> bool;
    /// Hands on a chunk. Gives a future where the next one has to wait.
    fn deliver(&self, chunk: TextChunk<'_>) -> Option<LocalBoxFuture<'static, ()>>;

    /// The error with the name of the step that failed with it; of what is none of the library's, an error that says so.
    fn named(&self, error: Thrown, step: &str) -> Thrown;
    /// A line about an error.
    fn describe(&self, error: &Thrown) -> String;

    /// A text as a value.
    fn text(&self, text: &str) -> HostValue;
    /// The value that stands for none.
    fn nothing(&self) -> HostValue;
    /// An object of values; what has none is undefined there.
    fn object(&self, members: Vec<(Rc<str>, Option<HostValue>)>) -> HostValue;
    /// A value as a text: a text as it stands, anything else as JSON.
    ///
    /// # Errors
    /// What cannot be written as JSON.
    fn text_of(&self, value: &HostValue) -> Result<String, Thrown>;

    /// Resolves when what was stored has been read.
    fn ready(&self, cx: &Self::Context) -> LocalBoxFuture<'static, ()>;
    /// Reads what others may have added.
    fn refresh(&self, cx: &Self::Context);
    /// The turns.
    ///
    /// # Errors
    /// A context that has been freed.
    fn conversation(&self, cx: &Self::Context) -> Result<Rc<RefCell<Conversation>>, Thrown>;
    /// The context has changed: it is kept, and its listeners hear of it. Nothing where it has been freed.
    fn changed(&self, cx: &Self::Context);
    /// The content from here on. Nothing fails here.
    fn conclude(&self, cx: &Self::Context, content: HostValue);
    /// The content.
    fn content(&self, cx: &Self::Context) -> Option<HostValue>;
    /// A number that is another one whenever the context has another result.
    fn result_number(&self, cx: &Self::Context) -> u64;
    /// Sets what was said of the step to run next; gives what was said before.
    fn steer(&self, cx: &Self::Context, next: Steer) -> Steer;
    /// Shares the content under that key.
    ///
    /// # Errors
    /// What the host has against it.
    fn share(&self, cx: &Self::Context, key: &str) -> Result<(), Thrown>;
    /// What is shared, an object.
    ///
    /// # Errors
    /// What cannot be written as JSON.
    fn shared_state(&self, cx: &Self::Context) -> Result<Value, Thrown>;
    /// Replaces what is shared.
    fn set_shared_state(&self, cx: &Self::Context, state: &Value);
    /// A copy that is kept nowhere, with the same result.
    ///
    /// # Errors
    /// A context that has been freed, or cannot be written as JSON.
    fn fork(&self, cx: &Self::Context) -> Result<Self::Context, Thrown>;
    /// A copy is not needed any more.
    fn free(&self, cx: &Self::Context);
}

/// What an agent is asked in a flow.
pub struct Question<H: Host + ?Sized> {
    /// The flow's input, which is a turn already.
    pub input: Rc<str>,
    /// What it is asked instead.
    pub prompt: String,
    /// The context.
    pub context: H::Context,
    /// In a branch, who takes the answer.
    pub answer_target: Option<AnswerTarget<H::Context>>,
    /// Aborts when it is to stop.
    pub signal: StopSignal,
    /// Takes its chunks.
    pub write: Write,
    /// Where it stands.
    pub trail: Trail,
}

impl<H: Host + ?Sized> fmt::Debug for Question<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").field("trail", &self.trail).finish_non_exhaustive()
    }
}

/// The context that takes what agents say in branches, each of which has a context of its own.
#[derive(Debug, Clone)]
pub struct AnswerTarget<C> {
    /// The context.
    pub context: C,
    /// What the branch says is said by the run of that number there.
    pub number: u32,
}

/// Where a step stands.
#[derive(Debug, Clone)]
pub struct Trail {
    /// Its name.
    pub step: Rc<str>,
    /// The names of the steps that it is in, and its own; none where it is in none.
    pub steps: Rc<[Rc<str>]>,
}

/// What was said of the step to run next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Steer {
    /// Nothing.
    #[default]
    Nothing,
    /// It is that one.
    Goto(String),
    /// There is none.
    Finish,
    /// A flow has come to its end: that is nothing that a step says.
    Over,
}
