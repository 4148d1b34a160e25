//! OpenAI Chat Completions, and the ways in which servers that say they speak it differ.

use refinire_web::message::{FinishReason, Role};
use refinire_web::provider::Prompt;

use super::support::{self, assert_body, prompt, say, Answer};

const STOP: Option<(FinishReason, &str)> = Some((FinishReason::Stop, "stop"));

fn events(payloads: &[&str]) -> Answer {
    support::events("openai", payloads)
}

fn whole(body: &str) -> Answer {
    support::whole("openai", body)
}

/// <https://platform.openai.com/docs/api-reference/chat/create>
#[test]
fn a_question_with_everything_is_written_as_documented() {
    let messages = [say(Role::User, "Hi"), say(Role::Assistant, "Hello!"), say(Role::User, "Say \"ü\"\n")];
    let prompt = Prompt {
        instructions: "Be brief.",
        temperature: Some("0.2"),
        max_tokens: Some(100),
        public: true,
        ..prompt("gpt-4o-mini", &messages)
    };
    assert_body(
        "openai",
        &prompt,
        r#"{
            "model": "gpt-4o-mini",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": "Say \"ü\"\n"}
            ],
            "temperature": 0.2,
            "max_completion_tokens": 100,
            "stream": true,
            "stream_options": {"include_usage": true}
        }"#,
    );
}

#[test]
fn a_compatible_server_is_told_the_bound_by_its_older_name() {
    let messages = [say(Role::User, "Hi")];
    let prompt = Prompt { max_tokens: Some(5), stream: false, ..prompt("llama", &messages) };
    assert_body(
        "openai",
        &prompt,
        r#"{"model": "llama", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 5}"#,
    );
}

/// <https://platform.openai.com/docs/api-reference/chat-streaming/streaming>
#[test]
fn text_comes_in_pieces_and_usage_after_the_finish_reason() {
    let answer = events(&[
        r#"{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}],"usage":null}"#,
        r#"{"choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}],"usage":null}"#,
        r#"{"choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":null}],"usage":null}"#,
        r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"#,
        r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":0}}}"#,
        "[DONE]",
    ]);
    assert_eq!(answer.text, "Hello");
    assert_eq!(answer.finished(), STOP);
    assert_eq!(answer.tokens(), [Some(9), Some(12), Some(21), Some(0), Some(4)]);
    assert!(answer.ended);
    assert_eq!((answer.raw_count, answer.failed()), (0, None));
}

#[test]
fn a_stream_that_ends_with_done_only_is_whole() {
    let answer = events(&[r#"{"choices":[{"delta":{"content":"Hi"}}]}"#, "[DONE]"]);
    assert_eq!(answer.finished(), Some((FinishReason::Stop, "")));
    assert!(answer.ended);
}

#[test]
fn a_stream_that_ends_with_a_finish_reason_only_is_whole() {
    let answer = events(&[r#"{"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#]);
    assert_eq!(answer.finished(), STOP);
}

#[test]
fn the_last_finish_reason_counts_and_done_is_none() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"content":"H"},"finish_reason":"stop"}]}"#,
        r#"{"choices":[{"delta":{"content":"i"},"finish_reason":"length"}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":null}]}"#,
        "[DONE]",
    ]);
    assert_eq!((&*answer.text, answer.finished()), ("Hi", Some((FinishReason::Length, "length"))));
}

