//! What is JSON and what is not: the scanner, the value and serde agree.

use refinire_web::error::{Code, Error};
use refinire_web::json::{Scanner, Value, MAX_DEPTH};

use crate::fixture::Fixture;
use crate::json_corpus::{INVALID, PIECES, SEEDS, VALID};
use crate::seed::{mutate, rng, soup};

fn skip(text: &[u8]) -> Result<(), Error> {
    let mut scan = Scanner::new(text);
    scan.skip()?;
    scan.finish()
}

/// serde's opinion. It wants UTF-8, so bytes that are not are replaced first, as the library does when it reads them.
fn is_json(text: &[u8]) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(&String::from_utf8_lossy(text)).is_ok()
}

/// Skipping, reading and serde agree; the value is the one that serde reads, and survives being written.
fn all_agree(text: &[u8]) -> bool {
    let shown = String::from_utf8_lossy(text);
    let skipped = skip(text);
    assert_eq!(skipped.is_ok(), is_json(text), "{shown:?}: {skipped:?}");
    match Value::parse(text) {
        Ok(value) => {
            assert!(skipped.is_ok(), "{shown:?} is read though it cannot be skipped");
            let written = value.to_json();
            assert_eq!(Value::parse(written.as_bytes()).expect("what was written is JSON"), value, "{shown:?}");
            // serde refuses numbers beyond f64 and halves of surrogate pairs.
            if let Ok(theirs) = serde_json::from_str::<serde_json::Value>(&shown) {
                let ours: serde_json::Value = serde_json::from_str(&written).expect("what was written is JSON");
                assert_eq!(ours, theirs, "{shown:?}");
            }
        }
        Err(error) => {
            let other = skipped.expect_err(&shown);
            assert_eq!((error.code, error.offset), (other.code, other.offset), "{shown:?}");
            the_offset_tells_where_it_stops_making_sense(text, &error);
        }
    }
    is_json(text)
}

/// Everything before the offset could have gone on: cut there, the text is whole or only ends too early.
fn the_offset_tells_where_it_stops_making_sense(text: &[u8], error: &Error) {
    let at = error.offset.expect("an error of the scanner has an offset");
    assert_eq!(error.code, Code::Protocol);
    let before = text.get(..at).expect("the offset lies in the text");
    if let Err(cut) = skip(before) {
        assert_eq!(cut.offset, Some(at), "{:?}: {error}, but cut there {cut}", String::from_utf8_lossy(text));
    }
}

#[test]
fn what_is_json_is_read() {
    for text in VALID.iter() {
        assert!(all_agree(text), "{:?}", String::from_utf8_lossy(text));
    }
}

#[test]
fn what_is_not_json_is_refused() {
    for text in INVALID.iter() {
        assert!(!all_agree(text), "{:?}", String::from_utf8_lossy(text));
    }
}

#[test]
fn every_beginning_of_a_document_is_refused() {
    for text in SEEDS.iter().map(|text| text.trim_ascii()) {
        for end in 0..text.len() {
            assert!(!all_agree(&text[..end]), "{:?}", String::from_utf8_lossy(&text[..end]));
        }
    }
}

#[test]
fn changed_documents_are_read_or_refused_as_serde_does() {
    let mut rng = rng();
    let mut valid = 0;
    for _ in 0..3000 {
        for seed in SEEDS.iter() {
            valid += usize::from(all_agree(&mutate(&mut rng, seed, &PIECES)));
        }
    }
    assert!((1000..10_000).contains(&valid), "of 12000 documents {valid} were valid: one side is hardly tried");
}

#[test]
fn changed_payloads_of_fixtures_are_read_or_refused_as_serde_does() {
    let mut rng = rng();
    let (mut valid, mut count) = (0, 0);
    for payload in Fixture::all().iter().flat_map(Fixture::payloads) {
        for _ in 0..15 {
            valid += usize::from(all_agree(&mutate(&mut rng, &payload, &PIECES)));
            count += 1;
        }
    }
    assert!(
        valid * 20 > count && valid * 2 < count,
        "of {count} payloads {valid} were valid: one side is hardly tried"
    );
}

#[test]
fn random_texts_are_read_or_refused_as_serde_does() {
    let mut rng = rng();
    let mut valid = 0;
    for _ in 0..20_000 {
        valid += usize::from(all_agree(&soup(&mut rng, &PIECES, 1, 8)));
    }
    assert!(valid > 500, "only {valid} texts were valid");
}

#[test]
fn nesting_up_to_the_bound_is_read_and_one_deeper_is_refused() {
    let depth = MAX_DEPTH as usize;
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]"), (" [ ", " ] ")] {
        let levels = open.matches(['[', '{']).count();
        let nested = |times: usize| format!("{}1{}", open.repeat(times), close.repeat(times)).into_bytes();
        let deepest = nested(depth / levels);
        assert!(skip(&deepest).is_ok() && Value::parse(&deepest).is_ok(), "{open}");
        let deeper = nested(depth / levels + 1);
        assert!(skip(&deeper).is_err() && Value::parse(&deeper).is_err(), "{open}");
    }
    // Side by side they do not add up.
    assert!(skip(format!("[{}1]", "[],{},".repeat(1000)).as_bytes()).is_ok());
    assert!(skip("[".repeat(1 << 20).as_bytes()).is_err());
}

#[test]
fn only_a_whole_number_of_at_least_zero_is_read_as_one() {
    let cases: &[(&str, Option<u64>)] = &[
        ("0", Some(0)),
        ("7", Some(7)),
        (" 12 ", Some(12)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("100000000000000000000", None),
        ("-1", None),
        ("-0", None),
        ("1.0", Some(1)),
        ("12.50", None),
        ("0.5", None),
        ("1e3", None),
        ("\"12\"", None),
        ("null", None),
        ("true", None),
        ("[12]", None),
        ("{\"a\":12}", None),
        ("[1.0]", None),
    ];
    for (text, number) in cases {
        let mut scan = Scanner::new(text.as_bytes());
        assert_eq!(scan.unsigned().expect(text), *number, "{text}");
        scan.finish().expect(text);
    }
}

/// `incremental-json.js` reads structured answers as they grow, and the scanner reads them when they are whole.
#[test]
fn a_growing_value_may_be_as_deep_as_a_whole_one() {
    let growth = include_str!("../../src/web/js/incremental-json.js");
    let declared = growth.lines().find_map(|line| line.strip_prefix("const MAX_DEPTH = "));
    assert_eq!(declared, Some(&*format!("{MAX_DEPTH};")), "src/web/js/incremental-json.js");
}
