//! Worlds to run in, and JavaScript's values in Rust's words.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array, JSON};
use refinire_web::web::{decode_response, Context, RefinireAgent};
use wasm_bindgen::prelude::{wasm_bindgen, Closure, JsValue};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/tests/browser/world.js")]
extern "C" {
    /// `makeWorld`'s.
    pub(crate) type World;

    #[wasm_bindgen(js_name = makeHttp)]
    fn make_http() -> JsValue;
    #[wasm_bindgen(js_name = agentOptions)]
    fn agent_options(json: &str, http: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = makeWorld)]
    fn make_world(agent: &JsValue, options: &JsValue, http: &JsValue) -> World;
    #[wasm_bindgen(js_name = makeDecoding)]
    fn make_decoding(stream: &JsValue) -> World;
    #[wasm_bindgen(method)]
    pub(crate) fn start(this: &World) -> Promise;
    #[wasm_bindgen(method)]
    pub(crate) fn stream(this: &World) -> JsValue;

    pub(crate) fn respond(parts: &Array, last: &JsValue, init: &JsValue) -> JsValue;
    pub(crate) fn recorder(then: &JsValue) -> JsValue;
    pub(crate) fn collect(stream: &JsValue, chunks: &Array) -> Promise;
    pub(crate) fn same(one: &JsValue, other: &JsValue) -> bool;
    #[wasm_bindgen(js_name = nextTask)]
    fn next_task() -> Promise;

    #[wasm_bindgen(js_name = watchTimers)]
    pub(crate) fn watch_timers() -> JsValue;
    #[wasm_bindgen(js_name = replaceInPage)]
    pub(crate) fn replace_in_page(name: &str, descriptor: &JsValue) -> Function;

    /// What the page's console is told as errors while `work` runs; a trap of the module is caught.
    #[wasm_bindgen(js_name = consoleErrorsOf)]
    pub(crate) fn console_errors_of(work: &Closure<dyn FnMut()>) -> Vec<String>;

    pub(crate) type RefinireError;
    pub(crate) fn describe(value: &JsValue) -> String;
    pub(crate) fn iterate(stream: &JsValue, options: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/src/web/js/stream.js")]
extern "C" {
    type ChunkStream;
}

/// An agent, and what its requests have of the caller.
pub(crate) struct TestAgent {
    pub(crate) agent: JsValue,
    http: JsValue,
}

/// An agent that speaks Chat Completions, with these options besides, as JSON's members.
pub(crate) fn agent(options: &str) -> TestAgent {
    agent_with(options, &[])
}

/// The same, with options that JSON cannot hold.
pub(crate) fn agent_with(options: &str, more: &[(&str, &JsValue)]) -> TestAgent {
    let http = make_http();
    let options = agent_options(&format!("{{{}}}", options.trim_start_matches(',')), &http);
    for (name, value) in more {
        set(&options, name, value);
    }
    TestAgent { agent: RefinireAgent::new(&options).unwrap().into(), http }
}

/// Why there can be no agent with these options.
pub(crate) fn refused_agent(options: &str) -> JsValue {
    RefinireAgent::new(&agent_options(options, &make_http())).unwrap_err()
}

/// Why there can be no decoder of that provider.
pub(crate) fn refused_decoder(provider: &str) -> JsValue {
    decode_response(&js("new Response('')"), &object(&[("provider", &provider.into())])).unwrap_err()
}

/// An agent that asks once.
pub(crate) fn agent_without_retry() -> TestAgent {
    agent(r#","retry":{"attempts":1},"fallback":false"#)
}

/// A context that is kept nowhere.
pub(crate) fn fleeting() -> JsValue {
    context("fleeting", "memory").0
}

/// A context as the package makes it, and the list of what its `onStorageError` is told.
pub(crate) fn context(id: &str, storage: &str) -> (JsValue, Array) {
    let problems = Array::new();
    let note = js("(problems) => (problem) => void problems.push(problem)").unchecked_into::<Function>();
    let note = note.call1(&JsValue::NULL, &problems).unwrap();
    let options = [("id", &id.into()), ("storage", &storage.into()), ("onStorageError", &note)];
    (Context::make(&object(&options)).unwrap(), problems)
}

/// The whole of a context, as `toJSON` has it.
pub(crate) fn record(context: &JsValue) -> String {
    json(context)
}

/// What is at this place of the record, as JSON.
pub(crate) fn recorded(context: &JsValue, path: &str) -> String {
    json(&get(&JSON::parse(&record(context)).unwrap(), path))
}

/// `Context.list`.
pub(crate) async fn listed(storage: &str) -> Result<JsValue, JsValue> {
    settled(Context::list(&object(&[("storage", &storage.into())]))?).await
}

/// Calls a method.
pub(crate) fn invoke(object: &JsValue, method: &str, given: &[&JsValue]) -> Result<JsValue, JsValue> {
    let given: Array = given.iter().copied().collect();
    get(object, method).unchecked_into::<Function>().apply(object, &given)
}

/// Calls a method that gives a promise, and waits for it.
pub(crate) async fn told_in(object: &JsValue, method: &str) -> Result<JsValue, JsValue> {
    settled(call(object, method)?).await
}

/// The world of a run of `agent` in `context`, whose requests get `answers`. `options` are those of `run` and `runStreamed`.
pub(crate) fn ask(agent: &TestAgent, context: &JsValue, options: &JsValue, answers: &[JsValue]) -> World {
    set(&agent.http, "answers", &answers.iter().collect::<Array>());
    let all = object(&[("context", context)]);
    js_sys::Object::<JsValue>::assign(all.unchecked_ref(), options.unchecked_ref());
    make_world(&agent.agent, &all, &agent.http)
}

/// The world of a decoder that reads `response`.
pub(crate) fn decoding(provider: &str, options: &JsValue, response: &JsValue) -> World {
    let all = object(&[("provider", &provider.into())]);
    js_sys::Object::<JsValue>::assign(all.unchecked_ref(), options.unchecked_ref());
    make_decoding(&decode_response(response, &all).unwrap())
}

/// A stream of Chat Completions: a delta each, and the end.
pub(crate) fn chat(deltas: &[&str]) -> String {
    let mut stream: String = deltas.iter().map(|text| chat_delta("content", text)).collect();
    stream.push_str(CHAT_END);
    stream
}

pub(crate) fn chat_delta(field: &str, text: &str) -> String {
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"{field}\":\"{text}\"}}}}]}}\n\n")
}

pub(crate) const CHAT_END: &str =
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

/// A response of status 200 whose body is this, in reads of its parts.
pub(crate) fn answer<T: AsRef<[u8]>>(parts: &[T]) -> JsValue {
    answer_that(parts, &JsValue::from_str("end"))
}

/// The same, with another end: "hang", or what the body fails with.
pub(crate) fn answer_that<T: AsRef<[u8]>>(parts: &[T], last: &JsValue) -> JsValue {
    response(parts, last, &JsValue::UNDEFINED)
}

/// A response of another status, or with headers.
pub(crate) fn response<T: AsRef<[u8]>>(parts: &[T], last: &JsValue, init: &JsValue) -> JsValue {
    let parts: Array = parts.iter().map(|part| Uint8Array::from(part.as_ref())).collect();
    respond(&parts, last, init)
}

/// The value of an expression of JavaScript.
pub(crate) fn js(source: &str) -> JsValue {
    js_sys::eval(&format!("({source})")).unwrap()
}

/// An object.
pub(crate) fn object(members: &[(&str, &JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in members {
        set(&object, name, value);
    }
    object.into()
}

pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    assert!(Reflect::set(object, &name.into(), value).unwrap());
}

/// What is at this place, such as `metrics.chunks`; undefined where there is nothing.
pub(crate) fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, name| Reflect::get(&value, &name.into()).unwrap_or_default())
}