/// <https://docs.mistral.ai/api/>, <https://docs.z.ai/api-reference/llm/chat-completion>,
/// <https://huggingface.co/docs/text-generation-inference/reference/api_reference>, and vendors' own words behind gateways.
#[test]
fn servers_have_words_of_their_own_for_a_finish_reason() {
    for (raw, reason) in [
        ("eos_token", FinishReason::Stop),
        ("STOP", FinishReason::Stop),
        ("COMPLETE", FinishReason::Stop),
        ("model_length", FinishReason::Length),
        ("MAX_TOKENS", FinishReason::Length),
        ("model_context_window_exceeded", FinishReason::Length),
        ("sensitive", FinishReason::ContentFilter),
        ("SAFETY", FinishReason::ContentFilter),
        ("tool_use", FinishReason::ToolCalls),
        ("insufficient_system_resource", FinishReason::Other),
    ] {
        let chunk = format!(r#"{{"choices":[{{"delta":{{"content":"Hi"}},"finish_reason":"{raw}"}}]}}"#);
        assert_eq!(events(&[&chunk]).finished(), Some((reason, raw)));
    }
}

#[test]
fn an_empty_finish_reason_is_none() {
    let answer = events(&[r#"{"choices":[{"delta":{"content":"Hi"},"finish_reason":""}]}"#]);
    assert_eq!(answer.finished(), None);
}

/// <https://docs.mistral.ai/capabilities/reasoning/>
#[test]
fn content_may_come_as_parts() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Let me "},{"type":"text","text":"see."}]}]}}]}"#,
        r#"{"choices":[{"delta":{"content":[{"type":"text","text":"It is "},{"type":"reference","reference_ids":[1]},{"type":"text","text":"4."}]}}]}"#,
        r#"{"choices":[{"delta":{"content":" Sure."},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!(answer.reasoning, "Let me see.");
    assert_eq!(answer.text, "It is 4. Sure.");
}

/// <https://api-docs.deepseek.com/guides/reasoning_model>
#[test]
fn reasoning_content_is_reasoning() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"role":"assistant","content":null,"reasoning_content":"Hm"}}]}"#,
        r#"{"choices":[{"delta":{"content":null,"reasoning_content":"."}}]}"#,
        r#"{"choices":[{"delta":{"content":"4","reasoning_content":null},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!((&*answer.reasoning, &*answer.text), ("Hm.", "4"));
}

/// <https://openrouter.ai/docs/use-cases/reasoning-tokens>
#[test]
fn reasoning_is_reasoning() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"content":"","reasoning":"Hm","reasoning_details":[{"type":"reasoning.text","text":"Hm"}]}}]}"#,
        r#"{"choices":[{"delta":{"content":"4","reasoning":null},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!((&*answer.reasoning, &*answer.text), ("Hm", "4"));
}

