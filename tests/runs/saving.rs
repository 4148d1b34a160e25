//! An answer is saved while it grows: soon, and not with each chunk.

use crate::world::{replies, Outcome, Reply};

/// How many letters of three bytes fit into 2 KB.
const MOST: usize = 2_048 / 3;

fn saved(reply: Reply) -> Outcome {
    replies([reply]).saved().run()
}

/// The most that was delivered and not saved before the next chunk came, in UTF-16 units. A chunk can be saved before the caller has it.
fn most_behind(run: &Outcome) -> usize {
    let units = |text: &str| text.encode_utf16().count();
    let behind = (1..=run.chunks.len()).map(|chunks| {
        let last = run.saves.iter().rev().find(|saved| saved.chunks < chunks);
        units(&run.chunks[..chunks].concat()) - last.map_or(0, |saved| units(&saved.text))
    });
    behind.max().expect("there are chunks")
}

#[test]
fn what_was_delivered_is_saved_within_half_a_second_whatever_comes_until_then() {
    let words = Reply::ok().wait(50.0).say("Hel").wait(100.0).say("lo").wait(1_000.0).say(", wörld").say(" \u{1F600}");
    let run = saved(words.wait(2_000.0).done());
    let saves: Vec<_> = run.saves.iter().map(|saved| (saved.at, &*saved.text)).collect();
    assert_eq!(saves, [(450.0, "Hello"), (1_550.0, "Hello, wörld \u{1F600}")]);
    assert_eq!(run.kept(), ["user: question", "assistant: Hello, wörld \u{1F600}"]);
}

#[test]
fn no_more_than_two_kilobytes_are_delivered_and_not_saved_however_little_time_has_passed() {
    for letter in ["x", "漢", "\u{1F600}"] {
        let words = letter.repeat(10);
        let event = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{words}\"}}}}]}}\n\n");
        let reads = (0..300).fold(Reply::ok(), |reply, _| reply.say(&words));
        for reply in [reads, Reply::ok().bytes(event.repeat(300))] {
            let run = saved(reply.done());
            assert_eq!((run.chunks.len(), run.answered()), (300, words.repeat(300)));
            let behind = most_behind(&run);
            assert!(behind > 0 && behind <= MOST, "{letter}: {behind}");
        }
    }
}

#[test]
fn an_answer_that_grows_is_not_saved_with_each_chunk() {
    for (ms, most) in [(0.0, 30), (10.0, 30), (100.0, 50)] {
        let reply = (0..200).fold(Reply::ok(), |reply, _| reply.say(&"x".repeat(100)).wait(ms));
        let run = saved(reply.done());
        assert_eq!(run.answered().len(), 20_000);
        assert!((20..=most).contains(&run.saves.len()), "{ms}: {}", run.saves.len());
    }
}
