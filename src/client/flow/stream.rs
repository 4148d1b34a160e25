//! A run of a flow as a stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::stream::{FusedStream, Stream};

use crate::client::stream::RunStream;
use crate::error::Error;
use crate::event::{Event, RunResult};

/// An event of a flow.
#[derive(Debug, Clone)]
pub struct FlowEvent {
    /// The step that the event is about; for an event of the flow itself, the flow's name.
    pub step: String,
    /// If the step is within other steps: their names and its own. Empty otherwise.
    pub steps: Vec<String>,
    /// The event.
    pub event: Event,
}

/// A run of a flow as a stream of its events. If the run fails, its error is the last item. Text comes as soon as a step
/// produces it, so the text of steps that run at the same time is mixed. [`FlowStream::text`] puts it in order.
///
/// The run begins with the first poll, and makes progress only while the stream is read. Dropping the stream stops the run.
#[derive(Debug)]
pub struct FlowStream {
    run: RunStream,
    name: String,
}

impl FlowStream {
    pub(super) fn new(run: RunStream, name: String) -> Self {
        Self { run, name }
    }

    /// Only the chunks of text. The text of steps that run at the same time comes in the order of their declaration.
    #[must_use]
    pub fn text(self) -> crate::client::TextStream {
        self.run.text()
    }

    /// The result of the flow, which runs to its end first. Events that have not been read are dropped.
    ///
    /// # Errors
    /// The error of the flow.
    pub async fn result(self) -> Result<RunResult, Error> {
        self.run.result().await
    }
}

impl Stream for FlowStream {
    type Item = Result<FlowEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let event = match Pin::new(&mut self.run).poll_next(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(event))) => event,
            };
            let of_flow = match event {
                // Its step has reported it already.
                Event::TextDelta { .. } => continue,
                Event::Host(told) => match told.downcast_ref::<FlowEvent>() {
                    Some(told) => told.clone(),
                    None => continue,
                },
                event => FlowEvent { step: self.name.clone(), steps: Vec::new(), event },
            };
            return Poll::Ready(Some(Ok(of_flow)));
        }
    }
}

impl FusedStream for FlowStream {
    fn is_terminated(&self) -> bool {
        self.run.is_terminated()
    }
}