#[test]
fn reasoning_under_both_names_is_said_once_in_either_order() {
    for delta in [
        r#"{"reasoning_content":"Hm","reasoning":"Hm"}"#,
        r#"{"reasoning":"Hm","reasoning_content":"Hm"}"#,
        r#"{"reasoning":"Hm","reasoning_content":""}"#,
        r#"{"reasoning_content":"","reasoning":"Hm"}"#,
        r#"{"reasoning_content":null,"reasoning":"Hm"}"#,
        r#"{"reasoning":"Hm","reasoning_content":null}"#,
    ] {
        let answer = events(&[&[r#"{"choices":[{"delta":"#, delta, "}]}"].concat()]);
        assert_eq!(answer.reasoning, "Hm", "{delta}");
    }
}

#[test]
fn reasoning_stands_before_the_text_of_the_same_chunk_whatever_the_order_of_the_keys() {
    for delta in [r#"{"content":"4","reasoning":"Hm"}"#, r#"{"content":[{"type":"text","text":"4"}],"reasoning":"Hm"}"#]
    {
        let answer = events(&[&[r#"{"choices":[{"delta":"#, delta, "}]}"].concat()]);
        assert_eq!(answer.order, ["reasoning", "text"], "{delta}");
    }
}

/// <https://platform.openai.com/docs/guides/structured-outputs#refusals>
#[test]
fn a_refusal_is_text_and_ends_as_one() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"role":"assistant","content":null,"refusal":""}}]}"#,
        r#"{"choices":[{"delta":{"refusal":"I'm sorry, "}}]}"#,
        r#"{"choices":[{"delta":{"refusal":"no."}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!(answer.text, "I'm sorry, no.");
    assert_eq!(answer.finished(), Some((FinishReason::ContentFilter, "stop")));
}

#[test]
fn a_refusal_ends_as_one_also_with_done_only() {
    let answer = events(&[r#"{"choices":[{"delta":{"refusal":"No."}}]}"#, "[DONE]"]);
    assert_eq!(answer.finished(), Some((FinishReason::ContentFilter, "")));
}

#[test]
fn every_finish_reason_has_its_meaning() {
    for (raw, reason) in [
        ("stop", FinishReason::Stop),
        ("length", FinishReason::Length),
        ("content_filter", FinishReason::ContentFilter),
        ("tool_calls", FinishReason::ToolCalls),
        ("function_call", FinishReason::ToolCalls),
        ("insufficient_system_resource", FinishReason::Other),
    ] {
        let answer = events(&[&[r#"{"choices":[{"finish_reason":""#, raw, r#"","delta":{}}]}"#].concat()]);
        assert_eq!(answer.finished(), Some((reason, raw)));
    }
}

#[test]
fn only_the_first_choice_counts() {
    let answer = events(&[r#"{"choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{"content":"b"}}]}"#]);
    assert_eq!(answer.text, "a");
}

/// <https://console.groq.com/docs/api-reference#chat-create>
#[test]
fn usage_under_x_groq_is_usage() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"content":"Hi"},"finish_reason":null}],"x_groq":{"id":"req_1"}}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":{"queue_time":0.04,"prompt_tokens":21,"completion_tokens":2,"total_tokens":23}}}"#,
    ]);
    assert_eq!(answer.tokens(), [Some(21), Some(2), Some(23), None, None]);
    assert_eq!(answer.finished(), STOP);
}

/// xAI's completion tokens leave out those of reasoning: <https://docs.x.ai/docs/guides/reasoning>
#[test]
fn output_tokens_include_those_of_reasoning_where_only_the_total_does() {
    let answer = events(&[
        r#"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":2,"total_tokens":354,"completion_tokens_details":{"reasoning_tokens":340},"prompt_tokens_details":{"cached_tokens":11}}}"#,
    ]);
    assert_eq!(answer.tokens(), [Some(12), Some(342), Some(354), Some(340), Some(11)]);
}

#[test]
fn output_tokens_that_include_those_of_reasoning_are_left_alone() {
    let answer = events(&[
        r#"{"choices":[],"usage":{"completion_tokens_details":{"reasoning_tokens":8},"total_tokens":30,"completion_tokens":20,"prompt_tokens":10}}"#,
    ]);
    assert_eq!(answer.tokens(), [Some(10), Some(20), Some(30), Some(8), None]);
}

/// <https://api-docs.deepseek.com/guides/kv_cache>
#[test]
fn cached_tokens_are_read_under_either_name_in_either_order() {
    for usage in [
        r#"{"prompt_cache_hit_tokens":64}"#,
        r#"{"prompt_cache_hit_tokens":null,"prompt_tokens_details":{"cached_tokens":64}}"#,
        r#"{"prompt_tokens_details":{"cached_tokens":64},"prompt_cache_hit_tokens":null}"#,
        r#"{"prompt_tokens_details":null,"prompt_cache_hit_tokens":64}"#,
    ] {
        let answer = events(&[&[r#"{"choices":[],"usage":"#, usage, "}"].concat()]);
        assert_eq!(answer.tokens()[4], Some(64), "{usage}");
    }
}

/// `n`: <https://platform.openai.com/docs/api-reference/chat/create#chat_create-n>
#[test]
fn of_several_choices_the_first_is_the_answer() {
    let answer = events(&[
        r#"{"choices":[{"index":0,"delta":{"content":"One"}}]}"#,
        r#"{"choices":[{"index":1,"delta":{"content":"Two","reasoning":"?","refusal":"No","tool_calls":[{"index":0,"id":"a"}]}}]}"#,
        r#"{"choices":[{"delta":{"content":"II"},"index":1,"finish_reason":"length"}],"usage":{"prompt_tokens":7}}"#,
        r#"{"choices":[{"index":0,"delta":{"content":" more"},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!((&*answer.text, &*answer.reasoning, answer.calls.len()), ("One more", "", 0));
    assert_eq!((answer.finished(), answer.raw_count), (Some((FinishReason::Stop, "stop")), 0));
    assert_eq!(answer.tokens()[0], Some(7));
}

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
fn an_unknown_object_is_raw() {
    let answer = events(&[r#"{"object":"ping"}"#, r#"{"choices":[{"delta":{"content":"Hi"}}]}"#]);
    assert_eq!((answer.raw_count, &*answer.text), (1, "Hi"));
}

/// <https://platform.openai.com/docs/api-reference/chat/object>
#[test]
fn a_whole_completion_is_read_like_a_stream() {
    let answer = whole(
        r#"{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null,"reasoning_content":"Hm","tool_calls":[{"id":"c0","type":"function","function":{"name":"a","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#,
    );
    assert_eq!((&*answer.text, &*answer.reasoning), ("Hi", "Hm"));
    assert_eq!(answer.called(), [("a", "{}")]);
    assert_eq!(answer.finished(), Some((FinishReason::ToolCalls, "tool_calls")));
    assert_eq!(answer.tokens()[..3], [Some(1), Some(2), Some(3)]);
    assert!(answer.ended);
}

#[test]
fn a_whole_completion_without_a_finish_reason_is_whole_all_the_same() {
    let answer = whole(r#"{"choices":[{"message":{"content":"Hi"}}]}"#);
    assert_eq!((&*answer.text, answer.finished()), ("Hi", Some((FinishReason::Stop, ""))));
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

/// <https://platform.openai.com/docs/guides/audio>: a whole answer has the sound in the format that was asked for.
#[test]
fn a_whole_completion_has_sources_and_files() {
    let answer = whole(
        r#"{"citations":["https://a.test/"],"choices":[{"message":{"content":"one","annotations":[{"type":"url_citation","url_citation":{"url":"https://a.test/","title":"A","start_index":0,"end_index":3}},{"type":"file","file":{"hash":"h"}}],"images":["data:image/gif;base64,R0lGODlh"],"audio":{"id":"x","data":"UklGRiQAAABXQVZF","transcript":"","expires_at":1},"context":{"citations":[{"content":"says","title":"D","url":null}]}},"finish_reason":"stop"}]}"#,
    );
    assert_eq!(support::cited(&answer), ["https://a.test/||", "https://a.test/|A|", "|D|says"]);
    let files: Vec<_> = answer.files.iter().map(|file| file.media_type.as_str()).collect();
    assert_eq!(files, ["image/gif", "audio/wav"]);
    assert_eq!(
        (&*answer.text, answer.raw_count),
        ("one", 1),
        "the parsed file that OpenRouter wants back is no source"
    );
}

/// <https://docs.mistral.ai/capabilities/citations/>
#[test]
fn parts_of_the_content_cite_and_show() {
    let answer = events(&[
        r#"{"choices":[{"delta":{"content":[{"type":"text","text":"It is"},{"type":"tool_reference","tool":"web_search","title":"T","url":"https://t.test/"},{"type":"reference","reference_ids":[1]},{"type":"image_url","image_url":"data:image/jpeg;base64,/9j/"}]},"finish_reason":"stop"}]}"#,
    ]);
    assert_eq!(support::cited(&answer), ["https://t.test/|T|"]);
    assert_eq!((answer.files.len(), answer.raw_count, &*answer.text), (1, 1, "It is"));
}

#[test]
fn an_image_of_another_choice_is_none_of_the_answers() {
    let answer = events(&[
        r#"{"choices":[{"index":1,"delta":{"images":[{"image_url":{"url":"data:image/png;base64,AAAA"}}]}}]}"#,
    ]);
    assert!(answer.files.is_empty());
}
