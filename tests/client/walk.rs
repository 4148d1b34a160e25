//! A random walk over runs, readers, stops, contexts and a second writer, in virtual time: whatever comes when, what was read
//! is in the conversation, and nothing of a run is left.

use std::future::IntoFuture;

use fastrand::Rng;
use futures::future::{select, Either};
use futures::{FutureExt, StreamExt};
use refinire_web::client::TextStream;
use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
use refinire_web::{Agent, AgentConfig, Batch, Context, Env, Error, Role};

use super::world::said;

#[path = "../laws/seed.rs"]
#[allow(dead_code)] // Other suites use the rest.
mod seed;

const WALKS: usize = 400;
const STEPS: usize = 150;

/// A run under way.
struct Reading {
    /// Its question, which no other run has.
    question: String,
    context: Context,
    stream: TextStream,
    /// What was read of its answer.
    read: String,
}

struct Walk {
    rng: Rng,
    clock: VirtualClock,
    server: ScriptedTransport,
    agent: Agent,
    contexts: Vec<Context>,
    readings: Vec<Reading>,
    asked: usize,
    /// What the second writer has added.
    notes: usize,
}

impl Walk {
    fn new(rng: Rng) -> Self {
        let clock = VirtualClock::default();
        let server = ScriptedTransport::new(&clock, []);
        let config = AgentConfig { max_tokens: Some(100), ..AgentConfig::new("gpt-4o") };
        let agent = Agent::with_env(config, Env::new(clock.clone(), server.clone())).unwrap();
        let contexts = (0..3).map(|_| Context::in_memory()).collect();
        Self { rng, clock, server, agent, contexts, readings: Vec::new(), asked: 0, notes: 0 }
    }

    /// A reply of some chunks, with pauses, and any of the ends that there are.
    fn reply(&mut self) -> Reply {
        let rng = &mut self.rng;
        if rng.u8(0..10) == 0 {
            return if rng.bool() { Reply::status(503) } else { Reply::unreachable() };
        }
        let mut reply = Reply::ok().head_after(f64::from(rng.u8(0..30)));
        for _ in 0..rng.usize(0..6) {
            let text: String =
                (0..rng.usize(1..5)).map(|_| *rng.choice(&['a', 'b', ' ', 'é', '🙂']).unwrap()).collect();
            reply = reply.say(&text);
            if rng.bool() {
                reply = reply.wait(f64::from(rng.u16(1..2_000)));
            }
        }
        match rng.u8(0..6) {
            0 => reply.cut(),
            1 => reply.hang(),
            2 => reply.finish("length").done(),
            _ => reply.finish("stop").done(),
        }
    }

    fn step(&mut self) {
        while self.server.replies_left() < 8 {
            let reply = self.reply();
            self.server.reply(reply);
        }
        match self.rng.u8(0..20) {
            0..=4 if self.readings.len() < 5 => self.ask(),
            5 => self.note(),
            6 => self.replace_context(),
            7..=8 => self.stop(),
            _ => self.read(),
        }
    }

    fn ask(&mut self) {
        let context = self.rng.choice(&self.contexts).unwrap().clone();
        let batch = match self.rng.u8(0..4) {
            0 => Batch::Deltas(2),
            1 => Batch::Frame,
            2 => Batch::Ms(50.0),
            _ => Batch::Delta,
        };
        self.asked += 1;
        let question = format!("question {}", self.asked);
        let stream = self.agent.run(question.clone()).in_conversation(&context).batch(batch).stream().text();
        self.readings.push(Reading { question, context, stream, read: String::new() });
    }

    /// Reads for a while, as much as comes.
    fn read(&mut self) {
        if self.readings.is_empty() {
            return;
        }
        let at = self.rng.usize(0..self.readings.len());
        let (ms, most) = (f64::from(self.rng.u16(0..3_000)), self.rng.usize(1..4));
        for _ in 0..most {
            let reading = &mut self.readings[at];
            let patience = self.clock.foreign(ms);
            let next = self.clock.block_on(async {
                match select(reading.stream.next(), patience.boxed_local()).await {
                    Either::Left((next, _)) => Some(next),
                    Either::Right(_) => None,
                }
            });
            match next {
                None => return,
                Some(Some(Ok(text))) => reading.read.push_str(&text),
                Some(Some(Err(error))) => return self.ended(at, Some(&error)),
                Some(None) => return self.ended(at, None),
            }
        }
    }

    /// The run has come to its end by itself.
    fn ended(&mut self, at: usize, error: Option<&Error>) {
        let Reading { question, context, stream, read } = self.readings.swap_remove(at);
        drop(stream);
        check(&question, &context, &read, Some(error.is_some()));
        if let Some(error) = error {
            assert_eq!(error.partial_text, read, "{question}");
        }
    }

    /// Whoever reads leaves.
    fn stop(&mut self) {
        if self.readings.is_empty() {
            return;
        }
        let at = self.rng.usize(0..self.readings.len());
        let Reading { question, context, stream, read } = self.readings.swap_remove(at);
        drop(stream);
        // One whose end was there, unread, is whole.
        check(&question, &context, &read, None);
    }

    /// Somebody else writes into a conversation.
    fn note(&mut self) {
        self.notes += 1;
        let context = self.rng.choice(&self.contexts).unwrap();
        context.add_system_message(format!("note {}", self.notes));
    }

    /// A conversation that nobody holds but its runs.
    fn replace_context(&mut self) {
        let at = self.rng.usize(0..self.contexts.len());
        self.contexts[at] = Context::in_memory();
    }

    /// Everything stops, and every conversation can still be used.
    fn finish(mut self) {
        while !self.readings.is_empty() {
            self.stop();
        }
        let agent = Agent::with_env(
            AgentConfig::new("gpt-4o"),
            Env::new(self.clock.clone(), ScriptedTransport::new(&self.clock, vec![Reply::answer("fine"); 3])),
        );
        let agent = agent.unwrap();
        for context in &self.contexts {
            let last = self.clock.block_on(agent.run("last").in_conversation(context).into_future()).unwrap();
            assert_eq!(last.text, "fine");
            assert!(said(context).ends_with(&["user: last".to_owned(), "assistant: fine".to_owned()]));
        }
        assert_eq!(self.clock.pending(), 0, "no timer is left");
        assert!(self.server.sent().iter().all(|sent| sent.closed_at.is_some()), "no connection is left");
    }
}

/// The answer to the question is what was read, marked where it ended early.
fn check(question: &str, context: &Context, read: &str, is_cut: Option<bool>) {
    let messages = context.messages();
    let asked = messages.iter().position(|message| message.content == question);
    let answer = asked.and_then(|asked| messages[asked + 1..].iter().find(|message| message.role != Role::System));
    match answer.filter(|answer| answer.role == Role::Assistant) {
        Some(answer) => {
            assert_eq!(answer.content, read, "{question} in {:?}", said(context));
            assert!(is_cut.is_none_or(|is_cut| answer.interrupted == is_cut), "{question}");
        }
        None => assert_eq!(read, "", "{question} has no answer"),
    }
}

#[test]
fn what_was_read_is_kept_and_nothing_is_left_whatever_comes_when() {
    let mut rng = seed::rng();
    for _ in 0..WALKS {
        let mut walk = Walk::new(rng.fork());
        for _ in 0..STEPS {
            walk.step();
        }
        walk.finish();
    }
}
