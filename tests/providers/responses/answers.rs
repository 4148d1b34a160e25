//! What is asked, and text, reasoning and errors of an answer, in a stream and whole.

use refinire_web::message::{FinishReason, Role};
use refinire_web::provider::Prompt;

use super::{events, whole, COMPLETED, DONE};
use crate::support::{self, assert_body, prompt, say, url};

/// <https://platform.openai.com/docs/api-reference/responses/create>
#[test]
fn a_question_with_everything_is_written_as_documented() {
    let messages = [
        say(Role::System, "Answer in Norwegian."),
        say(Role::User, "Hi"),
        say(Role::Assistant, "Hei!"),
        say(Role::User, "How are you?"),
    ];
    let prompt = Prompt {
        instructions: "Be brief.",
        temperature: Some("0.2"),
        max_tokens: Some(100),
        ..prompt("gpt-5-mini", &messages)
    };
    assert_body(
        "openai-responses",
        &prompt,
        r#"{
            "model": "gpt-5-mini",
            "instructions": "Be brief.",
            "input": [
                {"role": "system", "content": "Answer in Norwegian."},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hei!"},
                {"role": "user", "content": "How are you?"}
            ],
            "temperature": 0.2,
            "max_output_tokens": 100,
            "stream": true
        }"#,
    );
    assert_eq!(url("openai-responses", "https://api.openai.com/v1/", &prompt), "https://api.openai.com/v1/responses");
}

/// <https://platform.openai.com/docs/api-reference/responses-streaming>
#[test]
fn text_that_is_repeated_at_every_end_comes_once() {
    let answer = events(&[
        r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","error":null,"incomplete_details":null,"output":[],"usage":null}}"#,
        r#"{"type":"response.in_progress","sequence_number":1,"response":{"id":"resp_1","status":"in_progress","error":null,"output":[]}}"#,
        r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}"#,
        r#"{"type":"response.content_part.added","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}"#,
        r#"{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hel","logprobs":[],"obfuscation":"xY"}"#,
        r#"{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"lo"}"#,
        r#"{"type":"response.output_text.done","item_id":"msg_1","output_index":0,"content_index":0,"text":"Hello"}"#,
        r#"{"type":"response.content_part.done","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hello","annotations":[]}}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hello","annotations":[]}]}}"#,
        r#"{"type":"response.completed","response":{"id":"resp_1","status":"completed","error":null,"incomplete_details":null,"output":[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello","annotations":[]}]}],"usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":32},"output_tokens":87,"output_tokens_details":{"reasoning_tokens":64},"total_tokens":123}}}"#,
    ]);
    assert_eq!(answer.text, "Hello");
    assert_eq!(answer.finished(), COMPLETED);
    assert_eq!(answer.tokens(), [Some(36), Some(87), Some(123), Some(64), Some(32)]);
    assert!(answer.ended);
    assert_eq!((answer.raw_count, answer.failed()), (0, None));
}

#[test]
fn text_comes_once_from_a_server_that_sends_no_deltas() {
    let part =
        r#"{"type":"response.output_text.done","item_id":"m","output_index":0,"content_index":0,"text":"Hello"}"#;
    let item = r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"m","type":"message","content":[{"type":"output_text","text":"Hello"}]}}"#;
    let end = r#"{"type":"response.completed","response":{"output":[{"id":"m","type":"message","content":[{"type":"output_text","text":"Hello"}]}]}}"#;
    for payloads in [&[part, item, end][..], &[part, end], &[item, end], &[end], &[part, item, DONE], &[item, DONE]] {
        let answer = events(payloads);
        assert_eq!(answer.text, "Hello", "{payloads:?}");
        assert_eq!(answer.finished(), COMPLETED);
    }
}

#[test]
fn parts_and_messages_without_deltas_all_come() {
    let answer = events(&[
        r#"{"type":"response.output_text.done","item_id":"m","output_index":0,"content_index":0,"text":"One "}"#,
        r#"{"type":"response.output_text.done","item_id":"m","output_index":0,"content_index":1,"text":"two "}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"m","type":"message","content":[{"type":"output_text","text":"One "},{"type":"output_text","text":"two "}]}}"#,
        r#"{"type":"response.output_item.done","output_index":1,"item":{"id":"n","type":"message","content":[{"type":"output_text","text":"three"},{"type":"output_text","text":"!"}]}}"#,
        DONE,
    ]);
    assert_eq!(answer.text, "One two three!");
}

