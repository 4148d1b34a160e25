//! A way through random flows, compared with the rules read aloud: names instead of places, no state but the path.

use crate::declared::graph;
use crate::seed::rng;
use fastrand::Rng;
use refinire_web::error::Code;
use refinire_web::flow::{Cursor, Next, Verdict};

/// A step as it is declared.
#[derive(Debug, Clone)]
struct Declared {
    name: String,
    next: Option<Option<String>>,
    either: Option<(String, String)>,
    retries: u64,
    goto: Option<String>,
    has_value: bool,
}

/// What becomes of a step that runs.
#[derive(Debug, Clone)]
enum Outcome {
    Done { finish: bool, goto: Option<String>, verdict: Option<Result<bool, String>> },
    Failed,
}

/// Where a flow ends.
#[derive(Debug, PartialEq)]
enum Ending {
    End,
    Failed,
    Unknown,
    Endless,
}

fn a_name(rng: &mut Rng, count: usize) -> String {
    format!("s{}", rng.usize(0..count))
}

fn a_flow(rng: &mut Rng) -> Vec<Declared> {
    let count = rng.usize(1..7);
    (0..count)
        .map(|place| Declared {
            name: format!("s{place}"),
            next: match rng.u8(0..4) {
                0 => Some(Some(a_name(rng, count))),
                1 => Some(None),
                _ => None,
            },
            either: (rng.u8(0..4) == 0).then(|| (a_name(rng, count), a_name(rng, count))),
            retries: rng.u64(0..3),
            goto: (rng.u8(0..4) == 0).then(|| a_name(rng, count)),
            has_value: rng.u8(0..4) == 0,
        })
        .collect()
}

fn an_outcome(rng: &mut Rng, step: &Declared, count: usize) -> Outcome {
    if rng.u8(0..4) == 0 {
        return Outcome::Failed;
    }
    // Now and then one that does not exist.
    let name = |rng: &mut Rng| {
        let among = if rng.u8(0..8) == 0 { count + 2 } else { count };
        a_name(rng, among)
    };
    let verdict = step.either.is_some().then(|| if rng.bool() { Ok(rng.bool()) } else { Err(name(rng)) });
    Outcome::Done { finish: rng.u8(0..12) == 0, goto: (rng.u8(0..6) == 0).then(|| name(rng)), verdict }
}

/// The rules, as the documentation has them. Gives the names of the steps that ran, once more for each retry.
fn read_aloud(flow: &[Declared], start: &str, max: usize, outcomes: &[Outcome]) -> (Vec<String>, Ending) {
    let mut ran = Vec::new();
    let mut entered = 0;
    let mut outcomes = outcomes.iter();
    let mut at = start.to_owned();
    loop {
        let Some(place) = flow.iter().position(|step| step.name == at) else { return (ran, Ending::Unknown) };
        if entered == max {
            return (ran, Ending::Endless);
        }
        entered += 1;
        let step = &flow[place];
        let in_order = flow.get(place + 1).map(|step| step.name.clone());
        let declared = |verdict: bool| match (&step.either, &step.next) {
            (Some((yes, no)), _) => Some(if verdict { yes.clone() } else { no.clone() }),
            (None, Some(next)) => next.clone(),
            (None, None) => in_order.clone(),
        };
        let mut last = None;
        for _ in 0..=step.retries {
            let Some(outcome) = outcomes.next() else { return (ran, Ending::End) };
            ran.push(step.name.clone());
            last = Some(outcome);
            if !matches!(outcome, Outcome::Failed) {
                break;
            }
        }
        let next = match last {
            Some(Outcome::Done { finish: true, .. }) => None,
            Some(Outcome::Done { goto: Some(name), .. } | Outcome::Done { verdict: Some(Err(name)), .. }) => {
                Some(name.clone())
            }
            Some(Outcome::Done { verdict, .. }) => declared(matches!(verdict, Some(Ok(true)))),
            Some(Outcome::Failed) | None => match &step.goto {
                Some(name) => Some(name.clone()),
                None if step.has_value => declared(false),
                None => return (ran, Ending::Failed),
            },
        };
        let Some(next) = next else { return (ran, Ending::End) };
        at = next;
    }
}

