//! Drives a run: does what the state of the run asks for next, and reports the outcome to it.

mod in_time;

use std::cell::RefCell;
use std::future::ready;
use std::rc::Rc;

use futures::future::{join_all, LocalBoxFuture};

use super::network::{completed, on_phase, Alarm, RunSink, RunSource};
use super::timers::is_time_up;
use super::{Counted, Delivery, Extras, Next, Refusal, Review, Run, Stopped, TokenCounter, ToolOutcome};
use crate::conversation::estimate;
use crate::env::{Clock, Response, Sink, Transport};
use crate::error::Error;
use crate::event::{RunResult, Thrown};
use crate::message::{Attachment, AttachmentSource, FinishReason};

/// What a run belongs to: its turn in a conversation.
pub trait RunHost {
    /// Resolves when the run may begin.
    fn admit(&self) -> LocalBoxFuture<'_, Result<(), Thrown>>;

    /// What the run does besides asking, if anything. Read once the run is admitted.
    fn extras(&self) -> Option<Rc<dyn Extras>>;

    /// The bytes of a stored attachment in Base64, if they are there.
    fn attachment(&self, _id: String) -> LocalBoxFuture<'_, Option<Rc<str>>> {
        Box::pin(ready(None))
    }

    /// Counts tokens, if the caller does.
    fn token_counter(&self) -> Option<Rc<dyn TokenCounter>>;

    /// The conversation has changed.
    fn changed(&self);

    /// The run has this result.
    fn concluded(&self, result: &RunResult);

    /// The next run may begin.
    fn left(&self);
}

/// Why there is no answer.
enum Failed {
    /// Another attempt may succeed.
    Attempt(Error),
    /// The server has refused the request.
    Refused(Refusal),
    /// Another attempt would only wait again.
    Run(Error),
    /// The time of the whole run is up.
    TimeIsUp(Error),
}

/// The outcome of the last look at an answer.
type Reviewed = Result<Review, Thrown>;

/// Drives a run.
pub struct Driver {
    run: Rc<RefCell<Run>>,
    delivery: Rc<Delivery>,
    host: Rc<dyn RunHost>,
    transport: Rc<dyn Transport>,
    clock: Rc<dyn Clock>,
    alarm: Rc<Alarm>,
}

impl std::fmt::Debug for Driver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Driver").field("delivery", &self.delivery).finish_non_exhaustive()
    }
}

impl Driver {
    /// A driver of `run` that delivers its pieces to `delivery`.
    pub fn new(
        run: Rc<RefCell<Run>>,
        delivery: Rc<Delivery>,
        host: Rc<dyn RunHost>,
        transport: Rc<dyn Transport>,
        clock: Rc<dyn Clock>,
    ) -> Self {
        delivery.take_from(Rc::new(RunSource { run: run.clone(), transport: transport.clone() }));
        Self { run, delivery, host, transport, clock, alarm: Rc::default() }
    }

    /// Runs to the end and reports it to the delivery. Without `input` the run continues the answer that the
    /// conversation ends with.
    pub async fn drive(self, input: Option<String>) {
        let delivery = &self.delivery;
        let mut refused = None;
        let asked = delivery.until(async {
            self.host.admit().await?;
            Ok(self.ask(input.as_deref()).await)
        });
        let mut review = Review::default();
        match asked.await {
            None => {}
            Some(Ok(Ok(reviewed))) => match reviewed {
                Ok(accepted) => review = accepted,
                // An answer that is refused is complete all the same.
                Err(error) => refused = Some(error),
            },
            Some(Ok(Err(error))) => self.run.borrow_mut().fail(error),
            Some(Err(error)) => return self.refuse(error),
        }
        self.run.borrow_mut().count(Counted::Nothing);
        // What was delivered of a failed answer goes out before the failure does.
        delivery.until(delivery.flush()).await;
        let delivered = delivery.conclude();
        let stopped = delivery.stopped();
        let result = self.close(stopped.is_some(), delivered);
        self.host.changed();
        match (stopped, refused, result) {
            (Some(Stopped::Threw(reason)), ..) => self.fail(Some(Thrown::Host(reason)), delivered),
            (None, None, Some(result)) => self.finish(with_review(result, review)),
            (Some(Stopped::Cancelled), _, Some(result)) => self.finish(result),
            (_, error, _) => self.fail(error, delivered),
        }
    }

