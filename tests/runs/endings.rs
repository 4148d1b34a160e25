//! How an answer ends: whole, cut, failed, or at a bound. What came is kept.

use refinire_web::json::Value;
use refinire_web::provider::Framing;

use crate::fixtures::Events;
use crate::world::{replies, Outcome, Reply, Scenario};

/// A run of that format which gets this reply.
fn ask(events: &Events, reply: Reply) -> Scenario {
    replies([reply]).model("m").options(&format!(r#""provider":"{}""#, events.protocol.name))
}

fn ok(events: &Events, last: &[&Value]) -> Reply {
    Reply::ok().bytes(events.body(last))
}

/// What was delivered before the failure is kept, and nothing was asked again.
fn kept(run: &Outcome, code: &str, text: &str) {
    assert_eq!((run.code(), run.text().as_str()), (code, text), "{:?}", run.ended);
    assert_eq!(run.kept(), ["user: question".to_owned(), format!("assistant: {text}…")]);
    assert_eq!(run.sent.len(), 1);
}

#[test]
fn every_format_tells_a_whole_answer_from_a_cut_one() {
    for events in Events::all() {
        let name = events.protocol.name;
        assert!(!events.ends.is_empty(), "{name}");
        for end in &events.ends {
            let run = ask(&events, ok(&events, &[end])).run();
            assert_eq!(run.answered(), "Hello", "{name} {}", end.to_json());
            assert_eq!(run.result["finishReason"], "stop");
            assert_eq!(run.kept(), ["user: question", "assistant: Hello"]);
            let run = ask(&events, ok(&events, &[end]).cut()).run();
            assert_eq!(run.answered(), "Hello", "{name} {}", end.to_json());
        }
        kept(&ask(&events, ok(&events, &[])).run(), "truncated", "Hello");
        kept(&ask(&events, ok(&events, &[]).cut()).run(), "network", "Hello");
    }
}

#[test]
fn the_last_event_needs_no_blank_line() {
    for events in Events::all() {
        let line_ends = events.line_ends().len();
        for last in &events.ends {
            for cut in 1..=line_ends {
                let mut body = events.body(&[last]);
                body.truncate(body.len() - cut);
                let run = ask(&events, Reply::ok().bytes(body.clone())).run();
                assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("Hello", &"stop".into()));
                // A connection that breaks there says that more was to come.
                if line_ends > 1 {
                    kept(&ask(&events, Reply::ok().bytes(body).cut()).run(), "network", "Hello");
                }
            }
        }
    }
}

#[test]
fn a_cut_in_the_middle_of_an_event_loses_that_event_only() {
    for events in Events::all() {
        let mut body = events.body(&[&events.ends[0]]);
        body.truncate(body.len() - events.line_ends().len() - 1);
        kept(&ask(&events, Reply::ok().bytes(body)).run(), "truncated", "Hello");
    }
    // What may be only the beginning of a text is not used.
    let relay = Reply::ok().bytes("data: Hello\n\ndata: wor");
    kept(&replies([relay]).model("relay://m").run(), "truncated", "Hello");
}

#[test]
fn a_cut_in_the_middle_of_a_character_loses_no_whole_one() {
    let smile = "\u{1F600}".as_bytes();
    for bytes in 1..smile.len() {
        let half = |before: &str| [before.as_bytes(), &smile[..bytes]].concat();
        let said = Reply::ok().say("wörld ");
        kept(
            &replies([said.bytes(half("data: {\"choices\":[{\"delta\":{\"content\":\"half "))]).run(),
            "truncated",
            "wörld ",
        );
        for before in ["", "data: ", "data: half "] {
            let said = Reply::ok().bytes("data: ab\n\n").bytes(half(before));
            kept(&replies([said]).model("relay://m").run(), "truncated", "ab");
        }
    }
}

#[test]
fn a_stream_of_another_protocol_is_told_as_such_and_not_asked_for_again() {
    for events in Events::all() {
        let name = events.protocol.name;
        // The lines of Ollama are no events; the formats of one vendor have events in common.
        let vendor = |name: &'static str| name.split('-').next();
        let is_other = |other: &Events| {
            vendor(other.protocol.name) != vendor(name) && other.protocol.framing == events.protocol.framing
        };
        for other in Events::all().filter(is_other) {
            let run = ask(&events, ok(&other, &[&other.ends[0]])).run();
            let context = format!("{} to {name}: {}", other.protocol.name, run.failure().message);
            assert_eq!((run.code(), run.sent.len(), run.failure().retryable), ("protocol", 1, false), "{context}");
            assert!(run.failure().message.contains(&other.says[0].to_json()[..10]), "{context}");
        }
        for nothing in ["[DONE]", r#"{"status":"thinking"}"#] {
            let payload = if events.protocol.framing == Framing::Ndjson { "" } else { "data: " };
            let body = [payload, nothing, "\n\n", payload, "[DONE]\n\n"].concat();
            let run = ask(&events, Reply::ok().bytes(body)).run();
            assert_eq!((run.code(), run.sent.len()), ("protocol", 1), "{nothing} to {name}");
            assert!(run.failure().message.ends_with(nothing), "{}", run.failure().message);
        }
        // What broke before it said anything is asked for again.
        let broken = || Reply::ok().bytes("data: {\"status\":\"thinking\"}\n\n".trim_start_matches("data: ")).cut();
        let mut scenario = ask(&events, broken()).options(r#""retry":{"attempts":2,"baseMs":1},"fallback":false"#);
        scenario.replies.push(broken());
        let run = scenario.run();
        assert_eq!((run.code(), run.sent.len()), ("network", 2), "{name}");
    }
}

#[test]
fn an_answer_without_a_word_is_an_answer_if_the_provider_says_so() {
    for events in Events::all() {
        let end = events.frame(&events.ends[0]) + "\n\n";
        let run = ask(&events, Reply::ok().bytes(end)).run();
        assert_eq!((run.answered().as_str(), run.chunks.len()), ("", 0), "{}", events.protocol.name);
        assert_eq!((&run.result["finishReason"], run.kept()), (&"stop".into(), vec!["user: question".to_owned()]));
    }
}

#[test]
fn a_finish_reason_has_one_name_and_the_providers_word_is_told_beside_it() {
    for (word, reason) in [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "content-filter"),
        ("something_new", "other"),
        // Without a call the answer is whole.
        ("tool_calls", "stop"),
    ] {
        let run = replies([Reply::ok().say("Hello").finish(word).data("[DONE]")]).run();
        assert_eq!(run.answered(), "Hello");
        let told = (&run.result["finishReason"], &run.result["rawFinishReason"], &run.result["success"]);
        assert_eq!(told, (&reason.into(), &word.into(), &true.into()), "{word}");
    }
}

#[test]
fn a_long_payload_is_quoted_in_part() {
    let long = format!(r#"{{"status":"{}"}}"#, "x".repeat(5_000));
    let run = replies([Reply::ok().data(&long)]).run();
    assert_eq!(run.code(), "protocol");
    let message = &run.failure().message;
    assert!(message.len() < 300 && message.ends_with("x…"), "{message}");
}

#[test]
fn an_error_of_the_providers_behind_text_keeps_the_text() {
    for events in Events::all() {
        let run = ask(&events, ok(&events, &[&events.fails])).run();
        kept(&run, "provider", "Hello");
        assert_eq!(run.failure().message, "broken");
    }
}

#[test]
fn a_bound_on_the_text_ends_the_answer_there() {
    let limit = |max: usize, reply: Reply| replies([reply]).options(&format!(r#""limits":{{"maxChars":{max}}}"#)).run();
    for events in Events::all() {
        let options = r#""limits":{"maxChars":3}"#;
        let run = ask(&events, ok(&events, &[&events.ends[0]]).hang()).options(options).run();
        assert_eq!(
            (run.answered().as_str(), &run.result["finishReason"]),
            ("Hel", &"limit".into()),
            "{}",
            events.protocol.name
        );
        assert_eq!((run.took, run.sent[0].closed_at), (0.0, Some(0.0)), "the connection is closed");
        assert_eq!(run.kept(), ["user: question", "assistant: Hel"]);
    }
    let run = limit(5, Reply::ok().say("Hello").finish("length").hang());
    assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("Hello", &"length".into()), "just as long");
    // Neither in one increment nor over two is a surrogate pair halved.
    let whole = Reply::ok().say("ab\u{1F600}c").done();
    let halves = Reply::ok().say("ab").delta(r#"{"content":"\ud83d"}"#).delta(r#"{"content":"\ude00c"}"#).done();
    for reply in [whole, halves] {
        for (max, text) in [(1, "a"), (2, "ab"), (3, "ab"), (4, "ab\u{1F600}"), (5, "ab\u{1F600}c")] {
            let run = limit(max, reply.clone());
            let reason = if max < 5 { "limit" } else { "stop" };
            assert_eq!((run.answered().as_str(), &run.result["finishReason"]), (text, &reason.into()), "{max}");
        }
    }
    // The replacement of half a pair counts as well.
    let run = limit(2, Reply::ok().delta(r#"{"content":"ab\ud83d"}"#).done());
    assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("ab", &"limit".into()));
    let run = limit(0, Reply::answer("Hello"));
    assert_eq!((run.answered().as_str(), run.kept().len()), ("", 1));
}

#[test]
fn a_page_of_html_with_a_good_status_is_a_clear_error() {
    for page in ["<!doctype html><p>Sign in", "\u{FEFF}\r\n <html></html>"] {
        let run = replies([Reply::ok().bytes(page)]).options(r#""fallback":false"#).run();
        assert_eq!(run.code(), "protocol");
        assert!(run.failure().message.contains("HTML"), "{}", run.failure().message);
    }
}

#[test]
fn a_refusal_says_what_its_body_says() {
    let cases = [
        (r#"{"error":{"message":"Incorrect API key"}}"#, ": Incorrect API key"),
        (r#"[{"error":{"message":"API key not valid"}}]"#, ": API key not valid"),
        (r#"{"error":"unauthorized"}"#, ": unauthorized"),
        (r#"{"detail":"who are you"}"#, ": who are you"),
        ("no entry", ": no entry"),
        ("<html>no</html>", " and a page of HTML"),
        ("", ""),
        ("{}", ""),
    ];
    for (body, told) in cases {
        let run = replies([Reply::status(401).bytes(body)]).run();
        assert_eq!((run.code(), run.failure().status, run.failure().retryable), ("http", Some(401), false));
        assert_eq!(run.failure().message, format!("the server answered with status 401{told}"));
    }
    // A body that breaks does not hide the status, nor how long to wait.
    let run =
        replies([Reply::status(429).retry_after("7").bytes("{\"err").cut()]).options(r#""retry":{"attempts":1}"#).run();
    assert_eq!((run.code(), run.failure().status, run.failure().retry_after_ms), ("http", Some(429), Some(7_000)));
    assert_eq!(run.failure().message, "the server answered with status 429: {\"err");
    let endless = (0..100).fold(Reply::status(400), |reply, _| reply.bytes("x".repeat(4_096)));
    let run = replies([endless.hang()]).options(r#""fallback":false"#).run();
    assert_eq!((run.took, run.sent[0].read), (0.0, 65_536), "of a long one the beginning is read");
    assert!(run.failure().message.len() < 300);
}
