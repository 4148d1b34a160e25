//! Reasoning, under the names that servers have for it.

use super::events;

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
