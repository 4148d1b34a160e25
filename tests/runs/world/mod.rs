//! The world of paper, and how a run in it is set up and looked at.

pub(crate) mod config;
mod host;
mod time;
mod told;

pub(crate) use host::{Answer, Way};
pub(crate) use refinire_web::testing::Reply;
pub(crate) use time::Time;

use host::{text_of, Stopped, Tools, World};
use refinire_web::testing::{ScriptedTransport, Sent};

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{join, select};
use refinire_web::conversation::Conversation;
use refinire_web::error::{Error, Failure};
use refinire_web::event::{Event, Thrown};
use refinire_web::message::Attachment;
use refinire_web::response::{run_result, Batch};
use refinire_web::run::{Batching, Delivery, Run};

/// A run to be made.
pub(crate) struct Scenario {
    pub(crate) replies: Vec<Reply>,
    model: String,
    options: String,
    batch: Batch,
    quiet: bool,
    randoms: Vec<f64>,
    freezes: Vec<(f64, f64)>,
    hidden_from: f64,
    reader: Box<dyn FnMut(usize) -> Answer>,
    tools: Box<Tools>,
    prompts: Vec<String>,
    looked_at: f64,
    stop_at: Option<(usize, Way)>,
    stop_after: Option<(f64, Way)>,
    conversation: Conversation,
    attachments: Vec<Attachment>,
    stored: HashMap<String, (String, f64)>,
    input: Option<String>,
    regenerates: bool,
}

/// A run of Chat Completions that gets these replies.
pub(crate) fn replies(replies: impl IntoIterator<Item = Reply>) -> Scenario {
    Scenario {
        replies: replies.into_iter().collect(),
        model: "openai://gpt".to_owned(),
        options: String::new(),
        batch: Batch::Delta,
        quiet: false,
        randoms: Vec::new(),
        freezes: Vec::new(),
        hidden_from: f64::INFINITY,
        reader: Box::new(|_| Answer::Take),
        tools: Box::new(|name, _| panic!("nobody runs {name}")),
        prompts: Vec::new(),
        looked_at: 0.0,
        stop_at: None,
        stop_after: None,
        conversation: Conversation::new("talk"),
        attachments: Vec::new(),
        stored: HashMap::new(),
        input: Some("question".to_owned()),
        regenerates: false,
    }
}

impl Scenario {
    pub(crate) fn model(mut self, model: &str) -> Self {
        model.clone_into(&mut self.model);
        self
    }

    /// Members of the agent's options, as JSON.
    pub(crate) fn options(mut self, members: &str) -> Self {
        self.options.push(',');
        self.options.push_str(members);
        self
    }

    pub(crate) fn batch(mut self, batch: Batch) -> Self {
        self.batch = batch;
        self
    }

    /// Nobody listens to events.
    pub(crate) fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    pub(crate) fn randoms(mut self, randoms: &[f64]) -> Self {
        randoms.clone_into(&mut self.randoms);
        self
    }

    pub(crate) fn freeze(mut self, from: f64, ms: f64) -> Self {
        self.freezes.push((from, ms));
        self
    }

    /// The page is hidden from then on.
    pub(crate) fn hidden_from(mut self, ms: f64) -> Self {
        self.hidden_from = ms;
        self
    }

    /// What is done with each chunk, by its number from 1.
    pub(crate) fn reader(mut self, reader: impl FnMut(usize) -> Answer + 'static) -> Self {
        self.reader = Box::new(reader);
        self
    }

    /// What a call of a tool comes to, whether that is an error, and after how many milliseconds.
    pub(crate) fn tools(mut self, run: impl FnMut(&str, &str) -> (String, bool, f64) + 'static) -> Self {
        self.tools = Box::new(run);
        self
    }

    /// Asks for another answer, behind each one.
    pub(crate) fn again(mut self, prompts: &[&str]) -> Self {
        self.prompts = prompts.iter().map(|prompt| (*prompt).to_owned()).collect();
        self
    }

    /// What comes with the question.
    pub(crate) fn attach(mut self, attachments: &[Attachment]) -> Self {
        self.attachments = attachments.to_vec();
        self
    }

    /// Bytes that are stored under an id, and how long it takes to read them, in milliseconds.
    pub(crate) fn stored(mut self, id: &str, data: &str, ms: f64) -> Self {
        self.stored.insert(id.to_owned(), (data.to_owned(), ms));
        self
    }

    /// Looks at each answer for so many milliseconds.
    pub(crate) fn looked_at(mut self, ms: f64) -> Self {
        self.looked_at = ms;
        self
    }

    /// Stops at that moment, by its number from 0.
    pub(crate) fn stop_at(mut self, moment: usize, way: Way) -> Self {
        self.stop_at = Some((moment, way));
        self
    }

    pub(crate) fn stop_after(mut self, ms: f64, way: Way) -> Self {
        self.stop_after = Some((ms, way));
        self
    }

