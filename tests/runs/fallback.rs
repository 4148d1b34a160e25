//! Where streaming fails before anything came, it is asked once without.

use crate::world::{replies, Reply, Way};

const ONE_ATTEMPT: &str = r#""retry":{"attempts":1}"#;

fn is_streaming(body: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(body).unwrap()["stream"] == true
}

#[test]
fn it_is_asked_once_without_streaming_when_every_attempt_failed() {
    let mut script = vec![Reply::status(500); 3];
    script.push(Reply::whole("Hello"));
    let run = replies(script).run();
    assert_eq!(run.answered(), "Hello");
    let turns = ["start 1", "retry 2 after 250: http", "start 2", "retry 3 after 500: http", "start 3"];
    assert_eq!(run.turns()[..5], turns);
    assert_eq!(run.turns()[5..], ["fallback: http", "start 4", "text Hello"]);
    let streaming: Vec<_> = run.sent.iter().map(|sent| is_streaming(&sent.call.body)).collect();
    assert_eq!(streaming, [true, true, true, false]);
    assert_eq!((&run.result["text"], &run.result["finishReason"]), (&"Hello".into(), &"stop".into()));
    assert_eq!(run.result["attempts"], 4);
    assert_eq!(run.kept(), ["user: question", "assistant: Hello"]);
    assert!(run.sent[3].call.headers.contains(&"application/json".to_owned()));
    assert!(!run.sent[3].call.headers.contains(&"text/event-stream".to_owned()));
}

