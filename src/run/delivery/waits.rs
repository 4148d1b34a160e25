//! What a delivery waits for while the run goes on: callbacks, frames, saving.

use std::future::{poll_fn, Future};
use std::pin::pin;
use std::task::{Context, Poll};

use super::{Delivery, Stopped};

impl Delivery {
    /// The output of `work`, or `None` as soon as the run is stopped. Meanwhile what the delivery itself waits for goes
    /// on: callbacks, frames, saving.
    pub async fn until<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            self.changed.register(context);
            self.poll_own(context);
            // If it is stopped already, `work` does not begin.
            if self.is_over() {
                return Poll::Ready(None);
            }
            match work.as_mut().poll(context) {
                // The run may have been stopped while `work` was polled.
                Poll::Ready(output) => Poll::Ready((!self.is_over()).then_some(output)),
                Poll::Pending if self.is_over() => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// The output of `work`, which handles a stop itself. Meanwhile what the delivery itself waits for goes on.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            self.changed.register(context);
            self.poll_own(context);
            work.as_mut().poll(context)
        })
        .await
    }

    fn poll_own(&self, context: &mut Context<'_>) {
        self.poll_callback(context);
        self.await_frame();
        self.poll_due(context);
        let following = self.following.borrow().clone();
        if let Some(following) = following.filter(|_| !self.is_over()) {
            following.poll(self.chars(), context);
        }
    }

    fn poll_callback(&self, context: &mut Context<'_>) {
        loop {
            let wait = self.callback.wait.take();
            let Some(mut wait) = wait else { return };
            if self.is_over() {
                return;
            }
            match wait.as_mut().poll(context) {
                Poll::Pending => {
                    *self.callback.wait.borrow_mut() = Some(wait);
                    return;
                }
                Poll::Ready(Err(error)) => return self.stop(Stopped::Threw(error)),
                Poll::Ready(Ok(())) => self.enqueue_awaited(),
            }
            let pieces = self.callback.rest.take();
            if let Some(pieces) = pieces {
                self.hand(pieces);
            }
            // Text that has arrived meanwhile.
            self.hand_released();
            self.changed.notify();
        }
    }

    fn poll_due(&self, context: &mut Context<'_>) {
        let is_due =
            self.pending.due.borrow_mut().as_mut().is_some_and(|due| due.as_mut().poll(context) == Poll::Ready(()));
        if !is_due {
            return;
        }
        self.pending.due.take();
        if !self.is_over() {
            match &self.pending.pacer {
                Some(pacer) => self.release_portion(pacer),
                None => self.release(),
            }
            self.hand_on();
            self.changed.notify();
        }
    }
}