    pub(crate) fn conversation(mut self, conversation: Conversation) -> Self {
        self.conversation = conversation;
        self
    }

    pub(crate) fn input(mut self, input: &str) -> Self {
        self.input = Some(input.to_owned());
        self
    }

    /// Nothing is asked: the run goes on from the interrupted answer that the conversation ends with.
    pub(crate) fn resume(mut self) -> Self {
        self.input = None;
        self
    }

    /// Nothing is asked: the run asks the last question of the conversation again.
    pub(crate) fn regenerate(mut self) -> Self {
        self.regenerates = true;
        self.resume()
    }

    pub(crate) fn run(self) -> Outcome {
        self.call(Batching::None)
    }

    /// The same with chunks that go out in their time.
    pub(crate) fn call(self, batching: Batching) -> Outcome {
        let input = self.input.clone();
        let (ms, way) = self.stop_after.unwrap_or((f64::INFINITY, Way::Abort));
        let (world, conversation) = self.world();
        let driver = world.driver(batching, false);
        drive(&world, driver.drive(input), async {
            world.time.foreign(ms).await;
            world.stop(way);
        });
        Outcome::of(&world, &conversation)
    }

    /// The same with a reader of the stream instead of a callback. It takes so many milliseconds for a chunk, as `pace` says by
    /// the chunk's number from 1; with infinity it reads no more. It leaves at the time `leaves_at`.
    pub(crate) fn read(self, batching: Batching, pace: impl Fn(usize) -> f64, leaves_at: f64) -> Outcome {
        let input = self.input.clone();
        let (world, conversation) = self.world();
        let driver = world.driver(batching, true);
        let reader = async {
            let delivery = world.delivery.borrow().clone().expect("there is a delivery");
            for number in 1.. {
                let (sender, receiver) = oneshot::channel();
                let taker = world.clone();
                delivery.read(Box::new(move |chunk| {
                    let _ = sender.send(chunk.is_some());
                    chunk.map(text_of).into_iter().for_each(|text| taker.take(text));
                }));
                if receiver.await != Ok(true) {
                    break;
                }
                world.time.foreign(pace(number)).await;
            }
        };
        let caller = async {
            world.time.foreign(leaves_at).await;
            world.stop(Way::Cancel);
        };
        drive(&world, driver.drive(input), join(reader, caller));
        // What is left in the stream is still there to be read.
        let delivery = world.delivery.borrow().clone().expect("there is a delivery");
        while let Some(text) = queued(&delivery) {
            world.take(text);
        }
        Outcome::of(&world, &conversation)
    }

    fn world(self) -> (Rc<World>, Rc<RefCell<Conversation>>) {
        let Self { model, options, .. } = &self;
        let options = format!(
            r#"{{"model":"{model}","baseUrl":"https://api.example/v1","generationInstructions":"Be brief."{options}}}"#
        );
        let config = config::resolved(&options).expect("the options are right");
        let conversation = Rc::new(RefCell::new(self.conversation));
        let mut run = Run::new(Rc::new(config), self.batch, !self.quiet, Some(conversation.clone()));
        if self.regenerates {
            run = run.regenerating();
        }
        run.attach(self.attachments).expect("the provider takes what is attached");
        let time = Time::default();
        self.freezes.iter().for_each(|(from, ms)| time.freeze(*from, *ms));
        let mut world = World::new(run, time.clone(), ScriptedTransport::new(&time, self.replies));
        world.quiet = self.quiet;
        world.randoms = RefCell::new(self.randoms.into());
        world.reader = RefCell::new(self.reader);
        world.tools = RefCell::new(self.tools);
        world.hidden_from = self.hidden_from;
        world.stored = RefCell::new(self.stored);
        world.looked_at.set(self.looked_at);
        world.prompts = RefCell::new(self.prompts.into());
        world.stop_at = self.stop_at;
        (Rc::new(world), conversation)
    }
}

/// The next chunk of a run that is over.
fn queued(delivery: &Rc<Delivery>) -> Option<String> {
    let read = Rc::new(RefCell::new(None));
    let taken = read.clone();
    delivery.read(Box::new(move |chunk| *taken.borrow_mut() = chunk.map(text_of)));
    read.take()
}

/// Drives a run to its end, beside what its caller does.
fn drive(world: &World, run: impl Future<Output = ()>, caller: impl Future) {
    let caller = async {
        caller.await;
        std::future::pending::<()>().await;
    };
    world.time.run(|| world.moment(), select(pin!(run), pin!(caller)));
}

/// Why a run came to none.
#[derive(Debug)]
pub(crate) enum Ended {
    Failed(Error),
    Stopped(Way),
}

