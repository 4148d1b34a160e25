//! The places of citations are UTF-16 units of the text that was delivered, whatever the provider counts, wherever its reads are
//! cut, and in whatever order it cites.

use std::fmt::Write;

use crate::chunking::{bytes, random, whole};
use crate::decode::decode;
use crate::seed::rng;

/// Characters of one to four bytes, of one and of two UTF-16 units.
const CHARS: [char; 8] = ['a', ' ', 'ß', 'й', '語', '\u{200D}', '😀', '𝔘'];

/// Where a citation is, in characters, with what it cites.
type Cited = (usize, usize);

fn text_of(rng: &mut fastrand::Rng, length: usize) -> Vec<char> {
    (0..length).map(|_| CHARS[rng.usize(..CHARS.len())]).collect()
}

fn spans_of(rng: &mut fastrand::Rng, length: usize, count: usize) -> Vec<Cited> {
    let mut span = || {
        let start = rng.usize(..=length);
        (start, rng.usize(start..=length))
    };
    (0..count).map(|_| span()).collect()
}

/// The naive way: from the beginning, each time.
fn utf16(text: &[char], to: usize) -> usize {
    text[..to].iter().map(|char| char.len_utf16()).sum()
}

fn utf8(text: &[char], to: usize) -> usize {
    text[..to].iter().map(|char| char.len_utf8()).sum()
}

/// The text in pieces of some characters each.
fn pieces(rng: &mut fastrand::Rng, text: &[char]) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rng.usize(1..=rest.len().min(400)));
        pieces.push(piece.iter().collect());
        rest = behind;
    }
    pieces
}

fn gemini(rng: &mut fastrand::Rng, text: &[char], spans: &[Cited]) -> String {
    let mut body = String::new();
    for piece in pieces(rng, text) {
        let _ = write!(body, "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{piece}\"}}]}}}}]}}\n\n");
    }
    let cited = spans.iter().enumerate().map(|(place, (start, end))| {
        let (start, end) = (utf8(text, *start), utf8(text, *end));
        format!(r#"{{"uri":"u{place}","startIndex":{start},"endIndex":{end}}}"#)
    });
    let cited = cited.collect::<Vec<_>>().join(",");
    body + &format!(
        "data: {{\"candidates\":[{{\"finishReason\":\"STOP\",\"citationMetadata\":{{\"citations\":[{cited}]}}}}]}}\n\n"
    )
}

/// In two parts, each with its own places.
fn responses(rng: &mut fastrand::Rng, parts: &[(Vec<char>, Vec<Cited>)]) -> String {
    let mut body = String::new();
    let mut place = 0;
    for (number, (text, spans)) in parts.iter().enumerate() {
        let about = format!(r#""item_id":"m","output_index":0,"content_index":{number}"#);
        for piece in pieces(rng, text) {
            let _ = write!(body, "data: {{\"type\":\"response.output_text.delta\",{about},\"delta\":\"{piece}\"}}\n\n");
        }
        for (start, end) in spans {
            let citation =
                format!(r#"{{"type":"url_citation","url":"u{place}","start_index":{start},"end_index":{end}}}"#);
            let _ =
                write!(body,
                "data: {{\"type\":\"response.output_text.annotation.added\",{about},\"annotation\":{citation}}}\n\n"
            );
            place += 1;
        }
    }
    body + "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}\n\n"
}

fn places(provider: &str, body: &str, rng: &mut fastrand::Rng) -> Vec<Cited> {
    let body = body.as_bytes();
    let of = |reads: &[&[u8]]| {
        let outcome = decode(provider, reads);
        assert_eq!(outcome.failure, None);
        outcome.sources.iter().map(|source| (source.start.unwrap(), source.end.unwrap())).collect::<Vec<_>>()
    };
    let found = of(&whole(body));
    assert_eq!(of(&bytes(body)), found);
    assert_eq!(of(&random(body, rng)), found);
    found
}

#[test]
fn places_counted_in_bytes_or_characters_are_the_same_in_utf16() {
    let mut rng = rng();
    for round in 0..24 {
        let length = if round < 16 { rng.usize(0..40) } else { rng.usize(0..6_000) };
        let text = text_of(&mut rng, length);
        let spans = spans_of(&mut rng, length, 20);
        let wanted: Vec<_> = spans.iter().map(|(start, end)| (utf16(&text, *start), utf16(&text, *end))).collect();
        let body = gemini(&mut rng, &text, &spans);
        assert_eq!(places("gemini", &body, &mut rng), wanted);

        let (second, more) = (text_of(&mut rng, length), spans_of(&mut rng, length, 20));
        let before = utf16(&text, length);
        let behind = more.iter().map(|(start, end)| (before + utf16(&second, *start), before + utf16(&second, *end)));
        let wanted: Vec<_> = wanted.into_iter().chain(behind).collect();
        let body = responses(&mut rng, &[(text, spans), (second, more)]);
        assert_eq!(places("openai-responses", &body, &mut rng), wanted);
    }
}
