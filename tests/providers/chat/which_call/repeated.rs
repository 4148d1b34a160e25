//! Calls that come again: the same call once more, or another one that looks like it.

use super::{Case, A1, A2};

pub(super) const CASES: &[Case] = &[
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
        what: "half a surrogate pair in each of two pieces, and the whole again",
        chunks: &[
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\":\"\ud83d"}}"#,
            r#"{"index":0,"function":{"arguments":"\ude00\"}"}}"#,
            r#"{"index":0,"id":"c0","function":{"name":"f","arguments":"{\"a\":\"😀\"}"}}"#,
        ],
        calls: &[("f", "{\"a\":\"😀\"}")],
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
];
