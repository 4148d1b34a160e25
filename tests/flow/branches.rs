//! Branches that run at once: the order of their chunks, who waits for whom, what they share and what stays of them.

use std::rc::Rc;

use refinire_web::event::Thrown;
use refinire_web::flow::{Branches, Hooks, Kind, Node, Options, Plan};
use refinire_web::json::Value;
use refinire_web::message::{Message, Role};
use serde_json::json;

use crate::seed::rng;
use crate::world::{
    agent, branches, call, condition, fails, flow, gives, input, is_same, nested, node, value, waits, Agent, Context,
    Step, Talk,
};

fn parallel(nodes: Vec<Node<Step>>) -> Kind<Step> {
    Kind::Parallel(branches(nodes))
}

fn both(nodes: Vec<Node<Step>>) -> Talk {
    Talk::new(flow(vec![node("both", parallel(nodes))]))
}

#[test]
fn chunks_come_branch_by_branch_in_the_order_of_declaration_events_as_they_happen() {
    let talk = both(vec![
        node("a", agent(&[(2.0, "a1"), (2.0, "a2")])),
        node("b", agent(&[(3.0, "b1"), (0.0, "b2")])),
        node("c", agent(&[(1.0, "c1"), (4.0, "c2")])),
    ]);
    let done = talk.ask("Go");
    let log = [
        "start both",
        "start both/a",
        "asked both/a: Go",
        "start both/b",
        "asked both/b: Go",
        "start both/c",
        "asked both/c: Go",
        "chunk a1",
        "finish both/b",
        "chunk a2",
        "finish both/a",
        "chunk b1",
        "chunk b2",
        "chunk c1",
        "chunk c2",
        "finish both/c",
        "finish both",
    ];
    assert_eq!(done.log, log);
    assert_eq!(done.content(), json!({"a": "a1a2", "b": "b1b2", "c": "c1c2"}));
    assert_eq!(talk.context.said(), ["user: Go", "assistant: a1a2", "assistant: b1b2", "assistant: c1c2"]);
    assert_eq!(
        talk.history(),
        "both completed [b completed, a completed, c completed]"
            .replace("b completed, a completed", "a completed, b completed")
    );
}

/// Every way in which the words of three branches can come one behind the other.
#[test]
fn however_branches_come_chunks_turns_and_shares_are_in_the_order_of_declaration() {
    let words = [["a1", "a2"], ["b1", "b2"], ["c1", "c2"]];
    let mut ways = vec![(vec![], [0; 3])];
    for _ in 0..6 {
        ways = ways
            .into_iter()
            .flat_map(|(way, counts): (Vec<usize>, [usize; 3])| {
                (0..3).filter(move |branch| counts[*branch] < 2).map(move |branch| {
                    let (mut way, mut counts) = (way.clone(), counts);
                    way.push(branch);
                    counts[branch] += 1;
                    (way, counts)
                })
            })
            .collect();
    }
    assert_eq!(ways.len(), 90);
    for (way, _) in ways {
        let branch = |branch: usize| {
            let mut before = 0;
            let mut times = way.iter().enumerate().filter(|(_, of)| **of == branch).map(|(at, _)| at);
            let said: Vec<_> = words[branch]
                .iter()
                .map(|word| {
                    let at = times.next().expect("a time");
                    #[allow(clippy::cast_precision_loss)]
                    let ms = (at + 1 - before) as f64;
                    before = at + 1;
                    (ms, *word)
                })
                .collect();
            let name = ["a", "b", "c"][branch];
            let shares = call(move |call| {
                call.context.share("last", &json!(name));
                call.context.share(name, &json!(1));
                std::future::ready(Ok(None))
            });
            node(name, nested(vec![node("say", agent(&said)), node("share", shares)]))
        };
        let talk = both((0..3).map(branch).collect());
        let done = talk.ask("Go");
        assert_eq!(done.all("chunk "), ["a1", "a2", "b1", "b2", "c1", "c2"], "{way:?}");
        assert_eq!(talk.context.said()[1..], ["assistant: a1a2", "assistant: b1b2", "assistant: c1c2"], "{way:?}");
        let shared = r#"{"last":"a","a":1,"b_last":"b","b":1,"c_last":"c","c":1}"#;
        assert_eq!(talk.context.shared.borrow().to_json(), shared, "{way:?}");
        assert_eq!(done.content(), json!({"a": "a1a2", "b": "b1b2", "c": "c1c2"}));
        let said = "[say completed, share completed]";
        assert_eq!(
            talk.history(),
            format!("both completed [a completed {said}, b completed {said}, c completed {said}]")
        );
    }
}

