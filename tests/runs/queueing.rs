//! What a request waits for before it is made: the network, and a place among the page's connections.

use crate::world::{replies, Reply, Scenario, Way};

fn asking(options: &str, script: impl IntoIterator<Item = Reply>) -> Scenario {
    replies(script).options(options)
}

#[test]
fn a_page_that_is_offline_waits_for_the_network_and_only_then_the_timers_of_the_request_begin() {
    let options = r#""timeout":{"connect":1000,"firstChunk":1000}"#;
    let run = asking(options, [Reply::ok().offline(999.0).head_after(900.0).say("Hello").done()]).run();
    assert_eq!(run.answered(), "Hello");
    assert_eq!((run.times(), run.took), (vec![999.0], 1_899.0));
    // Nor is the bound on the first content one on the wait.
    let options = r#""timeout":{"connect":0,"firstChunk":10}"#;
    assert_eq!(asking(options, [Reply::answer("Hello").offline(99_999.0)]).run().answered(), "Hello");
}

#[test]
fn no_network_in_time_is_the_end() {
    // Neither another attempt nor one without streaming: both would only wait again.
    for (options, bound) in
        [(r#""fallback":true"#, 30_000.0), (r#""timeout":{"connect":1000,"firstChunk":10}"#, 1_000.0)]
    {
        let run = asking(options, [Reply::answer("Hello").offline(bound + 1.0)]).run();
        assert_eq!((run.code(), run.took, run.times().len()), ("network", bound, 0));
        let failure = run.failure();
        assert!(failure.retryable);
        assert_eq!(failure.message, format!("the page is offline: no network came within timeout.connect, {bound} ms"));
        assert_eq!(run.turns(), ["start 1"]);
    }
}

#[test]
fn every_attempt_waits_for_the_network() {
    let busy = Reply::status(503);
    let options = r#""retry":{"attempts":2,"baseMs":1000},"timeout":{"connect":5000}"#;
    let run = asking(options, [busy.clone(), Reply::answer("Hello").offline(4_000.0)]).randoms(&[1.0]).run();
    assert_eq!((run.answered().as_str(), run.times()), ("Hello", vec![0.0, 5_000.0]));
    let run = asking(options, [busy.clone(), Reply::answer("Hello").offline(5_001.0)]).randoms(&[1.0]).run();
    assert_eq!((run.code(), run.took), ("network", 6_000.0));
    // So does the one without streaming.
    let options = r#""retry":{"attempts":1},"timeout":{"connect":5000}"#;
    assert_eq!(asking(options, [busy.clone(), Reply::whole("Hello").offline(4_000.0)]).run().answered(), "Hello");
    let run = asking(options, [busy, Reply::whole("Hello").offline(5_001.0)]).run();
    assert_eq!((run.code(), run.took), ("network", 5_000.0));
}

#[test]
fn what_stops_a_run_stops_the_wait_for_the_network() {
    let run = asking(r#""timeout":{"connect":0,"total":700}"#, [Reply::answer("Hello").offline(99_999.0)]).run();
    assert_eq!((run.code(), run.took), ("timeout", 700.0));
    assert!(run.failure().message.starts_with("timeout.total:"), "{}", run.failure().message);
    let offline = Reply::answer("Hello").offline(99_999.0);
    let run = asking(r#""timeout":{"connect":0}"#, [offline]).stop_after(300.0, Way::Abort).run();
    assert_eq!((run.stop(), run.took, run.times().len()), (Way::Abort, 300.0, 0));
}

#[test]
fn time_in_which_the_page_was_frozen_is_no_time_without_a_network() {
    let options = r#""timeout":{"connect":20000}"#;
    let run = asking(options, [Reply::answer("Hello").offline(3_605_000.0)]).freeze(1_000.0, 3_600_000.0).run();
    assert_eq!(run.answered(), "Hello");
}

#[test]
fn time_in_which_a_place_was_waited_for_does_not_count() {
    let options = r#""timeout":{"connect":1000,"firstChunk":1000,"total":1000}"#;
    let crowded = || Reply::ok().queued(60_000.0);
    assert_eq!(asking(options, [crowded().head_after(999.0).say("Hello").done()]).run().answered(), "Hello");
    let options = format!("{options},\"retry\":{{\"attempts\":1}},\"fallback\":false");
    let run = asking(&options, [crowded().head_after(1_001.0).say("Hello").done()]).run();
    assert_eq!((run.code(), run.took), ("timeout", 61_000.0));
    let run = asking(&options, [crowded()]).stop_after(300.0, Way::Cancel).run();
    assert_eq!((run.stop(), run.took), (Way::Cancel, 300.0));
}
