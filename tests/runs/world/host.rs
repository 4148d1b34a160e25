//! The world as a run sees it, on a script, and whoever drives it: as `src/web/js/driver.js` does in the page.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{poll_fn, Future};
use std::pin::pin;
use std::task::{Poll, Waker};

use futures::future::poll_immediate;
use refinire_web::agent::{Head, Piece, Run, Status, Step, Waiting};
use refinire_web::conversation::estimate;
use refinire_web::error::{Code, Error};
use refinire_web::event::{Event, RunResult};
use refinire_web::provider::Call;

use super::reply::{self, Reply};
use super::time::Time;
use super::told::event_json;

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
    pub(crate) way: Way,
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

/// Something that is over before it came to its end: the run was stopped, or its time has run out.
#[derive(Debug)]
struct Interrupted;

pub(crate) type Tools = dyn FnMut(&str, &str) -> (String, bool, f64);

pub(crate) struct World {
    pub(crate) time: Time,
    pub(crate) run: RefCell<Run>,
    pub(crate) replies: RefCell<VecDeque<Reply>>,
    pub(crate) sent: RefCell<Vec<Sent>>,
    pub(crate) randoms: RefCell<VecDeque<f64>>,
    pub(crate) reader: RefCell<Box<dyn FnMut(usize) -> Answer>>,
    /// Gives what a call of a tool comes to, whether that is an error, and after how many milliseconds.
    pub(crate) tools: RefCell<Box<Tools>>,
    /// What is said at the end of each answer to have another.
    pub(crate) prompts: RefCell<VecDeque<String>>,
    /// For how many milliseconds each answer is looked at.
    pub(crate) looked_at: Cell<f64>,
    /// Everything that was told, in order.
    pub(crate) log: RefCell<Vec<String>>,
    pub(crate) chunks: RefCell<Vec<String>>,
    /// Nothing more is to be handed on.
    pub(crate) is_over: Cell<bool>,
    /// How many moments have passed at which somebody could stop the run.
    pub(crate) moments: Cell<usize>,
    pub(crate) stop_at: Option<(usize, Way)>,
    pub(crate) stopped: Cell<Option<Stopped>>,
    /// Wakes whoever drives the run.
    pub(crate) waker: RefCell<Option<Waker>>,
    /// The run's timers count something else.
    pub(crate) rearm: Cell<bool>,
}

impl World {
    pub(crate) fn new(run: Run, time: Time) -> Self {
        Self {
            time,
            run: RefCell::new(run),
            replies: RefCell::default(),
            sent: RefCell::default(),
            randoms: RefCell::default(),
            reader: RefCell::new(Box::new(|_| Answer::Take)),
            tools: RefCell::new(Box::new(|name, _| panic!("nobody runs {name}"))),
            prompts: RefCell::default(),
            looked_at: Cell::new(0.0),
            log: RefCell::default(),
            chunks: RefCell::default(),
            is_over: Cell::new(false),
            moments: Cell::new(0),
            stop_at: None,
            stopped: Cell::new(None),
            waker: RefCell::default(),
            rearm: Cell::new(false),
        }
    }

    /// The caller stops the run, as the delivery of the page does it.
    pub(crate) fn stop(&self, way: Way) {
        if self.is_over.get() {
            return;
        }
        if way == Way::Abort {
            // What has come but waits for its time is shown before the stop.
            self.run.borrow_mut().intake_mut().answer_mut().release();
            self.hand_all();
        }
        if self.is_over.replace(true) {
            return;
        }
        let asked = self.sent.borrow().iter().filter(|sent| sent.at.is_some()).count();
        let told = self.log.borrow().len();
        self.stopped.set(Some(Stopped { way, at: self.time.now(), told, asked }));
        self.waker.take().into_iter().for_each(Waker::wake);
    }

    /// A moment at which somebody could stop the run.
    pub(crate) fn moment(&self) {
        let moment = self.moments.get();
        self.moments.set(moment + 1);
        if let Some((_, way)) = self.stop_at.filter(|(at, _)| *at == moment) {
            self.stop(way);
        }
    }

    /// Drives the run to its end. Gives the result where it did not fail.
    pub(crate) async fn drive(&self, input: Option<&str>) -> Option<RunResult> {
        self.moment();
        if !self.is_over.get() {
            let step = self.run.borrow_mut().begin(input, timestamp(self.time.now()), self.time.now());
            self.follow(step).await;
        }
        let _ = self.until(self.flush()).await;
        let delivered = self.chunks.borrow().iter().map(|chunk| chunk.encode_utf16().count()).sum();
        self.run.borrow_mut().close(self.stopped.get().is_some(), delivered, timestamp(self.time.now()), &mut estimate)
    }

