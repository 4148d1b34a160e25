//! The world as a run sees it, on a script.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};

use refinire_web::conversation::Conversation;
use refinire_web::env::Clock;
use refinire_web::event::{Event, HostValue, RunResult, Thrown};
use refinire_web::message::ToolCall;
use refinire_web::run::{
    Batching, Delivery, Driver, Extras, Listener, Review, Run, RunHost, StopSignal, TextChunk, TextEvent, TokenCounter,
    ToolOutcome, Wait, Write,
};
use refinire_web::testing::{timestamp, ScriptedTransport};

use super::chunks::{check_part, receive_all};
use super::page::{self, Saved};
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

/// What the caller listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hears {
    /// Chunks and events.
    Everything,
    Chunks,
    /// Chunks; those that go out together come as a list, as they do within a flow.
    Lists,
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

pub(crate) type Tools = dyn FnMut(&str, &str) -> (String, bool, f64);

pub(crate) struct World {
    pub(crate) time: Time,
    pub(crate) run: Rc<RefCell<Run>>,
    pub(crate) delivery: RefCell<Option<Rc<Delivery>>>,
    pub(crate) hears: Hears,
    /// Its chunks go to whoever reads the stream, and to no callback.
    pub(crate) is_read: Cell<bool>,
    pub(crate) server: ScriptedTransport,
    pub(crate) randoms: RefCell<VecDeque<f64>>,
    pub(crate) reader: RefCell<Box<dyn FnMut(usize) -> Answer>>,
    /// Gives what a call of a tool comes to, whether that is an error, and after how many milliseconds.
    pub(crate) tools: RefCell<Box<Tools>>,
    /// What is said at the end of each answer to have another.
    pub(crate) prompts: RefCell<VecDeque<String>>,
    /// For how many milliseconds each answer is looked at.
    pub(crate) looked_at: Cell<f64>,
    /// The bytes of stored attachments by id, each with how long it takes to read them.
    pub(crate) stored: RefCell<HashMap<String, (String, f64)>>,
    /// Everything that was told, in order.
    pub(crate) log: RefCell<Vec<String>>,
    pub(crate) chunks: RefCell<Vec<String>>,
    /// When each of them came.
    pub(crate) chunk_times: RefCell<Vec<f64>>,
    /// From when on the page is hidden.
    pub(crate) hidden_from: f64,
    /// How many texts of several chunks were converted at once.
    pub(crate) converted: Cell<usize>,
    /// How many moments have passed at which somebody could stop the run.
    pub(crate) moments: Cell<usize>,
    pub(crate) stop_at: Option<(usize, Way)>,
    pub(crate) stopped: Cell<Option<Stopped>>,
    /// The conversation, if a page saves it while the answer grows.
    pub(crate) saved: Option<Rc<RefCell<Conversation>>>,
    pub(crate) saves: RefCell<Vec<Saved>>,
    /// The last event of all.
    pub(crate) last: RefCell<Option<Event>>,
    /// What the run came to.
    pub(crate) outcome: RefCell<Option<Result<RunResult, Thrown>>>,
}

impl World {
    pub(crate) fn new(run: Run, time: Time, server: ScriptedTransport) -> Self {
        Self {
            time,
            run: Rc::new(RefCell::new(run)),
            delivery: RefCell::default(),
            hears: Hears::Everything,
            is_read: Cell::new(false),
            server,
            randoms: RefCell::default(),
            reader: RefCell::new(Box::new(|_| Answer::Take)),
            tools: RefCell::new(Box::new(|name, _| panic!("nobody runs {name}"))),
            prompts: RefCell::default(),
            looked_at: Cell::new(0.0),
            stored: RefCell::default(),
            log: RefCell::default(),
            chunks: RefCell::default(),
            chunk_times: RefCell::default(),
            hidden_from: f64::INFINITY,
            converted: Cell::new(0),
            moments: Cell::new(0),
            stop_at: None,
            stopped: Cell::new(None),
            saved: None,
            saves: RefCell::default(),
            last: RefCell::default(),
            outcome: RefCell::default(),
        }
    }

