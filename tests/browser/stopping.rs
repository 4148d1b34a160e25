//! Runs that are ended by whoever began them.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::AbortController;

use crate::support::{
    agent, answer, answer_that, ask, call, chat, chat_delta, failure_of, fleeting, get, idle, js, json, object,
    recorded, recorder, result_of, same, set, settled, wait_for, World,
};

/// An answer that goes no further than this.
fn hanging(text: &str) -> JsValue {
    answer_that(&[chat_delta("content", text)], &JsValue::from_str("hang"))
}

/// A run that has got as far as "Hel", and its promise.
async fn under_way(conversation: &JsValue, options: &JsValue) -> (World, Promise) {
    let response = hanging("Hel");
    let world = ask(&agent(""), conversation, options, std::slice::from_ref(&response));
    let running = world.start();
    is_read(&response).await;
    (world, running)
}

/// All that comes of it has come.
async fn is_read(response: &JsValue) {
    wait_for(|| call(response, "left").unwrap() == 0.0).await;
    idle().await;
}

fn signal_of(controller: &AbortController) -> JsValue {
    object(&[("signal", &controller.signal())])
}

#[wasm_bindgen_test]
async fn the_reason_of_an_abort_comes_back_as_it_is() {
    for source in ["({ a: 1 })", "'a string'", "null", "0", "new Error('enough')", "Symbol('s')"] {
        let (controller, reason) = (AbortController::new().unwrap(), js(source));
        let (_, running) = under_way(&fleeting(), &signal_of(&controller)).await;
        controller.abort_with_reason(&reason);
        assert!(same(&settled(running).await.unwrap_err(), &reason), "{source}");
    }
}

#[wasm_bindgen_test]
async fn an_abort_without_a_reason_is_the_browsers_own() {
    let controller = AbortController::new().unwrap();
    let (_, running) = under_way(&fleeting(), &signal_of(&controller)).await;
    controller.abort();
    let reason = settled(running).await.unwrap_err();
    assert_eq!(get(&reason, "name"), "AbortError");
    assert!(same(&reason, &get(&controller.signal(), "reason")));
}

#[wasm_bindgen_test]
async fn an_abort_closes_the_connection_and_keeps_the_text() {
    let (controller, conversation) = (AbortController::new().unwrap(), fleeting());
    let response = hanging("Hel");
    let world = ask(&agent(""), &conversation, &signal_of(&controller), std::slice::from_ref(&response));
    let running = world.start();
    is_read(&response).await;
    controller.abort();
    settled(running).await.unwrap_err();
    assert_eq!(get(&world, "signals.0.aborted"), true);
    assert_eq!(get(&response, "cancelled"), true);
    assert_eq!(get(&conversation, "messages.1.content"), "Hel");
    assert_eq!(get(&conversation, "messages.1.interrupted"), true);
    assert!(get(&conversation, "result").is_undefined());
}

#[wasm_bindgen_test]
async fn what_is_aborted_before_it_begins_asks_nothing() {
    let (controller, conversation) = (AbortController::new().unwrap(), fleeting());
    controller.abort_with_reason(&"early".into());
    let world = ask(&agent(""), &conversation, &signal_of(&controller), &[]);
    assert_eq!(failure_of(&world).await, "early");
    assert_eq!(get(&world, "requests.length"), 0.0);
    assert_eq!(get(&conversation, "messages.length"), 0.0);
}

#[wasm_bindgen_test]
async fn a_run_that_waits_for_its_turn_can_be_aborted() {
    let controller = AbortController::new().unwrap();
    let conversation = fleeting();
    let (_, _before) = under_way(&conversation, &JsValue::UNDEFINED).await;
    let world = ask(&agent(""), &conversation, &signal_of(&controller), &[]);
    let running = world.start();
    idle().await;
    controller.abort_with_reason(&"too long".into());
    assert_eq!(settled(running).await.unwrap_err(), "too long");
    assert_eq!(get(&world, "requests.length"), 0.0);
}