#[test]
fn an_id_that_changes_from_event_to_event_is_no_other_item() {
    let answer = events(&[
        r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"a","type":"message","content":[]}}"#,
        r#"{"type":"response.output_text.delta","item_id":"b","output_index":0,"content_index":0,"delta":"Hello"}"#,
        r#"{"type":"response.output_text.done","item_id":"c","output_index":0,"content_index":0,"text":"Hello"}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"d","type":"message","content":[{"type":"output_text","text":"Hello"}]}}"#,
        r#"{"type":"response.output_item.added","output_index":1,"item":{"id":"e","type":"function_call","call_id":"c1","name":"f","arguments":""}}"#,
        r#"{"type":"response.function_call_arguments.delta","item_id":"f","output_index":1,"delta":"{}"}"#,
        r#"{"type":"response.output_item.done","output_index":1,"item":{"id":"g","type":"function_call","call_id":"c1","name":"f","arguments":"{}"}}"#,
        r#"{"type":"response.completed","response":{"output":[{"id":"h","type":"message","content":[{"type":"output_text","text":"Hello"}]},{"id":"i","type":"function_call","call_id":"c1","name":"f","arguments":"{}"}]}}"#,
    ]);
    assert_eq!(answer.text, "Hello");
    assert_eq!(answer.called(), [("f", "{}")]);
}

#[test]
fn each_part_of_a_summary_is_a_part_of_the_reasoning() {
    let answer = events(&[
        r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gA"}}"#,
        r#"{"type":"response.reasoning_summary_part.added","item_id":"rs_1","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}"#,
        r#"{"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":0,"delta":"**One"}"#,
        r#"{"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":0,"delta":"**"}"#,
        r#"{"type":"response.reasoning_summary_text.done","item_id":"rs_1","output_index":0,"summary_index":0,"text":"**One**"}"#,
        r#"{"type":"response.reasoning_summary_part.done","item_id":"rs_1","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":"**One**"}}"#,
        r#"{"type":"response.reasoning_summary_part.added","item_id":"rs_1","output_index":0,"summary_index":1,"part":{"type":"summary_text","text":""}}"#,
        r#"{"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":1,"delta":"Two"}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"**One**"},{"type":"summary_text","text":"Two"}]}}"#,
        r#"{"type":"response.reasoning_text.delta","item_id":"rs_2","output_index":1,"content_index":0,"delta":"Three"}"#,
        r#"{"type":"response.reasoning_text.done","item_id":"rs_2","output_index":1,"content_index":0,"text":"Three"}"#,
        r#"{"type":"response.output_text.delta","item_id":"msg_1","output_index":2,"content_index":0,"delta":"4"}"#,
        DONE,
    ]);
    assert_eq!(answer.reasoning, "**One**\n\nTwo\n\nThree");
    assert_eq!(answer.text, "4");
    assert_eq!(answer.raw_count, 0);
}

#[test]
fn a_message_is_not_taken_for_reasoning_that_has_its_index() {
    let answer = events(&[
        r#"{"type":"response.reasoning_text.delta","item_id":"r","output_index":0,"content_index":0,"delta":"Hm"}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"m","type":"message","content":"4"}}"#,
        DONE,
    ]);
    assert_eq!((&*answer.reasoning, &*answer.text), ("Hm", "4"));
}

#[test]
fn reasoning_comes_once_from_a_server_that_sends_no_deltas() {
    let part = r#"{"type":"response.reasoning_summary_text.done","item_id":"r","output_index":0,"summary_index":0,"text":"Hm"}"#;
    let item = r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"r","type":"reasoning","summary":[{"type":"summary_text","text":"Hm"}]}}"#;
    let end = r#"{"type":"response.completed","response":{"output":[{"id":"r","type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"Hm"}]}]}}"#;
    for payloads in [&[part, item, end][..], &[item, end], &[end], &[part, DONE]] {
        assert_eq!(events(payloads).reasoning, "Hm", "{payloads:?}");
    }
}

