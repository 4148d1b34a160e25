//! Whole runs, from the request to the promise.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    agent, agent_with, agent_without_retry, answer, answer_that, ask, call, chat, chat_delta, failure_of, fleeting,
    get, idle, invoke, js, json, number, object, recorder, response, result_of, same, settled, wait_for, RefinireError,
    CHAT_END,
};
use wasm_bindgen::JsCast;

fn no_options() -> JsValue {
    JsValue::UNDEFINED
}

#[wasm_bindgen_test]
async fn a_callback_gets_each_increment_and_the_promise_the_result() {
    let callback = recorder(&JsValue::UNDEFINED);
    let options = object(&[("callback", &callback)]);
    let stream = chat(&["Hello", ", ", "wörld 👋🏽"]);
    let world = ask(&agent(""), &fleeting(), &options, &[answer(&[&stream])]);
    let result = result_of(&world).await;
    assert_eq!(json(&get(&callback, "calls")), r#"["Hello",", ","wörld 👋🏽"]"#);
    assert_eq!(get(&result, "text"), "Hello, wörld 👋🏽");
    assert_eq!(get(&result, "content"), "Hello, wörld 👋🏽");
    assert_eq!(get(&result, "finishReason"), "stop");
    assert_eq!(get(&result, "rawFinishReason"), "stop");
    assert_eq!(get(&result, "attempts"), 1.0);
    assert_eq!(get(&result, "success"), true);
    assert_eq!(get(&result, "metrics.chunks"), 3.0);
    assert_eq!(get(&result, "metrics.chars"), 17.0);
    #[allow(clippy::cast_precision_loss, reason = "a few hundred")]
    let bytes = stream.len() as f64;
    assert_eq!(get(&result, "metrics.bytes"), bytes);
    assert!(number(&result, "metrics.timeToFirstChunkMs") <= number(&result, "metrics.durationMs"));
}

#[wasm_bindgen_test]
async fn events_come_in_order_and_close_with_the_figures() {
    let listener = recorder(&JsValue::UNDEFINED);
    let options = object(&[("onEvent", &listener)]);
    let stream = chat_delta("reasoning_content", "hm") + &chat(&["Hi"]);
    let result = result_of(&ask(&agent(""), &fleeting(), &options, &[answer(&[stream])])).await;
    let events = get(&listener, "calls").unchecked_into::<Array>();
    let event = |place| json(&events.get(place));
    assert_eq!(event(0), r#"{"type":"start","provider":"openai","model":"gpt-4o-mini","attempt":1}"#);
    assert_eq!(event(1), r#"{"type":"reasoning-delta","text":"hm"}"#);
    assert_eq!(event(2), r#"{"type":"text-delta","text":"Hi"}"#);
    let last = events.get(3);
    assert_eq!(get(&last, "type"), "finish");
    assert_eq!(get(&last, "reason"), "stop");
    assert_eq!(json(&get(&last, "metrics")), json(&get(&result, "metrics")));
    assert_eq!(events.length(), 4);
}

#[wasm_bindgen_test]
async fn the_request_says_what_the_provider_wants_to_know() {
    let conversation = fleeting();
    invoke(&conversation, "addUserMessage", &[&"Earlier?".into()]).unwrap();
    invoke(&conversation, "addAssistantMessage", &[&"Yes.".into()]).unwrap();
    let world = ask(&agent(r#","temperature":0.25"#), &conversation, &no_options(), &[answer(&[chat(&["Hi"])])]);
    result_of(&world).await;
    let request = get(&world, "requests.0");
    assert_eq!(get(&request, "url"), "https://api.openai.com/v1/chat/completions");
    assert_eq!(get(&request, "headers.authorization"), "Bearer hunter2");
    assert_eq!(get(&request, "headers.content-type"), "application/json");
    assert_eq!(get(&request, "body.stream"), true);
    assert_eq!(get(&request, "body.temperature"), 0.25);
    let messages = concat!(
        r#"[{"role":"system","content":"Be brief."},{"role":"user","content":"Earlier?"},"#,
        r#"{"role":"assistant","content":"Yes."},{"role":"user","content":"Hello?"}]"#
    );
    assert_eq!(json(&get(&request, "body.messages")), messages);
}

#[wasm_bindgen_test]
async fn the_conversation_has_question_answer_and_result() {
    let conversation = fleeting();
    let world = ask(&agent(""), &conversation, &no_options(), &[answer(&[chat(&["Hi"])])]);
    let result = result_of(&world).await;
    assert!(same(&get(&conversation, "result"), &result));
    let messages = get(&conversation, "messages");
    assert_eq!(get(&messages, "0.content"), "Hello?");
    assert_eq!(get(&messages, "1.content"), "Hi");
    assert_eq!(get(&messages, "1.role"), "assistant");
}

#[wasm_bindgen_test]
async fn the_conversation_can_be_used_while_it_is_being_answered() {
    let conversation = fleeting();
    let inside = conversation.clone();
    let use_it = Closure::<dyn Fn()>::new(move || {
        invoke(&inside, "addSystemMessage", &[&"Be brief.".into()]).unwrap();
        invoke(&inside, "toJSON", &[]).unwrap();
    });
    let callback = recorder(use_it.as_ref());
    let options = object(&[("callback", &callback)]);
    let world = ask(&agent(""), &conversation, &options, &[answer(&[chat(&["Hi", "!"])])]);
    result_of(&world).await;
    assert_eq!(json(&get(&callback, "calls")), r#"["Hi","!"]"#);
    assert_eq!(get(&conversation, "messages.length"), 4.0, "the question, the answer, and what was added twice");
}

#[wasm_bindgen_test]
async fn increments_of_one_frame_come_as_one_chunk() {
    let callback = recorder(&JsValue::UNDEFINED);
    let options = object(&[("callback", &callback), ("batch", &"frame".into())]);
    let reads = [chat_delta("content", "a") + &chat_delta("content", "b"), chat_delta("content", "c")];
    let world = ask(&agent(""), &fleeting(), &options, &[answer_that(&reads, &"hang".into())]);
    let _running = world.start();
    wait_for(|| number(&callback, "calls.length") > 0.0).await;
    assert_eq!(json(&get(&callback, "calls")), r#"["abc"]"#);
}

#[wasm_bindgen_test]
async fn so_many_increments_make_a_chunk_and_the_rest_the_last_one() {
    let callback = recorder(&JsValue::UNDEFINED);
    let options = object(&[("callback", &callback), ("batch", &js("{ deltas: 2 }"))]);
    let world =
        ask(&agent(""), &fleeting(), &options, &[answer(&[chat(&["a", "b"]).replace(CHAT_END, ""), chat(&["c"])])]);
    result_of(&world).await;
    assert_eq!(json(&get(&callback, "calls")), r#"["ab","c"]"#);
}

#[wasm_bindgen_test]
async fn a_character_may_be_split_over_reads() {
    let stream = chat(&["日本👋🏽"]);
    let bytes: Vec<[u8; 1]> = stream.bytes().map(|byte| [byte]).collect();
    let result = result_of(&ask(&agent(""), &fleeting(), &no_options(), &[answer(&bytes)])).await;
    assert_eq!(get(&result, "text"), "日本👋🏽");
}

#[wasm_bindgen_test]
async fn a_read_longer_than_the_input_buffer_comes_whole() {
    let words: Vec<String> = (0..5_000).map(|number| format!("{number} ")).collect();
    let deltas: Vec<&str> = words.iter().map(String::as_str).collect();
    let stream = chat(&deltas);
    assert!(stream.len() > 3 * 65_536);
    let callback = recorder(&JsValue::UNDEFINED);
    let options = object(&[("callback", &callback)]);
    let result = result_of(&ask(&agent(""), &fleeting(), &options, &[answer(&[stream])])).await;
    assert_eq!(get(&result, "text"), words.concat());
    assert_eq!(get(&callback, "calls.length"), 5_000.0);
}

#[wasm_bindgen_test]
async fn the_terminal_ends_the_run_though_the_connection_stays() {
    let hanging = answer_that(&[chat(&["Hi"])], &"hang".into());
    let world = ask(&agent(""), &fleeting(), &no_options(), std::slice::from_ref(&hanging));
    assert_eq!(get(&result_of(&world).await, "text"), "Hi");
    // For a moment it is read on, so that it can be used again.
    assert_eq!(get(&world, "signals.0.aborted"), false);
    wait_for(|| get(&world, "signals.0.aborted") == true).await;
    assert_eq!(get(&hanging, "cancelled"), true);
}

#[wasm_bindgen_test]
async fn a_callback_that_takes_its_time_holds_back_the_next_read() {
    let callback = recorder(&js("() => new Promise(() => {})"));
    let options = object(&[("callback", &callback)]);
    let response = answer(&[chat_delta("content", "a"), chat_delta("content", "b"), CHAT_END.to_owned()]);
    let world = ask(&agent(""), &fleeting(), &options, std::slice::from_ref(&response));
    let _running = world.start();
    wait_for(|| number(&callback, "calls.length") > 0.0).await;
    idle().await;
    assert_eq!(json(&get(&callback, "calls")), r#"["a"]"#);
    assert_eq!(call(&response, "left").unwrap(), 2.0);
}

#[wasm_bindgen_test]
async fn a_request_that_failed_before_any_text_is_made_again() {
    let listener = recorder(&JsValue::UNDEFINED);
    let options = object(&[("onEvent", &listener)]);
    let busy =
        response(&["slow down"], &JsValue::from_str("end"), &js("{ status: 503, headers: { 'retry-after': '0' } }"));
    let world = ask(&agent(""), &fleeting(), &options, &[busy, answer(&[chat(&["Hi"])])]);
    let result = result_of(&world).await;
    assert_eq!(get(&result, "attempts"), 2.0);
    let retry = get(&listener, "calls.1");
    assert_eq!(get(&retry, "type"), "retry");
    assert_eq!(get(&retry, "attempt"), 2.0);
    assert_eq!(get(&retry, "delayMs"), 0.0);
    assert_eq!(get(&retry, "error.status"), 503.0);
    assert!(get(&retry, "error").is_instance_of::<RefinireError>());
    assert_eq!(get(&listener, "calls.2.type"), "start");
}

#[wasm_bindgen_test]
async fn an_empty_body_is_an_answer_cut_off() {
    let world = ask(&agent_without_retry(), &fleeting(), &no_options(), &[js("new Response(null, { status: 204 })")]);
    assert_eq!(get(&failure_of(&world).await, "code"), "truncated");
}

/// The call of a tool that has no parameters.
const CALL: &str =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":\
    {\"name\":\"again\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";

/// A run whose tool begins another one in the same context, and gives what `then` makes of its promise.
async fn with_a_run_in_a_tool(then: &str) -> (JsValue, JsValue, JsValue) {
    let context = fleeting();
    let inner = ask(&agent(""), &context, &no_options(), &[answer(&[chat(&["Inner"])])]);
    let tool = "(world) => ({ name: 'again', description: 'Asks again.', execute: () => (THEN)(world.begun = world.start()) })";
    let tool = js(&tool.replace("THEN", then)).unchecked_into::<Function>().call1(&JsValue::NULL, &inner).unwrap();
    let outer = agent_with("", &[("tools", &Array::of1(&tool))]);
    let answers = [answer(&[CALL]), answer(&[chat(&["Done"])])];
    let result = result_of(&ask(&outer, &context, &no_options(), &answers)).await;
    let begun = settled(get(&inner, "begun")).await.unwrap_or_else(|error| error);
    (result, begun, get(&context, "messages"))
}

#[wasm_bindgen_test]
async fn a_run_that_a_tool_begins_in_the_same_conversation_and_waits_for_is_refused() {
    let (result, begun, messages) = with_a_run_in_a_tool("(run) => run.then(({ text }) => text)").await;
    assert_eq!((get(&result, "text"), get(&begun, "code")), ("Done".into(), "invalid-argument".into()));
    let told = get(&messages, "2.content").as_string().unwrap();
    assert!(told.contains("a run cannot wait for another one that waits for it"), "{told}");
}

#[wasm_bindgen_test]
async fn a_run_that_a_tool_begins_and_does_not_wait_for_comes_after() {
    let (result, begun, messages) = with_a_run_in_a_tool("() => 'begun'").await;
    assert_eq!((get(&result, "text"), get(&begun, "text")), ("Done".into(), "Inner".into()));
    assert_eq!((get(&messages, "3.content"), get(&messages, "5.content")), ("Done".into(), "Inner".into()));
}

#[wasm_bindgen_test]
async fn nobody_waits_for_what_a_listener_to_events_returns_so_a_run_that_it_begins_comes_after() {
    let context = fleeting();
    let inner = ask(&agent(""), &context, &no_options(), &[answer(&[chat(&["Inner"])])]);
    let listener = "(world) => ({ type }) => (type === 'start' ? (world.begun = world.start()) : undefined)";
    let listener = js(listener).unchecked_into::<Function>().call1(&JsValue::NULL, &inner).unwrap();
    let options = object(&[("onEvent", &listener)]);
    let result = result_of(&ask(&agent(""), &context, &options, &[answer(&[chat(&["Outer"])])])).await;
    let begun = settled(get(&inner, "begun")).await.unwrap();
    assert_eq!((get(&result, "text"), get(&begun, "text")), ("Outer".into(), "Inner".into()));
}
