//! A run is a stream or a future.

use futures::stream::FusedStream;
use futures::{StreamExt, TryStreamExt};
use refinire_web::message::FinishReason;
use refinire_web::testing::Reply;
use refinire_web::{AgentConfig, Batch, Code, Context, Value};

use super::world::{said, told, World};

#[test]
fn a_run_is_a_stream_of_events_in_order() {
    let world = World::new([Reply::ok().think("hm").say("Hel").say("lo").done()]);
    let events: Vec<_> =
        world.clock.block_on(world.agent.run("Hi").stream().map_ok(|event| told(&event)).try_collect()).unwrap();
    assert_eq!(events, ["start 1", "(hm)", "Hel", "lo", "finish"]);
    assert!(world.is_clean());
}

#[test]
fn its_text_alone_is_a_stream_too() {
    let world = World::new([Reply::ok().think("hm").say("Hel").say("lo").done()]);
    let chunks: Vec<_> = world.clock.block_on(world.agent.run("Hi").stream().text().try_collect()).unwrap();
    assert_eq!(chunks, ["Hel", "lo"]);
}

#[test]
fn a_run_that_is_awaited_gives_its_result() {
    let world = World::new([Reply::answer("Hello")]);
    let result = world.clock.block_on(async { world.agent.run("Hi").await }).unwrap();
    assert_eq!((&*result.text, result.attempts, result.metrics.chars), ("Hello", 1, 5));
    assert!(world.is_clean());
}

#[test]
fn the_result_is_there_behind_the_stream_and_in_its_middle() {
    for read in [0, 1, 2, 9] {
        let world = World::new([Reply::ok().say("Hel").wait(9.0).say("lo").done()]);
        let result = world.clock.block_on(async {
            let mut stream = world.agent.run("Hi").stream();
            for _ in 0..read {
                stream.next().await;
            }
            stream.result().await.unwrap()
        });
        assert_eq!((&*result.text, result.metrics.chars, result.metrics.duration_ms), ("Hello", 5, 9.0));
    }
}

#[test]
fn gathered_chunks_have_the_same_text() {
    for (batch, chunks) in [
        (Batch::Delta, vec!["a", "b", "c", "d"]),
        (Batch::Deltas(3), vec!["abc", "d"]),
        (Batch::Ms(15.0), vec!["ab", "cd"]),
        (Batch::Frame, vec!["ab", "cd"]),
    ] {
        let world =
            World::new([Reply::ok().say("a").wait(10.0).say("b").wait(10.0).say("c").wait(10.0).say("d").done()]);
        let stream = world.agent.run("Hi").batch(batch).stream().text();
        let read: Vec<_> = world.clock.block_on(stream.try_collect()).unwrap();
        assert_eq!(read, chunks, "{batch:?}");
    }
}

