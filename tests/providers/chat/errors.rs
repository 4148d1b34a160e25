//! Errors that come with status 200, and bodies that are no completion.

use super::{events, whole};
use crate::support;

#[test]
fn an_error_inside_a_200_is_the_providers() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"content":"Hel"}}]}"#,
        r#"{"error":{"message":"The server had an error","type":"server_error","param":null,"code":null}}"#,
    ]);
    assert_eq!(answer.text, "Hel");
    assert_eq!(answer.failed(), Some(("provider", true)));
    assert_eq!(answer.error.unwrap().message, "The server had an error");
}

#[test]
fn a_status_that_an_error_has_as_text_is_that_status() {
    for (code, may_succeed_later, refuses) in
        [("500", true, false), ("503", true, false), ("429", true, true), ("401", false, true), ("400", false, true)]
    {
        for code in [code.to_owned(), format!("\"{code}\"")] {
            let error = events(&[&format!(r#"{{"error":{{"message":"no","code":{code}}}}}"#)]).error.unwrap();
            assert_eq!((error.retryable, error.refused), (may_succeed_later, refuses), "{code}");
        }
    }
}

/// <https://openrouter.ai/docs/api-reference/errors>
#[test]
fn an_error_beside_choices_is_no_end_of_the_answer() {
    let answer = events(&[
        r#"{"id":"g1","error":{"code":502,"message":"Provider disconnected"},"choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"error"}]}"#,
    ]);
    assert_eq!(answer.text, "lo");
    assert_eq!(answer.failed(), Some(("provider", true)));
    assert_eq!(answer.finished(), None);
}

#[test]
fn an_event_named_error_is_one_whatever_its_shape() {
    let answer = support::stream("openai", "event: error\ndata: {\"code\":401,\"message\":\"no key\"}\n\n");
    assert_eq!(answer.failed(), Some(("provider", false)));
    assert_eq!(answer.error.unwrap().message, "no key");
}

#[test]
fn an_error_that_is_null_is_none() {
    let answer = events(&[r#"{"error":null,"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#]);
    assert_eq!((&*answer.text, answer.failed()), ("Hi", None));
}

#[test]
fn bad_json_is_an_error_that_says_where() {
    let answer = events(&[r#"{"choices":[{"delta":{"content":"Hi"}}]}"#, r#"{"choices":[{"delta":oops}]}"#]);
    assert_eq!(answer.text, "Hi");
    assert_eq!(answer.failed(), Some(("protocol", false)));
    assert_eq!(answer.error.unwrap().offset, Some(21));
    assert_eq!(events(&["[1] x"]).failed(), Some(("protocol", false)));
}

#[test]
fn a_whole_body_that_is_an_error_is_the_providers() {
    let answer = whole(r#"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#);
    assert_eq!(answer.failed(), Some(("provider", false)));
}

#[test]
fn a_whole_body_without_choices_is_no_completion() {
    assert_eq!(whole(r#"{"object":"list","data":[]}"#).failed(), Some(("protocol", false)));
}
