//! A turn of a conversation: the question goes in, the answer is kept, whatever becomes of the run.

use std::cell::RefCell;

use super::{run, Clock, Ended, Outlet, Plan, SharedIntake, Stop, Stopper, Transport};
use crate::conversation::Conversation;

/// What is asked, and where.
pub struct Question<'a> {
    /// The conversation it belongs to.
    pub conversation: &'a RefCell<Conversation>,
    /// What the person says.
    pub input: &'a str,
    /// How many earlier turns are sent along, newest kept.
    pub history: usize,
    /// Called when the question has been added, before it is sent.
    pub added: &'a dyn Fn(),
}

impl std::fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").field("input", &self.input).field("history", &self.history).finish_non_exhaustive()
    }
}

/// Asks, and adds the answer to the conversation as far as it was delivered, whatever becomes of the run.
///
/// # Errors
/// As [`run`].
pub async fn turn<H: Transport + Clock + Outlet>(
    host: &H,
    plan: &Plan,
    question: &Question<'_>,
    intake: &SharedIntake,
    stopper: &Stopper,
) -> Result<(), Ended> {
    if let Some(stop) = stopper.stopped() {
        return Err(Ended::Stopped(stop));
    }
    let asked_at = host.timestamp();
    let messages = question.conversation.borrow_mut().ask(question.input, question.history, asked_at);
    (question.added)();
    let result = run(host, plan, &messages, intake, stopper).await;
    let (_, delivered) = host.delivered();
    let intake = intake.borrow();
    let answer = intake.answer();
    let timestamp = host.timestamp();
    let mut conversation = question.conversation.borrow_mut();
    match &result {
        Ok(()) => conversation.answer(answer.text(), answer.tool_calls(), false, timestamp),
        // A call that was never whole cannot be answered: only the words are kept.
        Err(_) => conversation.answer(answer.text_up_to(delivered), Vec::new(), true, timestamp),
    }
    result
}

/// Whether a run that ended so counts as one that the caller ended on purpose, which is no failure.
#[must_use]
pub fn is_cancelled(ended: &Ended) -> bool {
    matches!(ended, Ended::Stopped(Stop::Cancelled))
}
