//! Arguments that are missing, no text, or hard to find the end of.

use super::{Case, A1, A2};

pub(super) const CASES: &[Case] = &[
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
        what: "nothing in a list",
        chunks: &[
            "{}",
            r#"{"index":0}"#,
            r#"{"index":0,"id":"","function":{}}"#,
            r#"{"index":0,"id":"c0","function":{}}"#,
        ],
        calls: &[],
    },
];
