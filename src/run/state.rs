//! What a run knows: the question and the turns behind it, the answer so far, and how often it was asked.

use std::cell::RefCell;
use std::rc::Rc;

use super::attempts::Refusal;
use super::backoff::retry_after_ms;
use super::timers::{Counted, Timers};
use crate::advice::about_address;
use crate::agent::{run_result, Answer, Batch, Intake, Plan, Request, Shape};
use crate::conversation::Conversation;
use crate::env::Response;
use crate::error::{Code, Error};
use crate::event::{Event, RunResult};
use crate::json::Value;
use crate::message::{Attachment, FinishReason, Message, ModelTurn, Role, ToolCall};

/// The state of a run. It waits for nothing, and knows no time but what it is told; [`Driver`](super::Driver) does the waiting.
///
/// `now` is in milliseconds from an arbitrary start and never goes back; `random` is from 0 up to but not including 1.
#[derive(Debug)]
pub struct Run {
    pub(super) plan: Rc<Plan>,
    /// None where nobody asks: a response that somebody else has fetched is decoded.
    pub(super) conversation: Option<Rc<RefCell<Conversation>>>,
    /// Which run it is of those that give answers there at the same time.
    number: u32,
    messages: Rc<Vec<Message>>,
    attachments: Rc<Vec<Attachment>>,
    pub(super) intake: Intake,
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
        plan: Rc<Plan>,
        batch: Batch,
        wants_events: bool,
        conversation: Option<Rc<RefCell<Conversation>>>,
    ) -> Self {
        let mut plan = plan;
        let learned = plan.learned.borrow().clone();
        if !learned.is_empty() {
            Rc::make_mut(&mut plan).rejected = learned;
        }
        let Plan { wire, limits, think_tags, ref tools, .. } = *plan;
        let mut answer = Answer::new(batch, wants_events, limits.max_chars);
        answer.run_tools(!tools.is_empty());
        answer.bound_bytes(limits.max_answer_bytes);
        let mut intake = Intake::new(wire, limits.max_event_bytes, answer);
        intake.answer_mut().read_think_tags(think_tags);
        intake.offer(tools.iter().map(|tool| tool.name.clone()).collect());
        Self {
            intake,
            plan,
            conversation,
            number: 0,
            messages: Rc::default(),
            attachments: Rc::default(),
            timers: Timers::default(),
            attempt: 0,
            unstreamed: None,
            continued: 0,
            before: 0,
            loading_ms: 0.0,
            turns: 1,
            prefill: wire.prefill,
            failure: None,
        }
    }

    /// The same as one of several that give answers in the conversation at the same time: each has a number of its own.
    #[must_use]
    pub fn numbered(mut self, number: u32) -> Self {
        self.number = number;
        self
    }

    /// The name of the wire format.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.plan.wire.name
    }

    /// Where the bytes go, and what has come of them.
    #[must_use]
    pub fn intake(&self) -> &Intake {
        &self.intake
    }

    /// Where the bytes go.
    pub fn intake_mut(&mut self) -> &mut Intake {
        &mut self.intake
    }

    /// What the run failed with.
    #[must_use]
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// Adds the question to the conversation and asks it; without one, goes on from the interrupted answer that the
    /// conversation ends with.
    ///
    /// # Errors
    /// `invalid-argument` where it does not end with one.
    pub fn begin(&mut self, input: Option<&str>, timestamp: String, now: f64) -> Result<(), Error> {
        self.timers.began = self.intake.active(now);
        let history = self.plan.history;
        if let Some(conversation) = &self.conversation {
            let first = first_call_number(&conversation.borrow(), self.number);
            self.intake.answer_mut().number_calls(first);
        }
        // What a step of a flow asks has been put already.
        if let Some(conversation) = self.conversation.clone().filter(|_| self.messages.is_empty()) {
            let mut conversation = conversation.borrow_mut();
            if let Some(input) = input {
                self.messages = conversation.ask(input, history, timestamp).into();
            } else {
                let Some((messages, answer)) = conversation.of_run(self.number).go_on(history, &timestamp) else {
                    let error = "agent.resume: the conversation does not end with an interrupted answer";
                    return Err(Error::invalid(error));
                };
                self.messages = messages.into();
                self.intake.answer_mut().take_over(&answer);
            }
        }
        Ok(())
    }

    /// What the question comes with.
    ///
    /// # Errors
    /// `invalid-argument` for what the provider does not take.
    pub fn attach(&mut self, attachments: Vec<Attachment>) -> Result<(), Error> {
        if let Some(error) = self.plan.wire.refuses(&attachments) {
            return Err(error);
        }
        self.attachments = attachments.into();
        Ok(())
    }

    /// Before it begins: other `instructions` than the agent's, and a `prompt` that is asked instead of the question, which is
    /// a turn of the conversation `asked` already; the prompt is none. The answer goes into the run's own conversation.
    pub fn put(&mut self, instructions: Option<&str>, prompt: Option<&str>, asked: &Conversation) {
        if let Some(instructions) = instructions {
            instructions.clone_into(&mut Rc::make_mut(&mut self.plan).instructions);
        }
        if let Some(prompt) = prompt {
            self.messages = asked.with_prompt(prompt, self.plan.history).into();
        }
    }

    /// The request that is to be made now.
    #[must_use]
    pub fn request(&self) -> Request {
        Request {
            plan: self.plan.clone(),
            messages: self.messages.clone(),
            attachments: self.attachments.clone(),
            text: self.intake.answer().turn_text().to_owned(),
            prefill: self.prefill,
            stream: self.streams(),
        }
    }

    /// There is no network to send the request over, or there is one again: only now it is sent.
    pub fn offline(&mut self, is_offline: bool, now: f64) {
        self.timers.counted = if is_offline { Counted::Offline } else { Counted::Head };
        self.timers.sent = self.intake.active(now);
    }

    /// The response's head has come. Gives what it says of an error, if its status is one.
    pub fn head(&mut self, response: &Response) -> Option<Refusal> {
        self.intake.head(response.status, &response.content_type);
        if (200..300).contains(&response.status) {
            self.timers.counted = Counted::Body;
            // What the server rejected in this run it will reject in the next one, too.
            let Plan { rejected, learned, .. } = &*self.plan;
            learned.borrow_mut().clone_from(rejected);
            return None;
        }
        self.intake.begin(Shape::Fault);
        let retry_after = response.retry_after.as_ref();
        let retry_after_ms = retry_after.and_then(|value| retry_after_ms(value, response.retry_at_ms));
        Some(Refusal { status: response.status, retry_after_ms })
    }

    /// The body of an answer has ended, or was cut by `cut`.
    ///
    /// # Errors
    /// What makes it no whole answer: see [`Intake::end`].
    pub fn body_ended(&mut self, cut: Option<Error>) -> Result<(), Error> {
        self.intake.end(cut).map_err(|mut error| {
            if self.intake.is_page() && error.code == Code::Protocol && self.conversation.is_some() {
                about_address(&mut error, &self.plan, &self.url());
            }
            error
        })
    }

    /// The calls that are to be answered. With this they are a turn of the conversation.
    pub fn calls(&mut self, timestamp: String) -> Vec<ToolCall> {
        let turn = self.conclude_turn(timestamp);
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
        run_result(&self.intake, None, self.intake.answer().usage())
    }

    /// The same question is to be answered anew, as `prompt` says, which is no turn of the conversation.
    pub fn again(&mut self, prompt: &str, timestamp: String) {
        let mut turn = self.conclude_turn(timestamp);
        turn.tool_calls.clear();
        let messages = Rc::make_mut(&mut self.messages);
        messages.push(turn.into_message());
        messages.push(Message::new(Role::User, prompt));
        self.intake.answer_mut().ask_again();
        self.turns = 0;
        self.next_turn();
    }

    /// The turn is whole: it is kept, and what follows is another.
    fn conclude_turn(&mut self, timestamp: String) -> ModelTurn {
        let turn = self.sent_by(self.intake.answer().model_turn());
        self.intake.answer_mut().next_turn();
        if let Some(conversation) = &self.conversation {
            conversation.borrow_mut().of_run(self.number).answer(turn.clone(), false, timestamp);
        }
        turn
    }

    /// The turn, with the API root that it came from.
    fn sent_by(&self, mut turn: ModelTurn) -> ModelTurn {
        turn.api_root.clone_from(&self.plan.base_url);
        turn
    }

    /// The model is asked for another turn.
    pub fn next_turn(&mut self) {
        self.turns += 1;
        self.before = self.attempt;
        self.unstreamed = None;
    }

    /// Takes the answer into the conversation while it grows, as far as it was `delivered`: so many UTF-16 units.
    pub fn keep(&self, delivered: usize, timestamp: &str) {
        if let Some(conversation) = &self.conversation {
            let text = self.intake.answer().turn_text_up_to(delivered);
            conversation.borrow_mut().of_run(self.number).grow(text, timestamp);
        }
    }

    /// Adds the answer to the conversation as far as it goes, whatever became of the run, and gives the result; `None`
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
        let answer = self.intake.answer();
        if let Some(conversation) = &self.conversation {
            // A call that was never whole cannot be answered: only the words are kept.
            let turn = if whole { answer.model_turn() } else { answer.model_turn_up_to(delivered) };
            conversation.borrow_mut().of_run(self.number).answer(self.sent_by(turn), !whole, timestamp);
        }
        let usage = if stopped { answer.usage_of_stopped(delivered, count) } else { answer.usage() };
        (whole || stopped).then(|| run_result(&self.intake, stopped.then_some(delivered), usage))
    }

    pub(super) fn streams(&self) -> bool {
        self.unstreamed.is_none()
    }

    /// Tells of something that the run itself does.
    pub(super) fn tell(&mut self, event: Event) {
        self.intake.answer_mut().turn(event);
    }

    /// Another request is made.
    pub fn start_attempt(&mut self, now: f64) {
        self.attempt += 1;
        let (provider, model) = (self.plan.wire.name, self.plan.model.clone());
        self.tell(Event::Start { provider, model, attempt: self.attempt });
        self.timers.sent = self.intake.active(now);
        self.intake.begin(if self.streams() { Shape::Stream } else { Shape::Whole });
        if !self.intake.answer().turn_text().is_empty() {
            self.intake.answer_mut().go_on(self.prefill);
        }
        self.timers.counted = Counted::Head;
    }

    /// The run has failed.
    pub fn fail(&mut self, error: Error) {
        self.intake.give_up();
        self.failure = Some(error);
    }

    /// Whether the model waits for tools, all of which can be run here, and may be asked once more.
    #[must_use]
    pub fn is_to_answer(&self) -> bool {
        let Plan { tools, max_steps, .. } = &*self.plan;
        let answer = self.intake.answer();
        let is_waiting = matches!(answer.finish(), Some((FinishReason::ToolCalls, _)));
        let is_run = |call: &ToolCall| tools.iter().all(|tool| tool.executes || tool.name != call.name);
        is_waiting && !tools.is_empty() && self.turns < *max_steps && answer.turn_calls().iter().all(is_run)
    }

    pub(super) fn url(&self) -> String {
        self.request().call(&mut |_| 0.0).url
    }
}

/// From which number on a run calls what has no id. Another run in the conversation has others: between the calls of two runs
/// there is a turn, or they are made at the same time under other numbers, or by another page.
fn first_call_number(conversation: &Conversation, run: u32) -> u64 {
    let turns = conversation.messages().len() as u64 & 0x7_FFFF;
    conversation.writer_number() << 43 | turns << 24 | u64::from(run & 0xFFF) << 12
}
