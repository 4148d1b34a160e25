//! What a continuation repeats: against a reader that sees both texts whole, at every chunking, and with no more held
//! back than has to be.

use fastrand::Rng;
use refinire_web::json::{Split, Text};
use refinire_web::response::Overlap;

use crate::seed::rng;

/// What is left of the new text, and how many pieces were held back.
fn told(old: &str, pieces: &[&str], trimmed: bool) -> (String, usize) {
    let mut overlap = Overlap::new(trimmed);
    for (count, piece) in pieces.iter().enumerate() {
        if let Some(repeated) = overlap.push(Text::verbatim(piece.as_bytes()), old) {
            return ([overlap.rest(repeated).0, &pieces[count + 1..].concat()].concat(), count);
        }
    }
    let repeated = overlap.end(old);
    (overlap.rest(repeated).0.to_owned(), pieces.len())
}

/// The whole text, with a new one that comes a character at a time.
fn joined(old: &str, new: &str) -> String {
    let pieces: Vec<_> = new.split_inclusive(|_| true).collect();
    [old, &told(old, &pieces, false).0].concat()
}

/// The rule, on whole texts: whether a repetition may begin at that byte of the old text, behind white space.
fn may_begin(old: &str, at: usize, space: &str) -> bool {
    let (before, repeated) = (&old[..at], &old[at..]);
    let is_blank = before.chars().all(char::is_whitespace);
    let is_inside = before.chars().last().is_some_and(char::is_alphanumeric);
    let begins = !is_inside || repeated.starts_with(|char| ('\u{2E80}'..='\u{D7FF}').contains(&char));
    let length = repeated.chars().count();
    (before.ends_with(space) || is_blank)
        && ((length >= 24 && begins) || (length >= 8 && is_blank && !space.starts_with(' ')))
}

fn parts(new: &str) -> (&str, &str) {
    new.split_at(new.len() - new.trim_start().len())
}

/// What is left of the new text.
fn naive<'a>(old: &str, new: &'a str, trimmed: bool) -> &'a str {
    let (space, words) = parts(new);
    let repeats = |at: &usize| words.starts_with(&old[*at..]) && may_begin(old, *at, space);
    if let Some(at) = old.char_indices().map(|(at, _)| at).find(repeats) {
        return &words[old.len() - at..];
    }
    let end = &old[old.trim_end().len()..];
    let same = end.chars().zip(space.chars()).take_while(|(old, new)| trimmed && old == new);
    &new[same.map(|(_, new)| new.len_utf8()).sum()..]
}

/// Whether what has come could still become a repetition, or a longer one.
fn may_repeat(old: &str, new: &str) -> bool {
    let (space, words) = parts(new);
    let may = |at: usize| old.len() - at > words.len() && old[at..].starts_with(words) && may_begin(old, at, space);
    words.is_empty() || old.char_indices().any(|(at, _)| may(at))
}

#[test]
fn a_long_end_that_is_repeated_is_removed() {
    for new in ["quick brown fox jumps over", "The quick brown fox jumps over"] {
        let new = format!("{new} the lazy dog");
        assert_eq!(
            joined("The quick brown fox jumps over", &new),
            "The quick brown fox jumps over the lazy dog",
            "{new}"
        );
    }
    assert_eq!(
        joined("The quick brown fox jumps over", "uick brown fox jumps over it").len(),
        58,
        "from inside a word"
    );
}

#[test]
fn a_model_that_goes_on_may_say_the_same_again() {
    for (old, new) in [
        ("I think that", " that is it"),
        ("hel", "lo"),
        ("na na na na", " na na na na batman"),
        ("I see. ", "I see."),
        ("world wor", "world"),
        ("Hello world", "rld"),
        ("## Setup", "\n\nSetup is easy"),
        ("a\n", "\nb"),
        ("Well", ""),
        ("Well", " "),
        ("The cat and the dog and the bird", "The cat and the dog and the cow"),
    ] {
        assert_eq!(joined(old, new), [old, new].concat());
    }
}

#[test]
fn an_answer_that_begins_anew_is_a_repetition_of_the_whole() {
    let old = "Hello, this is an answer. ".repeat(1_000);
    assert_eq!(joined(&old, &[&old, "The end."].concat()), [&old, "The end."].concat());
    assert_eq!(joined("Hello wor", "\n\nHello world"), "Hello world", "whatever white space it begins with");
    assert_eq!(joined("\n Hello wor", "Hello world"), "\n Hello world");
}

