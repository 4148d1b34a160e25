//! Graphs, as JSON says them.

use refinire_web::error::Error;
use refinire_web::flow::{Declared, Follows, Graph, Recovery};
use serde_json::Value;

/// `{"steps":[{"name","next","ifTrue","ifFalse","retries","goto","hasValue"}],"start","maxSteps"}`. A `next` of null ends the
/// flow, one that is missing is the step declared behind.
pub(crate) fn graph(json: &str) -> Result<Graph, Error> {
    let given: Value = serde_json::from_str(json).expect("JSON");
    let steps: Vec<Declared<'_>> = given["steps"].as_array().expect("steps").iter().map(declared).collect();
    Graph::new(&steps, given["start"].as_str(), given["maxSteps"].as_u64())
}

fn declared(step: &Value) -> Declared<'_> {
    let text = |key: &str| step[key].as_str();
    let follows = match (text("ifTrue").zip(text("ifFalse")), text("next")) {
        (Some((yes, no)), _) => Follows::Either(yes, no),
        (None, Some(next)) => Follows::To(next),
        (None, None) if step.get("next").is_some_and(Value::is_null) => Follows::End,
        (None, None) => Follows::Declared,
    };
    let recovery = match text("goto") {
        Some(step) => Recovery::To(step),
        None if step["hasValue"] == true => Recovery::GoOn,
        None => Recovery::Fail,
    };
    Declared { name: text("name").expect("a name"), follows, retries: step["retries"].as_u64().unwrap_or(0), recovery }
}
