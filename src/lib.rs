//! Streaming AI answers in the browser: agents, conversations and workflows for Rust code that is compiled to WebAssembly. The
//! same crate is the npm package `refinire-web`. An app in Rust turns off the default feature `module`, which has what that package
//! needs: an allocator, and a function that runs when the module starts, in place of the app's `main`.
//!
//! ```toml
//! [dependencies]
//! refinire-web = { version = "0.1", default-features = false }
//! ```
//!
//! `examples/yew-chat` in the repository is a whole app.
//!
//! # Make an agent
//!
//! ```
//! use refinire_web::AgentConfig;
//!
//! let config = AgentConfig {
//!     base_url: Some("https://chat.example/v1".to_owned()),
//!     api_key: Some("the key".into()),
//!     instructions: "Answer briefly.".to_owned(),
//!     ..AgentConfig::new("gpt-5-mini")
//! };
//! # fn page(config: AgentConfig) -> Result<(), refinire_web::Error> {
//! # use refinire_web::Agent;
//! # #[cfg(target_arch = "wasm32")]
//! let agent = Agent::new(config)?;
//! # Ok(())
//! # }
//! ```
//!
//! [`AgentConfig`] has all options. [`Agent`] is a handle: clone it freely. Everyone who opens a page can read the keys in it: let it
//! ask a backend of your own, which adds the provider's. Natively an agent is made by [`Agent::with_env`], which takes the outside
//! world; the examples below are run that way.
//!
//! # Ask and print the answer as it comes
//!
//! ```
//! # use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
//! # use refinire_web::{Agent, AgentConfig, Env, Error};
//! # let clock = VirtualClock::default();
//! # let server = ScriptedTransport::new(&clock, [Reply::ok().say("Hel").say("lo!").done(), Reply::answer("Hello!")]);
//! # let agent = Agent::with_env(AgentConfig::new("gpt-5-mini"), Env::new(clock.clone(), server))?;
//! # clock.block_on(async {
//! use futures::TryStreamExt;
//!
//! let mut answer = agent.run("Say hello").stream().text();
//! while let Some(chunk) = answer.try_next().await? {
//!     print!("{chunk}");
//! }
//!
//! // Or all at once, with figures and everything else that came of it.
//! let result = agent.run("Say hello").await?;
//! println!("{} ({} attempts)", result.text, result.attempts);
//! # assert_eq!(result.text, "Hello!");
//! # Ok::<(), Error>(())
//! # })?;
//! # Ok::<(), Error>(())
//! ```
//!
//! # Follow everything that happens
//!
//! ```
//! # use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
//! # use refinire_web::{Agent, AgentConfig, Env, Error};
//! # let clock = VirtualClock::default();
//! # let server = ScriptedTransport::new(&clock, [Reply::status(503), Reply::ok().think("Hm").say("42").done()]);
//! # let agent = Agent::with_env(AgentConfig::new("gpt-5-mini"), Env::new(clock.clone(), server))?;
//! # let mut thoughts = String::new();
//! # clock.block_on(async {
//! use futures::StreamExt;
//! use refinire_web::{json_of, Event, Value};
//!
//! let mut events = agent.run("What is the answer?").stream();
//! while let Some(event) = events.next().await {
//!     match event {
//!         Ok(Event::ReasoningDelta { text }) => thoughts.push_str(&text),
//!         Ok(Event::TextDelta { text }) => print!("{text}"),
//!         Ok(Event::Retry { delay_ms, error, .. }) => println!("{error}: again in {delay_ms} ms"),
//!         Ok(Event::ToolResult { name, output, .. }) => println!("{name}: {}", json_of(&output).map(Value::to_json).unwrap_or_default()),
//!         Ok(_) => {}
//!         // The last item of a run that fails.
//!         Err(error) => println!("{}: {error}", error.code.as_str()),
//!     }
//! }
//! # });
//! # assert_eq!(thoughts, "Hm");
//! # Ok::<(), Error>(())
//! ```
//!
//! # Keep a conversation
//!
//! ```
//! # use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
//! # use refinire_web::{Agent, AgentConfig, Env, Error};
//! # let clock = VirtualClock::default();
//! # let server = ScriptedTransport::new(&clock, [Reply::answer("Hello, Ann!"), Reply::answer("Ann.")]);
//! # let agent = Agent::with_env(AgentConfig::new("gpt-5-mini"), Env::new(clock.clone(), server))?;
//! # clock.block_on(async {
//! use refinire_web::Context;
//!
//! let talk = Context::in_memory(); // In a page `Context::open("talk")` keeps it, for all tabs.
//! agent.run("I am Ann.").in_conversation(&talk).await?;
//! let result = agent.run("Who am I?").in_conversation(&talk).await?;
//! assert_eq!(result.text, "Ann.");
//! assert_eq!(talk.messages().len(), 4);
//! # Ok::<(), Error>(())
//! # })?;
//! # Ok::<(), Error>(())
//! ```
//!
//! # Stop
//!
//! A run goes on while its stream or future is polled. Dropping that stops it, and what was read is in the conversation.
//!
//! ```
//! # use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
//! # use refinire_web::{Agent, AgentConfig, Context, Env, Error};
//! # let clock = VirtualClock::default();
//! # let server = ScriptedTransport::new(&clock, [Reply::ok().say("Once ").say("upon ").say("a time").hang(), Reply::answer("upon a time.")]);
//! # let agent = Agent::with_env(AgentConfig::new("gpt-5-mini"), Env::new(clock.clone(), server))?;
//! # clock.block_on(async {
//! use futures::TryStreamExt;
//!
//! let talk = Context::in_memory();
//! let mut story = agent.run("Tell a story").in_conversation(&talk).stream().text();
//! assert_eq!(story.try_next().await?.as_deref(), Some("Once "));
//! drop(story);
//!
//! let last = talk.messages().pop().unwrap();
//! assert!(last.content == "Once " && last.interrupted);
//! // The model can go on with it.
//! agent.resume().in_conversation(&talk).await?;
//! # assert_eq!(talk.messages().pop().unwrap().content, "Once upon a time.");
//! # Ok::<(), Error>(())
//! # })?;
//! # Ok::<(), Error>(())
//! ```
//!
//! # Call a tool
//!
//! ```
//! # use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
//! # use refinire_web::{Agent, AgentConfig, Env, Error};
//! # let clock = VirtualClock::default();
//! # let calls = Reply::ok().call("1", "weather", r#"{"town":"Rome"}"#).finish("tool_calls");
//! # let server = ScriptedTransport::new(&clock, [calls, Reply::answer("It is sunny.")]);
//! # let agent = Agent::with_env(AgentConfig::new("gpt-5-mini"), Env::new(clock.clone(), server))?;
//! # clock.block_on(async {
//! use refinire_web::{Tool, Value};
//!
//! let parameters = r#"{"type":"object","properties":{"town":{"type":"string"}},"required":["town"]}"#;
//! let weather = Tool::new("weather", "The weather of a town", parameters, |input: Value| async move {
//!     match input.text("town") {
//!         Some("Rome") => Ok("sunny"),
//!         _ => Err("there is no such town"), // The model is told.
//!     }
//! })?;
//! let agent = agent.with_tools([weather])?;
//! assert_eq!(agent.run("How is the weather in Rome?").await?.text, "It is sunny.");
//! # Ok::<(), Error>(())
//! # })?;
//! # Ok::<(), Error>(())
//! ```
//!
//! # Have an answer that is data
//!
//! ```
//! # use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
//! # use refinire_web::{Agent, AgentConfig, Env, Error};
//! # let clock = VirtualClock::default();
//! # let server = ScriptedTransport::new(&clock, [Reply::answer(r#"{"towns":["Rome","Pisa"]}"#)]);
//! # let env = Env::new(clock.clone(), server);
//! # clock.block_on(async {
//! use refinire_web::Value;
//!
//! let schema = br#"{"type":"object","properties":{"towns":{"type":"array"}},"required":["towns"]}"#;
//! let config = AgentConfig { schema: Some(Value::parse(schema)?), ..AgentConfig::new("gpt-5-mini") };
//! # let agent = Agent::with_env(config, env)?;
//! let result = agent.run("Name two towns").await?;
//! assert_eq!(result.json().unwrap().list("towns").len(), 2);
//! # Ok::<(), Error>(())
//! # })?;
//! # Ok::<(), Error>(())
//! ```
//!
//! # Make a flow of steps
//!
//! ```
//! # use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
//! # use refinire_web::{Agent, AgentConfig, Env, Error};
//! # let clock = VirtualClock::default();
//! # let replies = [Reply::answer("For it: …"), Reply::answer("Against it: …"), Reply::answer("So it is.")];
//! # let server = ScriptedTransport::new(&clock, replies);
//! # let agent = Agent::with_env(AgentConfig::new("gpt-5-mini"), Env::new(clock.clone(), server))?;
//! # let (optimist, pessimist, judge) = (agent.clone(), agent.clone(), agent);
//! # clock.block_on(async {
//! use futures::TryStreamExt;
//! use refinire_web::{Event, Flow, Step};
//!
//! let sides = [Step::agent("for", &optimist), Step::agent("against", &pessimist)];
//! let debate = Flow::new("debate", [
//!     Step::condition("is it a question?", |step| step.input().ends_with('?'), "sides", "refuse"),
//!     Step::parallel("sides", sides),
//!     Step::agent("verdict", &judge).last(),
//!     Step::function("refuse", |_| async { Ok::<_, String>("Ask something.") }),
//! ])?;
//! let mut events = debate.run("Is tea better than coffee?").stream();
//! while let Some(told) = events.try_next().await? {
//!     match told.event {
//!         Event::StepStart => println!("## {}", told.step),
//!         Event::TextDelta { text } => print!("{text}"),
//!         _ => {}
//!     }
//! }
//! # assert_eq!(debate.history().len(), 3);
//! # Ok::<(), Error>(())
//! # })?;
//! # Ok::<(), Error>(())
//! ```
//!
//! # Test your code without a server
//!
//! The feature `testing` has a server that answers on a script, and a clock whose time passes only when everybody waits. Tests
//! with them run natively, and an hour takes no time:
//!
//! ```toml
//! [dev-dependencies]
//! refinire-web = { version = "0.1", default-features = false, features = ["testing"] }
//! ```
//!
//! ```
//! use refinire_web::testing::{Reply, ScriptedTransport, VirtualClock};
//! use refinire_web::{Agent, AgentConfig, Code, Env, Error};
//!
//! // The code to be tested takes its agent from outside.
//! async fn greeting(agent: &Agent) -> String {
//!     match agent.run("Say hello").await {
//!         Ok(result) => result.text,
//!         Err(error) if error.code == Code::Timeout => "Nobody is there.".to_owned(),
//!         Err(error) => error.to_string(),
//!     }
//! }
//!
//! let clock = VirtualClock::default();
//! let server = ScriptedTransport::new(&clock, [Reply::answer("Hello!")]);
//! let agent = Agent::with_env(AgentConfig::new("gpt-5-mini"), Env::new(clock.clone(), server.clone()))?;
//! assert_eq!(clock.block_on(greeting(&agent)), "Hello!");
//! assert!(server.sent()[0].call.body.contains("Say hello"));
//!
//! // A server that says nothing, three times.
//! (0..3).for_each(|_| server.reply(Reply::silent()));
//! assert_eq!(clock.block_on(greeting(&agent)), "Nobody is there.");
//! assert!(clock.now() > 90_000.0);
//! # Ok::<(), Error>(())
//! ```
//!
//! # How it is made
//!
//! Data and dependencies go in one direction, from left to right:
//!
//! ```text
//! bytes ──wire──▶ frames ──provider──▶ deltas ──response──▶ answer ──run──▶ events ──client──▶ Stream · Future
//!                                                                    │         └──web──▶ ReadableStream · callback · promise
//!                                                               conversation ──▶ store
//! ```

pub use refinire_scan::{error, wire};

pub mod address;
pub mod advice;
pub mod client;
pub mod config;
pub mod conversation;
pub mod env;
pub mod event;
pub mod flow;
pub mod json;
pub mod message;
pub mod provider;
pub mod queue;
pub mod response;
pub mod run;
pub mod schema;
pub mod slots;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;

#[cfg(target_arch = "wasm32")]
pub mod web;

pub use client::{json_of, Agent, Ask, Batch, Context, Env, Flow, FlowStream, RunStream, Step, TextStream, Tool};
pub use config::AgentConfig;
pub use conversation::Alternatives;
pub use error::{Code, Error};
pub use event::{Event, RunResult};
pub use json::Value;
pub use message::{Attachment, Message, Role};