    /// The run may not begin.
    fn refuse(&self, error: Thrown) {
        let delivered = self.delivery.conclude();
        let _ = self.close(true, delivered);
        self.host.changed();
        self.fail(Some(error), delivered);
    }

    fn finish(&self, result: RunResult) {
        let result = self.delivery.finish(result);
        self.host.concluded(&result);
        self.host.left();
        self.delivery.end(result);
    }

    /// Reports a failure. Without an `error`, the failure is the run's own.
    fn fail(&self, error: Option<Thrown>, delivered: usize) {
        let run = self.run.borrow();
        let partial_text = run.reader().answer().text_up_to(delivered).to_owned();
        let own =
            || run.failure().map(|error| Thrown::Error(completed(error.clone(), &run, delivered, &*self.transport)));
        let error = error.or_else(own);
        drop(run);
        self.host.left();
        // A run that has no result has failed.
        if let Some(error) = error {
            self.delivery.fail(error, &partial_text);
        }
    }

    fn close(&self, is_stopped: bool, delivered: usize) -> Option<RunResult> {
        let counter = self.host.token_counter();
        let mut count = |text: &str| {
            let tokens = counter.as_ref().map_or(f64::INFINITY, |counter| counter.count(text));
            if tokens.is_finite() {
                tokens
            } else {
                estimate(text)
            }
        };
        self.run.borrow_mut().close(is_stopped, delivered, self.clock.timestamp(), &mut count)
    }

    /// Asks until an answer is accepted.
    async fn ask(&self, input: Option<&str>) -> Result<Reviewed, Error> {
        let begun = self.run.borrow_mut().begin(input, self.clock.timestamp(), self.clock.now());
        self.host.changed();
        begun?;
        self.load_attachments().await?;
        loop {
            let is_in_time = self.attempts().await?;
            let is_to_answer = is_in_time && self.run.borrow().is_to_answer();
            if is_to_answer && self.call().await? {
                self.run.borrow_mut().next_turn();
                continue;
            }
            match self.review().await? {
                Ok(Review::Again(prompt)) => self.run.borrow_mut().again(&prompt, self.clock.timestamp()),
                reviewed => return Ok(reviewed),
            }
        }
    }

    /// Reads what is attached to the turns that are sent. What is missing is left out.
    async fn load_attachments(&self) -> Result<(), Error> {
        let stored = self.run.borrow().stored_attachments();
        if stored.is_empty() {
            return Ok(());
        }
        self.run.borrow_mut().count(Counted::Total);
        let read = |attachment: Attachment| async move {
            let data = self.host.attachment(attachment.id.clone()).await?;
            Some(Attachment { source: AttachmentSource::Data(data), ..attachment })
        };
        let read = self.within_time(join_all(stored.into_iter().map(read))).await?;
        let read: Vec<_> = read.into_iter().flatten().collect();
        self.run.borrow_mut().take_attachments(&read);
        Ok(())
    }

    /// Asks until a response is complete, or there is to be no other attempt. Returns whether there is time for more.
    async fn attempts(&self) -> Result<bool, Error> {
        loop {
            let next = match self.attempt().await {
                Ok(()) => return Ok(true),
                Err(Failed::Attempt(error)) => self.run.borrow_mut().failed(error, self.clock.random())?,
                Err(Failed::Refused(refusal)) => self.run.borrow_mut().refused(refusal, self.clock.random())?,
                Err(Failed::Run(error)) => return Err(error),
                Err(Failed::TimeIsUp(error)) => return self.time_is_up(error),
            };
            self.delivery.hand_on();
            if let Next::Wait(ms) = next {
                self.run.borrow_mut().count(Counted::Total);
                if let Err(error) = self.within_time(self.clock.sleep(ms)).await {
                    return self.time_is_up(error);
                }
            }
        }
    }

