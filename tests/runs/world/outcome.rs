//! What came of a run.

use std::cell::RefCell;

use refinire_web::conversation::Conversation;
use refinire_web::error::{Error, Failure};
use refinire_web::event::{Event, Thrown};
use refinire_web::message::Message;
use refinire_web::response::run_result;
use refinire_web::testing::Sent;

use super::host::{Hears, Stopped, Way, World};
use super::page::Saved;
use super::told::result_value;

/// Why a run has no result.
#[derive(Debug)]
pub(crate) enum Ended {
    Failed(Error),
    Stopped(Way),
}

pub(crate) struct Outcome {
    pub(crate) ended: Result<(), Ended>,
    /// Everything that was told, in order: "start 1", "text Hello", "event {…}" …
    pub(crate) log: Vec<String>,
    pub(crate) chunks: Vec<String>,
    /// When each of them came.
    pub(crate) chunk_times: Vec<f64>,
    /// How many texts of several chunks were converted at once.
    pub(crate) converted: usize,
    /// The result as JSON; of a run that failed, as it would be if it had not.
    pub(crate) result: serde_json::Value,
    pub(crate) sent: Vec<Sent>,
    pub(crate) conversation: Conversation,
    pub(crate) took: f64,
    pub(crate) moments: usize,
    pub(crate) stopped: Option<Stopped>,
    /// What a page has saved of the answer while it grew.
    pub(crate) saves: Vec<Saved>,
    /// Replies that nobody asked for.
    pub(crate) replies_left: usize,
}

impl Outcome {
    /// Looks at the world after a run. No timer and no connection may be left.
    pub(super) fn of(world: &World, conversation: &RefCell<Conversation>) -> Self {
        assert_eq!(world.time.pending(), 0, "a timer is left");
        let sent = world.server.sent();
        assert!(sent.iter().all(|sent| sent.closed_at.is_some()), "a connection is left");
        let run = world.run.borrow();
        let reader = run.reader();
        let ended = match (world.stopped.get(), run.failure()) {
            (Some(stopped), _) => Err(Ended::Stopped(stopped.way)),
            (None, Some(error)) => Err(Ended::Failed(error.clone())),
            (None, None) => Ok(()),
        };
        let outcome = world.outcome.take().expect("a run is settled");
        let last = world.last.take();
        match (&ended, &outcome) {
            (Ok(()) | Err(Ended::Stopped(Way::Cancel)), Ok(_)) => {
                assert!(world.hears != Hears::Everything || matches!(last, Some(Event::Finish { .. })), "{last:?}");
            }
            (Err(Ended::Stopped(Way::Abort | Way::Throw)), Err(Thrown::Host(_))) => {
                assert!(
                    world.hears != Hears::Everything
                        || matches!(last, Some(Event::Error { error: Thrown::Host(_), .. })),
                    "{last:?}"
                );
            }
            (Err(Ended::Failed(error)), Err(Thrown::Error(told))) => {
                assert_eq!((told.code, &told.message), (error.code, &error.message));
                assert!(
                    world.hears != Hears::Everything
                        || matches!(last, Some(Event::Error { error: Thrown::Error(_), .. })),
                    "{last:?}"
                );
            }
            (ended, outcome) => panic!("a run that ended with {ended:?} was settled with {outcome:?}"),
        }
        let chunks = world.chunks.borrow().clone();
        let delivered = [reader.answer().text_up_to(0), &chunks.concat()].concat();
        if let Some(Event::Error { error, partial_text }) = &last {
            assert_eq!(*partial_text, delivered, "the last event has the text that was delivered");
            assert!(!matches!(error, Thrown::Error(error) if error.partial_text != delivered), "{error:?}");
        }
        assert!(reader.answer().text().starts_with(&delivered), "the chunks are not the answer's beginning");
        if ended.is_ok() {
            assert_eq!(delivered, reader.answer().text());
        }
        let result = outcome.unwrap_or_else(|_| run_result(reader, None, reader.answer().usage()));
        Self {
            ended,
            log: world.log.borrow().clone(),
            chunks,
            chunk_times: world.chunk_times.borrow().clone(),
            converted: world.converted.get(),
            result: result_value(&result),
            sent,
            conversation: conversation.borrow().clone(),
            took: world.time.now(),
            moments: world.moments.get(),
            stopped: world.stopped.get(),
            saves: world.saves.take(),
            replies_left: world.server.replies_left(),
        }
    }

    /// What was delivered, joined.
    pub(crate) fn text(&self) -> String {
        self.chunks.concat()
    }

    /// The answer of a run that must have succeeded, with every reply of the script asked for.
    pub(crate) fn answered(&self) -> String {
        assert!(self.ended.is_ok(), "{:?}", self.ended);
        assert_eq!(self.replies_left, 0, "not every reply was asked for");
        self.text()
    }

    /// The error of a run that must have failed.
    pub(crate) fn failure(&self) -> &Failure {
        match &self.ended {
            Err(Ended::Failed(error)) => error,
            other => panic!("the run did not fail: {other:?}"),
        }
    }

    /// The code of that error.
    pub(crate) fn code(&self) -> &'static str {
        self.failure().code.as_str()
    }

    pub(crate) fn stop(&self) -> Way {
        match &self.ended {
            Err(Ended::Stopped(way)) => *way,
            other => panic!("the run was not stopped: {other:?}"),
        }
    }

    /// When each request was made.
    pub(crate) fn times(&self) -> Vec<f64> {
        self.sent.iter().filter_map(|sent| sent.at).collect()
    }

    /// The lines of the log that begin so.
    pub(crate) fn told(&self, start: &str) -> Vec<&str> {
        self.log.iter().map(String::as_str).filter(|line| line.starts_with(start)).collect()
    }

    /// The log without events of the answer.
    pub(crate) fn turns(&self) -> Vec<&str> {
        self.log.iter().map(String::as_str).filter(|line| !line.starts_with("event ")).collect()
    }

    /// The turns of the conversation, a line each.
    pub(crate) fn kept(&self) -> Vec<String> {
        let line = |message: &Message| {
            let mark = if message.interrupted { "…" } else { "" };
            format!("{}: {}{mark}", message.role.as_str(), message.content)
        };
        self.conversation.messages().iter().map(line).collect()
    }
}
