//! Schemas that go round in circles, and those that could take for ever.

use refinire_web::schema::{MAX_DEPTH, MAX_STEPS};

use super::problems;

#[test]
fn a_reference_without_progress_ends() {
    for schema in [
        r##"{"$ref":"#"}"##,
        r##"{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}"##,
        r##"{"allOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"oneOf":[{"$ref":"#/$defs/a"}]}}}"##,
    ] {
        assert_eq!(problems(schema, r#"{"a":[1]}"#), "", "{schema}");
    }
    // What else is said there holds.
    assert_eq!(problems(r##"{"$ref":"#","type":"string"}"##, "1"), "must be a string");
}

/// Each definition tries the next one twice: two to the power of their number, unless what was found out is remembered.
#[test]
fn alternatives_of_alternatives_are_checked_once() {
    let mut definitions: Vec<_> = (0..60)
        .map(|n| format!(r##""d{n}":{{"anyOf":[{{"$ref":"#/$defs/d{0}"}},{{"$ref":"#/$defs/d{0}"}}]}}"##, n + 1))
        .collect();
    definitions.push(r#""d60":{"type":"string"}"#.to_owned());
    let schema = format!(r##"{{"$ref":"#/$defs/d0","$defs":{{{}}}}}"##, definitions.join(","));
    assert_eq!(problems(&schema, r#""a""#), "");
    assert_eq!(problems(&schema, "1"), "must be a string");
}

/// The same down a value: each item is tried in two ways, as are its own items.
#[test]
fn alternatives_of_a_nested_value_are_checked_once() {
    let schema = r##"{"$defs":{"a":{"items":{"$ref":"#"}},"b":{"items":{"$ref":"#"},"maxItems":9}},"oneOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/b"}]}"##;
    let nested = ["[".repeat(100), "]".repeat(100)].concat();
    assert!(problems(schema, &nested).contains("alternatives"));
}

#[test]
fn a_chain_of_references_is_no_stack_overflow() {
    let count = 10_000;
    let mut definitions: Vec<_> = (0..count).map(|n| format!(r##""d{n}":{{"$ref":"#/$defs/d{}"}}"##, n + 1)).collect();
    definitions.push(format!(r#""d{count}":{{}}"#));
    let schema = format!(r##"{{"$ref":"#/$defs/d0","$defs":{{{}}}}}"##, definitions.join(","));
    assert!(count > MAX_DEPTH);
    assert_eq!(problems(&schema, "1"), "is nested too deeply to be checked");
}

#[test]
fn a_value_nested_as_deep_as_json_may_be_is_checked() {
    let schema = r##"{"anyOf":[{"type":"array","items":{"$ref":"#"}},{"type":"number"}]}"##;
    let nested = ["[".repeat(128), "]".repeat(128)].concat();
    assert_eq!(problems(schema, &nested), "");
    let wrong = ["[".repeat(128), "\"\"".to_owned(), "]".repeat(128)].concat();
    assert!(problems(schema, &wrong).contains("must be"));
}

#[test]
fn what_is_too_much_is_said_so() {
    let width = 1_500;
    let parts = vec!["{\"minimum\":0}"; width].join(",");
    let schema = format!(r#"{{"items":{{"allOf":[{parts}]}}}}"#);
    let items = vec!["1"; width].join(",");
    assert!(width * width > MAX_STEPS as usize);
    assert_eq!(problems(&schema, &format!("[{items}]")), "is too much to check");
}

#[test]
fn a_long_value_may_take_longer() {
    let items = vec!["{\"n\":1}"; 400_000].join(",");
    let schema = r##"{"items":{"$ref":"#/$defs/a"},"$defs":{"a":{"properties":{"n":{"anyOf":[{"type":"null"},{"minimum":0}]}}}}}"##;
    assert_eq!(problems(schema, &format!("[{items}]")), "");
}

#[test]
fn many_members_are_no_work() {
    let count = 20_000;
    let named: Vec<_> = (0..count).map(|n| format!(r#""k{n}":{{"type":"number"}}"#)).collect();
    let schema = format!(r#"{{"properties":{{{}}},"additionalProperties":false}}"#, named.join(","));
    let members: Vec<_> = (0..count).map(|n| format!(r#""k{n}":{n}"#)).collect();
    assert_eq!(problems(&schema, &format!("{{{}}}", members.join(","))), "");
}
