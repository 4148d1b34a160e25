//! The state of a run: the question and the turns before it, the answer so far, and how often it was asked.

use std::cell::RefCell;
use std::rc::Rc;

use super::attempts::Refusal;
use super::backoff::retry_after_ms;
use super::timers::{Counted, Timers};
use crate::advice::about_address;
use crate::config::{AgentConfig, ResolvedConfig};
use crate::conversation::Conversation;
use crate::env::Response;
use crate::error::{Code, Error};
use crate::event::{Event, RunResult};
use crate::json::Value;
use crate::message::{Attachment, FinishReason, Message, ModelTurn, Role, ToolCall};
use crate::response::{run_result, Answer, Batch, ResponseReader, Shape};
use crate::run::Request;

/// The state of a run. It never waits, and callers tell it the time; [`Driver`](super::Driver) does the waiting.
///
/// `now` is in milliseconds from an arbitrary start and never goes back; `random` is from 0 up to but not including 1.
#[derive(Debug)]
pub struct Run {
    pub(super) config: Rc<ResolvedConfig>,
    /// None where nobody asks: a response that somebody else has fetched is decoded.
    pub(super) conversation: Option<Rc<RefCell<Conversation>>>,
    /// The run's number among those that answer in the conversation at the same time.
    number: u32,
    /// One that waits for its turn has no part in the conversation: what grows there is another run's.
    has_begun: bool,
    /// It asks the last question again.
    regenerates: bool,
    /// The alternative that its first turn begins: see [`Conversation::branching`].
    branching: u32,
    pub(super) messages: Rc<Vec<Message>>,
    /// What the question comes with, until it is asked.
    pub(super) attachments: Vec<Attachment>,
    pub(super) reader: ResponseReader,
    pub(super) timers: Timers,
    pub(super) attempt: u32,
    /// Why it is tried without streaming.
    pub(super) unstreamed: Option<Error>,
    /// How often it has gone on behind a cut, and how many attempts had been made then, or before this turn.
    pub(super) continued: u64,
    pub(super) before: u32,
    /// For how many milliseconds it has waited for the model to be loaded.
    pub(super) loading_ms: f64,
    /// How many turns the model has been asked for.
    turns: u64,
    /// Whether what is to be gone on with is the request's last turn.
    pub(super) prefill: bool,
    failure: Option<Error>,
}

impl Run {
    /// A run that has not begun.
    #[must_use]
    pub fn new(
        config: Rc<ResolvedConfig>,
        batch: Batch,
        wants_events: bool,
        conversation: Option<Rc<RefCell<Conversation>>>,
    ) -> Self {
        let branching = conversation.as_ref().map_or(0, |conversation| conversation.borrow().branching());
        let mut config = config;
        let learned = config.learned.borrow().clone();
        if !learned.is_empty() {
            Rc::make_mut(&mut config).rejected = learned;
        }
        let protocol = config.protocol;
        let AgentConfig { limits, tools, .. } = &config.options;
        let mut answer = Answer::new(batch, wants_events, limits.max_chars);
        answer.run_tools(!tools.is_empty());
        answer.bound_bytes(limits.max_answer_bytes);
        let mut reader = ResponseReader::new(protocol, limits.max_event_bytes, answer);
        reader.answer_mut().read_think_tags(config.reads_think_tags);
        reader.offer(tools.iter().map(|tool| tool.name.clone()).collect());
        Self {
            reader,
            config,
            conversation,
            number: 0,
            has_begun: false,
            regenerates: false,
            branching,
            messages: Rc::default(),
            attachments: Vec::new(),
            timers: Timers::default(),
            attempt: 0,
            unstreamed: None,
            continued: 0,
            before: 0,
            loading_ms: 0.0,
            turns: 1,
            prefill: protocol.prefill,
            failure: None,
        }
    }

