//! How failures cross to JavaScript.

use js_sys::{Error, Uint8Array};
use refinire_web::web::report_panics;
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    agent, agent_with, agent_without_retry, answer, answer_that, ask, chat, chat_delta, console_errors_of, describe,
    failure_of, fleeting, get, js, json, number, object, recorder, refused_agent, refused_decoder, response, result_of,
    same, set, RefinireError,
};

/// What a run that asks once fails with, given this answer.
async fn failure(answer: JsValue) -> JsValue {
    failure_of(&ask(&agent_without_retry(), &fleeting(), &JsValue::UNDEFINED, &[answer])).await
}

fn refusal(body: &str, init: &str) -> JsValue {
    response(&[body], &JsValue::from_str("end"), &js(init))
}

#[wasm_bindgen_test]
async fn a_failure_is_an_error_of_javascript_with_its_fields() {
    let body = r#"{"error":{"message":"no such key","type":"invalid_request_error"}}"#;
    let error = failure(refusal(body, "{ status: 401 }")).await;
    assert!(error.is_instance_of::<Error>());
    assert!(error.is_instance_of::<RefinireError>());
    assert_eq!(get(&error, "name"), "RefinireError");
    assert_eq!(get(&error, "code"), "http");
    assert_eq!(get(&error, "message"), "the server answered with status 401: no such key");
    assert_eq!(get(&error, "status"), 401.0);
    assert_eq!(get(&error, "retryable"), false);
    assert_eq!(get(&error, "provider"), "openai");
    assert_eq!(get(&error, "partialText"), "");
    assert!(get(&error, "stack").as_string().unwrap().contains("RefinireError"));
}

#[wasm_bindgen_test]
async fn what_is_not_known_of_a_failure_is_no_field_of_it() {
    let error = failure(answer(&[chat_delta("content", "Hel")])).await;
    let absent = ["status", "retryAfterMs", "cause", "step", "offset"];
    assert!(absent.iter().all(|name| !js_sys::Reflect::has(&error, &(*name).into()).unwrap()));
    assert_eq!(get(&error, "code"), "truncated");
    assert_eq!(get(&error, "partialText"), "Hel");
    assert_eq!(get(&error, "retryable"), true);
}

#[wasm_bindgen_test]
async fn how_long_to_wait_comes_along_in_milliseconds() {
    let error = failure(refusal("", "{ status: 429, headers: { 'retry-after': '7' } }")).await;
    assert_eq!(get(&error, "retryAfterMs"), 7_000.0);
    assert_eq!(get(&error, "retryable"), true);
    let date = "{ status: 503, headers: { 'retry-after': new Date(Date.now() + 30_000).toUTCString() } }";
    let wait = number(&failure(refusal("", date)).await, "retryAfterMs");
    assert!((28_000.0..=30_000.0).contains(&wait), "{wait}");
}

#[wasm_bindgen_test]
async fn a_broken_connection_is_told_with_its_cause_and_the_text_so_far() {
    let cause = js("new TypeError('network error')");
    let error = failure(answer_that(&[chat_delta("content", "Hel"), chat_delta("content", "lo 👋")], &cause)).await;
    assert_eq!(get(&error, "code"), "network");
    assert_eq!(get(&error, "message"), "the connection broke: network error");
    assert_eq!(get(&error, "partialText"), "Hello 👋");
    assert!(same(&get(&error, "cause"), &cause));
}

#[wasm_bindgen_test]
async fn whatever_fetch_throws_is_a_failure_with_that_cause() {
    let causes = ["new TypeError('Failed to fetch')", "'a string'", "null", "7", "Object.create(null)", "Symbol('s')"];
    for source in causes {
        let cause = js(source);
        let error = failure(cause.clone()).await;
        assert_eq!(get(&error, "code"), "network", "{source}");
        assert!(same(&get(&error, "cause"), &cause), "{source}");
    }
    assert_eq!(get(&failure("a string".into()).await, "message"), "the request failed: a string");
}

#[wasm_bindgen_test]
async fn a_mistake_of_the_callers_is_not_taken_for_the_networks() {
    let cause = js("Object.assign(new Error('`apiKey` threw'), { code: 'invalid-argument' })");
    let world = ask(&agent(""), &fleeting(), &JsValue::UNDEFINED, std::slice::from_ref(&cause));
    let error = failure_of(&world).await;
    assert_eq!(get(&error, "code"), "invalid-argument");
    assert_eq!(get(&error, "message"), "`apiKey` threw");
    assert!(same(&get(&error, "cause"), &cause));
    assert_eq!(get(&world, "requests.length"), 1.0);
}

#[wasm_bindgen_test]
async fn a_body_that_yields_no_bytes_is_a_broken_connection() {
    let strings = js("new Response(new ReadableStream({ start(c) { c.enqueue('text'); c.close(); } }))");
    let error = failure(strings).await;
    assert_eq!(get(&error, "code"), "network");
    assert!(get(&error, "cause").is_instance_of::<js_sys::TypeError>());
}

