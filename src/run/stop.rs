//! A signal that something is to stop, as an `AbortSignal` is in JavaScript.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::rc::Rc;
use std::task::Context;

use super::Notify;
use crate::event::HostValue;

type Listener = Box<dyn FnOnce(Option<HostValue>)>;

#[derive(Default)]
struct State {
    is_stopped: bool,
    reason: Option<HostValue>,
    listeners: Vec<Listener>,
    own: Option<HostValue>,
}

/// A signal that something is to stop. Clones are the same signal.
#[derive(Clone, Default)]
pub struct StopSignal(Rc<RefCell<State>>, Rc<Notify>);

impl StopSignal {
    /// Stops the signal; only the first call has an effect.
    pub fn stop(&self, reason: Option<HostValue>) {
        let mut state = self.0.borrow_mut();
        if std::mem::replace(&mut state.is_stopped, true) {
            return;
        }
        state.reason = reason;
        let listeners = std::mem::take(&mut state.listeners);
        drop(state);
        for listener in listeners {
            listener(self.reason());
        }
        self.1.notify();
    }

    /// Another signal, which stops together with this one, and may be stopped alone.
    #[must_use]
    pub fn child(&self) -> Self {
        let child = Self::default();
        let (state, notify) = (Rc::downgrade(&child.0), child.1.clone());
        self.on_stop(move |reason| {
            if let Some(state) = state.upgrade() {
                Self(state, notify).stop(reason);
            }
        });
        child
    }

    /// Wakes the task when it is stopped.
    pub fn register(&self, context: &Context<'_>) {
        self.1.register(context);
    }

    /// Resolves when it is stopped, at once if it already is.
    pub fn stopped(&self) -> impl Future<Output = ()> + '_ {
        self.1.until(|| self.is_stopped())
    }

    /// The signal as a value of the host, made on first use.
    pub fn own_value(&self, make: impl FnOnce() -> HostValue) -> HostValue {
        let known = self.0.borrow().own.clone();
        known.unwrap_or_else(|| {
            let value = make();
            self.0.borrow_mut().own = Some(value.clone());
            value
        })
    }

    /// Whether it is stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.borrow().is_stopped
    }

    /// Why it is stopped, if a reason was given.
    #[must_use]
    pub fn reason(&self) -> Option<HostValue> {
        self.0.borrow().reason.clone()
    }

    /// Calls `listener` when it is stopped, at once if it already is.
    pub fn on_stop(&self, listener: impl FnOnce(Option<HostValue>) + 'static) {
        let mut state = self.0.borrow_mut();
        if !state.is_stopped {
            return state.listeners.push(Box::new(listener));
        }
        drop(state);
        listener(self.reason());
    }
}

impl fmt::Debug for StopSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StopSignal").field(&self.is_stopped()).finish()
    }
}
