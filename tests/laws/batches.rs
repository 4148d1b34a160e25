//! How increments become chunks.

use refinire_web::provider::Protocol;
use refinire_web::response::{Answer, Batch, Item, ResponseReader, Shape};
use refinire_web::wire::DEFAULT_MAX_EVENT_BYTES;

use crate::chunking::{bytes, every_pair, random, whole};
use crate::decode::{decode, decode_with, Handed, Outcome};
use crate::fixture::Fixture;
use crate::seed::rng;

/// What was handed on, but for the events whose place does not matter.
fn placed(outcome: &Outcome) -> Vec<(Handed, String)> {
    let is_loose = |event: &str| event.starts_with(r#"{"type":"usage""#) || event.starts_with(r#"{"type":"raw""#);
    let placed = outcome.handed_on.iter().filter(|(kind, piece)| *kind != Handed::Event || !is_loose(piece));
    placed.cloned().collect()
}

/// The increments, so many of which make a chunk at most. Those that follow one another in the text, or in the reasoning,
/// are joined.
fn gathered(increments: &[(Handed, String)], most: usize) -> Vec<(Handed, String)> {
    let mut chunks: Vec<(Handed, String)> = Vec::new();
    let mut count = 0;
    for (kind, piece) in increments {
        match chunks.last_mut() {
            Some((last, chunk)) if last == kind && *kind != Handed::Event && count > 0 => chunk.push_str(piece),
            _ => chunks.push((*kind, piece.clone())),
        }
        if *kind != Handed::Event {
            count = (count + 1) % most;
        }
    }
    chunks
}

#[test]
fn a_chunk_holds_as_many_increments_as_it_may_however_the_reads_are_cut() {
    let mut rng = rng();
    for Fixture { provider, name, body, .. } in Fixture::all() {
        let increments = placed(&decode(&provider, &whole(&body)));
        for most in [1, 2, 3, 10] {
            let wanted = gathered(&increments, most);
            let batch = Batch::Gather { deltas: u32::try_from(most).ok() };
            let is_cut_so = |reads: &[&[u8]]| {
                let outcome = decode_with(&provider, reads, DEFAULT_MAX_EVENT_BYTES, batch);
                assert_eq!(placed(&outcome), wanted, "{name} in batches of {most}");
            };
            is_cut_so(&whole(&body));
            is_cut_so(&bytes(&body));
            (0..8).for_each(|_| is_cut_so(&random(&body, &mut rng)));
        }
        if body.len() < 1_500 {
            let wanted = gathered(&increments, 2);
            for reads in every_pair(&body) {
                let outcome =
                    decode_with(&provider, &reads, DEFAULT_MAX_EVENT_BYTES, Batch::Gather { deltas: Some(2) });
                assert_eq!(placed(&outcome), wanted, "{name}");
            }
        }
    }
}

/// The lengths of the chunks of text that are to be handed on.
fn chunks(reader: &mut ResponseReader) -> Vec<usize> {
    let waiting = reader.answer_mut().take_waiting();
    let lengths: Vec<_> = waiting
        .items
        .filter_map(|item| if let Item::Text(length) = item { Some(length.units) } else { None })
        .collect();
    assert_eq!(lengths.iter().sum::<usize>(), waiting.text.len());
    lengths
}

#[test]
fn full_chunks_go_and_the_rest_gathers_on() {
    let answer = Answer::new(Batch::Gather { deltas: Some(10) }, true, None);
    let mut reader = ResponseReader::new(Protocol::named("openai").unwrap(), DEFAULT_MAX_EVENT_BYTES, answer);
    reader.begin(Shape::Stream);
    let say = |times: usize| "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n".repeat(times);
    reader.push(say(25).as_bytes(), 0.0);
    assert!(reader.answer().chunks().is_released() && reader.answer().chunks().is_gathering());
    assert_eq!(chunks(&mut reader), [10, 10]);
    assert!(!reader.answer().chunks().is_released() && reader.answer().chunks().is_gathering());
    assert!(chunks(&mut reader).is_empty());
    reader.push(say(4).as_bytes(), 0.0);
    assert!(!reader.answer().chunks().is_released());
    reader.push(say(3).as_bytes(), 0.0);
    assert_eq!(chunks(&mut reader), [10]);
    reader.answer_mut().release();
    assert_eq!(chunks(&mut reader), [2], "a rest goes when it is let go");
    reader.push(say(10).as_bytes(), 0.0);
    assert_eq!(chunks(&mut reader), [10], "and does not count for the next");
    assert!(!reader.answer().chunks().is_gathering());
}
