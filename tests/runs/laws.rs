//! The first two laws over whole runs: however the network cuts the body, and however increments become chunks, the same
//! is told and kept.

use std::fs;

use fastrand::Rng;
use refinire_web::provider::{Protocol, PROTOCOLS};
use refinire_web::response::Batch;

use crate::fixtures::bodies;
use crate::world::{replies, Answer, Ended, Outcome, Reply, Scenario};

/// A longer body is not cut at every place: that would take too long.
const EVERY_PLACE_UP_TO: usize = 700;

/// The hand-written responses: the provider and the body of each.
fn fixtures() -> Vec<(&'static str, Vec<u8>)> {
    let of = |protocol: &&'static Protocol| {
        bodies(protocol).into_iter().map(|path| (protocol.name, fs::read(path).unwrap()))
    };
    PROTOCOLS.iter().flat_map(of).collect()
}

/// A run that gets the body in these reads, some time apart.
fn in_reads(provider: &str, reads: &[&[u8]]) -> Scenario {
    let reply = reads.iter().fold(Reply::ok(), |reply, read| reply.bytes(*read).wait(1.0));
    let options = format!(r#""provider":"{provider}","retry":{{"attempts":1}},"fallback":false"#);
    replies([reply]).model("m").options(&options)
}

type Seen = (Option<(&'static str, String)>, String, Vec<String>, Vec<String>, Vec<String>);

/// Everything that the caller sees but for times.
fn seen(run: &Outcome) -> Seen {
    let failure = run.ended.as_ref().err().map(|ended| match ended {
        Ended::Failed(error) => (error.code.as_str(), error.message.to_string()),
        Ended::Stopped(stop) => panic!("nobody stopped it: {stop:?}"),
    });
    (failure, run.result.to_string(), run.log.clone(), run.chunks.clone(), run.kept())
}

fn cut_at_random<'a>(mut body: &'a [u8], rng: &mut Rng) -> Vec<&'a [u8]> {
    let most = [3, 40, 400][rng.usize(0..3)];
    let mut reads = Vec::new();
    while !body.is_empty() {
        let (read, rest) = body.split_at(rng.usize(0..=most.min(body.len())));
        reads.push(read);
        body = rest;
    }
    reads
}

#[test]
fn however_the_network_cuts_a_body_the_same_is_told_and_kept() {
    let mut rng = Rng::with_seed(20_260_101);
    for (provider, body) in fixtures() {
        let wanted = seen(&in_reads(provider, &[&body]).run());
        let same = |reads: &[&[u8]]| {
            let found = seen(&in_reads(provider, reads).run());
            assert_eq!(found, wanted, "{provider} in {} reads, the first of {}", reads.len(), reads[0].len());
        };
        let places: Vec<_> = match body.len() {
            length if length <= EVERY_PLACE_UP_TO => (0..=length).collect(),
            length => (0..20).map(|_| rng.usize(0..=length)).collect(),
        };
        for at in places {
            same(&[&body[..at], &body[at..]]);
        }
        same(&body.chunks(1).collect::<Vec<_>>());
        (0..4).for_each(|_| same(&cut_at_random(&body, &mut rng)));
    }
}

/// The log with chunks of one kind joined, and without the events whose place does not matter.
fn in_order(run: &Outcome) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in &run.log {
        let is_loose =
            [r#"event {"type":"usage""#, r#"event {"type":"raw""#].iter().any(|start| line.starts_with(start));
        let joins = lines.last_mut().and_then(|last| {
            let kind =
                ["text ", "reasoning "].into_iter().find(|kind| line.starts_with(kind) && last.starts_with(kind))?;
            Some((last, kind.len()))
        });
        match joins {
            _ if is_loose => {}
            Some((last, from)) => last.push_str(&line[from..]),
            None => lines.push(line.clone()),
        }
    }
    lines
}

#[test]
fn however_increments_become_chunks_the_same_is_told_and_kept() {
    let mut rng = Rng::with_seed(20_260_101);
    for (provider, body) in fixtures() {
        let single = in_reads(provider, &[&body]).run();
        for deltas in [None, Some(1), Some(2), Some(5)] {
            let reads = cut_at_random(&body, &mut rng);
            for hold in [0.0, 5.0] {
                let reader = move |_| if hold > 0.0 { Answer::Hold(hold) } else { Answer::Take };
                let batched = in_reads(provider, &reads).batch(Batch::Gather { deltas }).reader(reader).run();
                assert_eq!(in_order(&batched), in_order(&single), "{provider} in batches of {deltas:?}");
                assert_eq!((&batched.result, batched.kept()), (&single.result, single.kept()));
                assert!(batched.chunks.len() <= single.chunks.len());
                assert_eq!(batched.text(), batched.result["text"].as_str().unwrap());
            }
        }
        let quiet = in_reads(provider, &[&body]).quiet().run();
        let listed = in_reads(provider, &[&body]).listed().run();
        let held = in_reads(provider, &[&body]).listed().reader(|_| Answer::Hold(5.0)).run();
        for (how, run) in [("nobody listens to events", quiet), ("in lists", listed), ("in lists, held", held)] {
            assert_eq!((&run.chunks, &run.result), (&single.chunks, &single.result), "{provider}: {how}");
        }
    }
}

#[test]
fn so_many_increments_make_a_chunk() {
    let script = || replies(["abcdefg".chars().fold(Reply::ok(), |reply, c| reply.say(&c.to_string())).done()]);
    assert_eq!(script().run().chunks, ["a", "b", "c", "d", "e", "f", "g"]);
    assert_eq!(script().batch(Batch::Gather { deltas: Some(3) }).run().chunks, ["abc", "def", "g"]);
    assert_eq!(script().batch(Batch::Gather { deltas: None }).run().chunks, ["abcdefg"]);
}

#[test]
fn what_a_body_is_does_not_depend_on_how_the_white_space_before_it_is_cut() {
    let document = r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#;
    let ollama = "{\"message\":{\"content\":\"Hi\"},\"done\":true}\n";
    for (provider, body) in
        [("openai", document), ("openai", "<html>"), ("relay", "data: Hi\n\ndata: [DONE]\n\n"), ("ollama", ollama)]
    {
        let mut ended = Vec::new();
        for space in [0, 1, 98, 99, 100, 101, 102, 200] {
            let body = ["\n".repeat(space), body.to_owned()].concat();
            let ask = |reads: &[&[u8]]| in_reads(provider, reads).options(r#""limits":{"maxEventBytes":100}"#).run();
            let wanted = seen(&ask(&[body.as_bytes()]));
            for at in 0..body.len() {
                let (first, second) = body.as_bytes().split_at(at);
                assert_eq!(seen(&ask(&[first, second])), wanted, "{provider}: {space} before, cut at {at}");
            }
            assert_eq!(seen(&ask(&body.as_bytes().chunks(1).collect::<Vec<_>>())), wanted);
            ended.push(wanted.0.map(|(code, _)| code));
        }
        let behind = ended.last().unwrap();
        let expected = if provider == "openai" { &Some("protocol") } else { &None };
        assert_eq!(behind, expected, "{provider} behind more than is looked at");
    }
}
