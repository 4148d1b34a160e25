//! Text, thoughts and usage of an answer, in a stream and whole.

use refinire_web::message::{FinishReason, Usage};

use super::{end, parts, read};
use crate::support::whole;

#[test]
fn thinking_then_text() {
    let answer = read(&[
        &parts(r#"{"text":"First","thought":true}"#),
        &parts(r#"{"thought":true,"text":" one."}"#),
        &parts(
            r#"{"text":"So: "},{"thought":true,"text":"Then the other."},{"text":"done"},{"text":"","thoughtSignature":"AY8"},{"thoughtSignature":"AY9"}"#,
        ),
        &end("STOP"),
    ]);
    assert_eq!(answer.reasoning, "First one.\n\nThen the other.");
    assert_eq!(answer.text, "So: done");
    assert_eq!(answer.finished(), Some((FinishReason::Stop, "STOP")));
    assert_eq!((answer.raw_count, answer.ended), (0, false), "figures may follow");
}

#[test]
fn other_parts_are_raw() {
    let answer = read(&[
        &parts(r#"{"executableCode":{"language":"PYTHON","code":"1"}},{"text":"one"}"#),
        &parts(r#"{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1"}}"#),
        &parts(r#"{"inlineData":{"mimeType":"image/png","data":"AAAA"}}"#),
        &end("STOP"),
    ]);
    assert_eq!((answer.text.as_str(), answer.raw_count), ("one", 2));
    assert_eq!(answer.files.len(), 1);
}

#[test]
fn usage_is_added_up() {
    let answer = read(&[
        r#"{"usageMetadata":{"trafficType":"ON_DEMAND"}}"#,
        r#"{"usageMetadata":{"promptTokenCount":1000,"toolUsePromptTokenCount":50,"candidatesTokenCount":10,"thoughtsTokenCount":200,"totalTokenCount":1260,"cachedContentTokenCount":900}}"#,
        r#"{"usageMetadata":{"candidatesTokenCount":20,"totalTokenCount":1270,"promptTokensDetails":[{"modality":"TEXT","tokenCount":1}]}}"#,
        &parts(r#"{"text":"Hi"}"#),
    ]);
    assert_eq!(
        answer.usage,
        Usage {
            input_tokens: Some(1050),
            output_tokens: Some(220),
            total_tokens: Some(1270),
            reasoning_tokens: Some(200),
            cached_input_tokens: Some(900),
            ..Usage::default()
        }
    );
    assert_eq!(answer.usage_count, 2, "the first has no figures, the last has no new ones");
}

#[test]
fn of_several_candidates_the_first_is_read() {
    let answer = read(&[
        r#"{"candidates":[{"content":{"parts":[{"text":"one"}]},"index":0},{"content":{"parts":[{"text":"two"}]},"index":1,"finishReason":"MAX_TOKENS"}]}"#,
    ]);
    assert_eq!((answer.text.as_str(), answer.finished()), ("one", None));
}

#[test]
fn key_order_does_not_matter() {
    let answer = read(&[
        r#"{"responseId":"x","usageMetadata":{"candidatesTokenCount":2,"promptTokenCount":1},"candidates":[{"index":0,"finishReason":"STOP","content":{"role":"model","parts":[{"thought":true,"text":"Hm."},{"functionCall":{"args":{},"id":"1","name":"a"}}]}}]}"#,
    ]);
    assert_eq!(answer.reasoning, "Hm.");
    assert_eq!(answer.called(), [("a", "{}")]);
    assert_eq!(answer.finished(), Some((FinishReason::Stop, "STOP")));
    assert_eq!((answer.usage.input_tokens, answer.usage.output_tokens), (Some(1), Some(2)));
}

#[test]
fn unknown_event_is_raw() {
    let answer = read(&[r#"{"responseId":"x","somethingNew":{"text":"no"}}"#, &parts("")]);
    assert_eq!((answer.raw_count, answer.text.as_str()), (1, ""));
}

#[test]
fn a_response_without_streaming() {
    let body = r#"{"candidates":[{"content":{"parts":[{"text":"Hi"}],"role":"model"},"finishReason":"STOP","index":0}],
        "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1,"totalTokenCount":4},"modelVersion":"m"}"#;
    for body in [body.to_owned(), ["[", body, "]"].concat()] {
        let answer = whole("gemini", &body);
        assert_eq!((answer.text.as_str(), answer.ended), ("Hi", true));
        assert_eq!(answer.finished(), Some((FinishReason::Stop, "STOP")));
        assert_eq!(answer.usage.total_tokens, Some(4));
    }
}

#[test]
fn a_stream_without_framing_is_an_array() {
    let body = ["[", &parts(r#"{"text":"Hel"}"#), ",\r\n", &parts(r#"{"text":"lo"}"#), ",", &end("STOP"), "]"].concat();
    let answer = whole("gemini", &body);
    assert_eq!((answer.text.as_str(), answer.ended), ("Hello", true));
}
