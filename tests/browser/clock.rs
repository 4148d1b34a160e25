//! Time.

use js_sys::Date;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::AbortController;

use refinire_web::env::Clock;
use refinire_web::run::retry_after_ms;
use refinire_web::web::env::PageClock;

use crate::support::{
    agent, answer, answer_that, ask, call, chat, chat_delta, failure_of, fleeting, get, idle, js, object, result_of,
    set, settled, wait_for, watch_timers,
};

#[wasm_bindgen_test]
async fn now_never_goes_back_whatever_becomes_of_the_date() {
    let date = js("Date");
    let real = get(&date, "now");
    let before = PageClock.now();
    set(&date, "now", &js("() => 0"));
    while PageClock.now() <= before {
        idle().await;
    }
    set(&date, "now", &real);
    let mut last = PageClock.now();
    for _ in 0..1_000 {
        let next = PageClock.now();
        assert!(next >= last);
        last = next;
    }
}

#[wasm_bindgen_test]
fn a_date_to_wait_for_is_compared_with_the_time_of_day() {
    let date = |ms: f64| String::from(Date::new(&(Date::now() + ms).into()).to_utc_string());
    let wait = |date: &str| retry_after_ms(date, PageClock.unix_ms());
    assert!((58_000..=60_000).contains(&wait(&date(60_000.0)).unwrap()));
    assert_eq!(wait(&date(-60_000.0)), Some(0));
}

#[wasm_bindgen_test]
fn the_time_of_day_is_iso_8601_in_utc() {
    let told = PageClock.timestamp();
    let date = Date::new(&told.as_str().into());
    assert_eq!(String::from(date.to_iso_string()), told);
    assert!((Date::now() - date.get_time()).abs() < 10_000.0);
}

#[wasm_bindgen_test]
async fn an_answer_that_stops_coming_is_given_up() {
    let agent = agent(r#","timeout":{"firstChunk":60,"idle":60},"retry":{"attempts":1},"fallback":false"#);
    let body = answer_that(&[chat_delta("content", "Hel")], &"hang".into());
    let world = ask(&agent, &fleeting(), &JsValue::UNDEFINED, std::slice::from_ref(&body));
    let error = failure_of(&world).await;
    assert_eq!(get(&error, "code"), "timeout");
    assert_eq!(get(&error, "partialText"), "Hel");
    assert_eq!(get(&body, "cancelled"), true);
    assert_eq!(get(&world, "signals.0.aborted"), true);
}

#[wasm_bindgen_test]
async fn no_timer_outlives_its_run() {
    let (timers, controller) = (watch_timers(), AbortController::new().unwrap());
    let options = object(&[("signal", &controller.signal()), ("batch", &js("{ ms: 60_000 }"))]);
    let body = answer_that(&[chat_delta("content", "Hel")], &"hang".into());
    let running = ask(&agent(""), &fleeting(), &options, &[body]).start();
    let count = || call(&timers, "count").unwrap();
    // The one that bounds the wait, and the one that shows what was gathered.
    wait_for(|| count() == 2.0).await;
    controller.abort();
    settled(running).await.unwrap_err();
    let after_an_abort = count();
    result_of(&ask(&agent(""), &fleeting(), &JsValue::UNDEFINED, &[answer(&[chat(&["Hi"])])])).await;
    // The end of the body is read, too.
    wait_for(|| count() == 0.0).await;
    call(&timers, "stop").unwrap();
    assert_eq!(after_an_abort, 0.0);
}