    /// The run, ready to be driven. Its chunks go to a callback, or to whoever reads the delivery if it `is_read`.
    pub(crate) fn driver(self: &Rc<Self>, batching: Batching, is_read: bool) -> Driver {
        let host = Rc::new(Host(self.clone()));
        let delivery = Delivery::new(host.clone(), host.clone(), batching, |_| ());
        *self.delivery.borrow_mut() = Some(delivery.clone());
        if let Some(conversation) = self.saved.clone() {
            page::follow(self, &delivery, conversation);
        }
        self.is_read.set(is_read);
        if is_read {
            delivery.stream(false);
        } else {
            delivery.start();
        }
        let world = Rc::downgrade(self);
        self.server.on_step(move || world.upgrade().into_iter().for_each(|world| world.moment()));
        Driver::new(self.run.clone(), delivery, host.clone(), Rc::new(self.server.clone()), host)
    }

    /// The caller stops the run.
    pub(crate) fn stop(&self, way: Way) {
        let delivery = self.delivery.borrow().clone().expect("there is a delivery");
        if delivery.is_over() {
            return;
        }
        match way {
            Way::Abort => delivery.abort(reason()),
            Way::Cancel => delivery.cancel(),
            Way::Throw => delivery.stop(refinire_web::run::Stopped::Threw(reason())),
        }
        // What an abort shows first may have been answered by another stop.
        if self.stopped.get().is_some() {
            return;
        }
        let asked = self.server.sent().iter().filter(|sent| sent.at.is_some()).count();
        let told = self.log.borrow().len();
        self.stopped.set(Some(Stopped { way, at: self.time.now(), told, asked }));
    }

    /// A moment at which somebody could stop the run.
    pub(crate) fn moment(&self) {
        let moment = self.moments.get();
        self.moments.set(moment + 1);
        if let Some((_, way)) = self.stop_at.filter(|(at, _)| *at == moment) {
            self.stop(way);
        }
    }

    /// Somebody has taken a chunk.
    pub(crate) fn take(&self, chunk: String) {
        self.chunks.borrow_mut().push(chunk);
        self.chunk_times.borrow_mut().push(self.time.now());
    }

    pub(super) fn tell(&self, line: String) {
        assert!(self.run.try_borrow_mut().is_ok(), "the run is borrowed while a listener is called");
        self.log.borrow_mut().push(line);
        self.moment();
    }
}

/// Why the caller stops.
fn reason() -> HostValue {
    Rc::new("the caller's reason")
}

/// The world as everything that a run needs.
struct Host(Rc<World>);

impl Clock for Host {
    fn now(&self) -> f64 {
        self.0.time.now()
    }

    fn unix_ms(&self) -> f64 {
        self.0.time.unix_ms()
    }

    fn timestamp(&self) -> String {
        timestamp(self.0.time.now())
    }

    fn random(&self) -> f64 {
        // Looked at only where it counts: the script has one for each backoff.
        let waits = self.0.log.borrow().iter().filter(|line| line.starts_with("retry")).count();
        self.0.randoms.borrow().get(waits).copied().unwrap_or(0.0)
    }

    fn sleep(&self, ms: f64) -> LocalBoxFuture<'static, ()> {
        Box::pin(self.0.time.sleep(ms))
    }

    fn frame(&self) -> LocalBoxFuture<'static, ()> {
        self.sleep(16.0)
    }

    fn shows_motion(&self) -> bool {
        self.0.time.now() < self.0.hidden_from
    }
}

impl Listener for Host {
    fn hears_events(&self) -> bool {
        self.0.hears == Hears::Everything
    }

    fn text_event(&self, _: &str) -> TextEvent {
        TextEvent::default()
    }

