//! Which increment belongs to which call of a tool, where servers number their calls badly or not at all: streams as they
//! were reported, each an increment a line, and the calls that they make.

mod arguments;
mod names;
mod numbering;
mod repeated;
mod summary;

use super::whole;
use crate::support::{self, Answer};

/// The names of the agent's tools.
const TOOLS: &[&str] = &["f", "g", "get", "get_weather", "weather"];

#[derive(Clone, Copy)]
struct Case {
    /// `E3` and the like name the same stream in `tests/inputs`.
    what: &'static str,
    /// The items of `tool_calls`, one list a chunk.
    chunks: &'static [&'static str],
    /// Name and arguments of each call.
    calls: &'static [(&'static str, &'static str)],
}

/// The arguments of most calls.
const A1: &str = r#"{"a":1}"#;
const A2: &str = r#"{"a":2}"#;

fn chunk(delta: &str) -> String {
    [r#"{"choices":[{"index":0,"delta":"#, delta, "}]}"].concat()
}

const END: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#;

fn read(deltas: &[String]) -> Answer {
    let mut payloads: Vec<String> = deltas.iter().map(|delta| chunk(delta)).collect();
    payloads.push(END.to_owned());
    payloads.push("[DONE]".to_owned());
    let payloads: Vec<&str> = payloads.iter().map(String::as_str).collect();
    support::events_offering("openai", TOOLS, &payloads)
}

#[test]
fn each_increment_belongs_to_the_call_that_it_means() {
    let cases = [numbering::CASES, repeated::CASES, names::CASES, arguments::CASES].concat();
    assert!(cases.len() >= 40, "the table has shrunk");
    for Case { what, chunks, calls } in cases {
        let deltas: Vec<String> = chunks.iter().map(|items| [r#"{"tool_calls":["#, items, "]}"].concat()).collect();
        let answer = read(&deltas);
        assert_eq!(answer.called(), calls, "{what}");
        assert_eq!(answer.calls_ended, calls.len(), "{what}");
        let ids: Vec<_> = answer.calls.iter().map(|call| &call.id).filter(|id| !id.is_empty()).collect();
        assert!((1..ids.len()).all(|place| !ids[..place].contains(&ids[place])), "{what}: {ids:?}");
    }
}

/// <https://platform.openai.com/docs/api-reference/chat-streaming/streaming>: "`function_call` Deprecated and replaced by
/// `tool_calls`".
#[test]
fn the_older_function_call_is_a_call() {
    let pieces = [
        r#"{"role":"assistant","content":null,"function_call":{"name":"f","arguments":""}}"#,
        r#"{"function_call":{"arguments":"{\"a\""}}"#,
        r#"{"function_call":{"arguments":":1}"}}"#,
    ];
    let repeated = [
        r#"{"function_call":{"name":"f","arguments":"{\"a\""}}"#,
        r#"{"function_call":{"name":"f","arguments":":1}"}}"#,
    ];
    for deltas in [&pieces[..], &repeated] {
        let deltas: Vec<String> = deltas.iter().map(|delta| (*delta).to_owned()).collect();
        assert_eq!(read(&deltas).called(), [("f", A1)]);
    }
    let body = r#"{"choices":[{"message":{"content":null,"function_call":{"name":"f","arguments":"{\"a\":1}"}},"finish_reason":"function_call"}]}"#;
    assert_eq!(whole(body).called(), [("f", A1)]);
}

#[test]
fn a_call_is_told_of_when_its_name_is_known_and_before_its_arguments() {
    let deltas = [
        r#"{"tool_calls":[{"index":0,"id":"c0","function":{"arguments":"{\"a\""}}]}"#,
        r#"{"content":"So."}"#,
        r#"{"tool_calls":[{"index":0,"function":{"name":"f","arguments":":1}"}}]}"#,
    ];
    let answer = read(&deltas.map(str::to_owned));
    assert_eq!(answer.order[..2], ["text", "tool"]);
    assert_eq!((answer.called(), &*answer.calls[0].id), (vec![("f", A1)], "c0"));
}

#[test]
fn arguments_that_may_be_a_placeholder_are_held_back_but_show_that_the_answer_lives() {
    let empty = r#"{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}"#.to_owned();
    assert_eq!(read(&[empty]).input_count, 2, "as it comes, and at the end");
}
