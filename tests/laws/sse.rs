//! Event streams: the oracle and the library read the same, however the body is cut.

use std::ops::ControlFlow;

use refinire_web::wire::{Frame, Sse, DEFAULT_MAX_EVENT_BYTES};

use crate::chunking::same_in_all;
use crate::naive_sse::{self, Reading};
use crate::seed::{rng, soup};

/// Bodies with a trap each.
pub(crate) const TRAPS: &[&[u8]] = &[
    b"",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"data: a\n\n",
    b"data: a\r\n\r\n",
    b"data: a\r\r",
    b"data: a\n\r\n",
    b"data: a\r\n\r",
    b"data: a\r\n\n",
    b"data: a\n\r",
    b"data: a\rdata: b\ndata: c\r\ndata: d\n\r\r\n",
    b"\r\ndata: a\r\n\r\n\r\n\r\ndata: b\r\n\r\n",
    b"\ndata: a\n\n\n\ndata: b\n\n",
    // Byte order marks: at the start, twice, broken off, in the middle, before a line end.
    b"\xEF\xBB\xBFdata: a\n\n",
    b"\xEF\xBB\xBF\xEF\xBB\xBFdata: a\n\ndata: b\n\n",
    b"\xEF\xBBdata: a\n\ndata: b\n\n",
    b"\xEF\xBB\n\ndata: b\n\n",
    b"\xEFdata: a\n\ndata: b\n\n",
    b"\xEF\xEF\xBB\xBFdata: a\n\ndata: b\n\n",
    b"\xEF\xBB\xEF\xBB\xBFdata: a\n\ndata: b\n\n",
    b"\xEF\xBB\xBEdata: a\n\ndata: b\n\n",
    b"data: \xEF\xBB\xBFa\n\n",
    b"data: a\n\n\xEF\xBB\xBFdata: b\n\n",
    b"\n\xEF\xBB\xBFdata: b\n\n",
    b"\xEF\xBB\xBF",
    b"\xEF\xBB\xBF\r\ndata: a\r\n\r\n",
    b"\xEF\xBB\xBF:\ndata: a\n\n",
    // Bytes that are not UTF-8, and good events after them.
    b"data: \xFF\n\ndata: good\n\n",
    b"data: \xE2\x82\n\ndata: \xAC\n\ndata: good\n\n",
    b"data: \xE2\x82\ndata: \xAC\n\n",
    b"d\xFFata: a\ndata: b\n\n",
    b"event: \xC0\x80\ndata: \xED\xA0\x80\xF5\n\n",
    b"\xFF\n\ndata: good\n\n",
    b"data\xC2: a\ndata:\xC2 b\n\n",
    "data: é€😀\u{2028}\u{85}\n\n".as_bytes(),
    // Fields.
    b"comment: x\ndata: a\n\n",
    b"data\n\n",
    b"data:\n\n",
    b"data: \n\n",
    b"data:  two\n\n",
    b"data:\tx\n\n",
    b"data : x\ndata:y\n\n",
    b" data: x\n\n",
    b"Data: x\n\nDATA: y\n\n",
    b"data:a:b: c\n\n",
    b"data: a\ndata: b\ndata: c\n\n",
    b"data\ndata\n\n",
    b"data:\ndata:\ndata: x\n\n",
    b"data: x\ndata:\n\n",
    b"dat\nda\nd\ndatum: x\ndata: a\n\n",
    b": comment\ndata: a\n:\n: more\ndata: b\n\n",
    b":\n\n:data: x\n\n",
    b"::\n\n",
    b"foo: bar\nbaz\ndata: a\n\n",
    // The event's type.
    b"event: one\ndata: a\n\ndata: b\n\n",
    b"event: one\n\ndata: b\n\n",
    b"event: one\nevent: two\ndata: a\n\n",
    b"event: one\nevent\ndata: a\n\n",
    b"event:one\ndata: a\ndata: b\nevent: two\n\ndata: c\n\n",
    b"data: a\nevent:  spaced \n\n",
    // The last event ID.
    b"id: 1\ndata: a\n\ndata: b\n\n",
    b"id: 1\n\ndata: a\n\n",
    b"id: 1\ndata: a\n\nid\ndata: b\n\n",
    b"id: 1\ndata: a\n\nid:\n\n",
    b"id: 1\ndata: a\n\nid: 2\x003\ndata: b\n\n",
    b"id: \0\n\n",
    b"id: 1\ndata: a\n\nid: 2\ndata: b\n",
    b"id: 1\ndata: a\n\nid: 2",
    b"id: 1\nid: 2\n\n",
    b"id: \xFF\ndata: a\n\n",
    // The reconnection time.
    b"retry: 5\n",
    b"retry: 5\n\nretry: +5\n",
    b"retry: 5\n\nretry:\n",
    b"retry: 5\n\nretry\n",
    b"retry: 1e3\n",
    b"retry: -1\n",
    b"retry: 5 \n",
    b"retry:  5\n",
    b"retry:007\n",
    b"retry: 99999999999999999999999999\n",
    "retry: ５\n".as_bytes(),
    b"retry: 1\nretry: 2\n\n",
    // Ends in the middle.
    b"data: a\n\ndata: b",
    b"data: a\n\ndata: b\n",
    b"data: a\n\ndata: b\r",
    b"data: a\n\nda",
    b"event: one\n",
    b"retry: 5",
];

