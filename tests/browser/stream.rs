//! The stream of chunks.

use js_sys::Array;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    agent, agent_without_retry, answer, answer_that, ask, call, chat, chat_delta, collect, fleeting, get, idle,
    iterate, js, json, object, recorder, same, settled, World, CHAT_END,
};

fn streamed(options: &JsValue, answer: JsValue) -> World {
    ask(&agent_without_retry(), &fleeting(), options, &[answer])
}

/// "a", "b" and "c", a read each.
fn three() -> JsValue {
    let deltas = ["a", "b", "c"].map(|text| chat_delta("content", text));
    answer(&[&deltas[..], &[CHAT_END.to_owned()]].concat())
}

async fn next(reader: &JsValue, method: &str) -> JsValue {
    settled(call(reader, method).unwrap()).await.unwrap()
}

#[wasm_bindgen_test]
async fn a_stream_yields_the_increments_and_knows_the_result() {
    let world = streamed(&JsValue::UNDEFINED, answer(&[chat(&["Hello", ", ", "👋🏽"])]));
    let (stream, chunks) = (world.stream(), Array::new());
    settled(collect(&stream, &chunks)).await.unwrap();
    assert_eq!(json(&chunks), r#"["Hello",", ","👋🏽"]"#);
    let result = settled(get(&stream, "result")).await.unwrap();
    assert_eq!(get(&result, "text"), "Hello, 👋🏽");
    assert_eq!(get(&result, "metrics.chunks"), 3.0);
}

#[wasm_bindgen_test]
async fn nothing_is_asked_before_the_first_read() {
    let world = streamed(&JsValue::UNDEFINED, three());
    let reader = call(&world.stream(), "getReader").unwrap();
    idle().await;
    assert_eq!(get(&world, "requests.length"), 0.0);
    assert_eq!(get(&next(&reader, "read").await, "value"), "a");
    assert_eq!(get(&world, "requests.length"), 1.0);
}

#[wasm_bindgen_test]
async fn a_reader_that_stops_reading_stops_the_download() {
    let body = three();
    let world = streamed(&JsValue::UNDEFINED, body.clone());
    let reader = call(&world.stream(), "getReader").unwrap();
    assert_eq!(get(&next(&reader, "read").await, "value"), "a");
    idle().await;
    assert!(call(&body, "left").unwrap().as_f64() >= Some(2.0));
    assert_eq!(get(&next(&reader, "read").await, "value"), "b");
    assert_eq!(get(&next(&reader, "read").await, "value"), "c");
    assert_eq!(get(&next(&reader, "read").await, "done"), true);
}

#[wasm_bindgen_test]
async fn asking_for_the_result_lets_the_run_go_to_its_end() {
    let world = streamed(&JsValue::UNDEFINED, three());
    let stream = world.stream();
    let result = settled(get(&stream, "result")).await.unwrap();
    assert_eq!(get(&result, "text"), "abc");
    let chunks = Array::new();
    settled(collect(&stream, &chunks)).await.unwrap();
    assert_eq!(json(&chunks), r#"["a","b","c"]"#);
}

#[wasm_bindgen_test]
async fn a_callback_sees_the_chunks_that_the_stream_yields() {
    let callback = recorder(&JsValue::UNDEFINED);
    let world = streamed(&object(&[("callback", &callback)]), three());
    let chunks = Array::new();
    settled(collect(&world.stream(), &chunks)).await.unwrap();
    assert_eq!(json(&get(&callback, "calls")), r#"["a","b","c"]"#);
    assert_eq!(json(&chunks), r#"["a","b","c"]"#);
}

#[wasm_bindgen_test]
async fn a_failure_shows_behind_the_last_chunk_and_in_the_result() {
    let cause = js("new Error('cut')");
    let world = streamed(&JsValue::UNDEFINED, answer_that(&[chat(&["a", "b"]).replace(CHAT_END, "")], &cause));
    let (stream, chunks) = (world.stream(), Array::new());
    let seen = settled(collect(&stream, &chunks)).await.unwrap_err();
    assert_eq!(json(&chunks), r#"["a","b"]"#);
    assert!(same(&get(&seen, "cause"), &cause));
    assert_eq!(get(&seen, "partialText"), "ab");
    assert!(same(&settled(get(&stream, "result")).await.unwrap_err(), &seen));
}

#[wasm_bindgen_test]
async fn the_iterator_reads_to_the_end_and_lets_go() {
    let world = ask(&agent(""), &fleeting(), &JsValue::UNDEFINED, &[answer(&[chat(&["a", "b"])])]);
    let stream = world.stream();
    let iterator = iterate(&stream, &JsValue::UNDEFINED);
    assert_eq!(get(&next(&iterator, "next").await, "value"), "a");
    assert_eq!(get(&stream, "locked"), true);
    assert_eq!(get(&next(&iterator, "next").await, "value"), "b");
    assert_eq!(get(&next(&iterator, "next").await, "done"), true);
    assert_eq!(get(&stream, "locked"), false);
    assert_eq!(get(&next(&iterator, "next").await, "done"), true);
}

#[wasm_bindgen_test]
async fn leaving_the_iterator_cancels_the_run_unless_told_otherwise() {
    for (options, left) in [("undefined", "closed"), ("({ preventCancel: true })", "open")] {
        let body = three();
        let world = streamed(&JsValue::UNDEFINED, body.clone());
        let stream = world.stream();
        let iterator = iterate(&stream, &js(options));
        next(&iterator, "next").await;
        assert_eq!(get(&next(&iterator, "return").await, "done"), true);
        idle().await;
        assert_eq!(get(&stream, "locked"), false);
        assert_eq!(get(&body, "cancelled").is_truthy(), left == "closed", "{options}");
    }
}
