//! A question, asked until it is answered or cannot be: attempts, retries, the fallback, what is gone on with behind a
//! cut, and what the timers say.

use std::cell::RefCell;
use std::rc::Rc;

use super::watch::Watch;
use super::{
    backoff_ms, retry_after_ms, run_result, Answer, Batch, Intake, Plan, Request, Shape, Timeouts, MAX_RETRY_AFTER_MS,
};
use crate::advice::{about_address, unsent, PageFacts};
use crate::conversation::Conversation;
use crate::error::{Code, Error};
use crate::event::{Event, RunResult};
use crate::json::{decimal, Value};
use crate::message::{Attachment, FinishReason, Message, ModelTurn, Role, ToolCall};
use crate::provider::{fault_in_body, mentions_streaming, place_of_word, says_missing, says_unknown};
use crate::text::concat;

/// What whoever drives a run does next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Send [`Run::request`] and come back with [`Run::head`].
    Send,
    /// Push the body into the intake until it ends or the intake wants no more, and come back with [`Run::next`].
    Read,
    /// Come back with [`Run::next`] after so many milliseconds.
    Wait(f64),
    /// Run the tools that [`Run::calls`] names, each of which [`Run::result`] takes, and come back with [`Run::next`].
    Calls,
    /// Hand on what is left, and [`Run::close`]; or [`Run::again`].
    End,
}

/// What a response says before its body.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header.
    pub retry_after: Option<String>,
    /// How many milliseconds off that is if it is a date, 0 if it has passed; NaN if it is none.
    pub until: f64,
    /// The `Content-Type` header; empty where there is none.
    pub content_type: String,
}

/// How long text is held back that may repeat the answer.
const MOST_HELD_MS: f64 = 3_000.0;

/// For how long a stream is read on behind a finish reason without an event, in milliseconds: usage, another reason or the
/// rest of a call may follow.
const SETTLE_MS: f64 = 500.0;

/// What the timer is called by which a page that is offline waits for the network.
const OFFLINE: &str = "offline";

/// What is going on.
#[derive(Debug, Clone, Copy)]
enum State {
    /// Nothing, yet or any more.
    Idle,
    /// A request has been sent.
    Sent,
    /// A request is to be sent as soon as there is a network.
    Offline,
    /// The body of an answer is being read.
    Body,
    /// The body of an error is being read.
    Fault { status: u16, retry_after_ms: Option<u64> },
    /// The next attempt is waited for.
    Waiting,
    /// Tools run.
    Calls,
    /// The whole answer is being looked at.
    Review,
}

