//! Which increment belongs to which call of a tool, where servers number their calls badly or not at all: streams as they
//! were reported, each an increment a line, and the calls that they make.

use super::support::{self, Answer};

/// The names of the agent's tools.
const TOOLS: &[&str] = &["f", "g", "get", "get_weather", "weather"];

struct Case {
    what: &'static str,
    /// The items of `tool_calls`, one list a chunk.
    chunks: &'static [&'static str],
    /// Name and arguments of each call.
    calls: &'static [(&'static str, &'static str)],
}

const A1: &str = r#"{"a":1}"#;
const A2: &str = r#"{"a":2}"#;

const CASES: &[Case] = &[
    Case {
        what: "as documented",
        chunks: &[
            r#"{"index":0,"id":"c0","type":"function","function":{"name":"f","arguments":""}}"#,
            r#"{"index":0,"function":{"arguments":"{\"a\""}}"#,
            r#"{"index":0,"function":{"arguments":":1}"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "two calls, increments in turn",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":""}}"#,
            r#"{"index":1,"id":"c1","function":{"name":"g","arguments":""}}"#,
            r#"{"index":0,"function":{"arguments":"{\"a\":1"}},{"index":1,"function":{"arguments":"{\"a\":2"}}"#,
            r#"{"index":1,"function":{"arguments":"}"}},{"index":0,"function":{"arguments":"}"}}"#,
        ],
        calls: &[("f", A1), ("g", A2)],
    },
    Case {
        what: "two calls of the same tool, increments in turn, no ids",
        chunks: &[
            r#"{"index":0,"function":{"name":"f","arguments":""}}"#,
            r#"{"index":1,"function":{"name":"f","arguments":""}}"#,
            r#"{"index":0,"function":{"arguments":"{\"a\":1}"}},{"index":1,"function":{"arguments":"{\"a\":2}"}}"#,
        ],
        calls: &[("f", A1), ("f", A2)],
    },
    Case {
        what: "E3: one index and one id for two calls",
        chunks: &[
            r#"{"index":0,"id":"call_0","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
            r#"{"index":0,"id":"call_0","function":{"name":"g","arguments":"{\"a\":2}"}}"#,
        ],
        calls: &[("f", A1), ("g", A2)],
    },
    Case {
        what: "one index and one id for two calls in pieces",
        chunks: &[
            r#"{"index":0,"id":"call_0","function":{"name":"f","arguments":"{\"a\""}}"#,
            r#"{"index":0,"id":"call_0","function":{"arguments":":1}"}}"#,
            r#"{"index":0,"id":"call_0","function":{"name":"g","arguments":""}}"#,
            r#"{"index":0,"id":"call_0","function":{"arguments":"{\"a\":2}"}}"#,
        ],
        calls: &[("f", A1), ("g", A2)],
    },
    Case {
        what: "E5: two whole calls, one index, no ids",
        chunks: &[
            r#"{"index":0,"function":{"name":"f","arguments":"{\"a\":1}"}}"#,
            r#"{"index":0,"function":{"name":"g","arguments":"{\"a\":2}"}}"#,
        ],
        calls: &[("f", A1), ("g", A2)],
    },
    Case {
        what: "two whole calls of the same tool, one index, no ids",
        chunks: &[
            r#"{"index":0,"function":{"name":"f","arguments":"{\"a\":1}"}}"#,
            r#"{"index":0,"function":{"name":"f","arguments":"{\"a\":2}"}}"#,
        ],
        calls: &[("f", A1), ("f", A2)],
    },
    Case {
        what: "two calls of the same tool in pieces, one index, no ids",
        chunks: &[
            r#"{"index":0,"function":{"name":"f","arguments":"{\"a\""}}"#,
            r#"{"index":0,"function":{"arguments":":1}"}}"#,
            r#"{"index":0,"function":{"name":"f","arguments":"{\"a\""}}"#,
            r#"{"index":0,"function":{"arguments":":2}"}}"#,
        ],
        calls: &[("f", A1), ("f", A2)],
    },
    Case {
        what: "one index, other ids, the same tool",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
            r#"{"index":0,"id":"c1","function":{"name":"f","arguments":""}}"#,
            r#"{"index":0,"id":"c1","function":{"arguments":"{\"a\":2}"}}"#,
        ],
        calls: &[("f", A1), ("f", A2)],
    },
    Case {
        what: "one id, other indices, the same tool",
        chunks: &[
            r#"{"index":0,"id":"f","function":{"name":"f","arguments":""}}"#,
            r#"{"index":0,"function":{"arguments":"{\"a\":1}"}}"#,
            r#"{"index":1,"id":"f","function":{"name":"f","arguments":""}}"#,
            r#"{"index":1,"function":{"arguments":"{\"a\":2}"}}"#,
        ],
        calls: &[("f", A1), ("f", A2)],
    },
    Case {
        what: "E6: the name comes behind the id",
        chunks: &[
            r#"{"index":0,"id":"c1","type":"function","function":{"arguments":""}}"#,
            r#"{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\""}}"#,
            r#"{"index":0,"function":{"arguments":":1}"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "E8: no index, the name comes behind arguments",
        chunks: &[
            r#"{"id":"c1","function":{"arguments":"{\"a\""}}"#,
            r#"{"id":"c1","function":{"name":"f","arguments":":1}"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "the same twice",
        chunks: &[
            r#"{"id":"c1","function":{"arguments":"{\"a\""}}"#,
            r#"{"id":"c1","function":{"name":"f","arguments":":1}"}}"#,
            r#"{"id":"c2","function":{"arguments":"{\"a\""}}"#,
            r#"{"id":"c2","function":{"name":"g","arguments":":2}"}}"#,
        ],
        calls: &[("f", A1), ("g", A2)],
    },
    Case {
        what: "the name is last of all",
        chunks: &[
            r#"{"index":0,"id":"c1","function":{"arguments":"{\"a\""}}"#,
            r#"{"index":0,"function":{"arguments":":1}"}}"#,
            r#"{"index":0,"function":{"name":"f"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "E12: a new id in every chunk, the name repeated, and the whole call again",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\""}}"#,
            r#"{"index":0,"id":"c1","function":{"name":"f","arguments":":"}}"#,
            r#"{"index":0,"id":"c2","function":{"name":"f","arguments":"1}"}}"#,
            r#"{"index":0,"id":"c3","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "a new id in every chunk, also in an empty first and last one",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":""}}"#,
            r#"{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":1"}}"#,
            r#"{"index":0,"id":"c2","function":{"name":"f","arguments":"}"}}"#,
            r#"{"index":0,"id":"c3","function":{"name":"f","arguments":""}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "a new id in every chunk, no index",
        chunks: &[
            r#"{"id":"c0","function":{"name":"f","arguments":"{\"a\""}}"#,
            r#"{"id":"c1","function":{"name":"f","arguments":":1}"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "a new index in every chunk",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\""}}"#,
            r#"{"index":1,"function":{"arguments":":"}}"#,
            r#"{"index":2,"id":"c0","function":{"arguments":"1}"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "E13: the whole call again at the end",
        chunks: &[
            r#"{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\""}}"#,
            r#"{"index":0,"id":"c1","function":{"arguments":":1}"}}"#,
            r#"{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "all calls again at the end, written with spaces, the order changed",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
            r#"{"index":1,"id":"c1","function":{"name":"g","arguments":"{\"a\":2}"}}"#,
            r#"{"index":1,"id":"c1","function":{"name":"g","arguments":"{\"a\": 2}"}},{"index":0,"id":"c0","function":{"name":"f","arguments":"{ \"a\": 1 }"}}"#,
        ],
        calls: &[("f", A1), ("g", A2)],
    },
    Case {
        what: "the whole call again without ids",
        chunks: &[
            r#"{"index":0,"function":{"name":"f","arguments":"{\"a\":1}"}}"#,
            r#"{"index":0,"function":{"name":"g","arguments":"{\"a\":2}"}}"#,
            r#"{"index":0,"function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        ],
        calls: &[("f", A1), ("g", A2)],
    },
    Case {
        what: "the same call twice under two ids",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
            r#"{"index":1,"id":"c1","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        ],
        calls: &[("f", A1), ("f", A1)],
    },
    Case {
        what: "the same call twice under two ids and one index",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
            r#"{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        ],
        calls: &[("f", A1), ("f", A1)],
    },
    Case {
        what: "the same call twice in one list, nothing to tell them apart",
        chunks: &[
            r#"{"function":{"name":"f","arguments":"{\"a\":1}"}},{"function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        ],
        calls: &[("f", A1), ("f", A1)],
    },
    Case {
        what: "an index that is a string",
        chunks: &[
            r#"{"index":"0","id":"c0","function":{"name":"f","arguments":"{\"a\":"}}"#,
            r#"{"index":"1","id":"c1","function":{"name":"g","arguments":"{\"a\":"}}"#,
            r#"{"index":"0","function":{"arguments":"1}"}},{"index":"1","function":{"arguments":"2}"}}"#,
        ],
        calls: &[("f", A1), ("g", A2)],
    },
    Case {
        what: "an index in the first increment only",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\":"}}"#,
            r#"{"function":{"arguments":"1}"}}"#,
            r#"{"index":1,"id":"c1","function":{"name":"g","arguments":"{\"a\":"}}"#,
            r#"{"function":{"arguments":"2}"}}"#,
        ],
        calls: &[("f", A1), ("g", A2)],
    },
    Case {
        what: "names and ids that are empty strings behind the first increment",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":""}}"#,
            r#"{"index":0,"id":"","function":{"name":"","arguments":"{\"a\":1"}}"#,
            r#"{"index":0,"id":"","function":{"name":"","arguments":"}"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "names and ids that are null behind the first increment",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":null}}"#,
            r#"{"index":0,"id":null,"function":{"name":null,"arguments":"{\"a\":1}"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "a name in pieces",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"get_"}}"#,
            r#"{"index":0,"function":{"name":"weather"}}"#,
            r#"{"index":0,"function":{"arguments":"{\"a\":1}"}}"#,
        ],
        calls: &[("get_weather", A1)],
    },
    Case {
        what: "a name in pieces, each with those before",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"get_wea"}}"#,
            r#"{"index":0,"function":{"name":"get_weather"}}"#,
            r#"{"index":0,"function":{"arguments":"{\"a\":1}"}}"#,
        ],
        calls: &[("get_weather", A1)],
    },
    Case {
        what: "a name with which another one begins",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"get"}}"#,
            r#"{"index":0,"function":{"arguments":"{\"a\":1}"}}"#,
            r#"{"index":1,"id":"c1","function":{"name":"get_weather","arguments":"{\"a\":2}"}}"#,
        ],
        calls: &[("get", A1), ("get_weather", A2)],
    },
    Case {
        what: "a name with which another one begins, and nothing behind it",
        chunks: &[r#"{"index":0,"id":"c0","function":{"name":"get"}}"#],
        calls: &[("get", "")],
    },
    Case {
        what: "two tools without arguments under one index",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":""}}"#,
            r#"{"index":0,"id":"c1","function":{"name":"g","arguments":""}}"#,
        ],
        calls: &[("f", ""), ("g", "")],
    },
    Case {
        what: "one tool without arguments called twice, no index",
        chunks: &[
            r#"{"id":"c0","function":{"name":"f","arguments":""}}"#,
            r#"{"id":"c1","function":{"name":"f","arguments":""}}"#,
        ],
        calls: &[("f", ""), ("f", "")],
    },
    Case {
        what: "arguments as an object",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":{"a":1}}}"#,
            r#"{"index":0,"id":"c1","function":{"name":"g","arguments":{"a":2}}}"#,
        ],
        calls: &[("f", A1), ("g", A2)],
    },
    Case {
        what: "arguments that are a string with an object in it",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"\"{\\\"a\\\""}}"#,
            r#"{"index":0,"function":{"arguments":":1}\""}}"#,
            r#"{"index":0,"function":{"name":"g","arguments":"{\"a\":2}"}}"#,
        ],
        calls: &[("f", r#""{\"a\":1}""#), ("g", A2)],
    },
    Case {
        what: "arguments that are null",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"null"}}"#,
            r#"{"index":0,"id":"c1","function":{"name":"g","arguments":"null"}}"#,
        ],
        calls: &[("f", "null"), ("g", "null")],
    },
    Case {
        what: "an empty object holds the place of the arguments",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{}"}}"#,
            r#"{"index":0,"function":{"arguments":"{\"a\""}}"#,
            r#"{"index":0,"function":{"arguments":":1}"}}"#,
        ],
        calls: &[("f", A1)],
    },
    Case {
        what: "an empty object is all there is",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{}"}}"#,
            r#"{"index":1,"id":"c1","function":{"name":"g","arguments":"{"}}"#,
            r#"{"index":1,"function":{"arguments":"}"}}"#,
        ],
        calls: &[("f", "{}"), ("g", "{}")],
    },
    Case {
        what: "braces and quotes in strings",
        chunks: &[
            r#"{"index":0,"function":{"name":"f","arguments":"{\"a\":\"}\\\"\""}}"#,
            r#"{"index":0,"function":{"name":"f","arguments":"}"}}"#,
            r#"{"index":0,"function":{"name":"g","arguments":"{\"a\":2}"}}"#,
        ],
        calls: &[("f", r#"{"a":"}\""}"#), ("g", A2)],
    },
    Case {
        what: "half a surrogate pair in each of two pieces, and the whole again",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\":\"\ud83d"}}"#,
            r#"{"index":0,"function":{"arguments":"\ude00\"}"}}"#,
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\":\"😀\"}"}}"#,
        ],
        calls: &[("f", "{\"a\":\"😀\"}")],
    },
    Case {
        what: "nothing in a list",
        chunks: &[
            "{}",
            r#"{"index":0}"#,
            r#"{"index":0,"id":"","function":{}}"#,
            r#"{"index":0,"id":"c0","function":{}}"#,
        ],
        calls: &[],
    },
    Case {
        what: "a call that never has a name",
        chunks: &[r#"{"index":0,"id":"c0","function":{"arguments":"{\"a\":1}"}}"#],
        calls: &[("", A1)],
    },
    Case {
        what: "tools that the agent does not have",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"x","arguments":""}}"#,
            r#"{"index":0,"id":"c1","function":{"name":"y","arguments":""}}"#,
        ],
        calls: &[("x", ""), ("y", "")],
    },
];

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
    assert!(CASES.len() >= 40, "the table has shrunk");
    for Case { what, chunks, calls } in CASES {
        let deltas: Vec<String> = chunks.iter().map(|items| [r#"{"tool_calls":["#, items, "]}"].concat()).collect();
        let answer = read(&deltas);
        assert_eq!(answer.called(), *calls, "{what}");
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
    assert_eq!(support::whole("openai", body).called(), [("f", A1)]);
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
fn a_summary_of_the_calls_is_no_more_calls() {
    for (summary, expected) in [
        (r#"[{"id":"c0","function":{"name":"f","arguments":"{\"a\":1}"}}]"#, vec![("f", A1)]),
        (r#"[{"function":{"name":"f","arguments":"{ \"a\": 1 }"}}]"#, vec![("f", A1)]),
        (r#"[{"id":"other","function":{"name":"f","arguments":"{\"a\":1}"}}]"#, vec![("f", A1)]),
        // It does not begin with what has come.
        (r#"[{"id":"other","function":{"name":"g","arguments":"{\"a\":2}"}}]"#, vec![("f", A1)]),
        (
            r#"[{"id":"c0","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"c1","function":{"name":"g","arguments":"{\"a\":2}"}}]"#,
            vec![("f", A1), ("g", A2)],
        ),
    ] {
        let call = chunk(r#"{"tool_calls":[{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\":1}"}}]}"#);
        let end =
            [r#"{"choices":[{"message":{"tool_calls":"#, summary, r#"},"finish_reason":"tool_calls"}]}"#].concat();
        assert_eq!(support::events_offering("openai", TOOLS, &[&call, &end, "[DONE]"]).called(), expected, "{summary}");
    }
}

#[test]
fn a_summary_gives_a_call_the_rest_of_its_arguments() {
    let call = chunk(r#"{"tool_calls":[{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\""}}]}"#);
    let end = r#"{"choices":[{"message":{"tool_calls":[{"id":"c0","function":{"name":"f","arguments":"{\"a\":1}"}}]},"finish_reason":"tool_calls"}]}"#;
    assert_eq!(support::events_offering("openai", TOOLS, &[&call, end, "[DONE]"]).called(), [("f", A1)]);
}

/// Ollama's calls come whole, each once.
#[test]
fn a_call_of_ollamas_that_comes_again_under_its_id_is_the_same_one() {
    let line = r#"{"message":{"role":"assistant","content":"","tool_calls":[{"id":"c0","function":{"name":"f","arguments":{"a":1}}},{"id":"c1","function":{"name":"f","arguments":{"a":1}}}]},"done":false}"#;
    let end = r#"{"message":{"role":"assistant","content":"","tool_calls":[{"id":"c0","function":{"name":"f","arguments":{"a":1}}}]},"done":true,"done_reason":"stop"}"#;
    assert_eq!(support::events("ollama", &[line, end]).called(), [("f", A1), ("f", A1)]);
    let twice = r#"{"message":{"tool_calls":[{"function":{"name":"f"}},{"function":{"name":"f"}}]},"done":true}"#;
    assert_eq!(support::events("ollama", &[twice]).called(), [("f", ""), ("f", "")]);
}

#[test]
fn arguments_that_may_be_a_placeholder_are_held_back_but_show_that_the_answer_lives() {
    let empty = r#"{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}"#.to_owned();
    assert_eq!(read(&[empty]).input_count, 2, "as it comes, and at the end");
}
