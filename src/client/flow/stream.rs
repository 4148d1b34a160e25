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
    /// The step that it is about; of what is told of the flow itself, the flow's name.
    pub step: String,
    /// The names of the steps that it is in, and its own; none where it is in none.
    pub steps: Vec<String>,
    /// The event.
    pub event: Event,
}

/// A run of a flow as a stream of its events; a run that fails ends with its error. Text comes as its step says it: that of steps
/// which run at once comes mixed. [`FlowStream::text`] has it in order.
///
/// The run begins with the first poll, and goes only as far as it is read. Dropping the stream stops it.
#[derive(Debug)]
pub struct FlowStream {
    run: RunStream,
    name: String,
}

impl FlowStream {
    pub(super) fn new(run: RunStream, name: String) -> Self {
        Self { run, name }
    }

    /// The chunks of text alone, of steps that run at once in the order of their declaration.
    #[must_use]
    pub fn text(self) -> crate::client::TextStream {
        self.run.text()
    }

    /// What the flow comes to. Runs it to its end, if it has not come there; what was not read before is not read any more.
    ///
    /// # Errors
    /// What the flow fails with.
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
                // It has been told of with its step.
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
