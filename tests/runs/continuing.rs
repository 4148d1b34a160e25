//! An answer that is cut behind text and gone on with: `continueOnCut`.

use refinire_web::conversation::Conversation;
use refinire_web::message::{Message, Role};
use refinire_web::response::Batch;
use refinire_web::run::Batching;
use serde_json::Value;

use crate::world::{replies, Answer, Outcome, Reply, Scenario, Way};

const TWICE: &str = r#""continueOnCut":2"#;

/// Nothing is waited for between attempts.
const AT_ONCE: &str = r#""retry":{"attempts":3,"baseMs":0}"#;

fn continued(parts: impl IntoIterator<Item = Reply>) -> Scenario {
    replies(parts).options(TWICE).options(AT_ONCE)
}

/// The roles and contents of a request's turns, without the instructions.
fn asked(run: &Outcome, number: usize) -> Vec<(String, String)> {
    let body: Value = serde_json::from_str(&run.sent[number - 1].call.body).unwrap();
    let word = |turn: &Value, key: &str| turn[key].as_str().unwrap().to_owned();
    let turns = body["messages"].as_array().unwrap().iter().map(|turn| (word(turn, "role"), word(turn, "content")));
    turns.filter(|(role, _)| role != "system").collect()
}

/// A cut answer of Anthropic's, or one that is whole.
fn anthropic(text: &str, whole: bool) -> Reply {
    let delta =
        serde_json::json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}});
    let reply = Reply::ok().data(&delta.to_string());
    if whole {
        reply.data(r#"{"type":"message_stop"}"#)
    } else {
        reply
    }
}

#[test]
fn a_cut_answer_is_gone_on_with_and_is_one_answer() {
    let run =
        continued([Reply::ok().say("The quick ").say("brown"), Reply::ok().say("brown").say(" fox").done()]).run();
    assert_eq!(run.answered(), "The quick brown fox");
    assert_eq!(run.chunks, ["The quick ", "brown", " fox"]);
    let told = ["start 1", "text The quick ", "text brown", "continue: truncated", "start 2", "text  fox"];
    assert_eq!(run.turns(), told);
    assert_eq!(run.kept(), ["user: question", "assistant: The quick brown fox"]);
    assert_eq!((&run.result["text"], &run.result["attempts"]), (&"The quick brown fox".into(), &2.into()));
    assert_eq!(run.result["finishReason"], "stop");
    let [question, answer, instruction] = &asked(&run, 2)[..] else { panic!("{:?}", asked(&run, 2)) };
    assert_eq!((question.0.as_str(), question.1.as_str()), ("user", "question"));
    assert_eq!((answer.0.as_str(), answer.1.as_str()), ("assistant", "The quick brown"));
    assert_eq!(instruction.0, "user");
    assert!(instruction.1.contains("exactly where it stops"), "{}", instruction.1);
    assert!(instruction.1.ends_with("\n\nThe quick brown"), "from its anchor on: {}", instruction.1);
}

