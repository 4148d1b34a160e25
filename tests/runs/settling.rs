//! A stream that stays open behind a finish reason: it is read on for a short while, and then the answer is whole.

use crate::fixtures::Events;
use crate::world::{replies, Answer, Reply, Scenario};

const USAGE: &str = r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#;

const TOOLS: &str = r#""fallback":false,"tools":[{"name":"add","description":"","executes":true}]"#;

fn no_timers(reply: Reply) -> Scenario {
    replies([reply]).options(r#""timeout":{"connect":0,"firstChunk":0,"idle":0}"#)
}

#[test]
fn a_finish_reason_ends_the_answer_after_half_a_second_without_an_event() {
    let run = no_timers(Reply::ok().wait(7.0).say("Hello").finish("stop").hang()).run();
    assert_eq!((run.answered().as_str(), run.took), ("Hello", 507.0));
    assert_eq!(run.sent[0].closed_at, Some(507.0), "the connection is closed");
    assert_eq!((&run.result["finishReason"], run.kept().len()), (&"stop".into(), 2));
}

#[test]
fn a_final_terminal_ends_it_at_once() {
    let run = no_timers(Reply::ok().say("Hello").data("[DONE]").hang()).run();
    assert_eq!((run.answered().as_str(), run.took), ("Hello", 0.0));
    let run = no_timers(Reply::ok().say("Hello").finish("stop").wait(300.0).data("[DONE]").hang()).run();
    assert_eq!((run.answered().as_str(), run.took), ("Hello", 300.0));
}

#[test]
fn every_format_settles_behind_its_finish_reason() {
    for events in Events::all() {
        let options = format!(r#""provider":"{}""#, events.protocol.name);
        for (reason, payload) in &events.reasons {
            let body = events.frame(payload) + "\n\n";
            let run = no_timers(Reply::ok().bytes(body).hang()).model("m").options(&options).run();
            assert_eq!((run.answered().as_str(), run.took), ("", 500.0), "{options} {reason}");
            assert_eq!(run.result["finishReason"], **reason, "{options}");
        }
    }
}

#[test]
fn what_follows_until_then_is_part_of_the_answer() {
    let first = || Reply::ok().say("Hel").finish("stop").wait(499.0);
    let run = no_timers(first().say("lo").wait(499.0).finish("length").wait(499.0).data(USAGE).hang()).run();
    assert_eq!((run.answered().as_str(), run.took), ("Hello", 3.0 * 499.0 + 500.0));
    assert_eq!((&run.result["finishReason"], &run.result["usage"]["totalTokens"]), (&"length".into(), &5.into()));
    let run = no_timers(first().data(r#"{"object":"ping"}"#).wait(499.0).data("null").hang()).run();
    assert_eq!((run.answered().as_str(), run.took), ("Hel", 2.0 * 499.0 + 500.0));
    // A comment is no event.
    let run = no_timers(first().bytes(": ping\n\n").hang()).run();
    assert_eq!(run.took, 500.0);
}

#[test]
fn events_without_content_do_not_hold_it_open_for_longer_than_the_idle_timer() {
    let endless = (0..40).fold(Reply::ok().say("Hi").finish("stop"), |reply, _| reply.wait(400.0).data("null"));
    let run = replies([endless.hang()]).options(r#""timeout":{"idle":1000}"#).run();
    assert_eq!((run.answered().as_str(), run.took), ("Hi", 1_000.0));
}

#[test]
fn a_call_may_go_on_behind_a_finish_reason_and_is_run_when_the_turn_has_settled() {
    let piece = |id: &str, text: &str| {
        serde_json::json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "id": id, "function":
            {"name": if id.is_empty() { "" } else { "add" }, "arguments": text}}]}, "finish_reason": "stop"}]})
        .to_string()
    };
    let first = || Reply::ok().data(&piece("c", "{\"a\"")).wait(400.0).data(&piece("", ":1}"));
    for (reply, took) in [(first(), 400.0), (first().hang(), 900.0), (first().data("[DONE]").hang(), 400.0)] {
        let run = replies([reply, Reply::answer("Done.")])
            .options(TOOLS)
            .tools(|name, input| {
                assert_eq!((name, input), ("add", r#"{"a":1}"#));
                (String::new(), false, 0.0)
            })
            .run();
        assert_eq!((run.answered().as_str(), run.times()[1]), ("Done.", took));
        let called = run.told(r#"event {"type":"tool-call","id":"c""#);
        assert!(called.len() == 1 && called[0].contains(r#""input":{"a":1}"#), "{:?}", run.log);
    }
}

#[test]
fn a_connection_that_breaks_behind_a_finish_reason_takes_nothing_away() {
    let run = no_timers(Reply::ok().say("Hello").finish("length").wait(400.0).bytes("data: {\"cho").cut()).run();
    assert_eq!((run.answered().as_str(), run.took), ("Hello", 400.0));
    assert_eq!(run.result["finishReason"], "length");
}

#[test]
fn time_in_which_the_page_is_frozen_or_the_reader_waited_for_does_not_count() {
    let hour = 3_600_000.0;
    let reply = || Reply::ok().say("Hello").finish("stop").wait(400.0).data(USAGE).hang();
    for (from, ms) in [(100.0, hour), (100.0, 700.0), (450.0, hour)] {
        let run = no_timers(reply()).freeze(from, ms).run();
        assert_eq!(run.result["usage"]["totalTokens"], 5, "frozen from {from} for {ms}");
        assert!((500.0..=1_500.0).contains(&(run.took - ms)), "frozen from {from} for {ms}: {}", run.took);
    }
    let slow =
        Reply::ok().say("Hel").delta(r#"{"content":"lo"},"finish_reason":"stop""#).wait(400.0).data(USAGE).hang();
    let run = no_timers(slow).reader(|_| Answer::Hold(60_000.0)).run();
    assert_eq!(run.answered(), "Hello");
    assert_eq!((&run.result["usage"]["totalTokens"], run.took), (&5.into(), 120_000.0 + 900.0));
}
