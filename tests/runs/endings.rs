//! How an answer ends: whole, cut, failed, or at a bound. What came is kept.

use crate::world::{replies, Outcome, Reply, Scenario};

/// A provider with a stream that is whole: what it says, and the terminal that ends it.
struct Format {
    model: &'static str,
    says: &'static [&'static str],
    ends: &'static [&'static str],
    fails: &'static str,
}

const FORMATS: &[Format] = &[
    Format {
        model: "openai://m",
        says: &[
            r#"data: {"choices":[{"delta":{"content":"Hel"}}]}"#,
            r#"data: {"choices":[{"delta":{"content":"lo"}}]}"#,
        ],
        ends: &[r#"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"#, "data: [DONE]"],
        fails: r#"data: {"error":{"message":"broken","type":"server_error"}}"#,
    },
    Format {
        model: "anthropic://m",
        says: &[
            r#"data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            r#"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#,
        ],
        ends: &[
            r#"data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#,
            r#"data: {"type":"message_stop"}"#,
        ],
        fails:
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"broken\"}}",
    },
    Format {
        model: "gemini",
        says: &[
            r#"data: {"candidates":[{"content":{"parts":[{"text":"Hel"}]}}]}"#,
            r#"data: {"candidates":[{"content":{"parts":[{"text":"lo"}]}}]}"#,
        ],
        ends: &[r#"data: {"candidates":[{"finishReason":"STOP"}]}"#],
        fails: r#"data: {"error":{"code":503,"status":"UNAVAILABLE","message":"broken"}}"#,
    },
    Format {
        model: "ollama://m",
        says: &[r#"{"message":{"content":"Hel"},"done":false}"#, r#"{"message":{"content":"lo"},"done":false}"#],
        ends: &[
            r#"{"message":{"content":""},"done":true,"done_reason":"stop"}"#,
            r#"{"message":{"content":""},"done_reason":"stop"}"#,
            r#"{"done":true}"#,
            "[DONE]",
        ],
        fails: r#"{"error":"broken"}"#,
    },
    Format {
        model: "relay://m",
        says: &[r#"data: {"chunk":"Hel"}"#, r#"data: {"chunk":"lo"}"#],
        ends: &[r#"data: {"complete":true}"#, "data: [COMPLETE]", "data: [DONE]"],
        fails: r#"data: {"error":"broken"}"#,
    },
];

const RESPONSES: Format = Format {
    model: "openai-responses",
    says: &[
        r#"data: {"type":"response.output_text.delta","item_id":"i","output_index":0,"content_index":0,"delta":"Hello"}"#,
    ],
    ends: &[r#"data: {"type":"response.completed","response":{"status":"completed"}}"#, "data: [DONE]"],
    fails: r#"data: {"type":"error","code":"server_error","message":"broken"}"#,
};

fn formats() -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().chain([&RESPONSES])
}

impl Format {
    fn body(&self, last: &[&str]) -> Vec<u8> {
        let end = if self.model.starts_with("ollama") { "\n" } else { "\n\n" };
        self.says.iter().chain(last).flat_map(|event| [event, end].concat().into_bytes()).collect()
    }

    fn ask(&self, reply: Reply) -> Scenario {
        let scenario = replies([reply]).model(self.model);
        if self.model == RESPONSES.model {
            return scenario.model("m").options(r#""provider":"openai-responses""#);
        }
        scenario
    }
}

/// What was delivered before the failure is kept, and nothing was asked again.
fn kept(run: &Outcome, code: &str, text: &str) {
    assert_eq!((run.code(), run.text().as_str()), (code, text), "{:?}", run.ended);
    assert_eq!(run.kept(), ["user: question".to_owned(), format!("assistant: {text}…")]);
    assert_eq!(run.sent.len(), 1);
}

#[test]
fn every_format_tells_a_whole_answer_from_a_cut_one() {
    for format in formats() {
        for end in format.ends {
            let run = format.ask(Reply::ok().bytes(format.body(&[end]))).run();
            assert_eq!(run.answered(), "Hello", "{} {end}", format.model);
            assert_eq!(run.result["finishReason"], "stop");
            assert_eq!(run.kept(), ["user: question", "assistant: Hello"]);
            let broken_later = Reply::ok().bytes(format.body(&[end])).cut();
            assert_eq!(format.ask(broken_later).run().answered(), "Hello", "{} {end}", format.model);
        }
        kept(&format.ask(Reply::ok().bytes(format.body(&[]))).run(), "truncated", "Hello");
        kept(&format.ask(Reply::ok().bytes(format.body(&[])).cut()).run(), "network", "Hello");
    }
}

#[test]
fn the_last_event_needs_no_blank_line() {
    for format in formats() {
        let end = if format.model.starts_with("ollama") { 1 } else { 2 };
        for last in format.ends {
            for cut in 1..=end {
                let mut body = format.body(&[last]);
                body.truncate(body.len() - cut);
                let run = format.ask(Reply::ok().bytes(body.clone())).run();
                assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("Hello", &"stop".into()));
                // A connection that breaks there says that more was to come.
                if end > 1 {
                    kept(&format.ask(Reply::ok().bytes(body).cut()).run(), "network", "Hello");
                }
            }
        }
    }
}

#[test]
fn a_cut_in_the_middle_of_an_event_loses_that_event_only() {
    for format in formats() {
        let mut body = format.body(&[format.ends[0]]);
        let blank = if format.model.starts_with("ollama") { 1 } else { 2 };
        body.truncate(body.len() - blank - 1);
        kept(&format.ask(Reply::ok().bytes(body)).run(), "truncated", "Hello");
    }
    // What may be only the beginning of a text is not used.
    let relay = Reply::ok().bytes("data: Hello\n\ndata: wor");
    kept(&replies([relay]).model("relay://m").run(), "truncated", "Hello");
}

#[test]
fn a_stream_of_another_protocol_is_told_as_such_and_not_asked_for_again() {
    for format in formats() {
        let name = |format: &Format| format.model.split([':', '-']).next();
        // The lines of Ollama are no events, and text is what a backend may send.
        let framed = |other: &Format| other.model.starts_with("ollama") == format.model.starts_with("ollama");
        for other in formats().filter(|other| name(other) != name(format) && framed(other)) {
            let run = format.ask(Reply::ok().bytes(other.body(&[other.ends[0]]))).run();
            let context = format!("{} to {}: {}", other.model, format.model, run.failure().message);
            assert_eq!((run.code(), run.sent.len(), run.failure().retryable), ("protocol", 1, false), "{context}");
            let first = other.says[0].trim_start_matches("data: ");
            assert!(run.failure().message.contains(&first[..10]), "{context}");
        }
        for nothing in ["[DONE]", r#"{"status":"thinking"}"#] {
            let payload = if format.model.starts_with("ollama") { "" } else { "data: " };
            let body = [payload, nothing, "\n\n", payload, "[DONE]\n\n"].concat();
            let run = format.ask(Reply::ok().bytes(body)).run();
            assert_eq!((run.code(), run.sent.len()), ("protocol", 1), "{nothing} to {}", format.model);
            assert!(run.failure().message.ends_with(nothing), "{}", run.failure().message);
        }
        // What broke before it said anything is asked for again.
        let broken = || Reply::ok().bytes("data: {\"status\":\"thinking\"}\n\n".trim_start_matches("data: ")).cut();
        let mut scenario = format.ask(broken()).options(r#""retry":{"attempts":2,"baseMs":1},"fallback":false"#);
        scenario.replies.push(broken());
        let run = scenario.run();
        assert_eq!((run.code(), run.sent.len()), ("network", 2), "{}", format.model);
    }
}

#[test]
fn an_answer_without_a_word_is_an_answer_if_the_provider_says_so() {
    for format in formats() {
        let end = [format.ends[0], "\n\n"].concat();
        assert_eq!(format.ask(Reply::ok().bytes(end)).run().answered(), "", "{}", format.model);
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
    for format in formats() {
        let run = format.ask(Reply::ok().bytes(format.body(&[format.fails]))).run();
        kept(&run, "provider", "Hello");
        assert_eq!(run.failure().message, "broken");
    }
}

#[test]
fn a_bound_on_the_text_ends_the_answer_there() {
    let limit = |max: usize, reply: Reply| replies([reply]).options(&format!(r#""limits":{{"maxChars":{max}}}"#)).run();
    for format in formats() {
        let options = r#""limits":{"maxChars":3}"#;
        let run = format.ask(Reply::ok().bytes(format.body(&[format.ends[0]])).hang()).options(options).run();
        assert_eq!(
            (run.answered().as_str(), &run.result["finishReason"]),
            ("Hel", &"limit".into()),
            "{}",
            format.model
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
    let endless = (0..100).fold(Reply::status(400), |reply, _| reply.bytes("x".repeat(4_096)));
    let run = replies([endless.hang()]).options(r#""fallback":false"#).run();
    assert_eq!((run.took, run.sent[0].read), (0.0, 65_536), "of a long one the beginning is read");
    assert!(run.failure().message.len() < 300);
}