fn json_of(flow: &[Declared], start: &str, max: usize) -> String {
    let steps: Vec<_> = flow
        .iter()
        .map(|step| {
            let mut json =
                serde_json::json!({ "name": step.name, "retries": step.retries, "hasValue": step.has_value });
            if let Some(next) = &step.next {
                json["next"] = serde_json::json!(next);
            }
            if let Some((yes, no)) = &step.either {
                json["ifTrue"] = serde_json::json!(yes);
                json["ifFalse"] = serde_json::json!(no);
            }
            if let Some(goto) = &step.goto {
                json["goto"] = serde_json::json!(goto);
            }
            json
        })
        .collect();
    serde_json::json!({ "steps": steps, "start": start, "maxSteps": max }).to_string()
}

fn walked(flow: &[Declared], json: &str, outcomes: &[Outcome]) -> (Vec<String>, Ending) {
    let mut walk = Cursor::new(graph(json).expect("a graph"));
    let mut ran = Vec::new();
    let mut outcomes = outcomes.iter();
    let mut current = 0;
    let mut go = walk.start();
    loop {
        match go {
            Ok(Next::End) => return (ran, Ending::End),
            Ok(Next::Run(step)) => current = step,
            Ok(Next::Again) => {}
            Err(error) if error.code == Code::Limit => return (ran, Ending::Endless),
            Err(error) if error.code == Code::Step => return (ran, Ending::Unknown),
            Err(error) => panic!("{error:?}"),
        }
        let Some(outcome) = outcomes.next() else { return (ran, Ending::End) };
        ran.push(flow[current].name.clone());
        go = match outcome {
            Outcome::Done { finish, goto, verdict } => walk.done(&refinire_web::flow::Outcome {
                finish: *finish,
                goto: goto.clone(),
                verdict: verdict.as_ref().map(|verdict| match verdict {
                    Ok(is) => Verdict::Is(*is),
                    Err(name) => Verdict::Step(name.clone()),
                }),
            }),
            Outcome::Failed => match walk.failed() {
                Ok(Some(go)) => Ok(go),
                Ok(None) => return (ran, Ending::Failed),
                Err(error) => Err(error),
            },
        };
    }
}

/// The outcomes are drawn along the way, as they depend on the step: first by the rules read aloud, then given to both.
#[test]
fn random_flows_go_the_way_of_the_rules_read_aloud() {
    let mut rng = rng();
    let mut endings = [0; 4];
    for _ in 0..5_000 {
        let flow = a_flow(&mut rng);
        let start = a_name(&mut rng, flow.len());
        let max = rng.usize(1..20);
        let mut outcomes: Vec<Outcome> = Vec::new();
        for _ in 0..60 {
            let (ran, _) = read_aloud(&flow, &start, max, &outcomes);
            if ran.len() < outcomes.len() {
                break;
            }
            // Which step asks for the next outcome, is seen when it is given one.
            let mut probe = outcomes.clone();
            probe.push(Outcome::Failed);
            let (ran, _) = read_aloud(&flow, &start, max, &probe);
            let Some(name) = ran.get(outcomes.len()) else { break };
            let step = flow.iter().find(|step| step.name == *name).expect("a step").clone();
            outcomes.push(an_outcome(&mut rng, &step, flow.len()));
        }
        let json = json_of(&flow, &start, max);
        let expected = read_aloud(&flow, &start, max, &outcomes);
        assert_eq!(walked(&flow, &json, &outcomes), expected, "{json} {outcomes:?}");
        endings[expected.1 as usize] += 1;
    }
    assert!(endings.iter().all(|count| *count > 50), "each ending was tried: {endings:?}");
}
