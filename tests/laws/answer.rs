//! Responses: any chunking of the bytes gives the same answer in the same chunks, and the chunks joined are the answer.

use std::io::{stderr, Write};

use refinire_web::provider::{Framing, TransportKind, PROTOCOLS};
use refinire_web::response::Batch;
use refinire_web::wire::DEFAULT_MAX_EVENT_BYTES;

use crate::chunking::{bytes, difference, every_pair, random, same_in_all, whole};
use crate::decode::{decode, decode_with, Handed, Outcome};
use crate::fixture::{in_words, Fixture};
use crate::seed::rng;

/// Cutting a longer one at every place would take too long.
const EVERY_PAIR_UP_TO: usize = 8 * 1024;

#[test]
fn every_fixture_says_what_stands_beside_it_in_every_chunking() {
    let mut rng = rng();
    let fixtures = Fixture::all();
    let mut runs = 0;
    for Fixture { provider, name, body, expected } in &fixtures {
        let wanted = decode(provider, &whole(body));
        assert_eq!(in_words(&wanted), *expected, "{name}");
        let mut same = |reads: &[&[u8]]| {
            let found = decode(provider, reads);
            assert!(found == wanted, "{name}: {}", difference(body, reads, &found, &wanted));
            runs += 1;
        };
        if body.len() <= EVERY_PAIR_UP_TO {
            every_pair(body).for_each(|reads| same(&reads));
        }
        same(&bytes(body));
        (0..16).for_each(|_| same(&random(body, &mut rng)));
    }
    writeln!(stderr(), "{} fixtures ran, in {runs} chunkings", fixtures.len()).expect("stderr can be written to");
}

#[test]
fn an_event_over_the_bound_is_left_out_alike_in_every_chunking() {
    let mut rng = rng();
    let mut over = 0;
    for Fixture { provider, body, .. } in Fixture::all().iter().filter(|fixture| fixture.body.len() <= 2048) {
        for max in [0, 1, rng.usize(2..100), rng.usize(100..400)] {
            let outcome = same_in_all(body, &mut rng, |reads| decode_with(provider, reads, max, Batch::Delta));
            over += usize::from(outcome.failure.is_some_and(|failure| failure.code == "limit"));
        }
    }
    assert!(over > 100, "only {over} answers were over the bound");
}

#[test]
fn what_is_no_stream_fails_alike_in_every_chunking() {
    let mut rng = rng();
    let pages = ["<!doctype html>\n<title>Sign in</title>\n\ndata: {}\n\n", "\r\n <html></html>"];
    let refusal = r#"{"error":{"message":"no","type":"server_error"}}"#;
    for protocol in PROTOCOLS {
        for page in pages {
            let outcome = same_in_all(page.as_bytes(), &mut rng, |reads| decode(protocol.name, reads));
            assert_eq!(outcome.failure.map(|failure| failure.code), Some("protocol"), "{}", protocol.name);
        }
        let outcome = same_in_all(refusal.as_bytes(), &mut rng, |reads| decode(protocol.name, reads));
        // The lines of a socket are not the server's.
        let code = if protocol.transport == TransportKind::WebSocket { "protocol" } else { "provider" };
        assert_eq!(outcome.failure.map(|failure| failure.code), Some(code), "{}", protocol.name);
    }
    let texts = [
        ("Internal Server Error", "protocol"),
        ("upstream connect error\r\nreset before headers\r\n", "protocol"),
        ("error: {\"code\":500,\"message\":\"no\"}\n\n", "provider"),
        (": ping\n\nError: no such model", "provider"),
        (": ping\n\nevent: x\n\n", "truncated"),
    ];
    for protocol in PROTOCOLS.iter().filter(|protocol| protocol.framing == Framing::Sse) {
        for (text, code) in texts {
            let outcome = same_in_all(text.as_bytes(), &mut rng, |reads| decode(protocol.name, reads));
            assert_eq!(outcome.failure.map(|failure| failure.code), Some(code), "{}: {text}", protocol.name);
        }
    }
}

