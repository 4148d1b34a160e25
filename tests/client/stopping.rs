//! Dropping a stream or a future stops its run.

use std::future::IntoFuture;

use futures::future::{select, Either};
use futures::{FutureExt, StreamExt};
use refinire_web::testing::Reply;
use refinire_web::{Batch, Context, Event};

use super::world::{said, World};

/// Three chunks, two of which come in one read, and no end.
fn reply() -> Reply {
    let two = "data: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"c\"}}]}\n\n";
    Reply::ok().say("a").bytes(two).hang()
}

#[test]
fn what_was_read_is_in_the_conversation_and_nothing_else() {
    for read in 0..4 {
        let world = World::new([reply()]);
        let context = Context::in_memory();
        world.clock.block_on(async {
            let mut stream = world.agent.run("Hi").in_conversation(&context).stream();
            assert!(matches!(stream.next().await, Some(Ok(Event::Start { .. }))));
            for _ in 0..read {
                stream.next().await;
            }
            drop(stream);
        });
        let answer = [None, Some("assistant: a–"), Some("assistant: ab–"), Some("assistant: abc–")][read];
        let expected: Vec<_> = ["user: Hi"].into_iter().chain(answer).collect();
        assert_eq!(said(&context), expected, "after {read} chunks");
        assert!(world.is_clean(), "after {read} chunks");
    }
}

#[test]
fn a_gathering_stream_keeps_what_was_read() {
    let world = World::new([Reply::ok().say("a").say("b").wait(100.0).say("c").hang()]);
    let context = Context::in_memory();
    world.clock.block_on(async {
        let mut stream = world.agent.run("Hi").in_conversation(&context).batch(Batch::Ms(10.0)).stream().text();
        assert_eq!(stream.next().await.unwrap().unwrap(), "ab");
    });
    assert_eq!(said(&context), ["user: Hi", "assistant: ab–"]);
    assert!(world.is_clean());
}

#[test]
fn a_run_that_is_stopped_while_it_waits_leaves_the_answer_before_it_alone() {
    let world = World::new([Reply::ok().say("a").wait(1_000.0).say("b").done()]);
    let context = Context::in_memory();
    world.clock.block_on(async {
        let mut first = world.agent.run("First").in_conversation(&context).stream().text();
        assert_eq!(first.next().await.unwrap().unwrap(), "a");
        // It is saved while it grows.
        assert!(matches!(select(first.next(), world.clock.foreign(500.0).boxed_local()).await, Either::Right(_)));
        assert_eq!(said(&context), ["user: First", "assistant: a–"]);
        let mut second = world.agent.run("Second").in_conversation(&context).stream();
        assert!(matches!(select(second.next(), world.clock.foreign(1.0).boxed_local()).await, Either::Right(_)));
        drop(second);
        assert_eq!(said(&context), ["user: First", "assistant: a–"]);
        while first.next().await.is_some() {}
    });
    assert_eq!(said(&context), ["user: First", "assistant: ab"]);
    assert!(world.is_clean());
}

#[test]
fn a_stream_that_nobody_polls_leaves_nothing() {
    let world = World::new([reply()]);
    let context = Context::in_memory();
    drop(world.agent.run("Hi").in_conversation(&context).stream());
    drop(world.agent.run("Hi").in_conversation(&context).into_future());
    assert!(said(&context).is_empty() && world.server.sent().is_empty());
}

#[test]
fn a_future_that_is_dropped_keeps_what_has_come() {
    let world = World::new([reply()]);
    let context = Context::in_memory();
    world.clock.block_on(async {
        let run = world.agent.run("Hi").in_conversation(&context).into_future();
        let enough = world.clock.foreign(5.0).boxed_local();
        assert!(matches!(select(run, enough).await, Either::Right(_)));
    });
    assert_eq!(said(&context), ["user: Hi", "assistant: abc–"]);
    assert!(world.is_clean());
}

#[test]
fn the_end_of_a_stream_may_be_dropped() {
    let world = World::new([Reply::answer("Hello")]);
    let context = Context::in_memory();
    world.clock.block_on(async {
        let mut stream = world.agent.run("Hi").in_conversation(&context).stream();
        while stream.next().await.is_some() {}
    });
    assert_eq!(said(&context), ["user: Hi", "assistant: Hello"]);
}

#[test]
fn an_interrupted_answer_is_gone_on_with() {
    let world = World::new([reply(), Reply::answer("c and d")]);
    let context = Context::in_memory();
    world.clock.block_on(async {
        let mut stream = world.agent.run("Hi").in_conversation(&context).stream().text();
        stream.next().await;
        drop(stream);
        let result = world.agent.resume().in_conversation(&context).await.unwrap();
        assert_eq!(result.text, "ac and d");
    });
    assert_eq!(said(&context), ["user: Hi", "assistant: ac and d"]);
}
