//! What fails before anything came is asked again; what cannot get better, or has begun to arrive, is not.

use crate::world::{replies, Reply, Scenario};

const NO_FALLBACK: &str = r#""fallback":false"#;

/// A request that gets this reply, and an answer the second time.
fn then_an_answer(reply: Reply) -> Scenario {
    replies([reply, Reply::answer("Hello")]).options(NO_FALLBACK)
}

/// Every way to fail before anything came that may go away, with its code.
fn passing_failures() -> Vec<(&'static str, Reply)> {
    let statuses = [408, 409, 429, 500, 502, 503, 529, 599].map(|status| ("http", Reply::status(status)));
    let overloaded = r#"{"error":{"type":"overloaded_error","message":"later"}}"#;
    let mut failures = vec![
        ("network", Reply::unreachable()),
        ("provider", Reply::ok().data(overloaded)),
        ("provider", Reply::ok().data(r#"{"error":{"code":503,"message":"later"}}"#)),
        ("truncated", Reply::ok()),
        ("truncated", Reply::ok().bytes(": hello\n\n")),
        ("truncated", Reply::ok().delta(r#"{"role":"assistant","content":""}"#)),
        ("truncated", Reply::ok().bytes("data: {\"choices\":[{\"delta\":{\"content\":\"never whole\"}}]")),
        ("network", Reply::ok().cut()),
        ("timeout", Reply::silent()),
        ("timeout", Reply::ok().hang()),
    ];
    failures.extend(statuses);
    failures
}

#[test]
fn what_may_go_away_is_asked_again() {
    for (code, reply) in passing_failures() {
        let run = then_an_answer(reply.clone()).run();
        assert_eq!(run.answered(), "Hello", "{reply:?}");
        let retry = format!("retry 2 after 250: {code}");
        assert_eq!(run.turns(), ["start 1", &retry, "start 2", "text Hello"], "{reply:?}");
        assert_eq!(run.result["attempts"], 2);
        assert_eq!(run.sent[0].call, run.sent[1].call, "the same is asked again");
        assert_eq!(run.kept(), ["user: question", "assistant: Hello"]);
    }
}

#[test]
fn what_does_not_get_better_is_not_asked_again() {
    let statuses = [400, 401, 403, 404, 413, 422, 304].map(|status| ("http", Reply::status(status)));
    let failures = [
        ("provider", Reply::ok().data(r#"{"error":{"type":"invalid_request_error","message":"no"}}"#)),
        ("provider", Reply::ok().data(r#"{"error":{"type":"insufficient_quota","code":429,"message":"no"}}"#)),
        ("protocol", Reply::ok().data(r#"{"choices":[{"#)),
        ("protocol", Reply::ok().bytes("<!doctype html><title>Sign in</title>")),
    ];
    for (code, reply) in statuses.into_iter().chain(failures) {
        let run = replies([reply.clone()]).options(NO_FALLBACK).run();
        assert_eq!((run.code(), run.failure().retryable), (code, false), "{reply:?}");
        assert_eq!(run.turns(), ["start 1"], "{reply:?}");
        assert_eq!(run.kept(), ["user: question"]);
    }
}

#[test]
fn nothing_is_asked_again_once_text_or_reasoning_or_a_call_has_come() {
    let beginnings = [Reply::ok().say("Hel"), Reply::ok().think("Hm"), Reply::ok().call("c", "look", "{")];
    for beginning in beginnings {
        let overloaded = r#"{"error":{"type":"overloaded_error"}}"#;
        let ends = [
            ("truncated", beginning.clone()),
            ("network", beginning.clone().cut()),
            ("timeout", beginning.clone().hang()),
            ("provider", beginning.clone().data(overloaded)),
            ("protocol", beginning.clone().data("{")),
        ];
        for (code, reply) in ends {
            let run = replies([reply]).run();
            assert_eq!(run.code(), code);
            assert_eq!(run.told("start").len(), 1, "{:?}", run.log);
            assert!(run.told("retry").is_empty() && run.told("fallback").is_empty(), "{:?}", run.log);
        }
    }
}

#[test]
fn it_is_asked_as_often_as_the_caller_says() {
    for attempts in 1..=5 {
        let options = format!(r#""retry":{{"attempts":{attempts}}}"#);
        let run = replies(vec![Reply::status(500); attempts]).options(NO_FALLBACK).options(&options).run();
        assert_eq!((run.code(), run.failure().status), ("http", Some(500)));
        assert_eq!(run.sent.len(), attempts);
        assert_eq!(run.replies_left, 0);
    }
    let run = replies(vec![Reply::status(500); 3]).options(NO_FALLBACK).run();
    assert_eq!(run.told("start"), ["start 1", "start 2", "start 3"], "three times by default");
    assert_eq!(run.told("retry").len(), 2, "the last failure is not followed by a wait");
    assert_eq!(run.result["attempts"], 3);
}

/// The waits between the requests of a run that always fails.
fn waits(options: &str, randoms: &[f64], attempts: usize) -> Vec<f64> {
    let options = format!(r#""retry":{{"attempts":{attempts}{options}}}"#);
    let run = replies(vec![Reply::status(503); attempts]).options(NO_FALLBACK).options(&options).randoms(randoms).run();
    run.times().windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn each_wait_is_twice_as_long_up_to_the_longest() {
    let most = [0.999_999; 9];
    let rounded = |waits: Vec<f64>| waits.iter().map(|wait| wait.round()).collect::<Vec<_>>();
    assert_eq!(rounded(waits("", &most, 7)), [500.0, 1000.0, 2000.0, 4000.0, 8000.0, 8000.0]);
    assert_eq!(rounded(waits(r#","baseMs":10,"maxMs":35"#, &most, 5)), [10.0, 20.0, 35.0, 35.0]);
    assert_eq!(rounded(waits(r#","baseMs":0"#, &most, 3)), [0.0, 0.0]);
    let many = waits(r#","baseMs":1,"maxMs":60000"#, &[], 60);
    assert!(many.iter().all(|wait| (0.5..=60_000.0).contains(wait)), "{many:?}");
}

#[test]
fn a_random_part_keeps_callers_apart_and_the_wait_within_its_second_half() {
    assert_eq!(waits("", &[0.0, 0.0], 3), [250.0, 500.0]);
    assert_eq!(waits("", &[0.5, 0.25], 3), [375.0, 625.0]);
    let mut rng = fastrand::Rng::with_seed(1);
    for _ in 0..100 {
        let randoms = [rng.f64(), rng.f64(), rng.f64()];
        for (wait, full) in waits("", &randoms, 4).into_iter().zip([500.0, 1000.0, 2000.0]) {
            assert!((full / 2.0..=full).contains(&wait), "{wait} of {full}");
        }
    }
}

#[test]
fn the_wait_that_the_server_asks_for_is_kept() {
    let cases = [
        ("2", 2_000.0),
        (" 7 ", 7_000.0),
        ("0", 0.0),
        ("60", 60_000.0),
        // The three forms of a date in RFC 9110 section 5.6.7.
        ("Thu, 01 Jan 2026 00:00:07 GMT", 7_000.0),
        ("Thursday, 01-Jan-26 00:00:07 GMT", 7_000.0),
        ("Thu Jan  1 00:00:07 2026", 7_000.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0.0),
    ];
    for (value, wait) in cases {
        for status in [429, 503] {
            let run = then_an_answer(Reply::status(status).retry_after(value)).run();
            assert_eq!(run.answered(), "Hello");
            assert_eq!(run.times(), [0.0, wait], "{value}");
        }
    }
}

#[test]
fn what_is_no_time_to_wait_for_is_as_if_it_were_not_there() {
    for value in ["", "soon", "-1", "1.5", "99999999999999999999", "Thu, 32 Jan 2026 00:00:07 GMT"] {
        let run = then_an_answer(Reply::status(503).retry_after(value)).run();
        assert_eq!(run.times(), [0.0, 250.0], "{value}");
    }
}

#[test]
fn a_wait_of_more_than_a_minute_is_not_waited_for() {
    for value in ["61", "86400", "4294967295", "Thu, 01 Jan 2026 01:00:00 GMT"] {
        let run = replies([Reply::status(429).retry_after(value)]).run();
        assert_eq!((run.code(), run.failure().retryable), ("http", true));
        assert_eq!(run.turns(), ["start 1"], "{value}");
        assert!(run.failure().retry_after_ms.unwrap() > 60_000, "the caller is told how long");
    }
}

#[test]
fn connect_and_first_chunk_are_counted_anew_for_each_attempt() {
    let run = replies([Reply::silent(), Reply::ok().hang(), Reply::ok().wait(59_000.0).say("late").done()]).run();
    assert_eq!(run.answered(), "late");
    assert_eq!(run.times(), [0.0, 30_250.0, 90_750.0]);
}

#[test]
fn nothing_of_a_failed_attempt_is_in_the_result() {
    let usage = r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9}}"#;
    let failed = Reply::ok().data(usage).data(r#"{"error":{"code":500}}"#);
    let run = then_an_answer(failed).run();
    assert_eq!(run.answered(), "Hello");
    assert_eq!(run.result["usage"], serde_json::Value::Null);
    assert_eq!(run.result["finishReason"], "stop");
    // A finish reason that came before the error, and half a surrogate pair.
    let failed = Reply::ok().finish("length").data(r#"{"error":{"code":500}}"#);
    let run = then_an_answer(failed).run();
    assert_eq!((run.answered().as_str(), &run.result["finishReason"]), ("Hello", &"stop".into()));
}

#[test]
fn a_failed_request_is_closed_before_the_wait() {
    for (_, reply) in passing_failures() {
        let run = then_an_answer(reply.clone()).run();
        let closed = run.sent[0].closed_at.unwrap();
        assert!(closed <= run.times()[1] - 250.0, "{reply:?}");
    }
}

#[test]
fn a_line_of_json_that_is_cut_is_asked_again() {
    let whole = "{\"message\":{\"content\":\"Hello\"},\"done\":true}\n";
    let run = replies([Reply::ok().bytes(&whole[..20]), Reply::ok().bytes(whole)]).model("ollama://m").run();
    assert_eq!((run.answered().as_str(), run.told("retry").len()), ("Hello", 1));
    let run = replies([Reply::ok().bytes([&whole[..20], "\n"].concat())]).model("ollama://m");
    let run = run.options(r#""fallback":false"#).run();
    assert_eq!((run.code(), run.sent.len()), ("protocol", 1), "one with an end was written so");
}

#[test]
fn a_stream_that_ends_behind_its_beginning_is_asked_again() {
    let beginnings = [
        (
            "anthropic",
            r#"{"type":"message_start","message":{"role":"assistant","content":[],"usage":{"input_tokens":3}}}"#,
        ),
        ("openai", r#"{"choices":[{"index":0,"delta":{"role":"assistant"}}],"usage":{"prompt_tokens":3}}"#),
        ("gemini", r#"{"candidates":[],"usageMetadata":{"promptTokenCount":3}}"#),
    ];
    for (provider, beginning) in beginnings {
        let cut = || Reply::ok().data(beginning);
        let options = format!(r#""provider":"{provider}","retry":{{"attempts":2}},"fallback":false"#);
        let run = replies([cut(), cut()]).model("m").options(&options).run();
        assert_eq!((run.code(), run.sent.len()), ("truncated", 2), "{provider}");
    }
}

/// What llama.cpp and Hugging Face say.
const LOADING: [&str; 2] = [
    r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
    r#"{"error":"Model org/name is currently loading","estimated_time":20.0}"#,
];

fn loading(times: usize) -> Vec<Reply> {
    vec![Reply::status(503).bytes(LOADING[0]); times]
}

#[test]
fn a_server_that_loads_its_model_is_asked_again_without_counting_as_attempts() {
    for body in LOADING {
        let mut script = vec![Reply::status(503).bytes(body); 5];
        script.extend([Reply::status(500), Reply::status(500), Reply::answer("Hello")]);
        let run = replies(script).options(NO_FALLBACK).run();
        assert_eq!(run.answered(), "Hello");
        let waits: Vec<_> = run.told("retry").iter().map(|line| (*line).to_owned()).collect();
        let waited = [2, 3, 4, 5, 6].map(|attempt| format!("retry {attempt} after 1000: http"));
        assert_eq!(waits[..5], waited, "each is an attempt of its own to whoever listens");
        assert_eq!(
            waits[5..],
            ["retry 7 after 250: http", "retry 8 after 500: http"],
            "and the attempts begin behind them"
        );
    }
}

#[test]
fn a_model_is_waited_for_as_long_as_a_connection() {
    let run = replies(loading(5)).options(r#""fallback":false,"timeout":{"connect":4500}"#).run();
    assert_eq!((run.code(), run.failure().status), ("http", Some(503)));
    assert_eq!(run.told("retry").len(), 4);
    assert_eq!(run.told("fallback").len(), 0);
    let asked = Reply::status(503).bytes(LOADING[0]).retry_after("4");
    let run = replies([asked, Reply::answer("Hello")]).options(NO_FALLBACK).run();
    assert_eq!(run.told("retry"), ["retry 2 after 4000: http"]);
}

#[test]
fn where_nothing_is_to_be_asked_again_no_model_is_waited_for() {
    let run = replies(loading(1)).options(r#""fallback":false,"retry":{"attempts":1}"#).run();
    assert_eq!((run.code(), run.told("retry").len()), ("http", 0));
    let run = replies([Reply::status(503).bytes("overloaded"), Reply::answer("Hello")]).options(NO_FALLBACK).run();
    assert_eq!(run.told("retry"), ["retry 2 after 250: http"], "nor for any other 503");
}
