//! A run of a flow and the delivery that hands it on.

use std::rc::Rc;

use super::{Ended, Host};
use crate::event::Thrown;
use crate::run::{Delivery, StopSignal, Stopped};

/// A signal that stops when the delivery does.
#[must_use]
pub fn stop_signal(delivery: &Rc<Delivery>) -> StopSignal {
    let signal = StopSignal::default();
    if let Some(stopped) = delivery.stopped() {
        signal.stop(stopped.reason());
    } else {
        let stops = signal.clone();
        delivery.on_stop(move |reason| stops.stop(reason));
    }
    signal
}

/// The run has ended: settles the delivery with its result or error.
pub fn conclude<H: Host>(host: &H, delivery: &Delivery, ended: Ended) {
    delivery.add_bytes(usize::try_from(ended.bytes()).unwrap_or(usize::MAX));
    let delivered = delivery.conclude();
    let stopped = delivery.stopped();
    let text = ended.text(stopped.is_some(), delivered);
    if let Some(Stopped::Threw(reason)) = stopped {
        return delivery.fail(Thrown::Host(reason), &text);
    }
    match ended.result(host, stopped.is_some(), delivered) {
        Ok(result) => delivery.end(delivery.finish(result)),
        Err(error) => delivery.fail(error, &text),
    }
}
