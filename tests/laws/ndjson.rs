//! Lines of JSON: every chunking gives what splitting the whole body at its line feeds gives.

use std::ops::ControlFlow;

use refinire_web::error::Code;
use refinire_web::wire::{Frame, Ndjson, DEFAULT_MAX_EVENT_BYTES};

use crate::chunking::same_in_all;
use crate::seed::{rng, soup};

const TRAPS: &[&[u8]] = &[
    b"",
    b"\n",
    b"\r\n",
    b"  \t \n",
    b"{}",
    b"{}\n",
    b"{}\r\n",
    b"{}\r",
    b"{\"a\":1}\n{\"b\":2}\n",
    b"{\"a\":1}\r\n{\"b\":2}\r\n",
    b"{\"a\":1}\n\n\r\n \n{\"b\":2}",
    b"{\"a\":1}\n{\"b\":",
    b" {\"a\":1} \n",
    // CR alone is white space in JSON, not the end of a line.
    b"{\"a\":\r1}\n{\"b\":\r\r\n",
    b"\r{}\r\r\n",
    b"\xEF\xBB\xBF{}\n{}\n",
    b"\xEF\xBB\xBF\n{}",
    b"\xEF\xBB{}\n",
    b"\xEF\xBB",
    b"\xEF",
    b"{}\n\xEF\xBB\xBF{}\n",
    b"\"\xFF\"\n\"good\"\n",
    b"\"\xE2\x82\"\n\"\xAC\"\n",
    "\"é€😀\u{2028}\u{85}\"\n".as_bytes(),
    b"event: x\ndata: y\n\n",
];

const PIECES: &[&[u8]] = &[
    b"\n",
    b"\n",
    b"\r",
    b"\r\n",
    b" ",
    b"\t",
    b"{}",
    b"{\"a\":",
    b"1}",
    b"\"",
    b"\xEF\xBB\xBF",
    b"\xEF\xBB",
    b"\xEF",
    b"\xFF",
    b"\0",
    "😀".as_bytes(),
];

fn parse_bounded(reads: &[&[u8]], max: usize) -> (Vec<Vec<u8>>, Option<Code>) {
    let mut ndjson = Ndjson::new(max);
    let mut frames = Vec::new();
    for read in reads {
        let result = ndjson.push(read, &mut |frame: Frame<'_>| {
            assert!(frame.event.is_empty());
            frames.push(frame.data.to_vec());
            ControlFlow::Continue(())
        });
        if let Err(error) = result {
            return (frames, Some(error.code));
        }
    }
    let flow = ndjson.finish(&mut |frame: Frame<'_>| {
        frames.push(frame.data.to_vec());
        ControlFlow::Continue(())
    });
    assert!(flow.is_continue());
    (frames, None)
}

/// The oracle: the whole body, split at its line feeds, without blank lines and the CR of CR LF; an error at the first
/// line over the bound.
fn naive(body: &[u8], max: usize) -> (Vec<Vec<u8>>, Option<Code>) {
    let mut frames = Vec::new();
    for line in body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).split(|byte| *byte == b'\n') {
        if line.len() > max {
            return (frames, Some(Code::Limit));
        }
        if !line.trim_ascii().is_empty() {
            frames.push(line.strip_suffix(b"\r").unwrap_or(line).to_vec());
        }
    }
    (frames, None)
}

fn lines_are_as_in_the_oracle(body: &[u8], max: usize, rng: &mut fastrand::Rng) -> (Vec<Vec<u8>>, Option<Code>) {
    let found = same_in_all(body, rng, |reads| parse_bounded(reads, max));
    assert_eq!(found, naive(body, max), "bound {max}, {:?}", String::from_utf8_lossy(body));
    found
}

#[test]
fn every_trap_is_split_as_the_oracle_splits_it_in_every_chunking() {
    let mut rng = rng();
    for body in TRAPS {
        for max in (3..=12).chain([DEFAULT_MAX_EVENT_BYTES]) {
            lines_are_as_in_the_oracle(body, max, &mut rng);
        }
    }
}

#[test]
fn random_bodies_are_split_as_the_oracle_splits_them_in_every_chunking() {
    let mut rng = rng();
    let (mut frames, mut over) = (0, 0);
    for _ in 0..1000 {
        let body = soup(&mut rng, PIECES, 1, 40);
        let max = rng.usize(3..60);
        let found = lines_are_as_in_the_oracle(&body, max, &mut rng);
        frames += found.0.len();
        over += usize::from(found.1.is_some());
    }
    assert!(frames > 2000 && (50..900).contains(&over), "{frames} frames, {over} over the bound: too little is tried");
}

#[test]
fn a_line_in_one_read_is_handed_out_where_it_lies() {
    let body = b"{\"a\":1}\n";
    let mut at = std::ptr::null();
    let result = Ndjson::new(100).push(body, &mut |frame: Frame<'_>| {
        at = frame.data.as_ptr();
        ControlFlow::Continue(())
    });
    assert!(result.is_ok());
    assert_eq!(at, body.as_ptr());
}

#[test]
fn the_last_line_needs_no_end() {
    let (frames, _) = parse_bounded(&[b"{\"done\"", b":true}"], 100);
    assert_eq!(frames, [b"{\"done\":true}"]);
}
