//! A run that has not begun.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use super::stream::RunStream;
use super::{Agent, Context};
use crate::error::Error;
use crate::event::RunResult;
use crate::message::Attachment;
use crate::response;
use crate::run::Batching;

/// How the increments of an answer become chunks.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Batch {
    /// Each increment is one chunk.
    #[default]
    Delta,
    /// A chunk has at most this many increments.
    Deltas(u32),
    /// All increments until the next animation frame are one chunk.
    Frame,
    /// All increments within this many milliseconds are one chunk.
    Ms(f64),
    /// Bursts are smoothed: a small portion with each animation frame, at most this many milliseconds after it arrived.
    /// If the page is hidden or reduced motion is requested, and when the answer ends, everything is delivered at once.
    Pace(f64),
}

impl Batch {
    pub(super) fn parts(self) -> (response::Batch, Batching) {
        let gather = response::Batch::Gather { deltas: None };
        match self {
            Self::Delta | Self::Deltas(0 | 1) => (response::Batch::Delta, Batching::None),
            Self::Deltas(deltas) => (response::Batch::Gather { deltas: Some(deltas) }, Batching::None),
            Self::Frame => (gather, Batching::Frame),
            Self::Ms(ms) => (gather, Batching::Ms(ms)),
            Self::Pace(ms) => (gather, Batching::Pace(ms)),
        }
    }
}

/// A run that has not begun: await it for its result, or read its [`stream`](Ask::stream).
#[derive(Debug, Clone)]
#[must_use = "a run begins when it is awaited, or its stream is polled"]
pub struct Ask {
    pub(super) agent: Agent,
    /// `None` for a run that continues an interrupted answer.
    pub(super) question: Option<String>,
    pub(super) context: Option<Context>,
    pub(super) batch: Batch,
    /// Whether the last question is asked again.
    pub(super) regenerates: bool,
    /// The attachments of the question.
    pub(super) attachments: Vec<Attachment>,
}

impl Ask {
    pub(super) fn new(agent: Agent, question: Option<String>) -> Self {
        Self { agent, question, context: None, batch: Batch::default(), regenerates: false, attachments: Vec::new() }
    }

    /// The earlier turns of the conversation are sent along, and the question and the answer become turns of it. Runs in the same
    /// conversation wait for one another. So if one run starts another and waits for it, the two need different conversations.
    pub fn in_conversation(mut self, context: &Context) -> Self {
        self.context = Some(context.clone());
        self
    }

    /// Attaches an image or a file to the question: see [`Attachment::of_data`] and [`Attachment::at_url`]. It stays
    /// with the question and is sent again while the question is within `history`. Its bytes are in memory only: after
    /// a reload it is named in the text. Fails with `invalid-argument` for a kind that the provider does not accept.
    pub fn attach(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }

    /// How the increments of the answer become chunks.
    pub fn batch(mut self, batch: Batch) -> Self {
        self.batch = batch;
        self
    }

    /// The run as a stream of events. The run makes progress only while the stream is read.
    #[must_use]
    pub fn stream(self) -> RunStream {
        RunStream::new(self, true)
    }
}

impl IntoFuture for Ask {
    type Output = Result<RunResult, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(RunStream::new(self, false).result())
    }
}