#[wasm_bindgen_test]
async fn a_body_that_somebody_reads_already_is_a_mistake() {
    let locked = js("((response) => (response.body.getReader(), response))(new Response('text'))");
    assert_eq!(get(&failure(locked).await, "code"), "invalid-argument");
}

#[wasm_bindgen_test]
async fn the_providers_word_for_its_failure_comes_through() {
    let fault = "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n";
    let error = failure(answer(&[chat_delta("content", "Hel"), fault.to_owned()])).await;
    assert_eq!(get(&error, "code"), "provider");
    assert_eq!(get(&error, "message"), "overloaded");
    assert_eq!(get(&error, "retryable"), true);
    assert_eq!(get(&error, "partialText"), "Hel");
}

#[wasm_bindgen_test]
async fn the_place_in_bad_json_is_told() {
    let error = failure(answer(&["data: {\"choices\":[{\"delta\":nonsense}]}\n\n"])).await;
    assert_eq!(get(&error, "code"), "protocol");
    let message = get(&error, "message").as_string().unwrap();
    assert!(message.ends_with("(at byte 21)"), "{message}");
}

#[wasm_bindgen_test]
async fn the_key_is_kept_out_of_failures_and_events() {
    let listener = recorder(&JsValue::UNDEFINED);
    let options = object(&[("onEvent", &listener)]);
    let told = || refusal("the key hunter2 is asleep", "{ status: 503, headers: { 'retry-after': '0' } }");
    let agent = agent(r#","retry":{"attempts":2},"fallback":false"#);
    let error = failure_of(&ask(&agent, &fleeting(), &options, &[told(), told()])).await;
    assert_eq!(get(&error, "message"), "the server answered with status 503: the key [key] is asleep");
    assert_eq!(get(&listener, "calls.1.error.message"), get(&error, "message"));
    assert!(same(&get(&listener, "calls.3.error"), &error));
}

#[wasm_bindgen_test]
async fn what_a_guardrail_throws_is_the_cause_and_nothing_is_asked() {
    let reason = js("({ why: 'not today' })");
    let refuses = js_sys::Function::new_with_args("", "return Promise.reject(this.reason)");
    set(&refuses, "reason", &reason);
    let guardrails = js_sys::Array::of1(&refuses.bind0(&refuses));
    let agent = agent_with("", &[("inputGuardrails", &guardrails)]);
    let world = ask(&agent, &fleeting(), &JsValue::UNDEFINED, &[]);
    let error = failure_of(&world).await;
    assert_eq!(get(&error, "code"), "guardrail");
    assert!(same(&get(&error, "cause"), &reason));
    assert_eq!(get(&world, "requests.length"), 0.0);
}

#[wasm_bindgen_test]
fn a_constructor_says_what_is_wrong_with_its_options() {
    let error = refused_agent(r#"{"model":"nobody://x"}"#);
    assert!(error.is_instance_of::<RefinireError>());
    assert_eq!(get(&error, "code"), "invalid-argument");
    assert!(get(&error, "message").as_string().unwrap().contains("nobody"));
    let error = refused_agent(r#"{"timeout":{"idle":"soon"}}"#);
    assert_eq!(get(&error, "code"), "invalid-argument");
    assert!(get(&error, "message").as_string().unwrap().contains("`idle`"));
    assert_eq!(get(&refused_decoder("nobody"), "code"), "invalid-argument");
}

#[wasm_bindgen_test]
fn anything_thrown_can_be_described() {
    let described = |source: &str| describe(&js(source));
    assert_eq!(described("new Error('what')"), "what");
    assert_eq!(described("new RangeError()"), "RangeError");
    assert_eq!(described("'text'"), "text");
    assert_eq!(described("undefined"), "undefined");
    assert_eq!(described("Symbol('s')"), "Symbol(s)");
    assert_eq!(described("Object.create(null)"), "an unknown value was thrown");
}

#[wasm_bindgen_test]
async fn invalid_utf8_spoils_only_its_own_characters() {
    let stream = chat(&["a?b", "c"]);
    let bytes = Uint8Array::from(stream.as_bytes());
    bytes.set_index(u32::try_from(stream.find('?').unwrap()).unwrap(), 0xff);
    let result = result_of(&ask(&agent(""), &fleeting(), &JsValue::UNDEFINED, &[answer(&[bytes.to_vec()])])).await;
    assert_eq!(json(&get(&result, "text")), "\"a\u{fffd}bc\"");
}

#[wasm_bindgen_test]
fn a_panic_says_what_went_wrong_and_where() {
    // It stays for the other tests: after a panic no hook can be set any more.
    report_panics();
    let told = console_errors_of(&Closure::new(|| panic!("nothing is {}", "right")));
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("tests/browser/errors.rs:"), "{told:?}");
    assert!(told[0].ends_with("nothing is right"), "{told:?}");
}
