//! A run to be made, and the ways to make it: with a callback, or with a reader of its stream.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{join, select};
use refinire_web::conversation::Conversation;
use refinire_web::message::Attachment;
use refinire_web::response::Batch;
use refinire_web::run::{Batching, Delivery, Run};
use refinire_web::testing::{Reply, ScriptedTransport};

use super::chunks::text_of;
use super::config;
use super::host::{Answer, Hears, Tools, Way, World};
use super::outcome::Outcome;
use super::time::Time;

pub(crate) struct Scenario {
    pub(crate) replies: Vec<Reply>,
    model: String,
    options: String,
    batch: Batch,
    hears: Hears,
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
    is_saved: bool,
}

/// A run of Chat Completions that gets these replies.
pub(crate) fn replies(replies: impl IntoIterator<Item = Reply>) -> Scenario {
    Scenario {
        replies: replies.into_iter().collect(),
        model: "openai://gpt".to_owned(),
        options: String::new(),
        batch: Batch::Delta,
        hears: Hears::Everything,
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
        is_saved: false,
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
        self.hears = Hears::Chunks;
        self
    }

    /// Nobody listens to events, and chunks that go out together come as a list.
    pub(crate) fn listed(mut self) -> Self {
        self.hears = Hears::Lists;
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

    /// Asks for another answer with each of these prompts, one after the other.
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

    /// A page saves the answer while it grows.
    pub(crate) fn saved(mut self) -> Self {
        self.is_saved = true;
        self
    }

    pub(crate) fn run(self) -> Outcome {
        self.call(Batching::None)
    }

    /// The same with chunks that wait for one another as `batching` says.
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
        let mut run =
            Run::new(Rc::new(config), self.batch, self.hears == Hears::Everything, Some(conversation.clone()));
        if self.regenerates {
            run = run.regenerating();
        }
        run.attach(self.attachments).expect("the provider takes what is attached");
        let time = Time::default();
        self.freezes.iter().for_each(|(from, ms)| time.freeze(*from, *ms));
        let mut world = World::new(run, time.clone(), ScriptedTransport::new(&time, self.replies));
        world.hears = self.hears;
        world.randoms = RefCell::new(self.randoms.into());
        world.reader = RefCell::new(self.reader);
        world.tools = RefCell::new(self.tools);
        world.hidden_from = self.hidden_from;
        world.stored = RefCell::new(self.stored);
        world.looked_at.set(self.looked_at);
        world.prompts = RefCell::new(self.prompts.into());
        world.stop_at = self.stop_at;
        world.saved = self.is_saved.then(|| conversation.clone());
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