#[test]
fn every_kind_of_cut_is_one() {
    let cut = |reply: Reply| continued([reply, Reply::answer("lo")]).run();
    for (reply, code) in [
        (Reply::ok().say("hel"), "truncated"),
        (Reply::ok().say("hel").bytes("data: {\"choices\":[{\"del"), "truncated"),
        (Reply::ok().say("hel").cut(), "network"),
        (Reply::ok().say("hel").hang(), "timeout"),
    ] {
        let run = cut(reply);
        assert_eq!((run.answered().as_str(), run.told("continue")[0]), ("hello", &*format!("continue: {code}")));
        assert_eq!(run.kept(), ["user: question", "assistant: hello"]);
    }
    // A line of JSON that was cut is no JSON.
    let line = |text: &str, done: bool| format!("{{\"message\":{{\"content\":\"{text}\"}},\"done\":{done}}}\n");
    let first = Reply::ok().bytes([&line("hel", false), r#"{"mess"#].concat());
    let run = continued([first, Reply::ok().bytes(line("lo", true))]).model("ollama://m").run();
    assert_eq!((run.answered().as_str(), run.told("continue")), ("hello", vec!["continue: truncated"]));
}

#[test]
fn what_is_no_cut_ends_the_run() {
    let ended = |scenario: Scenario, code: &str, text: &str| {
        let run = scenario.options(TWICE).run();
        assert_eq!((run.code(), run.text().as_str(), run.sent.len()), (code, text, 1), "{:?}", run.log);
        assert!(run.told("continue").is_empty());
    };
    let broken = r#"{"error":{"message":"broken","type":"server_error","code":503}}"#;
    ended(replies([Reply::ok().say("hel").data(broken)]), "provider", "hel");
    ended(replies([Reply::ok().say("hel").data("{")]), "protocol", "hel");
    ended(replies([Reply::ok().say("hel").hang()]).options(r#""timeout":{"total":100}"#), "timeout", "hel");
    let long = Reply::ok().say("hel").say(&"x".repeat(200));
    ended(replies([long]).options(r#""limits":{"maxEventBytes":100}"#), "limit", "hel");
    // A call of a tool cannot be gone on with, nor can thoughts.
    ended(replies([Reply::ok().say("hel").call("c", "look", r#"{"a"#)]), "truncated", "hel");
    ended(replies([Reply::ok().think("hm")]), "truncated", "");
    let run = replies([Reply::ok().say("hel")]).run();
    assert_eq!((run.code(), run.sent.len()), ("truncated", 1), "nobody asked for it");
    let run = continued([Reply::ok().say("hel").hang()]).stop_after(10.0, Way::Abort).run();
    assert_eq!((run.stop(), run.sent.len()), (Way::Abort, 1));
}

#[test]
fn it_is_gone_on_with_so_often_in_a_run() {
    let run = continued([Reply::ok().say("a"), Reply::ok().say("b"), Reply::ok().say("c").cut()]).run();
    assert_eq!((run.code(), run.text().as_str()), ("network", "abc"));
    assert_eq!(run.kept(), ["user: question", "assistant: abc…"]);
    assert_eq!((run.told("continue").len(), run.result["attempts"].as_u64()), (2, Some(3)));
    assert_eq!(asked(&run, 3)[1].1, "ab", "all of it");
}

#[test]
fn an_attempt_to_go_on_that_brings_nothing_is_made_again_as_any_other() {
    let run = replies([Reply::ok().say("hel"), Reply::status(503), Reply::unreachable(), Reply::ok().say("lo").done()])
        .options(TWICE)
        .run();
    assert_eq!(run.answered(), "hello");
    let told = ["start 1", "text hel", "continue: truncated", "start 2", "retry 3 after 250: http", "start 3"];
    assert_eq!(run.turns(), [told.as_slice(), &["retry 4 after 500: network", "start 4", "text lo"]].concat());
    // It is asked as often as any question, and then neither without streaming nor again.
    let all = [Reply::ok().say("hel"), Reply::status(503), Reply::status(503), Reply::status(500)];
    let run = continued(all).run();
    assert_eq!((run.code(), run.failure().status, run.text().as_str()), ("http", Some(500), "hel"));
    assert_eq!((run.sent.len(), run.kept()[1].as_str()), (4, "assistant: hel…"));
    let run = continued([Reply::ok().say("hel"), Reply::status(401)]).run();
    assert_eq!((run.code(), run.sent.len()), ("http", 2), "nor is what will not go away");
    // A repetition brings nothing new, whole or not.
    for again in ["Hello the", "Hello", "Hello there"] {
        let run = continued([
            Reply::ok().say("Hello there"),
            Reply::ok().say(again),
            Reply::ok().say("Hello there").say(", you").done(),
        ])
        .run();
        assert_eq!((run.answered().as_str(), run.told("continue").len()), ("Hello there, you", 1), "{again}");
        assert_eq!(run.told("retry").len(), 1, "{again}");
    }
}

#[test]
fn what_is_held_back_when_a_cut_comes_is_no_part_of_the_answer() {
    let parts = [Reply::ok().say("Hello there"), Reply::ok().say("Hello").cut(), Reply::status(401)];
    let run = continued(parts).run();
    assert_eq!((run.code(), run.text().as_str()), ("http", "Hello there"));
    let parts = [Reply::ok().say("Hello there"), Reply::ok().say("Hello").hang()];
    let run = continued(parts).options(r#""timeout":{"total":100}"#).run();
    assert_eq!(
        (run.code(), run.text().as_str(), run.kept()[1].as_str()),
        ("timeout", "Hello there", "assistant: Hello there…")
    );
    // Where the answer ends with it, it is.
    let run = continued([Reply::ok().say("Hello there, Hel"), Reply::ok().say("Hello th").done()]).run();
    assert_eq!(run.answered(), "Hello there, Hello th");
    let run = continued([Reply::ok().say("Hello there"), Reply::ok().say("Hello").done()]).run();
    assert_eq!(run.answered(), "Hello thereHello");
}

#[test]
fn what_a_cut_halves_is_whole_again_behind_it() {
    let half = r#"{"content":"\ud83d"}"#;
    let run = continued([Reply::ok().say("a").delta(half), Reply::answer("\u{1F600}b")]).run();
    assert_eq!((run.answered().as_str(), asked(&run, 2)[1].1.as_str()), ("a\u{1F600}b", "a"));
    // In two increments, and behind a repetition.
    let halves = |text: &str| Reply::ok().say(text).delta(half).delta(r#"{"content":"\ude00b"}"#).done();
    for text in ["", "Hello"] {
        let run = continued([Reply::ok().say("Hello"), halves(text)]).run();
        assert_eq!(run.answered(), "Hello\u{1F600}b", "{text}");
    }
    let run = replies([Reply::ok().say("a").delta(half)]).run();
    assert_eq!((run.code(), run.text().as_str()), ("truncated", "a\u{FFFD}"), "nobody goes on with it");
}

#[test]
fn where_the_api_knows_it_the_answer_is_the_last_turn_without_white_space_behind_it() {
    let run = continued([anthropic("The quick ", false), anthropic(" brown fox", true)]).model("anthropic://m").run();
    assert_eq!(run.answered(), "The quick brown fox");
    let last = asked(&run, 2).pop().unwrap();
    assert_eq!(last, ("assistant".to_owned(), "The quick".to_owned()));
    assert_eq!(run.kept()[1], "assistant: The quick brown fox");
}

#[test]
fn a_model_that_refuses_a_last_turn_of_its_own_is_told_to_go_on() {
    let refused = || Reply::status(400).bytes(r#"{"error":{"message":"This model does not support prefill."}}"#);
    let parts = [anthropic("The quick ", false), refused(), anthropic("brown ", false), anthropic("fox", true)];
    let run = continued(parts).options(r#""retry":{"attempts":1}"#).model("anthropic://m").run();
    assert_eq!(run.answered(), "The quick brown fox");
    assert_eq!(run.told("retry"), ["retry 3 after 0: http"]);
    assert_eq!(run.told("continue").len(), 2);
    let turns = asked(&run, 3);
    assert_eq!((turns[1].1.as_str(), turns[2].0.as_str()), ("The quick ", "user"), "as it stands");
    assert_eq!(asked(&run, 4).len(), 3, "it is not tried again");
    // Elsewhere a refusal is one.
    let run = continued([Reply::ok().say("hel"), refused()]).run();
    assert_eq!((run.code(), run.failure().status), ("http", Some(400)));
    let run = replies([refused()]).options(r#""fallback":false"#).model("anthropic://m").run();
    assert_eq!((run.code(), run.sent.len()), ("http", 1));
}

#[test]
fn the_bound_on_the_text_counts_the_whole_answer() {
    let run = continued([Reply::ok().say("Hello "), Reply::ok().say("world").hang()])
        .options(r#""limits":{"maxChars":8}"#)
        .run();
    assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("Hello wo", &"limit".into()));
}

#[test]
fn thoughts_are_kept_and_those_of_the_continuation_are_another_part() {
    let run = continued([Reply::ok().think("hm").say("hel"), Reply::ok().think("so").say("lo").done()]).run();
    assert_eq!((run.answered().as_str(), &run.result["reasoning"]), ("hello", &"hm\n\nso".into()));
    assert!(!run.sent[1].call.body.contains("hm"), "they are not sent");
    // They are something new.
    let parts = [Reply::ok().say("hel"), Reply::ok().think("so"), Reply::answer("lo")];
    let run = continued(parts).run();
    assert_eq!((run.answered().as_str(), run.told("continue").len()), ("hello", 2));
}

#[test]
fn a_tool_may_be_called_behind_a_cut() {
    let calling = Reply::ok().say("Let me").call("c", "look", "{}").finish("tool_calls").data("[DONE]");
    let run = continued([Reply::ok().say("Let me see. Let me"), calling]).run();
    assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("Let me see. Let me", &"tool-calls".into()));
    let run =
        continued([Reply::ok().say("Well, Let me"), Reply::ok().say("Well").call("c", "look", "{}").done()]).run();
    assert_eq!(run.answered(), "Well, Let meWell");
    let told: Vec<_> = run.log.iter().map(|line| &line[..line.len().min(40)]).collect();
    let text = told.iter().position(|line| *line == "text Well").unwrap();
    assert!(told[text + 1].contains("tool-input-start"), "text before the call: {told:?}");
}

#[test]
fn the_timers_of_a_continuation_are_those_of_any_attempt() {
    let first = || Reply::ok().say("hel").wait(10.0);
    let run = continued([first(), Reply::silent(), Reply::answer("lo")]).options(r#""timeout":{"connect":100}"#).run();
    assert_eq!(
        (run.answered().as_str(), run.told("retry"), run.took),
        ("hello", vec!["retry 3 after 0: timeout"], 110.0)
    );
    // What is held back feeds the idle timer.
    let slow = "Hello".chars().fold(Reply::ok(), |reply, char| reply.wait(80.0).say(&char.to_string()));
    let parts = [Reply::ok().say("Hello"), slow.say(" you").done()];
    let run = continued(parts).options(r#""timeout":{"idle":100,"firstChunk":100}"#).run();
    assert_eq!((run.answered().as_str(), run.took), ("Hello you", 400.0));
}

#[test]
fn what_may_be_a_repetition_is_held_back_for_three_seconds_at_most() {
    let second = || Reply::ok().say("Hello").wait(2_999.0).say(" the");
    let run = continued([Reply::ok().say("Hello there"), second().say("re, you").done()]).run();
    assert_eq!((run.answered().as_str(), run.took), ("Hello there, you", 2_999.0));
    let run = continued([Reply::ok().say("Hello there"), second().wait(1.0).wait(9.0).say("re").done()]).run();
    assert_eq!(run.answered(), "Hello thereHello there", "what comes later is no repetition any more");
    assert_eq!(run.chunks, ["Hello there", "Hello the", "re"], "and it is told when the time has passed");
    // The time that a slow reader takes does not count.
    let parts = [Reply::ok().say("Hello there"), second().say("re, you").done()];
    let run = continued(parts).reader(|_| Answer::Hold(5_000.0)).run();
    assert_eq!(run.answered(), "Hello there, you");
}

#[test]
fn the_history_goes_along_and_batches_change_nothing() {
    let mut talk = Conversation::new("talk");
    for n in 0..4 {
        talk.add(Message::new(if n % 2 == 0 { Role::User } else { Role::Assistant }, n.to_string()));
    }
    let script = || continued([Reply::ok().say("Hello ").say("wor"), Reply::ok().say("wor").say("ld").say("!").done()]);
    let run = script().conversation(talk).options(r#""historySize":2"#).run();
    let contents: Vec<_> = asked(&run, 2).into_iter().map(|(_, content)| content).take(4).collect();
    assert_eq!(contents, ["2", "3", "question", "Hello wor"]);
    for deltas in [None, Some(1), Some(2), Some(3)] {
        for hold in [0.0, 5.0] {
            let reader = move |_| if hold > 0.0 { Answer::Hold(hold) } else { Answer::Take };
            let run = script().batch(Batch::Gather { deltas }).reader(reader).run();
            assert_eq!((run.answered().as_str(), run.kept()[1].as_str()), ("Hello world!", "assistant: Hello world!"));
            let before = run.log.iter().take_while(|line| !line.starts_with("continue"));
            let before: String = before.filter_map(|line| line.strip_prefix("text ")).collect();
            assert_eq!(before, "Hello wor", "what had come is told first");
        }
    }
}

#[test]
fn a_slow_reader_of_the_stream_gets_a_continued_answer_whole() {
    let script = || continued([Reply::ok().say("Hello ").say("wor"), Reply::ok().say("wor").say("ld").say("!").done()]);
    let ways = [
        (Batch::Delta, Batching::None),
        (Batch::Gather { deltas: None }, Batching::Frame),
        (Batch::Gather { deltas: Some(2) }, Batching::None),
    ];
    for (batch, batching) in ways {
        for pace in [0.0, 5.0, 50.0] {
            let run = script().batch(batch).read(batching, move |_| pace, f64::INFINITY);
            assert_eq!((run.answered().as_str(), run.kept()[1].as_str()), ("Hello world!", "assistant: Hello world!"));
        }
    }
}

#[test]
fn wherever_an_answer_is_cut_and_however_much_is_repeated_it_is_whole() {
    let whole = "Say: Hello, wide world.\n\n1. Öl für 2 \u{1F600}s\n2. こんにちは、世界 and so on";
    let places: Vec<_> = whole.char_indices().map(|(at, _)| at).skip(1).collect();
    for &at in &places {
        for from in [at].iter().chain(&places[..places.partition_point(|place| *place + 30 < at)]) {
            let rest: Vec<_> = whole[*from..].split_inclusive(|_| true).collect();
            let second = rest.iter().fold(Reply::ok(), |reply, char| reply.say(char));
            let run = continued([Reply::ok().say(&whole[..at]), second.done()]).run();
            assert_eq!(run.answered(), whole, "cut at {at}, gone on with from {from}");
        }
    }
}

#[test]
fn it_can_be_stopped_at_every_moment_and_keeps_what_was_shown() {
    let script = || {
        let second = Reply::ok().say("wor").wait(1.0).say("ld").cut();
        continued([Reply::ok().say("Hello wor").wait(1.0), Reply::status(503), second, Reply::answer("!")])
    };
    let moments = script().run().moments;
    for way in [Way::Abort, Way::Cancel, Way::Throw] {
        for moment in 0..moments {
            let run = script().stop_at(moment, way).run();
            let Some(stopped) = run.stopped else { continue };
            let shown = run.text();
            let kept = run.kept();
            let wanted = if shown.is_empty() { None } else { Some(format!("assistant: {shown}…")) };
            assert_eq!(kept.get(1), wanted.as_ref(), "at {moment}: {:?}", run.log);
            assert_eq!(run.log.len(), stopped.told, "nothing is told behind the stop");
        }
    }
}
