//! Errors that a server reports with a good status, before any content: told in its words, and asked again if they pass.

use crate::world::{replies, Reply};

const NO_FALLBACK: &str = r#""fallback":false"#;

#[test]
fn what_passes_is_asked_again() {
    for (model, reply, again) in [
        ("openai://m", Reply::ok().data(r#"{"error":{"message":"later","status":503}}"#), Reply::answer("Hello")),
        (
            "openai://m",
            Reply::ok().data(r#"{"base_resp":{"status_code":1002,"status_msg":"rate limit"}}"#),
            Reply::answer("Hello"),
        ),
        ("openai://m", Reply::ok().bytes("event: error\ndata: upstream timeout\n\n"), Reply::answer("Hello")),
        (
            "openai://m",
            Reply::ok().bytes("error: {\"code\":503,\"message\":\"Loading model\"}\n\n"),
            Reply::answer("Hello"),
        ),
        ("openai://m", Reply::ok().bytes(r#"{"error":{"message":"later","code":"503"}}"#), Reply::answer("Hello")),
        (
            "ollama://m",
            Reply::ok().bytes("{\"error\":\"server busy, please try again\"}\n"),
            Reply::ok().bytes("{\"message\":{\"content\":\"Hello\"},\"done\":true}\n"),
        ),
        (
            "relay://m",
            Reply::ok().data(r#"{"code":503,"message":"later"}"#),
            Reply::ok().data(r#"{"chunk":"Hello","complete":true}"#),
        ),
    ] {
        let run = replies([reply.clone(), again]).model(model).options(NO_FALLBACK).run();
        assert_eq!(run.answered(), "Hello", "{reply:?}");
        assert_eq!(run.turns()[1], "retry 2 after 250: provider");
    }
}

#[test]
fn what_does_not_is_told_after_one_request() {
    for (model, reply, words) in [
        ("openai://m", Reply::ok().data(r#"{"detail":"no such model"}"#), "no such model"),
        ("openai://m", Reply::ok().bytes(r#"{"detail":"no such model"}"#), "no such model"),
        ("openai://m", Reply::ok().bytes(r#"[{"error":{"message":"no such model"}}]"#), "no such model"),
        ("openai://m", Reply::ok().bytes("event: error\ndata: no such model\n\n"), "no such model"),
        ("openai://m", Reply::ok().bytes("error: no such model\n\n"), "no such model"),
        ("ollama://m", Reply::ok().bytes("{\"error\":\"no such model\"}"), "no such model"),
        ("ollama://m", Reply::ok().bytes("Error: no such model"), "no such model"),
        ("relay://m", Reply::ok().data(r#"{"detail":"no such model"}"#), "no such model"),
        ("relay://m", Reply::ok().bytes(r#"{"detail":"no such model"}"#), "no such model"),
        ("relay://m", Reply::ok().data(r#"{"error":"the server is busy"}"#), "the server is busy"),
    ] {
        let run = replies([reply.clone()]).model(model).options(NO_FALLBACK).run();
        assert_eq!((run.code(), &*run.failure().message), ("provider", words), "{reply:?}");
        assert_eq!(run.sent.len(), 1);
    }
}

#[test]
fn what_is_no_answer_at_all_is_quoted() {
    for (model, body, words) in [
        (
            "openai://m",
            "upstream connect error\nreset before headers",
            "what came is no event stream: upstream connect error\nreset before headers",
        ),
        ("relay://m", "Internal Server Error", "what came is no event stream: Internal Server Error"),
        ("ollama://m", "Ollama is running", "what came is not valid JSON: Ollama is running"),
        (
            "openai://m",
            r#"{"hello":"world"}"#,
            r#"the response is no chat completion: it has no choices: {"hello":"world"}"#,
        ),
    ] {
        let run = replies([Reply::ok().bytes(body)]).model(model).options(NO_FALLBACK).run();
        assert_eq!((run.code(), &*run.failure().message), ("protocol", words));
        assert_eq!(run.sent.len(), 1);
    }
    let run = replies([Reply::ok().bytes("data: upstream gone\n\n")]).options(NO_FALLBACK).run();
    assert!(run.failure().message.contains("upstream gone"), "{}", run.failure().message);
    let run = replies([Reply::ok().bytes("Internal Server Error\n")]).model("ollama://m").options(NO_FALLBACK).run();
    assert!(run.failure().message.contains("Internal Server Error"), "{}", run.failure().message);
}

#[test]
fn comments_behind_a_byte_order_mark_are_an_event_stream() {
    let reply = Reply::ok().bytes("\u{FEFF}: ping\n\n");
    let run = replies([reply.clone(), reply.clone(), reply]).options(NO_FALLBACK).run();
    assert_eq!(run.code(), "truncated");
}

#[test]
fn where_there_is_nothing_or_a_page_the_address_is_told() {
    let page = || Reply::ok().bytes("<title>Sign in</title>");
    for (reply, words) in [
        (Reply::status(404).bytes("not found"), "the server answered with status 404: not found ("),
        (Reply::status(405), "the server answered with status 405 ("),
        (page(), "status 200 and a page of HTML (text/html) instead of a stream: Sign in ("),
    ] {
        let run = replies([reply]).options(NO_FALLBACK).options(r#""baseUrl":"https://a.example/v1?key=secret""#).run();
        let message = &run.failure().message;
        assert!(
            message.contains(words) && message.contains("(POST https://a.example/v1/chat/completions)"),
            "{message}"
        );
        assert!(message.contains("`baseUrl`") && !message.contains("secret"), "{message}");
    }
    // Where it is the model that is not there, the address was right.
    let run = replies([Reply::status(404).bytes(r#"{"error":"model \"x\" not found"}"#)]).run();
    assert!(!run.failure().message.contains("baseUrl"), "{}", run.failure().message);
    let run = replies([Reply::status(404)]).model("mistral-large").run();
    assert!(run.failure().message.contains("\"mistral-large\" selected Ollama"), "{}", run.failure().message);
}