    fn event(&self, event: &Event) -> Result<(), HostValue> {
        if let Event::Finish { .. } | Event::Error { .. } = event {
            assert!(self.0.last.replace(Some(event.clone())).is_none(), "a run has one last event");
        } else {
            assert!(self.0.last.borrow().is_none(), "something is told behind the last event");
            self.0.tell(line_of(event));
        }
        Ok(())
    }

    fn chunk(&self, chunk: TextChunk<'_>) -> Result<Option<Wait>, HostValue> {
        assert_ne!(self.0.hears, Hears::Lists, "a chunk comes by itself");
        if self.0.is_read.get() {
            check_part(&chunk);
            return Ok(None);
        }
        Ok(self.0.receive(&chunk).map(|wait| wait.map(Ok).boxed_local()))
    }

    fn write(&self) -> Option<Write> {
        let world = self.0.clone();
        (self.0.hears == Hears::Lists).then(|| -> Write { Rc::new(move |chunks| receive_all(world.clone(), chunks)) })
    }

    fn whole(&self, text: &str, is_read: bool) -> Option<HostValue> {
        assert_eq!(is_read, self.0.is_read.get());
        self.0.converted.set(self.0.converted.get() + 1);
        Some(Rc::new(text.encode_utf16().collect::<Vec<_>>()))
    }

    fn settle(&self, outcome: Result<RunResult, Thrown>) {
        assert!(self.0.outcome.replace(Some(outcome)).is_none(), "a run is settled once");
    }
}

impl RunHost for Host {
    fn admit(&self) -> LocalBoxFuture<'_, Result<(), Thrown>> {
        Box::pin(async { Ok(()) })
    }

    fn extras(&self) -> Option<Rc<dyn Extras>> {
        Some(Rc::new(Self(self.0.clone())))
    }

    fn attachment(&self, id: String) -> LocalBoxFuture<'_, Option<Rc<str>>> {
        let stored = self.0.stored.borrow().get(&id).cloned();
        Box::pin(async move {
            let (data, ms) = stored?;
            self.0.time.sleep(ms).await;
            Some(data.into())
        })
    }

    fn token_counter(&self) -> Option<Rc<dyn TokenCounter>> {
        None
    }

    fn changed(&self) {
        assert!(self.0.run.try_borrow_mut().is_ok(), "the run is borrowed while listeners are called");
    }

    fn concluded(&self, _: &RunResult) {}

    fn left(&self) {}
}

impl Extras for Host {
    /// All at once, as the page does.
    fn call(&self, calls: Vec<ToolCall>, _: StopSignal) -> LocalBoxFuture<'_, Vec<ToolOutcome>> {
        Box::pin(async move {
            let mut outcomes = Vec::new();
            let mut longest = 0.0_f64;
            for call in calls {
                let (output, is_error, ms) = self.0.tools.borrow_mut()(&call.name, &call.input_text);
                outcomes.push(ToolOutcome { id: call.id, output, is_error });
                longest = longest.max(ms);
            }
            self.0.time.sleep(longest).await;
            outcomes
        })
    }

    fn review(&self, _: RunResult, _: StopSignal) -> LocalBoxFuture<'_, Result<Review, Thrown>> {
        Box::pin(async move {
            if self.0.looked_at.get() > 0.0 {
                self.0.time.sleep(self.0.looked_at.get()).await;
            }
            let prompt = self.0.prompts.borrow_mut().pop_front();
            Ok(prompt.map_or_else(Review::default, Review::Again))
        })
    }
}

/// A line about an event.
fn line_of(event: &Event) -> String {
    match event {
        Event::ReasoningDelta { text } => format!("reasoning {text}"),
        Event::Start { attempt, .. } => format!("start {attempt}"),
        Event::Retry { attempt, delay_ms, error } => {
            format!("retry {attempt} after {delay_ms}: {}", error.code.as_str())
        }
        Event::Continue { error } => format!("continue: {}", error.code.as_str()),
        Event::Fallback { error } => format!("fallback: {}", error.code.as_str()),
        other => format!("event {}", event_json(other)),
    }
}
