//! Names that come late, in pieces, or not at all.

use super::{Case, A1, A2};

pub(super) const CASES: &[Case] = &[
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
        what: "no index, the names of two calls come behind arguments",
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
