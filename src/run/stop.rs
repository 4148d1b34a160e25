//! A signal that something is to stop, as an `AbortSignal` is in JavaScript.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use crate::event::HostValue;

type Listener = Box<dyn FnOnce(Option<HostValue>)>;

#[derive(Default)]
struct State {
    is_stopped: bool,
    reason: Option<HostValue>,
    listeners: Vec<Listener>,
}

/// A signal that something is to stop. Clones are the same signal.
#[derive(Clone, Default)]
pub struct StopSignal(Rc<RefCell<State>>);

impl StopSignal {
    /// Stops it, once.
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

    /// Calls `listener` when it is stopped, at once if it is.
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
