//! Errors in any shape: the server's own words, and whether asking again may help.

use refinire_web::error::Error;
use refinire_web::provider::{
    error_in_line, error_line, http_error_in_body, mentions_streaming, place_of_word, provider_error, Framing,
    PROTOCOLS,
};

use super::support::{events, protocol, schema, stream, whole};

/// The formats of vendors; a relay has rules of its own.
fn vendors() -> impl Iterator<Item = &'static str> {
    PROTOCOLS.iter().filter(|protocol| protocol.non_streaming).map(|protocol| protocol.name)
}

/// Those of them that send events.
fn of_events() -> impl Iterator<Item = &'static str> {
    vendors().filter(|vendor| protocol(vendor).framing == Framing::Sse)
}

/// Errors as the only payload of a stream, with their words and whether they may pass.
const SHAPES: &[(&str, &str, bool)] = &[
    (r#"{"error":"no such model"}"#, "no such model", false),
    (r#"{"error":["no such model"]}"#, "no such model", false),
    (r#"{"error":{"message":"no such model"}}"#, "no such model", false),
    (r#"{"error":{"message":["a is missing","b is missing"]}}"#, "a is missing; b is missing", false),
    (r#"{"error":{"message":{"message":"deep"}}}"#, "deep", false),
    (r#"{"error":{"message":"{\"error\":{\"message\":\"no such model\",\"code\":404}}"}}"#, "no such model", false),
    (r#"{"error":"{\"detail\":\"no such model\"}"}"#, "no such model", false),
    (r#"{"error":{"type":"overloaded_error"}}"#, "overloaded_error", true),
    (r#"{"error":{"code":"503","message":"later"}}"#, "later", true),
    (r#"{"error":{"status":503,"message":"later"}}"#, "later", true),
    (r#"{"status":503,"error":"later"}"#, "later", true),
    (
        r#"{"statusCode":429,"message":["wait","a bit"],"error":"Too Many Requests"}"#,
        "Too Many Requests: wait; a bit",
        true,
    ),
    (r#"{"error":"invalid_token","error_description":"it is too old"}"#, "invalid_token: it is too old", false),
    (r#"{"error":"rate_limit_exceeded","message":"wait"}"#, "rate_limit_exceeded: wait", true),
    (
        r#"{"error":{"message":"Provider returned error","code":502,"metadata":{"raw":"{\"error\":{\"message\":\"the upstream is full\"}}","provider_name":"X"}}}"#,
        "the upstream is full",
        true,
    ),
    (
        r#"{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"bad tools"}}}"#,
        "bad tools",
        false,
    ),
    (r#"{"errors":["no such model","nor this"]}"#, "no such model; nor this", false),
    (r#"{"errors":[{"message":"no such model","code":404}]}"#, "no such model", false),
    (r#"{"errors":{"name":["is too short"],"age":"is no number"}}"#, "name: is too short; age: is no number", false),
    (
        r#"{"title":"One or more errors","status":400,"errors":{"name":["is too short"]}}"#,
        "One or more errors: name: is too short",
        false,
    ),
    (r#"{"detail":"Not authenticated"}"#, "Not authenticated", false),
    (
        r#"{"detail":[{"type":"missing","loc":["body","messages",0,"content"],"msg":"field required","input":null}]}"#,
        "body.messages[0].content: field required",
        false,
    ),
    (r#"{"detail":{"error":"no such model"}}"#, "no such model", false),
    (r#"{"msg":"no such model"}"#, "no such model", false),
    (r#"{"Message":"no such model"}"#, "no such model", false),
    (r#"{"message":"no such model","requestId":"r1"}"#, "no such model", false),
    (r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#, "Rate exceeded", true),
    (r#"{"code":"invalid_parameter","message":"no such model"}"#, "no such model", false),
    (r#"{"code":500,"msg":"later"}"#, "later", true),
    (r#"{"code":-1,"msg":"no such model"}"#, "no such model", false),
    (r#"{"success":false,"message":"no such model"}"#, "no such model", false),
    (r#"{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}"#, "insufficient balance", false),
    (r#"{"base_resp":{"status_code":1002,"status_msg":"rate limit"}}"#, "rate limit", true),
    (
        r#"{"object":"error","message":"no such model","type":"NotFoundError","param":null,"code":404}"#,
        "no such model",
        false,
    ),
    (r#"{"object":"error","message":"later","type":"InternalServerError","code":500}"#, "later", true),
    (
        r#"{"type":"https://example.com/out-of-credit","title":"You do not have enough credit.","status":403,"detail":"Your balance is 30."}"#,
        "You do not have enough credit.: Your balance is 30.",
        false,
    ),
    (r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, "Overloaded", true),
    (
        r#"{"fault":{"faultstring":"Invalid ApiKey","detail":{"errorcode":"oauth.v2.InvalidApiKey"}}}"#,
        "Invalid ApiKey",
        false,
    ),
    (r#"{"errorMessage":"no such model","errorType":"ValueError","requestId":"r1"}"#, "no such model", false),
    (r#"{"ResponseMetadata":{"Error":{"Code":"NotFound","Message":"no such model"}}}"#, "no such model", false),
    (r#"{"Error":{"Code":"NotFound","Message":"no such model"}}"#, "no such model", false),
    (r#"{"exception":"ValueError","message":"no such model"}"#, "no such model", false),
    (r#"{"err":"no such model"}"#, "no such model", false),
];

fn told(error: &Error) -> (&str, &str, bool) {
    (error.code.as_str(), &error.message, error.retryable)
}

fn provider(json: &str) -> Error {
    provider_error(&schema(json))
}

#[test]
fn an_error_is_told_in_the_servers_words_whatever_its_shape() {
    for (payload, words, retryable) in SHAPES {
        for vendor in vendors() {
            let answer = events(vendor, &[payload]);
            let error = answer.error.unwrap_or_else(|| panic!("{vendor} took {payload}"));
            assert_eq!(told(&error), ("provider", *words, *retryable), "{vendor}: {payload}");
            assert_eq!(answer.raw_count, 0);
        }
    }
}

#[test]
fn and_under_a_status_too() {
    for (payload, words, _) in SHAPES {
        for (body, status) in
            [((*payload).to_owned(), 418), (format!("[{payload}]"), 418), (format!("data: {payload}\n\n"), 418)]
        {
            let error = http_error_in_body(status, body.as_bytes());
            let message = format!("the server answered with status {status}: {words}");
            assert_eq!(
                (error.code.as_str(), &*error.message, error.status),
                ("http", &*message, Some(status)),
                "{body}"
            );
        }
    }
}

#[test]
fn an_event_called_error_is_one_whatever_it_holds() {
    for (data, words) in [
        ("the model is gone", "the model is gone"),
        (r#""the model is gone""#, "the model is gone"),
        (r#"{"message":"the model is gone"}"#, "the model is gone"),
        (r#"{"type":"some_error","message":"the model is gone"}"#, "the model is gone"),
        (r#"["the model is gone"]"#, "the model is gone"),
        (r#"{"a":1}"#, r#"{"a":1}"#),
        ("<title>Bad gateway</title>", "Bad gateway"),
        ("", "the provider reported an error without saying which"),
    ] {
        for vendor in of_events() {
            let answer = stream(vendor, format!("event: error\ndata: {data}\n\n"));
            let error = answer.error.unwrap_or_else(|| panic!("{vendor} took {data}"));
            assert_eq!(told(&error), ("provider", words, false), "{vendor}: {data}");
        }
    }
}

#[test]
fn what_comes_with_a_good_answer_is_no_error() {
    let chunk =
        |member: &str| format!(r#"{{"choices":[{{"delta":{{"content":"Hi"}},"finish_reason":"stop"}}],{member}}}"#);
    for member in [
        r#""error":null"#,
        r#""error":false"#,
        r#""error":"""#,
        r#""error":{}"#,
        r#""base_resp":{"status_code":0,"status_msg":""}"#,
        r#""code":0,"message":"ok""#,
        r#""code":200,"msg":"success""#,
        r#""status":"failed""#,
        r#""detail":"low""#,
    ] {
        let answer = events("openai", &[&chunk(member)]);
        assert_eq!((&*answer.text, answer.failed(), answer.finish.is_some()), ("Hi", None, true), "{member}");
    }
    let last = r#"{"id":"1","choices":null,"created":1,"usage":{"total_tokens":0},"base_resp":{"status_code":1004,"status_msg":"login fail"}}"#;
    let error = events("openai", &[last]).error.unwrap();
    assert_eq!(told(&error), ("provider", "login fail", false));
    let choice = r#"{"choices":[{"index":0,"delta":{"content":"Hel"},"error":{"code":502,"message":"gone"},"finish_reason":"error"}]}"#;
    let answer = events("openai", &[choice]);
    assert_eq!((&*answer.text, told(answer.error.as_ref().unwrap())), ("Hel", ("provider", "gone", true)));
}

#[test]
fn an_object_of_another_meaning_is_raw() {
    for payload in [
        r#"{"type":"ping"}"#,
        r#"{"status":"processing","message":"Looking it up"}"#,
        r#"{"type":"progress","message":"Looking it up"}"#,
        r#"{"code":0,"msg":"success"}"#,
        r#"{"code":"ok","message":"ready"}"#,
        r#"{"error":null,"queue":3}"#,
        r#"{"title":"Chat about cheese","id":"7"}"#,
        r#"{"message":{"id":"1"}}"#,
        r#"{"base_resp":{"status_code":0,"status_msg":"success"},"trace":"1"}"#,
    ] {
        for vendor in of_events() {
            let answer = events(vendor, &[payload]);
            assert_eq!(answer.failed(), None, "{vendor}: {payload}");
        }
    }
}

#[test]
fn what_no_waiting_changes_is_not_asked_again() {
    for code in ["insufficient_quota", "billing_not_active", "insufficient_balance", "invalid_api_key"] {
        let error =
            provider(&format!(r#"{{"error":{{"message":"no","type":"server_error","code":"{code}","status":429}}}}"#));
        assert_eq!((error.retryable, error.refused), (false, true), "{code}");
        let error = http_error_in_body(429, format!(r#"{{"error":{{"message":"no","code":"{code}"}}}}"#).as_bytes());
        assert_eq!((error.retryable, error.refused), (false, true), "{code}");
    }
    assert!(
        !provider(r#"{"error":{"message":"no","type":"api_error","code":400}}"#).retryable,
        "the status has the word"
    );
    assert!(
        !provider(r#"{"error":{"message":"timeout must be a number","code":"invalid_value","status":422}}"#).retryable
    );
}

/// Ollama's errors have words only: <https://docs.ollama.com/api/errors>.
#[test]
fn where_there_is_no_code_the_words_say_whether_it_passes() {
    for (words, retryable) in [
        ("server busy, please try again. maximum pending requests exceeded", true),
        ("the model is overloaded", true),
        ("llm server loading model", true),
        ("timed out waiting for llama runner to start", true),
        ("request timeout", true),
        ("unexpected EOF", true),
        ("model runner has unexpectedly stopped, this may be due to resource limitations", true),
        ("model \"x\" not found, try pulling it first", false),
        ("registry.ollama.ai/library/x does not support tools", false),
    ] {
        let line = serde_json::json!({ "error": words }).to_string();
        let error = events("ollama", &[&line]).error.unwrap();
        assert_eq!(told(&error), ("provider", words, retryable));
        // One's own backend is not asked again for words.
        let error = events("relay", &[&line]).error.unwrap();
        assert_eq!(told(&error), ("provider", words, false));
    }
}

#[test]
fn a_relays_object_without_chunk_and_complete_may_be_an_error() {
    for (payload, words, retryable) in SHAPES {
        let lone = ["msg", "Message", "message"].iter().any(|name| payload.starts_with(&format!("{{\"{name}\"")));
        let answer = events("relay", &[payload]);
        if lone {
            assert_eq!((answer.failed(), answer.raw_count), (None, 1), "{payload}");
        } else {
            assert_eq!(told(answer.error.as_ref().unwrap()), ("provider", *words, *retryable), "{payload}");
        }
        let beside = format!(r#"{{"chunk":"Hi",{}"#, payload.trim_start_matches('{'));
        let answer = events("relay", &[&beside]);
        assert_eq!(answer.text, "Hi");
        assert_eq!(
            answer.error.is_some(),
            serde_json::from_str::<serde_json::Value>(payload).unwrap().get("error").is_some(),
            "{payload}"
        );
    }
}

#[test]
fn a_relays_event_called_error_is_one_unless_it_has_a_chunk() {
    for (data, words) in [
        ("it broke", "it broke"),
        (r#"{"reason":"it broke"}"#, "it broke"),
        (r#"{"code":503,"message":"busy"}"#, "busy"),
    ] {
        let answer = stream("relay", format!("event: error\ndata: {data}\n\n"));
        assert_eq!(told(&answer.error.unwrap()), ("provider", words, words == "busy"));
    }
    let answer =
        stream("relay", "event: error\ndata: {\"chunk\":\"Hi\"}\n\nevent: error\ndata: {\"complete\":true}\n\n");
    assert_eq!((&*answer.text, answer.ended, answer.failed()), ("Hi", true, None));
}

#[test]
fn a_document_that_is_an_error_is_told_as_one() {
    for (vendor, body) in [
        ("openai", r#"{"error":{"message":"no","code":503}}"#),
        ("anthropic", r#"{"type":"error","error":{"type":"overloaded_error","message":"no"}}"#),
        ("gemini", r#"[{"error":{"code":503,"message":"no","status":"UNAVAILABLE"}}]"#),
    ] {
        assert_eq!(told(&whole(vendor, body).error.unwrap()), ("provider", "no", true));
    }
}

#[test]
fn a_line_error_is_none_of_an_event_streams() {
    assert_eq!(
        told(&error_line(b"error: {\"code\":503,\"message\":\"Loading model\"}").unwrap()),
        ("provider", "Loading model", true)
    );
    assert_eq!(told(&error_line(b" Error: gone ").unwrap()), ("provider", "gone", false));
    for line in [&b"error:"[..], b"error", b"errors: 5", b"an error: x", b""] {
        assert!(error_line(line).is_none());
    }
}

#[test]
fn so_is_a_line_of_json_that_reports_one() {
    let broken =
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n{\"error\":{\"message\":\"gone\",\"code\":503}}";
    assert_eq!(error_in_line(broken.lines().last().unwrap().as_bytes(), protocol("openai")).unwrap().message, "gone");
    assert_eq!(told(&error_in_line(br#"{"detail":"gone"}"#, protocol("relay")).unwrap()), ("provider", "gone", false));
    for line in [&br#"{"a":1}"#[..], br#"{"message":"queued"}"#, b"{", b"data: x"] {
        assert!(error_in_line(line, protocol("relay")).is_none());
    }
}

#[test]
fn a_list_of_errors_is_an_error_and_no_sign_of_life() {
    for vendor in vendors() {
        let answer = events(vendor, &[r#"[{"error":{"code":503,"message":"later"}}]"#]);
        assert_eq!(told(&answer.error.unwrap()), ("provider", "later", true), "{vendor}");
        assert_eq!(events(vendor, &["[]", "[1]", r#"[{"a":1}]"#]).raw_count, 3);
    }
}

#[test]
fn a_server_that_refuses_the_caller_is_not_asked_once_more_without_streaming() {
    for status in [401, 402, 403, 404, 429] {
        assert!(http_error_in_body(status, b"").refused, "{status}");
    }
}

/// <https://console.groq.com/docs/api-reference#chat-create>
#[test]
fn groq_says_beside_the_last_chunk_why_it_stopped() {
    let answer = events(
        "openai",
        &[
            r#"{"choices":[{"delta":{"content":"Hel"}}]}"#,
            r#"{"choices":[{"delta":{},"finish_reason":"error"}],"x_groq":{"id":"r","error":"over capacity"}}"#,
        ],
    );
    assert_eq!((&*answer.text, answer.finished()), ("Hel", None));
    assert_eq!(told(&answer.error.unwrap()), ("provider", "over capacity", false));
}

#[test]
fn a_body_in_which_nothing_is_found_is_quoted() {
    for (body, words) in [
        ("slow down", ": slow down"),
        ("", ""),
        ("{}", ""),
        (r#"{"a":[1,2]}"#, r#": {"a":[1,2]}"#),
        (
            "<html><head>\n<TITLE lang=\"en\">\n 502\nBad Gateway </TITLE></head><body>secret</body>",
            " and a page of HTML: 502 Bad Gateway",
        ),
        ("<html><body><svg><title>x</title></svg></body>", " and a page of HTML"),
        ("{\"error\": {\"mess", ": {\"error\": {\"mess"),
    ] {
        assert_eq!(
            http_error_in_body(502, body.as_bytes()).message,
            format!("the server answered with status 502{words}")
        );
    }
}

#[test]
fn a_message_is_bounded_in_length_and_depth() {
    let long = "ü".repeat(100_000);
    for body in [
        format!(r#"{{"error":{{"message":"{long}"}}}}"#),
        long.clone(),
        format!("<title>{long}</title>"),
        format!(r#"{{"a":"{long}"}}"#),
    ] {
        let length = http_error_in_body(500, body.as_bytes()).message.chars().count();
        assert!((100..=600).contains(&length), "{length}");
    }
    let deep = format!("{}\"x\"{}", r#"{"error":"#.repeat(100), "}".repeat(100));
    assert!(http_error_in_body(500, deep.as_bytes()).message.len() < 1_000);
}

#[test]
fn the_words_of_a_refused_request_are_looked_for_as_words() {
    for (body, found) in [
        ("Unknown parameter: 'stream_options'", true),
        ("Streaming is not supported", true),
        ("STREAM", true),
        ("upstream error", false),
        ("no", false),
    ] {
        assert_eq!(mentions_streaming(body.as_bytes()), found, "{body}");
    }
    assert_eq!(place_of_word(b"use 'max_completion_tokens', not max_tokens.", "max_tokens"), Some(33));
    assert_eq!(place_of_word(b"max_tokens_2", "max_tokens"), None);
    assert_eq!(place_of_word(b"", "max_tokens"), None);
}