    async fn follow(&self, mut step: Step) {
        let mut connection = None;
        loop {
            if step != Step::Read {
                connection = None;
            }
            if self.is_over.get() {
                return;
            }
            if matches!(step, Step::End | Step::Calls) {
                // What the turn said goes out before what follows it.
                if self.until(self.flush()).await.is_err() {
                    step = self.lost(Err(Interrupted));
                    continue;
                }
            }
            if step == Step::End {
                let is_looked_at = self.looked_at.get() > 0.0 && self.run.borrow_mut().draft().is_some();
                if is_looked_at && self.until(self.time.sleep(self.looked_at.get())).await.is_err() {
                    self.lost(Err(Interrupted));
                }
                if self.is_over.get() {
                    return;
                }
                let prompt = self.prompts.borrow_mut().pop_front();
                let Some(prompt) = prompt.filter(|_| self.run.borrow().failure().is_none()) else { return };
                let now = self.time.now();
                step = self.run.borrow_mut().again(&prompt, timestamp(now), now);
            }
            let mut waiting = self.waiting();
            let mut texts = 0;
            let mut continues = false;
            while let Some(piece) = waiting.next_piece() {
                texts += usize::from(matches!(piece, Piece::Text(_)));
                continues |= matches!(&piece, Piece::Event(Event::Continue { .. }));
                self.hand(&piece);
            }
            assert!(continues || texts == 0, "text waits where only the run itself has something to tell");
            step = match step {
                Step::Send => {
                    let connection = connection.insert(self.open());
                    match self.until(connection.head()).await {
                        Ok(Ok(head)) => self.run.borrow_mut().head(&head),
                        other => self.lost(other.map(Result::err)),
                    }
                }
                Step::Read => match self.until(connection.as_mut().expect("a request was sent").pump()).await {
                    Ok(Ok(())) => self.next(),
                    other => self.lost(other.map(Result::err)),
                },
                Step::Wait(ms) => match self.until(self.time.sleep(ms)).await {
                    Ok(()) => self.next(),
                    Err(interrupted) => self.lost(Err(interrupted)),
                },
                Step::Calls => match self.until(self.run_tools()).await {
                    Ok(()) => self.next(),
                    Err(interrupted) => self.lost(Err(interrupted)),
                },
                Step::End => return,
            };
        }
    }

    /// All at once, as the page does.
    async fn run_tools(&self) {
        let calls = self.run.borrow_mut().calls(timestamp(self.time.now()));
        let mut results = Vec::new();
        for call in calls {
            let (output, is_error, ms) = self.tools.borrow_mut()(&call.name, &call.input_text);
            results.push((call.id, output, is_error, ms));
        }
        self.time.sleep(results.iter().map(|result| result.3).fold(0.0, f64::max)).await;
        for (id, output, is_error, _) in results {
            self.run.borrow_mut().result(id, output, is_error, timestamp(self.time.now()));
        }
    }

    fn next(&self) -> Step {
        let random = self.random();
        self.run.borrow_mut().next(self.time.now(), random)
    }

    fn lost(&self, lost: Result<Option<Error>, Interrupted>) -> Step {
        if self.is_over.get() {
            return Step::End;
        }
        let random = self.random();
        self.run.borrow_mut().lost(lost.unwrap_or_default(), self.time.now(), random)
    }

    fn random(&self) -> f64 {
        // Looked at only where it counts: the script has one for each backoff.
        let waits = self.log.borrow().iter().filter(|line| line.starts_with("retry")).count();
        self.randoms.borrow().get(waits).copied().unwrap_or(0.0)
    }

    /// What `work` comes to, unless the run is stopped or its time runs out before.
    async fn until<T>(&self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        self.moment();
        if self.is_over.get() {
            return Err(Interrupted);
        }
        let mut work = pin!(work);
        self.rearm.set(true);
        let mut timer = None;
        poll_fn(|context| {
            *self.waker.borrow_mut() = Some(context.waker().clone());
            if self.is_over.get() {
                return Poll::Ready(Err(Interrupted));
            }
            let done = work.as_mut().poll(context);
            if self.is_over.get() {
                return Poll::Ready(Err(Interrupted));
            }
            if let Poll::Ready(output) = done {
                return Poll::Ready(Ok(output));
            }
            loop {
                if self.rearm.take() {
                    let left = self.run.borrow_mut().timer(self.time.now());
                    // What was held back until now.
                    if timer.take().is_some() && self.run.borrow().intake().answer().outbox().is_released() {
                        self.hand_all();
                    }
                    if left <= 0.0 {
                        return Poll::Ready(Err(Interrupted));
                    }
                    timer = left.is_finite().then(|| Box::pin(self.time.sleep(left)));
                }
                match timer.as_mut().map(|timer| timer.as_mut().poll(context)) {
                    Some(Poll::Ready(())) => self.rearm.set(true),
                    _ => return Poll::Pending,
                }
            }
        })
        .await
    }

    /// What is to be handed on now.
    fn waiting(&self) -> Waiting {
        self.run.borrow_mut().intake_mut().answer_mut().take_waiting()
    }

