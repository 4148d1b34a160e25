//! The decoder for responses that somebody else fetched.

use js_sys::JSON;
use refinire_web::provider::{TransportKind, PROTOCOLS};
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    answer, answer_that, chat, decoding, failure_of, get, js, json, object, recorder, response, result_of, wait_for,
};

/// Reads a fixture in the provider's format, in pieces that split characters and lines, and compares with what it says.
async fn says_what_its_fixture_says(provider: &str, body: &[u8], expected: &str) {
    let expected = JSON::parse(expected).unwrap();
    for size in [7, body.len()] {
        let pieces: Vec<&[u8]> = body.chunks(size).collect();
        let callback = recorder(&JsValue::UNDEFINED);
        let world = decoding(provider, &object(&[("callback", &callback)]), &answer(&pieces));
        let result = result_of(&world).await;
        assert_eq!(get(&result, "text"), get(&expected, "text"));
        assert_eq!(get(&result, "reasoning"), get(&expected, "reasoning"));
        assert_eq!(get(&result, "finishReason"), get(&expected, "finish"));
        let usage = Some(get(&result, "usage")).filter(|usage| !usage.is_undefined());
        assert_eq!(usage.map_or("{}".to_owned(), |usage| json(&usage)), json(&get(&expected, "usage")));
        let chunks = js_sys::Array::from(&get(&callback, "calls"));
        assert_eq!(JsValue::from(chunks.join("")), get(&expected, "text"));
        assert!(chunks.length() > 1);
    }
}

macro_rules! fixtures {
    ($($name:ident: $provider:literal $file:literal $kind:literal,)*) => {
        /// The providers whose responses are decoded here.
        const DECODED: &[&str] = &[$($provider),*];
    $(
        #[wasm_bindgen_test]
        async fn $name() {
            let body = include_bytes!(concat!("../fixtures/", $provider, "/", $file, $kind));
            let expected = include_str!(concat!("../fixtures/", $provider, "/", $file, ".json"));
            says_what_its_fixture_says($provider, body, expected).await;
        }
    )*};
}

fixtures! {
    chat_completions_are_decoded: "openai" "multibyte" ".sse",
    responses_are_decoded: "openai-responses" "reasoning-then-text" ".sse",
    messages_of_anthropic_are_decoded: "anthropic" "thinking-then-text" ".sse",
    gemini_is_decoded: "gemini" "thinking-then-text" ".sse",
    ollama_is_decoded: "ollama" "thinking-then-text" ".ndjson",
    a_relay_is_decoded: "relay" "text" ".sse",
}

#[wasm_bindgen_test]
fn every_provider_that_has_responses_is_decoded_here() {
    for protocol in PROTOCOLS.iter().filter(|protocol| protocol.transport == TransportKind::Http) {
        assert!(DECODED.contains(&protocol.name), "`fixtures!` has no response of provider {}", protocol.name);
    }
}

#[wasm_bindgen_test]
async fn a_decoder_tells_its_listener_what_it_reads() {
    let listener = recorder(&JsValue::UNDEFINED);
    let world = decoding("openai", &object(&[("onEvent", &listener)]), &answer(&[chat(&["Hi"])]));
    result_of(&world).await;
    let types = js("(events) => events.map((event) => event.type)");
    let types: js_sys::Function = types.into();
    let told = types.call1(&JsValue::NULL, &get(&listener, "calls")).unwrap();
    assert_eq!(json(&told), r#"["start","text-delta","finish"]"#);
    assert_eq!(get(&listener, "calls.0.provider"), "openai");
}

#[wasm_bindgen_test]
async fn a_response_that_failed_is_not_asked_for_again() {
    let end = JsValue::from_str("end");
    let busy = response(&[r#"{"error":"overloaded"}"#], &end, &js("{ status: 503 }"));
    let world = decoding("ollama", &JsValue::UNDEFINED, &busy);
    let error = failure_of(&world).await;
    assert_eq!(get(&error, "message"), "the server answered with status 503: overloaded");
    assert_eq!(get(&error, "provider"), "ollama");
}

#[wasm_bindgen_test]
async fn a_decoder_closes_the_response_a_moment_behind_its_terminal() {
    let response = answer_that(&[chat(&["Hi"])], &"hang".into());
    let result = result_of(&decoding("openai", &JsValue::UNDEFINED, &response)).await;
    assert_eq!(get(&result, "text"), "Hi");
    assert!(get(&response, "cancelled").is_undefined());
    wait_for(|| get(&response, "cancelled") == true).await;
}

#[wasm_bindgen_test]
async fn a_page_of_html_is_no_answer() {
    let error = failure_of(&decoding("openai", &JsValue::UNDEFINED, &answer(&["<!doctype html><p>Sign in"]))).await;
    assert_eq!(get(&error, "code"), "protocol");
}
