//! A stream goes as far as it is read, however increments become chunks.

use refinire_web::response::Batch;
use refinire_web::run::Batching;

use crate::world::{replies, Answer, Outcome, Reply, Scenario};

/// How many increments the answer has, each in a read of its own, and how long it takes from one to the next.
const INCREMENTS: usize = 400;

fn stream(ms: f64) -> Scenario {
    let reply = (0..INCREMENTS).fold(Reply::ok(), |reply, number| {
        let reply = reply.say(&format!("{number} "));
        if ms > 0.0 {
            reply.wait(ms)
        } else {
            reply
        }
    });
    replies([reply.done()]).quiet()
}

fn whole() -> String {
    (0..INCREMENTS).flat_map(|number| [number.to_string(), " ".to_owned()]).collect()
}

/// Every way to batch, by name.
fn batchings() -> [(&'static str, Batch, Batching); 5] {
    let gather = |deltas| Batch::Gather { deltas };
    [
        ("delta", Batch::Delta, Batching::None),
        ("frame", gather(None), Batching::Frame),
        ("ms", gather(None), Batching::Ms(50.0)),
        ("deltas", gather(Some(3)), Batching::None),
        ("deltas and ms", gather(Some(7)), Batching::Ms(50.0)),
    ]
}

/// How many of the increments were read from the network.
fn increments_read(run: &Outcome) -> usize {
    let each = Reply::ok().say("100 ").body_len();
    run.sent[0].read.div_ceil(each)
}

#[test]
fn a_reader_that_stops_stops_the_download() {
    for (name, batch, batching) in batchings() {
        for count in [1, 2, 5] {
            let pace = move |number| if number == count { f64::INFINITY } else { 0.0 };
            let run = stream(5.0).batch(batch).read(batching, pace, 60_000.0);
            assert_eq!(run.chunks.len(), count, "{name}");
            assert!(whole().starts_with(&run.text()), "{name}");
            let (read, taken) = (increments_read(&run), run.text().split_whitespace().count());
            assert!(read <= taken + 2, "{name}: {read} increments were read for the {taken} that were taken");
        }
    }
}

#[test]
fn one_that_is_slow_gets_everything_and_no_more_is_read_ahead_than_it_takes() {
    for (name, batch, batching) in batchings() {
        for (ms, pace) in [(0.0, 100.0), (5.0, 100.0), (5.0, 0.0), (30.0, 7.0)] {
            let run = stream(ms).batch(batch).read(batching, move |_| pace, f64::INFINITY);
            assert_eq!(run.answered(), whole(), "{name}, {ms} ms an increment, {pace} ms a chunk");
        }
    }
}

/// An answer of so many increments, all of which come in one read.
fn one_read(count: usize) -> Scenario {
    let event =
        |number: usize| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{number}\u{1F600} \"}}}}]}}\n\n");
    let body = (0..count).map(event).collect::<Vec<_>>().concat();
    replies([Reply::ok().bytes(body).done()]).quiet()
}

#[test]
fn the_chunks_of_a_read_are_parts_of_one_text_however_they_are_taken() {
    let whole: Vec<_> = (0..25).map(|number| format!("{number}\u{1F600} ")).collect();
    let read = one_read(25).read(Batching::None, |_| 10.0, f64::INFINITY);
    let called = one_read(25).run();
    let held = one_read(25).reader(|_| Answer::Hold(10.0)).run();
    for (name, run) in [("read", read), ("called", called), ("held", held)] {
        assert_eq!(run.chunks, whole, "{name}");
        assert_eq!(run.converted, 1, "{name}");
    }
}

#[test]
fn chunks_come_before_the_failure_that_came_in_the_same_read() {
    let event = |text: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n");
    let body = [event("a"), event("b"), "data: {broken\n\n".to_owned()].concat();
    for pace in [0.0, 10.0] {
        let run = replies([Reply::ok().bytes(&*body)]).read(Batching::None, move |_| pace, f64::INFINITY);
        assert_eq!((run.code(), run.chunks.as_slice()), ("protocol", ["a", "b"].map(str::to_owned).as_slice()));
        assert_eq!(run.kept(), ["user: question", "assistant: ab…"]);
    }
}

#[test]
fn no_chunk_has_more_increments_than_the_caller_allows() {
    for most in [1, 2, 3, 7, 25, 26] {
        let batch = Batch::Gather { deltas: Some(most) };
        let run = one_read(25).batch(batch).read(Batching::None, |_| 0.0, f64::INFINITY);
        let sizes: Vec<_> = run.chunks.iter().map(|chunk| chunk.split_whitespace().count()).collect();
        assert!(sizes.iter().all(|size| *size <= most as usize), "at most {most}: {sizes:?}");
        assert_eq!(sizes.iter().sum::<usize>(), 25);
        assert_eq!(sizes.len(), 25_usize.div_ceil(most as usize));
    }
}