/// A run. It waits for nothing and knows no time but what it is told: whoever drives it does what each [`Step`] says and
/// comes back with what became of it, until the step is [`Step::End`]. If something fails meanwhile, or [`Run::timer`]
/// says that time has run out, that is what [`Run::lost`] is for. Whoever drives it may stop at any time: it closes the
/// connection, and the run.
///
/// `now` is in milliseconds from an arbitrary start and never goes back; `random` is from 0 up to but not including 1.
#[derive(Debug)]
pub struct Run {
    plan: Rc<Plan>,
    /// None where nobody asks: a response that somebody else has fetched is decoded.
    conversation: Option<Rc<RefCell<Conversation>>>,
    /// Which run it is of those that give answers there at the same time.
    number: u32,
    messages: Rc<Vec<Message>>,
    attachments: Rc<Vec<Attachment>>,
    intake: Intake,
    state: State,
    attempt: u32,
    /// When the run began, and when its last request was sent, in active time.
    began: f64,
    sent: f64,
    /// Of the whole run, of the request, and of an answer that settles.
    watches: (Watch, Watch, Watch),
    /// The time that has run out.
    overdue: Option<Error>,
    /// Why it is tried without streaming.
    unstreamed: Option<Error>,
    /// How often it has gone on behind a cut, and how many attempts had been made then, or before this turn.
    continued: u64,
    before: u32,
    /// How many turns the model has been asked for.
    turns: u64,
    /// Whether what is to be gone on with is the request's last turn.
    prefill: bool,
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
            state: State::Idle,
            attempt: 0,
            began: 0.0,
            sent: 0.0,
            watches: (Watch::default(), Watch::default(), Watch::of_short_span()),
            overdue: None,
            unstreamed: None,
            continued: 0,
            before: 0,
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
    pub fn begin(&mut self, input: Option<&str>, timestamp: String, now: f64) -> Step {
        self.began = self.intake.active(now);
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
                    return self.end(Some(Error::invalid(error)));
                };
                self.messages = messages.into();
                self.intake.answer_mut().take_over(&answer);
            }
        }
        self.send(now)
    }

    /// What the question comes with, as JSON: `[{mediaType, name, data}]`, the data in Base64, or `url` instead of it.
    ///
    /// # Errors
    /// `invalid-argument` for what the provider does not take.
    pub fn attach(&mut self, json: &str) -> Result<(), Error> {
        let given = Value::parse(json.as_bytes())?;
        let attachments: Vec<_> = given.items().iter().map(Attachment::from_value).collect();
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
        self.state = if is_offline { State::Offline } else { State::Sent };
        self.sent = self.intake.active(now);
    }

    /// The response's head has come.
    pub fn head(&mut self, head: &Head) -> Step {
        self.state = State::Body;
        self.intake.head(head.status, &head.content_type);
        if (200..300).contains(&head.status) {
            // What the server rejected in this run it will reject in the next one, too.
            let Plan { rejected, learned, .. } = &*self.plan;
            learned.borrow_mut().clone_from(rejected);
        } else {
            let retry_after_ms = head.retry_after.as_ref().and_then(|value| retry_after_ms(value, head.until));
            self.state = State::Fault { status: head.status, retry_after_ms };
            self.intake.begin(Shape::Fault);
        }
        Step::Read
    }

    /// What was to be done has been done: the body is read, the wait is over.
    pub fn next(&mut self, now: f64, random: f64) -> Step {
        match self.state {
            State::Waiting => self.send(now),
            State::Body => self.body_ended(None, now, random),
            State::Fault { status, retry_after_ms } => self.refused(status, retry_after_ms, now, random),
            State::Calls => self.next_turn(now),
            State::Idle | State::Sent | State::Offline | State::Review => self.end(None),
        }
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

    /// The result as it is or will be; `None` where the run failed. From [`Step::End`] on the answer is being looked
    /// at with this, for which the time of the whole run counts.
    #[must_use]
    pub fn draft(&mut self) -> Option<RunResult> {
        if self.failure.is_some() {
            return None;
        }
        if matches!(self.state, State::Idle) {
            self.state = State::Review;
        }
        Some(run_result(&self.intake, None, self.intake.answer().usage()))
    }

    /// At [`Step::End`], where nothing has failed: the same question is to be answered anew, as `prompt` says, which is no
    /// turn of the conversation.
    pub fn again(&mut self, prompt: &str, timestamp: String, now: f64) -> Step {
        let mut turn = self.conclude_turn(timestamp);
        turn.tool_calls.clear();
        let messages = Rc::make_mut(&mut self.messages);
        messages.push(turn.into_message());
        messages.push(Message::new(Role::User, prompt));
        self.intake.answer_mut().ask_again();
        self.turns = 0;
        self.next_turn(now)
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

    fn next_turn(&mut self, now: f64) -> Step {
        self.turns += 1;
        self.before = self.attempt;
        self.unstreamed = None;
        self.send(now)
    }

    /// It could not be done, for this reason or, without one, because time has run out. The connection is closed.
    pub fn lost(&mut self, reason: Option<Error>, now: f64, random: f64) -> Step {
        let overdue = self.overdue.take();
        let Some(error) = reason.or(overdue) else { return self.end(None) };
        if matches!(error.code, Code::Timeout) && error.refused {
            // That of the whole run. Behind the provider's terminal the answer is whole, unless it is still looked at.
            let is_looked_at = matches!(self.state, State::Review);
            let failure = if is_looked_at { Some(error) } else { self.intake.end(Some(error)).err() };
            return self.end(failure);
        }
        match self.state {
            State::Body => self.body_ended(Some(error), now, random),
            // A body that breaks or takes too long does not make the status unknown.
            State::Fault { status, retry_after_ms } => self.refused(status, retry_after_ms, now, random),
            // Another attempt would only wait again.
            State::Offline => self.end(Some(error)),
            _ => self.failed(error, now, random),
        }
    }

    /// How many milliseconds one may wait before asking again; 0 when time has run out; infinity where nothing is counted.
    /// To be asked before each wait, when the time that it said has passed, and at [`Status::CLOCK`](super::Status::CLOCK).
    pub fn timer(&mut self, now: f64) -> f64 {
        let Timeouts { connect, first_chunk, idle, total } = self.plan.timeouts;
        let (name, since, limit) = match (self.state, self.intake.content_at()) {
            (State::Idle, _) => return f64::INFINITY,
            (State::Waiting | State::Calls | State::Review, _) => ("", 0.0, 0.0),
            (State::Offline, _) => (OFFLINE, self.sent, connect),
            (State::Body, Some(since)) => ("idle", since, idle),
            // Without streaming the head comes when the answer is there: only the first content is bounded then. Of two
            // bounds that which is broken first has the word.
            (State::Sent | State::Fault { .. }, _)
                if self.streams() && connect > 0.0 && (first_chunk <= 0.0 || connect <= first_chunk) =>
            {
                ("connect", self.sent, connect)
            }
            _ => ("firstChunk", self.sent, first_chunk),
        };
        let runs = if self.intake.is_paused() { 0.0 } else { 1.0 };
        let active = self.intake.active(now);
        let left = self.watches.0.left(self.began, total * runs, active);
        let settling_at = self.intake.settling_at().filter(|_| matches!(self.state, State::Body));
        let settle_ms = if settling_at.is_some() { SETTLE_MS } else { 0.0 };
        let settled = self.watches.2.left(settling_at.unwrap_or_default(), settle_ms * runs, active);
        let least = self.watches.1.left(since, limit * runs, active).min(settled).min(left).min(self.hold_left(now));
        if least > 0.0 {
            return least;
        }
        // Behind a finish reason this is no failure: see `Intake::end`.
        self.overdue = Some(if left <= 0.0 { timeout("total", total) } else { timeout(name, limit) });
        0.0
    }

    /// For how long text may still be held back that may repeat the answer. When that is over, it is released.
    fn hold_left(&mut self, now: f64) -> f64 {
        let Some(held_for) = self.intake.held_for(now).filter(|_| !self.intake.is_paused()) else {
            return f64::INFINITY;
        };
        if held_for < MOST_HELD_MS {
            return MOST_HELD_MS - held_for;
        }
        self.intake.answer_mut().settle();
        f64::INFINITY
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

    fn streams(&self) -> bool {
        self.unstreamed.is_none()
    }

    /// Tells of something that the run itself does.
    fn tell(&mut self, event: Event) {
        self.intake.answer_mut().turn(event);
    }

    fn send(&mut self, now: f64) -> Step {
        self.attempt += 1;
        let (provider, model) = (self.plan.wire.name, self.plan.model.clone());
        self.tell(Event::Start { provider, model, attempt: self.attempt });
        self.sent = self.intake.active(now);
        self.intake.begin(if self.streams() { Shape::Stream } else { Shape::Whole });
        if !self.intake.answer().turn_text().is_empty() {
            self.intake.answer_mut().go_on(self.prefill);
        }
        self.state = State::Sent;
        Step::Send
    }

    fn body_ended(&mut self, cut: Option<Error>, now: f64, random: f64) -> Step {
        match self.intake.end(cut) {
            Ok(()) if self.is_to_answer() => {
                self.state = State::Calls;
                Step::Calls
            }
            Ok(()) => self.end(None),
            Err(mut error) => {
                if self.intake.is_page() && error.code == Code::Protocol && self.conversation.is_some() {
                    about_address(&mut error, &self.plan, &self.url());
                }
                self.failed(error, now, random)
            }
        }
    }

    /// Whether the model waits for tools, all of which can be run here, and may be asked once more.
    fn is_to_answer(&self) -> bool {
        let Plan { tools, max_steps, .. } = &*self.plan;
        let answer = self.intake.answer();
        let is_waiting = matches!(answer.finish(), Some((FinishReason::ToolCalls, _)));
        let is_run = |call: &ToolCall| tools.iter().all(|tool| tool.executes || tool.name != call.name);
        is_waiting && !tools.is_empty() && self.turns < *max_steps && answer.turn_calls().iter().all(is_run)
    }

    fn refused(&mut self, status: u16, retry_after_ms: Option<u64>, now: f64, random: f64) -> Step {
        let body = self.intake.fault_body();
        let mut error = fault_in_body(status, body);
        error.retry_after_ms = retry_after_ms;
        if matches!(status, 300..=399 | 404 | 405) {
            about_address(&mut error, &self.plan, &self.url());
        }
        if matches!(status, 400 | 422) {
            // A request that is wrong is as wrong without streaming, unless streaming is what is wrong with it.
            error.refused |= !mentions_streaming(body);
            if let Some(member) = self.rejected_member() {
                Rc::make_mut(&mut self.plan).rejected.push(member);
                self.intake.answer_mut().reset();
                return self.send_again(&error);
            }
        }
        self.failed(error, now, random)
    }

    fn url(&self) -> String {
        self.request().call(&mut |_| 0.0).url
    }

    /// The error of a request that could not be sent, for this `reason`; `facts` are what the page knows about it, as JSON.
    #[must_use]
    pub fn unsent(&self, reason: &str, facts: &str) -> Error {
        let facts = Value::parse(facts.as_bytes()).map(|facts| PageFacts::from_value(&facts)).unwrap_or_default();
        unsent(&self.plan, &facts, reason)
    }

    /// The optional member that the body of an error names and without which the request is another one; the first where
    /// it names several.
    fn rejected_member(&self) -> Option<&'static str> {
        let Plan { wire, rejected, .. } = &*self.plan;
        let body = self.intake.fault_body();
        let mut request = self.request();
        let written = request.call(&mut |_| 0.0).body;
        let known = rejected.len();
        let mut is_written = |member: &'static str| {
            let rejected = &mut Rc::make_mut(&mut request.plan).rejected;
            rejected.truncate(known);
            rejected.push(member);
            request.call(&mut |_| 0.0).body != written
        };
        let named = wire
            .optional
            .iter()
            .filter(|member| !rejected.contains(member) && (!is_bound(member) || says_unknown(body)))
            .filter(|_| !says_missing(body))
            .filter_map(|member| Some((place_of_word(body, member)?, *member)))
            .filter(|(_, member)| is_written(member));
        named.min().map(|(_, member)| member)
    }

    /// The same is asked at once in another way, because of this error; it is no attempt more.
    fn send_again(&mut self, error: &Error) -> Step {
        self.before += 1;
        self.wait(0.0, error)
    }

    /// Another attempt will be made, after a wait.
    fn wait(&mut self, delay_ms: f64, error: &Error) -> Step {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // At most a minute.
        let whole_ms = delay_ms as u64;
        self.tell(Event::Retry { attempt: self.attempt + 1, delay_ms: whole_ms, error: error.clone() });
        self.state = State::Waiting;
        Step::Wait(delay_ms)
    }

    /// An attempt has failed: another one, one without streaming, or none.
    fn failed(&mut self, error: Error, now: f64, random: f64) -> Step {
        if self.intake.answer().is_new() {
            if !self.goes_on(&error) {
                return self.end(Some(error));
            }
            self.continued += 1;
            self.before = self.attempt;
            self.intake.answer_mut().spend();
            self.tell(Event::Continue { error });
            return self.send(now);
        }
        // Its figures and its finish are not those of the run, should it be stopped before the next attempt.
        self.intake.answer_mut().reset();
        if let Some(first) = self.unstreamed.take() {
            // What it was tried for says more.
            return self.end(Some(first));
        }
        // Some models refuse a last turn of their own.
        if self.prefill && error.status == Some(400) && !self.intake.answer().turn_text().is_empty() {
            self.prefill = false;
            return self.send_again(&error);
        }
        let plan = self.plan.clone();
        if let Some(delay_ms) = delay(&plan, &error, self.attempt - self.before, random) {
            return self.wait(delay_ms, &error);
        }
        if !plan.fallback || !plan.wire.whole || error.refused || self.continued > 0 {
            return self.end(Some(error));
        }
        self.tell(Event::Fallback { error: error.clone() });
        self.unstreamed = Some(error);
        self.send(now)
    }

    /// Whether the answer is to be gone on with: a stream that was cut after text had come.
    fn goes_on(&self, error: &Error) -> bool {
        let answer = self.intake.answer();
        // What the total timeout ends is over: see `lost`.
        let is_cut = matches!(error.code, Code::Network | Code::Timeout | Code::Truncated | Code::Protocol);
        is_cut
            && error.retryable
            && self.streams()
            && self.continued < self.plan.continue_on_cut
            && !answer.turn_text().is_empty()
            && !answer.calls_tools()
    }

    fn end(&mut self, failure: Option<Error>) -> Step {
        if failure.is_some() {
            self.intake.give_up();
        }
        self.state = State::Idle;
        self.failure = failure;
        Step::End
    }
}