#[test]
fn white_space_that_the_request_left_out_may_come_again() {
    let left = |old: &str, new: &str| told(old, &[new], true).0;
    assert_eq!(left("Hello ", " world"), "world");
    assert_eq!(left("Hello ", "world"), "world");
    assert_eq!(left("Hello\n", "\n\nworld"), "\nworld");
    assert_eq!(left("Hello \u{2003}", " \u{2002}world"), "\u{2002}world", "character by character");
    assert_eq!(left("Hello ", " "), "");
    assert_eq!(told("Hello ", &[" world"], false).0, " world");
}

#[test]
fn no_more_is_held_back_than_could_be_a_repetition() {
    let held = |old: &str, pieces: &[&str]| told(old, pieces, false).1;
    assert_eq!(held("Hello", &["x", "y"]), 0);
    assert_eq!(held("Hello wor", &["Hello", " wor", "ld"]), 1, "as soon as it is whole");
    assert_eq!(held("Hello wor", &["Hello", " won", "der"]), 1);
    assert_eq!(held("hello", &["h", "e"]), 0, "it would be too short");
}

#[test]
fn half_a_surrogate_pair_waits_for_the_other_one() {
    let high = r#"{"a":"\ud83d"}"#;
    let mut overlap = Overlap::new(false);
    let mut push = |json: &str| {
        let mut scan = refinire_web::json::Scanner::new(json.as_bytes());
        scan.object().unwrap();
        scan.key_text().unwrap();
        overlap.push(scan.string().unwrap().unwrap(), "Hello 😀!")
    };
    assert_eq!(push(high), None);
    assert_eq!(push(r#"{"a":"\ude00x\ud83d"}"#), Some(0));
    let (rest, mut split) = overlap.rest(0);
    assert_eq!((rest, split == Split::default()), ("😀x", false));
    let mut end = String::new();
    split.end(&mut end);
    assert_eq!(end, "\u{FFFD}");
}

const PIECES: &[&str] = &[
    "a", "b", "ab", "aab", "word", " ", "\n", "  ", "-", "é", "дом", "今", "今日", "😀", "The ", "the end", "\u{2003}",
];

fn text(rng: &mut Rng, most: usize) -> String {
    let pieces = &PIECES[..rng.usize(1..=PIECES.len())];
    (0..rng.usize(0..=most)).map(|_| *rng.choice(pieces).unwrap()).collect()
}

/// From one of its characters on.
fn from_somewhere<'a>(rng: &mut Rng, text: &'a str) -> &'a str {
    let places: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
    rng.choice(places).map_or("", |at| &text[at..])
}

#[test]
fn at_every_chunking_it_is_what_a_reader_of_the_whole_texts_finds() {
    let mut rng = rng();
    let mut repetitions = 0;
    for _ in 0..30_000 {
        let old = text(&mut rng, 24);
        let space = text(&mut rng, 1);
        let again = from_somewhere(&mut rng, &old).to_owned();
        let new = [space.trim_end_matches(|char: char| !char.is_whitespace()), &again, &text(&mut rng, 4)].concat();
        let trimmed = rng.bool();
        let wanted = naive(&old, &new, trimmed);
        repetitions += usize::from(parts(&new).1.len() > parts(wanted).1.len());
        assert_eq!(told(&old, &[&new], trimmed).0, wanted, "{old:?} and {new:?} whole");

        let mut rest = new.as_str();
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let ends: Vec<_> = rest.char_indices().map(|(at, char)| at + char.len_utf8()).take(3).collect();
            let (piece, after) = rest.split_at(*rng.choice(&ends).unwrap());
            pieces.push(piece);
            rest = after;
        }
        let (left, held) = told(&old, &pieces, trimmed);
        assert_eq!(left, wanted, "{old:?} and {pieces:?}");
        let needed = (1..=pieces.len()).take_while(|count| may_repeat(&old, &pieces[..*count].concat())).count();
        if !old.is_empty() {
            assert_eq!(held, needed, "{old:?} and {pieces:?}: pieces held back");
        }
    }
    assert!(repetitions > 1_000, "only {repetitions} repetitions were tried");
}

#[test]
fn the_cost_is_linear_also_where_everything_looks_the_same() {
    // Quadratic, it would take minutes.
    let old = ["a".repeat(400_000), "b".to_owned()].concat();
    let new = "a".repeat(400_000);
    let pieces: Vec<_> = new.split_inclusive(|_| true).collect();
    assert_eq!(told(&old, &pieces, false).0.len(), new.len());
}
