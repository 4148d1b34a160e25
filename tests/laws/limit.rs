//! An event over the bound is skipped, the same one under every chunking, and memory stays within it.

use std::ops::ControlFlow;

use refinire_web::wire::{Frame, Ndjson, Sink, Sse};

use crate::chunking::same_in_all;
use crate::naive_sse;
use crate::seed::{rng, soup};
use crate::sse::{PIECES, TRAPS};

/// What comes of a body.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    /// The type of each event, and its data; none of one over the bound.
    events: Vec<(String, Option<String>)>,
    /// The body ends in an event over the bound.
    is_skipping: bool,
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Sink for Seen {
    fn frame(&mut self, frame: Frame<'_>, _: &[u8]) -> ControlFlow<()> {
        self.events.push((lossy(frame.event), Some(lossy(frame.data))));
        ControlFlow::Continue(())
    }

    fn skipped(&mut self, event: &[u8]) -> ControlFlow<()> {
        self.events.push((lossy(event), None));
        ControlFlow::Continue(())
    }
}

fn parse_bounded(reads: &[&[u8]], max: usize) -> Seen {
    let mut sse = Sse::new(max);
    let mut seen = Seen::default();
    for read in reads {
        assert!(sse.push(read, &mut seen).is_continue());
    }
    seen.is_skipping = sse.is_skipping();
    assert!(!seen.is_skipping || sse.finish().is_none(), "what is skipped is not handed out at the end either");
    seen
}

/// The lines of a body without their ends; the last one has none.
fn lines(body: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut rest = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    while let Some(length) = rest.iter().position(|byte| b"\r\n".contains(byte)) {
        let (line, end) = rest.split_at(length);
        lines.push(line);
        rest = &end[if end.starts_with(b"\r\n") { 2 } else { 1 }..];
    }
    lines.push(rest);
    lines
}

/// How long a line of an event over the bound may be that still names it.
const NAME_BYTES: usize = 256;

/// The oracle: the lines between two blank ones are an event, and their lengths together, comments left out, its size.
fn naive(body: &[u8], max: usize) -> Seen {
    let mut seen = Seen::default();
    let (mut event, mut size, mut name) = (Vec::new(), 0, String::new());
    let lines = lines(body);
    let (last, whole) = lines.split_last().expect("there is a line");
    let counts = |line: &[u8]| if line.starts_with(b":") { 0 } else { line.len() };
    for line in whole {
        if line.is_empty() {
            if size > max {
                seen.events.push((name, None));
            } else {
                // Behind a line end, since a byte order mark is one only at the beginning of the body.
                let read = naive_sse::read(&[b"\n".to_vec(), event.concat(), b"\n".to_vec()].concat());
                seen.events.extend(read.events.into_iter().map(|(event, data)| (event, Some(data))));
            }
            (event, size, name) = (Vec::new(), 0, String::new());
            continue;
        }
        let is_read = size + line.len() <= max || size > max && line.len() <= NAME_BYTES.min(max);
        size += counts(line);
        match naive_sse::field(&lossy(line)) {
            Some((field, value)) if field == "event" && is_read => name = value,
            _ => {}
        }
        event.push([*line, b"\n"].concat());
    }
    seen.is_skipping = size > max || size + counts(last) > max;
    seen
}

fn the_bound_holds_in_every_chunking(body: &[u8], max: usize, rng: &mut fastrand::Rng) -> bool {
    let seen = same_in_all(body, rng, |reads| parse_bounded(reads, max));
    assert_eq!(seen, naive(body, max), "bound {max}, {:?}", String::from_utf8_lossy(body));
    seen.is_skipping || seen.events.iter().any(|(_, data)| data.is_none())
}

#[test]
fn an_event_over_the_bound_is_skipped_alike_in_every_chunking_of_every_trap() {
    let mut rng = rng();
    for body in TRAPS {
        for max in 3..=20 {
            the_bound_holds_in_every_chunking(body, max, &mut rng);
        }
    }
}