/// Whether a member bounds the answer: an error that names it may only be about its value.
fn is_bound(member: &str) -> bool {
    member.starts_with("max_")
}

/// How long to wait before the next attempt; `None` where there is to be none.
fn delay(plan: &Plan, error: &Error, attempt: u32, random: f64) -> Option<f64> {
    if !error.retryable || attempt >= plan.retry.attempts {
        return None;
    }
    match error.retry_after_ms {
        Some(ms) if ms > MAX_RETRY_AFTER_MS => None,
        #[allow(clippy::cast_precision_loss)] // At most a minute.
        Some(ms) => Some(ms as f64),
        None => Some(backoff_ms(&plan.retry, attempt - 1, random)),
    }
}

fn timeout(name: &'static str, limit: f64) -> Error {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
    let limit = decimal(limit as u64);
    let mut error = Error::new(Code::Timeout, concat(&["timeout.", name, ": nothing came within ", &limit, " ms"]));
    if name == OFFLINE {
        let message = concat(&["the page is offline: no network came within timeout.connect, ", &limit, " ms"]);
        return Error::new(Code::Network, message);
    }
    if name == "total" {
        error.message = concat(&["timeout.total: the run took longer than ", &limit, " ms"]).into();
        error.retryable = false;
        error.refused = true;
    }
    error
}

/// From which number on a run calls what has no id. Another run in the conversation has others: between the calls of two runs
/// there is a turn, or they are made at the same time under other numbers, or by another page.
fn first_call_number(conversation: &Conversation, run: u32) -> u64 {
    let turns = conversation.messages().len() as u64 & 0x7_FFFF;
    conversation.writer_number() << 43 | turns << 24 | u64::from(run & 0xFFF) << 12
}
