//! Bursts that are smoothed: how much goes out with each frame, and when everything goes at once.

use fastrand::Rng;
use refinire_web::response::Batch;
use refinire_web::run::Batching;

use crate::world::{replies, Outcome, Reply, Scenario, Way};

const DELAY_MS: f64 = 500.0;
const FRAME_MS: f64 = 16.0;
const PACED: Batching = Batching::Pace(DELAY_MS);

/// So many characters come at once, `ms` after those before.
type Burst = (String, f64);

fn scenario(bursts: &[Burst], batch: Batch) -> Scenario {
    let reply = bursts.iter().fold(Reply::ok(), |reply, (text, ms)| reply.wait(*ms).say(text));
    replies([reply.wait(2_000.0).done()]).batch(batch)
}

fn paced(bursts: &[Burst]) -> Scenario {
    scenario(bursts, Batch::Gather { deltas: None })
}

fn letters(count: usize) -> String {
    ('a'..='z').cycle().take(count).collect()
}

/// How many UTF-16 units had been delivered at each chunk, and when.
fn delivered(run: &Outcome) -> Vec<(usize, f64)> {
    let mut units = 0;
    let sizes = run.chunks.iter().map(|chunk| {
        units += chunk.encode_utf16().count();
        units
    });
    sizes.zip(run.chunk_times.iter().copied()).collect()
}

/// How long each of the bursts was behind when the last of it was delivered.
fn delays(bursts: &[Burst], run: &Outcome) -> Vec<f64> {
    let arrived = delivered(&scenario(bursts, Batch::Delta).run());
    let delivered = delivered(run);
    let behind = arrived.iter().map(|(units, arrived)| {
        let whole = delivered.iter().find(|(seen, _)| seen >= units).expect("everything is delivered");
        whole.1 - arrived
    });
    behind.collect()
}

fn both_ways(bursts: &[Burst], batching: Batching) -> [Outcome; 2] {
    [paced(bursts).call(batching), paced(bursts).read(batching, |_| 0.0, f64::INFINITY)]
}

#[test]
fn a_burst_goes_out_in_even_portions() {
    let burst = [(letters(600), 0.0)];
    for run in both_ways(&burst, PACED) {
        assert_eq!(run.answered(), letters(600));
        let mut sizes: Vec<_> = run.chunks.iter().map(String::len).collect();
        let rest = sizes.pop().unwrap_or_default();
        assert!(rest <= 20 && sizes.iter().all(|size| (18..=21).contains(size)), "{sizes:?}, {rest}");
        assert!(run.chunk_times[0] <= FRAME_MS);
        assert!((450.0..=DELAY_MS).contains(&delays(&burst, &run)[0]), "{:?}", delays(&burst, &run));
    }
}

#[test]
fn nothing_is_more_behind_than_it_may_be_and_no_character_is_cut() {
    let mut rng = Rng::with_seed(20_260_101);
    let pieces =
        ["a", "word ", "é", "e\u{301}", "日本", "🙂", "👩\u{200D}👧", "👍🏽", "🇯🇵", "\r\n", "का", "z\u{323}\u{307}"];
    for _ in 0..200 {
        let bursts: Vec<Burst> = (0..rng.usize(1..40))
            .map(|_| {
                let most = [3, 30, 300][rng.usize(0..3)];
                let text = (0..rng.usize(1..most)).map(|_| rng.choice(pieces).expect("there are some"));
                (text.collect(), [0.0, 3.0, 20.0, 400.0, 900.0][rng.usize(0..5)])
            })
            .collect();
        let whole: String = bursts.iter().map(|(text, _)| text.as_str()).collect();
        let delay = [DELAY_MS, 200.0, 50.0][rng.usize(0..3)];
        for run in both_ways(&bursts, Batching::Pace(delay)) {
            assert_eq!(run.answered(), whole);
            // The text is whole before the answer ends.
            let longest = delays(&bursts, &run).into_iter().fold(0.0, f64::max);
            assert!(longest <= delay, "{longest} ms, of {delay} ms");
            for chunk in &run.chunks {
                let first = chunk.chars().next().expect("a chunk is not empty");
                assert!(!"\u{301}\u{323}\u{307}\u{200D}👧🏽\nा".contains(first), "{chunk:?} begins within a character");
                assert_eq!(chunk.chars().filter(|char| "🇯🇵".contains(*char)).count() % 2, 0, "{chunk:?}");
            }
        }
    }
}

#[test]
fn text_that_comes_steadily_is_hardly_behind() {
    let steady: Vec<_> = (0..300).map(|_| (letters(4), 20.0)).collect();
    for run in both_ways(&steady, PACED) {
        let behind = delays(&steady, &run);
        let longest = behind[150..].iter().copied().fold(0.0, f64::max);
        assert!(longest <= 3.0 * FRAME_MS, "{longest} ms behind");
    }
}

#[test]
fn bursts_are_spread_until_the_next_one_comes() {
    let bursts: Vec<_> = (0..20).map(|_| (letters(240), 320.0)).collect();
    for run in both_ways(&bursts, PACED) {
        let sizes: Vec<_> = run.chunks.iter().map(String::len).skip(100).collect();
        assert!(sizes.iter().all(|size| (1..=24).contains(size)), "{sizes:?}");
        let pauses = run.chunk_times.windows(2).skip(100).map(|times| times[1] - times[0]);
        assert!(pauses.fold(0.0, f64::max) <= 2.0 * FRAME_MS);
    }
}

