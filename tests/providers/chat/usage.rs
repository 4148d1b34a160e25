//! How many tokens were used, wherever a server says it.

use super::{events, STOP};

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