#[wasm_bindgen_test]
async fn what_was_gathered_is_shown_before_an_abort() {
    let (controller, callback) = (AbortController::new().unwrap(), recorder(&JsValue::UNDEFINED));
    let options =
        object(&[("callback", &callback), ("signal", &controller.signal()), ("batch", &js("{ ms: 60_000 }"))]);
    let conversation = fleeting();
    let (_, running) = under_way(&conversation, &options).await;
    assert_eq!(get(&callback, "calls.length"), 0.0);
    controller.abort();
    settled(running).await.unwrap_err();
    assert_eq!(json(&get(&callback, "calls")), r#"["Hel"]"#);
    assert!(recorded(&conversation, "messages").contains(r#""content":"Hel""#));
}

#[wasm_bindgen_test]
async fn what_a_callback_throws_comes_back_as_it_is() {
    let reason = js("({ thrown: true })");
    let throwing = Function::new_with_args("", "throw this.reason");
    for then in [throwing, Function::new_with_args("", "return Promise.reject(this.reason)")] {
        set(&then, "reason", &reason);
        let bound = then.bind0(&then);
        let options = object(&[("callback", &bound)]);
        let conversation = fleeting();
        let world = ask(&agent(""), &conversation, &options, &[answer(&[chat(&["Hel", "lo"])])]);
        assert!(same(&failure_of(&world).await, &reason));
        assert!(recorded(&conversation, "messages").contains(r#""content":"Hel","#));
    }
}

#[wasm_bindgen_test]
async fn what_a_listener_throws_comes_back_as_it_is() {
    let options = object(&[("onEvent", &js("() => { throw 'a string' }"))]);
    let world = ask(&agent(""), &fleeting(), &options, &[answer(&[chat(&["Hi"])])]);
    assert_eq!(failure_of(&world).await, "a string");
}

#[wasm_bindgen_test]
async fn a_stream_that_nobody_reads_on_comes_to_a_result() {
    let conversation = fleeting();
    let response = answer_that(&[chat_delta("content", "Hel"), chat_delta("content", "lo")], &"hang".into());
    let world = ask(&agent(""), &conversation, &JsValue::UNDEFINED, std::slice::from_ref(&response));
    let stream = world.stream();
    let reader = call(&stream, "getReader").unwrap();
    assert_eq!(get(&settled(call(&reader, "read").unwrap()).await.unwrap(), "value"), "Hel");
    settled(call(&reader, "cancel").unwrap()).await.unwrap();
    let result = settled(get(&stream, "result")).await.unwrap();
    assert_eq!(get(&result, "finishReason"), "aborted");
    assert_eq!(get(&result, "text"), "Hel");
    assert_eq!(get(&response, "cancelled"), true);
    assert!(recorded(&conversation, "messages").contains(r#""content":"Hel","#));
    assert!(same(&get(&conversation, "result"), &result));
}

#[wasm_bindgen_test]
async fn a_run_that_ended_listens_to_its_signal_no_more() {
    let (add, remove) = (recorder(&JsValue::UNDEFINED), recorder(&JsValue::UNDEFINED));
    let members = [("aborted", &JsValue::FALSE), ("addEventListener", &add), ("removeEventListener", &remove)];
    let options = object(&[("signal", &object(&members))]);
    result_of(&ask(&agent(""), &fleeting(), &options, &[answer(&[chat(&["Hi"])])])).await;
    assert_eq!(json(&get(&add, "calls")), r#"["abort"]"#);
    assert_eq!(json(&get(&remove, "calls")), r#"["abort"]"#);
}

#[wasm_bindgen_test]
async fn a_run_that_failed_in_a_stream_leaves_no_rejection_unhandled() {
    let (window, seen) = (web_sys::window().unwrap(), recorder(&js("(event) => event.preventDefault()")));
    set(&window, "onunhandledrejection", &seen);
    let world = ask(&agent(""), &fleeting(), &JsValue::UNDEFINED, &[js("({ code: 'invalid-argument' })")]);
    let reader = call(&world.stream(), "getReader").unwrap();
    settled(call(&reader, "read").unwrap()).await.unwrap_err();
    idle().await;
    set(&window, "onunhandledrejection", &JsValue::NULL);
    assert_eq!(get(&seen, "calls").unchecked_into::<js_sys::Array>().length(), 0);
}