/// <https://platform.openai.com/docs/guides/structured-outputs#refusals>
#[test]
fn a_refusal_is_text_and_ends_as_one() {
    let delta = r#"{"type":"response.refusal.delta","item_id":"m","output_index":0,"content_index":0,"delta":"No."}"#;
    let part = r#"{"type":"response.refusal.done","item_id":"m","output_index":0,"content_index":0,"refusal":"No."}"#;
    let end = r#"{"type":"response.completed","response":{"output":[{"id":"m","type":"message","content":[{"type":"refusal","refusal":"No."}]}]}}"#;
    let text =
        r#"{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"No."}"#;
    let item = r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"m","type":"message","content":[{"type":"refusal","refusal":"No."}]}}"#;
    for payloads in [&[delta, part, end][..], &[part, end], &[end], &[delta, DONE], &[text, item, DONE]] {
        let answer = events(payloads);
        assert_eq!(answer.text, "No.", "{payloads:?}");
        assert_eq!(answer.finished(), Some((FinishReason::ContentFilter, "completed")), "{payloads:?}");
    }
}

#[test]
fn an_incomplete_response_says_why() {
    for (details, reason, raw) in [
        (r#"{"reason":"max_output_tokens"}"#, FinishReason::Length, "max_output_tokens"),
        (r#"{"reason":"content_filter"}"#, FinishReason::ContentFilter, "content_filter"),
        (r#"{"reason":"something_new"}"#, FinishReason::Other, "something_new"),
        ("null", FinishReason::Other, "incomplete"),
    ] {
        let end = format!(
            r#"{{"response":{{"incomplete_details":{details},"status":"incomplete","usage":{{"output_tokens":5}}}},"type":"response.incomplete"}}"#
        );
        let answer = events(&[&end]);
        assert_eq!(answer.finished(), Some((reason, raw)));
        assert_eq!(answer.tokens()[1], Some(5));
    }
}

#[test]
fn a_failed_response_is_the_providers_error() {
    let answer = events(&[
        r#"{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"Hel"}"#,
        r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"The model failed to generate a response."},"output":[]}}"#,
    ]);
    assert_eq!((&*answer.text, answer.failed()), ("Hel", Some(("provider", true))));
    assert_eq!(answer.error.unwrap().message, "The model failed to generate a response.");
}

#[test]
fn an_error_event_is_the_providers_error_in_either_shape() {
    for payload in [
        r#"{"type":"error","code":"rate_limit_exceeded","message":"Slow down","param":null,"sequence_number":1}"#,
        r#"{"type":"error","sequence_number":2,"error":{"type":"tokens","code":"rate_limit_exceeded","message":"Slow down","param":null}}"#,
        r#"{"error":{"code":429,"message":"Slow down"}}"#,
    ] {
        let answer = events(&[payload]);
        assert_eq!(answer.failed(), Some(("provider", true)), "{payload}");
        assert_eq!(answer.error.unwrap().message, "Slow down");
    }
}

#[test]
fn a_type_that_stands_last_or_only_in_the_events_name_is_read() {
    let answer = support::stream(
        "openai-responses",
        "data: {\"delta\":\"Hel\",\"output_index\":0,\"type\":\"response.output_text.delta\"}\n\n\
         event: response.output_text.delta\ndata: {\"delta\":\"lo\",\"output_index\":0}\n\n\
         event: response.output_text.delta\ndata: {\"type\":null,\"delta\":\"!\",\"output_index\":0}\n\n",
    );
    assert_eq!(answer.text, "Hello!");
}

#[test]
fn what_has_no_meaning_here_is_raw() {
    let answer = events(&[
        r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"ws_1","type":"web_search_call","status":"in_progress"}}"#,
        r#"{"type":"response.web_search_call.searching","output_index":0,"item_id":"ws_1"}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"ws_1","type":"web_search_call"}}"#,
        r#"{"type":"response.mcp_call_arguments.delta","output_index":0,"item_id":"mcp_1","delta":"{}"}"#,
        r#"{"type":"response.output_text.annotation.added","item_id":"m","output_index":1,"content_index":0,"annotation":{"type":"unheard_of"}}"#,
        r#"{"type":"response.image_generation_call.partial_image","partial_image_b64":"AA=="}"#,
        r#"{"type":"keepalive","sequence_number":3}"#,
        "{}",
        DONE,
        "[DONE]",
    ]);
    assert_eq!(answer.raw_count, 8);
    assert_eq!((&*answer.text, answer.calls.len(), answer.finished()), ("", 0, COMPLETED));
}

