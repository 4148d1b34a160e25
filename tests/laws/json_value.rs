//! Values: written as they were read.

use refinire_web::json::Value;

fn value(json: &str) -> Value {
    Value::parse(json.as_bytes()).expect(json)
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
