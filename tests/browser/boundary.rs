//! A run's side of the delivery: bytes in, what waits out.

use js_sys::{Array, Uint8Array};
use refinire_web::web::Run;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{agent, chat, chat_delta, fleeting, get, json, CHAT_END};

const READY: u32 = 1;
const GATHERED: u32 = 2;
const STOP: u32 = 4;
const CLOCK: u32 = 8;

fn run(deltas: u32, wants_events: bool) -> Run {
    let run = agent("").run(deltas, wants_events, &fleeting(), 0);
    run.begin("Hello?", false, 0.0);
    run.take();
    run
}

/// Pushes it, and says what waits and whether more is wanted.
fn push(run: &Run, text: &str) -> u32 {
    push_raw(run, text) & !CLOCK
}

/// Puts it into the input buffer, as exchange.js does.
fn push_raw(run: &Run, text: &str) -> u32 {
    // The address first: making the buffer may move the memory.
    let at = address(run.input_at());
    let buffer = get(&wasm_bindgen::memory(), "buffer");
    let input = Uint8Array::new_with_byte_offset_and_length(&buffer, at, address(text.len()));
    input.copy_from(text.as_bytes());
    run.push(text.len(), 1.0)
}

/// What waited, as delivery.js takes it.
#[derive(Debug, PartialEq, Eq, Default)]
struct Waiting {
    /// How long each chunk is, below zero for one of the reasoning; an event as JSON.
    items: Vec<Result<i32, String>>,
    text: String,
    reasoning: String,
}

fn waiting(run: &Run) -> Waiting {
    let waiting = run.take();
    if waiting.is_undefined() {
        return Waiting::default();
    }
    if let Some(text) = waiting.as_string() {
        let units = i32::try_from(text.encode_utf16().count()).unwrap();
        return Waiting { items: vec![Ok(units)], text, reasoning: String::new() };
    }
    let list: Array = waiting.unchecked_into();
    let text = |at| list.get(at).as_string().unwrap();
    #[allow(clippy::cast_possible_truncation)] // A length.
    let item = |item: JsValue| item.as_f64().map(|length| length as i32).ok_or_else(|| json(&item));
    Waiting { items: list.iter().skip(2).map(item).collect(), text: text(0), reasoning: text(1) }
}

fn address(at: usize) -> u32 {
    u32::try_from(at).unwrap()
}

#[wasm_bindgen_test]
fn pushed_bytes_wait_as_chunks_of_their_text() {
    let run = run(1, false);
    let status = push(&run, &(chat_delta("content", "Hello") + &chat_delta("content", ", you")));
    assert_eq!(status, READY);
    let waiting = waiting(&run);
    assert_eq!(waiting.items, [Ok(5), Ok(5)]);
    assert_eq!(waiting.text, "Hello, you");
}

#[wasm_bindgen_test]
fn the_first_content_says_that_the_timers_count_something_else() {
    let run = run(1, false);
    assert_eq!(push_raw(&run, ": a comment\n\n"), 0);
    assert_eq!(push_raw(&run, &chat_delta("content", "Hello")), READY | CLOCK);
    assert_eq!(push_raw(&run, &chat_delta("content", ", you")), READY);
}

#[wasm_bindgen_test]
fn a_chunk_is_measured_in_utf16_units() {
    let run = run(1, false);
    push(
        &run,
        &(chat_delta("content", "é👋🏽") + &chat_delta("content", "\\ud83d\\ude00") + &chat_delta("content", "日本")),
    );
    let waiting = waiting(&run);
    assert_eq!(waiting.items, [Ok(5), Ok(2), Ok(2)]);
    assert_eq!(waiting.text, "é👋🏽😀日本");
}

#[wasm_bindgen_test]
fn half_of_a_surrogate_pair_waits_for_the_other() {
    let run = run(1, false);
    push(&run, &chat_delta("content", "a\\ud83d"));
    let Waiting { items, text, .. } = waiting(&run);
    assert_eq!((items, text), (vec![Ok(1)], "a".to_owned()));
    push(&run, &chat_delta("content", "\\ude00b"));
    let Waiting { items, text, .. } = waiting(&run);
    assert_eq!((items, text), (vec![Ok(3)], "😀b".to_owned()));
}

