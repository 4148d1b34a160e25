//! Each keyword, and the words of what does not fit.

use super::problems;

/// A schema, values that fit, and values that do not with what is said about them.
type Row = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

const ROWS: &[Row] = &[
    ("true", &["1", "null", "{}"], &[]),
    ("false", &[], &[("1", "is not allowed")]),
    ("{}", &["1", r#""a""#, "[]"], &[]),
    // type
    (
        r#"{"type":"string"}"#,
        &[r#""""#],
        &[("1", "must be a string"), ("null", "must be a string"), ("{}", "must be a string")],
    ),
    (r#"{"type":"number"}"#, &["1", "-0.5e3"], &[(r#""1""#, "must be a number"), ("true", "must be a number")]),
    (
        r#"{"type":"integer"}"#,
        &["1", "1.0", "1e3", "10e-1", "-0.0", "1e400"],
        &[("1.5", "must be a whole number"), ("1e-1", "must be a whole number"), (r#""1""#, "must be a whole number")],
    ),
    (r#"{"type":"boolean"}"#, &["true", "false"], &[("null", "must be true or false"), ("0", "must be true or false")]),
    (r#"{"type":"null"}"#, &["null"], &[("0", "must be null"), ("false", "must be null")]),
    (r#"{"type":"array"}"#, &["[]"], &[("{}", "must be an array")]),
    (r#"{"type":"object"}"#, &["{}"], &[("[]", "must be an object")]),
    (
        r#"{"type":["string","null","integer"]}"#,
        &[r#""a""#, "null", "2.0"],
        &[("2.5", "must be a string or null or a whole number")],
    ),
    // A type that JSON Schema does not know says nothing.
    (r#"{"type":"any"}"#, &["1", "{}"], &[]),
    (r#"{"type":[]}"#, &["1"], &[]),
    // nullable (OpenAPI 3.0)
    (
        r#"{"type":"string","nullable":true,"enum":["a"]}"#,
        &["null", r#""a""#],
        &[(r#""b""#, r#"must be one of "a""#), ("1", "must be a string")],
    ),
    (r#"{"type":"string","nullable":false}"#, &[], &[("null", "must be a string")]),
    // enum and const
    (
        r#"{"enum":[1,"a",null,[1,{"a":1,"b":2}]]}"#,
        &["1", "1.0", "10e-1", r#""a""#, "null", r#"[1.0,{"b":2.0,"a":1}]"#],
        &[
            ("2", r#"must be one of 1, "a", null, [1,{"a":1,"b":2}]"#),
            (r#""1""#, r#"must be one of 1, "a", null, [1,{"a":1,"b":2}]"#),
        ],
    ),
    (r#"{"const":"a"}"#, &[r#""a""#, r#""\u0061""#], &[("1", r#"must be "a""#)]),
    (
        r#"{"const":0}"#,
        &["0", "-0", "0.0", "0e5"],
        &[("false", "must be 0"), ("null", "must be 0"), ("[]", "must be 0")],
    ),
    (r#"{"const":null}"#, &["null"], &[("0", "must be null")]),
    // objects
    (
        r#"{"properties":{"a":{"type":"string"},"b":{"properties":{"c d":{"type":"null"}}}}}"#,
        &["{}", r#"{"a":"","x":1}"#, "[]", "1", r#"{"b":{"c d":null}}"#],
        &[(r#"{"a":1}"#, "a: must be a string"), (r#"{"b":{"c d":1}}"#, r#"b["c d"]: must be null"#)],
    ),
    // The last of two members of one name counts, as in JavaScript.
    (
        r#"{"properties":{"a":{"type":"string"}}}"#,
        &[r#"{"a":1,"a":"x"}"#],
        &[(r#"{"a":"x","a":1}"#, "a: must be a string")],
    ),
    (
        r#"{"required":["a","b"]}"#,
        &[r#"{"a":1,"b":null}"#, "[]"],
        &[("{}", "a: is missing; b: is missing"), (r#"{"b":1}"#, "a: is missing")],
    ),
    (
        r#"{"properties":{"a":{}},"additionalProperties":false}"#,
        &["{}", r#"{"a":1}"#],
        &[(r#"{"a":1,"b":2}"#, "b: is not a member that the schema knows")],
    ),
    (
        r#"{"properties":{"a":{}},"additionalProperties":{"type":"number"}}"#,
        &[r#"{"a":"x","b":2}"#],
        &[(r#"{"b":"2"}"#, "b: must be a number")],
    ),
    (
        r#"{"patternProperties":{"^x-":{"type":"number"}},"additionalProperties":false}"#,
        &[r#"{"x-a":1}"#],
        &[(r#"{"x-a":"1"}"#, "x-a: must be a number"), (r#"{"y":1}"#, "y: is not a member that the schema knows")],
    ),
    (
        r#"{"minProperties":1,"maxProperties":2}"#,
        &[r#"{"a":1}"#, r#"{"a":1,"b":1}"#, r#"{"a":1,"b":1,"a":1}"#],
        &[("{}", "must have at least 1 member"), (r#"{"a":1,"b":1,"c":1}"#, "must have at most 2 members")],
    ),
    (
        r#"{"properties":{"__proto__":{"type":"string"}}}"#,
        &["{}"],
        &[(r#"{"__proto__":1}"#, "__proto__: must be a string")],
    ),
    // arrays
    (
        r#"{"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"}}}}"#,
        &["[]", r#"[{"name":"a"}]"#],
        &[(r#"[{"name":"a"},{"name":""},{"name":1}]"#, "[2].name: must be a string"), ("[{}]", "[0].name: is missing")],
    ),
    (
        r#"{"prefixItems":[{"type":"string"}],"items":{"type":"number"}}"#,
        &["[]", r#"["a",1,2]"#],
        &[("[1]", "[0]: must be a string"), (r#"["a","b"]"#, "[1]: must be a number")],
    ),
    (r#"{"prefixItems":[{}],"items":false}"#, &["[1]"], &[("[1,2]", "[1]: is not allowed")]),
    (
        r#"{"items":[{"type":"string"}],"additionalItems":false}"#,
        &[r#"["a"]"#],
        &[(r#"["a",1]"#, "[1]: is not allowed")],
    ),
    (
        r#"{"minItems":1,"maxItems":2}"#,
        &["[1]", "[1,2]", "{}"],
        &[("[]", "must have at least 1 item"), ("[1,2,3]", "must have at most 2 items")],
    ),
    (
        r#"{"uniqueItems":true}"#,
        &["[1,2]", r#"[1,"1",true,null]"#, r#"[{"a":1},{"a":2}]"#, r#"[[1],["1"]]"#],
        &[
            ("[1,1.0]", "must not have two equal items"),
            (r#"[{"a":1,"b":[2]},{"b":[2.0],"a":1}]"#, "must not have two equal items"),
        ],
    ),
    // strings: lengths in code points
    (
        r#"{"minLength":2,"maxLength":3.0}"#,
        &[r#""ab""#, r#""😀😀😀""#, r#""é\u00e9""#, "1"],
        &[(r#""😀""#, "must have at least 2 characters"), (r#""abcd""#, "must have at most 3.0 characters")],
    ),
    (r#"{"pattern":"^ab"}"#, &[r#""abc""#, "1"], &[(r#""cab""#, "must match the pattern ^ab")]),
    (r#"{"pattern":"("}"#, &[r#""x""#], &[]),
    // numbers
    (
        r#"{"minimum":1,"maximum":2}"#,
        &["1", "1.0", "2", r#""0""#],
        &[("0.999", "must be at least 1"), ("2.001", "must be at most 2")],
    ),
    (
        r#"{"exclusiveMinimum":-1,"exclusiveMaximum":1e2}"#,
        &["-0.9", "99.99"],
        &[("-1", "must be more than -1"), ("100", "must be less than 1e2")],
    ),
    (
        r#"{"minimum":1,"exclusiveMinimum":true,"maximum":3,"exclusiveMaximum":true}"#,
        &["2"],
        &[("1", "must be more than 1"), ("3", "must be less than 3")],
    ),
    (r#"{"multipleOf":0.1}"#, &["0.3", "1", "0", "-2.7", "1e30"], &[("0.35", "must be a multiple of 0.1")]),
    // several schemas
    (
        r#"{"allOf":[{"type":"number"},{"minimum":2}]}"#,
        &["2"],
        &[("1", "must be at least 2"), (r#""a""#, "must be a number")],
    ),
    (
        r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#,
        &["null", r#""a""#],
        &[("1", "must be a string, or must be null")],
    ),
    (
        r#"{"anyOf":[{"type":"null"},{"type":"object","required":["a"]}]}"#,
        &["null", r#"{"a":1}"#],
        &[("{}", "a: is missing"), ("1", "must be null, or must be an object")],
    ),
    // The alternative that was meant is told about.
    (
        r#"{"oneOf":[
            {"type":"object","properties":{"kind":{"const":"dot"},"x":{"type":"number"}},"required":["kind","x"]},
            {"type":"object","properties":{"kind":{"const":"line"},"to":{"type":"number"}},"required":["kind","to"]}
        ]}"#,
        &[r#"{"kind":"dot","x":1}"#, r#"{"kind":"line","to":1}"#],
        &[
            (r#"{"kind":"line","to":"1"}"#, "to: must be a number"),
            (r#"{"kind":"line"}"#, "to: is missing"),
            (r#"{"kind":"box"}"#, "fits none of the alternatives"),
        ],
    ),
    (
        r#"{"oneOf":[{"type":"number"},{"type":"integer"}]}"#,
        &["1.5"],
        &[("1", "fits more than one of the alternatives, of which it must fit exactly one")],
    ),
    (r#"{"anyOf":[false,{"minimum":2}]}"#, &["2"], &[("1", "fits none of the alternatives")]),
    // references
    (
        r##"{"$ref":"#/$defs/a~1b%20c~0","$defs":{"a/b c~":{"type":"string"}}}"##,
        &[r#""x""#],
        &[("1", "must be a string")],
    ),
    (
        r##"{"definitions":{"town":{"type":"object","properties":{"next":{"$ref":"#/definitions/town"},"n":{"type":"number"}}}},"items":{"$ref":"#/definitions/town"}}"##,
        &[r#"[{"n":1,"next":{"n":2,"next":{}}}]"#],
        &[(r#"[{"n":1,"next":{"next":{"n":"2"}}}]"#, "[0].next.next.n: must be a number")],
    ),
    (
        r##"{"properties":{"child":{"$ref":"#"}},"additionalProperties":false}"##,
        &[r#"{"child":{"child":{}}}"#],
        &[(r#"{"child":{"kid":1}}"#, "child.kid: is not a member that the schema knows")],
    ),
    // What stands beside a reference holds as well.
    (r##"{"$ref":"#/$defs/n","minimum":5,"$defs":{"n":{"type":"number"}}}"##, &["5"], &[("4", "must be at least 5")]),
    (
        r##"{"prefixItems":[{"type":"number"},{"$ref":"#/prefixItems/0"}]}"##,
        &["[1,2]"],
        &[(r#"[1,"2"]"#, "[1]: must be a number")],
    ),
    // A reference that leads nowhere, or out of the schema, says nothing.
    (r##"{"$ref":"#/$defs/none"}"##, &["1"], &[]),
    (r#"{"$ref":"https://example.com/schema"}"#, &["1"], &[]),
    // Other keywords, and those with values that mean nothing, are ignored.
    (
        r#"{"format":"date","title":1,"minimum":"2","enum":3,"required":"a","properties":[],"items":null,"anyOf":{},"oneOf":[],"pattern":1,"$ref":2,"multipleOf":0,"minLength":"x"}"#,
        &["1", r#""a""#, "{}", "[1]"],
        &[],
    ),
];

#[test]
fn every_keyword_says_what_fits_and_what_does_not() {
    for (schema, fitting, others) in ROWS {
        for json in *fitting {
            assert_eq!(problems(schema, json), "", "{json} fits {schema}");
        }
        for (json, words) in *others {
            assert_eq!(problems(schema, json), *words, "{json} does not fit {schema}");
        }
    }
}

#[test]
fn only_the_first_problems_are_told() {
    let items = r#"{"items":{"type":"string"}}"#;
    let told = problems(items, "[1,2,3,4,5,6,7]");
    let line = "[0]: must be a string; [1]: must be a string; [2]: must be a string; [3]: must be a string; and more";
    assert_eq!(told, line);
}

#[test]
fn a_long_list_of_values_is_told_in_part() {
    let schema = format!(r#"{{"enum":[{}]}}"#, (0..50).map(|n| n.to_string()).collect::<Vec<_>>().join(","));
    assert_eq!(problems(&schema, "50"), "must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …");
}