#[test]
fn done_ends_a_response_too() {
    let answer = events(&[r#"{"type":"response.output_text.delta","output_index":0,"delta":"Hi"}"#, "[DONE]"]);
    assert_eq!(
        (&*answer.text, answer.finished(), answer.raw_count, answer.failed()),
        ("Hi", Some((FinishReason::Stop, "")), 0, None)
    );
}

#[test]
fn bad_json_is_an_error_that_says_where() {
    let answer = events(&[r#"{"type":"response.output_text.delta","delta":oops}"#]);
    assert_eq!(answer.failed(), Some(("protocol", false)));
    assert_eq!(answer.error.unwrap().offset, Some(45));
    assert_eq!(events(&[r#"{"type":"response.created"} and more"#]).failed(), Some(("protocol", false)));
}

/// <https://platform.openai.com/docs/api-reference/responses/object>
#[test]
fn a_whole_response_is_read_like_a_stream() {
    let answer = whole(
        r#"{"id":"resp_1","object":"response","status":"completed","error":null,"incomplete_details":null,"output":[
            {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"One"},{"type":"summary_text","text":"Two"}]},
            {"type":"web_search_call","id":"ws_1"},
            {"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"Hel","annotations":[]},{"type":"output_text","text":"lo"}]},
            {"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{}"}],
            "usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}"#,
    );
    assert_eq!((&*answer.reasoning, &*answer.text), ("One\n\nTwo", "Hello"));
    assert_eq!((answer.called(), answer.calls_ended), (vec![("f", "{}")], 1));
    assert_eq!(answer.finished(), Some((FinishReason::ToolCalls, "completed")));
    assert_eq!(answer.tokens()[..3], [Some(1), Some(2), Some(3)]);
    assert!(answer.ended);
}

#[test]
fn a_whole_response_may_be_incomplete_or_failed_or_none() {
    let incomplete =
        whole(r#"{"output":[],"incomplete_details":{"reason":"max_output_tokens"},"status":"incomplete"}"#);
    assert_eq!(incomplete.finished(), Some((FinishReason::Length, "max_output_tokens")));
    let failed = whole(r#"{"status":"failed","output":[],"error":{"code":"server_error","message":"Sorry"}}"#);
    assert_eq!(failed.failed(), Some(("provider", true)));
    let error = whole(r#"{"error":{"code":"invalid_api_key","message":"Wrong key"}}"#);
    assert_eq!(error.failed(), Some(("provider", false)));
    assert_eq!(whole(r#"{"object":"list"}"#).failed(), Some(("protocol", false)));
    assert_eq!(whole("[]").failed(), Some(("protocol", false)));
    assert_eq!(whole(r#"{"output":[],}"#).failed(), Some(("protocol", false)));
}

/// As proxies that run the tools themselves send them, and as several requests are recorded.
#[test]
fn of_several_responses_behind_one_another_the_last_one_says_how_it_ended() {
    let call = r#"{"type":"function_call","id":"i","call_id":"c","name":"f","arguments":"{}"}"#;
    let first = [
        r#"{"type":"response.created"}"#,
        &[r#"{"type":"response.output_item.done","output_index":0,"item":"#, call, "}"].concat(),
        r#"{"type":"response.completed","response":{"output":[],"usage":{"input_tokens":1}}}"#,
    ];
    let begun = [
        r#"{"type":"response.created"}"#,
        r#"{"type":"response.output_text.delta","output_index":0,"item_id":"i","delta":"Do"}"#,
    ];
    let last = r#"{"type":"response.incomplete","response":{"incomplete_details":{"reason":"max_output_tokens"},"output":[],"usage":{"input_tokens":5}}}"#;
    let one = events(&first);
    assert_eq!((one.finished(), one.ended), (Some((FinishReason::ToolCalls, "completed")), false));
    let cut = events(&[first.as_slice(), &begun].concat());
    assert_eq!((&*cut.text, cut.finished(), cut.ended), ("Do", None, false));
    let whole = events(&[first.as_slice(), &begun, &[last]].concat());
    assert_eq!((&*whole.text, whole.called()), ("Do", vec![("f", "{}")]));
    assert_eq!(whole.finished(), Some((FinishReason::Length, "max_output_tokens")));
    assert_eq!(whole.tokens()[0], Some(5));
}
