//! The state of a run: the question and the turns before it, the answer so far, and the number of attempts.

use std::cell::RefCell;
use std::rc::Rc;

use super::attempts::{Attempts, Refusal};
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

/// The place of a run in its conversation.
#[derive(Debug, Default)]
struct Place {
    /// The run's number among those that answer in the conversation at the same time.
    number: u32,
    /// A run that waits for its turn has no part in the conversation: a growing answer there belongs to another run.
    has_begun: bool,
    /// It asks the last question again.
    regenerates: bool,
    /// The alternative that its first turn begins: see [`Conversation::branching`].
    branching: u32,
}

/// The state of a run. It never waits, and callers pass it the time; [`Driver`](super::Driver) does the waiting.
///
/// `now` is in milliseconds from an arbitrary start and never goes back; `random` is from 0 up to but not including 1.
#[derive(Debug)]
pub struct Run {
    pub(super) config: Rc<ResolvedConfig>,
    /// `None` if there is no request: a response that the caller has fetched is decoded.
    pub(super) conversation: Option<Rc<RefCell<Conversation>>>,
    place: Place,
    pub(super) messages: Rc<Vec<Message>>,
    /// The attachments of the question, until it is asked.
    pub(super) attachments: Vec<Attachment>,
    pub(super) reader: ResponseReader,
    pub(super) timers: Timers,
    pub(super) attempts: Attempts,
    /// Whether the text to continue is the last turn of the request.
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
            place: Place { branching, ..Place::default() },
            messages: Rc::default(),
            attachments: Vec::new(),
            timers: Timers::default(),
            attempts: Attempts { turns: 1, ..Attempts::default() },
            prefill: protocol.prefill,
            failure: None,
        }
    }

    /// The same, as one of several runs that answer in the conversation at the same time: each has a number of its own.
    #[must_use]
    pub fn numbered(mut self, number: u32) -> Self {
        self.place.number = number;
        self
    }

    /// The same as a run without input that asks the conversation's last question again: its answer is an alternative
    /// to the earlier one.
    #[must_use]
    pub fn regenerating(mut self) -> Self {
        self.place.regenerates = true;
        self
    }

    /// The name of the wire format.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.config.protocol.name
    }

    /// Takes the bytes of the response, and has the answer so far.
    #[must_use]
    pub fn reader(&self) -> &ResponseReader {
        &self.reader
    }

    /// Takes the bytes of the response.
    pub fn reader_mut(&mut self) -> &mut ResponseReader {
        &mut self.reader
    }

    /// What the run failed with.
    #[must_use]
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// Adds the question to the conversation and asks it. Without a question, asks the last one again, or continues the
    /// interrupted answer that the conversation ends with.
    ///
    /// # Errors
    /// `invalid-argument` if there is nothing to ask or to continue.
    pub fn begin(&mut self, input: Option<&str>, timestamp: String, now: f64) -> Result<(), Error> {
        self.place.has_begun = true;
        self.timers.began = self.reader.active(now);
        let history = self.config.options.history;
        if let Some(conversation) = &self.conversation {
            let first = first_call_number(&conversation.borrow(), self.place.number);
            self.reader.answer_mut().number_calls(first);
        }
        // The question of a step of a flow was set before.
        if let Some(conversation) = self.conversation.clone().filter(|_| self.messages.is_empty()) {
            let mut conversation = conversation.borrow_mut();
            if let Some(input) = input {
                let attachments = std::mem::take(&mut self.attachments);
                let kept = attachments.iter().cloned().map(Attachment::into_kept).collect();
                self.messages = conversation.ask_with(input, kept, history, timestamp).into();
                // The bytes of stored attachments need not be read again.
                self.take_attachments(&attachments);
            } else if self.place.regenerates {
                let Some(messages) = conversation.ask_again(history) else {
                    return Err(Error::invalid("agent.regenerate: the conversation has no question"));
                };
                self.messages = messages.into();
                self.place.branching = conversation.branching();
            } else {
                let Some((messages, answer)) = conversation.of_run(self.place.number).go_on(history, &timestamp) else {
                    let error = "agent.resume: the conversation does not end with an interrupted answer";
                    return Err(Error::invalid(error));
                };
                self.messages = messages.into();
                self.reader.answer_mut().take_over(&answer);
            }
        }
        if let Some(conversation) = &self.conversation {
            conversation.borrow_mut().of_run(self.place.number).begin();
        }
        Ok(())
    }

    /// For use before the run begins: `instructions` instead of the agent's, and a `prompt` that is sent instead of the
    /// question. The question is a turn of the conversation `asked` already; the prompt does not become one. The answer
    /// goes into the run's own conversation.
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

    /// The page is offline while the request waits to be sent, or online again: the request counts as sent from now.
    pub fn offline(&mut self, is_offline: bool, now: f64) {
        self.timers.counted = if is_offline { Counted::Offline } else { Counted::Head };
        self.timers.sent = self.reader.active(now);
    }

    /// The head of the response has arrived, at `unix_ms`, the time since 1970. Returns the refusal if the status is an
    /// error.
    pub fn head(&mut self, response: &Response, unix_ms: f64) -> Option<Refusal> {
        self.reader.head(response.status, &response.content_type);
        if (200..300).contains(&response.status) {
            self.timers.counted = Counted::Body;
            // What the server rejected in this run, it will reject in the next one, too.
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
    /// Why the answer is not complete: see [`ResponseReader::end`].
    pub fn body_ended(&mut self, cut: Option<Error>) -> Result<(), Error> {
        self.reader.end(cut).map_err(|mut error| {
            if self.reader.is_page() && error.code == Code::Protocol && self.conversation.is_some() {
                about_address(&mut error, &self.config, &self.url());
            }
            error
        })
    }

    /// The tool calls that are to be answered. They become a turn of the conversation.
    pub fn calls(&mut self, timestamp: String) -> Vec<ToolCall> {
        let turn = self.conclude_turn(timestamp, Conversation::call);
        let calls = turn.tool_calls.clone();
        Rc::make_mut(&mut self.messages).push(turn.into_message());
        calls
    }

    /// Adds the outcome of a call: the result, or the text that explains to the model why there is none.
    pub fn result(&mut self, id: String, output: String, is_error: bool, timestamp: String) {
        let mut result = Message::new(Role::Tool, output);
        result.tool_call_id = Some(id);
        result.timestamp = timestamp;
        if is_error {
            result.metadata = Value::object().with("isError", Value::Literal("true".to_owned()));
        }
        if let Some(conversation) = &self.conversation {
            conversation.borrow_mut().of_run(self.place.number).add_own(result.clone());
        }
        Rc::make_mut(&mut self.messages).push(result);
    }

    /// The result as it is now.
    #[must_use]
    pub fn draft(&self) -> RunResult {
        run_result(&self.reader, None, self.reader.answer().usage())
    }

    /// The same question is to be answered again, as `prompt` says. The prompt does not become a turn of the
    /// conversation.
    pub fn again(&mut self, prompt: &str, timestamp: String) {
        let mut turn = self.conclude_turn(timestamp, |conversation, turn, now| conversation.answer(turn, false, now));
        turn.tool_calls.clear();
        let messages = Rc::make_mut(&mut self.messages);
        messages.push(turn.into_message());
        messages.push(Message::new(Role::User, prompt));
        self.reader.answer_mut().ask_again();
        self.attempts.turns = 0;
        self.next_turn();
    }

    /// The turn is complete: `keep` adds it to the conversation, and what follows is another turn.
    fn conclude_turn(
        &mut self,
        timestamp: String,
        keep: impl FnOnce(&mut Conversation, ModelTurn, String),
    ) -> ModelTurn {
        let turn = self.sent_by(self.reader.answer().model_turn());
        self.reader.answer_mut().next_turn();
        if let Some(conversation) = &self.conversation {
            keep(conversation.borrow_mut().of_run(self.place.number), turn.clone(), timestamp);
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
        self.attempts.turns += 1;
        self.attempts.uncounted = self.attempts.made;
        self.attempts.unstreamed = None;
    }

    /// Adds the growing answer to the conversation as far as it was `delivered`, in UTF-16 units. `now` returns the
    /// time, which only a new message needs. Returns false if the conversation is being changed at the moment.
    pub fn keep(&self, delivered: usize, now: impl FnOnce() -> String) -> bool {
        let Some(conversation) = &self.conversation else { return true };
        let Ok(mut conversation) = conversation.try_borrow_mut() else { return false };
        let text = self.reader.answer().turn_text_up_to(delivered);
        conversation.of_run(self.place.number).grow_at(text, now);
        true
    }

    /// Adds the answer to the conversation as far as it goes, however the run has ended, and returns the result; `None`
    /// if the run failed. `delivered` is how many UTF-16 units of the text the caller received, `stopped` whether the
    /// caller has stopped the run; `count` returns how many tokens a text has, if the provider has not reported it.
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
            if self.place.has_begun {
                // A call that is not complete cannot be answered: only the text is kept.
                let turn = if whole { answer.model_turn() } else { answer.model_turn_up_to(delivered) };
                let is_cut = matches!(answer.finish(), Some((FinishReason::Length, _))) && turn.tool_calls.is_empty();
                conversation.of_run(self.place.number).answer(self.sent_by(turn), !whole || is_cut, timestamp);
                conversation.end();
            }
            conversation.end_branch(self.place.branching);
        }
        // Frees the attachments, too: a run that has ended needs no request any more, even if it is still referenced.
        self.messages = Rc::default();
        let usage = if stopped { answer.usage_of_stopped(delivered, count) } else { answer.usage() };
        (whole || stopped).then(|| run_result(&self.reader, stopped.then_some(delivered), usage))
    }

    pub(super) fn streams(&self) -> bool {
        self.attempts.unstreamed.is_none()
    }

    /// Reports something that the run itself does.
    pub(super) fn tell(&mut self, event: Event) {
        self.reader.answer_mut().turn(event);
    }

    /// Another request is made.
    pub fn start_attempt(&mut self, now: f64) {
        self.attempts.made += 1;
        let (provider, model) = (self.config.protocol.name, self.config.model_name.clone());
        self.tell(Event::Start { provider, model, attempt: self.attempts.made });
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

    /// Whether the model waits for tools that can all be run here, and may be asked once more.
    #[must_use]
    pub fn is_to_answer(&self) -> bool {
        let AgentConfig { tools, max_steps, .. } = &self.config.options;
        let answer = self.reader.answer();
        let is_waiting = matches!(answer.finish(), Some((FinishReason::ToolCalls, _)));
        let is_run = |call: &ToolCall| tools.iter().all(|tool| tool.executes || tool.name != call.name);
        is_waiting && !tools.is_empty() && self.attempts.turns < *max_steps && answer.turn_calls().iter().all(is_run)
    }

    pub(super) fn url(&self) -> String {
        self.config.call(&[], "", self.prefill, self.streams()).url
    }
}

/// The number from which a run counts the calls that have no id. Other runs in the conversation start at other numbers:
/// there is a turn between the calls of two runs, or the runs have different numbers at the same time, or another page
/// writes.
fn first_call_number(conversation: &Conversation, run: u32) -> u64 {
    let turns = conversation.messages().len() as u64 & 0x7_FFFF;
    conversation.writer_number() << 43 | turns << 24 | u64::from(run & 0xFFF) << 12
}
