//! The four timers, each alone.

use crate::world::{replies, Answer, Outcome, Reply, Scenario, Way};

/// One request, with only the timers that are given.
fn alone(timeouts: &str, reply: Reply) -> Scenario {
    let options = r#""retry":{"attempts":1},"fallback":false,"timeout":{"connect":0,"firstChunk":0,"idle":0"#;
    replies([reply]).options(&format!("{options}{}{timeouts}}}", if timeouts.is_empty() { "" } else { "," }))
}

/// The run ended because this timer ran out, then.
fn ran_out(run: &Outcome, timer: &str, at: f64) {
    assert_eq!(run.code(), "timeout", "{:?}", run.ended);
    assert!(run.failure().message.starts_with(&format!("timeout.{timer}:")), "{}", run.failure().message);
    assert_eq!(run.took, at);
    assert_eq!(run.sent[0].closed_at, Some(at), "the connection is closed at once");
}

#[test]
fn connect_bounds_the_time_to_the_head() {
    ran_out(&alone(r#""connect":1000"#, Reply::silent()).run(), "connect", 1_000.0);
    ran_out(&alone(r#""connect":1000"#, Reply::answer("late").head_after(1_001.0)).run(), "connect", 1_000.0);
    let late = Reply::ok().head_after(999.0).wait(99_999.0).say("Hello").wait(99_999.0).done();
    assert_eq!(alone(r#""connect":1000"#, late).run().answered(), "Hello");
}

#[test]
fn first_chunk_bounds_the_time_to_the_first_content_from_the_request_on() {
    let bound = r#""firstChunk":1000"#;
    ran_out(&alone(bound, Reply::silent()).run(), "firstChunk", 1_000.0);
    ran_out(&alone(bound, Reply::ok().hang()).run(), "firstChunk", 1_000.0);
    ran_out(&alone(bound, Reply::ok().head_after(600.0).wait(600.0).say("late")).run(), "firstChunk", 1_000.0);
    let slow_later = Reply::ok().head_after(600.0).wait(300.0).say("Hel").wait(99_999.0).say("lo").done();
    assert_eq!(alone(bound, slow_later).run().answered(), "Hello");
}

#[test]
fn idle_bounds_the_time_between_content_and_content() {
    let bound = r#""idle":1000"#;
    let run = alone(bound, Reply::ok().wait(50_000.0).say("Hel").hang()).run();
    ran_out(&run, "idle", 51_000.0);
    assert_eq!((run.text().as_str(), run.kept()[1].as_str()), ("Hel", "assistant: Hel…"));
    let steady = Reply::ok().say("a").wait(999.0).think("b").wait(999.0).call("c", "f", "{").wait(999.0).say("d");
    assert_eq!(alone(bound, steady.clone().done()).run().answered(), "ad");
    ran_out(&alone(bound, steady.hang()).run(), "idle", 2_997.0 + 1_000.0);
}

#[test]
fn idle_is_exact_also_where_it_is_shorter_than_the_wait_for_the_first_chunk() {
    let both = r#""firstChunk":60000,"idle":1000"#;
    ran_out(&alone(both, Reply::ok().wait(100.0).say("Hel").hang()).run(), "idle", 1_100.0);
    let gap = Reply::ok().wait(100.0).say("Hel").wait(4_000.0).say("lo").done();
    ran_out(&alone(both, gap).run(), "idle", 1_100.0);
    let three = r#""connect":30000,"firstChunk":60000,"idle":1000"#;
    ran_out(&alone(three, Reply::ok().head_after(9.0).wait(11.0).say("Hel").hang()).run(), "idle", 1_020.0);
}

#[test]
fn total_bounds_the_whole_run() {
    let bound = r#""total":1000"#;
    ran_out(&alone(bound, Reply::silent()).run(), "total", 1_000.0);
    ran_out(&alone(bound, Reply::ok().hang()).run(), "total", 1_000.0);
    let steady = (0..20).fold(Reply::ok(), |reply, _| reply.wait(90.0).say("a"));
    let run = alone(bound, steady.done()).run();
    ran_out(&run, "total", 1_000.0);
    assert_eq!(run.text(), "a".repeat(11));
    assert!(!run.failure().retryable);
    assert_eq!(run.kept(), ["user: question".to_owned(), format!("assistant: {}…", "a".repeat(11))]);
}

#[test]
fn total_goes_on_during_the_waits_between_attempts_and_over_all_of_them() {
    let script = || replies(vec![Reply::status(503).retry_after("10"); 3]).options(r#""timeout":{"total":15000}"#);
    let run = script().run();
    assert_eq!((run.code(), run.took, run.sent.len()), ("timeout", 15_000.0, 2));
    assert_eq!(run.turns().last(), Some(&"retry 3 after 10000: http"));
    let mut slow = vec![Reply::status(500).head_after(400.0); 3];
    slow.push(Reply::silent());
    let run = replies(slow).options(r#""timeout":{"total":3000}"#).run();
    assert_eq!((run.code(), run.took, run.turns().last()), ("timeout", 3_000.0, Some(&"start 4")));
}

#[test]
fn comments_and_pings_and_figures_do_not_feed_a_timer() {
    let signs = [
        ": ping\n\n",
        "event: ping\ndata: {}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n",
        "\n",
    ];
    for sign in signs {
        let ping = |reply| (0..40).fold(reply, |reply: Reply, _| reply.wait(100.0).bytes(sign));
        ran_out(&alone(r#""firstChunk":1000"#, ping(Reply::ok())).run(), "firstChunk", 1_000.0);
        ran_out(&alone(r#""idle":1000"#, ping(Reply::ok().say("Hel"))).run(), "idle", 1_000.0);
    }
}

#[test]
fn nothing_is_off_by_accident_and_nought_is_off() {
    for (reply, at) in
        [(Reply::silent(), 30_000.0), (Reply::ok().hang(), 60_000.0), (Reply::ok().say("a").hang(), 30_000.0)]
    {
        let run = replies([reply]).options(r#""retry":{"attempts":1},"fallback":false"#).run();
        assert_eq!((run.code(), run.took), ("timeout", at));
    }
    for reply in [Reply::silent(), Reply::ok().hang(), Reply::ok().say("a").hang()] {
        let run = alone(r#""total":0"#, reply).stop_after(1e9, Way::Abort).run();
        assert_eq!(run.stopped.unwrap().at, 1e9, "it waits as long as the caller does");
    }
}

#[test]
fn a_slow_reader_costs_no_time() {
    let reply = || Reply::ok().say("a").wait(900.0).say("b").wait(900.0).say("c").done();
    for timeouts in
        [r#""idle":1000"#, r#""total":2000"#, r#""idle":1000,"total":2000,"firstChunk":1000,"connect":1000"#]
    {
        let run = alone(timeouts, reply()).reader(|_| Answer::Hold(60_000.0)).run();
        assert_eq!(run.answered(), "abc", "{timeouts}");
        assert_eq!(run.took, 3.0 * 60_000.0 + 2.0 * 900.0);
    }
    // What is left of the time is counted from where it was.
    let run =
        alone(r#""total":2000"#, Reply::ok().wait(500.0).say("a").hang()).reader(|_| Answer::Hold(60_000.0)).run();
    ran_out(&run, "total", 62_000.0);
    let run = alone(r#""idle":1000"#, Reply::ok().say("a").hang()).reader(|_| Answer::Hold(60_000.0)).run();
    ran_out(&run, "idle", 61_000.0);
}

#[test]
fn a_frozen_page_costs_no_time() {
    let hour = 3_600_000.0;
    for (timer, reply) in [
        ("connect", Reply::silent()),
        ("firstChunk", Reply::ok().hang()),
        ("total", Reply::ok().hang()),
        ("idle", Reply::ok().say("a").hang()),
    ] {
        let timeouts = format!(r#""{timer}":30000"#);
        let run = alone(&timeouts, reply.clone()).freeze(12_000.0, hour).run();
        let counted = run.took - hour;
        assert!((30_000.0..=35_000.0).contains(&counted), "{timer} ran out after {counted}");
        let run = alone(&timeouts, reply).freeze(2_000.0, hour).freeze(hour + 20_000.0, hour).run();
        let counted = run.took - 2.0 * hour;
        assert!((30_000.0..=40_000.0).contains(&counted), "{timer} ran out after {counted}");
    }
    let reply = Reply::ok().wait(10_000.0).say("a").wait(10_000.0).say("b").done();
    let all = r#""connect":11000,"firstChunk":11000,"idle":11000,"total":25000"#;
    for from in [0.0, 5_000.0, 9_999.0, 10_000.0, 15_000.0, 19_999.0] {
        assert_eq!(alone(all, reply.clone()).freeze(from, hour).run().answered(), "ab", "frozen from {from}");
    }
}

#[test]
fn a_hidden_page_whose_timers_come_once_a_minute_still_notices() {
    for (timer, reply) in [("idle", Reply::ok().say("a").hang()), ("total", Reply::silent())] {
        let run = alone(&format!(r#""{timer}":30000"#), reply);
        let run = (0..60).fold(run, |run, n| run.freeze(60_000.0 * f64::from(n) + 1.0, 59_990.0)).run();
        assert_eq!(run.code(), "timeout");
        assert!(run.took < 600_000.0, "{timer} ran out after {} minutes", run.took / 60_000.0);
    }
}

#[test]
fn a_page_that_was_frozen_stays_so_for_total_when_its_reader_was_waited_for() {
    let reply = Reply::ok().wait(8_000.0).say("a").wait(2_000.0).say("b").done();
    let run = alone(r#""total":12000"#, reply.clone()).freeze(1_000.0, 60_000.0).reader(|_| Answer::Hold(500.0)).run();
    assert_eq!(run.answered(), "ab");
    // Frozen while the reader was waited for: that counts once.
    let run = alone(r#""total":12000"#, Reply::ok().wait(1_000.0).say("a").hang())
        .freeze(2_000.0, 60_000.0)
        .reader(|_| Answer::Hold(30_000.0))
        .run();
    let counted = run.took - 61_000.0;
    assert!((11_000.0..=12_000.0).contains(&counted), "total ran out after {counted}");
}

#[test]
fn behind_the_terminal_a_connection_that_stays_open_is_no_error() {
    for timer in ["idle", "total"] {
        let reply = Reply::ok().say("Hello").finish("stop").hang();
        let run = alone(&format!(r#""{timer}":1000"#), reply).run();
        assert_eq!((run.answered().as_str(), run.took), ("Hello", 500.0), "{timer}");
        assert_eq!(run.kept(), ["user: question", "assistant: Hello"]);
    }
    let run = alone(r#""idle":1000"#, Reply::ok().say("Hello").finish("stop").wait(500.0).cut()).run();
    assert_eq!(run.answered(), "Hello");
}

#[test]
fn the_body_of_an_error_is_waited_for_no_longer_than_a_head() {
    let run = alone(r#""connect":1000"#, Reply::status(401).bytes("no").hang()).run();
    assert_eq!((run.code(), run.failure().status, run.took), ("http", Some(401), 1_000.0));
    assert_eq!(run.failure().message, "the server answered with status 401: no");
}
