//! A run as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures::future::LocalBoxFuture;
use futures::stream::{FusedStream, Stream};

use super::event_queue::{EventQueue, Item};
use super::host::Launch;
use super::Ask;
use crate::error::{Code, Error};
use crate::event::{Event, RunResult};
use crate::run::{Chunk, Delivery};

/// A run as a stream of its events, in order. If the run fails, its error is the last item.
///
/// The run begins with the first poll, and makes progress only while the stream is read. Dropping the stream stops the run: the
/// connection is closed, and the part of the answer that was read is in the conversation, as an interrupted turn.
pub struct RunStream {
    /// The run, until it has ended.
    driver: Option<LocalBoxFuture<'static, ()>>,
    delivery: Rc<Delivery>,
    events: Rc<EventQueue>,
    has_begun: bool,
    /// Chunks are gathered until the reader waits for one.
    is_gathering: bool,
}

impl RunStream {
    pub(super) fn new(ask: Ask, hears: bool) -> Self {
        let is_gathering = ask.batch.parts().0 != crate::response::Batch::Delta;
        let events = Rc::new(EventQueue::new(!hears));
        let Ask { agent, question, context, batch, regenerates, attachments } = ask;
        let (driver, delivery) =
            Launch { agent, question, regenerates, attachments, batch, context, step: None }.launch(events.clone());
        let mut run = Self::of(driver, delivery, events, hears);
        run.is_gathering = is_gathering;
        run
    }

    /// The stream of a run that this future drives.
    pub(super) fn of(
        driver: LocalBoxFuture<'static, ()>,
        delivery: Rc<Delivery>,
        events: Rc<EventQueue>,
        is_read: bool,
    ) -> Self {
        if is_read {
            delivery.stream(false);
        }
        Self { driver: Some(driver), delivery, events, has_begun: false, is_gathering: false }
    }

    /// Only the chunks of text.
    #[must_use]
    pub fn text(self) -> TextStream {
        TextStream(self)
    }

    /// The result of the run, which goes on to its end first. Events that have not been read are dropped.
    ///
    /// # Errors
    /// The error of the run.
    pub async fn result(mut self) -> Result<RunResult, Error> {
        self.begin();
        self.delivery.want_result();
        poll_fn(|context| self.drive(context)).await;
        // Every run ends with a result or an error.
        self.events.outcome().unwrap_or_else(|| Err(Error::new(Code::Provider, "there is no answer")))
    }

    fn begin(&mut self) {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.delivery.start();
        }
    }

    fn drive(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(driver) = &mut self.driver else { return Poll::Ready(()) };
        let polled = driver.as_mut().poll(context);
        if polled.is_ready() {
            self.driver = None;
        }
        polled
    }

    fn next_item(&self) -> Option<Result<Event, Error>> {
        loop {
            match self.events.pop()? {
                Item::Event(event) => return Some(Ok(event)),
                Item::Failed(error) => return Some(Err(error)),
                Item::Text => {
                    // A chunk that became empty before it was delivered is left out.
                    if let Some(text) = self.take_chunk() {
                        return Some(Ok(Event::TextDelta { text }));
                    }
                }
            }
        }
    }

    /// Takes the chunk that has arrived: it counts as delivered now.
    fn take_chunk(&self) -> Option<String> {
        if self.events.chunks.borrow().is_empty() {
            self.ask_for_chunk();
        }
        self.events.chunks.borrow_mut().pop_front()
    }

    fn ask_for_chunk(&self) {
        if self.events.is_awaited.replace(true) {
            return;
        }
        let events = self.events.clone();
        self.delivery.read(Box::new(move |chunk| {
            events.is_awaited.set(false);
            // Its listener does not convert texts, so there are no parts.
            events.chunks.borrow_mut().extend(chunk.and_then(Chunk::into_text));
        }));
    }
}

impl Stream for RunStream {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.begin();
        loop {
            if let Some(item) = self.next_item() {
                return Poll::Ready(Some(item));
            }
            if self.driver.is_none() {
                return Poll::Ready(None);
            }
            if self.is_gathering {
                self.ask_for_chunk();
            }
            self.events.register(context);
            if self.drive(context).is_pending() && self.events.is_empty() {
                return Poll::Pending;
            }
        }
    }
}

impl FusedStream for RunStream {
    fn is_terminated(&self) -> bool {
        self.driver.is_none() && self.events.is_empty()
    }
}

impl Drop for RunStream {
    fn drop(&mut self) {
        if !self.has_begun || self.driver.is_none() {
            return;
        }
        self.delivery.cancel();
        // A stopped run needs no more polls: this adds the part of the answer that was read to the conversation.
        let _ = self.drive(&mut Context::from_waker(Waker::noop()));
    }
}

impl fmt::Debug for RunStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunStream").field("has_ended", &self.driver.is_none()).finish_non_exhaustive()
    }
}

/// The chunks of text of a run: see [`RunStream::text`].
#[derive(Debug)]
pub struct TextStream(RunStream);

impl TextStream {
    /// See [`RunStream::result`].
    ///
    /// # Errors
    /// The error of the run.
    pub async fn result(self) -> Result<RunResult, Error> {
        self.0.result().await
    }
}

impl Stream for TextStream {
    type Item = Result<String, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return match Pin::new(&mut self.0).poll_next(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Some(Ok(Event::TextDelta { text }))) => Poll::Ready(Some(Ok(text))),
                Poll::Ready(Some(Ok(_))) => continue,
                Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => Poll::Ready(None),
            };
        }
    }
}

impl FusedStream for TextStream {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}
