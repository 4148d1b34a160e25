//! Web Locks in Rust's words.

use futures::FutureExt;
use refinire_web::env::{Locks, Try};
use refinire_web::web::env::WebLocks;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::idle;

#[wasm_bindgen_test]
async fn a_lock_is_held_until_it_is_given_back() {
    let held = WebLocks.request("test: one holder").await.unwrap();
    assert!(matches!(WebLocks.try_request("test: one holder").await, Try::Taken));
    held.release().await;
    let Try::Held(held) = WebLocks.try_request("test: one holder").await else { panic!("it was given back") };
    let waiting = WebLocks.request("test: one holder");
    drop(held);
    drop(waiting.await.unwrap());
}

#[wasm_bindgen_test]
async fn who_leaves_the_queue_lets_the_next_one_in() {
    let held = WebLocks.request("test: leaving").await.unwrap();
    let first = WebLocks.request("test: leaving");
    let mut second = WebLocks.request("test: leaving");
    assert!((&mut second).now_or_never().is_none());
    drop(first);
    held.release().await;
    drop(second.await.unwrap());
}

#[wasm_bindgen_test]
async fn a_lock_that_came_when_nobody_waited_any_more_is_given_back() {
    let mut waiting = WebLocks.request("test: too late");
    assert!((&mut waiting).now_or_never().is_none());
    // Requests are answered in order: it is granted, and nobody has looked.
    assert!(matches!(WebLocks.try_request("test: too late").await, Try::Taken));
    idle().await;
    drop(waiting);
    drop(WebLocks.request("test: too late").await.unwrap());
}

#[wasm_bindgen_test]
async fn what_was_not_even_waited_for_rejects_nothing() {
    let held = WebLocks.request("test: unasked").await.unwrap();
    drop(WebLocks.request("test: unasked"));
    held.release().await;
    assert!(WebLocks.exist());
}
