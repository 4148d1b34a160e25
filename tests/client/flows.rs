//! Flows of agents and functions.

use std::cell::RefCell;
use std::rc::Rc;

use futures::{StreamExt, TryStreamExt};
use refinire_web::client::flow::FlowEvent;
use refinire_web::testing::Reply;
use refinire_web::{Code, Context, Error, Event, Flow, Step, Tool, Value};

use super::world::{said, told, World};

fn told_of(event: &FlowEvent) -> String {
    let what = match &event.event {
        Event::StepStart => "starts".to_owned(),
        Event::StepFinish { is_failed, .. } => if *is_failed { "fails" } else { "ends" }.to_owned(),
        Event::StepRetry { attempt, .. } => format!("again {attempt}"),
        Event::StepFallback { .. } => "falls back".to_owned(),
        Event::UserInput { prompt } => format!("asks {prompt}"),
        event => told(event),
    };
    let path = if event.steps.is_empty() { event.step.clone() } else { event.steps.join("/") };
    format!("{path}: {what}")
}

/// A step that gives what this function makes of the content.
fn makes(name: &str, make: impl Fn(String) -> String + Clone + 'static) -> Step {
    Step::function(name, move |step| {
        let make = make.clone();
        async move { Ok::<_, String>(make(step.text())) }
    })
}

#[test]
fn steps_run_one_after_the_other_and_each_is_told_of() {
    let world = World::new([Reply::ok().say("a ").say("story").done()]);
    let flow =
        Flow::new("tale", [Step::agent("draft", &world.agent), makes("loud", |text| text.to_uppercase())]).unwrap();
    let (events, result) = world.clock.block_on(async {
        let mut stream = flow.run("Tell").stream();
        let mut events = Vec::new();
        while let Some(event) = stream.try_next().await.unwrap() {
            events.push(told_of(&event));
        }
        (events, stream.result().await.unwrap())
    });
    let expected = [
        "draft: starts",
        "draft: start 1",
        "draft: a ",
        "draft: story",
        "draft: finish",
        "draft: ends",
        "loud: starts",
        "loud: ends",
        "tale: finish",
    ];
    assert_eq!(events, expected);
    assert_eq!((result.json().unwrap().as_str(), &*result.text), (Some("A STORY"), "a story"));
    assert_eq!(said(flow.conversation()), ["user: Tell", "assistant: a story"]);
    assert_eq!(flow.history().len(), 2);
    assert!(flow.chart().contains("draft"));
    assert!(world.is_clean());
}

#[test]
fn an_agent_is_asked_with_what_came_of_the_step_before() {
    let world = World::new([Reply::answer("Good.")]);
    let flow = Flow::new("f", [makes("look", |_| "seen".to_owned()), Step::agent("judge", &world.agent)]).unwrap();
    let result = world.clock.block_on(async { flow.run("Look!").await }).unwrap();
    assert_eq!(result.text, "Good.");
    let body = &world.server.sent()[0].call.body;
    assert!(body.contains(r"Look!\n\n# look\n\nseen"), "{body}");
}

#[test]
fn a_condition_chooses_the_way() {
    for (input, way) in [("long enough", "shortened"), ("short", "kept")] {
        let world = World::new([]);
        let flow = Flow::new(
            "f",
            [
                Step::condition("long?", |step| step.input().len() > 5, "shorten", "keep"),
                makes("shorten", |_| "shortened".to_owned()).last(),
                makes("keep", |_| "kept".to_owned()),
            ],
        )
        .unwrap();
        let result = world.clock.block_on(async { flow.run(input).await }).unwrap();
        assert_eq!(result.json().unwrap().as_str(), Some(way));
    }
}

#[test]
fn what_runs_at_once_comes_mixed_as_events_and_in_order_as_text() {
    let replies = || [Reply::ok().wait(20.0).say("one").done(), Reply::ok().say("t").wait(50.0).say("wo").done()];
    let both = |world: &World| {
        let branches = [Step::agent("a", &world.agent), Step::agent("b", &world.agent)];
        Flow::new("f", [Step::parallel("both", branches)]).unwrap()
    };
    let world = World::new(replies());
    let flow = both(&world);
    let texts: Vec<_> = world.clock.block_on(flow.run("Go").stream().text().try_collect()).unwrap();
    assert_eq!(texts, ["one", "t", "wo"]);
    assert_eq!(said(flow.conversation()), ["user: Go", "assistant: one", "assistant: two"]);

    let world = World::new(replies());
    let flow = both(&world);
    let events: Vec<_> =
        world.clock.block_on(flow.run("Go").stream().map_ok(|event| told_of(&event)).try_collect()).unwrap();
    let at = |line: &str| events.iter().position(|event| event == line).unwrap();
    assert!(at("both/b: t") < at("both/a: one") && at("both/a: one") < at("both/b: wo"), "{events:?}");
}

