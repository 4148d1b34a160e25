//! One question, asked until it is answered or cannot be.

use crate::text::concat;
use std::pin::pin;

use super::watch::{active, before, run_out, Span};
use super::{
    backoff_ms, retry_after_ms, Clock, Event, Exchange, Outlet, Plan, Shape, SharedIntake, Stop, Stopper, Transport,
    MAX_RETRY_AFTER_MS,
};
use crate::error::{Code, Error};
use crate::json::decimal;
use crate::message::Message;
use crate::provider::fault_in_body;

/// Why a run came to none.
#[derive(Debug, Clone)]
pub enum Ended {
    /// It failed.
    Failed(Error),
    /// It was stopped.
    Stopped(Stop),
}

/// Asks `messages` over the plan's wire. What arrives is in the intake, whatever the end.
///
/// # Errors
/// What failed, or why it was stopped; in both cases the connection is closed.
pub async fn run<H: Transport + Clock + Outlet>(
    host: &H,
    plan: &Plan,
    messages: &[Message],
    intake: &SharedIntake,
    stopper: &Stopper,
) -> Result<(), Ended> {
    let started = active(host, intake);
    let total = || {
        let intake = intake.borrow();
        let running = plan.timeouts.total > 0.0 && !intake.is_paused();
        running.then_some(Span { since: started, limit: plan.timeouts.total })
    };
    let work = async {
        let (work, timer) = (pin!(ask(host, plan, messages, intake)), pin!(run_out(host, intake, &total)));
        match before(work, timer).await {
            Some(result) => result,
            // Behind the provider's terminal the answer is whole.
            None => intake.borrow_mut().end(Some(timeout("total", plan.timeouts.total)), host.now()),
        }
    };
    let result = stopper.race(work).await.map_err(Ended::Stopped)?;
    // What was delivered of a failed answer goes out before the failure does.
    stopper.race(host.flush()).await.map_err(Ended::Stopped)?;
    result.map_err(|mut error| {
        error.message = host.redact(error.message.to_string()).into();
        Ended::Failed(error)
    })
}

/// Attempts, retries and the fallback.
async fn ask<H: Transport + Clock + Outlet>(
    host: &H,
    plan: &Plan,
    messages: &[Message],
    intake: &SharedIntake,
) -> Result<(), Error> {
    let mut attempt = 1;
    let error = loop {
        host.event(Event::Start { attempt }).await;
        let Err(error) = once(host, plan, messages, intake, true).await else {
            return Ok(());
        };
        if intake.borrow().answer().content() > 0 {
            return Err(error);
        }
        // Its figures and its finish are not those of the run, should it be stopped before the next attempt.
        intake.borrow_mut().answer_mut().reset();
        let Some(delay_ms) = delay(host, plan, &error, attempt) else { break error };
        attempt += 1;
        host.event(Event::Retry { attempt, delay_ms, error: &error }).await;
        host.sleep(delay_ms).await;
    };
    if !plan.fallback || !plan.wire.whole || error.refused {
        return Err(error);
    }
    attempt += 1;
    host.event(Event::Fallback { error: &error }).await;
    host.event(Event::Start { attempt }).await;
    match once(host, plan, messages, intake, false).await {
        Ok(()) => Ok(()),
        // With content it is the fallback that failed; without, what it was tried for says more.
        Err(later) if intake.borrow().answer().content() > 0 => Err(later),
        Err(_) => Err(error),
    }
}

/// How long to wait before the next attempt; `None` where there is to be none.
fn delay<H: Clock>(host: &H, plan: &Plan, error: &Error, attempt: u32) -> Option<f64> {
    if !error.retryable || attempt >= plan.retry.attempts {
        return None;
    }
    match error.retry_after_ms {
        Some(ms) if ms > MAX_RETRY_AFTER_MS => None,
        #[allow(clippy::cast_precision_loss)] // At most a minute.
        Some(ms) => Some(ms as f64),
        None => Some(backoff_ms(&plan.retry, attempt - 1, host.random())),
    }
}

/// One request and its response, read to its end.
async fn once<H: Transport + Clock + Outlet>(
    host: &H,
    plan: &Plan,
    messages: &[Message],
    intake: &SharedIntake,
    stream: bool,
) -> Result<(), Error> {
    let timeouts = &plan.timeouts;
    let sent = active(host, intake);
    intake.borrow_mut().begin(if stream { Shape::Stream } else { Shape::Whole });
    let mut exchange = host.open(plan.call(messages, stream));

    // Without streaming the head comes when the answer is there: only the first content is bounded then.
    let connect = Some(timeouts.connect).filter(|limit| stream && *limit > 0.0);
    let first = Some(timeouts.first_chunk).filter(|limit| *limit > 0.0);
    let (name, limit) = match (connect, first) {
        (Some(connect), Some(first)) if first < connect => ("firstChunk", Some(first)),
        (Some(connect), _) => ("connect", Some(connect)),
        (None, first) => ("firstChunk", first),
    };
    let until_head = || limit.map(|limit| Span { since: sent, limit });
    let head = before(pin!(exchange.head()), pin!(run_out(host, intake, &until_head))).await;
    let head = head.ok_or_else(|| timeout(name, limit.unwrap_or_default()))??;

    if !(200..300).contains(&head.status) {
        intake.borrow_mut().begin(Shape::Fault);
        // A body that breaks or takes too long does not make the status unknown.
        let _ = before(pin!(exchange.pump(intake)), pin!(run_out(host, intake, &until_head))).await;
        let mut error = fault_in_body(head.status, intake.borrow().fault_body());
        error.retry_after_ms = head.retry_after.and_then(|value| retry_after_ms(host, &value));
        return Err(error);
    }

    let until_content = || {
        let intake = intake.borrow();
        let span = match intake.content_at() {
            Some(since) => Span { since, limit: timeouts.idle },
            None => Span { since: sent, limit: timeouts.first_chunk },
        };
        (span.limit > 0.0 && !intake.is_paused()).then_some(span)
    };
    let cut = match before(pin!(exchange.pump(intake)), pin!(run_out(host, intake, &until_content))).await {
        Some(result) => result.err(),
        None if intake.borrow().content_at().is_some() => Some(timeout("idle", timeouts.idle)),
        None => Some(timeout("firstChunk", timeouts.first_chunk)),
    };
    intake.borrow_mut().end(cut, host.now())
}

fn timeout(name: &'static str, limit: f64) -> Error {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A float cast saturates.
    let limit = decimal(limit as u64);
    let mut error = Error::new(Code::Timeout, concat(&["timeout.", name, ": nothing came within ", &limit, " ms"]));
    if name == "total" {
        error.message = concat(&["timeout.total: the run took longer than ", &limit, " ms"]).into();
        error.retryable = false;
        error.refused = true;
    }
    error
}
