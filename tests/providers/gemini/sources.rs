//! What an answer is grounded in.

use crate::support::{cited, events, whole};

/// <https://ai.google.dev/gemini-api/docs/google-search>: what an answer is grounded in comes beside it.
#[test]
fn metadata_in_which_no_source_is_found_is_raw() {
    for key in ["groundingMetadata", "citationMetadata", "urlContextMetadata"] {
        let answer = events(
            "gemini",
            &[
                &format!(
                    r#"{{"candidates":[{{"content":{{"parts":[{{"text":"It is so."}}]}},"{key}":{{"a":[1]}}}}]}}"#
                ),
                r#"{"candidates":[{"finishReason":"STOP"}]}"#,
            ],
        );
        assert_eq!((answer.text.as_str(), answer.raw_count), ("It is so.", 1), "{key}");
    }
}

#[test]
fn what_searched_has_to_be_shown_and_is_raw() {
    let chunks = r#""groundingChunks":[{"web":{"uri":"u","title":"t"}}]"#;
    let entry = format!(r#"{chunks},"searchEntryPoint":{{"renderedContent":"x"}}"#);
    for (metadata, raw) in [(chunks, 0), (&entry, 1)] {
        let body = format!(r#"{{"candidates":[{{"finishReason":"STOP","groundingMetadata":{{{metadata}}}}}]}}"#);
        let answer = events("gemini", &[&body]);
        assert_eq!((cited(&answer), answer.raw_count), (vec!["u|t|".to_owned()], raw));
    }
}

/// "The index of a Part object within its parent Content object."
#[test]
fn places_in_a_whole_response_are_in_one_of_its_parts() {
    let answer = whole(
        "gemini",
        r#"{"candidates":[{"content":{"parts":[{"text":"Hm","thought":true},{"text":"one "},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"text":"two"}]},"finishReason":"STOP","groundingMetadata":{"groundingChunks":[{"web":{"uri":"u"}}],"groundingSupports":[{"segment":{"partIndex":3,"startIndex":1,"endIndex":3},"groundingChunkIndices":[0]},{"segment":{"partIndex":1,"endIndex":3},"groundingChunkIndices":[0]}]}}]}"#,
    );
    let spans: Vec<_> = answer.spans.iter().map(|span| (span.part, span.start, span.end)).collect();
    assert_eq!((answer.text.as_str(), spans), ("one two", vec![(1, 1, 3), (0, 0, 3)]));
    assert_eq!(answer.order, ["reasoning", "text", "file", "text", "source", "finish", "end"]);
}
