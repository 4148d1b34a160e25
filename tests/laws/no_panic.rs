//! No input makes the library panic: whatever comes, there is an outcome, and the same one in another chunking.

use fastrand::Rng;
use refinire_web::provider::{http_error_in_body, provider_error, PROTOCOLS};
use serde_json::{json, Value};

use crate::chunking::{difference, random, whole};
use crate::decode::{decode, decode_whole};
use crate::fixture::Fixture;
use crate::json_corpus::PIECES as JSON;
use crate::seed::{mutate, rng, soup};
use crate::sse::PIECES as SSE;

/// Reads `body` in each way there is to read one.
fn there_is_an_outcome(provider: &str, body: &[u8], rng: &mut Rng) {
    let wanted = decode(provider, &whole(body));
    let reads = random(body, rng);
    let found = decode(provider, &reads);
    assert!(found == wanted, "{provider}: {}", difference(body, &reads, &found, &wanted));
    decode_whole(provider, body);
}

#[test]
fn changed_fixtures_have_an_outcome_with_every_provider() {
    let mut rng = rng();
    let pieces = [&JSON[..], SSE].concat();
    for fixture in Fixture::all() {
        for protocol in PROTOCOLS {
            let times = if protocol.name == fixture.provider { 60 } else { 5 };
            for _ in 0..times {
                there_is_an_outcome(protocol.name, &mutate(&mut rng, &fixture.body, &pieces), &mut rng);
            }
        }
    }
}

#[test]
fn payloads_of_another_shape_have_an_outcome() {
    let mut rng = rng();
    for fixture in Fixture::all() {
        let payloads: Vec<Value> =
            fixture.payloads().iter().filter_map(|payload| serde_json::from_slice(payload).ok()).collect();
        for _ in 0..60 {
            let body: String = payloads.iter().map(|payload| framed(&fixture, &reshaped(payload, &mut rng))).collect();
            there_is_an_outcome(&fixture.provider, body.as_bytes(), &mut rng);
        }
        for payload in &payloads {
            let body = reshaped(payload, &mut rng).to_string();
            let _ = provider_error(&refinire_web::json::Value::parse(body.as_bytes()).expect("serde writes JSON"));
            let _ = http_error_in_body(500, body.as_bytes());
            decode_whole(&fixture.provider, body.as_bytes());
        }
    }
}

#[test]
fn random_bytes_have_an_outcome_with_every_provider() {
    let mut rng = rng();
    let pieces = [&JSON[..], SSE, &[b"data: {\"", b"\"}\n\n", b"\":[{\"", b"error", b"[DONE]"]].concat();
    for _ in 0..1000 {
        let body = soup(&mut rng, &pieces, 0, 60);
        let _ = http_error_in_body(rng.u16(..), &body);
        for protocol in PROTOCOLS {
            there_is_an_outcome(protocol.name, &body, &mut rng);
        }
    }
}

#[test]
fn very_deep_nesting_is_an_outcome_not_a_stack_overflow() {
    for protocol in PROTOCOLS {
        for opening in ["[", "{\"a\":", "{\"choices\":[", "{\"error\":{\"message\":", "{\"delta\":["] {
            let deep = opening.repeat(100_000);
            decode(protocol.name, &[format!("data: {deep}\n\n").as_bytes()]);
            decode(protocol.name, &[format!("{deep}\n").as_bytes()]);
            decode_whole(protocol.name, deep.as_bytes());
            let _ = http_error_in_body(500, deep.as_bytes());
        }
    }
}

/// As a frame of the fixture's framing.
fn framed(fixture: &Fixture, payload: &Value) -> String {
    if fixture.name.ends_with(".ndjson") {
        return format!("{payload}\n");
    }
    match payload.get("type").and_then(Value::as_str) {
        Some(kind) => format!("event: {kind}\ndata: {payload}\n\n"),
        None => format!("data: {payload}\n\n"),
    }
}

/// The same document, here and there with another value or without one.
fn reshaped(value: &Value, rng: &mut Rng) -> Value {
    if rng.u8(0..24) == 0 {
        return another(rng);
    }
    match value {
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(|item| reshaped(item, rng)).collect();
            if rng.u8(0..12) == 0 {
                items.extend(items.clone());
            }
            Value::Array(items)
        }
        Value::Object(members) => {
            let kept: Vec<_> = members.iter().filter(|_| rng.u8(0..24) > 0).collect();
            kept.into_iter().map(|(key, value)| (key.clone(), reshaped(value, rng))).collect()
        }
        other => other.clone(),
    }
}

fn another(rng: &mut Rng) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(2.5),
        json!(u64::MAX),
        json!(""),
        json!("text"),
        json!("\u{0}\u{FFFD}\"\\😀"),
        json!([]),
        json!({}),
        json!([{"text": "a"}, null, 1]),
        json!({"type": "text", "text": [1]}),
        json!({"error": {"message": null, "code": 1e300}}),
    ];
    rng.choice(values).unwrap_or_default()
}
