//! Tools that are Rust functions.

use futures::TryStreamExt;
use refinire_web::testing::Reply;
use refinire_web::{AgentConfig, Code, Context, Tool, Value};

use super::world::{said, told, World};

const TOWN: &str = r#"{"type":"object","properties":{"town":{"type":"string"}},"required":["town"]}"#;

fn weather() -> Tool {
    Tool::new("weather", "The weather of a town", TOWN, |input: Value| async move {
        match input.text("town") {
            Some("Rome") => Ok(Value::object().with("sky", "sunny")),
            _ => Err("there is no such town"),
        }
    })
    .unwrap()
}

#[test]
fn a_tool_runs_when_the_model_calls_it() {
    let calls = Reply::ok().call("1", "weather", r#"{"town":"Rome"}"#).finish("tool_calls");
    let World { clock, server, agent } = World::new([calls, Reply::answer("It is sunny.")]);
    let agent = agent.with_tools([weather()]).unwrap();
    let context = Context::in_memory();
    let stream = agent.run("How is Rome?").in_conversation(&context).stream();
    let events: Vec<_> = clock.block_on(stream.map_ok(|event| told(&event)).try_collect()).unwrap();
    assert!(events.contains(&r#"weather: {"sky":"sunny"}"#.to_owned()), "{events:?}");
    let turns = ["user: How is Rome?", "assistant: ", r#"tool: {"sky":"sunny"}"#, "assistant: It is sunny."];
    assert_eq!(said(&context), turns);
    assert!(server.sent()[0].call.body.contains("The weather of a town"));
}

#[test]
fn the_model_is_told_what_a_tool_fails_with() {
    let calls = Reply::ok().call("1", "weather", r#"{"town":"Oz"}"#).call("2", "weather", "{}").finish("tool_calls");
    let World { clock, server, agent } = World::new([calls, Reply::answer("I do not know.")]);
    let agent = agent.with_tools([weather()]).unwrap();
    let result = clock.block_on(async { agent.run("How is Oz?").await }).unwrap();
    assert_eq!(result.text, "I do not know.");
    let body = &server.sent()[1].call.body;
    assert!(body.contains("there is no such town") && body.contains("town"), "{body}");
}

#[test]
fn parameters_must_be_json() {
    let tool = Tool::new("t", "", "{", |input: Value| async { Ok::<_, String>(input) });
    assert_eq!(tool.unwrap_err().code, Code::InvalidArgument);
}

#[test]
fn a_declared_tool_ends_the_run_beside_one_that_runs() {
    let declared = refinire_web::message::Tool {
        name: "ask".to_owned(),
        description: String::new(),
        parameters: Value::object(),
        executes: false,
    };
    let runs = Reply::ok().call("1", "weather", r#"{"town":"Rome"}"#).finish("tool_calls");
    let ends = Reply::ok().call("2", "ask", "{}").finish("tool_calls");
    let config = AgentConfig { tools: vec![declared], ..AgentConfig::new("gpt-4o") };
    let World { clock, server, agent } = World::of(config, [runs, ends]);
    let agent = agent.with_tools([weather()]).unwrap();
    let result = clock.block_on(async { agent.run("Hi").await }).unwrap();
    assert_eq!(result.tool_calls.last().unwrap().name, "ask");
    assert!(server.sent()[1].call.body.contains("sunny"));
}