fn chunks_joined_are_the_answer(name: &str, outcome: &Outcome) {
    assert_eq!(outcome.joined(Handed::Text), outcome.text, "{name}");
    assert_eq!(outcome.joined(Handed::Reasoning), outcome.reasoning, "{name}");
    let events = outcome.handed_on.iter().filter(|(kind, _)| *kind == Handed::Event);
    let events: Vec<serde_json::Value> =
        events.map(|(_, event)| serde_json::from_str(event).expect("an event is JSON")).collect();
    for call in &outcome.tool_calls {
        let of_call =
            |kind: &'static str| events.iter().filter(move |event| event["type"] == kind && event["id"] == call.id);
        let input: String = of_call("tool-input-delta").filter_map(|event| event["text"].as_str()).collect();
        assert_eq!(input, call.input_text, "{name}");
        assert_eq!((of_call("tool-input-start").count(), of_call("tool-call").count()), (1, 1), "{name}");
    }
}

#[test]
fn half_a_surrogate_pair_at_the_end_of_the_text_is_handed_on() {
    let body = br#"data: {"choices":[{"delta":{"content":"a\ud83d"},"finish_reason":"stop"}]}"#;
    let outcome = decode("openai", &[body, b"\n\n"]);
    assert_eq!(outcome.text, "a\u{FFFD}");
    chunks_joined_are_the_answer("text", &outcome);
}

#[test]
fn half_a_surrogate_pair_at_the_end_of_the_reasoning_is_handed_on() {
    let body = br#"data: {"choices":[{"delta":{"reasoning":"a\ud83d"},"finish_reason":"stop"}]}"#;
    let outcome = decode("openai", &[body, b"\n\n"]);
    assert_eq!(outcome.reasoning, "a\u{FFFD}");
    chunks_joined_are_the_answer("reasoning", &outcome);
}

#[test]
fn half_a_surrogate_pair_at_the_end_of_a_part_of_the_reasoning_comes_before_the_next_part() {
    let events = [
        r#"{"type":"response.reasoning_summary_text.delta","item_id":"r","output_index":0,"summary_index":0,"delta":"a\ud83d"}"#,
        r#"{"type":"response.reasoning_summary_part.added","item_id":"r","output_index":0,"summary_index":1}"#,
        r#"{"type":"response.reasoning_summary_text.delta","item_id":"r","output_index":0,"summary_index":1,"delta":"b"}"#,
        r#"{"type":"response.completed","response":{"status":"completed"}}"#,
    ];
    let body = events.map(|event| format!("data: {event}\n\n")).concat();
    let outcome = decode("openai-responses", &[body.as_bytes()]);
    assert_eq!(outcome.reasoning, "a\u{FFFD}\n\nb");
    chunks_joined_are_the_answer("reasoning", &outcome);
}

#[test]
fn half_a_surrogate_pair_at_the_end_of_a_calls_arguments_is_handed_on() {
    let call = r#"{"index":0,"id":"c","function":{"name":"f","arguments":"a\ud83d"}}"#;
    let body = format!(r#"data: {{"choices":[{{"delta":{{"tool_calls":[{call}]}},"finish_reason":"stop"}}]}}"#);
    let outcome = decode("openai", &[body.as_bytes(), b"\n\n"]);
    assert_eq!(outcome.tool_calls[0].input_text, "a\u{FFFD}");
    chunks_joined_are_the_answer("call", &outcome);
}

#[test]
fn the_chunks_joined_are_the_answer_however_they_are_batched() {
    let mut rng = rng();
    for Fixture { provider, name, body, .. } in Fixture::all() {
        let single = decode(&provider, &whole(&body));
        chunks_joined_are_the_answer(&name, &single);
        for deltas in [None, Some(1), Some(3)] {
            for reads in [whole(&body), bytes(&body), random(&body, &mut rng)] {
                let batched = decode_with(&provider, &reads, DEFAULT_MAX_EVENT_BYTES, Batch::Gather { deltas });
                chunks_joined_are_the_answer(&name, &batched);
                assert_eq!(in_words(&batched), in_words(&single), "{name}");
                assert_eq!(in_order(&batched), in_order(&single), "{name} in batches of {deltas:?}");
            }
        }
    }
}

/// What keeps its order under batching: text, reasoning and the turns of calls, neighbours of one kind joined.
fn in_order(outcome: &Outcome) -> Vec<(Handed, String)> {
    let mut joined: Vec<(Handed, String)> = Vec::new();
    for (kind, chunk) in &outcome.handed_on {
        // The place of these does not matter.
        let loose = ["{\"type\":\"usage\"", "{\"type\":\"raw\""].iter().any(|start| chunk.starts_with(start));
        match joined.last_mut() {
            _ if *kind == Handed::Event && loose => {}
            Some((last, text)) if *last == *kind && *kind != Handed::Event => text.push_str(chunk),
            _ => joined.push((*kind, chunk.clone())),
        }
    }
    joined
}
