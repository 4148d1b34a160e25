//! A flow is stopped: at every moment, whatever it waits for.

use std::rc::Rc;

use refinire_web::flow::{Branches, Hooks, Node, OnError, Options, Plan};

use crate::world::{agent, branches, call, fails, flow, gives, input, nested, node, value, waits, Step, Talk};

/// A flow with everything that takes time.
fn everything() -> Plan<Step> {
    let hooks = Hooks { before: Some(Step::Hook("before")), after: Some(Step::Hook("after")) };
    let on_error = Some(OnError { retry: 2, ..OnError::default() });
    let pair =
        branches(vec![node("x", agent(&[(1.0, "x1"), (2.0, "x2")])), node("y", agent(&[(2.0, "y1"), (2.0, "y2")]))]);
    let all = branches(vec![
        node("in", nested(vec![node("say", agent(&[(1.0, "s1"), (1.0, "s2")])), node("wait", waits(2.0, "w"))])),
        node("pair", refinire_web::flow::Kind::Parallel(pair)),
        node("last", agent(&[(1.0, "l1")])),
    ]);
    let nodes = vec![
        node("wait", waits(2.0, "waited")),
        Node { on_error, ..node("fails", fails(1)) },
        node("say", agent(&[(1.0, "Hello "), (1.0, "you. ")])),
        node("all", refinire_web::flow::Kind::Parallel(Branches { max_workers: 2, ..all })),
        node("ask", input("Go on?")),
    ];
    Plan::new("flow", nodes, Options { start: None, max_steps: None, hooks }).expect("a flow")
}

#[test]
fn it_stops_at_every_moment_at_once_and_keeps_what_was_said() {
    let whole = Talk::new(everything());
    whole.world.slow.set(0.5);
    whole.context.ready_after.set(1.0);
    let done = whole.ask("Go");
    let (end, text) = (done.at, done.all("chunk ").concat());
    assert!(end > 20.0);
    let mut at = 0.25;
    while at < end {
        let talk = Talk::new(everything());
        talk.world.slow.set(0.5);
        talk.context.ready_after.set(1.0);
        let done = talk.run("Go", false, Some(at));
        assert_eq!(done.at, at, "it waits for nobody");
        let shown = done.all("chunk ").concat();
        assert!(text.starts_with(&shown), "{at}: {shown}");
        let result = done.ok();
        assert_eq!((result.finish_reason.as_str(), &*result.text), ("aborted", &*shown), "{at}");
        let said = talk.context.said().concat();
        for word in done.all("chunk ") {
            assert!(said.contains(word), "{at}: {word} of {said}");
        }
        let history = talk.past.history();
        let last = history.last();
        assert!(at < 1.0 || last.is_some_and(|last| last.status.as_str() == "aborted"), "{at}: {}", talk.history());
        assert!(history.iter().rev().skip(1).all(|record| record.status.as_str() != "aborted"), "{at}");
        let is_told = |line: &String| line.starts_with("failed ") && line != "failed fails";
        assert!(!done.log.iter().any(is_told), "{at}: {:?}", done.log);
        assert!(!talk.context.is_finished());
        // The next run is as if nothing had been.
        talk.world.slow.set(0.0);
        assert_eq!(talk.ask("Again").ok().text, text, "{at}");
        at += 0.25;
    }
}

#[test]
fn a_function_hears_of_a_stop_and_nobody_waits_for_it() {
    let heard = Rc::new(std::cell::Cell::new(false));
    let hangs = {
        let heard = heard.clone();
        call(move |call| {
            let heard = heard.clone();
            call.signal.on_stop(move |reason| heard.set(reason.is_some()));
            async move { futures::future::pending().await }
        })
    };
    let talk = Talk::new(flow(vec![node("hang", hangs), node("never", gives(1))]));
    let done = talk.run("Go", false, Some(5.0));
    assert_eq!((done.at, heard.get(), talk.history()), (5.0, true, "hang aborted".to_owned()));
    assert_eq!(talk.past.history()[0].error.as_deref(), Some("enough"));
    assert_eq!(done.log, ["start hang"]);
}

#[test]
fn a_branch_that_hangs_hears_of_the_failure_of_another() {
    let reason = Rc::new(std::cell::RefCell::new(String::new()));
    let hangs = {
        let reason = reason.clone();
        call(move |call| {
            let reason = reason.clone();
            call.signal.on_stop(move |why| {
                let error =
                    why.and_then(|why| why.downcast_ref::<refinire_web::error::Error>().map(ToString::to_string));
                reason.replace(error.expect("an error"));
            });
            async move { futures::future::pending().await }
        })
    };
    let nodes =
        vec![node("hang", hangs), node("bad", nested(vec![node("wait", waits(3.0, 1)), node("fail", fails(1))]))];
    let talk = Talk::new(flow(vec![node("both", refinire_web::flow::Kind::Parallel(branches(nodes)))]));
    let done = talk.ask("Go");
    assert_eq!((done.at, done.error()), (3.0, "fail: the step failed: \"boom\"".to_owned()));
    assert_eq!(*reason.borrow(), "fail: the step failed: \"boom\"");
    assert_eq!(talk.history(), "both failed [hang aborted, bad failed [wait completed, fail failed]]");
}

#[test]
fn one_that_was_stopped_does_not_run_again_though_it_may() {
    let on_error = Some(OnError { retry: 9, value: Some(value("instead".into())), ..OnError::default() });
    let talk = Talk::new(flow(vec![Node { on_error, ..node("wait", waits(9.0, 1)) }]));
    let done = talk.run("Go", false, Some(1.0));
    assert_eq!((done.log, talk.history()), (vec!["start wait".to_owned()], "wait aborted".to_owned()));
}
