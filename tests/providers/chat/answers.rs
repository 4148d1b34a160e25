//! Text, sources and files of an answer, in a stream and whole.

use refinire_web::message::FinishReason;

use super::{events, whole, STOP};
use crate::support;

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
fn an_unknown_object_is_raw() {
    let answer = events(&[r#"{"object":"ping"}"#, r#"{"choices":[{"delta":{"content":"Hi"}}]}"#]);
    assert_eq!((answer.raw_count, &*answer.text), (1, "Hi"));
}

#[test]
fn only_the_first_choice_counts() {
    let answer = events(&[r#"{"choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{"content":"b"}}]}"#]);
    assert_eq!(answer.text, "a");
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
fn an_image_of_another_choice_is_none_of_the_answers() {
    let answer = events(&[
        r#"{"choices":[{"index":1,"delta":{"images":[{"image_url":{"url":"data:image/png;base64,AAAA"}}]}}]}"#,
    ]);
    assert!(answer.files.is_empty());
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
