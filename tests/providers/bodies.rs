//! What holds for the bodies of every format.

use refinire_web::json::{Scanner, Value, MAX_DEPTH};
use refinire_web::message::Role;
use refinire_web::provider::{Wire, WIRES};

use crate::support::{call, prompt, say, tool};

/// The body of a request with these options, read again.
fn body(wire: &Wire, input: &str, options: &str) -> Value {
    let turns =
        [say(Role::User, "Go!"), call("", &[("1", "walk", input)]), tool("1", "done"), say(Role::User, "More!")];
    let options = Value::parse(options.as_bytes()).unwrap();
    let body = wire.encode("", &prompt("m", &turns), Some(&options)).body;
    Value::read(&mut Scanner::with_room(body.as_bytes(), 2 * MAX_DEPTH)).expect(&body)
}

#[test]
fn the_callers_own_options_are_laid_over_the_rest() {
    for wire in WIRES {
        let plain = body(wire, "{}", "{}");
        let Value::Object(members) = &plain else { panic!("{}: {}", wire.name, plain.to_json()) };
        let (first, last) = (members[0].0.as_str(), members[members.len() - 1].0.as_str());
        let patch = Value::object().with(first, Value::Literal("null".into())).with(last, 1).with("seed", 7);
        let patched = body(wire, "{}", &patch.to_json());
        let member = |key| patched.get(key).map(Value::to_json);
        let wanted = [None, Some("1".to_owned()), Some("7".to_owned())];
        assert_eq!([member(first).filter(|_| first != last), member(last), member("seed")], wanted, "{}", wire.name);
    }
}

#[test]
fn arguments_nested_too_deeply_keep_no_options_from_being_laid_over() {
    for wire in WIRES {
        for depth in 100..140 {
            let input = [r#"{"a":"#.repeat(depth), "1".to_owned(), "}".repeat(depth)].concat();
            let body = body(wire, &input, r#"{"seed":7}"#);
            assert_eq!(body.get("seed").and_then(Value::as_unsigned), Some(7), "{} at {depth}", wire.name);
            let Value::Object(members) = &body else { panic!("{}", wire.name) };
            assert!(members.len() > 1, "{} at {depth}: {}", wire.name, body.to_json());
        }
    }
}