#[test]
fn everything_goes_at_once_when_the_page_is_hidden() {
    let bursts = [(letters(600), 0.0), (letters(600), 100.0), (letters(600), 1_000.0)];
    for hidden_from in [0.0, 50.0] {
        let scenario = || paced(&bursts).hidden_from(hidden_from);
        for run in [scenario().call(PACED), scenario().read(PACED, |_| 0.0, f64::INFINITY)] {
            let behind = delays(&bursts, &run);
            assert_eq!(run.answered(), letters(600).repeat(3));
            assert!(behind[0] <= hidden_from + FRAME_MS, "{behind:?}");
            assert_eq!(behind[1..], [0.0, 0.0]);
        }
    }
}

#[test]
fn everything_goes_at_once_when_the_answer_ends() {
    let scenario = |batch| replies([Reply::ok().say(&letters(600)).wait(100.0).done()]).batch(batch);
    let took = scenario(Batch::Delta).run().took;
    let gather = Batch::Gather { deltas: None };
    for run in [scenario(gather).call(PACED), scenario(gather).read(PACED, |_| 0.0, f64::INFINITY)] {
        assert_eq!(run.answered(), letters(600));
        assert_eq!(run.took, took, "a result waits for no frame");
        assert!(run.chunks.len() > 3 && run.chunks.last().is_some_and(|chunk| chunk.len() > 400), "{:?}", run.chunks);
    }
}

#[test]
fn the_text_before_a_call_goes_out_before_the_tool_runs() {
    let tools = r#""tools":[{"name":"add","description":"Adds.","parameters":{"type":"object"},"executes":true}]"#;
    let calling = Reply::ok().say(&letters(300)).call("c1", "add", "{}").finish("tool_calls").done();
    let run = replies([calling, Reply::answer("done")])
        .options(tools)
        .batch(Batch::Gather { deltas: None })
        .tools(|_, _| ("3".to_owned(), false, 100.0))
        .call(PACED);
    assert_eq!(run.answered(), letters(300) + "done");
    assert!(run.chunk_times[..run.chunk_times.len() - 1].iter().all(|time| *time < 100.0), "{:?}", run.chunk_times);
}

#[test]
fn reasoning_is_paced_and_everything_keeps_its_order() {
    let reply = Reply::ok().think(&letters(200)).say(&letters(100)).think("more").say("end");
    let run = replies([reply.wait(2_000.0).done()]).batch(Batch::Gather { deltas: None }).call(PACED);
    let told: Vec<_> = run.log.iter().filter_map(|line| line.split_once(' ')).collect();
    let thought: Vec<_> = told.iter().filter(|(kind, _)| *kind == "reasoning").collect();
    assert!(thought.len() > 10, "{thought:?}");
    let mut parts: Vec<(&str, String)> = Vec::new();
    for (kind, text) in told.into_iter().filter(|(kind, _)| ["reasoning", "text"].contains(kind)) {
        match parts.last_mut().filter(|(last, _)| *last == kind) {
            Some((_, whole)) => whole.push_str(text),
            None => parts.push((kind, text.to_owned())),
        }
    }
    let wanted =
        [("reasoning", letters(200)), ("text", letters(100)), ("reasoning", "more".into()), ("text", "end".into())];
    assert_eq!(parts, wanted);
}

#[test]
fn a_reader_that_stops_stops_the_download() {
    let steady: Vec<_> = (0..400).map(|_| (letters(40), 5.0)).collect();
    let increment = Reply::ok().say(&letters(40)).body_len();
    for count in [1, 5, 20] {
        let pace = move |number| if number == count { f64::INFINITY } else { 0.0 };
        let run = paced(&steady).quiet().read(PACED, pace, 60_000.0);
        assert_eq!(run.chunks.len(), count);
        let read = u32::try_from(run.sent[0].read / increment).unwrap();
        let last = run.chunk_times[count - 1];
        assert!(f64::from(read) <= last / 5.0 + 2.0, "{read} increments in {last} ms");
    }
}

#[test]
fn a_reader_that_is_slow_gets_everything() {
    let steady: Vec<_> = (0..100).map(|_| (letters(40), 5.0)).collect();
    for pace in [7.0, 40.0, 300.0] {
        let run = paced(&steady).read(PACED, move |_| pace, f64::INFINITY);
        assert_eq!(run.answered(), letters(40).repeat(100));
        let run = paced(&steady).reader(move |_| crate::world::Answer::Hold(pace)).call(PACED);
        assert_eq!(run.answered(), letters(40).repeat(100));
    }
}

#[test]
fn the_conversation_has_what_was_delivered_when_a_run_is_stopped() {
    let burst = [(letters(600), 0.0)];
    let left = paced(&burst).read(PACED, |_| 0.0, 100.0);
    assert!((100..200).contains(&left.text().len()), "{}", left.text().len());
    assert_eq!(left.kept(), ["user: question".to_owned(), format!("assistant: {}…", left.text())]);
    // A stop of the caller's signal shows what has come.
    let aborted = paced(&burst).stop_after(100.0, Way::Abort).call(PACED);
    assert_eq!(aborted.text(), letters(600));
    assert_eq!(aborted.kept(), ["user: question".to_owned(), format!("assistant: {}…", letters(600))]);
}
