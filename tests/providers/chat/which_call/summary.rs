//! The message at the end of a stream that lists the calls again.

use super::{chunk, A1, A2, TOOLS};
use crate::support;

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
