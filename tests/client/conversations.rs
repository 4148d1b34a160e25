//! Runs of one conversation.

use futures::future::{join, FutureExt};
use futures::StreamExt;
use refinire_web::testing::Reply;
use refinire_web::{Alternatives, Attachment, Code, Context};

use super::world::{said, World};

#[test]
fn what_was_said_before_is_sent_along() {
    let world = World::new([Reply::answer("Hello"), Reply::answer("Fine")]);
    let context = Context::in_memory();
    context.add_system_message("Be brief.");
    context.add_user_message("Hi");
    world.clock.block_on(async {
        world.agent.run("Hi").in_conversation(&context).await.unwrap();
        world.agent.run("How are you?").in_conversation(&context).await.unwrap();
    });
    let turns = ["system: Be brief.", "user: Hi", "assistant: Hello", "user: How are you?", "assistant: Fine"];
    assert_eq!(said(&context), turns);
    assert!(context.messages().iter().all(|message| message.timestamp.len() == 24));
    let body = &world.server.sent()[1].call.body;
    assert!(body.contains("Be brief.") && body.contains("Hello") && body.contains("How are you?"), "{body}");
}

#[test]
fn what_comes_with_a_question_stays_with_it_and_what_is_refused_is_asked_nowhere() {
    let world = World::new([Reply::answer("A cat."), Reply::answer("Yes.")]);
    let context = Context::in_memory();
    world.clock.block_on(async {
        let refused = world.agent.run("It?").attach(Attachment::of_data("video/mp4", "a.mp4", "AAAA"));
        let error = refused.in_conversation(&context).await.unwrap_err();
        assert_eq!(error.code, Code::InvalidArgument);
        let image = Attachment::of_data("image/png", "a.png", "Y2F0");
        world.agent.run("It?").attach(image.clone()).in_conversation(&context).await.unwrap();
        assert_eq!(context.messages()[0].attachments, [image]);
        world.agent.run("Sure?").in_conversation(&context).await.unwrap();
    });
    assert_eq!(said(&context), ["user: It?", "assistant: A cat.", "user: Sure?", "assistant: Yes."]);
    let sent = world.server.sent();
    assert!(sent.len() == 2 && sent.iter().all(|sent| sent.call.body.contains("Y2F0")));
}

#[test]
fn the_last_question_is_asked_again_and_both_answers_are_kept() {
    let world = World::new([Reply::answer("Hello"), Reply::answer("Hey"), Reply::status(400), Reply::answer("Bye")]);
    let context = Context::in_memory();
    world.clock.block_on(async {
        world.agent.run("Hi").in_conversation(&context).await.unwrap();
        let result = world.agent.regenerate().in_conversation(&context).await.unwrap();
        assert_eq!(result.text, "Hey");
        world.agent.regenerate().in_conversation(&context).await.unwrap_err();
    });
    assert_eq!(said(&context), ["user: Hi", "assistant: Hey"]);
    assert_eq!(context.alternatives(1), Some(Alternatives { index: 1, count: 2 }));
    context.select_alternative(1, 0).unwrap();
    assert_eq!(said(&context), ["user: Hi", "assistant: Hello"]);
    context.select_alternative(0, 0).unwrap_err();
    let fork = context.fork(1);
    context.branch(0);
    world.clock.block_on(async { world.agent.run("Go").in_conversation(&context).await.unwrap() });
    assert_eq!(
        (said(&context), said(&fork)),
        (vec!["user: Go".into(), "assistant: Bye".into()], vec!["user: Hi".into()])
    );
    context.set_title(Some("Greetings".to_owned()));
    context.truncate(1);
    assert_eq!((said(&context), context.title().as_deref()), (vec!["user: Go".into()], Some("Greetings")));
    context.clear();
    assert_eq!((context.messages().len(), context.title()), (0, None));
    let none = world.clock.block_on(async { world.agent.regenerate().in_conversation(&context).await.unwrap_err() });
    assert_eq!(none.code.as_str(), "invalid-argument");
}

#[test]
fn a_run_without_a_conversation_knows_nothing_of_another() {
    let world = World::new([Reply::answer("Hello"), Reply::answer("Fine")]);
    world.clock.block_on(async {
        world.agent.run("Hi").await.unwrap();
        world.agent.run("Again").await.unwrap();
    });
    assert!(!world.server.sent()[1].call.body.contains("Hello"));
}

#[test]
fn two_runs_at_once_wait_for_one_another() {
    let world = World::new([Reply::ok().say("one").wait(50.0).done(), Reply::answer("two")]);
    let context = Context::in_memory();
    world.clock.block_on(async {
        let first = async { world.agent.run("first").in_conversation(&context).await.unwrap() };
        let second = async { world.agent.run("second").in_conversation(&context).await.unwrap() };
        join(first, second).await;
    });
    assert_eq!(said(&context), ["user: first", "assistant: one", "user: second", "assistant: two"]);
    assert_eq!(world.server.sent()[1].at, Some(50.0));
    assert!(world.server.sent()[1].call.body.contains("one"));
}

#[test]
fn a_run_that_is_dropped_lets_the_next_one_in() {
    let world = World::new([Reply::ok().say("one").hang(), Reply::answer("three")]);
    let context = Context::in_memory();
    world.clock.block_on(async {
        let mut first = world.agent.run("first").in_conversation(&context).stream().text();
        first.next().await;
        let mut second = world.agent.run("second").in_conversation(&context).stream();
        assert!(second.next().now_or_never().is_none(), "the second one waits");
        let mut third = world.agent.run("third").in_conversation(&context).stream().text();
        assert!(third.next().now_or_never().is_none(), "the third one waits");
        drop(second);
        assert!(third.next().now_or_never().is_none(), "the first one is still there");
        drop(first);
        assert_eq!(third.result().await.unwrap().text, "three");
    });
    assert_eq!(said(&context), ["user: first", "assistant: one–", "user: third", "assistant: three"]);
    assert!(world.is_clean());
}

#[test]
fn the_conversation_shows_the_answer_while_it_grows() {
    let world = World::new([Reply::ok().say("one ").wait(500.0).say("two").done()]);
    let context = Context::in_memory();
    world.clock.block_on(async {
        let mut stream = world.agent.run("Hi").in_conversation(&context).stream().text();
        stream.next().await;
        assert_eq!(said(&context), ["user: Hi", "assistant: one –"], "as soon as it has been read");
        let before = context.version();
        stream.next().await;
        assert_eq!(said(&context), ["user: Hi", "assistant: one two–"]);
        assert_ne!(context.version(), before);
        stream.result().await.unwrap();
    });
    assert_eq!(said(&context), ["user: Hi", "assistant: one two"]);
    context.clear();
    assert!(context.messages().is_empty());
}
