//! Lines of JSON: every chunking gives what splitting the whole body at its line feeds gives.

use std::ops::ControlFlow;

use refinire_web::wire::{Frame, Ndjson, Sink, DEFAULT_MAX_EVENT_BYTES};

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

/// What comes of a body: its lines, `None` for one over the bound, and whether it ends in one of these.
type Split = (Vec<Option<Vec<u8>>>, bool);

#[derive(Default)]
struct Seen(Vec<Option<Vec<u8>>>);

impl Sink for Seen {
    fn frame(&mut self, frame: Frame<'_>, _: &[u8]) -> ControlFlow<()> {
        assert!(frame.event.is_empty());
        self.0.push(Some(frame.data.to_vec()));
        ControlFlow::Continue(())
    }

    fn skipped(&mut self, event: &[u8]) -> ControlFlow<()> {
        assert!(event.is_empty());
        self.0.push(None);
        ControlFlow::Continue(())
    }
}

fn parse_bounded(reads: &[&[u8]], max: usize) -> Split {
    let mut ndjson = Ndjson::new(max);
    let mut seen = Seen::default();
    let flows = reads.iter().map(|read| ndjson.push(read, &mut seen)).collect::<Vec<_>>();
    assert!(flows.iter().all(ControlFlow::is_continue));
    assert!(ndjson.finish(&mut seen).is_continue());
    (seen.0, ndjson.is_skipping())
}

/// The oracle: the whole body, split at its line feeds, without blank lines and the CR of CR LF.
fn naive(body: &[u8], max: usize) -> Split {
    let lines: Vec<_> = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).split(|byte| *byte == b'\n').collect();
    let (last, whole) = lines.split_last().expect("there is a line");
    let mut frames = Vec::new();
    for line in whole.iter().chain((last.len() <= max).then_some(last)) {
        match line {
            _ if line.len() > max => frames.push(None),
            _ if line.trim_ascii().is_empty() => {}
            _ => frames.push(Some(line.strip_suffix(b"\r").unwrap_or(line).to_vec())),
        }
    }
    (frames, last.len() > max)
}

fn lines_are_as_in_the_oracle(body: &[u8], max: usize, rng: &mut fastrand::Rng) -> Split {
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
        over += usize::from(found.1 || found.0.contains(&None));
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
    assert!(result.is_continue());
    assert_eq!(at, body.as_ptr());
}

#[test]
fn the_last_line_needs_no_end() {
    let (frames, _) = parse_bounded(&[b"{\"done\"", b":true}"], 100);
    assert_eq!(frames, [Some(b"{\"done\":true}".to_vec())]);
}