#[test]
fn what_comes_of_branches_is_an_object_and_functions_share() {
    let world = World::new([]);
    let shares = Step::function("x", |step| async move {
        step.share("seen", true);
        Ok::<_, String>(Value::number(1))
    });
    let flow = Flow::new(
        "f",
        [
            Step::parallel("both", [shares, makes("y", |_| "two".to_owned())]).share_as("both"),
            Step::function("end", |step| async move {
                Ok::<_, String>(
                    Value::object()
                        .with("seen", step.shared("seen").is_some_and(|seen| seen.is_true()))
                        .with("both", step.shared("both").unwrap_or(Value::object())),
                )
            }),
        ],
    )
    .unwrap();
    let result = world.clock.block_on(async { flow.run("Go").await }).unwrap();
    assert_eq!(result.json().unwrap().to_json(), r#"{"seen":true,"both":{"x":1,"y":"two"}}"#);
}

#[test]
fn a_failed_step_is_run_again_or_replaced_or_ends_the_flow() {
    let fails = || Step::function("f", |_| async { Err::<Value, _>("it is broken") });
    let run = |steps: Vec<Step>| {
        let world = World::new([]);
        let flow = Flow::new("flow", steps).unwrap();
        let events = RefCell::new(Vec::new());
        let result = world.clock.block_on(async {
            let mut stream = flow.run("Go").stream();
            while let Some(event) = stream.next().await {
                events.borrow_mut().extend(event.ok().map(|event| told_of(&event)));
            }
            stream.result().await
        });
        (result, events.take())
    };
    let (result, events) = run(vec![fails().retry(1)]);
    let error = result.unwrap_err();
    assert_eq!((error.code, &*error.message), (Code::Step, r#"step "f": it is broken"#));
    assert!(events.contains(&"f: again 2".to_owned()), "{events:?}");
    let (result, events) = run(vec![fails().or_give("instead")]);
    assert_eq!(result.unwrap().json().unwrap().as_str(), Some("instead"));
    assert!(events.contains(&"f: falls back".to_owned()), "{events:?}");
    let (result, _) = run(vec![fails().or_go_to("help").last(), makes("help", |_| "helped".to_owned())]);
    assert_eq!(result.unwrap().json().unwrap().as_str(), Some("helped"));
}

#[test]
fn a_failed_agent_fails_the_flow_with_its_error() {
    let world = World::new([Reply::status(401)]);
    let flow = Flow::new("f", [Step::agent("a", &world.agent)]).unwrap();
    let error: Error = world.clock.block_on(async { flow.run("Go").await }).unwrap_err();
    assert_eq!((error.code, error.status), (Code::Http, Some(401)));
    assert!(error.message.starts_with(r#"step "a": "#), "{error}");
}

#[test]
fn a_flow_that_is_dropped_stops_and_keeps_what_was_said() {
    let world = World::new([Reply::ok().say("one").hang(), Reply::ok().say("two").hang()]);
    let branches = [Step::agent("a", &world.agent), Step::agent("b", &world.agent)];
    let flow = Flow::new("f", [Step::parallel("both", branches)]).unwrap();
    world.clock.block_on(async {
        let mut stream = flow.run("Go").stream();
        while let Some(event) = stream.try_next().await.unwrap() {
            if told_of(&event) == "both/b: two" {
                break;
            }
        }
    });
    assert!(world.is_clean());
    assert_eq!(said(flow.conversation()), ["user: Go", "assistant: one–", "assistant: two–"]);
}

#[test]
fn chunks_of_one_read_stay_chunks_and_in_order_within_branches() {
    let reply = |words: [&str; 3]| {
        let event =
            |word: &str| format!(r#"data: {{"choices":[{{"index":0,"delta":{{"content":"{word}"}}}}]}}"#) + "\n\n";
        Reply::ok().bytes(words.map(event).concat()).done()
    };
    let world = World::new([reply(["a", "é", "c"]), reply(["🙂", "e", "f"])]);
    let branches = [Step::agent("a", &world.agent), Step::agent("b", &world.agent)];
    let flow = Flow::new("f", [Step::parallel("both", branches)]).unwrap();
    let texts: Vec<_> = world.clock.block_on(flow.run("Go").stream().text().try_collect()).unwrap();
    assert_eq!(texts, ["a", "é", "c", "🙂", "e", "f"]);
    assert_eq!(said(flow.conversation()), ["user: Go", "assistant: aéc", "assistant: 🙂ef"]);
    assert!(world.is_clean());
}

#[test]
fn what_a_branch_says_in_several_turns_stands_together_also_in_the_branches_of_a_branch() {
    let calls = |id: &str| Reply::ok().call(id, "look", "{}").finish("tool_calls");
    // They ask in the order of declaration, and again when their tools are done: b, c, a.
    let again = ["b knows", "c knows", "a knows", "all"].map(Reply::answer);
    let world = World::new([calls("a"), calls("b"), calls("c")].into_iter().chain(again));
    let looking = |name: &'static str, ms: f64| {
        let clock = world.clock.clone();
        let look = Tool::new("look", "", r#"{"type":"object"}"#, move |_| {
            let wait = clock.foreign(ms);
            async move {
                wait.await;
                Ok::<_, String>(format!("for {name}"))
            }
        });
        Step::agent(name, &world.agent.clone().with_tools([look.unwrap()]).unwrap())
    };
    let inner = Flow::new("inner", [Step::parallel("pair", [looking("a", 30.0), looking("b", 10.0)])]).unwrap();
    let both = Step::parallel("both", [Step::flow(&inner), looking("c", 20.0)]);
    let flow = Flow::new("f", [both, Step::agent("last", &world.agent)]).unwrap();
    world.clock.block_on(async { flow.run("Go").await }).unwrap();
    let turns = ["a", "b", "c"].map(|name| [String::new(), format!("for {name}"), format!("{name} knows")]).concat();
    let context = flow.conversation();
    let messages = context.messages();
    let contents: Vec<_> = messages.iter().map(|message| &*message.content).collect();
    assert_eq!(contents[1..10], turns);
    assert_eq!((contents[0], contents[10]), ("Go", "all"));
    let called = |at: usize| messages[at].tool_calls.first().map(|call| &*call.id);
    assert_eq!([1, 4, 7].map(called), [Some("a"), Some("b"), Some("c")]);
    let sent = &world.server.sent()[6].call.body;
    let words = turns.iter().filter(|turn| !turn.is_empty());
    assert!(words.map(|words| sent.find(words).unwrap()).is_sorted(), "{sent}");
}

#[test]
fn whoever_does_not_read_a_flow_stops_its_downloads() {
    let mut reply = Reply::ok();
    for _ in 0..100 {
        reply = reply.say("word ");
    }
    let world = World::new([reply.done()]);
    let flow = Flow::new("f", [Step::agent("a", &world.agent)]).unwrap();
    world.clock.block_on(async {
        let mut stream = flow.run("Go").stream().text();
        stream.next().await;
        assert!(world.server.sent()[0].read < 500);
        assert_eq!(stream.result().await.unwrap().text.len(), 500);
    });
}

#[test]
fn a_flow_asks_the_user_and_goes_on() {
    let world = World::new([]);
    let steps = || [Step::input("who", "Who are you?"), makes("greet", |name| format!("Hello, {name}!"))];
    let context = Context::in_memory();
    let flow = Flow::new("f", steps()).unwrap().in_conversation(&context);
    world.clock.block_on(async {
        assert!(flow.run("Hi").await.unwrap().json().is_some());
        assert_eq!(flow.awaits().as_deref(), Some("Who are you?"));
        // As after a reload.
        let flow = Flow::new("f", steps()).unwrap().in_conversation(&context);
        let result = flow.resume("Ann").await.unwrap();
        assert_eq!(result.json().unwrap().as_str(), Some("Hello, Ann!"));
        assert_eq!(flow.awaits(), None);
    });
    assert_eq!(said(&context), ["user: Hi", "assistant: Who are you?", "user: Ann"]);
}

#[test]
fn a_flow_is_a_step_of_another() {
    let world = World::new([]);
    let inner = Flow::new("inner", [makes("x", |text| format!("<{text}>"))]).unwrap();
    let flow = Flow::new("outer", [makes("a", |_| "a".to_owned()), Step::flow(&inner)]).unwrap();
    let steps = Rc::new(RefCell::new(Vec::new()));
    let result = world.clock.block_on(async {
        let mut stream = flow.run("Go").stream();
        while let Some(event) = stream.try_next().await.unwrap() {
            steps.borrow_mut().push(told_of(&event));
        }
        stream.result().await.unwrap()
    });
    assert_eq!(result.json().unwrap().as_str(), Some("<a>"));
    assert!(steps.borrow().contains(&"inner/x: starts".to_owned()), "{steps:?}");
}

#[test]
fn two_runs_of_a_flow_and_one_of_an_agent_wait_for_one_another() {
    let world = World::new([Reply::ok().wait(20.0).say("one").done(), Reply::answer("two"), Reply::answer("three")]);
    let context = Context::in_memory();
    let flow = Flow::new("f", [Step::agent("a", &world.agent)]).unwrap().in_conversation(&context);
    world.clock.block_on(async {
        let first = async { flow.run("1").await.unwrap() };
        let second = async { world.agent.run("2").in_conversation(&context).await.unwrap() };
        let third = async { flow.run("3").await.unwrap() };
        futures::join!(first, second, third);
    });
    let turns = ["user: 1", "assistant: one", "user: 2", "assistant: two", "user: 3", "assistant: three"];
    assert_eq!(said(&context), turns);
}

#[test]
fn mistakes_are_found_where_a_flow_is_made() {
    let error = Flow::new("f", [Step::condition("c", |_| true, "nowhere", "c")]).unwrap_err();
    assert_eq!(error.code, Code::InvalidArgument);
    let inner = Step::parallel("p", [Step::input("i", "?")]);
    assert!(Flow::new("f", [inner]).unwrap_err().message.contains("wait for the user"));
    assert!(Flow::new("f", []).is_err());
}
