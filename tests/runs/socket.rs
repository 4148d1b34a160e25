//! Runs over a WebSocket, of which a line says what has happened to it.

use crate::world::{replies, Reply, Scenario};

fn lines(lines: &[&str]) -> Reply {
    Reply::ok().bytes(lines.join("\n") + "\n").hang()
}

fn socket(script: impl IntoIterator<Item = Reply>) -> Scenario {
    replies(script).model("websocket://mine")
}

const WHOLE: &[&str] = &["\"Hello\"", "\" there\"", "\"[COMPLETE]\""];

#[test]
fn the_turn_is_over_when_it_is_complete_though_the_socket_stays_open() {
    let run = socket([lines(WHOLE)]).run();
    assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("Hello there", &"stop".into()));
    assert_eq!((run.sent.len(), run.sent[0].call.body.as_str()), (1, "question"));
    assert_eq!(run.kept(), ["user: question", "assistant: Hello there"]);
}

#[test]
fn an_answer_may_begin_like_a_page_or_a_document() {
    for text in ["<b>", "{", "[", " "] {
        let run = socket([lines(&[&format!("\"{text}\""), "\"[COMPLETE]\""])]).run();
        assert_eq!(run.answered(), text);
    }
}

#[test]
fn what_is_lost_before_any_text_is_asked_again_over_another_socket() {
    let losses =
        [Reply::unreachable(), lines(&[r#"[1006,""]"#]), lines(&[r#"[1000,"bye"]"#]), lines(&[r#"[1013,"later"]"#])];
    for loss in losses {
        let run = socket([loss.clone(), loss.clone(), lines(WHOLE)]).run();
        assert_eq!(run.answered(), "Hello there", "{loss:?}");
        let turns = run.turns();
        assert!(
            turns[1].starts_with("retry 2 after 250: ") && turns[3].starts_with("retry 3 after 500: "),
            "{turns:?}"
        );
        assert_eq!(turns[5..], ["text Hello", "text  there"]);
        assert_eq!(run.kept(), ["user: question", "assistant: Hello there"]);
    }
}

#[test]
fn what_the_other_side_refuses_is_not_asked_again() {
    for (line, code) in [(r#"[4401,"log in"]"#, "provider"), (r#"[1008,""]"#, "provider"), ("null", "protocol")] {
        let run = socket([lines(&[line])]).run();
        assert_eq!((run.code(), run.turns()), (code, vec!["start 1"]), "{line}");
    }
}

#[test]
fn what_is_cut_behind_text_is_an_error_with_the_text() {
    for (line, code) in [(r#"[1006,""]"#, "network"), (r#"[1000,""]"#, "truncated"), (r#"[4000,"no"]"#, "provider")] {
        let run = socket([lines(&["\"Hel\"", line])]).run();
        assert_eq!((run.code(), run.sent.len()), (code, 1), "{line}");
        assert_eq!(run.kept(), ["user: question", "assistant: Hel…"]);
    }
}

#[test]
fn or_gone_on_with_where_that_is_wanted_and_nothing_comes_twice() {
    let script = [lines(&["\"Hello the\"", r#"[1006,""]"#]), lines(&["\"the\"", "\"re\"", "\"[COMPLETE]\""])];
    let run = socket(script).options(r#""continueOnCut":1"#).run();
    assert_eq!(run.answered(), "Hello there");
    assert!(run.sent[1].call.body.contains("Go on exactly where it stops"));
}

#[test]
fn a_frame_over_the_bound_is_an_error_unless_the_turn_is_complete_without_it() {
    let long = format!("\"{}\"", "x".repeat(101));
    let bounded = |line: &'static str, more: &'static str| {
        let reply = lines(&["\"short\"", &long, line, more]);
        socket([reply]).options(r#""limits":{"maxEventBytes":100}"#).run()
    };
    assert_eq!(bounded("\"er\"", "\"[COMPLETE]\"").answered(), "shorter");
    let run = bounded(r#"[1000,""]"#, "");
    assert_eq!((run.code(), run.sent.len()), ("limit", 1));
    assert_eq!(run.kept(), ["user: question", "assistant: short…"]);
}