    fn hand_all(&self) {
        let mut waiting = self.waiting();
        while let Some(piece) = waiting.next_piece() {
            self.hand(&piece);
        }
    }

    /// Hands on one piece. Gives how long whoever takes it wants to be waited for.
    fn hand(&self, piece: &Piece<'_>) -> Option<f64> {
        if self.is_over.get() {
            return None;
        }
        let line = match piece {
            Piece::Text(text) => format!("text {text}"),
            Piece::Reasoning(text) => format!("reasoning {text}"),
            Piece::Event(event) => line_of(event),
        };
        self.log.borrow_mut().push(line);
        if let Piece::Event(_) = piece {
            self.moment();
        }
        let Piece::Text(text) = piece else { return None };
        let count = self.chunks.borrow().len() + 1;
        self.chunks.borrow_mut().push((*text).to_owned());
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
        let mut waiting = self.waiting();
        while let Some(piece) = waiting.next_piece() {
            if let Some(ms) = self.hand(&piece) {
                self.time.foreign(ms).await;
            }
        }
    }

    async fn flush(&self) {
        self.run.borrow_mut().intake_mut().answer_mut().release();
        self.hand_on().await;
        self.moment();
    }

    fn open(&self) -> Connection<'_> {
        let reply = self.replies.borrow_mut().pop_front().expect("a request that the script does not know of");
        let mut sent = self.sent.borrow_mut();
        sent.push(Sent { call: self.run.borrow().request().call(&mut estimate), at: None, closed_at: None, read: 0 });
        Connection { world: self, number: sent.len() - 1, reply }
    }
}

/// A line about an event.
fn line_of(event: &Event) -> String {
    match event {
        Event::Start { attempt, .. } => format!("start {attempt}"),
        Event::Retry { attempt, delay_ms, error } => {
            format!("retry {attempt} after {delay_ms}: {}", error.code.as_str())
        }
        Event::Continue { error } => format!("continue: {}", error.code.as_str()),
        Event::Fallback { error } => format!("fallback: {}", error.code.as_str()),
        other => format!("event {}", event_json(other)),
    }
}

struct Connection<'a> {
    world: &'a World,
    number: usize,
    reply: Reply,
}

impl Connection<'_> {
    async fn head(&mut self) -> Result<Head, Error> {
        let world = self.world;
        if self.reply.offline > 0.0 {
            world.run.borrow_mut().offline(true, world.time.now());
            world.rearm.set(true);
            world.time.foreign(self.reply.offline).await;
            world.run.borrow_mut().offline(false, world.time.now());
            world.rearm.set(true);
        }
        if self.reply.crowded > 0.0 {
            world.run.borrow_mut().intake_mut().pause(world.time.now());
            world.rearm.set(true);
            world.time.foreign(self.reply.crowded).await;
            world.run.borrow_mut().intake_mut().resume(world.time.now());
            world.rearm.set(true);
        }
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
        let retry_after = self.reply.retry_after.clone();
        let until = retry_after.as_deref().map_or(f64::NAN, until);
        Ok(Head { status: self.reply.status, retry_after, until, content_type: "text/html; charset=utf-8".to_owned() })
    }

    async fn pump(&mut self) -> Result<(), Error> {
        let world = self.world;
        for step in std::mem::take(&mut self.reply.body) {
            world.moment();
            let bytes = match step {
                reply::Step::Wait(ms) => {
                    world.time.foreign(ms).await;
                    continue;
                }
                reply::Step::Break => return Err(Error::new(Code::Network, "the connection broke")),
                reply::Step::Bytes(bytes) => bytes,
            };
            world.sent.borrow_mut()[self.number].read += bytes.len();
            let status = world.run.borrow_mut().intake_mut().push(&bytes, world.time.now());
            if status.bits() & Status::CLOCK != 0 {
                world.rearm.set(true);
            }
            if status.bits() & Status::READY != 0 {
                let mut taking = pin!(world.hand_on());
                if poll_immediate(&mut taking).await.is_none() {
                    world.run.borrow_mut().intake_mut().pause(world.time.now());
                    taking.await;
                    world.run.borrow_mut().intake_mut().resume(world.time.now());
                    world.rearm.set(true);
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

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        self.world.sent.borrow_mut()[self.number].closed_at = Some(self.world.time.now());
    }
}

/// How many milliseconds off a date is, as a browser finds one in almost anything: "-1" is in 2001.
fn until(date: &str) -> f64 {
    match date {
        "Thu, 01 Jan 2026 00:00:07 GMT" => 7_000.0,
        "Wed, 31 Dec 2025 00:00:00 GMT" => 0.0,
        "Thu, 01 Jan 2026 01:00:00 GMT" => 3_600_000.0,
        other if other.bytes().any(|byte| byte.is_ascii_digit()) => 0.0,
        _ => f64::NAN,
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