#[test]
fn a_failed_run_ends_with_its_error_behind_its_text() {
    let world = World::new([Reply::ok().say("Hel").data(r#"{"error":{"message":"too much"}}"#)]);
    world.clock.block_on(async {
        let mut stream = world.agent.run("Hi").stream();
        let mut read = Vec::new();
        let error = loop {
            match stream.next().await {
                Some(Ok(event)) => read.push(told(&event)),
                Some(Err(error)) => break error,
                None => panic!("there is an error"),
            }
        };
        assert_eq!(read, ["start 1", "Hel"]);
        assert_eq!((error.code, &*error.partial_text), (Code::Provider, "Hel"));
        assert!(error.message.contains("too much"), "{error}");
        assert!(stream.next().await.is_none() && stream.is_terminated());
    });
    assert!(world.is_clean());
}

#[test]
fn an_awaited_run_fails_with_the_same_error() {
    let world = World::new([Reply::status(401).bytes(r#"{"error":{"message":"who are you"}}"#)]);
    let error = world.clock.block_on(async { world.agent.run("Hi").await }).unwrap_err();
    assert_eq!((error.code, error.status, error.retryable), (Code::Http, Some(401), false));
}

#[test]
fn a_config_that_cannot_be_is_an_error() {
    let config = AgentConfig { provider: Some("nobody".to_owned()), ..AgentConfig::new("m") };
    let env = { World::new([]) };
    let env = refinire_web::Env::new(env.clock, env.server);
    let error = refinire_web::Agent::with_env(config, env).unwrap_err();
    assert_eq!(error.code, Code::InvalidArgument);
}

#[test]
fn retries_are_told_of() {
    let world = World::new([Reply::status(503), Reply::answer("Hello")]);
    let events: Vec<_> =
        world.clock.block_on(world.agent.run("Hi").stream().map_ok(|event| told(&event)).try_collect()).unwrap();
    assert_eq!(events, ["start 1", "retry 2 after 250", "start 2", "Hello", "finish"]);
}

#[test]
fn who_stops_reading_stops_the_download() {
    let mut reply = Reply::ok();
    for _ in 0..1000 {
        reply = reply.say("word ");
    }
    let world = World::new([reply.done()]);
    world.clock.block_on(async {
        let mut stream = world.agent.run("Hi").stream().text();
        stream.next().await;
        let read = world.server.sent()[0].read;
        world.clock.foreign(60_000.0).await;
        assert!(read < 500 && world.server.sent()[0].read == read, "{read} bytes were read");
        assert_eq!(stream.try_fold(0, |all, text| async move { Ok(all + text.len()) }).await.unwrap(), 999 * 5);
    });
}

#[test]
fn a_key_is_shown_nowhere() {
    let config = AgentConfig { api_key: Some("sk-123".into()), ..AgentConfig::new("gpt-4o") };
    let world = World::of(config.clone(), []);
    let shown = format!("{config:?} {:?} {:?}", world.agent, world.agent.run("Hi").stream());
    assert!(!shown.contains("sk-123") && shown.contains("gpt-4o"), "{shown}");
}

#[test]
fn a_structured_answer_is_a_value() {
    let schema = r#"{"type":"object","properties":{"town":{"type":"string"}},"required":["town"]}"#;
    let schema = Some(Value::parse(schema.as_bytes()).unwrap());
    let config = AgentConfig { schema, ..AgentConfig::new("gpt-4o") };
    let world = World::of(config, [Reply::answer(r#"{"town":"Rome"}"#), Reply::answer(r#"{"city":"Rome"}"#)]);
    world.clock.block_on(async {
        let result = world.agent.run("Where?").await.unwrap();
        assert_eq!(result.json().unwrap().text("town"), Some("Rome"));
        assert_eq!(world.agent.run("Where?").await.unwrap_err().code, Code::Schema);
    });
}

#[test]
fn an_answer_that_does_not_fit_is_kept_as_it_was_said() {
    let schema = Some(Value::parse(br#"{"type":"object","required":["town"]}"#).unwrap());
    let config = AgentConfig { schema, ..AgentConfig::new("gpt-4o") };
    let world = World::of(config, [Reply::answer(r#"{"city":"Rome"}"#)]);
    let context = Context::in_memory();
    let failed = world.clock.block_on(async { world.agent.run("Where?").in_conversation(&context).await });
    let error = failed.unwrap_err();
    assert_eq!((error.code, &*error.partial_text), (Code::Schema, r#"{"city":"Rome"}"#));
    assert_eq!(said(&context), ["user: Where?", r#"assistant: {"city":"Rome"}"#]);
}

/// Some servers say so at the end of every answer of a model that has tools.
#[test]
fn a_finish_reason_of_calls_without_a_call_leaves_the_value() {
    let schema = Some(Value::parse(br#"{"type":"object","required":["town"]}"#).unwrap());
    let config = AgentConfig { schema, ..AgentConfig::new("gpt-4o") };
    let reply = Reply::ok().say(r#"{"town":"Genoa"}"#).finish("tool_calls").data("[DONE]");
    let world = World::of(config, [reply]);
    let result = world.clock.block_on(async { world.agent.run("Where?").await }).unwrap();
    assert_eq!(result.json().unwrap().text("town"), Some("Genoa"));
    assert_eq!((result.finish_reason, &*result.raw_finish_reason), (FinishReason::Stop, "tool_calls"));
}