pub(crate) fn number(value: &JsValue, path: &str) -> f64 {
    let found = get(value, path);
    found.as_f64().unwrap_or_else(|| panic!("{path} is {found:?}"))
}

/// The value as JSON.
pub(crate) fn json(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

/// Calls a method without arguments.
pub(crate) fn call(object: &JsValue, method: &str) -> Result<JsValue, JsValue> {
    get(object, method).unchecked_into::<Function>().call0(object)
}

pub(crate) async fn settled(promise: impl Into<JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise.into().unchecked_into::<Promise>()).await
}

/// Runs it to its end, which is to be a result.
pub(crate) async fn result_of(world: &World) -> JsValue {
    settled(world.start()).await.unwrap()
}

/// Runs it to its end, which is to be a failure.
pub(crate) async fn failure_of(world: &World) -> JsValue {
    settled(world.start()).await.unwrap_err()
}

/// Lets everything happen that can without time passing.
pub(crate) async fn idle() {
    for _ in 0..20 {
        settled(next_task()).await.unwrap();
    }
}

/// Waits for something to become so, which it does before long.
pub(crate) async fn wait_for(is_so: impl Fn() -> bool) {
    let since = js_sys::Date::now();
    while !is_so() {
        assert!(js_sys::Date::now() - since < 30_000.0, "it never became so");
        settled(next_task()).await.unwrap();
    }
}