#[test]
fn what_does_not_get_better_may_do_without_streaming() {
    let about_streaming = r#"{"error":{"message":"Streaming is not supported for this model"}}"#;
    let failures = [
        Reply::status(400).bytes(about_streaming),
        Reply::status(422).bytes(r#"{"detail":[{"loc":["body","stream"],"msg":"must be false"}]}"#),
        Reply::status(413),
        Reply::ok().data("{"),
        Reply::ok().bytes("<html>"),
        Reply::ok().data(r#"{"error":"streaming is not supported"}"#),
    ];
    for reply in failures {
        let run = replies([reply.clone(), Reply::whole("Hello")]).run();
        assert_eq!(run.answered(), "Hello", "{reply:?}");
        assert_eq!(run.told("retry").len(), 0);
    }
}

#[test]
fn a_request_that_is_wrong_is_not_made_without_streaming() {
    let refusals = [400, 422].map(|status| {
        let bodies = ["", r#"{"error":{"message":"no such model"}}"#, "upstream says no"];
        bodies.map(|body| Reply::status(status).bytes(body))
    });
    for reply in refusals.into_iter().flatten() {
        let run = replies([reply.clone()]).run();
        assert_eq!((run.code(), run.turns()), ("http", vec!["start 1"]), "{reply:?}");
    }
    for kind in [r#""type":"invalid_request_error""#, r#""code":400"#, r#""status":"INVALID_ARGUMENT""#] {
        let run = replies([Reply::ok().data(&format!(r#"{{"error":{{"message":"no such tool",{kind}}}}}"#))]).run();
        assert_eq!((run.code(), run.turns()), ("provider", vec!["start 1"]), "{kind}");
    }
}

#[test]
fn a_server_that_refuses_the_caller_is_not_asked_without_streaming() {
    let refusals = [401, 403, 404].map(Reply::status);
    let errors = ["authentication_error", "permission_error", "not_found_error", "insufficient_quota"];
    let errors = errors.map(|kind| Reply::ok().data(&format!(r#"{{"error":{{"type":"{kind}"}}}}"#)));
    for reply in refusals.into_iter().chain(errors) {
        let run = replies([reply.clone()]).run();
        assert_eq!(run.turns(), ["start 1"], "{reply:?}");
        assert!(run.ended.is_err());
    }
    let run = replies(vec![Reply::status(429); 3]).run();
    assert_eq!(run.failure().status, Some(429));
    assert_eq!(run.told("fallback").len(), 0);
}

#[test]
fn nor_is_one_when_the_time_is_up_or_the_caller_aborts() {
    let run = replies([Reply::silent()]).options(r#""timeout":{"total":1000}"#).run();
    assert_eq!((run.code(), run.turns()), ("timeout", vec!["start 1"]));
    let run = replies([Reply::silent()]).stop_after(1_000.0, Way::Abort).run();
    run.stop();
    assert_eq!(run.turns(), ["start 1"]);
}

#[test]
fn nor_is_one_where_the_caller_does_not_want_it_or_the_wire_cannot() {
    let run = replies([Reply::status(500)]).options(ONE_ATTEMPT).options(r#""fallback":false"#).run();
    assert_eq!((run.code(), run.turns()), ("http", vec!["start 1"]));
    let run = replies([Reply::status(500)]).options(ONE_ATTEMPT).model("relay://mine").run();
    assert_eq!((run.code(), run.turns()), ("http", vec!["start 1"]));
}

#[test]
fn a_mistake_of_the_callers_is_not_made_twice() {
    let run = replies([Reply::mistaken()]).run();
    assert_eq!((run.code(), run.turns()), ("invalid-argument", vec!["start 1"]));
}

#[test]
fn where_that_fails_too_the_first_failure_is_told() {
    let later = [Reply::status(401), Reply::unreachable(), Reply::ok().bytes("{"), Reply::ok(), Reply::silent()];
    for reply in later {
        let run = replies([Reply::status(500), reply.clone()]).options(ONE_ATTEMPT).run();
        assert_eq!(run.failure().status, Some(500), "{reply:?}");
        assert_eq!(run.turns(), ["start 1", "fallback: http", "start 2"]);
        assert_eq!(run.kept(), ["user: question"]);
        assert_eq!(run.replies_left, 0);
    }
}

#[test]
fn where_that_fails_behind_some_text_its_own_failure_is_told() {
    // The answer says something, and then that it failed.
    let reply = Reply::ok().bytes(r#"{"choices":[{"message":{"content":"Hel"}}],"error":{"message":"broken"}}"#);
    let run = replies([Reply::status(500), reply]).options(ONE_ATTEMPT).run();
    assert_eq!((run.code(), run.text().as_str()), ("provider", "Hel"));
    assert_eq!(run.kept(), ["user: question", "assistant: Hel…"]);
}

#[test]
fn its_head_may_take_as_long_as_the_first_content() {
    let slow = |ms| replies([Reply::status(500), Reply::whole("Hello").head_after(ms)]).options(ONE_ATTEMPT);
    assert_eq!(slow(59_000.0).run().answered(), "Hello");
    let run = slow(61_000.0).run();
    assert_eq!((run.failure().status, run.took), (Some(500), 60_000.0));
}

#[test]
fn an_answer_without_streaming_has_its_reasoning_calls_and_figures() {
    let message = serde_json::json!({
        "content": "Hello",
        "reasoning": "Hm",
        "tool_calls": [{"id": "c", "type": "function", "function": {"name": "look", "arguments": "{\"at\":1}"}}],
    });
    let usage = serde_json::json!({"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7});
    let body = serde_json::json!({"choices": [{"message": message, "finish_reason": "tool_calls"}], "usage": usage});
    let run = replies([Reply::status(500), Reply::ok().bytes(body.to_string())]).options(ONE_ATTEMPT).run();
    assert_eq!(run.answered(), "Hello");
    assert_eq!(run.result["reasoning"], "Hm");
    assert_eq!(run.result["toolCalls"][0]["input"]["at"], 1);
    assert_eq!(run.result["usage"]["totalTokens"], 7);
    assert_eq!(run.result["finishReason"], "tool-calls");
    assert_eq!(run.told("reasoning"), ["reasoning Hm"]);
    assert!(run.told("event").iter().any(|event| event.contains(r#""type":"tool-call""#)), "{:?}", run.log);
}

#[test]
fn a_document_where_a_stream_was_asked_for_is_read_as_an_answer() {
    let run = replies([Reply::whole("Hello")]).run();
    assert_eq!((run.answered().as_str(), run.turns()), ("Hello", vec!["start 1", "text Hello"]));
    // In pieces, behind a byte order mark and white space.
    let document = r#"{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}"#;
    let (first, second) = document.split_at(20);
    let run = replies([Reply::ok().bytes("\u{FEFF}\r\n ").bytes(first).wait(10.0).bytes(second)]).run();
    assert_eq!(run.answered(), "Hello");
}

#[test]
fn a_stream_where_a_document_was_asked_for_is_read_as_it_comes() {
    let lines = ["Hel", "lo"].map(|text| format!("{{\"message\":{{\"content\":\"{text}\"}},\"done\":false}}\n"));
    let last = "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n";
    let streams = [
        ("", Reply::ok().bytes(": ping\n\n").say("Hel").wait(10.0).say("lo").done()),
        ("", Reply::ok().bytes("\u{FEFF}\r\n").say("Hel").wait(10.0).say("lo").done()),
        ("ollama://m", Reply::ok().bytes(&*lines[0]).wait(10.0).bytes(&*lines[1]).bytes(last)),
    ];
    for (model, stream) in streams {
        let mut scenario = replies([Reply::status(500), stream.clone()]).options(ONE_ATTEMPT);
        if !model.is_empty() {
            scenario = scenario.model(model);
        }
        let run = scenario.run();
        assert_eq!(run.answered(), "Hello", "{stream:?}");
        assert_eq!(run.turns(), ["start 1", "fallback: http", "start 2", "text Hel", "text lo"], "{stream:?}");
        assert_eq!(run.result["finishReason"], "stop");
    }
}

#[test]
fn a_document_on_several_lines_is_one_document() {
    let document = serde_json::json!({"message": {"content": "Hello"}, "done": true, "done_reason": "stop"});
    let pretty = serde_json::to_string_pretty(&document).unwrap();
    for body in [document.to_string(), format!("{document}\n"), pretty] {
        let run = replies([Reply::status(500), Reply::ok().bytes(body)]).options(ONE_ATTEMPT).model("ollama://m").run();
        assert_eq!(run.answered(), "Hello");
    }
}