#[test]
fn an_event_over_the_bound_is_skipped_alike_in_every_chunking_of_random_bodies() {
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
fn an_event_as_long_as_the_bound_passes_and_one_byte_more_is_skipped() {
    let cases: &[(&[u8], usize)] = &[
        (b"data: 45678\n\n", 11),
        (b"data: 45678\r\n\r\n", 11),
        (b"\xEF\xBB\xBFdata: 45678\n\n", 11),
        (b"event: e\ndata: 4\ndata: 5\n\n", 22),
        (b": a comment that is longer\ndata\n\n", 4),
        (b"data: 1\n: comment\n: comment\ndata: 2\n\n", 14),
        (b"unknown: field\ndata: 1\n\n", 21),
    ];
    let mut rng = rng();
    for (body, size) in cases {
        let within = same_in_all(body, &mut rng, |reads| parse_bounded(reads, *size));
        assert!(matches!(&within.events[..], [(_, Some(_))]), "{:?}", String::from_utf8_lossy(body));
        let over = same_in_all(body, &mut rng, |reads| parse_bounded(reads, *size - 1));
        assert!(matches!(&over.events[..], [(_, None)]), "{:?}", String::from_utf8_lossy(body));
    }
}

#[test]
fn what_follows_an_event_over_the_bound_is_read_and_its_name_is_known() {
    let long = "x".repeat(1_000);
    let mut rng = rng();
    for (before, after) in [("event: end\n", ""), ("", "event: end\n"), ("event: other\n", "event: end\n")] {
        let body = format!("data: a\n\n{before}data: {long}\ndata: {long}\n{after}\ndata: b\n\n");
        let seen = same_in_all(body.as_bytes(), &mut rng, |reads| parse_bounded(reads, 100));
        let events: Vec<_> = seen.events.iter().map(|(event, data)| (event.as_str(), data.as_deref())).collect();
        assert_eq!(events, [("", Some("a")), ("end", None), ("", Some("b"))]);
        assert!(!seen.is_skipping);
    }
}

const MAX: usize = 100_000;
const READ: usize = 4096;

/// Feeds 8 MB of `line`, over and over, in reads of 4 KB. Gives back the length of the longest frame.
fn flood(line: &[u8], mut push: impl FnMut(&[u8], &mut usize)) -> usize {
    let body: Vec<u8> = line.iter().copied().cycle().take(8 << 20).collect();
    let mut longest = 0;
    for read in body.chunks(READ) {
        push(read, &mut longest);
    }
    longest
}

fn note(longest: &mut usize) -> impl FnMut(Frame<'_>) -> ControlFlow<()> + '_ {
    |frame| {
        *longest = (*longest).max(frame.data.len());
        ControlFlow::Continue(())
    }
}

fn flood_sse(line: &[u8]) -> (bool, usize) {
    let mut sse = Sse::new(MAX);
    let longest = flood(line, |read, longest| assert!(sse.push(read, &mut note(longest)).is_continue()));
    (sse.is_skipping(), longest)
}

fn flood_ndjson(line: &[u8]) -> (bool, usize) {
    let mut ndjson = Ndjson::new(MAX);
    let longest = flood(line, |read, longest| assert!(ndjson.push(read, &mut note(longest)).is_continue()));
    (ndjson.is_skipping(), longest)
}

#[test]
fn eight_megabytes_without_an_end_are_skipped() {
    let lines: [&[u8]; 6] = [b"x", b"data: x", b"data: x\n", b"data:\ndata: y\r\n", b"id: x\r", b"event: x\n"];
    for line in lines {
        assert_eq!(flood_sse(line), (true, 0), "{:?}", String::from_utf8_lossy(line));
    }
    assert_eq!(flood_sse(b":"), (false, 0), "a comment is none of an event");
    assert_eq!(flood_ndjson(b"{\"a\":1}"), (true, 0));
}

#[test]
fn eight_megabytes_of_small_events_pass() {
    let long = [b"data: ".as_slice(), &vec![b'x'; MAX - 6], b"\n\n"].concat();
    assert_eq!(flood_sse(b"data: x\n\n"), (false, 1));
    assert_eq!(flood_sse(b": keep-alive\n"), (false, 0));
    assert_eq!(flood_sse(b"\n"), (false, 0));
    assert_eq!(flood_sse(&long).1, MAX - 6);
    assert_eq!(flood_ndjson(b"{\"a\":1}\n"), (false, 7));
    assert_eq!(flood_ndjson(b"\r\n"), (false, 0));
}