#[wasm_bindgen_test]
fn text_reasoning_and_events_keep_their_order_and_lie_apart() {
    let run = run(1, true);
    let usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n";
    push(&run, &(chat_delta("reasoning_content", "hm 🤔") + &chat_delta("content", "Hi") + usage));
    let waiting = waiting(&run);
    let event = r#"{"type":"usage","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}"#;
    assert_eq!(waiting.items, [Ok(-5), Ok(2), Err(event.to_owned())]);
    assert_eq!((&*waiting.text, &*waiting.reasoning), ("Hi", "hm 🤔"));
}

#[wasm_bindgen_test]
fn without_a_listener_only_text_waits() {
    let run = run(1, false);
    assert_eq!(push(&run, &chat_delta("reasoning_content", "hm")), 0);
    push(&run, &chat_delta("content", "Hi"));
    assert_eq!(waiting(&run).items, [Ok(2)]);
}

#[wasm_bindgen_test]
fn what_was_taken_waits_no_more() {
    let run = run(1, true);
    push(&run, &(chat_delta("content", "Hello") + &chat_delta("reasoning_content", "hm")));
    run.take();
    assert_eq!(waiting(&run), Waiting::default());
    push(&run, &chat_delta("content", ", you"));
    assert_eq!(waiting(&run), Waiting { items: vec![Ok(5)], text: ", you".to_owned(), ..Waiting::default() });
}

#[wasm_bindgen_test]
fn gathered_text_is_one_chunk_that_waits_for_its_release() {
    let run = run(0, false);
    let status = push(&run, &(chat_delta("content", "Hello") + &chat_delta("content", ", you")));
    assert_eq!(status, GATHERED);
    run.release();
    assert_eq!(push(&run, ""), READY);
    assert_eq!(waiting(&run).items, [Ok(10)]);
}

#[wasm_bindgen_test]
fn text_is_gathered_until_there_are_so_many_increments() {
    let run = run(3, false);
    assert_eq!(push(&run, &chat_delta("content", "a")), GATHERED);
    assert_eq!(push(&run, &chat_delta("content", "b")), GATHERED);
    assert_eq!(push(&run, &chat_delta("content", "c")), READY);
    assert_eq!(waiting(&run).items, [Ok(3)]);
    assert_eq!(push(&run, &chat_delta("content", "d")), GATHERED);
    let read = ["e", "f", "g"].map(|text| chat_delta("content", text)).concat();
    assert_eq!(push(&run, &read), READY | GATHERED);
    assert_eq!(waiting(&run).items, [Ok(3)]);
}

#[wasm_bindgen_test]
fn behind_the_terminal_no_more_bytes_are_wanted() {
    let run = run(1, false);
    assert_eq!(push(&run, &chat_delta("content", "Hi")), READY);
    run.take();
    assert_eq!(push(&run, CHAT_END), STOP);
    assert_eq!(push(&run, &chat(&["more"])), STOP);
    assert!(waiting(&run).items.is_empty());
}

#[wasm_bindgen_test]
fn an_event_may_be_split_over_pushes() {
    let run = run(1, false);
    let event = chat_delta("content", "Hello");
    let (start, end) = event.split_at(40);
    assert_eq!(push(&run, start), 0);
    assert_eq!(push(&run, end), READY);
    assert_eq!(waiting(&run).items, [Ok(5)]);
}

#[wasm_bindgen_test]
fn runs_share_the_input_buffer_and_nothing_else() {
    let (one, other) = (run(1, false), run(1, false));
    assert_eq!(one.input_at(), other.input_at());
    push(&one, &chat_delta("content", "one"));
    push(&other, &chat_delta("content", "other"));
    assert_eq!((waiting(&one).text, waiting(&other).text), ("one".to_owned(), "other".to_owned()));
}

#[wasm_bindgen_test]
fn a_length_beyond_the_buffer_is_no_input() {
    let run = run(1, false);
    push(&run, &chat_delta("content", "Hi"));
    run.take();
    assert_eq!(run.push(64 * 1024 + 1, 1.0), 0);
    assert!(waiting(&run).items.is_empty());
}
