//! Whenever the caller stops a run, it is over at once, and what was delivered is in the conversation.

use refinire_web::conversation::Conversation;
use refinire_web::response::Batch;
use serde_json::{json, Value};

use crate::world::{replies, Answer, Ended, Outcome, Reply, Scenario, Way};

const WAYS: [Way; 3] = [Way::Abort, Way::Cancel, Way::Throw];

/// Everything that can happen to a run: failures, waits, reasoning, text in one read and in several, calls, figures.
fn eventful() -> Scenario {
    let usage = r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9}}"#;
    let stream = Reply::ok().head_after(20.0).wait(5.0).think("Hm").wait(5.0).say("One ").wait(50.0);
    let one_read = |text: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n");
    let stream = stream.bytes([one_read("two "), one_read("th\u{1F600}ree "), one_read("four.")].concat());
    let stream = stream.wait(5.0).call("c", "look", r#"{"at":1}"#).wait(5.0).finish("stop").data(usage).data("[DONE]");
    replies([Reply::unreachable().head_after(10.0), Reply::status(503).retry_after("1").bytes("later"), stream])
}

/// A run that ends with an answer without streaming.
fn with_fallback() -> Scenario {
    let script = [Reply::ok().wait(5.0).cut(), Reply::whole("Hello").head_after(10.0).wait(5.0)];
    replies(script).options(r#""retry":{"attempts":1}"#)
}

/// One that fails after some text.
fn failing() -> Scenario {
    replies([Reply::ok().wait(5.0).say("Hel").wait(5.0).cut()])
}

/// The run was stopped, and nothing happened behind that.
fn is_over_at_once(run: &Outcome, way: Way) {
    let stopped = run.stopped.expect("somebody stopped it");
    assert_eq!(run.log.len(), stopped.told, "something was told behind the stop: {:?}", run.log);
    assert_eq!(run.times().len(), stopped.asked, "a request was made behind the stop");
    assert_eq!(run.took, stopped.at, "somebody waited for something");
    assert!(run.sent.iter().all(|sent| sent.closed_at.unwrap() <= stopped.at), "the connection was left open");
    let delivered = run.text();
    match &run.ended {
        Err(Ended::Stopped(stop)) => {
            assert_eq!(*stop, way);
            let partial = format!("assistant: {delivered}…");
            let kept = run.kept();
            let wanted: &[&str] = match (kept.len(), delivered.is_empty()) {
                (0, true) if run.sent.is_empty() => &[],
                (_, true) => &["user: question"],
                (_, false) => &["user: question", &partial],
            };
            assert_eq!(kept, wanted);
            assert!(run.conversation.messages().iter().all(|message| message.tool_calls.is_empty()));
        }
        // It had come to its end already, with everything handed on.
        Ok(()) => assert_eq!(run.kept(), ["user: question".to_owned(), format!("assistant: {delivered}")]),
        Err(Ended::Failed(_)) => {
            assert_eq!(run.kept(), ["user: question".to_owned(), format!("assistant: {delivered}…")]);
        }
    }
}

fn is_stopped(run: &Outcome) -> bool {
    matches!(run.ended, Err(Ended::Stopped(_)))
}

/// Stops it at every moment in turn. Gives the texts that were delivered.
fn at_every_moment(scenario: impl Fn() -> Scenario) -> Vec<String> {
    let undisturbed = scenario().run();
    let mut texts = Vec::new();
    for way in WAYS {
        let mut stopped = 0;
        for moment in 0..undisturbed.moments {
            let run = scenario().stop_at(moment, way).run();
            is_over_at_once(&run, way);
            assert!(undisturbed.text().starts_with(&run.text()));
            stopped += usize::from(is_stopped(&run));
            texts.push(run.text());
        }
        assert!(undisturbed.moments - stopped == 0, "only {stopped} of {} moments count", undisturbed.moments);
    }
    texts.sort();
    texts.dedup();
    texts
}

#[test]
fn a_run_that_is_stopped_at_any_moment_is_over_at_once_and_what_was_delivered_is_kept() {
    let texts = at_every_moment(eventful);
    assert_eq!(texts, ["", "One ", "One two ", "One two th\u{1F600}ree ", "One two th\u{1F600}ree four."]);
    assert_eq!(at_every_moment(with_fallback), ["", "Hello"]);
    assert_eq!(at_every_moment(failing), ["", "Hel"]);
}

#[test]
fn so_is_one_whose_reader_is_waited_for_or_whose_chunks_are_gathered() {
    at_every_moment(|| eventful().reader(|_| Answer::Hold(100.0)));
    at_every_moment(|| with_fallback().reader(|_| Answer::Hold(100.0)));
    at_every_moment(|| failing().reader(|_| Answer::Hold(100.0)));
    at_every_moment(|| eventful().quiet());
    for deltas in [None, Some(2)] {
        at_every_moment(|| eventful().batch(Batch::Gather { deltas }));
        at_every_moment(|| failing().batch(Batch::Gather { deltas }));
    }
}

#[test]
fn a_run_whose_chunks_come_in_lists_is_over_at_once_too() {
    let texts = at_every_moment(eventful);
    assert_eq!(at_every_moment(|| eventful().listed()), texts);
    assert_eq!(at_every_moment(|| eventful().listed().reader(|_| Answer::Hold(100.0))), texts);
    for deltas in [None, Some(2)] {
        at_every_moment(|| eventful().listed().batch(Batch::Gather { deltas }));
    }
}

#[test]
fn an_abort_shows_first_what_was_gathered() {
    let gathering = || replies([Reply::ok().say("Hel").say("lo").hang()]).batch(Batch::Gather { deltas: None });
    let run = gathering().stop_after(10.0, Way::Abort).run();
    assert_eq!((run.chunks.as_slice(), run.kept()[1].as_str()), (["Hello".to_owned()].as_slice(), "assistant: Hello…"));
    let run = gathering().stop_after(10.0, Way::Cancel).run();
    assert_eq!((run.text().as_str(), run.kept()), ("", vec!["user: question".to_owned()]));
}

#[test]
fn a_reader_that_stops_after_some_chunks_has_had_just_these() {
    for scenario in [eventful, || eventful().listed()] {
        for way in WAYS {
            for count in 1..=4 {
                let run = scenario().reader(move |n| if n == count { Answer::Stop(way) } else { Answer::Take }).run();
                assert_eq!(run.chunks.len(), count);
                is_over_at_once(&run, way);
                assert!(is_stopped(&run));
            }
        }
    }
}

#[test]
fn what_was_stopped_before_it_began_asks_and_keeps_nothing() {
    for way in WAYS {
        let run = replies([]).stop_at(0, way).run();
        assert!(run.stop() == way && run.sent.is_empty() && run.log.is_empty());
        assert!(run.conversation.messages().is_empty());
    }
}

#[test]
fn a_run_behind_one_that_was_stopped_goes_on_from_what_was_delivered() {
    let stopped = eventful().reader(|n| if n == 2 { Answer::Stop(Way::Cancel) } else { Answer::Take }).run();
    let conversation: Conversation = stopped.conversation;
    let run = replies([Reply::answer("five")]).conversation(conversation).input("and then?").run();
    assert_eq!(run.kept(), ["user: question", "assistant: One two …", "user: and then?", "assistant: five"]);
    assert!(run.sent[0].call.body.contains(r#""content":"One two ""#), "{}", run.sent[0].call.body);
}

#[test]
fn no_count_is_larger_than_a_number_of_javascript_holds_exactly() {
    let counted =
        r#"{"choices":[],"usage":{"prompt_tokens":18446744073709551615,"completion_tokens":9007199254740993}}"#;
    let run = replies([Reply::ok().say("Hi").data(counted).done()]).run();
    let most = (1_u64 << 53) - 1;
    assert_eq!(run.result["usage"], json!({"inputTokens": most, "outputTokens": most, "totalTokens": most}));
}

#[test]
fn what_a_stopped_answer_cost_is_estimated_unless_the_provider_has_reported_it() {
    let usage = |run: &Outcome| run.result["usage"].clone();
    let stopped = |reply: Reply| replies([reply.hang()]).stop_after(100.0, Way::Cancel).run();
    let counted = r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9,"total_tokens":16}}"#;
    // UTF-8 bytes / 4, rounded up.
    let run = stopped(Reply::ok().say("Hello ").say("wörld"));
    assert_eq!(usage(&run), json!({"outputTokens": 3, "estimated": true}));
    // Reasoning is output, too.
    let run = stopped(Reply::ok().think("Hmm").say("Hello wörld"));
    assert_eq!(usage(&run), json!({"outputTokens": 4, "estimated": true}));
    // At least what was reported, and the input as it was.
    let run = stopped(Reply::ok().data(counted).say("Hi"));
    assert_eq!(usage(&run), json!({"inputTokens": 7, "outputTokens": 9, "totalTokens": 16, "estimated": true}));
    let run = stopped(Reply::ok().data(counted).say(&"x".repeat(80)));
    assert_eq!(usage(&run), json!({"inputTokens": 7, "outputTokens": 20, "totalTokens": 27, "estimated": true}));
    // Behind the provider's terminal it is what was reported.
    let run = stopped(Reply::ok().say(&"x".repeat(80)).finish("stop").data(counted));
    assert_eq!(usage(&run), json!({"inputTokens": 7, "outputTokens": 9, "totalTokens": 16}));
    // Only what was delivered counts, and without any there is nothing to tell.
    let all_at_once = [Reply::ok().say("12345678").say("more").hang()];
    let run = replies(all_at_once).reader(|_| Answer::Stop(Way::Cancel)).run();
    assert_eq!(usage(&run), json!({"outputTokens": 2, "estimated": true}));
    assert_eq!(usage(&stopped(Reply::ok())), Value::Null);
    // A run that goes on from an answer does not count it.
    let run = replies([Reply::ok().say("12345678").hang()]).stop_after(100.0, Way::Cancel).run();
    let run = replies([Reply::ok().say(" more").hang()])
        .conversation(run.conversation)
        .resume()
        .stop_after(100.0, Way::Cancel)
        .run();
    assert_eq!(usage(&run), json!({"outputTokens": 2, "estimated": true}));
}

#[test]
fn what_turns_before_the_stop_cost_is_added() {
    let counted = r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9}}"#;
    let first = Reply::ok().call("c", "look", "{}").finish("tool_calls").data(counted).data("[DONE]");
    let run = replies([first, Reply::ok().say("12345678").hang()])
        .options(r#""tools":[{"name":"look","executes":true}]"#)
        .tools(|_, _| ("seen".to_owned(), false, 0.0))
        .stop_after(100.0, Way::Cancel)
        .run();
    let usage = json!({"inputTokens": 7, "outputTokens": 11, "totalTokens": 18, "estimated": true});
    assert_eq!(run.result["usage"], usage);
}

#[test]
fn figures_of_a_failed_attempt_are_not_those_of_a_run_stopped_behind_it() {
    let usage = r#"{"choices":[],"usage":{"prompt_tokens":7}}"#;
    let run = replies([Reply::ok().data(usage).cut(), Reply::silent()]).stop_after(100.0, Way::Cancel).run();
    assert_eq!((&run.result["usage"], run.sent.len()), (&serde_json::Value::Null, 1));
}
