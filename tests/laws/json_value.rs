//! Values: merged as RFC 7396 says, written as they were read.

use refinire_web::json::Value;

fn value(json: &str) -> Value {
    Value::parse(json.as_bytes()).expect(json)
}

#[test]
fn a_merge_patch_does_what_the_table_of_rfc_7396_says() {
    // Its appendix A: the original, the patch, the result.
    let table = [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, r"{}"),
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
    ];
    for (original, patch, result) in table {
        let mut merged = value(original);
        merged.merge(value(patch));
        assert_eq!(merged.to_json(), result, "{original} with {patch}");
    }
}

#[test]
fn numbers_are_written_as_they_were_read() {
    for number in ["0", "-0", "1.0", "1e999", "0.1000000000000000055511151231257827", "123456789012345678901234567890"]
    {
        assert_eq!(value(number).to_json(), number);
    }
}

#[test]
fn of_a_key_that_stands_twice_the_last_one_counts() {
    let mut twice = value(r#"{"a":1,"b":2,"\u0061":{"c":4}}"#);
    let written: serde_json::Value = serde_json::from_str(&twice.to_json()).expect("what was written is JSON");
    assert_eq!(written, serde_json::json!({"a": {"c": 4}, "b": 2}));
    assert_eq!(twice.get("a"), Some(&value(r#"{"c":4}"#)));
    twice.set("a", Value::number(5));
    assert_eq!(twice.get("a"), Some(&value("5")));
    twice.merge(value(r#"{"a":6,"a":7,"b":8,"b":null}"#));
    assert_eq!((twice.get("a"), twice.get("b")), (Some(&value("7")), None));
    twice.merge(value(r#"{"a":null}"#));
    assert_eq!(twice.to_json(), "{}");
}

#[test]
fn proto_is_a_key_like_any_other() {
    let value = value(r#"{"__proto__":{"a":1},"constructor":2}"#);
    assert_eq!(value.get("__proto__").map(Value::to_json).as_deref(), Some(r#"{"a":1}"#));
    assert_eq!(value.to_json(), r#"{"__proto__":{"a":1},"constructor":2}"#);
}

#[test]
fn an_object_of_very_many_members_is_read_in_a_moment() {
    let members: Vec<_> = (0..150_000).map(|key| format!(r#""{key:06}":{key}"#)).collect();
    let json = format!("{{{}}}", members.join(","));
    assert_eq!(value(&json).to_json(), json);
}
