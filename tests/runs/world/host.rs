//! The world as a run sees it: the traits of the agent, on a script.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{poll_fn, Future};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use futures::future::poll_immediate;
use refinire_web::agent::{Clock, Event, Exchange, Head, Kind, Outlet, SharedIntake, Status, Stop, Stopper, Transport};
use refinire_web::error::{Code, Error};
use refinire_web::provider::Call;

use super::reply::{Reply, Step};
use super::time::Time;

/// The key that no message may repeat.
pub(crate) const SECRET: &str = "sk-secret";

/// The reason of every abort, and what every callback throws.
pub(crate) const REASON: &str = "enough";

/// What whoever takes the answer does with a chunk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Answer {
    Take,
    /// Is ready for the next one after so many milliseconds.
    Hold(f64),
    Stop(Way),
}

/// How a caller stops a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Abort,
    Cancel,
    Throw,
}

/// What had happened when the caller stopped the run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopped {
    pub(crate) at: f64,
    /// How much had been told.
    pub(crate) told: usize,
    /// How many requests had been made.
    pub(crate) asked: usize,
}

/// A request as it was made.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) call: Call,
    /// When its head was asked for.
    pub(crate) at: Option<f64>,
    /// When it was dropped.
    pub(crate) closed_at: Option<f64>,
    /// How many bytes of its body were read.
    pub(crate) read: usize,
}

pub(crate) struct World {
    pub(crate) time: Time,
    pub(crate) stopper: Stopper,
    pub(crate) intake: SharedIntake,
    pub(crate) replies: RefCell<VecDeque<Reply>>,
    pub(crate) sent: RefCell<Vec<Sent>>,
    pub(crate) randoms: RefCell<VecDeque<f64>>,
    pub(crate) reader: RefCell<Box<dyn FnMut(usize) -> Answer>>,
    /// Everything that was told, in order.
    pub(crate) log: RefCell<Vec<String>>,
    pub(crate) chunks: RefCell<Vec<String>>,
    /// Nothing more is to be handed on.
    pub(crate) is_over: Cell<bool>,
    /// How many moments have passed at which somebody could stop the run.
    pub(crate) moments: Cell<usize>,
    pub(crate) stop_at: Option<(usize, Way)>,
    pub(crate) stopped: Cell<Option<Stopped>>,
}

impl World {
    /// The caller stops the run, as the delivery of the page does it.
    pub(crate) fn stop(&self, way: Way) {
        if self.is_over.get() {
            return;
        }
        if way == Way::Abort {
            // What has come but waits for its time is shown before the stop.
            self.intake.borrow_mut().answer_mut().release();
            for (kind, piece) in self.parcels() {
                self.hand(kind, piece);
            }
        }
        if self.is_over.replace(true) {
            return;
        }
        let asked = self.sent.borrow().iter().filter(|sent| sent.at.is_some()).count();
        let told = self.log.borrow().len();
        self.stopped.set(Some(Stopped { at: self.time.now(), told, asked }));
        self.stopper.stop(match way {
            Way::Abort => Stop::Signal(Rc::new(REASON)),
            Way::Cancel => Stop::Cancelled,
            Way::Throw => Stop::Threw(Rc::new(REASON)),
        });
    }

    /// A moment at which somebody could stop the run.
    pub(crate) fn moment(&self) {
        let moment = self.moments.get();
        self.moments.set(moment + 1);
        if let Some((_, way)) = self.stop_at.filter(|(at, _)| *at == moment) {
            self.stop(way);
        }
    }

    /// What waits, cut as its parcels say.
    fn parcels(&self) -> Vec<(u32, String)> {
        let mut intake = self.intake.borrow_mut();
        let (text, reasoning) = intake.answer().pending();
        let units = |text: &str| text.encode_utf16().collect::<Vec<_>>().into_iter();
        let mut waiting = [units(text), units(reasoning), units(intake.answer().outbox().events())];
        let mut parcels = Vec::new();
        for parcel in intake.answer().outbox().parcels() {
            let piece: Vec<u16> = waiting[(parcel & 3) as usize].by_ref().take((parcel >> 2) as usize).collect();
            parcels.push((parcel & 3, String::from_utf16(&piece).expect("no chunk holds half a surrogate pair")));
        }
        assert_eq!((waiting[0].len(), waiting[2].len()), (0, 0), "something waits that no parcel measures");
        intake.answer_mut().handed_on();
        parcels
    }

    /// Hands on one piece. Gives how long whoever takes it wants to be waited for.
    fn hand(&self, kind: u32, piece: String) -> Option<f64> {
        if self.is_over.get() {
            return None;
        }
        let name = ["text", "reasoning", "event"][kind as usize];
        self.log.borrow_mut().push(format!("{name} {piece}"));
        if kind != Kind::Text as u32 {
            return None;
        }
        let count = self.chunks.borrow().len() + 1;
        self.chunks.borrow_mut().push(piece);
        self.moment();
        let answer = (self.reader.borrow_mut())(count);
        match answer {
            Answer::Take => None,
            Answer::Hold(ms) => Some(ms),
            Answer::Stop(way) => {
                self.stop(way);
                None
            }
        }
    }