#[test]
fn at_most_so_many_run_at_a_time_in_the_order_of_declaration() {
    let run = |most: usize| {
        let words = [(3.0, "a"), (1.0, "b"), (1.0, "c"), (1.0, "d")];
        let nodes = words.iter().map(|(ms, name)| node(name, waits(*ms, *name))).collect();
        let talk =
            Talk::new(flow(vec![node("all", Kind::Parallel(Branches { max_workers: most, ..branches(nodes) }))]));
        let done = talk.ask("Go");
        let log = done.log.iter().filter(|line| line.contains('/')).map(|line| line.replace("all/", ""));
        (log.collect::<Vec<_>>().join(", "), done.at)
    };
    let two = "start a, start b, finish b, start c, finish c, start d, finish a, finish d";
    let (log, at) = run(2);
    assert_eq!((log.replace("finish d, finish a", "finish a, finish d"), at), (two.to_owned(), 3.0));
    let (log, at) = run(1);
    assert_eq!((&*log, at), ("start a, finish a, start b, finish b, start c, finish c, start d, finish d", 6.0));
    assert_eq!(run(usize::MAX).1, 3.0);
}

fn note(context: &Context, what: &str) {
    let mut note = Message::new(Role::System, what);
    "2030-01-01T00:00:00.000Z".clone_into(&mut note.timestamp);
    context.conversation().borrow_mut().add(note);
}

