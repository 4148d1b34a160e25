//! What one API root wants back with its turns is sent to no other.

use refinire_web::message::{Message, Role, ToolCall};

use crate::config;
use crate::support::{say, tool};

/// The body that asks Anthropic behind a turn with a signed thought, which came from `api_root`.
fn body(api_root: &str) -> String {
    let thought = r#"[{"type":"thinking","thinking":"Hm.","signature":"SIGNED"}]"#;
    let call = ToolCall { id: "c".into(), name: "f".into(), input_text: "{}".into(), extra: thought.into() };
    let turn = Message { tool_calls: vec![call], api_root: api_root.to_owned(), ..Message::new(Role::Assistant, "") };
    let messages = [say(Role::User, "Hi"), turn, tool("c", "done")];
    let options = r#"{"model":"m","provider":"anthropic","baseUrl":"https://a.example/v1","tools":[{"name":"f"}]}"#;
    config::resolved(options).unwrap().call(&messages, "", false, true).body
}

#[test]
fn state_goes_back_to_the_api_root_that_wrote_it() {
    assert!(body("https://a.example/v1").contains("SIGNED"));
    assert!(!body("https://b.example/v1").contains("SIGNED"));
    assert!(body("https://b.example/v1").contains(r#""tool_use""#), "the call itself stays");
    assert!(body("").contains("SIGNED"), "an older record does not say where it came from");
}
