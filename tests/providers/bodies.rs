//! What holds for the bodies of every format.

use refinire_web::json::{Scanner, Value, MAX_DEPTH};
use refinire_web::message::Role;
use refinire_web::provider::Protocol;

use crate::fixtures::over_http;
use crate::support::{call, prompt_with_tools, say, tool};

/// The body of a request, read again.
fn body(protocol: &Protocol, input: &str) -> Value {
    let turns =
        [say(Role::User, "Go!"), call("", &[("1", "walk", input)]), tool("1", "done"), say(Role::User, "More!")];
    let body = protocol.encode("", &prompt_with_tools("m", &turns)).body;
    Value::read(&mut Scanner::with_room(body.as_bytes(), 2 * MAX_DEPTH)).expect(&body)
}

#[test]
fn arguments_nested_too_deeply_leave_the_body_json() {
    for protocol in over_http() {
        for depth in 100..140 {
            let input = [r#"{"a":"#.repeat(depth), "1".to_owned(), "}".repeat(depth)].concat();
            let body = body(protocol, &input);
            assert!(body.to_json().contains("More!"), "{} at {depth}: {}", protocol.name, body.to_json());
        }
    }
}