    /// After the provider's terminal event the answer is complete, even if the time of the whole run is up.
    fn time_is_up(&self, error: Error) -> Result<bool, Error> {
        self.run.borrow_mut().body_ended(Some(error)).map(|()| false)
    }

    /// One request and its response.
    async fn attempt(&self) -> Result<(), Failed> {
        self.run.borrow_mut().start_attempt(self.clock.now());
        self.delivery.hand_on();
        let mut response =
            self.within_time(self.send()).await.and_then(|sent| sent).map_err(|error| self.lost(error))?;
        let refusal = self.run.borrow_mut().head(&response, self.clock.unix_ms());
        let read = self.within_time(response.body.pump(self.sink())).await.and_then(|read| read);
        match (refusal, read) {
            (_, Err(error)) if is_time_up(&error) => Err(Failed::TimeIsUp(error)),
            // A body that breaks or takes too long does not change the status that was received.
            (Some(refusal), _) => Err(Failed::Refused(refusal)),
            (None, read) => {
                let is_cut = read.is_err();
                let ended = self.run.borrow_mut().body_ended(read.err());
                if ended.is_ok() && !is_cut && self.is_natural_end() {
                    response.body.drain();
                }
                ended.map_err(Failed::Attempt)
            }
        }
    }

    /// Why a request could not be sent.
    fn lost(&self, error: Error) -> Failed {
        match self.run.borrow().counted() {
            _ if is_time_up(&error) => Failed::TimeIsUp(error),
            Counted::Offline => Failed::Run(error),
            _ => Failed::Attempt(error),
        }
    }

    /// Whether the answer was not cut short by the caller: its connection can be used again.
    fn is_natural_end(&self) -> bool {
        let run = self.run.borrow();
        !matches!(run.reader().answer().finish(), None | Some((FinishReason::Limit, _)))
    }

    async fn send(&self) -> Result<Response, Error> {
        // The token counter may stop the run: nothing of the run is borrowed while it is called.
        let request = self.run.borrow().request();
        let counter = self.host.token_counter();
        let call =
            request.call(&mut |text| counter.as_ref().map_or_else(|| estimate(text), |counter| counter.count(text)));
        if let Some(failure) = counter.and_then(|counter| counter.failure()) {
            return Err(failure);
        }
        let on_phase = on_phase(self.run.clone(), self.alarm.clone(), self.clock.clone());
        self.transport.send(call, on_phase).await
    }

    fn sink(&self) -> Rc<dyn Sink> {
        Rc::new(RunSink {
            run: self.run.clone(),
            delivery: self.delivery.clone(),
            clock: self.clock.clone(),
            alarm: self.alarm.clone(),
        })
    }

    /// Runs the tools that the model calls. Returns whether there is time for more.
    async fn call(&self) -> Result<bool, Error> {
        self.run.borrow_mut().count(Counted::Total);
        let work = |signal| async move {
            // The text of the turn goes out before the results of its calls.
            self.delivery.flush().await;
            let Some(extras) = self.host.extras() else { return };
            let calls = self.run.borrow_mut().calls(self.clock.timestamp());
            self.host.changed();
            for ToolOutcome { id, output, is_error } in extras.call(calls, signal).await {
                self.run.borrow_mut().result(id, output, is_error, self.clock.timestamp());
            }
            self.host.changed();
        };
        match self.with_signal(work).await {
            Ok(()) => Ok(true),
            Err(error) => self.time_is_up(error),
        }
    }

    /// A look at the whole answer.
    async fn review(&self) -> Result<Reviewed, Error> {
        let Some(extras) = self.host.extras() else { return Ok(Ok(Review::default())) };
        self.run.borrow_mut().count(Counted::Total);
        let draft = self.run.borrow().draft();
        self.with_signal(|signal| async move {
            self.delivery.flush().await;
            extras.review(draft, signal).await
        })
        .await
    }
}

fn with_review(mut result: RunResult, review: Review) -> RunResult {
    if let Review::Accept { content, evaluation, routing } = review {
        result.success = evaluation.as_ref().is_none_or(|evaluation| evaluation.passed);
        result.content = content;
        result.evaluation = evaluation;
        result.routing = routing;
    }
    result
}