    /// The same, as one of several runs that answer in the conversation at the same time: each has a number of its own.
    #[must_use]
    pub fn numbered(mut self, number: u32) -> Self {
        self.number = number;
        self
    }

    /// The same as one that has no input, and asks the conversation's last question again: its answer is an alternative to the
    /// earlier one.
    #[must_use]
    pub fn regenerating(mut self) -> Self {
        self.regenerates = true;
        self
    }

    /// The name of the wire format.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.config.protocol.name
    }

    /// Where the bytes go, and what has come of them.
    #[must_use]
    pub fn reader(&self) -> &ResponseReader {
        &self.reader
    }

    /// Where the bytes go.
    pub fn reader_mut(&mut self) -> &mut ResponseReader {
        &mut self.reader
    }

    /// What the run failed with.
    #[must_use]
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// Adds the question to the conversation and asks it; without one, asks the last question again, or goes on from the
    /// interrupted answer that the conversation ends with.
    ///
    /// # Errors
    /// `invalid-argument` if there is none.
    pub fn begin(&mut self, input: Option<&str>, timestamp: String, now: f64) -> Result<(), Error> {
        self.has_begun = true;
        self.timers.began = self.reader.active(now);
        let history = self.config.options.history;
        if let Some(conversation) = &self.conversation {
            let first = first_call_number(&conversation.borrow(), self.number);
            self.reader.answer_mut().number_calls(first);
        }
        // What a step of a flow asks has been put already.
        if let Some(conversation) = self.conversation.clone().filter(|_| self.messages.is_empty()) {
            let mut conversation = conversation.borrow_mut();
            if let Some(input) = input {
                let attachments = std::mem::take(&mut self.attachments);
                let kept = attachments.iter().cloned().map(Attachment::into_kept).collect();
                self.messages = conversation.ask_with(input, kept, history, timestamp).into();
                // What is stored need not be read again.
                self.take_attachments(&attachments);
            } else if self.regenerates {
                let Some(messages) = conversation.ask_again(history) else {
                    return Err(Error::invalid("agent.regenerate: the conversation has no question"));
                };
                self.messages = messages.into();
                self.branching = conversation.branching();
            } else {
                let Some((messages, answer)) = conversation.of_run(self.number).go_on(history, &timestamp) else {
                    let error = "agent.resume: the conversation does not end with an interrupted answer";
                    return Err(Error::invalid(error));
                };
                self.messages = messages.into();
                self.reader.answer_mut().take_over(&answer);
            }
        }
        if let Some(conversation) = &self.conversation {
            conversation.borrow_mut().of_run(self.number).begin();
        }
        Ok(())
    }

    /// Before it begins: other `instructions` than the agent's, and a `prompt` that is asked instead of the question, which is
    /// a turn of the conversation `asked` already; the prompt is none. The answer goes into the run's own conversation.
    pub fn put(&mut self, instructions: Option<&str>, prompt: Option<&str>, asked: &Conversation) {
        if let Some(instructions) = instructions {
            instructions.clone_into(&mut Rc::make_mut(&mut self.config).options.instructions);
        }
        if let Some(prompt) = prompt {
            self.messages = asked.with_prompt(prompt, self.config.options.history).into();
        }
    }

    /// The request that is to be made now.
    #[must_use]
    pub fn request(&self) -> Request {
        Request {
            config: self.config.clone(),
            messages: self.messages.clone(),
            text: self.reader.answer().turn_text().to_owned(),
            prefill: self.prefill,
            stream: self.streams(),
        }
    }

    /// There is no network to send the request over, or there is one again: only now it is sent.
    pub fn offline(&mut self, is_offline: bool, now: f64) {
        self.timers.counted = if is_offline { Counted::Offline } else { Counted::Head };
        self.timers.sent = self.reader.active(now);
    }

    /// The response's head has come, at that time since 1970. Returns what it says of an error, if its status is one.
    pub fn head(&mut self, response: &Response, unix_ms: f64) -> Option<Refusal> {
        self.reader.head(response.status, &response.content_type);
        if (200..300).contains(&response.status) {
            self.timers.counted = Counted::Body;
            // What the server rejected in this run it will reject in the next one, too.
            let ResolvedConfig { rejected, learned, .. } = &*self.config;
            learned.borrow_mut().clone_from(rejected);
            return None;
        }
        self.reader.begin(Shape::HttpErrorBody);
        let retry_after_ms = response.retry_after.as_ref().and_then(|value| retry_after_ms(value, unix_ms));
        Some(Refusal { status: response.status, retry_after_ms })
    }

    /// The body of an answer has ended, or was cut by `cut`.
    ///
    /// # Errors
    /// What makes it no whole answer: see [`ResponseReader::end`].
    pub fn body_ended(&mut self, cut: Option<Error>) -> Result<(), Error> {
        self.reader.end(cut).map_err(|mut error| {
            if self.reader.is_page() && error.code == Code::Protocol && self.conversation.is_some() {
                about_address(&mut error, &self.config, &self.url());
            }
            error
        })
    }

    /// The calls that are to be answered. With this they are a turn of the conversation.
    pub fn calls(&mut self, timestamp: String) -> Vec<ToolCall> {
        let turn = self.conclude_turn(timestamp, Conversation::call);
        let calls = turn.tool_calls.clone();
        Rc::make_mut(&mut self.messages).push(turn.into_message());
        calls
    }

    /// What a call came to: the result, or what the model is told of why there is none.
    pub fn result(&mut self, id: String, output: String, is_error: bool, timestamp: String) {
        let mut result = Message::new(Role::Tool, output);
        result.tool_call_id = Some(id);
        result.timestamp = timestamp;
        if is_error {
            result.metadata = Value::object().with("isError", Value::Literal("true".to_owned()));
        }
        if let Some(conversation) = &self.conversation {
            conversation.borrow_mut().of_run(self.number).add_own(result.clone());
        }
        Rc::make_mut(&mut self.messages).push(result);
    }

    /// The result as it would be now.
    #[must_use]
    pub fn draft(&self) -> RunResult {
        run_result(&self.reader, None, self.reader.answer().usage())
    }

    /// The same question is to be answered anew, as `prompt` says, which is no turn of the conversation.
    pub fn again(&mut self, prompt: &str, timestamp: String) {
        let mut turn = self.conclude_turn(timestamp, |conversation, turn, now| conversation.answer(turn, false, now));
        turn.tool_calls.clear();
        let messages = Rc::make_mut(&mut self.messages);
        messages.push(turn.into_message());
        messages.push(Message::new(Role::User, prompt));
        self.reader.answer_mut().ask_again();
        self.turns = 0;
        self.next_turn();
    }

    /// The turn is whole: it is kept with `keep`, and what follows is another.
    fn conclude_turn(
        &mut self,
        timestamp: String,
        keep: impl FnOnce(&mut Conversation, ModelTurn, String),
    ) -> ModelTurn {
        let turn = self.sent_by(self.reader.answer().model_turn());
        self.reader.answer_mut().next_turn();
        if let Some(conversation) = &self.conversation {
            keep(conversation.borrow_mut().of_run(self.number), turn.clone(), timestamp);
        }
        turn
    }

    /// The turn, with the API root that it came from.
    fn sent_by(&self, mut turn: ModelTurn) -> ModelTurn {
        turn.api_root.clone_from(&self.config.api_root);
        turn
    }

    /// The model is asked for another turn.
    pub fn next_turn(&mut self) {
        self.turns += 1;
        self.before = self.attempt;
        self.unstreamed = None;
    }

    /// Takes the answer into the conversation while it grows, as far as it was `delivered`: so many UTF-16 units. `now` gives
    /// the time, which only a new message needs. False where the conversation is being changed at the moment.
    pub fn keep(&self, delivered: usize, now: impl FnOnce() -> String) -> bool {
        let Some(conversation) = &self.conversation else { return true };
        let Ok(mut conversation) = conversation.try_borrow_mut() else { return false };
        let text = self.reader.answer().turn_text_up_to(delivered);
        conversation.of_run(self.number).grow_at(text, now);
        true
    }

    /// Adds the answer to the conversation as far as it goes, whatever became of the run, and returns the result; `None`
    /// where it failed. `delivered` is how many UTF-16 units of the text the caller was given, `stopped` whether the
    /// caller has stopped it; `count` says how many tokens a text has, where the provider has not reported it.
    pub fn close(
        &mut self,
        stopped: bool,
        delivered: usize,
        timestamp: String,
        count: &mut dyn FnMut(&str) -> f64,
    ) -> Option<RunResult> {
        let whole = !stopped && self.failure.is_none();
        let answer = self.reader.answer();
        if let Some(conversation) = &self.conversation {
            let mut conversation = conversation.borrow_mut();
            if self.has_begun {
                // A call that was never whole cannot be answered: only the words are kept.
                let turn = if whole { answer.model_turn() } else { answer.model_turn_up_to(delivered) };
                let is_cut = matches!(answer.finish(), Some((FinishReason::Length, _))) && turn.tool_calls.is_empty();
                conversation.of_run(self.number).answer(self.sent_by(turn), !whole || is_cut, timestamp);
                conversation.end();
            }
            conversation.end_branch(self.branching);
        }
        // With what is attached to them: whoever holds on to a run needs no request any more.
        self.messages = Rc::default();
        let usage = if stopped { answer.usage_of_stopped(delivered, count) } else { answer.usage() };
        (whole || stopped).then(|| run_result(&self.reader, stopped.then_some(delivered), usage))
    }

    pub(super) fn streams(&self) -> bool {
        self.unstreamed.is_none()
    }

    /// Tells of something that the run itself does.
    pub(super) fn tell(&mut self, event: Event) {
        self.reader.answer_mut().turn(event);
    }

    /// Another request is made.
    pub fn start_attempt(&mut self, now: f64) {
        self.attempt += 1;
        let (provider, model) = (self.config.protocol.name, self.config.model_name.clone());
        self.tell(Event::Start { provider, model, attempt: self.attempt });
        self.timers.sent = self.reader.active(now);
        self.reader.begin(if self.streams() { Shape::Stream } else { Shape::Whole });
        if !self.reader.answer().turn_text().is_empty() {
            self.reader.answer_mut().go_on(self.prefill);
        }
        self.timers.counted = Counted::Head;
    }

    /// The run has failed.
    pub fn fail(&mut self, error: Error) {
        self.reader.give_up();
        self.failure = Some(error);
    }

    /// Whether the model waits for tools, all of which can be run here, and may be asked once more.
    #[must_use]
    pub fn is_to_answer(&self) -> bool {
        let AgentConfig { tools, max_steps, .. } = &self.config.options;
        let answer = self.reader.answer();
        let is_waiting = matches!(answer.finish(), Some((FinishReason::ToolCalls, _)));
        let is_run = |call: &ToolCall| tools.iter().all(|tool| tool.executes || tool.name != call.name);
        is_waiting && !tools.is_empty() && self.turns < *max_steps && answer.turn_calls().iter().all(is_run)
    }

    pub(super) fn url(&self) -> String {
        self.config.call(&[], "", self.prefill, self.streams()).url
    }
}

/// From which number on a run calls what has no id. Another run in the conversation has others: between the calls of two runs
/// there is a turn, or they are made at the same time under other numbers, or by another page.
fn first_call_number(conversation: &Conversation, run: u32) -> u64 {
    let turns = conversation.messages().len() as u64 & 0x7_FFFF;
    conversation.writer_number() << 43 | turns << 24 | u64::from(run & 0xFFF) << 12
}
