//! Strings: what they say, also in halves.

use refinire_web::json::{quote, Scanner, Split, Text};

use crate::seed::{rng, soup};

/// A piece of a JSON string, and the UTF-16 units that it stands for.
const PIECES: &[(&str, &[u16])] = &[
    ("a", &[0x61]),
    ("plain", &[0x70, 0x6C, 0x61, 0x69, 0x6E]),
    ("é", &[0xE9]),
    ("€", &[0x20AC]),
    ("😀", &[0xD83D, 0xDE00]),
    (r"\n", &[0xA]),
    (r#"\""#, &[0x22]),
    (r"\\", &[0x5C]),
    (r"\/", &[0x2F]),
    (r"\b\f\r\t", &[0x8, 0xC, 0xD, 0x9]),
    (r"\u0000", &[0]),
    (r"\u00e9", &[0xE9]),
    (r"\uFFFD\uffff", &[0xFFFD, 0xFFFF]),
    (r"\ud83d", &[0xD83D]),
    (r"\uDBFF", &[0xDBFF]),
    (r"\uDe00", &[0xDE00]),
    (r"\udfff", &[0xDFFF]),
    ("", &[]),
];

fn text(json: &[u8]) -> Text<'_> {
    let mut scan = Scanner::new(json);
    let text = scan.string().expect("it is JSON").expect("it is a string");
    scan.finish().expect("nothing follows");
    text
}

/// What strings say that follow one another in an answer.
fn joined(strings: &[String]) -> String {
    let mut out = String::new();
    let mut split = Split::default();
    for string in strings {
        text(string.as_bytes()).append_to(&mut out, &mut split);
    }
    split.end(&mut out);
    out
}

fn quoted(pieces: &[(&str, &[u16])]) -> String {
    let content: String = pieces.iter().map(|(json, _)| *json).collect();
    ["\"", &content, "\""].concat()
}

#[test]
fn a_string_says_the_same_wherever_it_is_cut_in_two() {
    let mut rng = rng();
    let mut halved = 0;
    for _ in 0..5000 {
        let pieces: Vec<_> = (0..rng.usize(0..12)).filter_map(|_| rng.choice(PIECES).copied()).collect();
        let units: Vec<u16> = pieces.iter().flat_map(|(_, units)| *units).copied().collect();
        let says = String::from_utf16_lossy(&units);
        let whole = quoted(&pieces);
        assert_eq!(text(whole.as_bytes()).to_string(), says, "{whole}");
        for at in 0..=pieces.len() {
            let (left, right) = pieces.split_at(at);
            assert_eq!(joined(&[quoted(left), quoted(right)]), says, "{whole} cut at piece {at}");
        }
        let alone: Vec<_> = pieces.iter().map(|piece| quoted(&[*piece])).collect();
        assert_eq!(joined(&alone), says, "{whole} in pieces");
        halved += usize::from(units.windows(2).any(|pair| pair[0] == 0xD83D && pair[1] >= 0xDE00 && pair[1] < 0xE000));
    }
    assert!(halved > 500, "only {halved} strings had a pair to be cut");
}

#[test]
fn halves_of_a_surrogate_pair_in_two_strings_become_one_character() {
    assert_eq!(joined(&[r#""a\ud83d""#.into(), r#""\ude00b""#.into()]), "a😀b");
    assert_eq!(joined(&[r#""\ud83d""#.into(), r#""""#.into(), r#""\ude00""#.into()]), "😀");
}

#[test]
fn a_half_that_stays_alone_becomes_a_replacement_character() {
    assert_eq!(joined(&[r#""\ud83d""#.into()]), "\u{FFFD}");
    assert_eq!(joined(&[r#""\ud83d""#.into(), r#""x""#.into(), r#""\ude00""#.into()]), "\u{FFFD}x\u{FFFD}");
    assert_eq!(joined(&[r#""\ud83d""#.into(), r#""\n\ude00""#.into()]), "\u{FFFD}\n\u{FFFD}");
    assert_eq!(joined(&[r#""\ud83d""#.into(), r#""\ud83d\ude00""#.into()]), "\u{FFFD}😀");
}

#[test]
fn bytes_that_are_not_utf8_are_replaced_as_the_encoding_standard_does() {
    let bad: &[&[u8]] = &[
        b"a",
        b"\\n",
        b"\\u00e9",
        b"\xFF",
        b"\xC0\x80",
        b"\xE2\x82",
        b"\xE2\x82\xAC",
        b"\xF0\x9F\x98",
        b"\xF0\x9F",
        b"\x80",
        b"\xED\xA0\x80",
        b"\xF5",
        b"\xC2",
        "é😀".as_bytes(),
    ];
    let mut rng = rng();
    for _ in 0..5000 {
        let json = [b"\"".as_slice(), &soup(&mut rng, bad, 0, 10), b"\""].concat();
        let lossy = String::from_utf8_lossy(&json);
        let theirs: String = serde_json::from_str(&lossy).expect("it is JSON");
        assert_eq!(text(&json).to_string(), theirs, "{lossy}");
    }
}

#[test]
fn every_character_is_quoted_so_that_it_reads_back() {
    for char in '\0'..='\u{10000}' {
        let string = format!("a{char}\"{char}");
        let json = quote(&string);
        assert_eq!(serde_json::from_str::<String>(&json).expect("it is JSON"), string);
        assert_eq!(text(json.as_bytes()).to_string(), string);
    }
}

#[test]
fn random_strings_are_quoted_so_that_they_read_back() {
    let mut rng = rng();
    for _ in 0..5000 {
        let last = if rng.bool() { '\u{80}' } else { char::MAX };
        let string: String = (0..rng.usize(0..40)).map(|_| rng.char(..last)).collect();
        let json = quote(&string);
        assert_eq!(serde_json::from_str::<String>(&json).expect("it is JSON"), string);
        assert_eq!(text(json.as_bytes()).to_string(), string);
    }
}
