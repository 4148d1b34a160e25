//! Work of a run that ends when its time is up.

use std::future::{poll_fn, Future};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use futures::future::LocalBoxFuture;

use super::Driver;
use crate::error::Error;
use crate::run::{Delivery, StopSignal, Stopped};

impl Driver {
    /// The output of `work`, or an error if time runs out first.
    pub(super) async fn within_time<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        let mut work = pin!(work);
        let alarm = &*self.alarm;
        alarm.is_changed.set(true);
        let mut timer: Option<LocalBoxFuture<'static, ()>> = None;
        let done = poll_fn(|context| {
            alarm.changed.register(context);
            if let Poll::Ready(output) = work.as_mut().poll(context) {
                return Poll::Ready(Ok(output));
            }
            loop {
                if alarm.is_changed.take() {
                    let was_set = timer.take().is_some();
                    let left = self.run.borrow_mut().time_left(self.clock.now());
                    // After this time, text that was held back may be released.
                    if was_set {
                        self.delivery.hand_released();
                    }
                    match left {
                        Err(error) => return Poll::Ready(Err(error)),
                        Ok(left) => timer = left.is_finite().then(|| self.clock.sleep(left)),
                    }
                    alarm.is_set.set(timer.is_some());
                }
                match timer.as_mut().map(|timer| timer.as_mut().poll(context)) {
                    Some(Poll::Ready(())) => alarm.is_changed.set(true),
                    _ => return Poll::Pending,
                }
            }
        })
        .await;
        alarm.is_set.set(false);
        done
    }

    /// The same as [`Driver::within_time`] for work that takes a signal, which is stopped when the work is no longer
    /// waited for.
    pub(super) async fn with_signal<T, F: Future<Output = T>>(
        &self,
        work: impl FnOnce(StopSignal) -> F,
    ) -> Result<T, Error> {
        let signal = StopSignal::default();
        let stop = StopOnDrop { signal: signal.clone(), delivery: self.delivery.clone() };
        let done = self.within_time(work(signal)).await;
        if done.is_ok() {
            stop.forget();
        }
        done
    }
}

/// Stops the signal of work when the work is no longer waited for.
struct StopOnDrop {
    signal: StopSignal,
    delivery: Rc<Delivery>,
}

impl StopOnDrop {
    fn forget(mut self) {
        self.signal = StopSignal::default();
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.signal.stop(match self.delivery.stopped() {
            Some(Stopped::Threw(reason)) => Some(reason),
            _ => None,
        });
    }
}
