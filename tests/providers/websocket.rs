//! One's own backend over a WebSocket, as the `websockets` example of Refinire's streaming guide writes it.

use refinire_web::message::{FinishReason, Message, Role};
use refinire_web::provider::{Auth, Prompt, Protocol, SocketEvent};

use super::support::{self, prompt, say, url, Answer};

const END: Option<(FinishReason, &str)> = Some((FinishReason::Stop, ""));

/// What these text frames say.
fn frames(texts: &[&str]) -> Answer {
    happenings(&texts.iter().map(|text| SocketEvent::Text(text)).collect::<Vec<_>>())
}

fn happenings(events: &[SocketEvent<'_>]) -> Answer {
    let lines: Vec<_> = events.iter().map(SocketEvent::to_line).collect();
    support::events("websocket", &lines.iter().map(|line| line.trim_end_matches('\n')).collect::<Vec<_>>())
}

#[test]
fn the_question_goes_up_as_it_is_and_nothing_else() {
    let sent = |messages: &[Message]| {
        let prompt = Prompt { instructions: "Be brief.", temperature: Some("1"), ..prompt("my-model", messages) };
        Protocol::named("websocket").unwrap().encode("/chat", &prompt)
    };
    let question = "\"So?\"\n\tSay {\"no\"}, 1 ";
    let call = sent(&[say(Role::User, "Hi"), say(Role::Assistant, "Hello!"), say(Role::User, question)]);
    assert_eq!((call.body.as_str(), call.auth), (question, Auth::None));
    assert_eq!(sent(&[say(Role::User, "] why"), say(Role::Assistant, "Half an ans")]).body, "] why");
    assert_eq!(url("websocket", "wss://a.example/chat/?room=1", &prompt("", &[])), "wss://a.example/chat/?room=1");
}

#[test]
fn frames_are_text_until_it_is_complete() {
    let answer = frames(&["Hel", "lo", " ", "", "ü\u{1F600}", "[COMPLETE]", "!"]);
    assert_eq!((&*answer.text, answer.finished(), answer.ended), ("Hello ü\u{1F600}", END, true));
    assert_eq!((answer.raw_count, answer.failed()), (0, None));
}

#[test]
fn a_frame_of_text_is_kept_to_the_last_line_break() {
    for text in
        ["\n", "\r", " \r\n\t", "one\r\ntwo\rthree\n", "\u{feff}a", "\0\u{1}\u{7f}", "\u{2028}", "\\n \"so\" \\u00fc"]
    {
        let answer = frames(&[text, text, "[COMPLETE]"]);
        assert_eq!((&*answer.text, answer.finished()), (&*text.repeat(2), END), "{text:?}");
    }
}

#[test]
fn a_frame_may_be_what_the_event_of_a_relay_is() {
    let answer =
        frames(&[r#"{"chunk": "Hel"}"#, "\n{\"chunk\":\"lo \\u00fc\"}\n", r#"{"status":1}"#, r#"{"complete": true}"#]);
    assert_eq!((&*answer.text, answer.finished(), answer.raw_count), ("Hello ü", END, 1));
    assert_eq!(frames(&["Hi", " [DONE]\n"]).finished(), END);
    let broken = frames(&["Hel", r#"{"error": {"message": "busy", "code": 503}}"#]);
    assert_eq!((&*broken.text, broken.failed()), ("Hel", Some(("provider", true))));
    assert_eq!(broken.error.unwrap().message, "busy");
}

#[test]
fn what_is_no_json_object_is_text_as_it_stands() {
    for text in ["Hello", " there ", "42", "\"hi\"", "null", "[1, 2]", "[1000,\"bye\"]", "{not json}", "{\"chunk\": "] {
        let answer = frames(&[text]);
        assert_eq!((&*answer.text, answer.raw_count, answer.failed()), (text, 0, None));
    }
}

#[test]
fn a_binary_frame_is_none_of_ours() {
    let answer = happenings(&[SocketEvent::Text("Hel"), SocketEvent::Binary, SocketEvent::Text("lo")]);
    assert_eq!((&*answer.text, answer.failed()), ("Hel", Some(("protocol", false))));
    assert!(answer.error.unwrap().message.contains("binary"));
}

#[test]
fn a_socket_that_is_closed_too_early_says_why_and_whether_it_may_pass() {
    for (number, reason, code, retryable) in [
        (1000, "", "truncated", true),
        (1005, "", "truncated", true),
        (1001, "leaving", "network", true),
        (1006, "", "network", true),
        (1011, "overloaded", "network", true),
        (1012, "", "network", true),
        (1013, "", "network", true),
        (1002, "bad frame", "provider", false),
        (1003, "", "provider", false),
        (1007, "", "provider", false),
        (1008, "who are you?", "provider", false),
        (1009, "", "provider", false),
        (3000, "log in", "provider", false),
        (4999, "a \"quote\"", "provider", false),
    ] {
        let closing = SocketEvent::Closed { code: number, reason };
        let answer = happenings(&[SocketEvent::Text("Hel"), closing]);
        assert_eq!((&*answer.text, answer.failed()), ("Hel", Some((code, retryable))), "{closing:?}");
        let message = answer.error.unwrap().message.to_string();
        let expected = if reason.is_empty() { format!("code {number}") } else { format!("code {number}: {reason}") };
        assert!(message.ends_with(&expected), "{message}");
        assert_eq!(happenings(&[SocketEvent::Text("Hi"), SocketEvent::Text("[COMPLETE]"), closing]).failed(), None);
    }
}

#[test]
fn what_stands_on_no_line_of_ours_is_no_panic() {
    for line in ["{}", "1", "true", "[]", "[\"1000\",7]", "\"half", "[-1,\"\"]"] {
        assert!(support::events("websocket", &[line]).failed().is_some(), "{line}");
    }
}
