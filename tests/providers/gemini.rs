//! Google's Gemini API: <https://ai.google.dev/api/generate-content>

use refinire_web::message::{FinishReason, Role, Usage};
use refinire_web::provider::{select, Protocol};

use crate::support::{
    assert_body, call, cited, events, prompt, prompt_with_tools, say, stream, tool, url, whole, Answer,
};

fn read(payloads: &[&str]) -> Answer {
    events("gemini", payloads)
}

/// A response whose first candidate has these parts.
fn parts(parts: &str) -> String {
    [r#"{"candidates":[{"content":{"role":"model","parts":["#, parts, "]}}]}"].concat()
}

/// The last response of a stream, without a part.
fn end(reason: &str) -> String {
    [r#"{"candidates":[{"finishReason":""#, reason, r#""}]}"#].concat()
}

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

#[test]
fn a_question_is_written_as_contents() {
    let messages = [say(Role::User, "Hello"), say(Role::System, "It is late."), say(Role::Assistant, "Hi")];
    assert_body(
        "gemini",
        &prompt("gemini-2.5-flash", &messages[..1]),
        r#"{"contents":[{"role":"user","parts":[{"text":"Hello"}]}]}"#,
    );
    let mut prompt = prompt("gemini-2.5-flash", &messages);
    prompt.instructions = "Be brief.";
    prompt.temperature = Some("0.5");
    prompt.max_tokens = Some(100);
    assert_body(
        "gemini",
        &prompt,
        r#"{"systemInstruction":{"parts":[{"text":"Be brief.\n\nIt is late."}]},
            "contents":[{"role":"user","parts":[{"text":"Hello"}]},{"role":"model","parts":[{"text":"Hi"}]}],
            "generationConfig":{"temperature":0.5,"maxOutputTokens":100}}"#,
    );
}

// https://ai.google.dev/gemini-api/docs/function-calling, https://ai.google.dev/gemini-api/docs/thought-signatures
#[test]
fn function_calls_and_their_responses_are_parts() {
    let messages = [
        say(Role::User, "Weather?"),
        call("I look.", &[("call_1", "weather", r#"{"city":"Rome"}"#), ("call_2", "clock", "")]),
        tool("call_2", r#"{"time":"12:00"}"#),
        tool("call_1", "sunny"),
        say(Role::User, "And now?"),
    ];
    assert_body(
        "gemini",
        &prompt_with_tools("m", &messages),
        r#"{"contents":[
            {"role":"user","parts":[{"text":"Weather?"}]},
            {"role":"model","parts":[{"text":"I look."},
                {"functionCall":{"name":"weather","args":{"city":"Rome"}},"thoughtSignature":"skip_thought_signature_validator"},
                {"functionCall":{"name":"clock","args":{}}}]},
            {"role":"user","parts":[
                {"functionResponse":{"name":"clock","response":{"time":"12:00"}}},
                {"functionResponse":{"name":"weather","response":{"output":"sunny"}}},
                {"text":"And now?"}]}]}"#,
    );
}

#[test]
fn what_the_api_refuses_is_left_out() {
    let messages = [
        say(Role::Assistant, "How can I help?"),
        tool("call_0", "an answer to a call that is no longer there"),
        say(Role::User, "Hello"),
        say(Role::Assistant, ""),
        say(Role::User, "Are you there?"),
    ];
    assert_body(
        "gemini",
        &prompt_with_tools("m", &messages),
        r#"{"contents":[{"role":"user","parts":[{"text":"Hello"},{"text":"Are you there?"}]}]}"#,
    );
}

#[test]
fn the_model_stands_in_the_address() {
    let messages = [say(Role::User, "Hello")];
    let base = Protocol::named("gemini").unwrap().base_url.unwrap();
    assert_eq!(
        url("gemini", base, &prompt("gemini-2.5-flash", &messages)),
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"
    );
    let mut whole = prompt("tunedModels/my-model", &messages);
    whole.stream = false;
    assert_eq!(url("gemini", "/g/", &whole), "/g/tunedModels/my-model:generateContent");
    whole.model = "models/a b?c/é";
    assert_eq!(url("gemini", "/g?x=1", &whole), "/g/models/a%20b%3Fc%2F%C3%A9:generateContent?x=1");
}

#[test]
fn it_is_reached_by_two_schemes_and_by_name() {
    for model in ["gemini://gemini-2.5-flash", "google://gemini-2.5-flash", "gemini-2.5-flash"] {
        let selection = select(model, None).unwrap();
        assert_eq!((selection.protocol.name, selection.model.as_str()), ("gemini", "gemini-2.5-flash"));
    }
}

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
fn parallel_tool_calls() {
    let answer = read(&[
        &parts(
            r#"{"text":"I look."},{"functionCall":{"name":"weather","args":{"city" : "Rome"}}},{"functionCall":{"id":"x7","name":"clock"},"thoughtSignature":"AY8"}"#,
        ),
        &parts(r#"{"functionCall":{"args":{"city":"Oslo"},"name":"weather"}}"#),
        &end("STOP"),
    ]);
    assert_eq!(answer.text, "I look.");
    assert_eq!(
        answer.called(),
        [("weather", r#"{"city" : "Rome"}"#), ("clock", "{}"), ("weather", r#"{"city":"Oslo"}"#)]
    );
    assert_eq!(answer.calls[1].id, "x7");
    assert_eq!(answer.calls_ended, 3);
    assert_eq!(answer.finished(), Some((FinishReason::Stop, "STOP")));
}

#[test]
fn a_call_parts_the_thoughts_around_it_and_needs_no_name() {
    let answer = read(&[&parts(
        r#"{"thought":true,"text":"One."},{"functionCall":{"args":{}}},{"thought":true,"text":"Two."}"#,
    )]);
    assert_eq!(answer.reasoning, "One.\n\nTwo.");
    assert_eq!(answer.called(), [("", "{}")]);
}

// https://googleapis.github.io/js-genai/release_docs/interfaces/types.PartialArg.html
#[test]
fn arguments_in_pieces_are_put_together() {
    let answer = read(&[
        &parts(r#"{"functionCall":{"name":"order","willContinue":true}}"#),
        &parts(
            r#"{"functionCall":{"partialArgs":[{"jsonPath":"$.who.name","stringValue":"A","willContinue":true}],"willContinue":true}}"#,
        ),
        &parts(
            r#"{"functionCall":{"willContinue":true,"partialArgs":[{"stringValue":"\"nn","jsonPath":"$.who.name"},{"jsonPath":"$.n","numberValue":1.50}]}}"#,
        ),
        &parts(
            r#"{"functionCall":{"partialArgs":[{"jsonPath":"$.list[0]['it.em']","boolValue":true},{"jsonPath":"$.list[1]","nullValue":"NULL_VALUE"}],"willContinue":true}}"#,
        ),
        &parts(r#"{"functionCall":{}}"#),
        &parts(
            r#"{"functionCall":{"name":"next","willContinue":true,"partialArgs":[{"jsonPath":"$.a","stringValue":"b"}]}}"#,
        ),
        &parts(r#"{"functionCall":{"name":"last","willContinue":true}}"#),
        &end("STOP"),
    ]);
    assert_eq!(
        answer.called(),
        [
            ("order", r#"{"who":{"name":"A\"nn"},"n":1.50,"list":[{"it.em":true},null]}"#),
            ("next", r#"{"a":"b"}"#),
            ("last", "{}"),
        ]
    );
    assert_eq!(answer.calls_ended, 3);
    assert_eq!(answer.input_count, 9, "every piece shows that the answer lives");
}

#[test]
fn the_last_piece_may_bring_values_and_a_beginning_may_bring_members() {
    let answer = read(&[
        &parts(r#"{"functionCall":{"name":"a","args":{"x":"1"},"willContinue":true}}"#),
        &parts(r#"{"functionCall":{"partialArgs":[{"jsonPath":"$.x","stringValue":"2"}]}}"#),
        &parts(r#"{"functionCall":{"name":"b","willContinue":true}}"#),
        &parts(r#"{"functionCall":{"args":{"y":3}}}"#),
    ]);
    assert_eq!(answer.called(), [("a", r#"{"x":"12"}"#), ("b", r#"{"y":3}"#)]);
    assert_eq!(answer.calls_ended, 2);
}

#[test]
fn paths_that_lead_nowhere_do_no_harm() {
    let deep = ["$.deep", &"[0]".repeat(100_000)].concat();
    let mut pieces = String::from(
        r#"{"jsonPath":"$.a","stringValue":"kept"},{"jsonPath":"$.a"},{"stringValue":"lost"},{"jsonPath":"$.b"},7"#,
    );
    for path in ["", "$", "x", "$x", "$[0]", "$.a[", "$.a[-1]", "$.a['b", "$.a['b'", "$.b[99999999999]", &deep] {
        pieces.push_str(&[r#",{"jsonPath":""#, path, r#"","numberValue":1}"#].concat());
    }
    let call = [r#"{"functionCall":{"name":"a","willContinue":true,"partialArgs":["#, &pieces, "]}}"].concat();
    let answer = read(&[&parts(&call), &end("STOP")]);
    assert_eq!(answer.called(), [("a", r#"{"a":"kept","b":[1]}"#)]);
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
fn every_finish_reason_has_a_meaning() {
    for (raw, reason) in [
        ("STOP", FinishReason::Stop),
        ("MAX_TOKENS", FinishReason::Length),
        ("SAFETY", FinishReason::ContentFilter),
        ("RECITATION", FinishReason::ContentFilter),
        ("BLOCKLIST", FinishReason::ContentFilter),
        ("PROHIBITED_CONTENT", FinishReason::ContentFilter),
        ("SPII", FinishReason::ContentFilter),
        ("IMAGE_SAFETY", FinishReason::ContentFilter),
        ("MALFORMED_FUNCTION_CALL", FinishReason::Other),
        ("LANGUAGE", FinishReason::Other),
        ("OTHER", FinishReason::Other),
        ("SOMETHING_NEW", FinishReason::Other),
    ] {
        assert_eq!(read(&[&end(raw)]).finished(), Some((reason, raw)));
    }
    assert_eq!(read(&[&end("FINISH_REASON_UNSPECIFIED")]).finished(), None);
}

#[test]
fn a_blocked_prompt_ends_the_answer() {
    let answer = read(&[
        r#"{"promptFeedback":{"safetyRatings":[{"category":"X","probability":"HIGH"}],"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7}}"#,
    ]);
    assert_eq!(answer.finished(), Some((FinishReason::ContentFilter, "PROHIBITED_CONTENT")));
    assert_eq!((answer.usage.input_tokens, answer.raw_count), (Some(7), 0));
    let ratings_only = read(&[r#"{"promptFeedback":{"safetyRatings":[]}}"#]);
    assert_eq!((ratings_only.finished(), ratings_only.raw_count), (None, 0));
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
fn figures_may_follow_the_end() {
    let answer = read(&[&parts(r#"{"text":"Hi"}"#), &end("STOP"), r#"{"usageMetadata":{"promptTokenCount":3}}"#]);
    assert_eq!((answer.text.as_str(), answer.usage.input_tokens), ("Hi", Some(3)));
}

#[test]
fn error_mid_stream() {
    let answer = read(&[
        &parts(r#"{"text":"Hel"}"#),
        r#"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#,
    ]);
    assert_eq!((answer.text.as_str(), answer.raw_count), ("Hel", 0));
    assert_eq!(answer.failed(), Some(("provider", true)));
    assert_eq!(answer.error.unwrap().message, "The model is overloaded.");
    let refused = read(&[r#"{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}"#]);
    assert_eq!(refused.failed(), Some(("provider", false)));
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
fn bad_json_is_a_protocol_error_with_its_place() {
    let answer = read(&[r#"{"candidates":[{"content":{"parts":[{"text":"Hi"},}]}}]}"#]);
    assert_eq!(answer.failed(), Some(("protocol", false)));
    assert_eq!(answer.error.unwrap().offset, Some(50));
    assert_eq!(read(&["{} x"]).error.unwrap().offset, Some(3));
    assert_eq!(stream("gemini", "data: text\n\n").failed(), Some(("protocol", false)));
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
fn a_response_without_streaming_is_whole_without_a_finish_reason() {
    let answer = whole("gemini", &parts(r#"{"text":"Hi"}"#));
    assert_eq!((answer.finished(), answer.ended), (Some((FinishReason::Stop, "")), true));
}

#[test]
fn a_stream_without_framing_is_an_array() {
    let body = ["[", &parts(r#"{"text":"Hel"}"#), ",\r\n", &parts(r#"{"text":"lo"}"#), ",", &end("STOP"), "]"].concat();
    let answer = whole("gemini", &body);
    assert_eq!((answer.text.as_str(), answer.ended), ("Hello", true));
}

#[test]
fn a_response_without_streaming_may_be_an_error_or_something_else() {
    let error = r#"{"error":{"code":429,"message":"Quota exceeded.","status":"RESOURCE_EXHAUSTED"}}"#;
    assert_eq!(whole("gemini", error).failed(), Some(("provider", true)));
    assert_eq!(whole("gemini", &["[", error, "]"].concat()).failed(), Some(("provider", true)));
    assert_eq!(whole("gemini", r#"{"hello":"world"}"#).failed(), Some(("protocol", false)));
    assert_eq!(whole("gemini", "[]").failed(), Some(("protocol", false)));
    assert_eq!(whole("gemini", r#"[{"candidates":[]}] x"#).error.unwrap().offset, Some(20));
    assert_eq!(whole("gemini", r#"{"candidates":["#).error.unwrap().offset, Some(15));
}