/// What the random bodies are made of.
pub(crate) const PIECES: &[&[u8]] = &[
    b":",
    b": ",
    b" ",
    b"\r",
    b"\n",
    b"\n",
    b"\n\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\xEF\xBB\xBF",
    b"\xEF\xBB",
    b"\xEF",
    b"data",
    b"data:",
    b"data: ",
    b"\ndata: ",
    b"\ndata: x\n\n",
    b"\rdata: y\r\n\r\n",
    b"event",
    b"event: ",
    b"id",
    b"id: ",
    b"retry: ",
    b"\nretry: 8\n",
    b"comment: ",
    b"7",
    b"+5",
    b"\0",
    b"x",
    b"\xFF",
    b"\xE2\x82",
    b"\xAC",
    "é".as_bytes(),
    "😀".as_bytes(),
    "\u{2028}".as_bytes(),
];

fn parse(reads: &[&[u8]]) -> Reading {
    let mut sse = Sse::new(DEFAULT_MAX_EVENT_BYTES);
    let mut reading = Reading::default();
    for read in reads {
        push(&mut sse, read, &mut reading);
    }
    reading
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn push(sse: &mut Sse, read: &[u8], reading: &mut Reading) {
    let flow = sse.push(read, &mut |frame: Frame<'_>| {
        reading.events.push((lossy(frame.event), lossy(frame.data)));
        ControlFlow::Continue(())
    });
    assert!(flow.is_continue());
    reading.last_event_id = lossy(sse.last_event_id());
    reading.reconnection_time = sse.retry_ms();
}

/// The event that the stream ends in.
fn pending(reads: &[&[u8]]) -> Option<(String, String)> {
    let mut sse = Sse::new(DEFAULT_MAX_EVENT_BYTES);
    for read in reads {
        push(&mut sse, read, &mut Reading::default());
    }
    sse.finish().map(|frame| (lossy(frame.event), lossy(frame.data)))
}

/// After each byte, what has been handed out is what the oracle finds up to there: nothing is held back.
fn nothing_is_late(body: &[u8]) {
    let mut sse = Sse::new(DEFAULT_MAX_EVENT_BYTES);
    let mut reading = Reading::default();
    for (at, byte) in body.chunks(1).enumerate() {
        push(&mut sse, byte, &mut reading);
        let seen = &body[..=at];
        assert_eq!(reading, naive_sse::read(seen), "after {:?}", String::from_utf8_lossy(seen));
    }
}

#[test]
fn every_trap_is_read_as_the_oracle_reads_it_in_every_chunking() {
    let mut rng = rng();
    for body in TRAPS {
        assert_eq!(same_in_all(body, &mut rng, parse), naive_sse::read(body), "{:?}", String::from_utf8_lossy(body));
        nothing_is_late(body);
    }
}

#[test]
fn traps_one_after_the_other_are_read_as_the_oracle_reads_them() {
    let mut rng = rng();
    for _ in 0..200 {
        let body = soup(&mut rng, TRAPS, 2, 5);
        assert_eq!(same_in_all(&body, &mut rng, parse), naive_sse::read(&body), "{:?}", String::from_utf8_lossy(&body));
    }
}

#[test]
fn random_bodies_are_read_as_the_oracle_reads_them_in_every_chunking() {
    let mut rng = rng();
    let mut events = 0;
    for _ in 0..1500 {
        let body = soup(&mut rng, PIECES, 1, 60);
        let reading = same_in_all(&body, &mut rng, parse);
        assert_eq!(reading, naive_sse::read(&body), "{:?}", String::from_utf8_lossy(&body));
        nothing_is_late(&body);
        events += reading.events.len();
    }
    assert!(events > 3000, "the random bodies hold only {events} events");
}

#[test]
fn the_event_that_a_body_ends_in_is_found_as_the_oracle_finds_it_in_every_chunking() {
    let mut rng = rng();
    let mut found = 0;
    let bodies = TRAPS.iter().map(|body| body.to_vec());
    let random: Vec<_> = (0..1000).map(|_| soup(&mut rng, PIECES, 1, 40)).collect();
    for body in bodies.chain(random) {
        let event = same_in_all(&body, &mut rng, pending);
        assert_eq!(event, naive_sse::pending(&body), "{:?}", String::from_utf8_lossy(&body));
        found += usize::from(event.is_some());
    }
    assert!((200..900).contains(&found), "{found} bodies end in an event: one side is hardly tried");
}

#[test]
fn long_lines_are_read_as_the_oracle_reads_them_in_every_chunking() {
    let mut rng = rng();
    let long = "€uro".repeat(400);
    let body = format!(": {long}\r\nevent: {long}\r\nid: {long}\r\ndata: {long}\r\ndata:{long}\r\n\r\ndata: short\n\n");
    assert_eq!(same_in_all(body.as_bytes(), &mut rng, parse), naive_sse::read(body.as_bytes()));
}

#[test]
fn crlf_split_over_two_reads_is_one_line_end() {
    let reading = parse(&[b"data: a\r", b"\ndata: b\r", b"", b"\n\r", b"\n"]);
    assert_eq!(reading.events, [(String::new(), "a\nb".to_owned())]);
}

#[test]
fn a_reader_that_breaks_gets_no_further_event() {
    let mut sse = Sse::new(100);
    let mut seen = 0;
    let flow = sse.push(b"data: a\n\ndata: b\n\ndata: c\n\n", &mut |_: Frame<'_>| {
        seen += 1;
        if seen == 2 {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    assert!(flow.is_break());
    assert_eq!(seen, 2);
}
