//! How the caller's own options are laid over a request.

use refinire_web::json::Value;

/// RFC 7396, appendix A: the original, the patch, the result.
const TABLE: &[(&str, &str, &str)] = &[
    (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
    (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
    (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
    (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
    (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
    (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
    (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
    (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
    (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
    (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
    (r#"{"a":"foo"}"#, "null", "null"),
    (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
    (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
    ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
    ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
    // A key like any other.
    (r#"{"a":1}"#, r#"{"__proto__":{"b":2}}"#, r#"{"a":1,"__proto__":{"b":2}}"#),
    // Where a key stands twice the last one counts.
    (r#"{"a":{"b":1},"a":{"c":1}}"#, r#"{"a":null}"#, "{}"),
];

#[test]
fn a_merge_patch_does_what_the_table_of_rfc_7396_says() {
    for (original, patch, result) in TABLE {
        let [original, patch] = [original, patch].map(|json| Value::parse(json.as_bytes()).unwrap());
        assert_eq!(original.merged(&patch).to_json(), *result, "{patch:?}");
    }
}
