//! Answers and schemas at random: nothing panics, and what is said of an answer does not depend on how it arrives.

use fastrand::Rng;
use refinire_web::json::{kind_of, Begin, JsonExtractor, Kind, Kinds, Value};
use refinire_web::schema::{check, kinds_of};

const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    ":",
    ",",
    "\n",
    " ",
    "```",
    "```json\n",
    "~~~",
    "`",
    "{\"n\":1}",
    "[1,{}]",
    "\"a\"",
    "null",
    "tru",
    "-1.5e3",
    "é",
    "😀",
    "\u{FEFF}",
    "word",
    "\\u00e9",
    "{\"a\":[",
    "]}",
    "<think>",
    "//",
];

fn answer(rng: &mut Rng) -> String {
    (0..rng.usize(0..24)).map(|_| PIECES[rng.usize(0..PIECES.len())]).collect()
}

fn kinds(rng: &mut Rng) -> Kinds {
    let all = [Kind::Null, Kind::Bool, Kind::Number, Kind::String, Kind::Array, Kind::Object];
    match rng.usize(0..4) {
        0 => Kinds::ALL,
        1 => Kinds::only(Kind::Object),
        _ => Kinds::only(all[rng.usize(0..6)]).or(Kinds::only(all[rng.usize(0..6)])),
    }
}

/// `REFINIRE_SEED` chooses another seed; a failure shows the one it had.
fn rng() -> Rng {
    let seed = std::env::var("REFINIRE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_101);
    println!("to repeat this: REFINIRE_SEED={seed}");
    Rng::with_seed(seed)
}

fn begins(kinds: Kinds, pieces: &[&str]) -> Option<String> {
    let mut extractor = JsonExtractor::new(kinds);
    for (place, piece) in pieces.iter().enumerate() {
        match extractor.begin(piece) {
            Begin::NotYet => {}
            Begin::Never => return None,
            Begin::Here { opening, at } => {
                return Some([&opening.to_string(), &piece[at..], &pieces[place + 1..].concat()].concat())
            }
        }
    }
    None
}

#[test]
fn what_is_found_is_json_of_the_kinds_and_nothing_depends_on_the_pieces() {
    let mut rng = rng();
    for _ in 0..20_000 {
        let (answer, kinds) = (answer(&mut rng), kinds(&mut rng));
        let extractor = JsonExtractor::new(kinds);
        let mut found = extractor.find(&answer);
        for range in &found {
            assert!(kind_of(&answer[range.clone()]).is_some_and(|kind| kinds.has(kind)), "{answer:?} {range:?}");
        }
        // What streams is tried first.
        let whole = begins(kinds, &[&answer]);
        if let (Some(value), Some(first)) = (&whole, found.first()) {
            let mut scan = refinire_web::json::Scanner::new(value.as_bytes());
            if scan.skip().is_ok() {
                assert!(answer[first.start..].ends_with(&value[1..]), "{answer:?} {value:?}");
            }
        }
        found.sort_by_key(|range| range.start);
        assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start), "{answer:?} {found:?}");
        let boundaries: Vec<_> = answer.char_indices().map(|(at, _)| at).chain([answer.len()]).collect();
        let mut places: Vec<_> = (0..2).map(|_| boundaries[rng.usize(0..boundaries.len())]).collect();
        places.sort_unstable();
        let pieces = [&answer[..places[0]], &answer[places[0]..places[1]], &answer[places[1]..]];
        let dense = |text: Option<String>| text.map(|text| text.replace([' ', '\n'], ""));
        assert_eq!(dense(begins(kinds, &pieces)), dense(whole), "{pieces:?}");
        let _ = extractor.why_none(&answer);
    }
}

const KEYS: &[&str] = &[
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "$defs",
    "minLength",
    "maxItems",
    "minimum",
    "multipleOf",
    "pattern",
    "uniqueItems",
    "nullable",
    "a",
    "b",
];
const SCALARS: &[&str] = &[
    "true",
    "false",
    "null",
    "0",
    "-1",
    "1.5",
    "1e400",
    "1e-999999999999",
    "\"object\"",
    "\"array\"",
    "\"string\"",
    "\"integer\"",
    "\"#\"",
    "\"#/$defs/a\"",
    "\"#/%zz\"",
    "\"a\"",
    "\"\"",
    "12345678901234567890123",
];

fn value(rng: &mut Rng, depth: usize) -> String {
    let several = |rng: &mut Rng, make: &mut dyn FnMut(&mut Rng) -> String| {
        (0..rng.usize(0..4)).map(|_| make(rng)).collect::<Vec<_>>().join(",")
    };
    match rng.usize(0..if depth == 0 { 1 } else { 4 }) {
        0 => SCALARS[rng.usize(0..SCALARS.len())].to_owned(),
        1 => format!("[{}]", several(rng, &mut |rng| value(rng, depth - 1))),
        _ => {
            let mut member =
                |rng: &mut Rng| format!("\"{}\":{}", KEYS[rng.usize(0..KEYS.len())], value(rng, depth - 1));
            format!("{{{}}}", several(rng, &mut member))
        }
    }
}

#[test]
fn any_schema_checks_any_value() {
    let mut rng = rng();
    for _ in 0..20_000 {
        let schema = Value::parse(value(&mut rng, 5).as_bytes()).unwrap();
        let json = Value::parse(value(&mut rng, 4).as_bytes()).unwrap();
        if let Err(misfit) = check(&schema, &json, &mut |_, text| text.len() % 2 == 0) {
            assert!(!misfit.to_string().is_empty(), "{}", schema.to_json());
        }
        let _ = kinds_of(&schema);
    }
}
