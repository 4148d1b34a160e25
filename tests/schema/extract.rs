//! JSON among the words of a model.

use refinire_web::json::{Begin, JsonExtractor, Kind, Kinds};

const OBJECT: Kinds = Kinds::only(Kind::Object);
const ARRAY: Kinds = Kinds::only(Kind::Array);
const EITHER: Kinds = OBJECT.or(ARRAY);
const STRING: Kinds = Kinds::only(Kind::String);
const NUMBER: Kinds = Kinds::only(Kind::Number);
const BOOL: Kinds = Kinds::only(Kind::Bool);

/// What is asked for, an answer, and the values in the order in which they are to be tried. `^` in front of the first one:
/// the answer begins with it, and it streams.
const ROWS: &[(Kinds, &str, &[&str])] = &[
    // The answer is the value, or begins with it.
    (OBJECT, r#"{"n":{"m":[1]}}"#, &[r#"^{"n":{"m":[1]}}"#]),
    (OBJECT, "\u{FEFF} \n\t\u{A0}{ \n\"n\":1}", &["^{ \n\"n\":1}"]),
    (OBJECT, "{}", &["^{}"]),
    (ARRAY, " [ ]", &["^[ ]"]),
    (ARRAY, "[-1]", &["^[-1]"]),
    (OBJECT, "{\"n\":1}\n\nThat is {all}.", &["^{\"n\":1}"]),
    (OBJECT, "{\"n\":1} // {\"m\":2}", &["^{\"n\":1}", "{\"m\":2}"]),
    (OBJECT, "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n", &["^{\"n\":1}", "{\"n\":3}", "{\"n\":2}"]),
    // In a fence, of whatever kind.
    (OBJECT, "```json\n{\"n\":1}\n```", &["^{\"n\":1}"]),
    (OBJECT, "```\r\n{\"n\":1}\r\n```\r\n", &["^{\"n\":1}"]),
    (OBJECT, "\n~~~~ JSON title=\"a\"\n\n {\"n\":1}\n~~~~\nBye {n}", &["^{\"n\":1}"]),
    (OBJECT, "```json {\"n\":1} ```", &["^{\"n\":1}"]),
    (OBJECT, "```{\"n\":1}```", &["^{\"n\":1}"]),
    (OBJECT, "```json {.numbered}\n{\"n\":1}\n```", &["{\"n\":1}"]),
    (OBJECT, "{\"n\":\"```json\\n{\\\"n\\\":2}\\n```\"}", &["^{\"n\":\"```json\\n{\\\"n\\\":2}\\n```\"}"]),
    (OBJECT, "`{\"n\":1}`", &["{\"n\":1}"]),
    (OBJECT, "Sure!\n```json\n{\"n\":1}\n```\nAnything else?", &["{\"n\":1}"]),
    (
        OBJECT,
        "A:\n```json\n{\"n\":1}\n```\nB:\n~~~\n{\"n\":2}\n~~~\nC:\n```JSON5 x\n{n:3}\n```",
        &["{\"n\":2}", "{\"n\":1}"],
    ),
    // Among words, and brackets among these.
    (OBJECT, r#"Draft: {"n":1}. Better: {"n":2}"#, &[r#"{"n":2}"#, r#"{"n":1}"#]),
    (OBJECT, r#"<think>{"n":0} or {x}</think>{"n":1}"#, &[r#"{"n":1}"#, r#"{"n":0}"#]),
    (OBJECT, "Fill {n} [in] {all of\nit}: {\"n\":1}", &[r#"{"n":1}"#]),
    (OBJECT, r#"{n} is {"n":1}"#, &[r#"{"n":1}"#]),
    (OBJECT, r#"{ is a brace: {"n":1}"#, &[r#"{"n":1}"#]),
    (OBJECT, "if (x) {\n```json\n{\"n\":1}\n```\n}", &[r#"{"n":1}"#]),
    (OBJECT, r#"“{"n":1}”"#, &[r#"{"n":1}"#]),
    (OBJECT, r#"Here: {"n":1}. {Bye}"#, &[r#"{"n":1}"#]),
    (ARRAY, r#"An {object} in a list [sic]: [{"n":1}]"#, &[r#"[{"n":1}]"#]),
    (EITHER, r#"Look {here} [there]: [1] {"n":1}"#, &[r#"{"n":1}"#, "[1]"]),
    (OBJECT, r#"{"n":"[{"}"#, &[r#"^{"n":"[{"}"#]),
    // A draft that was given up.
    (OBJECT, "{\"n\":\"Dra\n\nAgain:\n{\"n\":1}", &[r#"{"n":1}"#]),
    (OBJECT, r#"{"n":"Dra… no: {"n":1}"#, &[r#"{"n":1}"#]),
    (OBJECT, r#"{"n": oops {"m":1}} Final: {"n":1}"#, &[r#"{"n":1}"#]),
    // What is inside of another kind is what was asked for, what is in a string is not.
    (OBJECT, r#"[{"n":1},{"n":{"n":2}}]"#, &[r#"{"n":{"n":2}}"#, r#"{"n":1}"#]),
    (ARRAY, r#"{"list":[1,[2]],"text":"[3]"}"#, &["[1,[2]]"]),
    // Nothing inside of bad JSON, or of what the end cuts, is taken for the whole.
    (OBJECT, r#"{"n":1, oops, "m":{"k":1}}"#, &[]),
    (OBJECT, r#"{"n": Rome, "m": {"k":1}}"#, &[]),
    (OBJECT, r#"{n: {"k":1}}"#, &[]),
    (OBJECT, r#"{{"k":1}}"#, &[]),
    (OBJECT, r#"{"n":[{"k":1},{"k":2},{"k"#, &[]),
    (OBJECT, r#"{"n":["a}",{"k":2},tru"#, &[]),
    (OBJECT, r#"{"n":{"k":1}"#, &[]),
    (OBJECT, "none", &[]),
    (OBJECT, "{n", &[]),
    (OBJECT, "", &[]),
    (OBJECT, "```json\n", &[]),
    // Scalars count where they are alone on a line; a string may have words behind it where the answer begins with it.
    (NUMBER, "42", &["42"]),
    (NUMBER, " -1.5e3\n", &["-1.5e3"]),
    (NUMBER, "The answer is:\n\n42", &["42"]),
    (NUMBER, "```json\n42\n```", &["42"]),
    (NUMBER, "```json 42```", &["42"]),
    (NUMBER, "1\n2\n3", &["1", "3", "2"]),
    (NUMBER, "It is 4", &[]),
    (NUMBER, "4 or 5", &[]),
    (NUMBER, "\"4\"", &[]),
    (BOOL, "true", &["true"]),
    (BOOL, "truly so", &[]),
    (BOOL, "```true```", &["true"]),
    (STRING, r#""Genoa""#, &[r#"^"Genoa""#]),
    (STRING, "```json\n\"a \\\"b\\\"\"\n```", &[r#"^"a \"b\"""#]),
    (STRING, "\"Genoa\" is a town.\n\"Rome\"", &[r#"^"Genoa""#, r#""Rome""#]),
    (STRING, r#"So: "a""#, &[]),
    (STRING, "Say:\n\"a\"\n", &[r#""a""#]),
    (STRING, r#""a"#, &[]),
    (Kinds::ALL, "{\n\"n\":\n1\n}", &["^{\n\"n\":\n1\n}"]),
    (Kinds::ALL, "null", &["null"]),
    (Kinds::ALL, "\"a\" or {\"n\":1}", &["{\"n\":1}"]),
];

#[test]
fn the_values_of_an_answer_in_the_order_to_try_them() {
    for (kinds, answer, expected) in ROWS {
        let extractor = JsonExtractor::new(*kinds);
        let found: Vec<_> = extractor.find(answer).into_iter().map(|range| &answer[range]).collect();
        let expected: Vec<_> = expected.iter().map(|value| value.trim_start_matches('^')).collect();
        assert_eq!(found, expected, "{answer}");
    }
}

/// What of the answer has been given as the beginning of the value, and the rest, wherever the answer is cut in two or three.
#[test]
fn what_the_answer_begins_with_streams_wherever_it_is_cut() {
    for (kinds, answer, expected) in ROWS {
        let streams = expected.first().and_then(|first| first.strip_prefix('^'));
        let places: Vec<_> = answer.char_indices().map(|(at, _)| at).chain([answer.len()]).collect();
        for (one, two) in places.iter().flat_map(|one| places.iter().map(move |two| (*one, *two))) {
            if one > two {
                continue;
            }
            let streamed = streamed(*kinds, &[&answer[..one], &answer[one..two], &answer[two..]]);
            match streams {
                Some(value) => {
                    // White space behind an opening bracket is left out.
                    let dense = |text: &str| text.replace([' ', '\n'], "");
                    let streamed = streamed.unwrap_or_else(|| panic!("{answer} begins with the value"));
                    assert!(dense(&streamed).starts_with(&dense(value)), "{answer}: {streamed}");
                }
                None => assert!(
                    streamed.is_none_or(|text| expected.is_empty() || text.contains("oops") || text.contains("Dra")),
                    "{answer} does not begin with the value"
                ),
            }
        }
    }
}

fn streamed(kinds: Kinds, pieces: &[&str]) -> Option<String> {
    let mut extractor = JsonExtractor::new(kinds);
    let mut pieces = pieces.iter();
    let mut text = String::new();
    for piece in pieces.by_ref() {
        match extractor.begin(piece) {
            Begin::NotYet => {}
            Begin::Never => return None,
            Begin::Here { opening, at } => {
                text = format!("{opening}{}", &piece[at..]);
                break;
            }
        }
    }
    text.extend(pieces.copied());
    (!text.is_empty()).then_some(text)
}

#[test]
fn another_answer_begins_anew() {
    let mut extractor = JsonExtractor::new(OBJECT);
    assert_eq!(extractor.begin("No"), Begin::Never);
    extractor.restart();
    assert_eq!(extractor.begin(" {\"n\""), Begin::Here { opening: '{', at: 2 });
}

#[test]
fn an_answer_without_a_value_says_why() {
    for (kinds, answer, words) in [
        (OBJECT, "Hello!", "no JSON was found (object)"),
        (Kinds::ALL, "Hello!", "no JSON was found (object, array, string, number, true or false, null)"),
        (OBJECT, r#" {"n":1"#, "the JSON ends too early (at byte 6)"),
        (OBJECT, r#"{"n":1,}"#, "a key is missing (at byte 7)"),
    ] {
        assert_eq!(JsonExtractor::new(kinds).why_none(answer), words, "{answer}");
    }
}

/// Each of these is read again and again unless that is bounded: it would take hours.
#[test]
fn no_answer_takes_more_than_a_few_readings() {
    let length = 1 << 20;
    for (unit, count) in [
        ("[", 0),
        ("{", 0),
        ("{\"a\":", 0),
        ("{\"a\":\"", 0),
        ("[1,", 0),
        ("[\"[\",", 0),
        ("{}", length / 2),
        ("{} \n", length / 4),
        ("{x}", 0),
        ("{\"}\":[", 0),
        ("[\"[ \" ", 0),
        ("\"\\\"", 0),
        ("```\n{\n", 0),
        ("{x: [ } ] ", 0),
        (" ", 0),
        ("\n", 0),
        ("`", 0),
        ("1\n", 0),
    ] {
        let mut answer = String::from("Look: ");
        answer.push_str(&unit.repeat(length / unit.len()));
        answer.push_str("\n{\"n\":1}");
        assert!(JsonExtractor::new(OBJECT).find(&answer).len() <= count + 1, "{unit}");
        let mut extractor = JsonExtractor::new(Kinds::ALL);
        let _ = (extractor.find(&answer), extractor.why_none(&answer), extractor.begin(&answer));
    }
}
