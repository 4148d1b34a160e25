//! An interrupted answer that is gone on with later: `agent.resume`.

use refinire_web::conversation::Conversation;
use refinire_web::json::Value;
use refinire_web::message::{Message, Role};
use refinire_web::response::Batch;

use crate::world::{replies, Outcome, Reply, Scenario, Way};

fn interrupted(text: &str) -> Message {
    let mut message = Message::new(Role::Assistant, text);
    message.interrupted = true;
    message.metadata = Value::object().with("of", "mine");
    message
}

fn talk(text: &str) -> Conversation {
    let mut talk = Conversation::new("talk");
    [Message::new(Role::User, "first"), Message::new(Role::Assistant, "answer"), Message::new(Role::User, "second")]
        .into_iter()
        .chain([interrupted(text)])
        .for_each(|message| talk.add(message));
    talk
}

fn resumed(text: &str, parts: impl IntoIterator<Item = Reply>) -> Scenario {
    replies(parts).conversation(talk(text)).options(r#""fallback":false"#).resume()
}

fn asked(run: &Outcome, number: usize) -> Vec<String> {
    let body: serde_json::Value = serde_json::from_str(&run.sent[number - 1].call.body).unwrap();
    let turns = body["messages"].as_array().unwrap().iter().skip(1);
    turns.map(|turn| turn["content"].as_str().unwrap().to_owned()).collect()
}

const BEFORE: [&str; 3] = ["user: first", "assistant: answer", "user: second"];

/// The whole conversation, with this at its end.
fn ends_with(run: &Outcome, last: &str) {
    assert_eq!(run.kept(), [BEFORE.as_slice(), &[last]].concat());
}

#[test]
fn only_what_is_new_is_delivered_and_the_whole_answer_takes_the_place_of_the_interrupted_one() {
    let run = resumed("The quick brown", [Reply::ok().wait(3.0).say("brown fox").say(" jumps").done()]).run();
    assert_eq!(
        (run.chunks.clone(), run.answered().as_str()),
        (vec![" fox".to_owned(), " jumps".to_owned()], " fox jumps")
    );
    assert_eq!((&run.result["text"], &run.result["attempts"]), (&"The quick brown fox jumps".into(), &1.into()));
    assert_eq!(run.turns(), ["start 1", "text  fox", "text  jumps"]);
    ends_with(&run, "assistant: The quick brown fox jumps");
    let last = &run.conversation.messages()[3];
    assert_eq!((last.timestamp.as_str(), last.metadata.text("of")), ("2026-01-01T00:00:00.003Z", Some("mine")));
    assert_eq!(run.conversation.updated_at(), last.timestamp);
    let asked = asked(&run, 1);
    assert_eq!(asked[..4], ["first", "answer", "second", "The quick brown"]);
    assert_eq!(asked.len(), 5, "and what is to be done");
}

#[test]
fn a_conversation_that_ends_with_no_interrupted_answer_cannot_be_gone_on_with() {
    let mut ends = vec![Conversation::new("talk"); 3];
    ends[1].add(interrupted("hel"));
    ends[1].add(Message::new(Role::User, "well?"));
    ends[2].add(Message::new(Role::Assistant, "hello"));
    for conversation in ends {
        let before = conversation.clone();
        let run = replies([]).conversation(conversation).resume().run();
        assert_eq!((run.code(), run.failure().retryable), ("invalid-argument", false));
        assert!(run.failure().message.contains("interrupted answer"), "{}", run.failure().message);
        assert_eq!(run.conversation.to_value(), before.to_value());
        assert!(run.log.is_empty());
    }
}

#[test]
fn cut_again_it_stays_interrupted_and_longer() {
    let run = resumed("hel", [Reply::ok().say("lo wor").cut()]).run();
    assert_eq!((run.code(), run.text().as_str()), ("network", "lo wor"));
    ends_with(&run, "assistant: hello wor…");
    let again = replies([Reply::answer("ld")]).conversation(run.conversation).resume().run();
    assert_eq!(again.answered(), "ld");
    ends_with(&again, "assistant: hello world");
    // With nothing new it is as it was.
    let run = resumed("hel", [Reply::status(401)]).run();
    assert_eq!(run.code(), "http");
    ends_with(&run, "assistant: hel…");
}

#[test]
fn it_is_retried_and_falls_back_and_goes_on_behind_a_cut_as_any_run() {
    let run = resumed("hel", [Reply::status(503), Reply::answer("lo")]).run();
    assert_eq!((run.answered().as_str(), run.told("retry").len()), ("lo", 1));
    let parts = [Reply::status(500), Reply::whole("lo")];
    let run = resumed("hel", parts).options(r#""fallback":true,"retry":{"attempts":1}"#).run();
    assert_eq!((run.answered().as_str(), run.told("fallback").len()), ("lo", 1));
    ends_with(&run, "assistant: hello");
    let run = resumed("hel", [Reply::ok().say("lo"), Reply::answer(" you")]).options(r#""continueOnCut":1"#).run();
    assert_eq!((run.answered().as_str(), asked(&run, 2)[3].as_str()), ("lo you", "hello"));
    ends_with(&run, "assistant: hello you");
}

#[test]
fn what_was_shown_of_it_is_kept_at_every_stop() {
    let script = || resumed("hel", [Reply::ok().say("lo").wait(1.0).say(" you").done()]);
    let moments = script().run().moments;
    for way in [Way::Abort, Way::Cancel, Way::Throw] {
        for moment in 0..moments {
            let run = script().stop_at(moment, way).run();
            if run.stopped.is_none() {
                continue;
            }
            ends_with(&run, &format!("assistant: hel{}…", run.text()));
        }
    }
    for deltas in [None, Some(2)] {
        let run = script().batch(Batch::Gather { deltas }).run();
        assert_eq!(run.answered(), "lo you");
        ends_with(&run, "assistant: hello you");
    }
}

#[test]
fn the_bound_on_the_text_counts_the_whole_answer_and_takes_nothing_of_it_away() {
    let limit = |max: usize| {
        let run =
            resumed("hello", [Reply::answer(", you")]).options(&format!(r#""limits":{{"maxChars":{max}}}"#)).run();
        assert_eq!(run.result["finishReason"], "limit");
        (run.answered(), run.kept()[3].clone())
    };
    assert_eq!(limit(7), (", ".to_owned(), "assistant: hello, ".to_owned()));
    assert_eq!(limit(3), (String::new(), "assistant: hello".to_owned()));
}

#[test]
fn so_much_history_goes_along_as_with_the_question() {
    for (history, wanted) in
        [(0, vec!["second"]), (1, vec!["answer", "second"]), (9, vec!["first", "answer", "second"])]
    {
        let run = resumed("hel", [Reply::answer("lo")]).options(&format!(r#""historySize":{history}"#)).run();
        assert_eq!(asked(&run, 1)[..wanted.len()], wanted);
        assert_eq!(asked(&run, 1)[wanted.len()], "hel");
    }
}

#[test]
fn where_the_api_knows_it_no_turn_is_added() {
    let line = |text: &str, done: bool| format!("{{\"message\":{{\"content\":\"{text}\"}},\"done\":{done}}}\n");
    let run = resumed("hel ", [Reply::ok().bytes(line(" lo", true))]).model("ollama://m").run();
    assert_eq!(asked(&run, 1), ["first", "answer", "second", "hel"]);
    assert_eq!(run.answered(), "lo");
    ends_with(&run, "assistant: hel lo");
}

#[test]
fn an_answer_that_ends_at_the_length_limit_is_interrupted_so_that_it_can_be_gone_on_with() {
    let run = resumed("The quick", [Reply::ok().say("quick brown").finish("length")]).run();
    assert_eq!(run.result["finishReason"], "length");
    ends_with(&run, "assistant: The quick brown…");
    let run = resumed("The quick", [Reply::ok().say("quick brown").finish("stop")]).run();
    ends_with(&run, "assistant: The quick brown");
}
