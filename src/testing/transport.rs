//! A server that answers on a script.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures::future::LocalBoxFuture;

use super::reply::{Reply, Step};
use super::VirtualClock;
use crate::env::{Body, Phase, Pushed, Response, Sink, Transport};
use crate::error::{Code, Error};
use crate::provider::HttpRequest;

/// A request as it was made. Times are in milliseconds.
#[derive(Debug, Clone)]
pub struct Sent {
    /// What was sent.
    pub call: HttpRequest,
    /// When it was sent.
    pub at: Option<f64>,
    /// When its connection was closed.
    pub closed_at: Option<f64>,
    /// How many bytes of its body were read.
    pub read: usize,
}

struct State {
    clock: VirtualClock,
    replies: RefCell<VecDeque<Reply>>,
    sent: RefCell<Vec<Sent>>,
    on_step: RefCell<Option<Rc<dyn Fn()>>>,
}

/// A server that gives one reply after the other, whatever it is asked, and keeps the requests. Clones are the same server.
#[derive(Clone)]
pub struct ScriptedTransport(Rc<State>);

impl std::fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScriptedTransport").field("sent", &self.0.sent).finish_non_exhaustive()
    }
}

impl ScriptedTransport {
    /// A server with these replies, which take the clock's time.
    pub fn new(clock: &VirtualClock, replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies = RefCell::new(replies.into_iter().collect());
        let (sent, on_step) = Default::default();
        Self(Rc::new(State { clock: clock.clone(), replies, sent, on_step }))
    }

    /// Another reply, behind those that there are.
    pub fn reply(&self, reply: Reply) {
        self.0.replies.borrow_mut().push_back(reply);
    }

    /// The requests so far.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.0.sent.borrow().clone()
    }

    /// How many replies nobody has asked for.
    #[must_use]
    pub fn replies_left(&self) -> usize {
        self.0.replies.borrow().len()
    }

    /// Calls `listener` whenever something happens on a connection.
    pub fn on_step(&self, listener: impl Fn() + 'static) {
        *self.0.on_step.borrow_mut() = Some(Rc::new(listener));
    }
}

impl State {
    fn step(&self) {
        let listener = self.on_step.borrow().clone();
        if let Some(listener) = listener {
            listener();
        }
    }
}

impl Transport for ScriptedTransport {
    fn send(&self, call: HttpRequest, on_phase: Rc<dyn Fn(Phase)>) -> LocalBoxFuture<'static, Result<Response, Error>> {
        let reply = self.0.replies.borrow_mut().pop_front();
        // As a server that is not there.
        let mut reply = reply.unwrap_or_else(Reply::unreachable);
        let mut sent = self.0.sent.borrow_mut();
        sent.push(Sent { call, at: None, closed_at: None, read: 0 });
        let steps = std::mem::take(&mut reply.body);
        let connection = Connection { server: self.0.clone(), number: sent.len() - 1, steps };
        Box::pin(connection.head(reply, on_phase))
    }
}

/// A connection that is open until this is dropped.
struct Connection {
    server: Rc<State>,
    number: usize,
    steps: Vec<Step>,
}

impl Connection {
    async fn head(self, reply: Reply, on_phase: Rc<dyn Fn(Phase)>) -> Result<Response, Error> {
        let clock = self.server.clock.clone();
        for (phase, ms) in [(Phase::Offline, reply.offline), (Phase::Queued, reply.queued)] {
            if ms > 0.0 {
                on_phase(phase);
                clock.foreign(ms).await;
                on_phase(Phase::Sending);
            }
        }
        a_turn_of_the_loop().await;
        self.note(|sent| sent.at = Some(clock.now()));
        self.server.step();
        if reply.head_after > 0.0 {
            clock.foreign(reply.head_after).await;
        }
        self.server.step();
        if let Some((code, message)) = reply.failure {
            return Err(Error::new(code, message));
        }
        Ok(Response {
            status: reply.status,
            retry_after: reply.retry_after,
            content_type: "text/html; charset=utf-8".to_owned(),
            body: Box::new(self),
        })
    }

    fn note(&self, change: impl FnOnce(&mut Sent)) {
        if let Some(sent) = self.server.sent.borrow_mut().get_mut(self.number) {
            change(sent);
        }
    }
}

/// A request waits for its key, at least so long.
async fn a_turn_of_the_loop() {
    let mut is_asked = false;
    poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut is_asked, true) {
            return Poll::Ready(());
        }
        Poll::Pending
    })
    .await;
}

impl Body for Connection {
    fn pump(&mut self, sink: Rc<dyn Sink>) -> LocalBoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            for step in std::mem::take(&mut self.steps) {
                self.server.step();
                let bytes = match step {
                    Step::Wait(ms) => {
                        self.server.clock.foreign(ms).await;
                        continue;
                    }
                    Step::Break => return Err(Error::new(Code::Network, "the connection broke")),
                    Step::Bytes(bytes) => bytes,
                };
                self.note(|sent| sent.read += bytes.len());
                match sink.push(&bytes) {
                    Pushed::More => {}
                    Pushed::Wait(taken) => taken.await,
                    Pushed::Stop => return Ok(()),
                }
            }
            self.server.step();
            Ok(())
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let now = self.server.clock.now();
        self.note(|sent| sent.closed_at = Some(now));
    }
}
