//! The module's memory: it may grow at any time, and what lives in it may be freed at any time.

use js_sys::WebAssembly::Memory;
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    agent, answer, ask, call, chat, chat_delta, fleeting, get, js, json, object, recorder, result_of, settled, CHAT_END,
};

/// Every view of the memory that was made before is of no use afterwards.
fn grow() {
    wasm_bindgen::memory().unchecked_into::<Memory>().grow(1);
}

/// A run that works says that the module does.
async fn works() {
    let callback = recorder(&JsValue::UNDEFINED);
    let options = object(&[("callback", &callback)]);
    let long = "word 👋🏽 ".repeat(10);
    let world = ask(&agent(""), &fleeting(), &options, &[answer(&[chat(&["Hello", &long])])]);
    let result = result_of(&world).await;
    assert_eq!(get(&result, "text"), format!("Hello{long}"));
    assert_eq!(get(&callback, "calls.1"), long);
}

#[wasm_bindgen_test]
async fn a_run_after_the_memory_has_grown_is_as_good_as_one_before() {
    works().await;
    grow();
    works().await;
}

#[wasm_bindgen_test]
async fn the_memory_may_grow_between_two_chunks() {
    let growing = Closure::<dyn Fn()>::new(grow);
    let callback = recorder(growing.as_ref());
    let options = object(&[("callback", &callback)]);
    let reads = [chat_delta("content", "a") + &chat_delta("content", "b"), chat_delta("content", "c") + CHAT_END];
    let result = result_of(&ask(&agent(""), &fleeting(), &options, &[answer(&reads)])).await;
    assert_eq!(json(&get(&callback, "calls")), r#"["a","b","c"]"#);
    assert_eq!(get(&result, "text"), "abc");
}

#[wasm_bindgen_test]
async fn the_memory_may_grow_while_a_long_read_is_taken_in_parts() {
    let growing = Closure::<dyn Fn()>::new(grow);
    let options = object(&[("callback", growing.as_ref()), ("batch", &js("{ deltas: 500 }"))]);
    let words: Vec<String> = (0..5_000).map(|number| format!("{number} ")).collect();
    let stream = chat(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(stream.len() > 3 * 65_536);
    let result = result_of(&ask(&agent(""), &fleeting(), &options, &[answer(&[stream])])).await;
    assert_eq!(get(&result, "text"), words.concat());
}

#[wasm_bindgen_test]
async fn a_run_outlives_its_agent_and_its_conversation() {
    let (agent, conversation) = (agent(""), fleeting());
    let world = ask(&agent, &conversation, &JsValue::UNDEFINED, &[answer(&[chat(&["Hi"])])]);
    let running = world.start();
    call(&agent.agent, "free").unwrap();
    call(&conversation, "free").unwrap();
    assert_eq!(get(&settled(running).await.unwrap(), "text"), "Hi");
}

#[wasm_bindgen_test]
async fn what_was_freed_throws_and_harms_nobody_else() {
    let conversation = fleeting();
    call(&conversation, "free").unwrap();
    for method in ["toJSON", "clear", "addUserMessage"] {
        let error = call(&conversation, method).unwrap_err();
        assert!(error.is_instance_of::<js_sys::Error>(), "{method}");
    }
    works().await;
}
