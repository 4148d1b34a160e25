//! Calls whose index or id is missing, repeated, or new in every chunk.

use super::{Case, A1, A2};

pub(super) const CASES: &[Case] = &[
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
];
