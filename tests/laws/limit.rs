//! An event over the bound is an error, the same one under every chunking, and memory stays within it.

use std::ops::ControlFlow;

use refinire_web::error::Code;
use refinire_web::wire::{Frame, Ndjson, Sse};

use crate::chunking::same_in_all;
use crate::naive_sse;
use crate::seed::{rng, soup};
use crate::sse::{parse_bounded, PIECES, TRAPS};

/// The lines of a body, each with the place where it begins and whether it has an end.
fn lines(body: &[u8]) -> Vec<(usize, &[u8], bool)> {
    let mut lines = Vec::new();
    let mut at = if body.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    while let Some(length) = body[at..].iter().position(|byte| b"\r\n".contains(byte)) {
        let (line, end) = body[at..].split_at(length);
        lines.push((at, line, true));
        at += length + if end.starts_with(b"\r\n") { 2 } else { 1 };
    }
    lines.push((at, &body[at..], false));
    lines
}

/// Where the line begins that takes an event over the bound: one that is itself longer, or one that makes the lines of
/// its event longer together, comments left out. Ends of lines do not count, nor does the byte order mark.
fn first_line_over(body: &[u8], max: usize) -> Option<usize> {
    let mut size = 0;
    for (start, line, ended) in lines(body) {
        match line.first() {
            None => size = 0,
            Some(b':') => {}
            // A line that may still go on is not yet part of its event.
            Some(_) => size += if ended { line.len() } else { 0 },
        }
        if line.len() > max || size > max {
            return Some(start);
        }
    }
    None
}

fn the_bound_holds_in_every_chunking(body: &[u8], max: usize, rng: &mut fastrand::Rng) -> bool {
    let (reading, failed) = same_in_all(body, rng, |reads| parse_bounded(reads, max));
    let over = first_line_over(body, max);
    let before = naive_sse::read(&body[..over.unwrap_or(body.len())]);
    let context = format!("bound {max}, {:?}", String::from_utf8_lossy(body));
    assert_eq!(reading.events, before.events, "{context}");
    assert_eq!(failed, over.map(|_| Code::Limit), "{context}");
    over.is_some()
}

#[test]
fn an_event_over_the_bound_fails_alike_in_every_chunking_of_every_trap() {
    let mut rng = rng();
    for body in TRAPS {
        for max in 3..=20 {
            the_bound_holds_in_every_chunking(body, max, &mut rng);
        }
    }
}

#[test]
fn an_event_over_the_bound_fails_alike_in_every_chunking_of_random_bodies() {
    let mut rng = rng();
    let mut over = 0;
    for _ in 0..1000 {
        let body = soup(&mut rng, PIECES, 1, 40);
        let max = rng.usize(3..60);
        over += usize::from(the_bound_holds_in_every_chunking(&body, max, &mut rng));
    }
    assert!((200..800).contains(&over), "of 1000 bodies {over} were over the bound: one side is hardly tried");
}

#[test]
fn an_event_as_long_as_the_bound_passes_and_one_byte_more_fails() {
    let cases: &[(&[u8], usize)] = &[
        (b"data: 45678\n\n", 11),
        (b"data: 45678\r\n\r\n", 11),
        (b"\xEF\xBB\xBFdata: 45678\n\n", 11),
        (b"event: e\ndata: 4\ndata: 5\n\n", 22),
        (b": a comment that is longer\ndata\n\n", 26),
        (b"data: 1\n: comment\n: comment\ndata: 2\n\n", 14),
        (b"unknown: field\ndata: 1\n\n", 21),
    ];
    let mut rng = rng();
    for (body, size) in cases {
        let within = same_in_all(body, &mut rng, |reads| parse_bounded(reads, *size));
        assert_eq!((within.0.events.len(), within.1), (1, None), "{:?}", String::from_utf8_lossy(body));
        let over = same_in_all(body, &mut rng, |reads| parse_bounded(reads, *size - 1));
        assert_eq!((over.0.events.len(), over.1), (0, Some(Code::Limit)), "{:?}", String::from_utf8_lossy(body));
    }
}

const MAX: usize = 100_000;
const READ: usize = 4096;

/// Feeds 8 MB of `line`, over and over, in reads of 4 KB. Gives back the bytes taken before the error, if there was
/// one, and the longest frame.
fn flood(line: &[u8], mut push: impl FnMut(&[u8], &mut usize) -> Option<Code>) -> (Option<usize>, usize) {
    let body: Vec<u8> = line.iter().copied().cycle().take(8 << 20).collect();
    let mut longest = 0;
    for (count, read) in body.chunks(READ).enumerate() {
        if let Some(code) = push(read, &mut longest) {
            assert_eq!(code, Code::Limit);
            return (Some(count * READ), longest);
        }
    }
    (None, longest)
}

fn flood_sse(line: &[u8]) -> (Option<usize>, usize) {
    let mut sse = Sse::new(MAX);
    flood(line, |read, longest| {
        let result = sse.push(read, &mut |frame: Frame<'_>| {
            *longest = (*longest).max(frame.data.len());
            ControlFlow::Continue(())
        });
        result.err().map(|error| error.code)
    })
}

fn flood_ndjson(line: &[u8]) -> (Option<usize>, usize) {
    let mut ndjson = Ndjson::new(MAX);
    flood(line, |read, longest| {
        let result = ndjson.push(read, &mut |frame: Frame<'_>| {
            *longest = (*longest).max(frame.data.len());
            ControlFlow::Continue(())
        });
        result.err().map(|error| error.code)
    })
}

#[test]
fn eight_megabytes_without_an_end_are_refused_as_soon_as_the_bound_is_passed() {
    let lines: [&[u8]; 7] = [b"x", b"data: x", b"data: x\n", b"data:\ndata: y\r\n", b":", b"id: x\r", b"event: x\n"];
    for line in lines {
        let (taken, longest) = flood_sse(line);
        let taken = taken.expect("an event of 8 MB is over the bound");
        // With the ends of the shortest of these lines left out, the bound is passed within twice as many bytes.
        assert!(taken <= 2 * MAX, "{taken} bytes were buffered of {:?}", String::from_utf8_lossy(line));
        assert_eq!(longest, 0);
    }
    let (taken, longest) = flood_ndjson(b"{\"a\":1}");
    assert!(taken.expect("a line of 8 MB is over the bound") <= MAX);
    assert_eq!(longest, 0);
}

#[test]
fn eight_megabytes_of_small_events_pass() {
    let long = [b"data: ".as_slice(), &vec![b'x'; MAX - 6], b"\n\n"].concat();
    assert_eq!(flood_sse(b"data: x\n\n"), (None, 1));
    assert_eq!(flood_sse(b": keep-alive\n"), (None, 0));
    assert_eq!(flood_sse(b"\n"), (None, 0));
    assert_eq!(flood_sse(&long), (None, MAX - 6));
    assert_eq!(flood_ndjson(b"{\"a\":1}\n"), (None, 7));
    assert_eq!(flood_ndjson(b"\r\n"), (None, 0));
}