/// What came of a run.
pub(crate) struct Outcome {
    pub(crate) ended: Result<(), Ended>,
    /// Everything that was told, in order: "start 1", "text Hello", "event {…}" …
    pub(crate) log: Vec<String>,
    pub(crate) chunks: Vec<String>,
    /// When each of them came.
    pub(crate) chunk_times: Vec<f64>,
    /// How many texts of several chunks were converted at once.
    pub(crate) converted: usize,
    /// The result as JSON; of a run that failed, as it would be if it had not.
    pub(crate) result: serde_json::Value,
    pub(crate) sent: Vec<Sent>,
    pub(crate) conversation: Conversation,
    pub(crate) took: f64,
    pub(crate) moments: usize,
    pub(crate) stopped: Option<Stopped>,
    /// Replies that nobody asked for.
    pub(crate) replies_left: usize,
}

impl Outcome {
    /// Looks at the world behind a run, in which nothing may be left of it.
    fn of(world: &World, conversation: &RefCell<Conversation>) -> Self {
        assert_eq!(world.time.pending(), 0, "a timer is left");
        let sent = world.server.sent();
        assert!(sent.iter().all(|sent| sent.closed_at.is_some()), "a connection is left");
        let run = world.run.borrow();
        let reader = run.reader();
        let ended = match (world.stopped.get(), run.failure()) {
            (Some(stopped), _) => Err(Ended::Stopped(stopped.way)),
            (None, Some(error)) => Err(Ended::Failed(error.clone())),
            (None, None) => Ok(()),
        };
        let outcome = world.outcome.take().expect("a run is settled");
        let last = world.last.take();
        match (&ended, &outcome) {
            (Ok(()) | Err(Ended::Stopped(Way::Cancel)), Ok(_)) => {
                assert!(world.quiet || matches!(last, Some(Event::Finish { .. })), "{last:?}");
            }
            (Err(Ended::Stopped(Way::Abort | Way::Throw)), Err(Thrown::Host(_))) => {
                assert!(world.quiet || matches!(last, Some(Event::Error { error: Thrown::Host(_), .. })), "{last:?}");
            }
            (Err(Ended::Failed(error)), Err(Thrown::Error(told))) => {
                assert_eq!((told.code, &told.message), (error.code, &error.message));
                assert!(world.quiet || matches!(last, Some(Event::Error { error: Thrown::Error(_), .. })), "{last:?}");
            }
            (ended, outcome) => panic!("a run that ended with {ended:?} was settled with {outcome:?}"),
        }
        let chunks = world.chunks.borrow().clone();
        let delivered = [reader.answer().text_up_to(0), &chunks.concat()].concat();
        assert!(reader.answer().text().starts_with(&delivered), "the chunks are not the answer's beginning");
        if ended.is_ok() {
            assert_eq!(delivered, reader.answer().text());
        }
        let result = outcome.unwrap_or_else(|_| run_result(reader, None, reader.answer().usage()));
        Self {
            ended,
            log: world.log.borrow().clone(),
            chunks,
            chunk_times: world.chunk_times.borrow().clone(),
            converted: world.converted.get(),
            result: told::result_value(&result),
            sent,
            conversation: conversation.borrow().clone(),
            took: world.time.now(),
            moments: world.moments.get(),
            stopped: world.stopped.get(),
            replies_left: world.server.replies_left(),
        }
    }

    /// What was delivered, joined.
    pub(crate) fn text(&self) -> String {
        self.chunks.concat()
    }

    /// The answer of a run that must have succeeded, with every reply of the script asked for.
    pub(crate) fn answered(&self) -> String {
        assert!(self.ended.is_ok(), "{:?}", self.ended);
        assert_eq!(self.replies_left, 0, "not every reply was asked for");
        self.text()
    }

    /// The error of a run that must have failed.
    pub(crate) fn failure(&self) -> &Failure {
        match &self.ended {
            Err(Ended::Failed(error)) => error,
            other => panic!("the run did not fail: {other:?}"),
        }
    }

    /// The code of that error.
    pub(crate) fn code(&self) -> &'static str {
        self.failure().code.as_str()
    }

    pub(crate) fn stop(&self) -> Way {
        match &self.ended {
            Err(Ended::Stopped(way)) => *way,
            other => panic!("the run was not stopped: {other:?}"),
        }
    }

    /// When each request was made.
    pub(crate) fn times(&self) -> Vec<f64> {
        self.sent.iter().filter_map(|sent| sent.at).collect()
    }

    /// The lines of the log that begin so.
    pub(crate) fn told(&self, start: &str) -> Vec<&str> {
        self.log.iter().map(String::as_str).filter(|line| line.starts_with(start)).collect()
    }

    /// The log without events of the answer.
    pub(crate) fn turns(&self) -> Vec<&str> {
        self.log.iter().map(String::as_str).filter(|line| !line.starts_with("event ")).collect()
    }

    /// The turns of the conversation, a line each.
    pub(crate) fn kept(&self) -> Vec<String> {
        let line = |message: &refinire_web::message::Message| {
            let mark = if message.interrupted { "…" } else { "" };
            format!("{}: {}{mark}", message.role.as_str(), message.content)
        };
        self.conversation.messages().iter().map(line).collect()
    }
}