#[test]
fn each_branch_has_a_copy_of_the_context_and_what_they_share_comes_together() {
    let one = call(|call| {
        assert_eq!(call.context.content_told(), "content");
        call.context.share("base", &json!([1, 2]));
        call.context.share("found", &json!("one"));
        note(&call.context, "noted by one");
        std::future::ready(Ok(None))
    });
    let two = call(|call| {
        assert_eq!(call.context.shared.borrow().to_json(), r#"{"base":[1]}"#);
        call.context.share("found", &json!("two"));
        call.context.goto("nowhere");
        std::future::ready(Ok(None))
    });
    let talk = Talk::new(flow(vec![
        node("before", gives("content")),
        node("both", parallel(vec![node("one", one), node("two", two)])),
        node("end", gives("end")),
    ]));
    talk.context.share("base", &json!([1]));
    talk.ask("Go");
    assert_eq!(talk.context.shared.borrow().to_json(), r#"{"base":[1,2],"found":"one","two_found":"two"}"#);
    assert_eq!(talk.context.said(), ["user: Go", "system: noted by one"]);
    assert_eq!(talk.history(), "before completed, both completed [one completed, two completed], end completed");
}

#[test]
fn a_nested_flow_is_a_branch_like_others_and_its_second_agent_knows_what_the_first_said_there() {
    let notes = call(|call| {
        note(&call.context, "noted");
        std::future::ready(Ok(None))
    });
    let pair = vec![node("x", agent(&[(1.0, "X")])), node("y", agent(&[(1.0, "Y")])), node("n", notes)];
    let inner = vec![
        node("pair", parallel(pair)),
        node(
            "z",
            call(|call| async move {
                call.context.share("knows", &json!(call.context.said()));
                Ok(None)
            }),
        ),
        node("w", agent(&[(1.0, "W")])),
    ];
    let talk = both(vec![node("inner", nested(inner)), node("other", agent(&[(5.0, "O")]))]);
    let done = talk.ask("Go");
    assert_eq!(
        talk.context.said(),
        ["user: Go", "assistant: X", "assistant: Y", "system: noted", "assistant: W", "assistant: O"]
    );
    let knows = talk.context.shared.borrow().get("knows").map(Value::to_json);
    assert_eq!(knows.as_deref(), Some(r#"["user: Go","assistant: X","assistant: Y","system: noted"]"#));
    let asked = [
        "both/inner/pair/x: Go",
        "both/inner/pair/y: Go",
        "both/other: Go",
        "both/inner/w: Go\n\n# pair\n\n{\"n\":null,\"x\":\"X\",\"y\":\"Y\"}",
    ];
    assert_eq!(done.all("asked "), asked);
    assert_eq!(
        talk.history(),
        "both completed [inner completed [pair completed [x completed, y completed, n completed], z completed, w completed], other completed]"
    );
}

#[test]
fn a_branch_that_fails_stops_the_others_or_lets_them_come_to_their_ends() {
    for (cancels, said, status) in [(true, "assistant: wo–", "aborted"), (false, "assistant: word", "completed")] {
        let broken = Agent { words: vec![(1.0, "ab"), (1.0, "")], failure: Some("cut"), ..Agent::default() };
        let broken = Kind::Agent { agent: Step::Agent(Rc::new(broken)), destinations: vec![] };
        let nodes = vec![node("a", broken), node("b", agent(&[(1.0, "wo"), (9.0, "rd")]))];
        let all = Kind::Parallel(Branches { cancels, ..branches(nodes) });
        let talk = Talk::new(flow(vec![node("both", all)]));
        let done = talk.ask("Go");
        assert_eq!(done.error(), "a: cut");
        assert_eq!(talk.context.said(), ["user: Go", "assistant: ab–", said]);
        assert_eq!(talk.history(), format!("both failed [a failed, b {status}]"));
        assert_eq!(done.at, if cancels { 2.0 } else { 10.0 });
        assert_eq!(done.log.last().map(String::as_str), Some("failed both"));
    }
}

#[test]
fn of_a_branch_that_failed_nothing_is_shared_and_one_that_has_not_begun_does_not() {
    let bad = call(|call| {
        call.context.share("bad", &json!(1));
        std::future::ready(Err(Thrown::Host(value(json!("boom")))))
    });
    let good = call(|call| {
        call.context.share("good", &json!(1));
        std::future::ready(Ok(None))
    });
    let nodes = vec![node("good", good), node("bad", bad), node("late", fails(1))];
    let talk = Talk::new(flow(vec![node("all", Kind::Parallel(Branches { max_workers: 1, ..branches(nodes) }))]));
    let done = talk.ask("Go");
    assert_eq!(done.error(), "bad: the step failed: \"boom\"");
    assert_eq!(talk.context.shared.borrow().to_json(), r#"{"good":1}"#);
    assert_eq!(talk.history(), "all failed [good completed, bad failed]");
}

#[test]
fn a_slow_taker_holds_up_the_branch_whose_turn_it_is_and_no_other() {
    let talk = both(vec![node("a", agent(&[(1.0, "a1"), (1.0, "a2")])), node("b", agent(&[(1.0, "b1"), (1.0, "b2")]))]);
    talk.world.slow.set(10.0);
    let done = talk.ask("Go");
    assert_eq!(done.all("chunk "), ["a1", "a2", "b1", "b2"]);
    let place = |line: &str| done.log.iter().position(|other| other == line).expect("a line");
    assert!(place("finish both/b") < place("chunk a2"), "{:?}", done.log);
    assert_eq!(done.at, 42.0);
}

#[test]
fn an_agent_that_is_used_again_has_a_number() {
    let shared = Rc::new(Agent { words: vec![(1.0, "x")], ..Agent::default() });
    let same = || Kind::Agent { agent: Step::Agent(shared.clone()), destinations: vec![] };
    let talk = both(vec![node("a", same()), node("a", same()), node("a#2", gives(1)), node("a", same())]);
    let done = talk.ask("Go");
    assert_eq!(done.content(), json!({"a": "x", "a#3": "x", "a#2": 1, "a#4": "x"}));
    assert_eq!(done.all("asked both/"), ["a: Go", "a#3: Go", "a#4: Go"]);
    assert_eq!(talk.context.said(), ["user: Go", "assistant: x", "assistant: x", "assistant: x"]);
    let other = vec![node("a", agent(&[])), node("a", agent(&[]))];
    let refused = Branches::new("both", other, &is_same).err().expect("a refusal");
    assert_eq!(refused.message, "both: two steps of the name \"a\"");
}

#[test]
fn a_branch_that_leads_on_or_asks_the_user_is_refused() {
    let refused = |nodes| Branches::new("p", nodes, &is_same).err().expect("a refusal").message.to_string();
    let far = "parallel step \"p\": no other step can follow the branch \"c\"";
    assert_eq!(refused(vec![node("c", condition(|_| Ok(json!(true)), "c", "c"))]), far);
    let goes = refinire_web::flow::OnError { goto: Some("c".to_owned()), ..Default::default() };
    assert_eq!(refused(vec![Node { on_error: Some(goes), ..node("c", gives(1)) }]), far);
    let waits = "parallel step \"p\": a branch cannot wait for the user";
    assert_eq!(refused(vec![node("i", input("?"))]), waits);
    assert_eq!(refused(vec![node("n", nested(vec![node("i", input("?"))]))]), waits);
    assert_eq!(refused(vec![]), "p: at least one step is needed");
}

#[test]
fn hooks_are_called_around_each_branch_too() {
    let hooks = Hooks { before: Some(Step::Hook("before")), after: Some(Step::Hook("after")) };
    let nodes = vec![node("both", parallel(vec![node("a", gives("A")), node("b", gives("B"))]))];
    let plan = Plan::new("flow", nodes, Options { start: None, max_steps: None, hooks }).expect("a flow");
    let done = Talk::new(plan).ask("in");
    assert_eq!(done.all("before "), ["both -", "a -", "b -"]);
    assert_eq!(done.all("after "), ["a A", "b B", "both {\"a\":\"A\",\"b\":\"B\"}"]);
}

#[test]
fn a_context_that_a_branch_frees_ends_it_in_an_error_of_the_step() {
    let context = Context::new("talk");
    let frees = {
        let context = context.clone();
        call(move |_| {
            context.free();
            std::future::ready(Ok(None))
        })
    };
    let plan = flow(vec![node("both", parallel(vec![node("a", frees), node("b", gives(1))]))]);
    let done = Talk::within(plan, context).ask("Go");
    assert_eq!(done.error(), "both: this context has been freed");
}

#[test]
fn whatever_others_share_meanwhile_stays() {
    let context = Context::new("talk");
    context.share("old", &json!(1));
    context.share("both", &json!(1));
    let outside = {
        let context = context.clone();
        call(move |_| {
            context.shared.replace(Value::object());
            context.share("both", &json!(2));
            context.share("outside", &json!(true));
            std::future::ready(Ok(None))
        })
    };
    let inside = call(|call| {
        call.context.share("both", &json!(3));
        call.context.share("inside", &json!(true));
        std::future::ready(Ok(None))
    });
    let plan = flow(vec![node("all", parallel(vec![node("outside", outside), node("inside", inside)]))]);
    Talk::within(plan, context.clone()).ask("Go");
    assert_eq!(context.shared.borrow().to_json(), r#"{"both":2,"outside":true,"inside_both":3,"inside":true}"#);
}

/// Random words at random times in branches in branches: all of the text comes, in the order of declaration.
#[test]
fn random_branches_say_all_they_say_in_order() {
    let mut rng = rng();
    for _ in 0..300 {
        let words = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let mut place = 0;
        let mut leaf = |rng: &mut fastrand::Rng| {
            place += 1;
            let said: Vec<_> = (0..rng.usize(0..4)).map(|_| (f64::from(rng.u8(0..9)), words[place % 8])).collect();
            node(&format!("n{place}"), agent(&said))
        };
        let mut nodes = Vec::new();
        for at in 0..rng.usize(1..5) {
            let kind = match rng.u8(0..3) {
                0 => nested(vec![leaf(&mut rng), leaf(&mut rng)]),
                1 => parallel(vec![leaf(&mut rng), leaf(&mut rng)]),
                _ => leaf(&mut rng).kind,
            };
            nodes.push(node(&format!("b{at}"), kind));
        }
        let all = Kind::Parallel(Branches { max_workers: rng.usize(1..4), ..branches(nodes) });
        let talk = Talk::new(flow(vec![node("all", all)]));
        talk.world.slow.set(f64::from(rng.u8(0..3)));
        let done = talk.ask("Go");
        let said: String = talk.context.said()[1..].iter().map(|turn| turn.replace("assistant: ", "")).collect();
        assert_eq!(done.all("chunk ").concat(), said);
        assert_eq!(done.ok().text, said);
    }
}
