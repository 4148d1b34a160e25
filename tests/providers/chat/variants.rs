//! Text and reasoning of servers that name or place them differently.

use super::{events, whole};
use crate::support::Answer;

fn deltas(deltas: &[&str]) -> Answer {
    let payloads: Vec<String> =
        deltas.iter().map(|delta| [r#"{"choices":[{"index":0,"delta":"#, delta, "}]}"].concat()).collect();
    events(&payloads.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Perplexity sends the whole message so far with each delta.
#[test]
fn of_a_message_beside_a_delta_the_delta_counts_in_either_order() {
    let deltas_first = [
        r#"{"choices":[{"index":0,"delta":{"content":"one "},"message":{"content":"one "}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":"two"},"message":{"content":"one two"}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":""},"message":{"content":"one two"},"finish_reason":"stop"}]}"#,
    ];
    let messages_first = [
        r#"{"choices":[{"index":0,"message":{"content":"one "},"delta":{"content":"one "}}]}"#,
        r#"{"choices":[{"index":0,"message":{"content":"one two"},"delta":{"content":"two"}}]}"#,
        r#"{"choices":[{"index":0,"finish_reason":"stop","message":{"content":"one two"},"delta":{}}]}"#,
    ];
    for payloads in [deltas_first, messages_first] {
        assert_eq!(events(&payloads).text, "one two");
    }
}

#[test]
fn a_message_that_is_ahead_of_its_delta_is_not_believed_before_the_end() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"role":"assistant"},"message":{"content":"one "}}]}"#,
        r#"{"choices":[{"delta":{"content":"one "},"message":{"content":"one two"}}]}"#,
        r#"{"choices":[{"delta":{"content":"two"},"message":{"content":"one two"},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!(answer.text, "one two");
}

#[test]
fn of_a_message_without_a_delta_what_is_new_counts() {
    for (message, expected) in [
        (r#"{"content":"one two"}"#, "one two"),
        (r#"{"content":"one two three"}"#, "one two three"),
        (r#"{"content":"one"}"#, "one two"),
        (r#"{"content":"Another."}"#, "one two"),
        (r#"{"content":null}"#, "one two"),
        (r#"{"content":[{"type":"text","text":"one "},{"type":"text","text":"two three"}]}"#, "one two three"),
    ] {
        for delta in ["", r#""delta":null,"#, r#""delta":{},"#] {
            let end =
                [r#"{"choices":[{"index":0,"#, delta, r#""finish_reason":"stop","message":"#, message, "}]}"].concat();
            let answer = events(&[
                r#"{"choices":[{"delta":{"content":"one "}}]}"#,
                r#"{"choices":[{"delta":{"content":"two"}}]}"#,
                &end,
            ]);
            assert_eq!(answer.text, expected, "{end}");
        }
    }
}

#[test]
fn messages_that_grow_are_a_stream() {
    let answer = events(&[
        r#"{"choices":[{"message":{"reasoning_content":"H","content":""}}]}"#,
        r#"{"choices":[{"message":{"reasoning_content":"Hm","content":"on"}}]}"#,
        r#"{"choices":[{"message":{"reasoning_content":"Hm","content":"one"},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!((&*answer.text, &*answer.reasoning), ("one", "Hm"));
}

#[test]
fn of_several_choices_messages_of_others_are_not_the_answer() {
    let answer = events(&[
        r#"{"choices":[{"index":0,"message":{"content":"one"}}]}"#,
        r#"{"choices":[{"index":1,"message":{"content":"one and other"},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!((&*answer.text, answer.finished()), ("one", None));
}

#[test]
fn reasoning_has_several_names_and_shapes() {
    for delta in [
        r#"{"thinking":"Hm"}"#,
        r#"{"reasoning":{"text":"Hm"}}"#,
        r#"{"reasoning":{"content":"Hm"}}"#,
        r#"{"reasoning":{"summary":"Hm"}}"#,
        r#"{"reasoning":[{"type":"text","text":"H"},{"text":"m"}]}"#,
        r#"{"thinking":{"thinking":"Hm"}}"#,
        r#"{"thinking":"Hm","reasoning":null,"reasoning_content":""}"#,
        r#"{"reasoning_content":"Hm","reasoning":"Hm","thinking":"Hm"}"#,
        r#"{"content":{"type":"thinking","thinking":"Hm"}}"#,
        r#"{"content":[{"type":"thinking","thinking":"Hm"}]}"#,
    ] {
        let answer = deltas(&[delta]);
        assert_eq!((&*answer.reasoning, &*answer.text), ("Hm", ""), "{delta}");
    }
}

#[test]
fn text_has_several_shapes() {
    for delta in [
        r#"{"content":{"text":"Hi"}}"#,
        r#"{"content":{"type":"text","text":{"value":"Hi"}}}"#,
        r#"{"content":["H","i"]}"#,
        r#"{"content":[{"type":"text","text":"H"},{"type":"output_text","text":"i"}]}"#,
        r#"{"content":null,"audio":{"id":"a1","transcript":"Hi"}}"#,
    ] {
        assert_eq!(deltas(&[delta]).text, "Hi", "{delta}");
    }
}

/// <https://platform.openai.com/docs/api-reference/completions/object>
#[test]
fn the_text_of_the_older_completions_is_text() {
    let answer = events(&[
        r#"{"object":"text_completion","choices":[{"text":"H","index":0,"logprobs":null,"finish_reason":null}]}"#,
        r#"{"object":"text_completion","choices":[{"text":"i","index":0,"finish_reason":"stop"}]}"#,
        r#"{"object":"text_completion","choices":[{"text":"!","index":1,"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!(answer.text, "Hi");
    assert_eq!(whole(r#"{"choices":[{"text":"Hi","finish_reason":"stop"}]}"#).text, "Hi");
}
