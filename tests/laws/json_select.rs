//! Selecting members by a table finds what reading the whole value finds.

use refinire_web::error::Error;
use refinire_web::json::{fields, Field, Fields, RawValue, Scanner, Select, Value};

use crate::fixture::Fixture;
use crate::json_corpus::{INVALID, PIECES, SEEDS, VALID};
use crate::seed::{mutate, rng};

const SLOTS: usize = 6;

fields! {
    struct Members { a, id, list, reason, content, tokens }
    const MEMBERS = {
        "a" => a,
        "" => a,
        "id" => id,
        "text" => id,
        "choices" => [list: { "finish_reason" => reason, "delta" => (DELTA) }],
        "output" => [list: { "type" => reason }],
        "message" => (DELTA),
        "delta" => (DELTA),
        "usage" => { "in" => tokens, "prompt_tokens" => tokens, "ratio" => content },
    }
    const DELTA = { "content" => content, "tool_calls" => [tokens: { "id" => id }] }
}

/// The oracle: the members of a value that has been read whole, one after the other; a later one replaces an earlier.
fn naive(value: &Value, fields: Fields, found: &mut [Option<Value>; SLOTS]) {
    let Value::Object(members) = value else { return };
    for (key, value) in members {
        let value_there = Some(value.clone()).filter(|value| !value.is_null());
        match fields.iter().find(|(name, _)| name == key).map(|(_, field)| field) {
            None => {}
            Some(Field::Value(slot)) => found[*slot] = value_there,
            Some(Field::In(fields)) => naive(value, fields, found),
            Some(Field::First(slot, fields)) => {
                value.items().iter().take(1).for_each(|item| naive(item, fields, found));
                found[*slot] = value_there;
            }
        }
    }
}

fn read(found: RawValue<'_>) -> Option<Value> {
    match found {
        RawValue::Missing => None,
        RawValue::Text(text) => Some(Value::string(text.to_string())),
        RawValue::Other(raw) => Some(Value::parse(raw).expect("what was found has been checked")),
    }
}

fn found(text: &[u8]) -> Result<[RawValue<'_>; SLOTS], Error> {
    let mut found = Members::default();
    found.select(text, MEMBERS)?;
    let Members { a, id, list, reason, content, tokens } = found;
    Ok([a, id, list, reason, content, tokens])
}

/// Gives how many slots were filled; none for what is not an object.
fn selects_what_is_there(text: &[u8]) -> usize {
    let shown = String::from_utf8_lossy(text);
    let whole = Value::parse(text);
    match (found(text), &whole) {
        (Ok(found), Ok(value @ Value::Object(_))) => {
            let mut wanted = [const { None }; SLOTS];
            naive(value, MEMBERS, &mut wanted);
            assert_eq!(found.map(read), wanted, "{shown:?}");
            for one in found {
                let items: Vec<_> =
                    one.items().map(|item| read(item).unwrap_or(Value::Literal("null".into()))).collect();
                assert_eq!(items, read(one).unwrap_or(Value::object()).items(), "{shown:?}");
            }
            found.iter().filter(|one| one.is_there()).count()
        }
        (Err(error), Err(other)) if text.trim_ascii().starts_with(b"{") => {
            assert_eq!(error.offset, other.offset, "{shown:?}: {error}, {other}");
            0
        }
        (selected, whole) => {
            let object = matches!(whole, Ok(Value::Object(_)));
            assert!(selected.is_err() && !object, "{shown:?}: {selected:?}, {whole:?}");
            0
        }
    }
}

#[test]
fn the_corpus_is_selected_from_as_it_is_read() {
    let arrays: &[u8] =
        br#"{"a":[null,1,null,"x",{"id":2}],"choices":[null,{"delta":{"content":"not the first"}}],"output":null}"#;
    let filled: usize = [arrays]
        .iter()
        .chain(VALID.iter())
        .chain(INVALID.iter())
        .chain(SEEDS.iter())
        .map(|text| selects_what_is_there(text))
        .sum();
    assert!(filled > 10, "only {filled} members were found");
}

#[test]
fn changed_payloads_are_selected_from_as_they_are_read() {
    let mut rng = rng();
    let payloads = Fixture::all().iter().flat_map(Fixture::payloads).collect::<Vec<_>>();
    let seeds = SEEDS.iter().map(|seed| seed.to_vec());
    let mut filled = 0;
    for payload in payloads.into_iter().chain(seeds) {
        filled += selects_what_is_there(&payload);
        for _ in 0..15 {
            filled += selects_what_is_there(&mutate(&mut rng, &payload, &PIECES));
        }
    }
    assert!(filled > 1000, "only {filled} members were found");
}

#[test]
fn of_a_member_that_stands_twice_the_last_one_counts() {
    let [a, id, ..] = found(br#"{"a":1,"id":"x","a":2,"\u0069d":null}"#).expect("it is JSON");
    assert_eq!(a.unsigned(), Some(2));
    assert!(!id.is_there());
}

#[test]
fn numbers_are_found_as_the_scanner_reads_them() {
    for number in
        ["0", "7", "18446744073709551615", "18446744073709551616", "-1", "1.0", "2.5", "1e3", "\"1\"", "[1]", "null"]
    {
        let json = format!("{{\"a\":{number}}}");
        let [a, ..] = found(json.as_bytes()).expect(number);
        assert_eq!(a.unsigned(), Scanner::new(number.as_bytes()).unsigned().expect(number), "{number}");
    }
}
