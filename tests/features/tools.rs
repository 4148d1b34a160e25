//! Tools that the model calls.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use refinire_web::event::HostValue;
use refinire_web::run::features::{Asked, Done, Features, HostTool, ToolContext, Validator};
use refinire_web::run::{Extras, StopSignal, ToolOutcome};

use super::host::{call, config_with, host_value, json, now, poll, thrown, Bench, Checks, Does, Shared};

fn tools(named: Vec<(&str, Rc<dyn HostTool>)>, parameters: &str) -> Bench {
    let (told, tools): (Vec<_>, Vec<_>) = named.into_iter().unzip();
    Bench::new(Features { tools, ..Features::default() }, config_with(&told, parameters), Asked::default())
}

fn gives(value: Result<HostValue, HostValue>) -> Rc<dyn HostTool> {
    Rc::new(Does(move |_, _: ToolContext<'_>| -> Done<HostValue> {
        let value = value.clone();
        Box::pin(async { value })
    }))
}

fn told(outcomes: Vec<ToolOutcome>) -> Vec<String> {
    let line =
        |ToolOutcome { id, output, is_error }| format!("{id}{}: {output}", if is_error { " failed" } else { "" });
    outcomes.into_iter().map(line).collect()
}

#[test]
fn all_run_at_once_and_are_answered_in_order() {
    let (release, released) = oneshot::channel::<()>();
    let released = RefCell::new(Some(released));
    let slow = Does(move |input, _: ToolContext<'_>| -> Done<HostValue> {
        let released = released.take().unwrap();
        Box::pin(async move {
            released.await.unwrap();
            Ok(input)
        })
    });
    let bench = tools(vec![("slow", Rc::new(slow)), ("fast", gives(Ok(thrown("at once"))))], "{}");
    let calls = vec![call("a", "slow", r#"{"n":1}"#), call("b", "fast", "{}")];
    let mut work = bench.run.call(calls, StopSignal::default());
    assert!(poll(&mut work).is_none());
    assert_eq!(bench.log.take(), [r#"b fast: "at once""#]);
    release.send(()).unwrap();
    assert_eq!(told(poll(&mut work).unwrap()), [r#"a: {"n":1}"#, "b: at once"]);
    assert_eq!(bench.log.take(), [r#"a slow: {"n":1}"#]);
}

#[test]
fn what_does_not_exist_does_not_fit_or_throws_is_told_to_the_model() {
    let failing = gives(Err(thrown("no luck")));
    let circular = gives(Ok(Rc::new(1_u8)));
    let nothing = gives(Ok(Rc::new(())));
    let parameters = r#"{"properties":{"n":{"type":"integer"}}}"#;
    let bench = tools(vec![("f", failing), ("g", circular), ("h", nothing)], parameters);
    let calls = [("f", "{}"), ("x", "{}"), ("f", "{"), ("f", r#"{"n":"1"}"#), ("g", ""), ("h", "null")];
    let calls = calls.iter().enumerate().map(|(at, (name, input))| call(&at.to_string(), name, input)).collect();
    let outcomes = told(now(bench.run.call(calls, StopSignal::default())));
    let words = [
        "0 failed: no luck",
        r#"1 failed: there is no tool "x", only "f", "g", "h""#,
        "2 failed: the arguments are not valid JSON: {",
        "3 failed: n: must be a whole number",
        "4 failed: it is circular",
        "5: ",
    ];
    assert_eq!(outcomes, words);
}

#[test]
fn the_input_is_the_object_that_the_arguments_mean() {
    let echo = Does(|input, _: ToolContext<'_>| -> Done<HostValue> { Box::pin(async { Ok(input) }) });
    let bench = tools(vec![("f", Rc::new(echo))], "{}");
    let written = ["null", "", r#""""#, r#""{\"a\":1}""#, "{}"];
    let calls = written.iter().map(|input| call("a", "f", input)).collect();
    let inputs = told(now(bench.run.call(calls, StopSignal::default())));
    assert_eq!(inputs, ["a: {}", "a: {}", "a: {}", r#"a: {"a":1}"#, "a: {}"]);
}

#[test]
fn an_event_tells_of_an_error_in_the_same_words() {
    let bench = tools(vec![("f", gives(Err(thrown("no luck"))))], "{}");
    now(bench.run.call(vec![call("a", "f", "{}")], StopSignal::default()));
    assert_eq!(bench.log.take(), [r#"a f failed: "no luck""#]);
}

#[test]
fn nobody_is_told_once_the_run_is_stopped() {
    let stops = Does(|input, given: ToolContext<'_>| -> Done<HostValue> {
        given.signal.stop(None);
        Box::pin(async { Ok(input) })
    });
    let bench = tools(vec![("f", Rc::new(stops))], "{}");
    now(bench.run.call(vec![call("a", "f", "{}")], StopSignal::default()));
    assert!(bench.log.take().is_empty());
}

struct Checked(Rc<RefCell<Vec<String>>>);

impl HostTool for Checked {
    fn validator(&self) -> Option<Rc<dyn Validator>> {
        Some(Rc::new(Checks(|input| if input == "[1]" { Ok("[2]") } else { Err("a one, please") })))
    }

    fn execute(&self, input: HostValue, given: ToolContext<'_>) -> Done<HostValue> {
        self.0.borrow_mut().push(format!(
            "{} {} {}",
            given.id,
            json(&input),
            given.context.map(json).unwrap_or_default()
        ));
        Box::pin(async { Ok(host_value("3")) })
    }
}

#[test]
fn what_a_validator_makes_of_the_arguments_is_the_input_beside_the_context() {
    let inputs = Rc::<RefCell<Vec<String>>>::default();
    let config = config_with(&["f"], r#"{"type":"string"}"#);
    let features = Features { tools: vec![Rc::new(Checked(inputs.clone()))], ..Features::default() };
    let asked = Asked { context: Some(Rc::new(Shared::default())), ..Asked::default() };
    let bench = Bench::new(features, config, asked);
    let calls = vec![call("a", "f", "[1]"), call("b", "f", "[5]")];
    let outcomes = told(now(bench.run.call(calls, StopSignal::default())));
    assert_eq!(outcomes, ["a: 3", "b failed: a one, please"]);
    assert_eq!(*inputs.borrow(), ["a [2] \"the context\""]);
}