    async fn hand_on(&self) {
        for (kind, piece) in self.parcels() {
            if let Some(ms) = self.hand(kind, piece) {
                self.time.foreign(ms).await;
            }
        }
    }
}

/// What the run is given.
#[derive(Clone)]
pub(crate) struct Host(pub(crate) Rc<World>);

pub(crate) struct Connection {
    world: Rc<World>,
    number: usize,
    reply: Reply,
}

impl Transport for Host {
    type Exchange = Connection;

    fn open(&self, call: Call) -> Connection {
        let reply = self.0.replies.borrow_mut().pop_front().expect("a request that the script does not know of");
        let mut sent = self.0.sent.borrow_mut();
        sent.push(Sent { call, at: None, closed_at: None, read: 0 });
        Connection { world: self.0.clone(), number: sent.len() - 1, reply }
    }

    fn redact(&self, message: String) -> String {
        message.replace(SECRET, "[key]")
    }
}

impl Exchange for Connection {
    async fn head(&mut self) -> Result<Head, Error> {
        let world = &self.world;
        // The key comes first, which takes a turn of the loop.
        let mut is_asked = false;
        poll_fn(|context| {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut is_asked, true) {
                return Poll::Ready(());
            }
            Poll::Pending
        })
        .await;
        world.sent.borrow_mut()[self.number].at = Some(world.time.now());
        world.moment();
        if self.reply.head_after > 0.0 {
            world.time.foreign(self.reply.head_after).await;
        }
        world.moment();
        if let Some((code, message)) = self.reply.failure {
            return Err(Error::new(code, message));
        }
        Ok(Head { status: self.reply.status, retry_after: self.reply.retry_after.clone() })
    }

    async fn pump(&mut self, intake: &SharedIntake) -> Result<(), Error> {
        let world = &self.world;
        for step in std::mem::take(&mut self.reply.body) {
            world.moment();
            let bytes = match step {
                Step::Wait(ms) => {
                    world.time.foreign(ms).await;
                    continue;
                }
                Step::Break => return Err(Error::new(Code::Network, "the connection broke")),
                Step::Bytes(bytes) => bytes,
            };
            world.sent.borrow_mut()[self.number].read += bytes.len();
            let status = intake.borrow_mut().push(&bytes, world.time.now());
            if status.bits() & Status::READY != 0 {
                let mut taking = pin!(world.hand_on());
                if poll_immediate(&mut taking).await.is_none() {
                    intake.borrow_mut().pause(world.time.now());
                    taking.await;
                    intake.borrow_mut().resume(world.time.now());
                }
            }
            if status.is_stop() {
                return Ok(());
            }
        }
        world.moment();
        Ok(())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.world.sent.borrow_mut()[self.number].closed_at = Some(self.world.time.now());
    }
}

impl Clock for Host {
    fn now(&self) -> f64 {
        self.0.time.now()
    }

    fn timestamp(&self) -> String {
        timestamp(self.0.time.now())
    }

    fn until(&self, date: &str) -> Option<u64> {
        // A browser finds a date in almost anything: "-1" is in 2001.
        match date {
            "Thu, 01 Jan 2026 00:00:07 GMT" => Some(7_000),
            "Wed, 31 Dec 2025 00:00:00 GMT" => Some(0),
            "Thu, 01 Jan 2026 01:00:00 GMT" => Some(3_600_000),
            other => other.bytes().any(|byte| byte.is_ascii_digit()).then_some(0),
        }
    }

    fn sleep(&self, ms: f64) -> impl Future<Output = ()> {
        self.0.moment();
        self.0.time.sleep(ms)
    }

    fn random(&self) -> f64 {
        self.0.randoms.borrow_mut().pop_front().unwrap_or(0.0)
    }
}

impl Outlet for Host {
    async fn event(&self, event: Event<'_>) {
        self.0.moment();
        if self.0.is_over.get() {
            return;
        }
        self.0.log.borrow_mut().push(match event {
            Event::Start { attempt } => format!("start {attempt}"),
            Event::Retry { attempt, delay_ms, error } => {
                format!("retry {attempt} after {delay_ms}: {}", error.code.as_str())
            }
            Event::Fallback { error } => format!("fallback: {}", error.code.as_str()),
        });
    }

    async fn flush(&self) {
        self.0.moment();
        if !self.0.is_over.get() {
            self.0.intake.borrow_mut().answer_mut().release();
            self.0.hand_on().await;
        }
        self.0.moment();
    }

    fn delivered(&self) -> (usize, usize) {
        let chunks = self.0.chunks.borrow();
        (chunks.len(), chunks.iter().map(|chunk| chunk.encode_utf16().count()).sum())
    }
}

/// A time of day, as far from midnight as the virtual time is from 0.
pub(crate) fn timestamp(ms: f64) -> String {
    format!(
        "2026-01-01T{:02}:{:02}:{:06.3}Z",
        (ms / 3_600_000.0).floor(),
        (ms / 60_000.0 % 60.0).floor(),
        ms / 1_000.0 % 60.0
    )
}
