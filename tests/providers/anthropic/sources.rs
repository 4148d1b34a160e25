//! What an answer cites, and what tools that the server runs have found.

use super::{read, STOP};
use crate::support::{cited, whole};

#[test]
fn tools_that_the_server_runs_are_raw_and_what_they_find_is_a_source() {
    let answer = read(&[
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","title":"text","url":"https://example.com"}]}}"#,
        r#"{"type":"content_block_stop","index":1}"#,
        r#"{"type":"content_block_start","index":2,"content_block":{"citations":[],"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","cited_text":"no"}}}"#,
        r#"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"found"}}"#,
        STOP,
    ]);
    assert_eq!(answer.text, "found");
    assert_eq!(answer.called(), []);
    assert_eq!(answer.raw_count, 2);
    assert_eq!(cited(&answer), ["https://example.com|text|", "||no"]);
}

#[test]
fn what_a_servers_tool_fails_with_is_raw() {
    let answer = read(&[
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"s","content":{"type":"web_search_tool_result_error","error_code":"unavailable"}}}"#,
        STOP,
    ]);
    assert_eq!((answer.raw_count, answer.sources.len()), (1, 0));
}

/// <https://platform.claude.com/docs/en/build-with-claude/citations>
#[test]
fn the_blocks_of_a_whole_message_cite() {
    let answer = whole(
        "anthropic",
        r#"{"content":[{"type":"text","text":"so","citations":[{"type":"char_location","cited_text":"It is so.","document_title":"D","start_char_index":3,"end_char_index":9}]},{"type":"text","text":".","citations":null}],"stop_reason":"end_turn"}"#,
    );
    assert_eq!((answer.text.as_str(), answer.raw_count), ("so.", 0));
    assert_eq!(cited(&answer), ["|D|It is so."]);
    assert_eq!(answer.spans, [], "those are places in the document");
}
